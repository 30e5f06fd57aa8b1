"""The dates of requests: called off, ahead, over, passed."""

from collections.abc import Callable, Mapping, Sequence
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


def to_call_off(event_request: EventRequest, now: datetime) -> Sequence[Occurrence]:
    """The approved dates that can still be cancelled: those ahead, and those put off, whose old time says nothing (cases.md 36, 37)."""
    approved, marks = in_force(event_request), _marks(event_request)
    ahead = {one.key for one in dates_ahead(event_request, now)} | {key for key, mark in marks.items() if mark is OccurrenceMark.POSTPONED}
    stand = ahead - {key for key, mark in marks.items() if mark is OccurrenceMark.CANCELLED}
    return [one for one in approved.occurrences if one.key in stand] if approved else []


def to_put_off(event_request: EventRequest, now: datetime) -> Sequence[Occurrence]:
    """The approved dates that can be put off: those ahead that are neither put off nor cancelled."""
    marks = _marks(event_request)
    return [one for one in dates_ahead(event_request, now) if one.key not in marks]


def standing(event_request: EventRequest) -> int:
    """How many approved dates have not been cancelled."""
    approved, marks = in_force(event_request), _marks(event_request)
    return sum(marks.get(one.key) is not OccurrenceMark.CANCELLED for one in approved.occurrences) if approved else 0


def to_restore(event_request: EventRequest, since: Callable[[datetime], datetime], now: datetime) -> Sequence[Occurrence]:
    """The dates whose cancelling alone can be taken back: until `since` their cancelling, and ahead or put off before (cases.md 37)."""
    approved, off = in_force(event_request), fates(event_request.id)
    if approved is None:
        return []
    cancelled = {key: one for key, one in off.items() if one.mark is OccurrenceMark.CANCELLED and now <= since(one.at)}
    return [
        one
        for one in approved.occurrences
        if one.key in cancelled and (cancelled[one.key].put_off_at is not None or (one.starts_at is not None and one.starts_at > now))
    ]


def is_to_come(event_request: EventRequest, now: datetime) -> bool:
    """Whether there is still a date to change or to cancel: one ahead, or one put off that waits for its new time (cases.md 35, 36)."""
    return bool(dates_ahead(event_request, now)) or event_request.postponing or bool(put_off(event_request))


def has_passed(event_request: EventRequest, change: Revision, now: datetime) -> bool:
    """Whether a date that the change adds or moves has begun meanwhile: it can be approved no more (cases.md 30, 35)."""
    approved = in_force(event_request)
    before = {one.key: one.starts_at for one in approved.occurrences} if approved else {}
    return any(one.starts_at is not None and one.starts_at <= now and before.get(one.key) != one.starts_at for one in change.occurrences)


def put_off(event_request: EventRequest) -> Sequence[str]:
    """Keys of approved dates that were put off and wait for their new time (cases.md 36)."""
    approved = in_force(event_request)
    marks = _marks(event_request) if approved else {}
    return [one.key for one in approved.occurrences if marks.get(one.key) is OccurrenceMark.POSTPONED] if approved else []


def _marks(event_request: EventRequest) -> dict[str, OccurrenceMark]:
    """What has become of single dates, by key."""
    return {key: fate.mark for key, fate in fates(event_request.id).items()}


def called_off(event_request: EventRequest, content: Content) -> frozenset[str]:
    """Keys of dates in `content` that are not going to be held: cancelled alone, or put off and not moved yet (cases.md 36, 37)."""
    approved = in_force(event_request)
    if approved is None:
        return frozenset()
    marks = _marks(event_request)
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


def overtaken(now: datetime, limit: int) -> Sequence[int]:
    """Requests in force with a change at work that comes too late: their last date has begun (cases.md 35)."""
    ahead = (
        select(Occurrence.id)
        .join(Revision, Revision.id == Occurrence.revision_id)
        .where(Revision.request_id == EventRequest.id, Revision.state == RevisionState.APPROVED, Occurrence.starts_at > now)
    )
    put_off = exists().where(OccurrenceFate.request_id == EventRequest.id, OccurrenceFate.mark == OccurrenceMark.POSTPONED)
    at_work = exists().where(
        Revision.request_id == EventRequest.id, Revision.amendment, Revision.state.in_((RevisionState.DRAFT, RevisionState.IN_REVIEW))
    )
    return db.session.scalars(
        select(EventRequest.id)
        .where(EventRequest.status.in_(IN_FORCE), EventRequest.first_start <= now, ~EventRequest.postponing)
        .where(at_work, ~ahead.exists(), ~put_off)
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
