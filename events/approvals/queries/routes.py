"""Reading routes: the versions in force, and those a request keeps."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Text, cast, false, select

from events.approvals.models import Round, Route, RouteVersion
from events.approvals.route import RouteDefinition, parse_route
from events.foundation import standing
from events.foundation.db import db
from events.requests import queries as requests
from events.requests.models import EventRequest
from events.requests.queries.request import AT_WORK


@dataclass(frozen=True, slots=True)
class _Version:
    """One version of a route; `since` when it comes into force, UTC."""

    id: int
    route_id: int
    priority: int
    active: bool
    since: datetime
    wording: str


def current_versions(now: datetime) -> Sequence[RouteVersion]:
    """The version in force of every active route."""
    wanted = ids_in_force(now)
    found = {one.id: one for one in db.session.scalars(select(RouteVersion).where(RouteVersion.id.in_(wanted)))}
    return [found[key] for key in wanted]


def routes_in_force(now: datetime) -> Sequence[RouteDefinition]:
    """What the versions in force say. Each wording is parsed once in a process: a version is never changed. Raises DefinitionError."""
    return [parsed(one.wording) for one in _in_force(now)]


def ids_in_force(now: datetime) -> Sequence[int]:
    """Which versions are in force, in the order of their routes."""
    return [one.id for one in _in_force(now)]


@lru_cache(maxsize=64)
def parsed(wording: str) -> RouteDefinition:
    """What a version's wording says. Raises DefinitionError."""
    return parse_route(json.loads(wording))


def pinned_versions(event_request: EventRequest, now: datetime, *, amendment: bool) -> Mapping[int, str]:
    """The set pinned at the first submission of this request, or of the change at work; else the set in force (cases.md 9, I5).

    Their wordings by id, for `parsed`.
    """
    rounds = select(Round.pinned).where(Round.request_id == event_request.id, Round.amendment == amendment)
    if amendment:
        at_work = [one.id for change in requests.changes(event_request)[-1:] for one in change if one.state in AT_WORK]
        rounds = rounds.where(Round.revision_id.in_(at_work))
    submitted = event_request.submitted_at is not None
    return wordings(db.session.scalar(rounds.order_by(Round.no.desc()).limit(1)) if submitted else None, now)


def last_pinned(request_id: int) -> Collection[int] | None:
    """The set pinned at the first submission of a request that has not been approved; None before it."""
    rounds = select(Round.pinned).where(Round.request_id == request_id, Round.amendment == false())
    return db.session.scalar(rounds.order_by(Round.no.desc()).limit(1))


def wordings(pinned: Collection[int] | None, now: datetime) -> Mapping[int, str]:
    """The wordings of these versions by id; of those in force where none are pinned."""
    found = _in_force(now) if pinned is None else [one for one in _versions() if one.id in pinned]
    return {one.id: one.wording for one in found}


def _in_force(now: datetime) -> Sequence[_Version]:
    """The version in force of every active route, by priority."""
    newest = {one.route_id: one for one in _versions() if one.since <= now}
    return sorted((one for one in newest.values() if one.active), key=lambda one: one.priority)


def _versions() -> Sequence[_Version]:
    """Every version of every route, the oldest first."""

    def read() -> Sequence[_Version]:
        of_version = (RouteVersion.id, RouteVersion.route_id, Route.priority, Route.active, RouteVersion.valid_from)
        asked = select(*of_version, cast(RouteVersion.definition, Text)).join_from(RouteVersion, Route, Route.id == RouteVersion.route_id)
        rows = db.session.execute(asked.order_by(RouteVersion.valid_from, RouteVersion.id))
        return [_Version(*row) for row in rows]

    return standing.kept("route versions", read)
