"""Keeping the routes an administrator wrote."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from events.approvals import queries, route
from events.approvals.models import Route, RouteVersion
from events.approvals.route import DefinitionError, RouteDefinition
from events.audit.operations import record
from events.audit.vocabulary import Action
from events.foundation.acting import Actor
from events.foundation.db import db
from events.people.models import Unit
from events.people.vocabulary import no_such_unit


def keep_routes(plain: Iterable[Mapping[str, object]], *, by: Actor, now: datetime) -> list[RouteVersion]:
    """Add these routes, or a new version of each from now on, all at once: only together they may make a set that can be used.

    Raises DefinitionError when one cannot be used, names a unit that does not exist, or when no set would come of it (cases.md 1).
    """
    documents = [dict(one) for one in plain]
    definitions = [route.parse_route(one) for one in documents]
    _refuse_unknown_units(definitions)
    route.check_set(_in_force_with(definitions, now))
    rows = _with_priorities(definitions)
    versions = [RouteVersion(route_id=row.id, valid_from=now, definition=one) for row, one in zip(rows, documents, strict=True)]
    db.session.add_all(versions)
    db.session.flush()
    for version in versions:
        record(Action.EDITED, ("route", version.route_id), by=by, now=now, version=version.id)
    return versions


def _refuse_unknown_units(definitions: Iterable[RouteDefinition]) -> None:
    """A route that asks nobody known would stop every request that takes it."""
    known = set(db.session.scalars(select(Unit.key)))
    for one in definitions:
        for stage in one.stages:
            for slot in stage.slots:
                if slot.unit is not None and slot.unit not in known:
                    raise DefinitionError(f"{one.key}/{stage.key}/{slot.key}/who/unit", no_such_unit(slot.unit))


def _in_force_with(definitions: Sequence[RouteDefinition], now: datetime) -> list[RouteDefinition]:
    """These routes and those in force that they do not replace."""
    new = {one.key for one in definitions}
    staying = (route.parse_route(version.definition) for version in queries.current_versions(now) if version.route.key not in new)
    return [*staying, *definitions]


def _with_priorities(definitions: Sequence[RouteDefinition]) -> list[Route]:
    """The rows of the routes with their priorities, which two may have exchanged: all are set aside first, since none stands twice."""
    stored = {one.key: one for one in db.session.scalars(select(Route).where(Route.key.in_([one.key for one in definitions])))}
    for row in stored.values():
        row.priority = -row.id
    db.session.flush()
    rows = [stored.get(one.key) or Route(key=one.key) for one in definitions]
    for row, one in zip(rows, definitions, strict=True):
        row.priority = one.priority
    db.session.add_all(rows)
    db.session.flush()
    return rows
