"""What a draft that is being written still needs, without the way it would go: what `planning.Preview.problems` says of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from events.approvals import queries, route
from events.approvals.facts import facts
from events.district import queries as district
from events.people.queries import Offices
from events.requests import queries as requests
from events.requests import rules
from events.requests.applying import applied
from events.requests.fields import Content
from events.requests.queries import Writing
from events.requests.rules import Around, Finding, VenueFacts
from events.venues import queries as venue_queries
from events.venues.models import Venue
from events.worktime.hours.days import Day, is_weekend
from events.worktime.vocabulary import DayKind


def findings_of(draft: Writing, now: datetime) -> tuple[Finding, ...]:
    """What its fields still need.

    The last moment to submit is all that the plan would add, and it is asked for only where a reason for being late may be missing.
    """
    offices, named = Offices(), venue_queries.venues_by_id(draft.content.venue_ids)
    content = applied(draft.content, [key for key, venue in named.items() if venue.is_on_the_net])
    venues = {key: named[key] for key in content.venue_ids if key in named}
    approved = requests.dates_in_force(draft.request_id) if draft.amendment else {}
    around = around_of(draft.lead_unit_id, venues, offices, now, approved=approved, handed_in=draft.submitted_at)
    if not draft.amendment and not content.late_reason:
        around = replace(around, last_moment=_last_moment(draft, content, venues, offices, around))
    return rules.problems(content, around)


def around_of(
    lead_unit_id: int,
    venues: Mapping[int, Venue],
    offices: Offices,
    now: datetime,
    *,
    approved: Mapping[str, datetime | None],
    handed_in: datetime | None,
) -> Around:
    """What the pure rules need to know."""
    known = {key: _facts(venue) for key, venue in venues.items()}
    return Around(
        now,
        district.rules(),
        known,
        lead_unit_id,
        lambda day: not offices.district.is_working_day(day),
        lambda day: _is_holiday(offices.calendar.day(day)),
        approved=approved,
        handed_in=handed_in,
        rules_on=district.rules,
    )


def _facts(venue: Venue) -> VenueFacts:
    return VenueFacts(
        venue.name,
        venue.capacity,
        venue.is_on_the_net,
        venue.exclusive,
        venue.is_outdoor,
        venue.at_once,
        venue.buffers,
        venue.opening,
        venue.closed,
        venue.safety_passport_until,
    )


def _is_holiday(day: Day) -> bool:
    """A public holiday, or a weekday off in its place."""
    return day.kind is DayKind.HOLIDAY or (day.kind is DayKind.OFF and not is_weekend(day.date))


def _last_moment(
    draft: Writing, content: Content, venues: Mapping[int, Venue], offices: Offices, around: Around
) -> datetime | None:  # fmt: skip
    """The last moment to submit it, where it may have passed: on no route it lies before that of the longest lead of any."""
    first = content.first_start
    if first is None:
        return None
    pinned = queries.last_pinned(draft.request_id) if draft.submitted_at else None
    try:
        routes = [queries.parsed(wording) for wording in queries.wordings(pinned, around.now).values()]
        longest = max((max(one.min_lead_working_days, one.min_lead_working_days_budget) for one in routes), default=0)
        earliest = offices.district.last_moment_before(first, longest)
        if (draft.submitted_at or around.now) <= earliest:
            return earliest
        known = facts(content, venues, offices.calendar, around)
        lead = route.min_lead_days(route.select(routes, known).route, known)
    except (route.NoRoute, route.DefinitionError):
        return None
    return offices.district.last_moment_before(first, lead)
