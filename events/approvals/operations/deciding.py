"""Deciding a review: checked on plain rows under the request's lock, written, and the round moves where something follows.

Most decisions are one approval among several of a stage, after which nothing follows but that its own letters are no longer due: such a
one reads and writes no more than that (decision 007).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Insert, Update, bindparam, insert, select, update

from events.approvals import lifecycle, queries, route
from events.approvals.models import Decision, Remark, Review
from events.approvals.operations.refusals import present_state, refuse_other_unit
from events.approvals.queries import Deciding
from events.approvals.vocabulary import CHOOSE_DECISION, OWN_REQUEST, ReviewState, RoundState, Verdict
from events.audit.operations import record
from events.audit.vocabulary import Action
from events.district import queries as district
from events.foundation import work
from events.foundation.db import db
from events.foundation.errors import Conflict, NotNow, NotYours, Refused
from events.foundation.text import N_, Phrase
from events.outbox import operations as outbox
from events.outbox.vocabulary import Subject
from events.people.models import User
from events.requests import queries as requests
from events.requests.vocabulary import Section

_CLAIM = (
    update(Review)
    .where(Review.id == bindparam("of_review"), Review.state == ReviewState.OPEN, Review.version == bindparam("of_version"))
    .values({name: bindparam(f"to_{name}") for name in ("state", "verdict", "decided_at", "decided_by_id", "version", "draft_comment")})
)
"""Makes one version of an open review a decided one."""
_REMARKED = insert(Remark)
_SAID = ("request_id", "revision_no", "verdict", "reason_code", "comment", "decided_at", "decided_by_id")
_SAYING = [bindparam(f"said_{name}", type_=getattr(Decision, name).type) for name in _SAID]
_DECIDE = insert(Decision).values({"review_id": bindparam("of_review"), **dict(zip(_SAID, _SAYING, strict=True))})
_CLAIMED = _CLAIM.returning(Review.id).cte("claimed")
_AT_ONCE = (
    insert(Decision)
    .from_select(["review_id", *_SAID], select(_CLAIMED.c.id, *_SAYING))
    .add_cte(outbox.CANCEL_ABOUT.cte("no_longer_due"))
    .execution_options(preserve_rowcount=True)
)
"""All that a plain decision writes about the review in one statement, which only PostgreSQL knows."""


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
) -> None:
    """Decide one review. `version` and `revision_no` are those of the page the person saw (I3).

    NotYours for whom it is never to decide; Refused when the verdict lacks its remark, reason or comment; Conflict when someone was
    faster or the revision is another; NotNow when the event has begun, even where no tick has said so yet (cases.md 30).
    """
    asked = queries.deciding(review_id, by)
    refuse_other_unit(by, asked.unit_id, asked.role)
    if asked.own:
        raise NotYours(OWN_REQUEST)
    if asked.revision_no != revision_no:
        raise Conflict(N_("The author has submitted revision %(no)s meanwhile. Look at it before you decide.", no=asked.revision_no))
    if asked.state is not ReviewState.OPEN or asked.version != version:
        raise Conflict(_present_state(review_id))
    if asked.round_state is RoundState.OPEN:
        _refuse_after_the_fact(asked, now)
    _refuse_unfounded(asked, verdict, comment, remarks, reason_code)
    decided = _Decided(verdict, comment, tuple(remarks), reason_code if verdict is Verdict.RETURN else None)
    step = asked.after(verdict, now) if asked.round_state is RoundState.OPEN else None
    if step is not None and step.is_idle and not remarks:
        _write_alone(asked, decided, by=by, now=now)
        return
    work.touch("request", asked.request_id)
    with db.session.begin_nested():  # refused at the very end (a venue lost meanwhile), the page must find the review as it was
        _write(asked, decided, by=by, now=now)
        if step is not None and lifecycle.is_first_approval(asked, step):
            lifecycle.approve_first(asked, step, by=by.actor, now=now)
        elif step is not None:
            event_request = requests.locked(asked.request_id)
            lifecycle.advance(event_request, queries.review_in_round(review_id).round, by=by.actor, now=now)


@dataclass(frozen=True)
class _Decided:
    """What was decided and said."""

    verdict: Verdict
    comment: str
    remarks: tuple[NewRemark, ...]
    reason_code: str | None


def _write_alone(asked: Deciding, decided: _Decided, *, by: User, now: datetime) -> None:
    """A decision after which nothing follows: nothing more is to be said about the review (I12)."""
    about = Subject("review", asked.review_id)
    if db.session.connection().dialect.name == "postgresql":
        told = {**_claiming(asked, decided, by, now), **_saying(asked, decided, by, now), **outbox.asked_about(about, asked.request_id)}
        _claim(asked, _AT_ONCE, told)
        _record(asked, decided, by=by, now=now)
        return
    _write(asked, decided, by=by, now=now)
    outbox.cancel_about(about, asked.request_id)


def _write(asked: Deciding, decided: _Decided, *, by: User, now: datetime) -> None:
    """The review is decided, the decision kept with its remarks and recorded."""
    connection = db.session.connection()
    _claim(asked, _CLAIM, _claiming(asked, decided, by, now))
    connection.execute(_DECIDE, {"of_review": asked.review_id, **_saying(asked, decided, by, now)})
    if decided.remarks:
        made = {"review_id": asked.review_id, "request_id": asked.request_id}
        common = {**made, "blocking": decided.verdict is Verdict.RETURN, "created_at": now}
        connection.execute(_REMARKED, [{**common, "section": one.section, "field": one.field, "text": one.text} for one in decided.remarks])
    _record(asked, decided, by=by, now=now)


def _record(asked: Deciding, decided: _Decided, *, by: User, now: datetime) -> None:
    record(
        Action.DECIDED, ("request", asked.request_id), by=by.actor, now=now, touched=False, review=asked.review_id, round=asked.round_no,
        stage=asked.stage, unit=asked.unit_id, decision=decided.verdict.value, reason=decided.reason_code, revision=asked.revision_no,
        remarks=len(decided.remarks) or None, active_seconds=asked.active_seconds or None,
    )  # fmt: skip


def _claim(asked: Deciding, statement: Update | Insert, told: Mapping[str, Any]) -> None:
    """The second fence: only one transaction ever turns this version from open to decided (I2)."""
    if db.session.connection().execute(statement, told).rowcount != 1:
        raise Conflict(_present_state(asked.review_id))


def _claiming(asked: Deciding, decided: _Decided, by: User, now: datetime) -> dict[str, Any]:
    """What `_CLAIM` is told. A server clock that stepped back never puts a decision before the review's opening (I20)."""
    return {
        "of_review": asked.review_id, "of_version": asked.version, "to_state": ReviewState.DECIDED, "to_verdict": decided.verdict,
        "to_decided_at": max(now, asked.opened_at or now), "to_decided_by_id": by.id, "to_version": asked.version + 1,
        "to_draft_comment": "",
    }  # fmt: skip


