"""Recalling a decision, taking note, answering remarks, and that a review was opened."""

import json
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime

from sqlalchemy import bindparam, delete, select, update

from events.approvals import deciders, queries, route
from events.approvals.models import Remark, Review
from events.approvals.operations.refusals import present_state, refuse_other_unit
from events.approvals.vocabulary import RemarkState, ReviewState, RoundState, SlotKind, Verdict
from events.audit.operations import record
from events.audit.vocabulary import Action
from events.foundation.db import db
from events.foundation.errors import Conflict, NotFound, NotNow, NotYours, Refused
from events.foundation.text import N_
from events.people.models import User
from events.requests import lifecycle as requests_lifecycle
from events.requests import queries as requests
from events.requests.models import EventRequest
from events.requests.vocabulary import MOST_ACTIVE_SECONDS, AuthorHow


def _locked_review(review_id: int, by: User) -> tuple[Review, EventRequest]:
    """The review read again under its request's lock. NotFound for whom the request does not concern."""
    event_request = requests.locked(queries.request_of(review_id, by))
    return queries.review_in_round(review_id), event_request


def recall(review_id: int, *, by: User, now: datetime) -> Review:
    """Take one's decision back while its stage is open: the review is open again with its old due and the text is kept (cases.md 14)."""
    review, event_request = _locked_review(review_id, by)
    decision = queries.effective_decision(review_id)
    if decision is None:
        refuse_other_unit(by, review.unit_id, review.role)
        raise NotNow(N_("There is no decision to recall: none has been made, or it has been recalled already."))
    if decision.decided_by_id != by.id:
        raise NotYours(N_("Only the person who decided can recall the decision: %(who)s.", who=decision.decided_by.surname_initials))
    if not can_be_recalled(review, now):
        raise NotNow(N_("The stage is closed. Ask the coordinator to stop the approval."))
    texts = [{"section": one.section.value, "text": one.text} for one in review.remarks]
    decision.recalled_at = now
    db.session.execute(delete(Remark).where(Remark.review_id == review.id))
    review.state, review.verdict, review.decided_at, review.decided_by_id = ReviewState.OPEN, None, None, None
    review.draft_comment = json.dumps({"comment": decision.comment, "remarks": texts}, ensure_ascii=False)
    review.version += 1
    requests_lifecycle.touch_version(event_request)
    db.session.flush()
    record(
        Action.RECALLED,
        ("request", review.request_id),
        by=by.actor,
        now=now,
        review=review.id,
        unit=review.unit_id,
        decision=decision.verdict.value,
    )
    return review


def can_be_recalled(review: Review, now: datetime) -> bool:
    """Whether the stage of a decided review is still open."""
    if review.round.state is not RoundState.OPEN or review.state is not ReviewState.DECIDED or review.by_submission:
        return False
    plan = route.Plan.from_plain(review.round.plan)
    return route.progress(plan, queries.review_facts(review.round.reviews), now=now).open_stage == review.stage


def acknowledge(review_id: int, *, by: User, now: datetime) -> Review:
    """«Ознакомлен»: optional, and never decides anything (cases.md 16)."""
    review, _ = _locked_review(review_id, by)
    refuse_other_unit(by, review.unit_id, review.role)
    if review.kind is not SlotKind.INFORM or review.state is not ReviewState.OPEN:
        raise Conflict(present_state(review))
    review.state, review.verdict, review.decided_at = ReviewState.DECIDED, Verdict.ACKNOWLEDGED, now
    review.decided_by_id = None if queries.is_author(by, review.request_id) else by.id
    review.version += 1
    record(
        Action.DECIDED, ("request", review.request_id), by=by.actor, now=now, review=review.id, unit=review.unit_id, decision="acknowledged"
    )
    return review


def acknowledge_all(review_ids: Collection[int], *, by: User, now: datetime) -> int:
    """«Ознакомлен» with several reviews; how many of them it was still possible for. What a colleague was faster with is passed over."""
    noted = 0
    for review_id in queries.still_to_acknowledge(by, review_ids):
        with suppress(NotNow, NotYours, NotFound):
            acknowledge(review_id, by=by, now=now)
            noted += 1
    return noted


def see(review_id: int, *, by: User, now: datetime) -> None:
    """The review was opened by someone whose turn it is: waiting ends, work begins (domain.md section 5, M3). No page of the public and
    no letter rests on it, so no follower is asked."""
    one = queries.standing_of(review_id, by, locked=True)
    if one.seen_at is None and _is_turn_of(by, one) and db.session.connection().execute(_SEEN, {"which": review_id, "at": now}).rowcount:
        record(Action.OPENED, ("request", one.request_id), by=by.actor, now=now, touched=False, review=review_id, unit=one.unit_id)


def count_active(review_id: int, seconds: int, *, by: User) -> None:
    """Add active time on the review's page, at most five minutes a report."""
    if _is_turn_of(by, queries.standing_of(review_id, by)):
        spent = max(0, min(seconds, MOST_ACTIVE_SECONDS))
        db.session.connection().execute(_SPENT, {"which": review_id, "spent": spent})


def _is_turn_of(user: User, one: queries.Asked) -> bool:
    return one.state is ReviewState.OPEN and deciders.decides(user.memberships, one.unit_id, one.role)


_SEEN = (
    update(Review)
    .where(Review.id == bindparam("which"), Review.seen_at.is_(None), Review.state == ReviewState.OPEN)
    .values(seen_at=bindparam("at"))
)
_SPENT = update(Review).where(Review.id == bindparam("which")).values(active_seconds=Review.active_seconds + bindparam("spent"))


def answer_remark(remark_id: int, *, accepted: bool, text: str, by: User, now: datetime) -> Remark:
    """The author says «учтено», or declines with an explanation."""
    request_id = db.session.scalar(select(Remark.request_id).where(Remark.id == remark_id))
    if request_id is None:
        raise NotFound
    event_request = requests.locked(request_id)
    requests.refuse_reader(by, event_request)
    remark = db.session.get_one(Remark, remark_id)
    if not remark.released:
        raise NotFound
    if not accepted and not text:
        raise Refused(N_("Explain why the remark is not taken into account."), {"text": N_("Write the explanation.")})
    remark.state = RemarkState.ACCEPTED if accepted else RemarkState.DECLINED
    remark.answer, remark.answered_at, remark.answered_by_id = text, now, by.id
    requests_lifecycle.author(event_request.id, by.id, AuthorHow.EDITED, now)
    record(Action.ANSWERED, ("request", request_id), by=by.actor, now=now, remark=remark.id, accepted=accepted)
    return remark
