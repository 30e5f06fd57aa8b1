"""Lists of requests, page by page, and what a new request can start from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload

from events.foundation.db import db
from events.foundation.place import at_local
from events.foundation.search import search_form
from events.people.models import User
from events.people.queries import DISTRICT_WIDE
from events.requests.models import Authorship, EventRequest, Involvement, RequestTemplate, Revision
from events.requests.queries.permissions import visible_to, writing_units
from events.requests.vocabulary import IN_FORCE, RequestStatus, RevisionState

PAGE_SIZE = 30
MIDNIGHT = time(0)
Counted = tuple[Sequence[EventRequest], int]
"""The first requests of a list, and how many there are in all."""
Ordered = ColumnElement[Any] | InstrumentedAttribute[Any]


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
    since: date | None = None
    until: date | None = None
    """Only what begins from one day of the office's calendar to another, both included."""
    also: ColumnElement[bool] | None = None
    """What a room above knows of a request."""


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
    if wish.since is not None:
        yield EventRequest.first_start >= at_local(wish.since, MIDNIGHT)
    if wish.until is not None:
        yield EventRequest.first_start < at_local(wish.until + timedelta(days=1), MIDNIGHT)
    if wish.also is not None:
        yield wish.also
    for word in search_form(wish.text).split():
        yield EventRequest.search.contains(word, autoescape=True)
