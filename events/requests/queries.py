"""Reading requests. What a user may see is decided here, once, over Involvement."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from events.foundation.db import db
from events.foundation.errors import NotFound
from events.foundation.text import search_form
from events.people.models import Membership, User
from events.people.vocabulary import Role, UnitKind
from events.requests.models import (
    Authorship,
    BudgetLine,
    CoOrganizer,
    EventRequest,
    Involvement,
    Occurrence,
    OccurrenceFate,
    RequestTemplate,
    Revision,
)
from events.requests.sections import Content
from events.requests.vocabulary import IN_FORCE, OccurrenceMark, RequestStatus, RevisionState

DISTRICT_WIDE = frozenset({Role.COORDINATOR, Role.ADMIN, Role.ANALYST})
WRITERS = (Role.AUTHOR, Role.HEAD)
PAGE_SIZE = 30
Counted = tuple[Sequence[EventRequest], int]
"""The first requests of a list, and how many there are in all."""
Ordered = ColumnElement[Any] | InstrumentedAttribute[Any]
_CONTENT = (Revision, Occurrence, BudgetLine, CoOrganizer)


@dataclass(frozen=True)
class Wish:
    """What a list is asked for; every part may be empty."""

    text: str = ""
    statuses: frozenset[RequestStatus] = field(default_factory=frozenset)
    unit_id: int | None = None
    mine: bool = False
    mending: bool = False
    """Only what waits for its author's hand: what came back, and changes to what is approved while they are written."""
    begins_after: datetime | None = None
    """Only what begins later than that."""


def visible_to(user: User, *, one: bool = False) -> ColumnElement[bool]:
    """The requests a user may see: those their units are involved in; the district-wide roles see all submitted ones.

    `one`: a single request is asked about. There, and beside an OR, both databases would gather the whole of an IN first:
    200 to 400 ms at 200,000 requests, where EXISTS takes one look into an index.
    """
    units = {membership.unit_id for membership in user.memberships}
    if not units:
        return false()
    asked = select(Involvement.request_id).where(Involvement.unit_id.in_(units), Involvement.until.is_(None))
    involved = asked.where(Involvement.request_id == EventRequest.id).correlate(EventRequest).exists()
    if any(membership.role in DISTRICT_WIDE for membership in user.memberships):
        return or_(EventRequest.number.is_not(None), involved)
    return involved if one else EventRequest.id.in_(asked.correlate(None))


def may_see(user: User, request_id: int) -> bool:
    """Whether the user may see the request now."""
    return db.session.scalar(select(EventRequest.id).where(EventRequest.id == request_id, visible_to(user, one=True))) is not None


def seen_by_each(user_ids: Collection[int], request_ids: Collection[int], *, ever: bool = False) -> set[tuple[int, int]]:
    """Which of these people see which of these requests (user, request): the rule of `visible_to` for many at once.

    `ever`: their units see it now or did before.
    """
    involved = select(Involvement.id).where(Involvement.unit_id == Membership.unit_id, Involvement.request_id == EventRequest.id)
    asked = involved if ever else involved.where(Involvement.until.is_(None))
    of_all = and_(Membership.role.in_(DISTRICT_WIDE), EventRequest.number.is_not(None))
    sees = or_(of_all, asked.correlate(Membership, EventRequest).exists())
    pairs = select(Membership.user_id, EventRequest.id).join(EventRequest, sees)
    rows = db.session.execute(pairs.where(Membership.user_id.in_(user_ids), EventRequest.id.in_(request_ids)).distinct())
    return {(user_id, request_id) for user_id, request_id in rows}


def visible(request_id: int, user: User) -> EventRequest:
    """The request with its unit and revisions. NotFound for everyone it does not concern, as if it did not exist (I14)."""
    found = db.session.scalar(
        select(EventRequest)
        .where(EventRequest.id == request_id, visible_to(user, one=True))
        .options(joinedload(EventRequest.lead_unit), with_revisions())
    )
    if found is None:
        raise NotFound
    return found


def with_revisions() -> ExecutableOption:
    """Every revision with its parts, in four further queries whatever their number."""
    parts = (Revision.occurrences, Revision.budget, Revision.co_organizers)
    return selectinload(EventRequest.revisions).options(*map(selectinload, parts))


