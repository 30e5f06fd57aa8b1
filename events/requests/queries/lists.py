"""Lists of requests, page by page, and what a new request can start from."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, String, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from events.foundation.db import UtcDateTime, db
from events.foundation.place import midnight
from events.foundation.search import search_form
from events.people.models import User
from events.requests.models import Authorship, EventRequest, Involvement, RequestTemplate, Revision
from events.requests.queries import dates
from events.requests.queries.permissions import seen_by, sight, writing_units
from events.requests.vocabulary import IN_FORCE, RequestStatus, RevisionState

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class ListedRequest:
    """What a row of a list says of a request; `shown_start`: the date by which a list shows it (`dates.shown_date`). Moments in UTC."""

    id: int
    title: str
    number: str | None
    status: RequestStatus
    lead_unit_id: int
    first_start: datetime | None
    shown_start: datetime | None
    submit_by: datetime | None
    submit_by_basis: str | None
    postponing: bool
    end_reason: str


Counted = tuple[Sequence[ListedRequest], int]
"""The first requests of a list, and how many there are in all."""

_SHOWN = dates.SHOWN_DATE.label("shown_start")
_LISTED = (
    EventRequest.id, EventRequest.title, EventRequest.number, EventRequest.status, EventRequest.lead_unit_id, EventRequest.first_start,
    _SHOWN, EventRequest.submit_by, EventRequest.submit_by_basis, EventRequest.postponing, EventRequest.end_reason,
)  # fmt: skip
"""The columns of `ListedRequest`, in its order."""
_SIZE = bindparam("size", type_=Integer)
Asked = Select[*tuple[Any, ...]]


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
    """Only what has a date to come after that, or waits for its new one."""
    since: date | None = None
    until: date | None = None
    """Only what has a date from one day of the office's calendar to another, both included."""
    also: ColumnElement[bool] | None = None
    """What a room above knows of a request, put together once; the present moment in it is `dates.NOW`."""


_HAS_WRITTEN = select(exists().where(Authorship.user_id == bindparam("of_user")))
_DRAFTS, _MENDING = Wish(statuses=frozenset({RequestStatus.DRAFT})), Wish(mending=True)


def page(
    user: User, wish: Wish, now: datetime, *, before: int | None = None, after: int | None = None, size: int = PAGE_SIZE
) -> tuple[Sequence[ListedRequest], bool]:
    """One page of the list, newest first, by keyset: rows older than `before`, or newer than `after`. Also whether more follow."""
    edge = _Edge.NEWER if after is not None else _Edge.OLDER if before is not None else _Edge.NEWEST
    asked = {**_values(user, wish), "now": now, "size": size + 1, "edge": before if after is None else after}
    rows = _listed(_page(*sight(user), _shape(wish), edge), asked)
    found = rows[:size]
    return (found[::-1] if edge is _Edge.NEWER else found), len(rows) > size


def count(user: User, wish: Wish, now: datetime, *, most: int) -> int:
    """How many requests the list has in all; no more than one above `most` are counted, so that it costs the same whatever lies behind."""
    asked = {**_values(user, wish), "now": now, "size": most + 1}
    return db.session.connection().execute(_counting(*sight(user), _shape(wish)), asked).scalar() or 0


def has_written(user: User) -> bool:
    """Whether the user ever had a hand in a request."""
    return bool(db.session.connection().execute(_HAS_WRITTEN, {"of_user": user.id}).scalar())


def drafts(user: User, now: datetime, *, size: int) -> Counted:
    """The user's own drafts, newest first, and how many there are."""
    return _some_own(user, _DRAFTS, now, size, nearest=False)


def returned(user: User, now: datetime, *, size: int) -> Counted:
    """Requests of the user's hand that wait for mending, the nearest event first, and how many there are."""
    return _some_own(user, _MENDING, now, size, nearest=True)


def counting_returned(user: User) -> Select[int]:
    """How many `returned` has, to be asked with the id of the user as `of_user`."""
    return _counting_own(*sight(user), _shape(_MENDING))


