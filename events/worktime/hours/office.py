"""The opening hours of a unit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from itertools import pairwise
from typing import Any, Self

from events.worktime.hours.days import Day, is_weekend
from events.worktime.vocabulary import DayKind

Intervals = tuple[tuple[time, time], ...]
"""Opening hours of one day on the office's clock, ascending; lunch is the gap between two of them. 00:00 at an end closes the day."""

MIDNIGHT, END_OF_DAY = time(), "24:00"
"""The midnight that closes a day, and how the office writes it."""

SHORTENING = timedelta(hours=1)
"""A shortened day ends one hour earlier (ТК РФ, art. 95)."""


def closing(closes: time) -> timedelta:
    """How far into its day an opening ends: midnight is the end of it."""
    return _into_day(closes) or timedelta(days=1)


def _into_day(clock: time) -> timedelta:
    return timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second)


def _check_intervals(weekday: int, intervals: Intervals) -> None:
    if weekday not in range(7):
        raise ValueError(f"no weekday has the number {weekday}")
    edges = [edge for opens, closes in intervals for edge in (_into_day(opens), closing(closes))]
    if any(earlier >= later for earlier, later in pairwise(edges)):
        raise ValueError("opening hours must follow one another")


@dataclass(frozen=True)
class OfficeHours:
    """The opening hours of a unit by weekday (0 = Monday). A weekday without an entry is closed.

    `open_on_holidays`: keeps its hours on public holidays and on the days off moved from them.
    ValueError when the hours overlap, run backwards or are never open.
    """

    weekdays: Mapping[int, Intervals]
    open_on_holidays: bool = False

    def __post_init__(self) -> None:
        if not any(self.weekdays.values()):
            raise ValueError("office hours need at least one open interval")
        for weekday, intervals in self.weekdays.items():
            _check_intervals(weekday, intervals)

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """From JSON: {"weekdays": {"0": [["09:00", "13:00"], ["13:48", "24:00"]]}, "open_on_holidays": false}."""
        weekdays = {
            int(weekday): tuple((time.fromisoformat(start), _end(end)) for start, end in intervals)
            for weekday, intervals in plain["weekdays"].items()
        }
        return cls(weekdays, bool(plain.get("open_on_holidays", False)))

    def to_plain(self) -> dict[str, Any]:
        """The JSON that `from_plain` reads back into an equal value."""
        weekdays = {
            str(weekday): [[f"{start:%H:%M}", END_OF_DAY if end == MIDNIGHT else f"{end:%H:%M}"] for start, end in intervals]
            for weekday, intervals in sorted(self.weekdays.items())
        }
        return {"weekdays": weekdays, "open_on_holidays": self.open_on_holidays}

    def on(self, day: Day) -> Intervals:
        """The opening hours of one calendar day (case 26); empty when closed."""
        if day.kind is DayKind.WORKING:
            hours = self.weekdays.get(day.weekday) or self.weekdays.get(day.date.weekday(), ())
        elif self.open_on_holidays or (day.kind is DayKind.OFF and is_weekend(day.date)):
            hours = self.weekdays.get(day.date.weekday(), ())
        else:
            hours = ()
        return _shortened(hours) if day.short else hours


_MORNING, _LUNCH_OVER = (time(9), time(13)), time(13, 48)
DISTRICT_HOURS = OfficeHours(
    {
        **{weekday: (_MORNING, (_LUNCH_OVER, time(18))) for weekday in range(4)},
        4: (_MORNING, (_LUNCH_OVER, time(17))),
    }
)
"""The administration's hours: Mon-Thu 9-18, Fri 9-17, lunch 13:00-13:48; 40 hours a week."""


def _shortened(hours: Intervals) -> Intervals:
    """The same hours with the closing one hour earlier; what would begin after it falls away."""
    if not hours:
        return hours
    ends = closing(hours[-1][1]) - SHORTENING
    shortened = time(ends // timedelta(hours=1), ends % timedelta(hours=1) // timedelta(minutes=1)) if ends > timedelta() else MIDNIGHT
    return tuple((opens, min(closes, shortened, key=closing)) for opens, closes in hours if _into_day(opens) < ends)


def _end(written: str) -> time:
    """The end of an opening as JSON has it."""
    return MIDNIGHT if written == END_OF_DAY else time.fromisoformat(written)
