"""Reading remarks: what the author has to answer, and what was said before."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased, joinedload

from events.approvals.models import Remark, Review, Round
from events.foundation.db import db
from events.people import queries as people


def open_remarks(request_id: int) -> Sequence[Remark]:
    """Remarks the author has to do with: of the last round, blocking ones first answered or not; and others unanswered."""
    last = aliased(Round)
    newest = select(func.max(last.no)).where(last.request_id == request_id).scalar_subquery()
    return db.session.scalars(
        select(Remark)
        .join(Review)
        .join(Round, Review.round_id == Round.id)
        .where(Remark.request_id == request_id, Remark.released, ~Remark.moot, or_(Round.no == newest, Remark.waits()))
        .options(joinedload(Remark.review).joinedload(Review.unit), joinedload(Remark.review).joinedload(Review.round))
        .order_by(Remark.blocking.desc(), Remark.id)
    ).all()


def unanswered(request_id: int, *, blocking: bool) -> int:
    """How many released remarks of this kind wait for an answer."""
    counted = select(func.count()).select_from(Remark)
    return (
        db.session.scalar(counted.where(Remark.request_id == request_id, Remark.released, Remark.blocking == blocking, Remark.waits())) or 0
    )


def remark_counts(request_ids: Collection[int]) -> Mapping[int, int]:
    """Unanswered released remarks per request, in one query; none for no requests."""
    if not request_ids:
        return {}
    rows = db.session.execute(
        select(Remark.request_id, func.count())
        .where(Remark.request_id.in_(request_ids), Remark.released, Remark.waits())
        .group_by(Remark.request_id)
    )
    return dict(rows.all())


def earlier_remarks(review: Review) -> Sequence[Remark]:
    """Remarks of earlier rounds and those already released in this one, newest round first, with who made them."""
    return db.session.scalars(
        select(Remark)
        .join(Review)
        .join(Round, Review.round_id == Round.id)
        .where(Remark.request_id == review.request_id, Remark.released, Remark.review_id != review.id)
        .options(joinedload(Remark.review).joinedload(Review.unit), joinedload(Remark.review).joinedload(Review.round))
        .order_by(Round.no.desc(), Remark.id)
    ).all()


def answering_names(remarks: Iterable[Remark]) -> Mapping[int, str]:
    """Full names of those who answered remarks, by user id."""
    wanted = {one.answered_by_id for one in remarks if one.answered_by_id is not None}
    return people.full_names(wanted) if wanted else {}
