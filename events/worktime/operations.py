"""Keeping the production calendar: an administrator loads a year and corrects single days."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from events.audit.operations import record
from events.audit.vocabulary import Action
from events.foundation.acting import Actor
from events.foundation.db import db
from events.foundation.errors import Conflict, Refused
from events.foundation.text import N_, clean_line
from events.worktime import queries
from events.worktime.hours import Day, check_day, eves, proposed_days, read_year
from events.worktime.models import CalendarDay, CalendarYear
from events.worktime.vocabulary import DayKind

PROPOSAL = "Предложение по статье 112 ТК РФ и пакету holidays"
"""What a proposed year rests on, as it is stored."""


def load_year(year: int, plain: Mapping[str, Any], *, by: Actor, now: datetime, source: str = "", draft: bool = False) -> bool:
    """Make a year what `plain` says (one entry of `data/ru_calendar.json`); days set by hand in that year give way.

    Returns whether anything changed: loading the same again changes and records nothing. `draft` keeps the warning about an
    unknown year until the decree is loaded. Refused when the entry cannot be read or does not add up.
    """
    return _keep_year(year, read_year(year, plain), by=by, now=now, source=source, draft=draft)


def propose_year(year: int, short: Collection[date], *, by: Actor, now: datetime) -> bool:
    """Make a year that is not loaded what it will probably be, as a draft, with those days shortened. Returns whether anything changed.

    Conflict when the year has been loaded meanwhile; Refused at `eves` for a day that is no eve of a holiday.
    """
    if db.session.get(CalendarYear, year, with_for_update=True) is not None:
        raise Conflict(N_("The calendar of this year has been loaded meanwhile."))
    if not set(short) <= set(eves(year)):
        phrase = N_("Only a working day before a holiday is shortened.")
        raise Refused(phrase, {"eves": phrase})
    return _keep_year(year, proposed_days(year, short), by=by, now=now, source=PROPOSAL, draft=True)


def confirm_year(year: int, source: str, *, by: Actor, now: datetime) -> None:
    """The draft of a year is decreed as it stands; `source` names the act. Conflict when there is no draft of it, Refused at `source`."""
    row = db.session.get(CalendarYear, year, with_for_update=True)
    if row is None or not row.draft:
        raise Conflict(N_("There is no draft of this year to confirm."))
    source = clean_line(source)
    if not source:
        phrase = N_("Please name the decree, its number and date.")
        raise Refused(phrase, {"source": phrase})
    row.source, row.draft = source, False
    count = sum(day.date.year == year for day in queries.calendar().days.values())
    record(Action.EDITED, ("calendar_year", year), by=by, now=now, days=count, source=source, draft=False)


def _keep_year(year: int, days: Mapping[date, Day], *, by: Actor, now: datetime, source: str, draft: bool) -> bool:
    stored = {day.date: day for day in queries.calendar().days.values() if day.date.year == year}
    row = db.session.get(CalendarYear, year, with_for_update=True)
    if row and (row.source, row.draft) == (source, draft) and stored == days:
        return False
    _replace(stored, [CalendarYear(year=year, source=source, draft=draft), *map(_row, days.values())])
    record(Action.EDITED, ("calendar_year", year), by=by, now=now, days=len(days), source=source, draft=draft)
    return True


def set_day(day: date, kind: DayKind, short: bool, works_as: int | None, *, by: Actor, now: datetime) -> bool:
    """Say what one day is. A day that is what its weekday says leaves the table.

    Returns whether anything changed. A working Saturday or Sunday without `works_as` keeps Monday's hours (case 26).
    Refused, at its field, for a shortened day off and for a weekday that replaces another.
    """
    calendar = queries.calendar()
    wanted = check_day(Day(day, kind, short, works_as)).with_default_weekday()
    before = calendar.day(day)
    if before == wanted:
        return False
    _replace([day], [] if wanted == calendar.rule(day) else [_row(wanted)])
    record(
        Action.EDITED,
        ("calendar_year", day.year),
        by=by,
        now=now,
        day=day.isoformat(),
        kind=kind.value,
        short=short,
        works_as=wanted.works_as,
        was={"kind": before.kind.value, "short": before.short, "works_as": before.works_as},
    )
    return True


def _replace(dates: Iterable[date], rows: Iterable[CalendarDay | CalendarYear]) -> None:
    """Put these rows where those dates were. Conflict when someone else is writing the same ones."""
    db.session.execute(delete(CalendarDay).where(CalendarDay.day.in_(list(dates))))
    try:
        with db.session.begin_nested():
            for row in rows:
                db.session.merge(row)
    except IntegrityError as error:
        raise Conflict(N_("Someone has just changed the same days. Look at the calendar and repeat what is still needed.")) from error


def _row(day: Day) -> CalendarDay:
    return CalendarDay(day=day.date, kind=day.kind, short=day.short, works_as=day.works_as)
