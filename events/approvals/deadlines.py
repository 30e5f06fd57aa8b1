"""Drafts whose last day to submit has passed, for lists: the same moment as the form's preview gives, for many drafts at once."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from events.approvals import queries, route
from events.approvals.facts import facts
from events.district import queries as district
from events.people.queries import Offices
from events.requests import queries as requests
from events.requests.models import EventRequest
from events.requests.rules import Around
from events.requests.vocabulary import RequestStatus
from events.venues import queries as venues


def missed(found: Sequence[EventRequest], now: datetime) -> Mapping[int, datetime]:
    """Of those never submitted, the last moment to do so (UTC) where it has passed, by request; a draft without a date misses nothing.

    Nothing is read when none is a draft with a date, and no content unless the longest lead of any route has passed.
    """
    dated = {one: one.first_start for one in found if one.status is RequestStatus.DRAFT and one.first_start is not None}
    if not dated:
        return {}
    try:
        routes = [route.parse_route(version.definition) for version in queries.current_versions(now)]
    except route.DefinitionError:
        return {}
    offices = Offices()
    longest = max((max(one.min_lead_working_days, one.min_lead_working_days_budget) for one in routes), default=0)
    near = [one for one, first in dated.items() if offices.district.last_moment_before(first, longest) < now]
    lasts = _last_moments({one.id: one for one in near}, routes, offices, now)
    return {request_id: last for request_id, last in lasts.items() if last < now}


def _last_moments(
    near: Mapping[int, EventRequest], routes: Sequence[route.RouteDefinition], offices: Offices, now: datetime
) -> Mapping[int, datetime]:
    """The last moment of each draft on the route that its content asks for; none where no route fits."""
    contents = requests.written(near)
    used = venues.venues_by_id({key for content in contents.values() for key in content.venue_ids})
    lasts = {}
    for request_id, content in contents.items():
        around = Around(now, district.rules(), {}, near[request_id].lead_unit_id, rules_on=district.rules)
        known = facts(content, used, offices.calendar, around)
        with suppress(route.NoRoute):
            lead = route.min_lead_days(route.select(routes, known).route, known)
            if content.first_start is not None:
                lasts[request_id] = offices.district.last_moment_before(content.first_start, lead)
    return lasts
