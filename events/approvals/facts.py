"""The facts routes ask about, gathered from what a request says."""

from collections.abc import Mapping
from datetime import date, time, timedelta

from events.approvals.conditions import ANSWERED, FACTS, Facts
from events.district.rules import Rules
from events.foundation.place import local, local_day
from events.requests import rules
from events.requests.fields import Content, Occurrence
from events.requests.rules import Around
from events.requests.vocabulary import BudgetSource
from events.venues.models import Venue
from events.worktime.hours import Calendar, Schedule


def facts(content: Content, venues: Mapping[int, Venue], calendar: Calendar, around: Around) -> Facts:
    """What routes ask about this event; in a series a mark is true if true for any date (cases.md 10)."""
    schedule, evening = Schedule(calendar), around.rules.evening_after
    used = [venues[key] for key in content.venue_ids if key in venues]
    return Facts(
        answers={
            **{name: FACTS[name].kind(getattr(content, name) or 0) for name in ANSWERED},
            "outdoor": rules.in_the_open(content, venues),
        },
        ends_after_21=not content.online
        and any(rules.ends_late(one, evening, around.law(one).curfew_until) and _past(one, evening) for one in content.dated),
        school_hours=any(_in_school_hours(one, schedule, around.law(one)) for one in content.dated),
        budget_rub=content.budget_rub,
        budget_needs_accounting=any(line.source is not BudgetSource.STATE_TASK for line in content.budget),
        institutions=1 + len({one.unit_id for one in content.co_organizers} - {around.lead_unit_id}),
        city_square=any(venue.city_square for venue in used),
        evening=f"{evening:%H:%M}",
    )


def _past(one: Occurrence, evening: time) -> bool:
    """Later than that hour sharp."""
    return one.ends_at is not None and local(one.ends_at).time() != evening


def _in_school_hours(one: Occurrence, schedule: Schedule, law: Rules) -> bool:
    """Overlaps the lessons of a school day (data/demo.json, facts)."""
    if one.starts_at is None or one.ends_at is None:
        return False
    day = local_day(one.starts_at)
    while day <= local_day(one.ends_at):
        if _is_school_day(day, schedule, law) and _overlaps(one, day, law):
            return True
        day += timedelta(days=1)
    return False


def _is_school_day(day: date, schedule: Schedule, law: Rules) -> bool:
    """A working weekday of the school year."""
    return day.weekday() < 5 and law.school_year_from.until(law.school_year_to, day) and schedule.is_working_day(day)


def _overlaps(one: Occurrence, day: date, law: Rules) -> bool:
    """Whether the date touches lessons of that day."""
    starts, ends = local(one.starts_at), local(one.ends_at)  # type: ignore[arg-type]  # the caller knows both ends
    begins = starts.time() if starts.date() == day else time.min
    finishes = ends.time() if ends.date() == day else time.max
    return begins < law.school_day_to and finishes > law.school_day_from
