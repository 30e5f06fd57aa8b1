"""Reading the production calendar."""

from sqlalchemy import select

from events.foundation.db import db
from events.worktime.hours import DISTRICT_HOURS, Calendar, Day, OfficeHours, Schedule
from events.worktime.models import CalendarDay, CalendarYear

_DAYS = select(CalendarDay.day, CalendarDay.kind, CalendarDay.short, CalendarDay.works_as)
_YEARS = select(CalendarYear.year, CalendarYear.draft)


def calendar() -> Calendar:
    """The whole calendar, about twenty days a year, in two queries."""
    days = {row.day: Day(row.day, row.kind, row.short, row.works_as) for row in db.session.execute(_DAYS)}
    years = db.session.execute(_YEARS).all()
    return Calendar(days, frozenset(year for year, draft in years if not draft), frozenset(year for year, draft in years if draft))


def schedule(hours: OfficeHours | None = None) -> Schedule:
    """The open time of a unit with its own hours, else of the district (case 26). Keep it for the page: it remembers its days."""
    return Schedule(calendar(), hours or DISTRICT_HOURS)


def year_of(year: int) -> CalendarYear | None:
    """What is known of a year: its source and whether it is a draft; None for a year that is not loaded."""
    return db.session.get(CalendarYear, year)