def coming(user: User, now: datetime, *, size: int) -> Counted:
    """The user's approved events with a date to come, the next first, those that wait for a new date last, and how many there are."""
    return _some_own(user, Wish(statuses=IN_FORCE, begins_after=now), now, size, nearest=True)


def numbers(request_ids: Collection[int]) -> dict[int, str]:
    """Numbers by id, of those that have one."""
    asked = select(EventRequest.id, EventRequest.number).where(EventRequest.id.in_(request_ids), EventRequest.number.is_not(None))
    return {row.id: row.number for row in db.session.execute(asked) if row.number} if request_ids else {}


def id_of_number(number: str) -> int | None:
    """The request with that number, however its letters were typed."""
    return db.session.scalar(select(EventRequest.id).where(EventRequest.number == number.strip().upper()))


def counted_otherwise(basis: str, now: datetime, *, after: int, limit: int) -> Sequence[int]:
    """Drafts with a date ahead whose last moment to submit was not counted from this basis, or not for what is written now; by id, from
    the one `after` on."""
    asked = (EventRequest.id > after, EventRequest.status == RequestStatus.DRAFT, EventRequest.first_start > now)
    return db.session.scalars(
        select(EventRequest.id).where(*asked, EventRequest.submit_by_basis.is_distinct_from(basis)).order_by(EventRequest.id).limit(limit)
    ).all()


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


def _some_own(user: User, wish: Wish, now: datetime, size: int, *, nearest: bool) -> Counted:
    """The first of the requests in which the user has a hand, and how many there are, in one statement.

    `nearest`: the nearest event first, what has no date last; else the newest first.
    """
    asked = {**_values(user, wish), "now": now, "size": size}
    rows = db.session.connection().execute(_own(*sight(user), _shape(wish), nearest), asked).all()
    return [ListedRequest(*row[:-1]) for row in rows], rows[0][-1] if rows else 0


def _listed(statement: Asked, asked: Mapping[str, Any]) -> list[ListedRequest]:
    return [ListedRequest(*row) for row in db.session.connection().execute(statement, asked)]


class _Edge(Enum):
    """From where a page is read."""

    NEWEST = 0
    OLDER = 1
    NEWER = 2


@dataclass(frozen=True, slots=True)
class _Shape:
    """What of a wish its statement is made of, put together once for all wishes alike; the rest is sent with it (`_values`)."""

    statuses: frozenset[RequestStatus]
    unit: bool
    mine: bool
    mending: bool
    ahead: bool
    since: bool
    until: bool
    also: ColumnElement[bool] | None
    words: int


def _shape(wish: Wish) -> _Shape:
    of_dates = (wish.begins_after is not None, wish.since is not None, wish.until is not None)
    return _Shape(wish.statuses, wish.unit_id is not None, wish.mine, wish.mending, *of_dates, wish.also, len(_words(wish)))


def _values(user: User, wish: Wish) -> dict[str, Any]:
    """What is sent with the statement of a wish."""
    return {
        "of_user": user.id,
        "of_unit": wish.unit_id,
        "begins_after": wish.begins_after,
        "since": midnight(wish.since) if wish.since is not None else None,
        "until": midnight(wish.until + timedelta(days=1)) if wish.until is not None else None,
        **{f"word_{place}": f"%{_plainly(word)}%" for place, word in enumerate(_words(wish))},
    }


def _words(wish: Wish) -> list[str]:
    return search_form(wish.text).split()


def _plainly(word: str) -> str:
    """The word with nothing in it that LIKE would read as a pattern."""
    return word.replace("/", "//").replace("%", "/%").replace("_", "/_")


@lru_cache(maxsize=256)
def _page(units: frozenset[int], district_wide: bool, shape: _Shape, edge: _Edge) -> Asked:
    """Put together once for everybody who sees the same and wishes alike, as all below."""
    seen, identity = _seen(select(*_LISTED), units, district_wide)
    asked = _wished(seen, shape)
    if edge is _Edge.NEWER:
        return asked.where(identity > bindparam("edge")).order_by(identity).limit(_SIZE)
    if edge is _Edge.OLDER:
        asked = asked.where(identity < bindparam("edge"))
    return asked.order_by(identity.desc()).limit(_SIZE)


