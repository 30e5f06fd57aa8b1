"""Reading the production calendar."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import select

from events.audit import queries as audit
from events.audit.models import AuditEntry
from events.audit.vocabulary import Action
from events.foundation import standing
from events.foundation.db import db
from events.worktime.hours import Calendar, Change, Day, OfficeHours, Schedule
from events.worktime.models import CalendarDay, CalendarYear
from events.worktime.vocabulary import DayKind

_DAYS = select(CalendarDay.day, CalendarDay.kind, CalendarDay.short, CalendarDay.works_as)
_YEARS = select(CalendarYear.year, CalendarYear.draft)


def calendar() -> Calendar:
    """The whole calendar, about twenty days a year."""
    return standing.kept("calendar", _calendar)


def _calendar() -> Calendar:
    days = {row.day: Day(row.day, row.kind, row.short, row.works_as) for row in db.session.execute(_DAYS)}
    years = db.session.execute(_YEARS).all()
    return Calendar(days, frozenset(year for year, draft in years if not draft), frozenset(year for year, draft in years if draft))


def schedule() -> Schedule:
    """The district's open time; it remembers its days."""
    return standing.kept("district hours", lambda: Schedule(calendar()))


class Schedules:
    """The open time of every unit: by its own hours, else the district's (cases.md 26); worked out when asked for, then kept."""

    def __init__(self, own: Callable[[int], Mapping[str, Any] | None], read: Callable[[], Calendar]) -> None:
        """`own`: a unit's own hours by its id, in the form of `OfficeHours.to_plain`; `read` is called with the first schedule."""
        self._own, self._read = own, read
        self._known: dict[int, Schedule] = {}

    @cached_property
    def district(self) -> Schedule:
        """The district's own hours."""
        return Schedule(self._calendar)

    def of(self, unit_id: int) -> Schedule:
        """The unit's open time."""
        if unit_id not in self._known:
            plain = self._own(unit_id)
            self._known[unit_id] = Schedule(self._calendar, OfficeHours.from_plain(plain)) if plain else self.district
        return self._known[unit_id]

    @cached_property
    def _calendar(self) -> Calendar:
        return self._read()


def year_of(year: int) -> CalendarYear | None:
    """What is known of a year: its source and whether it is a draft; None for a year that is not loaded."""
    return db.session.get(CalendarYear, year)


def changes(year: int) -> Sequence[Change]:
    """What has been done to a year, by hand and by the command line, oldest first."""
    return [_change(one) for one in audit.entries_about(("calendar_year", year), (Action.EDITED,))]


def _change(entry: AuditEntry) -> Change:
    """An entry of `operations`; the first release did not keep what a day had been."""
    said, by_id = entry.data, entry.actor_id
    if "day" not in said:
        return Change(entry.at, by_id, days=said["days"], source=said["source"], draft=said["draft"])
    day = date.fromisoformat(said["day"])
    return Change(entry.at, by_id, _day(day, said), _day(day, said["was"]) if "was" in said else None)


def _day(day: date, said: Mapping[str, Any]) -> Day:
    return Day(day, DayKind(said["kind"]), said["short"], said.get("works_as"))