def locked(request_id: int) -> EventRequest:
    """The request, its row locked first of all (architecture.md, «Lock order»). What a page has read of it before the lock
    is forgotten: it is read afresh, its revisions when they are asked for. NotFound if there is none."""
    found = _locked(request_id)
    if found is None:
        raise NotFound
    return found


def unlocked_now(request_id: int) -> EventRequest | None:
    """The request if nobody else holds its lock just now, else None: for ticks that pass on to the next one."""
    return _locked(request_id, skip_locked=True)


def _locked(request_id: int, *, skip_locked: bool = False) -> EventRequest | None:
    """The request under its lock, with nothing left of what this session knew of it."""
    asked = select(EventRequest).where(EventRequest.id == request_id).with_for_update(of=EventRequest, skip_locked=skip_locked)
    found = db.session.scalar(asked.execution_options(populate_existing=True))
    for known in list(db.session):
        if isinstance(known, _CONTENT):
            db.session.expire(known)
    return found


def working(event_request: EventRequest) -> Revision | None:
    """The revision being written or reviewed."""
    states = (RevisionState.DRAFT, RevisionState.IN_REVIEW)
    return next((one for one in event_request.revisions if one.state in states), None)


def is_amendment(event_request: EventRequest) -> bool:
    """Whether what is being written or reviewed changes an approved request."""
    at_work = working(event_request)
    return at_work is not None and at_work.amendment


def in_force(event_request: EventRequest) -> Revision | None:
    """The approved revision."""
    return next((one for one in event_request.revisions if one.state is RevisionState.APPROVED), None)


def shown(event_request: EventRequest) -> Revision:
    """The revision a page shows first: the one at work, else the one in force, else the last."""
    return working(event_request) or in_force(event_request) or event_request.revisions[-1]


def revision(event_request: EventRequest, no: int) -> Revision:
    """The revision of that number. NotFound if there is none."""
    found = next((one for one in event_request.revisions if one.no == no), None)
    if found is None:
        raise NotFound
    return found


def authors(request_id: int) -> Sequence[User]:
    """Everyone with a hand in the request, the first hand first."""
    return db.session.scalars(
        select(User).join(Authorship, Authorship.user_id == User.id).where(Authorship.request_id == request_id).order_by(Authorship.id)
    ).all()


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


def may_write(user: User, event_request: EventRequest) -> bool:
    """Whether the user writes requests of the lead unit."""
    return any(one.unit_id == event_request.lead_unit_id and one.role in WRITERS for one in user.memberships)


def writing_units(user: User) -> list[Membership]:
    """The units on whose behalf the user may file requests, each once: as an author anywhere, as the head of an institution."""
    return list({one.unit_id: one for one in user.memberships if _may_file(one)}.values())


def templates() -> Sequence[RequestTemplate]:
    """Templates a request can start from."""
    return db.session.scalars(select(RequestTemplate).order_by(RequestTemplate.position, RequestTemplate.title)).all()


def earlier(user: User, limit: int = 30) -> Sequence[EventRequest]:
    """Requests of the user's units that can be copied, newest first."""
    units = {one.unit_id for one in writing_units(user)}
    return db.session.scalars(
        select(EventRequest)
        .where(EventRequest.lead_unit_id.in_(units), EventRequest.number.is_not(None))
        .order_by(EventRequest.id.desc())
        .limit(limit)
    ).all()


def page(
    user: User, wish: Wish, *, before: int | None = None, after: int | None = None, size: int = PAGE_SIZE
) -> tuple[Sequence[EventRequest], bool]:
    """One page of the list, newest first, by keyset: rows older than `before`, or newer than `after`. Also whether more follow."""
    seen, identity = _seen_by(user)
    asked = _wished(seen, user, wish).options(joinedload(EventRequest.lead_unit))
    if after is not None:
        rows = db.session.scalars(asked.where(identity > after).order_by(identity).limit(size + 1)).all()
        return list(reversed(rows[:size])), len(rows) > size
    if before is not None:
        asked = asked.where(identity < before)
    rows = db.session.scalars(asked.order_by(identity.desc()).limit(size + 1)).all()
    return rows[:size], len(rows) > size


def drafts(user: User, *, size: int) -> Counted:
    """The user's own drafts, newest first, and how many there are."""
    return _some_own(user, Wish(statuses=frozenset({RequestStatus.DRAFT})), size, EventRequest.id.desc())


