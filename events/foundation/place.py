"""Where the district is: its time zone, and the turn between stored UTC and the office's local time."""

from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

MOSCOW = ZoneInfo("Europe/Moscow")
"""Moscow has kept UTC+3 without summer time since 26.10.2014; the zone still goes by its name in every calendar."""


def local(moment: datetime) -> datetime:
    """The moment on the office's clock. Refuses a naive datetime with ValueError."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(MOSCOW)


@lru_cache(maxsize=4096)
def local_day(moment: datetime) -> date:
    """The calendar day in Moscow on which the moment falls; remembered, since a page and a tick ask it of one moment a dozen times."""
    return local(moment).date()


def at_local(day: date, clock: time) -> datetime:
    """The UTC moment at which the office's clock shows `clock` on `day`."""
    return datetime.combine(day, clock, MOSCOW).astimezone(UTC)


def midnight(day: date) -> datetime:
    """The UTC moment at which the day begins in Moscow."""
    return at_local(day, time.min)
