"""One day of the production calendar."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Self

from events.foundation.errors import Refused
from events.foundation.text import N_, Phrase
from events.worktime.vocabulary import DayKind

MONDAY, SATURDAY = 0, 5


@dataclass(frozen=True)
class Day:
    """One day of the production calendar.

    `works_as` is the weekday (0 = Monday) whose hours a transferred working day keeps; only a working Saturday or Sunday has it.
    """

    date: date
    kind: DayKind
    short: bool = False
    works_as: int | None = None

    @property
    def weekday(self) -> int:
        """Whose hours apply: the replaced weekday on a working weekend, else its own."""
        works_as = self.with_default_weekday().works_as
        return self.date.weekday() if works_as is None else works_as

    def with_default_weekday(self) -> Self:
        """The same day; a working weekend of which nothing is said works as Monday (case 26)."""
        if self.kind is DayKind.WORKING and is_weekend(self.date) and self.works_as is None:
            return replace(self, works_as=MONDAY)
        return self


def check_day(day: Day) -> Day:
    """The same day if it makes sense; otherwise Refused, with the reason at its field."""
    wrong: dict[str, Phrase] = {}
    if day.short and day.kind is not DayKind.WORKING:
        wrong["short"] = N_("Only a working day can be shortened.")
    if day.works_as is not None and day.works_as not in range(7):
        wrong["works_as"] = N_("Choose the weekday that this day replaces.")
    elif day.works_as is not None and not (day.kind is DayKind.WORKING and is_weekend(day.date)):
        wrong["works_as"] = N_("Only a working Saturday or Sunday replaces another weekday.")
    if wrong:
        raise Refused(N_("This day cannot be saved. Correct the marked fields."), wrong)
    return day


def is_weekend(day: date) -> bool:
    return day.weekday() >= SATURDAY


def plain_day(day: date) -> Day:
    return Day(day, DayKind.OFF if is_weekend(day) else DayKind.WORKING)


def dates_of(year: int) -> Iterator[date]:
    first = date(year, 1, 1)
    return (first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days))
