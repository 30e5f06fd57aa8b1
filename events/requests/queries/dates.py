"""The dates of requests: called off, ahead, over, passed."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import InstrumentedAttribute

from events.foundation.db import db
from events.requests.fields import Content
from events.requests.models import EventRequest, Occurrence, OccurrenceFate, Revision
from events.requests.queries.request import in_force
from events.requests.vocabulary import IN_FORCE, OccurrenceMark, RequestStatus, RevisionState


def fates(request_id: int) -> Mapping[str, OccurrenceFate]:
    """Dates cancelled or put off alone, by their keys."""
    return {one.key: one for one in db.session.scalars(select(OccurrenceFate).where(OccurrenceFate.request_id == request_id))}


def dates_ahead(event_request: EventRequest, now: datetime) -> Sequence[Occurrence]:
    """The approved dates that have not begun: only these can still be cancelled or put off."""
    approved = in_force(event_request)
    return [one for one in approved.occurrences if one.starts_at is not None and one.starts_at > now] if approved else []


def put_off(event_request: EventRequest) -> Sequence[str]:
    """Keys of approved dates that were put off and wait for their new time (cases.md 36)."""
    approved = in_force(event_request)
    marks = {key: fate.mark for key, fate in fates(event_request.id).items()} if approved else {}
    return [one.key for one in approved.occurrences if marks.get(one.key) is OccurrenceMark.POSTPONED] if approved else []


def called_off(event_request: EventRequest, content: Content) -> frozenset[str]:
    """Keys of dates in `content` that are not going to be held: cancelled alone, or put off and not moved yet (cases.md 36, 37)."""
    approved = in_force(event_request)
    if approved is None:
        return frozenset()
    marks = {key: fate.mark for key, fate in fates(event_request.id).items()}
    before = {one.key: one.starts_at for one in approved.occurrences}
    stands = {one.key for one in content.occurrences if one.starts_at != before.get(one.key)}
    return frozenset(key for key, mark in marks.items() if mark is OccurrenceMark.CANCELLED or key not in stands)


def over(now: datetime, limit: int) -> Sequence[int]:
    """Requests in force whose last date that was not called off has ended; one being postponed waits for its new date."""
    still_ahead = (
        select(Occurrence.id)
        .join(Revision, Revision.id == Occurrence.revision_id)
        .where(Revision.request_id == EventRequest.id, Revision.state == RevisionState.APPROVED, Occurrence.ends_at > now)
        .where(~_called_off(Occurrence.key))
    )
    held = (
        select(Occurrence.id)
        .join(Revision, Revision.id == Occurrence.revision_id)
        .where(Revision.request_id == EventRequest.id, Revision.state == RevisionState.APPROVED, ~_called_off(Occurrence.key))
    )
    return db.session.scalars(
        select(EventRequest.id)
        .where(EventRequest.status.in_(IN_FORCE), EventRequest.first_start <= now, ~EventRequest.postponing)
        .where(held.exists(), ~still_ahead.exists())
        .order_by(EventRequest.id)
        .limit(limit)
    ).all()


def forgotten(before: datetime, now: datetime, limit: int) -> Sequence[int]:
    """Returned requests whose first date passed before `before`, unless their author is writing a date ahead into them."""
    moved = exists(
        select(Occurrence.id)
        .join(Revision, Revision.id == Occurrence.revision_id)
        .where(Revision.request_id == EventRequest.id, Revision.state == RevisionState.DRAFT, Occurrence.starts_at > now)
        .correlate(EventRequest)
    )
    return db.session.scalars(
        select(EventRequest.id)
        .where(EventRequest.status == RequestStatus.RETURNED, EventRequest.first_start < before, ~moved)
        .order_by(EventRequest.id)
        .limit(limit)
    ).all()


def _called_off(key: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Whether that date of the request was cancelled or put off alone."""
    return exists().where(OccurrenceFate.request_id == EventRequest.id, OccurrenceFate.key == key)
