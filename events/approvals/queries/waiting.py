"""Lists of reviews: what waits for whom, and what a person has decided."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from events.approvals import deciders
from events.approvals.deciders import UnitsDecided
from events.approvals.models import Decision, Review, Round
from events.approvals.queries.listed import LISTED, Asked, ListedReview, MadeDecision
from events.approvals.vocabulary import ReviewState, SlotKind
from events.foundation.db import UtcDateTime, db
from events.people.models import User
from events.people.queries import takes_care
from events.requests import queries as requests
from events.requests.models import EventRequest

Conditions = tuple[ColumnElement[bool], ...]

_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_AFTER = aliased(Review)
"""The review after which a page begins."""


ReviewPage = tuple[Sequence[ListedReview], bool]
"""Reviews, and whether more follow."""

Counted = tuple[Sequence[ListedReview], int]
"""The first reviews of a list, and how many there are in all."""


@dataclass(frozen=True, slots=True)
class _Queue:
    """A list of open reviews: what belongs to it for whoever decides for these units, and what it is sorted by, of a review at hand, with
    its request beside it where it is sorted `by_event`."""

    wanted: Callable[[UnitsDecided], Conditions]
    order: Callable[[type[Review]], ColumnElement[datetime]]
    by_event: bool = False


def waiting_for(user: User, *, now: datetime, size: int, after: int | None = None) -> ReviewPage:
    """Open reviews this user may decide, by due, nearest first, by keyset: those after review `after`. Also whether more follow.

    Own requests are not among them. Reviews come with what a row of a list says.
    """
    return _in_order(_WAITING, user, now, size, after) if decides_somewhere(user) else ([], False)


def first_waiting(user: User, *, now: datetime, size: int) -> Counted:
    """The first of `waiting_for`, and how many there are in all, in one statement."""
    return _first(_WAITING, user, now, size) if decides_somewhere(user) else ([], 0)


def count_waiting(user: User) -> int:
    """How many reviews wait for the user's decision."""
    return _count(_WAITING, user) if decides_somewhere(user) else 0


def count_awaited(user: User) -> int:
    """How much waits for the user: decisions, requests to mend, and reviews nobody can decide for whom these are. One statement."""
    asked = [requests.counting_returned(user)]
    if decides_somewhere(user):
        asked.append(_counting(_WAITING, deciders.units_decided(user)))
    if answers_for_orphans(user):
        asked.append(_counting(_ORPHANED, ()))
    counts = [one.scalar_subquery() for one in asked]
    return sum(db.session.connection().execute(select(*counts), {"of_user": user.id}).one())


def next_waiting(user: User, *, besides: int) -> int | None:
    """The id of the first of these reviews other than `besides`; read alone, since a decision asks for nothing else of them."""
    asked = {"of_user": user.id, "besides": besides}
    return db.session.connection().execute(_next_for(deciders.units_decided(user)), asked).scalar()


@lru_cache(maxsize=256)
def _next_for(units: UnitsDecided) -> Select[int | None]:
    """Put together once for everybody who decides for the same units.

    Those with a due are asked by themselves, so that the index of one unit gives the nearest without sorting all that wait.
    """
    waiting = select(Review.id).where(Review.id != bindparam("besides"), *_awaiting(units)).order_by(Review.due_at, Review.id).limit(1)
    nearest, undated = waiting.where(Review.due_at.is_not(None)), waiting.where(Review.due_at.is_(None))
    return select(func.coalesce(nearest.scalar_subquery(), undated.scalar_subquery()))


def to_acknowledge(user: User, *, now: datetime, size: int, after: int | None = None) -> ReviewPage:
    """Open «to be informed» reviews this user may take note of, by keyset: those after review `after`. Also whether more follow.

    The next event first, since it is to be told of soonest: of a series its next date that stands. What is over or called off and what has
    no date now comes last.
    """
    return _in_order(_INFORMING, user, now, size, after) if decides_somewhere(user) else ([], False)


