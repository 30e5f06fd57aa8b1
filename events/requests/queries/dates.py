"""The dates of requests: called off, ahead, over, passed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, func, null, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from events.foundation.db import UtcDateTime, db
from events.requests.fields import Content
from events.requests.models import EventRequest, Occurrence, OccurrenceFate, Revision
from events.requests.queries.request import AnyRequest, Dated, in_force
from events.requests.vocabulary import IN_FORCE, LIVE, OccurrenceMark, RequestStatus, RevisionState

Moment = datetime | ColumnElement[datetime]
NOW = bindparam("now", type_=UtcDateTime())
"""The present moment in a statement that is put together once; it is given when the statement is sent."""


def fates(request_id: int) -> Mapping[str, OccurrenceFate]:
    """Dates cancelled or put off alone, by their keys."""
    return {one.key: one for one in db.session.scalars(select(OccurrenceFate).where(OccurrenceFate.request_id == request_id))}


@dataclass(frozen=True)
class ApprovedDates:
    """The approved dates of a request and what has become of each alone; none before the approval."""

    dates: Sequence[Dated]
    fates: Mapping[str, OccurrenceFate]
    moving: bool
    """Whether the whole event waits for its new date (cases.md 36)."""

    @property
    def standing(self) -> Sequence[Dated]:
        """Those that have not been cancelled; one put off still stands (cases.md 37)."""
        return [one for one in self.dates if self.mark(one) is not OccurrenceMark.CANCELLED]

    @property
    def put_off(self) -> Sequence[Dated]:
        """Those that were put off and wait for their new time (cases.md 36)."""
        return [one for one in self.dates if self.mark(one) is OccurrenceMark.POSTPONED]

    @property
    def have_no_time(self) -> bool:
        """Whether all that stand were put off: nothing is left to be held until there is a new time."""
        return bool(self.standing) and len(self.put_off) == len(self.standing)

    def ahead(self, now: datetime) -> Sequence[Dated]:
        """Those that stand and have not begun."""
        return [one for one in self.standing if one.starts_at is not None and one.starts_at > now]

    def to_put_off(self, now: datetime) -> Sequence[Dated]:
        """Those that can be put off: ahead, and neither put off nor cancelled."""
        return [one for one in self.ahead(now) if self.mark(one) is None]

    def to_call_off(self, now: datetime) -> Sequence[Dated]:
        """Those that can still be cancelled: ahead, or put off, whose old time says nothing (cases.md 36, 37)."""
        ahead = self.ahead(now)
        return [one for one in self.standing if one in ahead or self.mark(one) is OccurrenceMark.POSTPONED]

    def to_restore(self, since: datetime, now: datetime) -> Sequence[Dated]:
        """Those whose cancelling alone can be taken back: cancelled after `since`, and ahead or put off before (cases.md 37)."""
        lately = {key: one for key, one in self.fates.items() if one.mark is OccurrenceMark.CANCELLED and one.at > since}
        found = [one for one in self.dates if one.key in lately]
        return [one for one in found if lately[one.key].put_off_at is not None or (one.starts_at is not None and one.starts_at > now)]

    def are_to_come(self, now: datetime) -> bool:
        """Whether there is still a date to change or to cancel: one ahead, or one that waits for its new time (cases.md 35, 36)."""
        return self.moving or bool(self.to_call_off(now))

    def are_over(self, since: datetime, now: datetime) -> bool:
        """Whether the last date that was not cancelled has ended (cases.md 39). What waits for its new time has not been held, and what
        was cancelled after `since` may still come back.
        """
        ends = [one.ends_at for one in self.standing if one.ends_at is not None]
        waits = self.moving or self.put_off or self.to_restore(since, now)
        return bool(ends) and max(ends) <= now and not waits

    def mark(self, one: Dated) -> OccurrenceMark | None:
        """What has become of the date alone."""
        fate = self.fates.get(one.key)
        return fate.mark if fate else None


def approved_dates(event_request: AnyRequest) -> ApprovedDates:
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


def called_off(event_request: AnyRequest, content: Content) -> frozenset[str]:
    """Keys of dates in `content` that are not going to be held: cancelled alone, or put off and not moved yet (cases.md 36, 37)."""
    approved = in_force(event_request)
    if approved is None:
        return frozenset()
    marks = {key: fate.mark for key, fate in fates(event_request.id).items()}
    before = {one.key: one.starts_at for one in approved.occurrences}
    stands = {one.key for one in content.occurrences if one.starts_at != before.get(one.key)}
    return frozenset(key for key, mark in marks.items() if mark is OccurrenceMark.CANCELLED or key not in stands)


def over(since: datetime, now: datetime, limit: int) -> Sequence[int]:
    """`ApprovedDates.are_over` of requests in force."""
    standing = _approved_date(~_marked(OccurrenceMark.CANCELLED))
    still_ahead = _approved_date(~_marked(OccurrenceMark.CANCELLED), Occurrence.ends_at > now)
    return db.session.scalars(
        select(EventRequest.id)
        .where(EventRequest.status.in_(IN_FORCE), EventRequest.first_start <= now, ~EventRequest.postponing)
        .where(standing, ~still_ahead, ~_put_off(), ~_restorable(since, now))
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


def next_date(now: Moment) -> ColumnElement[datetime]:
    """Of a request: when the first of its dates begins that is to be held and is not over; NULL where there is none, or none is known:
    while it moves, and with everything ahead cancelled or put off alone. Dates are read one by one only where the first says nothing.
    """
    standing = (
        select(func.min(Occurrence.starts_at))
        .join(Revision, Revision.id == Occurrence.revision_id)
        .where(Revision.request_id == EventRequest.id, Revision.state == RevisionState.APPROVED, Occurrence.ends_at > now)
        .where(~_has_fate())
        .correlate(EventRequest)
        .scalar_subquery()
    )
    is_first = and_(EventRequest.first_start > now, EventRequest.id.not_in(select(OccurrenceFate.request_id)))
    known = and_(EventRequest.status.in_(LIVE), ~EventRequest.postponing)
    return case((known, case((is_first, EventRequest.first_start), else_=standing)))


def shown_date(now: Moment) -> ColumnElement[datetime]:
    """Of a request: the date by which a list shows it. In force, the next that is to be held; NULL while it has no time, and where none is
    left, the first, as it was held. Else the first of what is written.
    """
    waits = or_(EventRequest.postponing, _put_off())
    left = func.coalesce(next_date(now), case((waits, null()), else_=EventRequest.first_start))
    return case((EventRequest.status.in_(IN_FORCE), left), else_=EventRequest.first_start)


def are_to_come(since: Moment) -> ColumnElement[bool]:
    """Of a request in force: `ApprovedDates.are_to_come`; of any other, whether its first date begins after `since`."""
    stands = (~_marked(OccurrenceMark.CANCELLED), or_(Occurrence.starts_at > since, _marked(OccurrenceMark.POSTPONED)))
    in_force = and_(EventRequest.status.in_(IN_FORCE), or_(EventRequest.postponing, _approved_date(*stands)))
    return or_(in_force, and_(EventRequest.status.not_in(IN_FORCE), EventRequest.first_start > since))


def begins_within(since: Moment | None, until: Moment | None) -> ColumnElement[bool]:
    """Of a request in force: whether one of its dates that have a time lies from `since` until before `until`; of any other, its first."""

    def within(starts: InstrumentedAttribute[datetime | None]) -> list[ColumnElement[bool]]:
        return [*([starts >= since] if since is not None else []), *([starts < until] if until is not None else [])]

    in_force = (EventRequest.status.in_(IN_FORCE), ~EventRequest.postponing, _approved_date(~_has_fate(), *within(Occurrence.starts_at)))
    return or_(and_(*in_force), and_(EventRequest.status.not_in(IN_FORCE), *within(EventRequest.first_start)))


def _approved_date(*of_it: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the request has an approved date of which all this is true."""
    return (
        select(Occurrence.id)
        .join(Revision, Revision.id == Occurrence.revision_id)
        .where(Revision.request_id == EventRequest.id, Revision.state == RevisionState.APPROVED, *of_it)
        .correlate(EventRequest)
        .exists()
    )


def _put_off() -> ColumnElement[bool]:
    """Whether an approved date waits for its new time; one that a change has taken out does not."""
    return _approved_date(_marked(OccurrenceMark.POSTPONED))


def _restorable(since: datetime, now: datetime) -> ColumnElement[bool]:
    """`ApprovedDates.to_restore`: whether there is one."""
    of_use = or_(Occurrence.starts_at > now, OccurrenceFate.put_off_at.is_not(None))
    return _approved_date(_marked(OccurrenceMark.CANCELLED, OccurrenceFate.at > since, of_use))


def _marked(mark: OccurrenceMark, *and_so: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the date at hand was cancelled or put off alone, and so that all this is true."""
    return _has_fate(OccurrenceFate.mark == mark, *and_so)


def _has_fate(*and_so: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether something has become of the date at hand alone, and so that all this is true."""
    of_the_date = (OccurrenceFate.request_id == EventRequest.id, OccurrenceFate.key == Occurrence.key)
    return exists().where(*of_the_date, *and_so).correlate(EventRequest, Occurrence)


SHOWN_DATE = shown_date(NOW)
"""`shown_date` of a statement that is put together once."""
