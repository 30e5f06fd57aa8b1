"""Reading routes: the versions in force, and those a request keeps."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, select

from events.approvals.models import Round, Route, RouteVersion
from events.foundation.db import db
from events.requests import queries as requests
from events.requests.models import EventRequest
from events.requests.queries.request import AT_WORK


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
    """The set pinned at the first submission of this request, or of the change at work; else the set in force (cases.md 9, I5)."""
    rounds = select(Round).where(Round.request_id == event_request.id, Round.amendment == amendment)
    if amendment:
        at_work = [one.id for change in requests.changes(event_request)[-1:] for one in change if one.state in AT_WORK]
        rounds = rounds.where(Round.revision_id.in_(at_work))
    last = db.session.scalar(rounds.order_by(Round.no.desc()).limit(1))
    if last is None:
        return current_versions(now)
    return db.session.scalars(select(RouteVersion).where(RouteVersion.id.in_(last.pinned))).all()