def first_to_acknowledge(user: User, *, now: datetime, size: int) -> Counted:
    """The first of `to_acknowledge`, and how many there are in all."""
    return _first(_INFORMING, user, now, size) if decides_somewhere(user) else ([], 0)


def count_to_acknowledge(user: User) -> int:
    """How many such reviews there are."""
    return _count(_INFORMING, user) if decides_somewhere(user) else 0


def still_to_acknowledge(user: User, review_ids: Collection[int]) -> Sequence[int]:
    """Those of the reviews the user may still take note of, request by request: whoever locks many locks them in one order."""
    asked = select(Review.id).where(*_informing(deciders.units_decided(user)), Review.id.in_(review_ids))
    return db.session.scalars(asked.order_by(Review.request_id, Review.id)).all()


def orphaned(user: User, *, now: datetime, size: int, after: int | None = None) -> ReviewPage:
    """Open reviews nobody can decide, for those who answer for such, by due and keyset as `waiting_for`. Also whether more follow."""
    return _in_order(_ORPHANED, user, now, size, after) if answers_for_orphans(user) else ([], False)


def first_orphaned(user: User, *, now: datetime, size: int) -> Counted:
    """The first of `orphaned`, and how many there are in all."""
    return _first(_ORPHANED, user, now, size) if answers_for_orphans(user) else ([], 0)


def count_orphaned(user: User) -> int:
    """How many reviews nobody can decide."""
    return _count(_ORPHANED, user) if answers_for_orphans(user) else 0


def decides_somewhere(user: User) -> bool:
    """Whether reviews can be the user's at all."""
    return any(one.role in deciders.DECIDING for one in user.memberships)


def answers_for_orphans(user: User) -> bool:
    """Coordinators and administrators name a person, or speak to the curator (cases.md 8)."""
    return takes_care(user)


def decided_by(user: User, *, now: datetime, before: int | None = None, size: int = 30) -> tuple[Sequence[MadeDecision], bool]:
    """The user's own decisions, newest first, by keyset: those older than decision `before`. Also whether more follow."""
    asked = {"of_user": user.id, "now": now, "size": size + 1, **({"before": before} if before is not None else {})}
    rows = db.session.connection().execute(_decided(before is not None), asked).all()
    return [MadeDecision(row[0], row[1], ListedReview(*row[2:])) for row in rows[:size]], len(rows) > size


@lru_cache(maxsize=2)
def _decided(further: bool) -> Asked:
    """Put together once for everybody; `further`: from one on."""
    asked: Asked = (
        select(Decision.id, Decision.decided_at, *LISTED)
        .join(Review, Review.id == Decision.review_id)
        .join(Round, Round.id == Review.round_id)
        .join(EventRequest, EventRequest.id == Review.request_id)
        .where(Decision.decided_by_id == bindparam("of_user"), Decision.recalled_at.is_(None))
        .order_by(Decision.id.desc())
        .limit(_SIZE)
    )
    return asked.where(Decision.id < bindparam("before")) if further else asked


def _in_order(queue: _Queue, user: User, now: datetime, size: int, after: int | None) -> ReviewPage:
    """The reviews by what the queue's order makes of each, those after review `after`, and whether more follow."""
    asked = {"of_user": user.id, "now": now, "size": size + 1, **({"after": after} if after is not None else {})}
    statement = _page(queue, deciders.units_decided(user), _Edge.FIRST if after is None else _Edge.AFTER)
    rows = db.session.connection().execute(statement, asked).all()
    return [ListedReview(*row) for row in rows[:size]], len(rows) > size


def _first(queue: _Queue, user: User, now: datetime, size: int) -> Counted:
    """The first reviews of the queue, and how many there are in all."""
    asked = {"of_user": user.id, "now": now, "size": size}
    rows = db.session.connection().execute(_page(queue, deciders.units_decided(user), _Edge.COUNTED), asked).all()
    return [ListedReview(*row[:-1]) for row in rows], rows[0][-1] if rows else 0