def _saying(asked: Deciding, decided: _Decided, by: User, now: datetime) -> dict[str, Any]:
    """The decision itself."""
    return {
        "said_request_id": asked.request_id, "said_revision_no": asked.revision_no, "said_verdict": decided.verdict,
        "said_reason_code": decided.reason_code, "said_comment": decided.comment, "said_decided_at": now, "said_decided_by_id": by.id,
    }  # fmt: skip


def _present_state(review_id: int) -> Phrase:
    """What has happened to the review meanwhile, as it stands now."""
    return present_state(queries.review_in_round(review_id))


def _refuse_after_the_fact(asked: Deciding, now: datetime) -> None:
    """NotNow: nothing is approved after the fact, neither an event nor a change of it (cases.md 30, 35)."""
    if asked.amendment:
        _refuse_change_after_the_fact(asked, now)
    elif asked.has_begun(now):
        raise NotNow(
            N_(
                "The event has already begun, so nothing can be decided any more. "
                "The request goes back to its author, who gives a new date or withdraws it."
            )
        )


def _refuse_change_after_the_fact(asked: Deciding, now: datetime) -> None:
    """NotNow for a change of an event that is over, or one of whose new dates has come."""
    event_request = requests.locked(asked.request_id)
    queries.refuse_too_late(event_request, now)
    if requests.has_passed(event_request, queries.review_in_round(asked.review_id).round.revision, now):
        raise NotNow(
            N_(
                "A date of this change has already passed, so nothing can be decided any more. "
                "The change goes back to its author, who gives a new date or withdraws it."
            )
        )


def _refuse_unfounded(asked: Deciding, verdict: Verdict, comment: str, remarks: Sequence[NewRemark], reason_code: str | None) -> None:
    """Each verdict with what it needs (cases.md 13, 17; screens.md, «Review page»)."""
    if verdict not in route.verdicts(asked.kind, confirming=asked.confirming):
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