def returned(user: User, *, size: int) -> Counted:
    """Requests of the user's hand that wait for mending, the nearest event first, and how many there are."""
    return _some_own(user, Wish(mending=True), size, EventRequest.first_start, EventRequest.id)


def coming(user: User, now: datetime, *, size: int) -> Counted:
    """The user's approved events that lie ahead, the nearest first, and how many there are."""
    return _some_own(user, Wish(statuses=IN_FORCE, begins_after=now), size, EventRequest.first_start, EventRequest.id)


def to_report(user: User, *, size: int) -> Counted:
    """The user's events that were held and wait for their report, the oldest first, and how many there are."""
    return _some_own(user, Wish(statuses=frozenset({RequestStatus.COMPLETED})), size, EventRequest.id)


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


def _may_file(held: Membership) -> bool:
    """Departments approve: their heads file nothing unless they are authors too."""
    return held.role is Role.AUTHOR or (held.role is Role.HEAD and held.unit.kind is UnitKind.INSTITUTION)


def _called_off(key: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Whether that date of the request was cancelled or put off alone."""
    return exists().where(OccurrenceFate.request_id == EventRequest.id, OccurrenceFate.key == key)


def _some_own(user: User, wish: Wish, size: int, *order: Ordered) -> Counted:
    """The first of the requests in which the user has a hand; counted by a statement of its own only where there are more.

    EXISTS, since these lists are few by their state and an author's own are many.
    """
    hand = exists().where(Authorship.request_id == EventRequest.id, Authorship.user_id == user.id)
    wanted = (hand, visible_to(user, one=True), *_narrowing(wish))
    found = db.session.scalars(select(EventRequest).where(*wanted).order_by(*order).limit(size + 1)).all()
    if len(found) <= size:
        return found, len(found)
    return found[:size], db.session.scalar(select(func.count()).select_from(EventRequest).where(*wanted)) or 0


def _seen_by(user: User) -> tuple[Select[EventRequest], InstrumentedAttribute[int]]:
    """What `visible_to` lets the user see, and the column by which to go through it from either end.

    Most people belong to one unit. Its requests stand in order in the index of Involvement, so a page costs the same whatever
    their number; SQLite would otherwise gather and sort all of them. Of several reasons for the same request one row is taken.
    """
    units = {membership.unit_id for membership in user.memberships}
    if len(units) != 1 or any(membership.role in DISTRICT_WIDE for membership in user.memberships):
        return select(EventRequest).where(visible_to(user)), EventRequest.id
    other = aliased(Involvement)
    same = (other.unit_id == Involvement.unit_id, other.request_id == Involvement.request_id, other.until.is_(None))
    first = ~exists().where(*same, other.reason < Involvement.reason)
    involved = (Involvement.unit_id == units.pop(), Involvement.until.is_(None), first)
    return select(EventRequest).join(Involvement, Involvement.request_id == EventRequest.id).where(*involved), Involvement.request_id


def _wished(seen: Select[EventRequest], user: User, wish: Wish) -> Select[EventRequest]:
    """The list as asked, within what the user may see; drafts thrown away are in no list."""
    asked = seen.where(or_(EventRequest.number.is_not(None), EventRequest.status == RequestStatus.DRAFT))
    if wish.mine:
        asked = asked.where(EventRequest.id.in_(select(Authorship.request_id).where(Authorship.user_id == user.id)))
    return asked.where(*_narrowing(wish))


def _narrowing(wish: Wish) -> Iterator[ColumnElement[bool]]:
    """What the wish asks of a request, whoever asks."""
    if wish.statuses:
        yield EventRequest.status.in_(wish.statuses)
    if wish.unit_id is not None:
        yield EventRequest.lead_unit_id == wish.unit_id
    if wish.mending:
        changing = exists().where(
            Revision.request_id == EventRequest.id, Revision.amendment, Revision.state == RevisionState.DRAFT, Revision.no > 1
        )
        yield or_(EventRequest.status == RequestStatus.RETURNED, and_(EventRequest.status.in_(IN_FORCE), changing))
    if wish.begins_after is not None:
        yield EventRequest.first_start > wish.begins_after
    for word in search_form(wish.text).split():
        yield EventRequest.search.contains(word, autoescape=True)
