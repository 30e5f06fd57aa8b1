"""Lists of turns: what waits for whom, and what a person has decided."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select
from sqlalchemy.orm import aliased, joinedload

from events.approvals.models import Decision, Review, Round
from events.approvals.vocabulary import (
    ReviewState,
    SlotKind,
    SlotRole,
)
from events.foundation.db import UtcDateTime, db
from events.people.models import User
from events.people.vocabulary import Role
from events.requests.models import Authorship, EventRequest

_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_FOR_ROWS = (
    joinedload(Review.round)
    .load_only(Round.no, Round.amendment, Round.plan, Round.state)
    .joinedload(Round.event_request)
    .load_only(EventRequest.number, EventRequest.title, EventRequest.first_start, EventRequest.lead_unit_id),
)
"""What a row of a list says about a turn."""


def waiting_for(user: User, *, size: int, after: int | None = None) -> tuple[Sequence[Review], bool]:
    """Open reviews this user may decide, by due, nearest first, by keyset: those after review `after`. Also whether more follow.

    Own requests are not among them. Reviews come with what a row of a list says.
    """
    asked = select(Review).where(*_awaiting(user)).options(*_FOR_ROWS).order_by(_due(Review), Review.id).limit(size + 1)
    if after is not None:
        last = aliased(Review)
        due = select(_due(last)).where(last.id == after).scalar_subquery()
        asked = asked.where(or_(_due(Review) > due, and_(_due(Review) == due, Review.id > after)))
    found = db.session.scalars(asked).all()
    return found[:size], len(found) > size


def count_waiting(user: User) -> int:
    """How many reviews wait for the user's decision."""
    return db.session.scalar(select(func.count()).select_from(Review).where(*_awaiting(user))) or 0


def next_waiting(user: User, *, besides: int) -> int | None:
    """The id of the first of these reviews other than `besides`; read alone, since a decision asks for nothing else of them."""
    waiting = select(Review.id).where(*_awaiting(user), Review.id != besides)
    return db.session.scalar(waiting.order_by(_due(Review), Review.id).limit(1))


def _due(of: type[Review]) -> ColumnElement[datetime]:
    """What lists of open turns are sorted by; the databases disagree about where a turn without a due stands."""
    return func.coalesce(of.due_at, literal(_NEVER, UtcDateTime))


def _awaiting(user: User) -> tuple[ColumnElement[bool], ...]:
    """What makes a review wait for the user."""
    heads = [one.unit_id for one in user.memberships if one.role is Role.HEAD]
    reviewing = [one.unit_id for one in user.memberships if one.role is Role.REVIEWER]
    own = exists().where(Authorship.request_id == Review.request_id, Authorship.user_id == user.id)
    mine = or_(Review.unit_id.in_(heads), and_(Review.unit_id.in_(reviewing), Review.role == SlotRole.REVIEWER))
    return (Review.state == ReviewState.OPEN, Review.kind != SlotKind.INFORM, mine, ~own)


def to_acknowledge(user: User, limit: int = 20) -> Sequence[Review]:
    """Open «to be informed» turns of the user's units."""
    units = {one.unit_id for one in user.memberships if one.role in (Role.HEAD, Role.REVIEWER)}
    return db.session.scalars(
        select(Review)
        .where(Review.state == ReviewState.OPEN, Review.kind == SlotKind.INFORM, Review.unit_id.in_(units))
        .options(*_FOR_ROWS)
        .order_by(Review.id.desc())
        .limit(limit)
    ).all()


def orphaned(user: User, limit: int = 50) -> Sequence[Review]:
    """Open reviews nobody can decide, for coordinators and administrators."""
    if not any(one.role in (Role.COORDINATOR, Role.ADMIN) for one in user.memberships):
        return []
    return db.session.scalars(
        select(Review)
        .where(Review.state == ReviewState.OPEN, Review.orphaned)
        .options(*_FOR_ROWS)
        .order_by(Review.due_at, Review.id)
        .limit(limit)
    ).all()


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
