"""One unit's open time, and deadlines counted in it (cases 24-28)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from events.foundation.place import at_local, local_day, midnight
from events.worktime.hours.calendar import WORDED_DAY, Calendar
from events.worktime.hours.office import DISTRICT_HOURS, OfficeHours, closing

LONGEST_CLOSING = 366
"""Days without one open hour after which the search gives up: such a schedule never opens."""
MOST_HOURS = 10_000
"""No deadline is longer, in working hours: about five years."""
MOMENTS_KEPT = 4_096
"""So many moments a schedule remembers at a time; a process keeps it for months, and moments never come to an end."""


@dataclass(frozen=True)
class Remaining:
    """How far a deadline is: `working` time until it, or since it when `overdue`; `days` from two full days of 8 hours on."""

    overdue: bool
    working: timedelta
    days: int | None


@dataclass(frozen=True)
class Schedule:
    """One unit's open time: the calendar of all and the hours of its own. The open intervals of each day are computed once."""

    calendar: Calendar
    hours: OfficeHours = DISTRICT_HOURS
    _known: dict[date, tuple[tuple[datetime, datetime], ...]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _moments: dict[datetime, datetime] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What `office_moment` has found: letters about one review ask it of few moments many times."""

    def due(self, start: datetime, hours: Decimal | int) -> datetime:
        """The earliest moment at which the time worked since `start` equals `hours` (case 24); `start` itself for 0.

        ValueError for a negative number, one above MOST_HOURS, or a schedule that never opens.
        """
        left, begun = _as_span(hours), _utc(start)
        if not left:
            return begun
        for opens, closes in self._open_from(begun):
            counted_from = max(opens, begun)
            if closes - counted_from >= left:
                return counted_from + left
            left -= closes - counted_from
        raise AssertionError("unreachable: the search for open time ends with an error of its own")

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """Open time between two moments; zero when `end` is not after `start`."""
        begun, ended = _utc(start), _utc(end)
        total = timedelta()
        if ended <= begun:
            return total
        day, last = local_day(begun), local_day(ended)
        while day <= last:
            for opens, closes in self._open_on(day):
                if opens < ended and closes > begun:
                    total += min(closes, ended) - max(opens, begun)
            day += timedelta(days=1)
        return total

    def is_working_day(self, day: date) -> bool:
        """Whether the unit is open at any hour of that Moscow date."""
        return bool(self._open_on(day))

    def end_of_day(self, day: date) -> datetime:
        """When the unit closes on a working day; ValueError for a day on which it does not open."""
        intervals = self._open_on(day)
        if not intervals:
            raise ValueError(f"{day} is not a working day")
        return intervals[-1][1]

    def nth_working_day_end(self, start: datetime, n: int) -> datetime:
        """The end of the n-th working day after the day of receipt; 0 gives the end of the day of receipt.

        What comes after hours or on a day off counts as received on the next working day; at the closing minute is still in time.
        """
        if n < 0:
            raise ValueError("the number of working days cannot be negative")
        day = self._day_at_work(start)
        if not self.is_working_day(day) or self.end_of_day(day) < start:
            day = self._next_working_day(day, 1)
        for _ in range(n):
            day = self._next_working_day(day, 1)
        return self.end_of_day(day)

    def last_moment_before(self, first: datetime, working_days: int) -> datetime:
        """The last moment, itself included, to submit what begins at `first`: the closing of the n-th working day before (case 28).

        The day of `first` is not counted; for 0 the moment is `first` itself.
        """
        day = self.day_before(first, working_days)
        return self.end_of_day(day) if working_days else _utc(first)

    def day_before(self, first: datetime, working_days: int) -> date:
        """The n-th working day before the day of `first`; for 0 that day itself. ValueError for a negative number."""
        if working_days < 0:
            raise ValueError("the number of working days cannot be negative")
        return self._before(local_day(first), working_days)

    def received_after(self, moment: datetime, n: int) -> datetime:
        """The last receipt of which `n` working days are over at `moment`: what comes later, and nothing else, has `nth_working_day_end`
        at the moment or after it.
        """
        received = self._day_at_work(self.nth_working_day_end(moment, 0))
        return self.end_of_day(self._before(received, n + 1))

    def is_open(self, moment: datetime) -> bool:
        """Whether work goes on at the moment: the opening minute counts, the closing one does not."""
        at = _utc(moment)
        return any(opens <= at < closes for opens, closes in self._open_on(local_day(at)))

    def next_open(self, moment: datetime) -> datetime:
        """The moment itself when open, else the next opening. ValueError for a schedule that never opens."""
        at = _utc(moment)
        opens, _ = next(self._open_from(at))
        return max(opens, at)

    def office_moment(self, moment: datetime) -> datetime:
        """The moment itself from the opening to the closing of a working day, both included, breaks too; else the next opening.

        ValueError for a schedule that never opens.
        """
        found = self._moments.get(moment)
        if found is None:
            at = _utc(moment)
            intervals = self._open_on(self._day_at_work(at))
            found = at if intervals and intervals[0][0] <= at <= intervals[-1][1] else self.next_open(at)
            if len(self._moments) >= MOMENTS_KEPT:
                self._moments.clear()
            self._moments[moment] = found
        return found

    def unknown_years(self, start: datetime, end: datetime) -> frozenset[int]:
        """The years from one moment to the other, in Moscow, whose calendar is not decreed: whoever shows the deadline must warn."""
        first, last = sorted((local_day(start).year, local_day(end).year))
        return frozenset(range(first, last + 1)) - self.calendar.years

    def remaining(self, now: datetime, due: datetime) -> Remaining:
        """How far the deadline is. Overdue begins after the moment itself (case 24)."""
        overdue = _utc(now) > _utc(due)
        working = self.worked(due, now) if overdue else self.worked(now, due)
        days = working // WORDED_DAY
        return Remaining(overdue, working, days if days >= 2 else None)

    def _day_at_work(self, moment: datetime) -> date:
        """The Moscow date of the moment; a midnight at which the day before closes belongs to that day (case 24)."""
        day = local_day(moment)
        eve = self._open_on(day - timedelta(days=1))
        return day - timedelta(days=1) if eve and eve[-1][1] == moment else day

    def _open_on(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        if day not in self._known:
            hours = self.hours.on(self.calendar.day(day))
            self._known[day] = tuple((at_local(day, opens), midnight(day) + closing(closes)) for opens, closes in hours)
        return self._known[day]

    def _open_from(self, begun: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Open intervals ending after the moment, in order; ValueError once a whole year would pass without one."""
        day = local_day(begun)
        if not self.is_working_day(day):
            day = self._next_working_day(day, 1)
        while True:
            yield from (interval for interval in self._open_on(day) if interval[1] > begun)
            day = self._next_working_day(day, 1)

    def _before(self, day: date, working_days: int) -> date:
        """So many working days before a date."""
        for _ in range(working_days):
            day = self._next_working_day(day, -1)
        return day

    def _next_working_day(self, day: date, step: int) -> date:
        """The nearest working day after (step 1) or before (step -1) a date."""
        for distance in range(1, LONGEST_CLOSING + 1):
            candidate = day + timedelta(days=step * distance)
            if self.is_working_day(candidate):
                return candidate
        raise ValueError("these office hours never open")


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(UTC)


def _as_span(hours: Decimal | int) -> timedelta:
    """Working hours as a span, to the microsecond."""
    if not Decimal(0) <= hours <= MOST_HOURS:
        raise ValueError(f"working hours must lie between 0 and {MOST_HOURS}")
    return timedelta(microseconds=int(Decimal(hours) * 3_600_000_000))
