"""What has been done to a year of the production calendar, and which of its days are declared beside its decree."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from events.worktime.hours.days import Day


@dataclass(frozen=True)
class Change:
    """One act: a single `day` said (`was`: what it had been, None where that was not kept), or with `days` the whole year loaded.

    `by_id`: the user, None for the command line; `at` in UTC.
    """

    at: datetime
    by_id: int | None
    day: Day | None = None
    was: Day | None = None
    days: int = 0
    source: str = ""
    draft: bool = False


def beside_decree(changes: Sequence[Change]) -> frozenset[date]:
    """The days that have been said otherwise since the year was loaded last; one said back again is as decreed. `changes`: oldest first."""
    before: dict[date, Day | None] = {}
    now: dict[date, Day] = {}
    for one in changes:
        if one.day is None:
            before, now = {}, {}
        else:
            before.setdefault(one.day.date, one.was)
            now[one.day.date] = one.day
    return frozenset(day for day, said in now.items() if before[day] != said)
