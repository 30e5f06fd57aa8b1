"""A year that nobody has decreed yet, or that is not loaded: what its days will probably be, for the office to look at. Pure.

Days off and working weekends come from the `holidays` package, which learns of a decree with its next version; which of its days is
a public holiday is told by the Labour Code, never by the names it gives them. Shortened days are in no package: they are asked for.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from events.worktime.hours.calendar import statutory_days
from events.worktime.hours.days import MONDAY, Day, dates_of, is_weekend, plain_day
from events.worktime.vocabulary import DayKind


def proposed_days(year: int, short: Collection[date] = ()) -> Mapping[date, Day]:
    """The exceptional days of the year; `short`: those that end an hour earlier."""
    days = dict(_known_days(year))
    for each in short:
        days[each] = Day(each, DayKind.WORKING, short=True, works_as=MONDAY if is_weekend(each) else None)
    return days


def eves(year: int) -> Sequence[date]:
    """Working days right before a public holiday: the Labour Code, art. 95, shortens them by an hour."""
    days = _known_days(year)

    def kind(each: date) -> DayKind:
        return (days.get(each) or plain_day(each)).kind

    found = [each for each in dates_of(year) if kind(each) is DayKind.WORKING and kind(each + timedelta(days=1)) is DayKind.HOLIDAY]
    last = date(year, 12, 31)
    return [*found, last] if kind(last) is DayKind.WORKING and last not in found else found


def _known_days(year: int) -> Mapping[date, Day]:
    import holidays  # noqa: PLC0415 -- a large package, for an administrator's page alone

    known = holidays.country_holidays("RU", years=year, language="ru")
    statutory = statutory_days(year)
    public = {each for each, day in statutory.items() if day.kind is DayKind.HOLIDAY}
    decreed = len(known) > len(public) or bool(known.weekend_workdays)
    if not decreed:
        return statutory
    days = {each: Day(each, DayKind.HOLIDAY if each in public else DayKind.OFF) for each in known}
    days |= {each: Day(each, DayKind.WORKING, works_as=MONDAY) for each in known.weekend_workdays}
    return days
