"""The last approval of a request that was never in force: what follows from it, on the rows that its decision has read (decision 007).

It does what `advance` does with objects. A change of what is in force has more to look at and goes that way.
"""

from datetime import datetime

from sqlalchemy import bindparam, update

from events.approvals.lifecycle.ending import keep_to
from events.approvals.lifecycle.reviews import ask, record_settled, settle_remarks
from events.approvals.models import Review, Round
from events.approvals.queries import Deciding
from events.approvals.route import Progress
from events.approvals.vocabulary import Outcome, ReviewState, RoundState
from events.audit.operations import record
from events.audit.vocabulary import Action
from events.foundation.acting import Actor
from events.foundation.db import db, forget
from events.requests import lifecycle as requests_lifecycle
from events.requests import queries as requests

_SETTLE = update(Review).where(Review.id == bindparam("of_review")).values(state=bindparam("to_state"), version=Review.version + 1)
_OPEN = (
    update(Review)
    .where(Review.id == bindparam("of_review"))
    .values({name: bindparam(f"to_{name}") for name in ("state", "opened_at", "due_at", "orphaned")} | {"version": Review.version + 1})
)
_CLOSE = update(Round).where(Round.id == bindparam("of_round")).values(state=RoundState.APPROVED, closed_at=bindparam("now"))


def is_first_approval(asked: Deciding, step: Progress) -> bool:
    """Whether the request comes into force for the first time."""
    return step.outcome is Outcome.APPROVED and not asked.amendment


def approve_first(asked: Deciding, step: Progress, *, by: Actor, now: datetime) -> None:
    """Reviews are released and asked, the round is over, the revision comes into force, its venues are booked."""
    connection, by_id = db.session.connection(), {one.id: one for one in asked.reviews}
    settled = [(by_id[one], ReviewState.REVOKED) for one in step.to_revoke] + [(by_id[one], ReviewState.LAPSED) for one in step.to_lapse]
    for review, state in settled:
        connection.execute(_SETTLE, {"of_review": review.id, "to_state": state})
        record_settled(review, asked.request_id, state, now)
    opened = ask(asked.request_id, asked.round_no, asked.reviews, step.to_open, now)
    if opened:
        common = {"to_state": ReviewState.OPEN, "to_opened_at": now}
        rows = [{"of_review": one.review.id, "to_due_at": one.due_at, "to_orphaned": one.orphaned, **common} for one in opened]
        connection.execute(_OPEN, rows)
    settle_remarks([*by_id], now)
    connection.execute(_CLOSE, {"of_round": asked.round_id, "now": now})
    revision = requests.submitted(asked.revision_id)
    forget(Review, Round)
    requests_lifecycle.approve_first(asked.request_id, asked.revision_id, asked.number, revision.content, now=now)
    gone = {one.id for one, _ in settled}
    still_open = {one.unit_id for one in asked.reviews if one.state is ReviewState.OPEN and one.id not in gone | {asked.review_id}}
    units = still_open | {one.review.unit_id for one in opened}
    keep_to(asked.request_id, revision.content, units, now)
    record(
        Action.APPROVED, ("request", asked.request_id), by=by, now=now, round=asked.round_no, revision=asked.revision_no, hash=revision.hash
    )  # fmt: skip
