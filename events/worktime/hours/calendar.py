"""The production calendar: what each day is, with the statutory holidays where a year is not known (ТК РФ, art. 112)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import groupby

from events.worktime.hours.days import Day, dates_of, is_weekend, plain_day
from events.worktime.vocabulary import DayKind

WORDED_DAY = timedelta(hours=8)
"""What «рабочий день» means when remaining time is put into words (case 25)."""


@dataclass(frozen=True)
class Calendar:
    """The production calendar: exceptional days only, and the years it knows.

    `years` are decreed and loaded; `drafts` are loaded but not decreed yet: their days are used, yet they count as unknown.
    In any other year the weekday rule and the statutory holidays apply, and days entered by hand stand above them.
    """

    days: Mapping[date, Day]
    years: frozenset[int]
    drafts: frozenset[int] = frozenset()

    def day(self, of: date) -> Day:
        """What the calendar says of a date."""
        return self.days.get(of) or self.rule(of)

    def rule(self, of: date) -> Day:
        """What the date would be without an entry of its own."""
        if of.year not in self.years and of.year not in self.drafts:
            return statutory_days(of.year).get(of) or plain_day(of)
        return plain_day(of)


@dataclass(frozen=True)
class Month:
    """One month of the calendar: its working days, its hours of a 40-hour week, and the days that are not what their weekday says."""

    first: date
    working_days: int
    hours: int
    exceptions: tuple[Day, ...]


def months(calendar: Calendar, year: int) -> tuple[Month, ...]:
    """The twelve months of a year, with its working time by the order of the Ministry of Health No. 588н of 13.08.2009."""
    by_month = groupby(map(calendar.day, dates_of(year)), key=lambda day: day.date.month)
    return tuple(_month(tuple(days)) for _, days in by_month)


def _month(days: tuple[Day, ...]) -> Month:
    """Eight hours a working day, one less when it is shortened."""
    working = [day for day in days if day.kind is DayKind.WORKING]
    hours = len(working) * (WORDED_DAY // timedelta(hours=1)) - sum(day.short for day in working)
    return Month(days[0].date, len(working), hours, tuple(day for day in days if day != plain_day(day.date)))


@cache
def statutory_days(year: int) -> Mapping[date, Day]:
    """Holidays of a year by ТК РФ, art. 112, and the days off they move.

    A holiday on a weekend moves that day off to the next working day; those of 1-8 January are moved by decree, hence unknown here.
    """
    holidays = [date(year, 1, number) for number in range(1, 9)]
    later = [date(year, month, number) for month, number in ((2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4))]
    days = {each: Day(each, DayKind.HOLIDAY) for each in (*holidays, *later)}
    for holiday in filter(is_weekend, later):
        moved = holiday
        while moved in days or is_weekend(moved):
            moved += timedelta(days=1)
        days[moved] = Day(moved, DayKind.OFF)
    return days
