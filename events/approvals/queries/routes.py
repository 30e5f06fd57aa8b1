"""Reading routes: the versions in force, and those a request keeps."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, select

from events.approvals.models import Round, Route, RouteVersion
from events.approvals.vocabulary import (
    RoundState,
)
from events.foundation.db import db
from events.requests.models import EventRequest


def current_versions(now: datetime) -> Sequence[RouteVersion]:
    """The version in force of every active route."""
    newest = (
        select(RouteVersion.route_id, func.max(RouteVersion.valid_from).label("since"))
        .where(RouteVersion.valid_from <= now)
        .group_by(RouteVersion.route_id)
        .subquery()
    )
    same = and_(RouteVersion.route_id == newest.c.route_id, RouteVersion.valid_from == newest.c.since)
    return db.session.scalars(select(RouteVersion).join(newest, same).join(Route).where(Route.active).order_by(Route.priority)).all()


def pinned_versions(event_request: EventRequest, now: datetime, *, amendment: bool) -> Sequence[RouteVersion]:
    """The set pinned at the first submission of this cycle, else the set in force (cases.md 9, I5)."""
    last = db.session.scalar(
        select(Round).where(Round.request_id == event_request.id, Round.amendment == amendment).order_by(Round.no.desc()).limit(1)
    )
    if last is None or (amendment and last.state in (RoundState.APPROVED, RoundState.REJECTED, RoundState.WITHDRAWN)):
        return current_versions(now)
    return db.session.scalars(select(RouteVersion).where(RouteVersion.id.in_(last.pinned))).all()
