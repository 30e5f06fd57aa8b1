"""The facts routes ask about, gathered from what a request says."""

from collections.abc import Mapping
from datetime import date, time, timedelta

from events.approvals.conditions import ANSWERED, FACTS, Facts
from events.foundation.place import local
from events.requests import rules
from events.requests.sections import Content, Occurrence
from events.requests.vocabulary import BudgetSource
from events.venues.models import Venue
from events.venues.vocabulary import VenueKind
from events.worktime.hours import Calendar, Schedule

EVENING = time(21)
SCHOOL_DAY = (time(8, 30), time(15))


def facts(content: Content, lead_unit_id: int, venues: Mapping[int, Venue], calendar: Calendar) -> Facts:
    """What routes ask about this event; in a series a mark is true if true for any date (cases.md 10)."""
    schedule = Schedule(calendar)
    used = [venues[key] for key in content.venue_ids if key in venues]
    return Facts(
        answers={
            **{name: FACTS[name].kind(getattr(content, name) or 0) for name in ANSWERED},
            "outdoor": content.outdoor or any(venue.kind is VenueKind.OUTDOOR for venue in used),
        },
        ends_after_21=any(rules.ends_late(one, EVENING) and _past_evening(one) for one in content.dated),
        school_hours=any(_in_school_hours(one, schedule) for one in content.dated),
        budget_rub=content.budget_rub,
        budget_needs_accounting=any(line.source is not BudgetSource.STATE_TASK for line in content.budget),
        institutions=1 + len({one.unit_id for one in content.co_organizers} - {lead_unit_id}),
        city_square=any(venue.city_square for venue in used),
    )


def _past_evening(one: Occurrence) -> bool:
    """Later than 21:00 sharp."""
    return one.ends_at is not None and local(one.ends_at).time() != EVENING


def _in_school_hours(one: Occurrence, schedule: Schedule) -> bool:
    """Overlaps Mon-Fri 08:30-15:00 of a working day from 1 September to 25 May (data/demo.json, facts)."""
    if one.starts_at is None or one.ends_at is None:
        return False
    day = local(one.starts_at).date()
    while day <= local(one.ends_at).date():
        if _is_school_day(day, schedule) and _overlaps(one, day):
            return True
        day += timedelta(days=1)
    return False


def _is_school_day(day: date, schedule: Schedule) -> bool:
    """A working weekday of the school year."""
    in_term = day.month >= 9 or day.month < 5 or (day.month == 5 and day.day <= 25)
    return day.weekday() < 5 and in_term and schedule.is_working_day(day)


def _overlaps(one: Occurrence, day: date) -> bool:
    """Whether the date touches lessons of that day."""
    starts, ends = local(one.starts_at), local(one.ends_at)  # type: ignore[arg-type]  # the caller knows both ends
    begins = starts.time() if starts.date() == day else time.min
    finishes = ends.time() if ends.date() == day else time.max
    return begins < SCHOOL_DAY[1] and finishes > SCHOOL_DAY[0]
