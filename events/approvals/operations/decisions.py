"""Deciding a review, recalling a decision, taking note, answering remarks."""

import json
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm.attributes import set_committed_value

from events.approvals import lifecycle, queries, route
from events.approvals.models import Decision, Remark, Review, Round
from events.approvals.vocabulary import CHOOSE_DECISION, OWN_REQUEST, RemarkState, ReviewState, RoundState, SlotKind, Verdict
from events.audit.operations import record
from events.audit.vocabulary import Action
from events.district import queries as district
from events.foundation.db import db
from events.foundation.errors import Conflict, NotFound, NotNow, NotYours, Refused
from events.foundation.text import N_, Phrase
from events.people.models import User
from events.requests import lifecycle as requests_lifecycle
from events.requests import queries as requests
from events.requests.models import EventRequest
from events.requests.vocabulary import MOST_ACTIVE_SECONDS, AuthorHow, Section

_CLAIM = (
    update(Review)
    .where(Review.id == bindparam("of_review"), Review.state == ReviewState.OPEN, Review.version == bindparam("of_version"))
    .values({name: bindparam(name) for name in ("state", "verdict", "decided_at", "decided_by_id", "version", "draft_comment")})
)
"""Makes one version of an open review a decided one."""


@dataclass(frozen=True)
class NewRemark:
    """A remark as it is given: the section, what to change, and the field if it is about one."""

    section: Section
    text: str
    field: str | None = None


def decide(
    review_id: int,
    *,
    verdict: Verdict,
    version: int,
    revision_no: int,
    comment: str = "",
    remarks: Sequence[NewRemark] = (),
    reason_code: str | None = None,
    by: User,
    now: datetime,
) -> Review:
    """Decide one review. `version` and `revision_no` are those of the page the person saw (I3).

    NotYours for whom it is never to decide; Refused when the verdict lacks its remark, reason or comment; Conflict when someone was
    faster or the revision is another; NotNow when the event has begun, even where no tick has said so yet (cases.md 30).
    """
    review, event_request = _locked_review(review_id, by)
    _refuse_foreign(review, by)
    if review.round.revision.no != revision_no:
        raise Conflict(N_("The author has submitted revision %(no)s meanwhile. Look at it before you decide.", no=review.round.revision.no))
    if review.state is not ReviewState.OPEN or review.version != version:
        raise Conflict(_present_state(review))
    if review.round.state is RoundState.OPEN:
        _refuse_after_the_fact(event_request, review.round, now)
    _refuse_unfounded(review, verdict, comment, remarks, reason_code)
    with db.session.begin_nested():  # refused at the very end (a venue lost meanwhile), the page must find the review as it was
        _settle(event_request, review, verdict, comment=comment, remarks=remarks, reason_code=reason_code, by=by, now=now)
    return review


def _refuse_after_the_fact(event_request: EventRequest, round_: Round, now: datetime) -> None:
    """NotNow: nothing is approved after the fact, neither an event nor a change of it (cases.md 30, 35)."""
    if round_.amendment:
        queries.refuse_too_late(event_request, now)
    if round_.amendment and requests.has_passed(event_request, round_.revision, now):
        raise NotNow(
            N_(
                "A date of this change has already passed, so nothing can be decided any more. "
                "The change goes back to its author, who gives a new date or withdraws it."
            )
        )
    if not round_.amendment and event_request.has_begun(now):
        raise NotNow(
            N_(
                "The event has already begun, so nothing can be decided any more. "
                "The request goes back to its author, who gives a new date or withdraws it."
            )
        )


def _settle(
    event_request: EventRequest,
    review: Review,
    verdict: Verdict,
    *,
    comment: str,
    remarks: Sequence[NewRemark],
    reason_code: str | None,
    by: User,
    now: datetime,
) -> None:
    """Write the decision with its remarks, record it, and let the round move."""
    revision_no = review.round.revision.no
    _claim(review, verdict, by=by, now=now)
    db.session.add(
        Decision(
            review_id=review.id, request_id=review.request_id, revision_no=revision_no, verdict=verdict,
            reason_code=reason_code if verdict is Verdict.RETURN else None, comment=comment, decided_at=now, decided_by_id=by.id,
        )
    )  # fmt: skip
    blocking = verdict is Verdict.RETURN
    for remark in remarks:
        db.session.add(
            Remark(
                review_id=review.id, request_id=review.request_id, section=remark.section, field=remark.field, text=remark.text,
                blocking=blocking, created_at=now,
            )
        )  # fmt: skip
    db.session.flush()
    record(
        Action.DECIDED, ("request", review.request_id), by=by.actor, now=now, review=review.id, round=review.round.no, stage=review.stage,
        unit=review.unit_id, decision=verdict.value, reason=reason_code, revision=revision_no, remarks=len(remarks) or None,
        active_seconds=review.active_seconds or None,
    )  # fmt: skip
    if review.round.state is RoundState.OPEN:
        lifecycle.advance(event_request, review.round, by=by.actor, now=now)


