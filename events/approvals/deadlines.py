"""The last moment to submit a draft: kept with it by the worker's tick, for lists; of what was saved since it is counted here."""

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from events.approvals import queries, route
from events.approvals.facts import facts
from events.district import queries as district
from events.foundation.place import local_day
from events.people.queries import Offices
from events.requests import queries as requests
from events.requests.models import EventRequest
from events.requests.queries import ListedRequest, RequestRead
from events.requests.rules import Around
from events.requests.vocabulary import RequestStatus
from events.venues import queries as venues
from events.worktime import hours

COUNTED_AS = 1
"""Raise it when the code makes another moment of the same basis: every draft is then counted anew."""


def missed(found: Sequence[EventRequest | RequestRead | ListedRequest], now: datetime) -> Mapping[int, datetime]:
    """Of those never submitted, the last moment to do so (UTC) where it has passed, by request; a draft without a date misses nothing.

    Nothing is read but for drafts saved since the worker counted last, and of them no content unless the longest lead of any route has
    passed. Of a draft whose date has come that date is given.
    """
    dated = {one: one.first_start for one in found if one.status is RequestStatus.DRAFT and one.first_start is not None}
    over = {one.id: first for one, first in dated.items() if first <= now}
    kept = {one.id: one.submit_by for one, first in dated.items() if first > now and one.submit_by_basis is not None}
    saved = {one: first for one, first in dated.items() if first > now and one.submit_by_basis is None}
    lasts = {**kept, **_near_moments(saved, now)} if saved else kept
    return {**over, **{request_id: last for request_id, last in lasts.items() if last is not None and last < now}}


def _near_moments(dated: Mapping[EventRequest | RequestRead | ListedRequest, datetime], now: datetime) -> Mapping[int, datetime | None]:
    """The last moment of those drafts for which it can have passed on any route."""
    routes, offices = _routes(now), Offices()
    longest = max((max(one.min_lead_working_days, one.min_lead_working_days_budget) for one in routes), default=0)
    near = {one.id: one.lead_unit_id for one, first in dated.items() if offices.district.last_moment_before(first, longest) < now}
    return _moments(near, routes, offices, now)


def last_moments(leads: Mapping[int, int], offices: Offices, now: datetime) -> Mapping[int, datetime | None]:
    """The last moment to submit what is being written in each request, given with its lead unit (UTC): what the form's preview gives;
    None where it has no date or no route fits."""
    return _moments(leads, _routes(now), offices, now)


def basis(offices: Offices, now: datetime) -> str:
    """What last moments are counted from beside the drafts, as one word (SHA-256 in hex): another one as soon as routes in force, rules,
    days, hours or what is asked of venues may give another moment. Read before anything is counted, so that a count is never older
    than its word.
    """
    calendar = offices.calendar
    told = (
        COUNTED_AS,
        hours.DISTRICT_HOURS,
        sorted(calendar.days.items()),
        sorted(calendar.years),
        sorted(calendar.drafts),
        sorted((one.key, repr(one)) for one in district.rulebook().periods),
        district.rules(local_day(now)),
        queries.ids_in_force(now),
        venues.kinds(),
    )
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _routes(now: datetime) -> Sequence[route.RouteDefinition]:
    """Those in force; none when one of them cannot be read: nothing can be submitted then."""
    try:
        return queries.routes_in_force(now)
    except route.DefinitionError:
        return ()


def _moments(
    leads: Mapping[int, int], routes: Sequence[route.RouteDefinition], offices: Offices, now: datetime
) -> Mapping[int, datetime | None]:
    """The last moment of each draft on the route that its content asks for."""
    contents = requests.written(leads)
    used = venues.venues_by_id({key for content in contents.values() for key in content.venue_ids})
    lasts: dict[int, datetime | None] = dict.fromkeys(leads)
    for request_id, content in contents.items():
        around = Around(now, district.rules(local_day(now)), {}, leads[request_id], rules_on=district.rules)
        known = facts(content, used, offices.calendar, around)
        with suppress(route.NoRoute):
            lead = route.min_lead_days(route.select(routes, known).route, known)
            if content.first_start is not None:
                lasts[request_id] = offices.district.last_moment_before(content.first_start, lead)
    return lasts
