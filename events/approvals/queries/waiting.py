"""Lists of reviews: what waits for whom, and what a person has decided."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select
from sqlalchemy.orm import aliased, joinedload

from events.approvals import deciders
from events.approvals.models import Decision, Review, Round
from events.approvals.vocabulary import (
    ReviewState,
    SlotKind,
)
from events.foundation.db import UtcDateTime, db
from events.people.models import User
from events.people.queries import takes_care
from events.requests.models import EventRequest

ReviewPage = tuple[Sequence[Review], bool]
"""Reviews, and whether more follow."""
Conditions = tuple[ColumnElement[bool], ...]

_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_FOR_ROWS = (
    joinedload(Review.round)
    .load_only(Round.no, Round.amendment, Round.plan, Round.state)
    .joinedload(Round.event_request)
    .load_only(EventRequest.number, EventRequest.title, EventRequest.first_start, EventRequest.lead_unit_id),
)
"""What a row of a list says about a review."""


def waiting_for(user: User, *, size: int, after: int | None = None) -> ReviewPage:
    """Open reviews this user may decide, by due, nearest first, by keyset: those after review `after`. Also whether more follow.

    Own requests are not among them. Reviews come with what a row of a list says.
    """
    return _by_due(_awaiting(user), size, after)


def has_overdue(now: datetime) -> ColumnElement[bool]:
    """Of a request: somebody who must agree has let their time pass (cases.md 24); beside the list of requests."""
    open_gate = and_(Review.state == ReviewState.OPEN, Review.kind == SlotKind.GATE)
    return exists().where(Review.request_id == EventRequest.id, open_gate, Review.due_at < now)


def count_waiting(user: User) -> int:
    """How many reviews wait for the user's decision."""
    return _count(_awaiting(user))


def next_waiting(user: User, *, besides: int) -> int | None:
    """The id of the first of these reviews other than `besides`; read alone, since a decision asks for nothing else of them."""
    waiting = select(Review.id).where(*_awaiting(user), Review.id != besides)
    return db.session.scalar(waiting.order_by(_due(Review), Review.id).limit(1))


def to_acknowledge(user: User, *, size: int, after: int | None = None) -> ReviewPage:
    """Open «to be informed» reviews this user may take note of, newest first, by keyset: those older than review `after`.

    Also whether more follow.
    """
    asked = select(Review).where(*_informing(user)).options(*_FOR_ROWS).order_by(Review.id.desc()).limit(size + 1)
    found = db.session.scalars(asked if after is None else asked.where(Review.id < after)).all()
    return found[:size], len(found) > size


def count_to_acknowledge(user: User) -> int:
    """How many such reviews there are."""
    return _count(_informing(user))


def still_to_acknowledge(user: User, review_ids: Collection[int]) -> Sequence[int]:
    """Those of the reviews the user may still take note of, request by request: whoever locks many locks them in one order."""
    asked = select(Review.id).where(*_informing(user), Review.id.in_(review_ids))
    return db.session.scalars(asked.order_by(Review.request_id, Review.id)).all()


def orphaned(user: User, *, size: int, after: int | None = None) -> ReviewPage:
    """Open reviews nobody can decide, for those who answer for such, by due and keyset as `waiting_for`. Also whether more follow."""
    return _by_due(_ORPHANED, size, after) if answers_for_orphans(user) else ([], False)


def count_orphaned(user: User) -> int:
    """How many reviews nobody can decide."""
    return _count(_ORPHANED) if answers_for_orphans(user) else 0


def decides_somewhere(user: User) -> bool:
    """Whether reviews can be the user's at all."""
    return any(one.role in deciders.DECIDING for one in user.memberships)


def answers_for_orphans(user: User) -> bool:
    """Coordinators and administrators name a person, or speak to the curator (cases.md 8)."""
    return takes_care(user)


def _by_due(wanted: Conditions, size: int, after: int | None) -> ReviewPage:
    """The reviews by due, those after review `after`, and whether more follow."""
    asked = select(Review).where(*wanted).options(*_FOR_ROWS).order_by(_due(Review), Review.id).limit(size + 1)
    if after is not None:
        last = aliased(Review)
        due = select(_due(last)).where(last.id == after).scalar_subquery()
        asked = asked.where(or_(_due(Review) > due, and_(_due(Review) == due, Review.id > after)))
    found = db.session.scalars(asked).all()
    return found[:size], len(found) > size


def _count(wanted: Conditions) -> int:
    """How many reviews."""
    return db.session.scalar(select(func.count()).select_from(Review).where(*wanted)) or 0


def _due(of: type[Review]) -> ColumnElement[datetime]:
    """What lists of open reviews are sorted by; the databases disagree about where a review without a due stands."""
    return func.coalesce(of.due_at, literal(_NEVER, UtcDateTime))


def _awaiting(user: User) -> Conditions:
    """What makes a review wait for the user."""
    own = deciders.has_a_hand(user.id)
    return (Review.state == ReviewState.OPEN, Review.kind != SlotKind.INFORM, deciders.decided_by(user), ~own)


def _informing(user: User) -> Conditions:
    """What makes a review tell the user something; of an own request, too. Of several about one request the newest says it all."""
    later = aliased(Review)
    same = (later.request_id == Review.request_id, later.unit_id == Review.unit_id, later.kind == SlotKind.INFORM)
    said_anew = exists().where(*same, later.id > Review.id, later.opened_at.is_not(None))
    return (Review.state == ReviewState.OPEN, Review.kind == SlotKind.INFORM, deciders.decided_by(user), ~said_anew)


_ORPHANED: Conditions = (Review.state == ReviewState.OPEN, Review.orphaned.is_(True))


def decided_by(user: User, *, before: int | None = None, size: int = 30) -> tuple[Sequence[tuple[Decision, Review]], bool]:
    """The user's own decisions, newest first, by keyset: those older than decision `before`. Also whether more follow."""
    asked = (
        select(Decision, Review)
        .join(Review, Review.id == Decision.review_id)
        .where(Decision.decided_by_id == user.id, Decision.recalled_at.is_(None))
        .options(*_FOR_ROWS)
        .order_by(Decision.id.desc())
        .limit(size + 1)
    )
    found = db.session.execute(asked if before is None else asked.where(Decision.id < before))
    rows = [(decision, made) for decision, made in found]
    return rows[:size], len(rows) > size