def _locked_review(review_id: int, by: User) -> tuple[Review, EventRequest]:
    """The review read again under its request's lock. NotFound for whom the request does not concern."""
    event_request = requests.locked(queries.request_of(review_id, by))
    return queries.review_in_round(review_id), event_request


def _refuse_foreign(review: Review, by: User) -> None:
    """Only the unit's deciders decide, and nobody on an own request (I1)."""
    _refuse_other_unit(review, by)
    if queries.is_author(by, review.request_id):
        raise NotYours(OWN_REQUEST)


def _refuse_other_unit(review: Review, by: User) -> None:
    """Only the unit's deciders act on its review."""
    if not queries.may_decide(by, review):
        raise NotYours(N_("This review belongs to “%(unit)s”: only its staff decide here.", unit=review.unit.called))


def _present_state(review: Review) -> Phrase:
    """What has happened to the review meanwhile."""
    if review.state in (ReviewState.DECIDED, ReviewState.CARRIED):
        who = review.decided_by.surname_initials if review.decided_by else review.unit.called
        return N_("This has been decided meanwhile: %(who)s. Your text is kept on this page.", who=who)
    if review.state is ReviewState.OPEN:
        return N_("A colleague has acted on this review meanwhile. Look at it again; your text is kept on this page.")
    return N_("This review is no longer open: the request was taken back, returned or withdrawn. Your text is kept on this page.")


def _refuse_unfounded(review: Review, verdict: Verdict, comment: str, remarks: Sequence[NewRemark], reason_code: str | None) -> None:
    """Each verdict with what it needs (cases.md 13, 17; screens.md, «Review page»)."""
    if verdict not in route.verdicts(review.kind, confirming=review.confirming):
        raise Refused(N_("This decision is not possible here."), {"verdict": CHOOSE_DECISION})
    if verdict is Verdict.RETURN:
        missing: dict[str, Phrase] = {}
        if not remarks:
            missing["remarks"] = N_("Add at least one remark with its section, so that the author knows what to mend.")
        if reason_code not in {one.code for one in district.reason_codes()}:
            missing["reason_code"] = N_("Choose the reason of the return.")
        if missing:
            raise Refused(N_("Say what to mend before you return the request."), missing)
    if verdict is Verdict.APPROVE_WITH_REMARKS and not remarks:
        raise Refused(N_("Write the remark, or approve without remarks."), {"remarks": N_("Write the remark and choose its section.")})
    if verdict is Verdict.REJECT and not comment:
        raise Refused(N_("Give the reason of the rejection: it ends the request."), {"comment": N_("Give the reason.")})
    if verdict is Verdict.OPINION and not (comment or remarks):
        phrase = N_("Write your opinion.")
        raise Refused(phrase, {"comment": phrase})


def _claim(review: Review, verdict: Verdict, *, by: User, now: datetime) -> None:
    """The second fence: only one transaction ever turns this version from open to decided (I2).

    A server clock that stepped back never puts a decision before the review's opening (I20).
    """
    now = max(now, review.opened_at or now)
    seen = {"of_review": review.id, "of_version": review.version}
    decided: dict[str, object] = {
        "state": ReviewState.DECIDED, "verdict": verdict, "decided_at": now, "decided_by_id": by.id, "version": review.version + 1,
        "draft_comment": "",
    }  # fmt: skip
    if db.session.connection().execute(_CLAIM, {**seen, **decided}).rowcount != 1:
        raise Conflict(_present_state(review))
    for name, value in decided.items():
        set_committed_value(review, name, value)


def recall(review_id: int, *, by: User, now: datetime) -> Review:
    """Take one's decision back while its stage is open: the review is open again with its old due and the text is kept (cases.md 14)."""
    review, event_request = _locked_review(review_id, by)
    decision = queries.effective_decision(review_id)
    if decision is None:
        _refuse_other_unit(review, by)
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
    _refuse_other_unit(review, by)
    if review.kind is not SlotKind.INFORM or review.state is not ReviewState.OPEN:
        raise Conflict(_present_state(review))
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
    """The review was opened by someone whose turn it is: waiting ends, work begins (domain.md section 5, M3)."""
    review, _ = _locked_review(review_id, by)
    if review.seen_at is None and review.state is ReviewState.OPEN and queries.may_decide(by, review):
        review.seen_at = now
        record(Action.OPENED, ("request", review.request_id), by=by.actor, now=now, review=review.id, unit=review.unit_id)


def count_active(review_id: int, seconds: int, *, by: User) -> None:
    """Add active time on the review's page, at most five minutes a report."""
    review = queries.review(review_id, by)
    if review.state is ReviewState.OPEN and queries.may_decide(by, review):
        spent = max(0, min(seconds, MOST_ACTIVE_SECONDS))
        db.session.execute(update(Review).where(Review.id == review_id).values(active_seconds=Review.active_seconds + spent))


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
    requests_lifecycle.author(event_request, by.id, AuthorHow.EDITED, now)
    record(Action.ANSWERED, ("request", request_id), by=by.actor, now=now, remark=remark.id, accepted=accepted)
    return remark
