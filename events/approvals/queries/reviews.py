"""Reading one review, the decisions made in it and what its unit has seen before."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Row, Select, bindparam, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from events.approvals import route
from events.approvals.models import Decision, Review, Round
from events.approvals.route import Plan
from events.approvals.vocabulary import ReviewState, SlotRole
from events.foundation.db import db
from events.foundation.errors import NotFound
from events.people.models import User
from events.requests import queries as requests
from events.requests.models import EventRequest, Revision

Asked = Row[int, int, SlotRole, ReviewState, datetime | None]
"""Request, unit, role and state of a review, and when it was opened first."""


def review(review_id: int, user: User) -> Review:
    """The review for whom it concerns: its deciders, and all who may see the request. NotFound for others.

    It comes with its round, that one's other reviews and the number of its revision, read afresh; what the revision says, and whether
    the reader has a hand in it, `requests.reading` tells.
    """
    round_ = db.session.scalar(_with_round(*requests.sight(user)), {"of_review": review_id})
    if round_ is None:
        raise NotFound
    for one in round_.reviews:
        set_committed_value(one, "round", round_)
    return next(one for one in round_.reviews if one.id == review_id)


@lru_cache(maxsize=256)
def _with_round(units: frozenset[int], district_wide: bool) -> Select[Round]:
    """Put together once for everybody who sees the same."""
    reviews = selectinload(Round.reviews)
    return (
        select(Round)
        .join(Review, Review.round_id == Round.id)
        .join(EventRequest, EventRequest.id == Round.request_id)
        .where(Review.id == bindparam("of_review"), requests.seen_by(units, district_wide, one=True))
        .execution_options(populate_existing=True)
        .options(
            contains_eager(Round.event_request),
            joinedload(Round.revision).load_only(Revision.no),
            reviews.joinedload(Review.decided_by).load_only(User.full_name),
            reviews.joinedload(Review.acting_for).load_only(User.full_name),
        )
    )


def find_review(review_id: int, user: User) -> Review | None:
    """The review, or None where `review` would raise NotFound."""
    try:
        return review(review_id, user)
    except NotFound:
        return None


def review_to_decide(review_id: int, user: User) -> Review:
    """The review as far as the form that decides it asks. NotFound for those whom `review` would refuse."""
    found = db.session.scalar(
        select(Review)
        .join(EventRequest, EventRequest.id == Review.request_id)
        .where(Review.id == review_id, requests.visible_to(user, one=True))
        .options(joinedload(Review.round).joinedload(Round.revision).load_only(Revision.no))
    )
    if found is None:
        raise NotFound
    return found


def request_of(review_id: int, user: User) -> int:
    """The id of the request of a review that is to be decided. NotFound for those whom `review` would refuse."""
    return standing_of(review_id, user)[0]


def standing_of(review_id: int, user: User, *, locked: bool = False) -> Asked:
    """Whose turn a review is; NotFound for those whom `review` would refuse. With its request locked the rest is as it was before waiting
    for the lock: whoever writes asks again in the statement that writes."""
    found = db.session.execute(_turn_seen_by(*requests.sight(user), locked), {"of_review": review_id}).one_or_none()
    if found is None:
        raise NotFound
    return found


@lru_cache(maxsize=512)
def _turn_seen_by(units: frozenset[int], district_wide: bool, locked: bool) -> Select[int, int, SlotRole, ReviewState, datetime | None]:
    """Put together once for everybody who sees the same."""
    asked = (
        select(Review.request_id, Review.unit_id, Review.role, Review.state, Review.seen_at)
        .join(EventRequest, EventRequest.id == Review.request_id)
        .where(Review.id == bindparam("of_review"), requests.seen_by(units, district_wide, one=True))
    )
    return asked.with_for_update(of=EventRequest) if locked else asked


def planned(review: Review) -> route.PlannedSlot:
    """The review as it was planned: why it is asked for, what else was merged into it."""
    return Plan.slot_from_plain(review.round.plan, (review.stage, review.slot, review.unit_id))


def effective_decision(review_id: int) -> Decision | None:
    return db.session.scalar(select(Decision).where(Decision.review_id == review_id, Decision.recalled_at.is_(None)))


def decisions(request_id: int) -> Sequence[Decision]:
    """Every decision ever made on the request, recalled ones included, oldest first."""
    return db.session.scalars(
        select(Decision)
        .where(Decision.request_id == request_id)
        .options(joinedload(Decision.decided_by), joinedload(Decision.acting_for))
        .order_by(Decision.id)
    ).all()


def earlier_decision(review: Review) -> Review | None:
    """The same review's latest decision in an earlier round, whatever it was: what the unit has seen of the request."""
    if review.round.no == 1:
        return None
    asked = {"of_request": review.request_id, "of_unit": review.unit_id, "of_slot": review.slot, "before": review.round.no}
    return db.session.scalar(_EARLIER, asked)


_EARLIER = (
    select(Review)
    .join(Round)
    .where(
        Review.request_id == bindparam("of_request"),
        Review.unit_id == bindparam("of_unit"),
        Review.slot == bindparam("of_slot"),
        Review.state == ReviewState.DECIDED,
        Round.no < bindparam("before"),
    )
    .options(joinedload(Review.round).joinedload(Round.revision).load_only(Revision.no))
    .order_by(Round.no.desc())
    .limit(1)
)
