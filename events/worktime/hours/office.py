"""The opening hours of a unit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, Self

from events.worktime.hours.days import Day, is_weekend
from events.worktime.vocabulary import DayKind

Intervals = tuple[tuple[time, time], ...]
"""Opening hours of one day on the office's clock, ascending; lunch is the gap between two of them."""

SHORTENING = timedelta(hours=1)
"""A shortened day ends one hour earlier (ТК РФ, art. 95)."""


def _check_intervals(weekday: int, intervals: Intervals) -> None:
    if weekday not in range(7):
        raise ValueError(f"no weekday has the number {weekday}")
    edges = [edge for interval in intervals for edge in interval]
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
        """From JSON: {"weekdays": {"0": [["09:00", "13:00"], ["13:48", "18:00"]]}, "open_on_holidays": false}."""
        weekdays = {
            int(weekday): tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in intervals)
            for weekday, intervals in plain["weekdays"].items()
        }
        return cls(weekdays, bool(plain.get("open_on_holidays", False)))

    def to_plain(self) -> dict[str, Any]:
        """The JSON that `from_plain` reads back into an equal value."""
        weekdays = {
            str(weekday): [[start.isoformat("minutes"), end.isoformat("minutes")] for start, end in intervals]
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
    anchor = date(2000, 1, 2)
    closing = datetime.combine(anchor, hours[-1][1]) - SHORTENING
    if closing.date() != anchor:
        return ()
    return tuple((opens, min(closes, closing.time())) for opens, closes in hours if opens < closing.time())
