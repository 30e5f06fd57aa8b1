"""Reading one review, the decisions made in it and what its unit has seen before."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from events.approvals import route
from events.approvals.models import Decision, Review, Round
from events.approvals.route import Plan
from events.approvals.vocabulary import (
    ReviewState,
)
from events.foundation.db import db
from events.foundation.errors import NotFound
from events.people.models import User
from events.requests import queries as requests
from events.requests.models import EventRequest, Revision


def review(review_id: int, user: User) -> Review:
    """The review for whom it concerns: its deciders, and all who may see the request. NotFound for others."""
    found = db.session.scalar(
        select(Review)
        .where(Review.id == review_id)
        .execution_options(populate_existing=True)
        .options(
            joinedload(Review.round).selectinload(Round.reviews).options(joinedload(Review.decided_by), joinedload(Review.acting_for)),
            joinedload(Review.round).joinedload(Round.revision),
            joinedload(Review.round).joinedload(Round.event_request),
            joinedload(Review.unit),
            selectinload(Review.remarks),
        )
    )
    if found is None or not requests.may_see(user, found.request_id):
        raise NotFound
    return found


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
    found = db.session.scalar(
        select(Review.request_id)
        .join(EventRequest, EventRequest.id == Review.request_id)
        .where(Review.id == review_id, requests.visible_to(user, one=True))
    )
    if found is None:
        raise NotFound
    return found


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
    return db.session.scalar(
        select(Review)
        .join(Round)
        .where(
            Review.request_id == review.request_id,
            Review.unit_id == review.unit_id,
            Review.slot == review.slot,
            Review.state == ReviewState.DECIDED,
            Round.no < review.round.no,
        )
        .options(joinedload(Review.round).joinedload(Round.revision))
        .order_by(Round.no.desc())
        .limit(1)
    )
