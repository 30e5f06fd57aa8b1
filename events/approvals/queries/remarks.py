"""Reading remarks: what the author has to answer, and what was said before."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from events.approvals.models import Remark, Review, Round
from events.foundation.db import db
from events.people import queries as people
from events.requests.vocabulary import Section

_TO_ANSWER = select(Remark.section).where(Remark.request_id == bindparam("of_request"), Remark.released, Remark.waits())


def open_remarks(request_id: int) -> Sequence[Remark]:
    """Remarks the author has to do with: of the last round, blocking ones first answered or not; and others unanswered."""
    last = aliased(Round)
    newest = select(func.max(last.no)).where(last.request_id == request_id).scalar_subquery()
    return db.session.scalars(
        select(Remark)
        .join(Review)
        .join(Round, Review.round_id == Round.id)
        .where(Remark.request_id == request_id, Remark.released, ~Remark.moot, or_(Round.no == newest, Remark.waits()))
        .options(joinedload(Remark.review))
        .order_by(Remark.blocking.desc(), Remark.id)
    ).all()


def sections_to_answer(request_id: int) -> Sequence[Section]:
    """Where the remarks stand that wait for the author's answer, one by one."""
    return db.session.connection().execute(_TO_ANSWER, {"of_request": request_id}).scalars().all()


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


def remarks_beside(review: Review) -> tuple[Sequence[Remark], Sequence[Remark]]:
    """Those of the review itself, released or not; and the others of its request that are released, newest round first."""
    found = db.session.scalars(_BESIDE, {"of_request": review.request_id, "of_review": review.id}).all()
    return [one for one in found if one.review_id == review.id], [one for one in found if one.review_id != review.id]


_BESIDE = (
    select(Remark)
    .join(Review)
    .join(Round, Review.round_id == Round.id)
    .where(Remark.request_id == bindparam("of_request"), or_(Remark.released, Remark.review_id == bindparam("of_review")))
    .options(contains_eager(Remark.review).load_only(Review.unit_id))
    .order_by(Round.no.desc(), Remark.id)
)


def answering_names(remarks: Iterable[Remark]) -> Mapping[int, str]:
    """Full names of those who answered remarks, by user id."""
    wanted = {one.answered_by_id for one in remarks if one.answered_by_id is not None}
    return people.full_names(wanted) if wanted else {}