class _Edge(Enum):
    """From where a page is read: from the first on, with or without the number of all; or after another."""

    FIRST = 0
    COUNTED = 1
    AFTER = 2


@lru_cache(maxsize=256)
def _page(queue: _Queue, units: UnitsDecided, edge: _Edge) -> Asked:
    """Put together once for everybody who decides for the same units.

    First the place of each, then what the rows of the page say: of a long queue nobody reads the plans.
    """
    place = queue.order(Review)
    total = (func.count().over().label("total"),) if edge is _Edge.COUNTED else ()
    some = select(Review.id, place.label("place"), *total).where(*queue.wanted(units))
    begins = select(queue.order(_AFTER)).select_from(_AFTER).where(_AFTER.id == bindparam("after"))
    if queue.by_event:
        some = some.join(EventRequest, EventRequest.id == Review.request_id)
        begins = begins.join(EventRequest, EventRequest.id == _AFTER.request_id)
    if edge is _Edge.AFTER:
        at = begins.correlate(None).scalar_subquery()
        some = some.where(or_(place > at, and_(place == at, Review.id > bindparam("after"))))
    page = some.order_by(place, Review.id).limit(_SIZE).subquery()
    asked: Asked = (
        select(*LISTED, *(page.c[one.name] for one in total))
        .join(page, page.c.id == Review.id)
        .join(Round, Round.id == Review.round_id)
        .join(EventRequest, EventRequest.id == Review.request_id)
        .order_by(page.c.place, page.c.id)
    )
    return asked


def _count(queue: _Queue, user: User) -> int:
    """How many reviews."""
    return db.session.connection().execute(_counting(queue, deciders.units_decided(user)), {"of_user": user.id}).scalar() or 0


@lru_cache(maxsize=256)
def _counting(queue: _Queue, units: UnitsDecided) -> Select[int]:
    """Put together once for everybody who decides for the same units."""
    return select(func.count()).select_from(Review).where(*queue.wanted(units))


def _due(of: type[Review]) -> ColumnElement[datetime]:
    """What lists of open reviews are sorted by; the databases disagree about where a review without a due stands."""
    return func.coalesce(of.due_at, literal(_NEVER, UtcDateTime))


def _next_event(of: type[Review]) -> ColumnElement[datetime]:
    """When the event begins of which somebody is told, or goes on; never, where nothing of it is going to be held."""
    return func.coalesce(requests.next_date(requests.NOW), literal(_NEVER, UtcDateTime))


def _awaiting(units: UnitsDecided) -> Conditions:
    """What makes a review wait for the user."""
    own = deciders.has_a_hand(bindparam("of_user"))
    return (Review.state == ReviewState.OPEN, Review.kind != SlotKind.INFORM, deciders.decided_for(units), ~own)


def _informing(units: UnitsDecided) -> Conditions:
    """What makes a review tell the user something; of an own request, too. Of several about one request the newest says it all."""
    later = aliased(Review)
    same = (later.request_id == Review.request_id, later.unit_id == Review.unit_id, later.kind == SlotKind.INFORM)
    said_anew = exists().where(*same, later.id > Review.id, later.opened_at.is_not(None))
    return (Review.state == ReviewState.OPEN, Review.kind == SlotKind.INFORM, deciders.decided_for(units), ~said_anew)


def _undecidable(_: UnitsDecided) -> Conditions:
    """What nobody can decide, whoever asks."""
    return (Review.state == ReviewState.OPEN, Review.orphaned.is_(True))


_SIZE = bindparam("size", type_=Integer)
_WAITING, _ORPHANED = _Queue(_awaiting, _due), _Queue(_undecidable, _due)
_INFORMING = _Queue(_informing, _next_event, by_event=True)
OVERDUE = exists().where(
    Review.request_id == EventRequest.id, Review.state == ReviewState.OPEN, Review.kind == SlotKind.GATE, Review.due_at < requests.NOW
)
"""Of a request: somebody who must agree has let their time pass (cases.md 24); beside the list of requests."""
