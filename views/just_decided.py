"""The decision a reader has just made, on whatever page he lands."""

from datetime import datetime

from events.approvals import operations, queries
from events.approvals.models import Review
from events.approvals.vocabulary import ReviewState
from events.people.models import User
from presenters.reviews import JustDecided


def recallable(review: Review, user: User, now: datetime) -> bool:
    """Whether the reader made the decision in force on the review and may still take it back."""
    if not operations.can_be_recalled(review, now):
        return False
    decision = queries.effective_decision(review.id)
    return decision is not None and decision.decided_by_id == user.id


def just_decided(review_id: int | None, user: User, now: datetime) -> JustDecided | None:
    """What the reader has just decided; None when it is nobody's or nothing of his."""
    review = queries.find_review(review_id, user) if review_id is not None else None
    if review is None or review.decided_by_id != user.id or review.state is not ReviewState.DECIDED:
        return None
    return JustDecided(review.id, review.round.event_request.title, recallable(review, user, now))
