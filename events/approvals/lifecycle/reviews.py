"""How single reviews are asked for and end without a decision, and their remarks come before the author."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy import Update, bindparam, case, or_, update

from events.approvals import queries, route
from events.approvals.models import Remark, Review
from events.approvals.queries import Turn
from events.approvals.vocabulary import ReviewState, SlotKind, SlotRole
from events.audit.operations import record
from events.audit.vocabulary import Action
from events.foundation.acting import SYSTEM
from events.foundation.db import UtcDateTime, db, forget
from events.people.queries import Offices
from events.requests import lifecycle as requests_lifecycle
from events.requests.vocabulary import InvolvedBy

AnyReview = TypeVar("AnyReview", Review, Turn)

SETTLED_AS = {ReviewState.REVOKED: Action.REVOKED, ReviewState.LAPSED: Action.LAPSED}
"""What the audit says of a review that ends without a decision."""


def settle(review: Review, state: ReviewState, now: datetime) -> None:
    """The review ends without a decision: nobody needs it any more, or its time is over."""
    review.state = state
    review.version += 1
    record_settled(review, review.request_id, state, now)


def record_settled(review: Review | Turn, request_id: int, state: ReviewState, now: datetime) -> None:
    record(SETTLED_AS[state], ("request", request_id), by=SYSTEM, now=now, review=review.id, unit=review.unit_id, stage=review.stage)


@dataclass(frozen=True, slots=True)
class Asked(Generic[AnyReview]):
    """A review whose turn has come."""

    review: AnyReview
    due_at: datetime | None
    orphaned: bool


def ask(
    request_id: int, round_no: int, reviews: Iterable[AnyReview], turns: Collection[route.SlotId], now: datetime
) -> Sequence[Asked[AnyReview]]:
    """Ask the units whose turn it is, each with its due in its own working hours; what is returned is still to be written."""
    if not turns:
        return ()
    offices, waiting, asked = Offices(), {(one.stage, one.slot, one.unit_id): one for one in reviews}, []
    now_asked = [waiting[turn] for turn in turns]
    units = {one.unit_id for one in now_asked}
    able = queries.able_deciders(request_id, units) if any(one.kind is SlotKind.GATE for one in now_asked) else {}
    for one in now_asked:
        due = offices.due(one.unit_id, now, one.sla_hours) if one.sla_hours else None
        orphaned = is_orphaned(one, able)
        record(
            Action.ASSIGNED, ("request", request_id), by=SYSTEM, now=now, review=one.id, unit=one.unit_id, stage=one.stage, round=round_no,
            due=due.isoformat() if due else None, orphaned=orphaned or None,
        )  # fmt: skip
        asked.append(Asked(one, due, orphaned))
    requests_lifecycle.involve(request_id, units, InvolvedBy.REVIEW, now)
    return asked


def is_orphaned(review: Review | Turn, able: Mapping[tuple[int, SlotRole], Sequence[int]]) -> bool:
    """A gate that nobody in its unit may decide (cases.md 8)."""
    return review.kind is SlotKind.GATE and not able[review.unit_id, review.role]


def release_now(review_ids: Collection[int], now: datetime) -> None:
    """The author reads these reviews' remarks from now on."""
    _change_remarks(_RELEASE, review_ids, now)


def settle_remarks(review_ids: Collection[int], now: datetime) -> None:
    """The same, and none of them stands in the way any more."""
    _change_remarks(_SETTLE, review_ids, now)


def let_pass(review_ids: Collection[int]) -> None:
    """The remarks of these reviews do not stand in the way any more."""
    _change_remarks(_LET_PASS, review_ids)


def _change_remarks(statement: Update, review_ids: Collection[int], now: datetime | None = None) -> None:
    """By a statement put together once; remarks that the session has read stand no more."""
    asked = {"ids": list(review_ids), **({"at": now} if now else {})}
    if not review_ids or not db.session.connection().execute(statement, asked).rowcount:
        return
    db.session.flush()
    forget(Remark)


_OF_REVIEWS = Remark.review_id.in_(bindparam("ids", expanding=True))
_RELEASE = update(Remark).where(_OF_REVIEWS, ~Remark.released).values(released=True, released_at=bindparam("at"))
_LET_PASS = update(Remark).where(_OF_REVIEWS, Remark.blocking).values(blocking=False)
_SETTLE = (
    update(Remark)
    .where(_OF_REVIEWS, or_(~Remark.released, Remark.blocking))
    .values(
        released=True, released_at=case((Remark.released, Remark.released_at), else_=bindparam("at", type_=UtcDateTime())), blocking=False
    )
)
