"""Working time: which hours the office is open, and deadlines counted in them.

Rules: `domain.md` section 6 and cases 24-28; public holidays by the Labour Code (ТК РФ), art. 112.
Moments are aware datetimes, results are UTC; a moment without a zone raises ValueError. Opening intervals are half-open,
[start, end), while a deadline may stand on the very end of one: what is due «до 18:00» is in time at 18:00:00.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from itertools import groupby, pairwise
from typing import Any, Self

from events.foundation.errors import Refused
from events.foundation.place import at_local, local_day
from events.foundation.text import N_, Phrase
from events.worktime.vocabulary import DayKind

Intervals = tuple[tuple[time, time], ...]
"""Opening hours of one day on the office's clock, ascending; lunch is the gap between two of them."""

MONDAY, SATURDAY = 0, 5
WEEKDAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SHORTENING = timedelta(hours=1)
"""A shortened day ends one hour earlier (ТК РФ, art. 95)."""
WORDED_DAY = timedelta(hours=8)
"""What «рабочий день» means when remaining time is put into words (case 25)."""
LONGEST_CLOSING = 366
"""Days without one open hour after which the search gives up: such a schedule never opens."""
MOST_HOURS = 10_000
"""No deadline is longer, in working hours: about five years."""


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
        if self.kind is DayKind.WORKING and _is_weekend(self.date) and self.works_as is None:
            return replace(self, works_as=MONDAY)
        return self


def check_day(day: Day) -> Day:
    """The same day if it makes sense; otherwise Refused, with the reason at its field."""
    wrong: dict[str, Phrase] = {}
    if day.short and day.kind is not DayKind.WORKING:
        wrong["short"] = N_("Only a working day can be shortened.")
    if day.works_as is not None and day.works_as not in range(7):
        wrong["works_as"] = N_("Choose the weekday that this day replaces.")
    elif day.works_as is not None and not (day.kind is DayKind.WORKING and _is_weekend(day.date)):
        wrong["works_as"] = N_("Only a working Saturday or Sunday replaces another weekday.")
    if wrong:
        raise Refused(N_("This day cannot be saved. Correct the marked fields."), wrong)
    return day


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
            return statutory_days(of.year).get(of) or _plain_day(of)
        return _plain_day(of)


@dataclass(frozen=True)
class Month:
    """One month of the calendar: its working days, its hours of a 40-hour week, and the days that are not what their weekday says."""

    first: date
    working_days: int
    hours: int
    exceptions: tuple[Day, ...]


def months(calendar: Calendar, year: int) -> tuple[Month, ...]:
    """The twelve months of a year, with its working time by the order of the Ministry of Health No. 588н of 13.08.2009."""
    by_month = groupby(map(calendar.day, _dates_of(year)), key=lambda day: day.date.month)
    return tuple(_month(tuple(days)) for _, days in by_month)


