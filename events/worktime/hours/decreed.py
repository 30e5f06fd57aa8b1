"""A year as its decree has it, read and held against what is stored."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from events.foundation.errors import Refused
from events.foundation.text import N_
from events.worktime.hours.calendar import Calendar
from events.worktime.hours.days import MONDAY, Day, check_day, dates_of
from events.worktime.vocabulary import DayKind

WEEKDAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def read_year(year: int, plain: Mapping[str, Any]) -> Mapping[date, Day]:
    """The exceptional days of one year from the shape of `data/ru_calendar.json`.

    Refused when the entry cannot be read, or when its own sum of working days disagrees with its days.
    """
    try:
        days = _listed_days(year, plain)
        stated = int(plain["working_days"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refused(N_("The calendar of %(year)s cannot be read. Check the file and load it again.", year=str(year))) from error
    for day in days.values():
        check_day(day)
    calendar = Calendar(days, frozenset({year}))
    counted = sum(calendar.day(each).kind is DayKind.WORKING for each in dates_of(year))
    if counted != stated:
        sentence = N_(
            "The calendar of %(year)s does not add up: it states %(stated)s working days, its dates give %(counted)s.",
            year=str(year),
            stated=stated,
            counted=counted,
        )
        raise Refused(sentence)
    return days


def disagreements(calendar: Calendar, year: int, wanted: Mapping[date, Day]) -> Sequence[date]:
    """The days of a year that are stored otherwise than `wanted` says them: what loading it would overwrite.

    In a year that is not loaded yet only days entered by hand can be.
    """
    loaded = Calendar(wanted, frozenset({year}))
    stored = dates_of(year) if year in calendar.years | calendar.drafts else sorted(day for day in calendar.days if day.year == year)
    return [each for each in stored if calendar.day(each) != loaded.day(each)]


def _listed_days(year: int, plain: Mapping[str, Any]) -> dict[date, Day]:
    """The lists of one year as days. A date in two contradicting lists raises ValueError."""
    short = {_date_in(year, each) for each in plain["short_days"]}
    works_as = {_date_in(year, each): WEEKDAY_NAMES.index(name) for each, name in plain["works_as"].items()}
    days = {each: Day(each, DayKind.WORKING, short=True) for each in short}
    for each in (_date_in(year, listed) for listed in plain["working_weekends"]):
        days[each] = Day(each, DayKind.WORKING, each in short, works_as.get(each, MONDAY))
    for kind, name in ((DayKind.HOLIDAY, "holidays"), (DayKind.OFF, "days_off")):
        for each in (_date_in(year, listed) for listed in plain[name]):
            if each in days:
                raise ValueError(f"{each} is listed twice")
            days[each] = Day(each, kind)
    return days


def _date_in(year: int, month_day: str) -> date:
    return date.fromisoformat(f"{year:04}-{month_day}")
