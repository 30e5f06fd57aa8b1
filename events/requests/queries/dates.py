"""The dates of requests: called off, ahead, over, passed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select

from events.foundation.db import db
from events.requests.fields import Content
from events.requests.models import EventRequest, Occurrence, OccurrenceFate, Revision
from events.requests.queries.request import in_force
from events.requests.vocabulary import IN_FORCE, OccurrenceMark, RequestStatus, RevisionState


def fates(request_id: int) -> Mapping[str, OccurrenceFate]:
    """Dates cancelled or put off alone, by their keys."""
    return {one.key: one for one in db.session.scalars(select(OccurrenceFate).where(OccurrenceFate.request_id == request_id))}


@dataclass(frozen=True)
class ApprovedDates:
    """The approved dates of a request and what has become of each alone; none before the approval."""

    dates: Sequence[Occurrence]
    fates: Mapping[str, OccurrenceFate]
    moving: bool
    """Whether the whole event waits for its new date (cases.md 36)."""

    @property
    def standing(self) -> Sequence[Occurrence]:
        """Those that have not been cancelled; one put off still stands (cases.md 37)."""
        return [one for one in self.dates if self.mark(one) is not OccurrenceMark.CANCELLED]

    @property
    def put_off(self) -> Sequence[Occurrence]:
        """Those that were put off and wait for their new time (cases.md 36)."""
        return [one for one in self.dates if self.mark(one) is OccurrenceMark.POSTPONED]

    def ahead(self, now: datetime) -> Sequence[Occurrence]:
        """Those that stand and have not begun."""
        return [one for one in self.standing if one.starts_at is not None and one.starts_at > now]

    def to_put_off(self, now: datetime) -> Sequence[Occurrence]:
        """Those that can be put off: ahead, and neither put off nor cancelled."""
        return [one for one in self.ahead(now) if self.mark(one) is None]

    def to_call_off(self, now: datetime) -> Sequence[Occurrence]:
        """Those that can still be cancelled: ahead, or put off, whose old time says nothing (cases.md 36, 37)."""
        ahead = self.ahead(now)
        return [one for one in self.standing if one in ahead or self.mark(one) is OccurrenceMark.POSTPONED]

    def to_restore(self, since: Callable[[datetime], datetime], now: datetime) -> Sequence[Occurrence]:
        """Those whose cancelling alone can be taken back: until `since` their cancelling, and ahead or put off before (cases.md 37)."""
        lately = {key: one for key, one in self.fates.items() if one.mark is OccurrenceMark.CANCELLED and now <= since(one.at)}
        found = [one for one in self.dates if one.key in lately]
        return [one for one in found if lately[one.key].put_off_at is not None or (one.starts_at is not None and one.starts_at > now)]

    def are_to_come(self, now: datetime) -> bool:
        """Whether there is still a date to change or to cancel: one ahead, or one that waits for its new time (cases.md 35, 36)."""
        return self.moving or bool(self.to_call_off(now))

    def are_over(self, now: datetime) -> bool:
        """Whether the last date that was not cancelled has ended (cases.md 39). What waits for its new time has not been held."""
        ends = [one.ends_at for one in self.standing if one.ends_at is not None]
        return bool(ends) and max(ends) <= now and not self.moving and not self.put_off

    def mark(self, one: Occurrence) -> OccurrenceMark | None:
        """What has become of the date alone."""
        fate = self.fates.get(one.key)
        return fate.mark if fate else None


def approved_dates(event_request: EventRequest) -> ApprovedDates:
    """The dates of the approved revision as they stand."""
    approved = in_force(event_request)
    dates, marks = (approved.occurrences, fates(event_request.id)) if approved else ((), {})
    return ApprovedDates(dates, marks, event_request.postponing)


def is_to_come(event_request: EventRequest, now: datetime) -> bool:
    """`ApprovedDates.are_to_come`, where nothing else of them is asked."""
    return approved_dates(event_request).are_to_come(now)


def has_passed(event_request: EventRequest, change: Revision, now: datetime) -> bool:
    """Whether a date that the change adds or moves has begun meanwhile: it can be approved no more (cases.md 30, 35)."""
    approved = in_force(event_request)
    before = {one.key: one.starts_at for one in approved.occurrences} if approved else {}
    return any(one.starts_at is not None and one.starts_at <= now and before.get(one.key) != one.starts_at for one in change.occurrences)


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
    """`ApprovedDates.are_over` of requests in force."""
    standing = _approved_date(~_marked(OccurrenceMark.CANCELLED))
    still_ahead = _approved_date(~_marked(OccurrenceMark.CANCELLED), Occurrence.ends_at > now)
    return db.session.scalars(
        select(EventRequest.id)
        .where(EventRequest.status.in_(IN_FORCE), EventRequest.first_start <= now, ~EventRequest.postponing)
        .where(standing, ~still_ahead, ~_put_off())
        .order_by(EventRequest.id)
        .limit(limit)
    ).all()


def overtaken(now: datetime, limit: int) -> Sequence[int]:
    """Requests in force with a change at work and nothing left to come: it comes too late (cases.md 35)."""
    ahead = _approved_date(~_marked(OccurrenceMark.CANCELLED), Occurrence.starts_at > now)
    at_work = exists().where(
        Revision.request_id == EventRequest.id, Revision.amendment, Revision.state.in_((RevisionState.DRAFT, RevisionState.IN_REVIEW))
    )
    return db.session.scalars(
        select(EventRequest.id)
        .where(EventRequest.status.in_(IN_FORCE), EventRequest.first_start <= now, ~EventRequest.postponing)
        .where(at_work, ~ahead, ~_put_off())
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


def _approved_date(*of_it: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the request has an approved date of which all this is true."""
    return (
        select(Occurrence.id)
        .join(Revision, Revision.id == Occurrence.revision_id)
        .where(Revision.request_id == EventRequest.id, Revision.state == RevisionState.APPROVED, *of_it)
        .exists()
    )


def _put_off() -> ColumnElement[bool]:
    """Whether an approved date waits for its new time; one that a change has taken out does not."""
    return _approved_date(_marked(OccurrenceMark.POSTPONED))


def _marked(mark: OccurrenceMark) -> ColumnElement[bool]:
    """Whether the date at hand was cancelled or put off alone."""
    return exists().where(OccurrenceFate.request_id == EventRequest.id, OccurrenceFate.key == Occurrence.key, OccurrenceFate.mark == mark)
