"""Keeping the routes an administrator wrote."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from events.approvals import route
from events.approvals.models import Route, RouteVersion
from events.audit.operations import record
from events.audit.vocabulary import Action
from events.foundation.acting import Actor
from events.foundation.db import db


def keep_route(plain: Mapping[str, object], *, by: Actor, now: datetime) -> RouteVersion:
    """Add a route, or a new version of it from now on. Raises DefinitionError when it cannot be used."""
    definition = route.parse_route(dict(plain))
    stored = db.session.scalar(select(Route).where(Route.key == definition.key))
    if stored is None:
        stored = Route(key=definition.key, priority=definition.priority)
        db.session.add(stored)
    stored.priority = definition.priority
    db.session.flush()
    version = RouteVersion(route_id=stored.id, valid_from=now, definition=dict(plain))
    db.session.add(version)
    db.session.flush()
    record(Action.EDITED, ("route", stored.id), by=by, now=now, version=version.id)
    return version