@lru_cache(maxsize=256)
def _counting(units: frozenset[int], district_wide: bool, shape: _Shape) -> Select[int]:
    seen, _ = _seen(select(EventRequest.id), units, district_wide)
    return select(func.count()).select_from(_wished(seen, shape).limit(_SIZE).subquery())


@lru_cache(maxsize=256)
def _own(units: frozenset[int], district_wide: bool, shape: _Shape, nearest: bool) -> Asked:
    """EXISTS, since these lists are few by their state and an author's own are many."""
    hand = exists().where(Authorship.request_id == EventRequest.id, Authorship.user_id == bindparam("of_user"))
    order: tuple[Any, ...] = (_SHOWN.asc().nulls_last(), EventRequest.id) if nearest else (EventRequest.id.desc(),)
    asked: Asked = select(*_LISTED, func.count().over())
    return asked.where(hand, seen_by(units, district_wide, one=True), *_narrowing(shape)).order_by(*order).limit(_SIZE)


@lru_cache(maxsize=256)
def _counting_own(units: frozenset[int], district_wide: bool, shape: _Shape) -> Select[int]:
    hand = exists().where(Authorship.request_id == EventRequest.id, Authorship.user_id == bindparam("of_user"))
    return select(func.count()).select_from(EventRequest).where(hand, seen_by(units, district_wide, one=True), *_narrowing(shape))


def _seen(asked: Asked, units: frozenset[int], district_wide: bool) -> tuple[Asked, InstrumentedAttribute[int]]:
    """What is asked, within what `visible_to` lets such users see, and the column by which to go through it from either end.

    Most people belong to one unit. Its requests stand in order in the index of Involvement, so a page costs the same whatever
    their number; SQLite would otherwise gather and sort all of them. Of several reasons for the same request one row is taken.
    """
    if len(units) != 1 or district_wide:
        return asked.where(seen_by(units, district_wide)), EventRequest.id
    other = aliased(Involvement)
    same = (other.unit_id == Involvement.unit_id, other.request_id == Involvement.request_id, other.until.is_(None))
    first = ~exists().where(*same, other.reason < Involvement.reason)
    (unit_id,) = units
    involved = (Involvement.unit_id == unit_id, Involvement.until.is_(None), first)
    return asked.join(Involvement, Involvement.request_id == EventRequest.id).where(*involved), Involvement.request_id


def _wished(seen: Asked, shape: _Shape) -> Asked:
    """The list as asked, within what the user may see; drafts thrown away are in no list."""
    asked = seen.where(or_(EventRequest.number.is_not(None), EventRequest.status == RequestStatus.DRAFT))
    if shape.mine:
        asked = asked.where(EventRequest.id.in_(select(Authorship.request_id).where(Authorship.user_id == bindparam("of_user"))))
    return asked.where(*_narrowing(shape))


def _narrowing(shape: _Shape) -> Iterator[ColumnElement[bool]]:
    """What the wish asks of a request, whoever asks."""
    if shape.statuses:
        yield EventRequest.status.in_(shape.statuses)
    if shape.unit:
        yield EventRequest.lead_unit_id == bindparam("of_unit")
    if shape.mending:
        changing = exists().where(
            Revision.request_id == EventRequest.id, Revision.amendment, Revision.state == RevisionState.DRAFT, Revision.no > 1
        )
        yield or_(EventRequest.status == RequestStatus.RETURNED, and_(EventRequest.status.in_(IN_FORCE), changing))
    if shape.ahead:
        yield dates.are_to_come(bindparam("begins_after", type_=UtcDateTime()))
    if shape.since or shape.until:
        since, until = bindparam("since", type_=UtcDateTime()), bindparam("until", type_=UtcDateTime())
        yield dates.begins_within(since if shape.since else None, until if shape.until else None)
    if shape.also is not None:
        yield shape.also
    for place in range(shape.words):
        yield EventRequest.search.like(bindparam(f"word_{place}", type_=String()), escape="/")
