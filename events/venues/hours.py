"""When a venue can be used: its opening hours, and the days on which it is closed. Pure; days and hours are those of Moscow."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Self

from events.foundation.place import local
from events.worktime.hours import Intervals, OfficeHours

MIDNIGHT = time()
A_DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Closure:
    """Days, both inclusive, on which nobody can use the venue."""

    first: date
    last: date
    reason: str

    @classmethod
    def from_plain(cls, plain: Mapping[str, str]) -> Self:
        """From JSON: {"first": "2026-07-01", "last": "2026-07-31", "reason": "ремонт"}."""
        return cls(date.fromisoformat(plain["first"]), date.fromisoformat(plain["last"]), plain["reason"])

    def to_plain(self) -> dict[str, str]:
        """The JSON that `from_plain` reads back."""
        return {"first": self.first.isoformat(), "last": self.last.isoformat(), "reason": self.reason}

    def touches(self, starts: datetime, ends: datetime) -> bool:
        """Whether any of its days is one of those between two moments; what ends at midnight does not reach the next day."""
        return self.first <= _last_day(starts, ends) and local(starts).date() <= self.last


@dataclass(frozen=True)
class Opening:
    """Opening hours by the weekday, and what of the calendar changes them. A working Saturday of the office is a Saturday here, and no
    day is shortened: both are said of people at work, not of houses."""

    hours: OfficeHours

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """From the JSON of `OfficeHours.to_plain`."""
        return cls(OfficeHours.from_plain(plain))

    def on(self, day: date, is_holiday: Callable[[date], bool]) -> Intervals:
        """The hours of one day; none when it is closed."""
        if is_holiday(day) and not self.hours.open_on_holidays:
            return ()
        return self.hours.weekdays.get(day.weekday(), ())

    def shut(self, starts: datetime, ends: datetime, is_holiday: Callable[[date], bool]) -> date | None:
        """The first day on which the venue is not open for something between two moments, None when it is open throughout.

        Of what lasts a day or longer, an exhibition or a camp, the hours at which it begins and ends are looked at and nothing between.
        """
        begins, over = local(starts).replace(tzinfo=None), local(ends).replace(tzinfo=None)
        if over - begins >= A_DAY:
            edges = [(begins, begins + timedelta(minutes=1)), (over - timedelta(minutes=1), over)]
            return next((part[0].date() for part in edges if not self._is_open(*part, is_holiday)), None)
        midnight = datetime.combine(begins.date() + A_DAY, MIDNIGHT)
        parts = [(begins, over)] if over <= midnight else [(begins, midnight), (midnight, over)]
        return next((part[0].date() for part in parts if not self._is_open(*part, is_holiday)), None)

    def _is_open(self, begins: datetime, over: datetime, is_holiday: Callable[[date], bool]) -> bool:
        """Whether one opening of the day holds all of it."""
        day = begins.date()
        spans = ((datetime.combine(day, opens), _closing(day, closes)) for opens, closes in self.on(day, is_holiday))
        return any(opens <= begins and over <= closes for opens, closes in spans)


def closed_for(closures: Iterable[Closure], starts: datetime, ends: datetime) -> Closure | None:
    """The first closure into which something between two moments falls."""
    return next((one for one in sorted(closures) if one.touches(starts, ends)), None)


def _closing(day: date, closes: time) -> datetime:
    return datetime.combine(day if closes > MIDNIGHT else day + A_DAY, closes)


def _last_day(starts: datetime, ends: datetime) -> date:
    over = local(ends)
    return over.date() - A_DAY if over.time() == MIDNIGHT and ends > starts else over.date()