def _month(days: tuple[Day, ...]) -> Month:
    """Eight hours a working day, one less when it is shortened."""
    working = [day for day in days if day.kind is DayKind.WORKING]
    hours = len(working) * (WORDED_DAY // timedelta(hours=1)) - sum(day.short for day in working)
    return Month(days[0].date, len(working), hours, tuple(day for day in days if day != _plain_day(day.date)))


@cache
def statutory_days(year: int) -> Mapping[date, Day]:
    """Holidays of a year by ТК РФ, art. 112, and the days off they move.

    A holiday on a weekend moves that day off to the next working day; those of 1-8 January are moved by decree, hence unknown here.
    """
    holidays = [date(year, 1, number) for number in range(1, 9)]
    later = [date(year, month, number) for month, number in ((2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4))]
    days = {each: Day(each, DayKind.HOLIDAY) for each in (*holidays, *later)}
    for holiday in filter(_is_weekend, later):
        moved = holiday
        while moved in days or _is_weekend(moved):
            moved += timedelta(days=1)
        days[moved] = Day(moved, DayKind.OFF)
    return days


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
    counted = sum(calendar.day(each).kind is DayKind.WORKING for each in _dates_of(year))
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
    stored = _dates_of(year) if year in calendar.years | calendar.drafts else sorted(day for day in calendar.days if day.year == year)
    return [each for each in stored if calendar.day(each) != loaded.day(each)]


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
        elif self.open_on_holidays or (day.kind is DayKind.OFF and _is_weekend(day.date)):
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
        day = local_day(start)
        if not self.is_working_day(day) or self.end_of_day(day) < start:
            day = self._next_working_day(day, 1)
        for _ in range(n):
            day = self._next_working_day(day, 1)
        return self.end_of_day(day)

    def last_moment_before(self, first: datetime, working_days: int) -> datetime:
        """The last moment, itself included, to submit what begins at `first`: the closing of the n-th working day before (case 28).

        The day of `first` is not counted; for 0 the moment is `first` itself.
        """
        if working_days < 0:
            raise ValueError("the number of working days cannot be negative")
        if not working_days:
            return _utc(first)
        day = local_day(first)
        for _ in range(working_days):
            day = self._next_working_day(day, -1)
        return self.end_of_day(day)

    def is_open(self, moment: datetime) -> bool:
        """Whether work goes on at the moment: the opening minute counts, the closing one does not."""
        at = _utc(moment)
        return any(opens <= at < closes for opens, closes in self._open_on(local_day(at)))

    def next_open(self, moment: datetime) -> datetime:
        """The moment itself when open, else the next opening. ValueError for a schedule that never opens."""
        at = _utc(moment)
        opens, _ = next(self._open_from(at))
        return max(opens, at)

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

    def _open_on(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        if day not in self._known:
            hours = self.hours.on(self.calendar.day(day))
            self._known[day] = tuple((at_local(day, opens), at_local(day, closes)) for opens, closes in hours)
        return self._known[day]

    def _open_from(self, begun: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Open intervals ending after the moment, in order; ValueError once a whole year would pass without one."""
        day = local_day(begun)
        if not self.is_working_day(day):
            day = self._next_working_day(day, 1)
        while True:
            yield from (interval for interval in self._open_on(day) if interval[1] > begun)
            day = self._next_working_day(day, 1)

    def _next_working_day(self, day: date, step: int) -> date:
        """The nearest working day after (step 1) or before (step -1) a date."""
        for distance in range(1, LONGEST_CLOSING + 1):
            candidate = day + timedelta(days=step * distance)
            if self.is_working_day(candidate):
                return candidate
        raise ValueError("these office hours never open")


def phrase(remaining: Remaining) -> Phrase:
    """The words for what is left or overdue: working days from two full ones on, else full working hours, else minutes (case 25)."""
    hours, minutes = remaining.working // timedelta(hours=1), remaining.working // timedelta(minutes=1)
    if remaining.overdue:
        return _overdue_by(remaining.days, hours, minutes)
    if remaining.days is not None:
        return N_("%(count)s working day left", "%(count)s working days left", n=remaining.days, count=remaining.days)
    if hours:
        return N_("%(count)s working hour left", "%(count)s working hours left", n=hours, count=hours)
    if minutes:
        return N_("%(count)s minute left", "%(count)s minutes left", n=minutes, count=minutes)
    return N_("less than a minute left")


def _overdue_by(days: int | None, hours: int, minutes: int) -> Phrase:
    if days is not None:
        return N_("overdue by %(count)s working day", "overdue by %(count)s working days", n=days, count=days)
    if hours:
        return N_("overdue by %(count)s working hour", "overdue by %(count)s working hours", n=hours, count=hours)
    if minutes:
        return N_("overdue by %(count)s minute", "overdue by %(count)s minutes", n=minutes, count=minutes)
    return N_("overdue")


def warning(years: frozenset[int]) -> Phrase | None:
    """What must stand beside a deadline that touches years whose calendar is not decreed; None when there are none."""
    if not years:
        return None
    listed = ", ".join(map(str, sorted(years)))
    return N_(
        "There is no approved working calendar for %(years)s yet: only weekends and public holidays are counted, the date may shift.",
        years=listed,
    )


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(UTC)


def _as_span(hours: Decimal | int) -> timedelta:
    """Working hours as a span, to the microsecond."""
    if not Decimal(0) <= hours <= MOST_HOURS:
        raise ValueError(f"working hours must lie between 0 and {MOST_HOURS}")
    return timedelta(microseconds=int(Decimal(hours) * 3_600_000_000))


def _is_weekend(day: date) -> bool:
    return day.weekday() >= SATURDAY


def _plain_day(day: date) -> Day:
    return Day(day, DayKind.OFF if _is_weekend(day) else DayKind.WORKING)


def _dates_of(year: int) -> Iterator[date]:
    first = date(year, 1, 1)
    return (first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days))


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


def _shortened(hours: Intervals) -> Intervals:
    """The same hours with the closing one hour earlier; what would begin after it falls away."""
    if not hours:
        return hours
    anchor = date(2000, 1, 2)
    closing = datetime.combine(anchor, hours[-1][1]) - SHORTENING
    if closing.date() != anchor:
        return ()
    return tuple((opens, min(closes, closing.time())) for opens, closes in hours if opens < closing.time())
