"""A review as deciding it asks: its request under lock, its pages before this stale; then the review and its round's, in one read."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import Text, bindparam, case, cast, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from events.approvals import deciders
from events.approvals.models import Review, Round
from events.approvals.route import Plan, Progress, ReviewFact, progress
from events.approvals.vocabulary import ReviewState, RoundState, SlotKind, SlotRole, Verdict
from events.foundation.db import db
from events.foundation.errors import NotFound
from events.people.models import User
from events.requests import queries as requests
from events.requests.models import EventRequest, Revision


class Turn(NamedTuple):
    """A review of the round as it stands."""

    id: int
    stage: str
    slot: str
    unit_id: int
    kind: SlotKind
    role: SlotRole
    state: ReviewState
    verdict: Verdict | None
    due_at: datetime | None
    sla_hours: int | None

    @property
    def fact(self) -> ReviewFact:
        """As the engine takes it."""
        return ReviewFact(self.id, self.stage, self.slot, self.unit_id, self.kind, self.state, self.verdict, self.due_at)


@dataclass(frozen=True, slots=True)
class Deciding:
    """One review in its round, read under the lock of its request. `first_start` as the request has it; moments in UTC."""

    review_id: int
    request_id: int
    number: str | None
    first_start: datetime | None
    version: int
    state: ReviewState
    kind: SlotKind
    role: SlotRole
    unit_id: int
    stage: str
    confirming: bool
    opened_at: datetime | None
    active_seconds: int
    round_id: int
    round_no: int
    round_state: RoundState
    amendment: bool
    revision_id: int
    revision_no: int
    own: bool
    """Whether whoever decides has a hand in the request (I1)."""
    wording: str
    """The round's plan, as it is stored."""
    reviews: Sequence[Turn]

    def has_begun(self, now: datetime) -> bool:
        """Whether the first date of what was submitted last has come."""
        return self.first_start is not None and self.first_start <= now

    def after(self, verdict: Verdict, now: datetime) -> Progress:
        """What the round asks for once the review is decided so."""
        decided = [
            (one._replace(state=ReviewState.DECIDED, verdict=verdict) if one.id == self.review_id else one).fact for one in self.reviews
        ]
        return progress(_plan(self.wording), decided, now=now)


def deciding(review_id: int, user: User) -> Deciding:
    """The review; first of all its request's row is locked and given its next version, so that pages built before are stale. NotFound for
    those whom `review` would refuse."""
    asked = {"of_review": review_id, "of_user": user.id}
    connection = db.session.connection()
    locked = connection.execute(_locking(*requests.sight(user)), asked).one_or_none()
    if locked is None:
        raise NotFound
    rows = connection.execute(_IN_ROUND, asked).all()
    own = next(row for row in rows if row.id == review_id)
    return Deciding(
        review_id, locked.id, locked.number, locked.first_start, own.version, own.state, own.kind, own.role, own.unit_id, own.stage,
        own.confirming, own.opened_at, own.active_seconds, own.round_id, own.round_no, own.round_state, own.amendment, own.revision_id,
        own.revision_no, own.own, own.wording, [Turn._make(row[: len(Turn._fields)]) for row in rows],
    )  # fmt: skip


@lru_cache(maxsize=256)
def _locking(units: Collection[int], district_wide: bool) -> ReturningUpdate[int, str | None, datetime | None]:
    """The lock and the new version of the request in one statement, put together once for everybody who sees the same. What is refused
    is rolled back, version and all."""
    asked = select(Review.request_id).where(Review.id == bindparam("of_review")).scalar_subquery()
    return (
        update(EventRequest)
        .where(EventRequest.id == asked, requests.seen_by(units, district_wide, one=True))
        .values(version=EventRequest.version + 1)
        .returning(EventRequest.id, EventRequest.number, EventRequest.first_start)
    )


_IN_ROUND = (
    select(
        *(getattr(Review, name) for name in Turn._fields), Review.version, Review.confirming, Review.opened_at, Review.active_seconds,
        Review.round_id, Round.no.label("round_no"), Round.state.label("round_state"), Round.amendment, Round.revision_id,
        Revision.no.label("revision_no"),
        case((Review.id == bindparam("of_review"), deciders.has_a_hand(bindparam("of_user")))).label("own"),
        case((Review.id == bindparam("of_review"), cast(Round.plan, Text))).label("wording"),
    )
    .join(Round, Round.id == Review.round_id)
    .join(Revision, Revision.id == Round.revision_id)
    .where(Review.round_id == select(Review.round_id).where(Review.id == bindparam("of_review")).correlate(None).scalar_subquery())
    .order_by(Review.position, Review.id)
)  # fmt: skip
"""The plan comes with the review at hand only: it is the longest thing of all."""


@lru_cache(maxsize=64)
def _plan(wording: str) -> Plan:
    """Units of one round decide one after another, and its plan stays as it was made."""
    return Plan.from_plain(json.loads(wording))
