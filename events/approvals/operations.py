"""Verbs of approval: submit, decide, recall, answer, take back, and what may happen after approval.

Every verb locks the request's row first and reads again; what it does is recorded in the audit.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm.attributes import set_committed_value

from events.approvals import lifecycle, planning, queries, route
from events.approvals.models import Decision, Remark, Review, Round, Route, RouteVersion
from events.approvals.planning import Preview
from events.approvals.vocabulary import Act, RemarkState, ReviewState, RoundState, SlotKind, Verdict
from events.audit.operations import record
from events.district import queries as district
from events.foundation.acting import SYSTEM, Actor
from events.foundation.db import db
from events.foundation.errors import Conflict, NotFound, Refused
from events.foundation.text import N_, Phrase
from events.people.models import User
from events.people.vocabulary import Role
from events.requests import lifecycle as requests_lifecycle
from events.requests import operations as requests_operations
from events.requests import queries as requests
from events.requests import rules
from events.requests.models import EventRequest, Revision
from events.requests.vocabulary import (
    IN_FORCE,
    AuthorHow,
    InvolvedBy,
    OccurrenceMark,
    RequestStatus,
    RevisionState,
    Section,
)
from events.venues import lifecycle as bookings
from events.venues import queries as venue_queries

TICK_SIZE = 100
MOST_ACTIVE_SECONDS = 300
"""One report of active time; idle beyond five minutes is cut (domain.md section 5, M4)."""
_CLAIM = (
    update(Review)
    .where(Review.id == bindparam("of_review"), Review.state == ReviewState.OPEN, Review.version == bindparam("of_version"))
    .values({name: bindparam(name) for name in ("state", "verdict", "decided_at", "decided_by_id", "version", "draft_comment")})
)
"""Turns one version of an open turn into a decided one."""


@dataclass(frozen=True)
class NewRemark:
    """A remark as it is given: the section, what to change, and the field if it is about one."""

    section: Section
    text: str
    field: str | None = None


def keep_route(plain: Mapping[str, object], *, by: Actor, now: datetime) -> RouteVersion:
    """Add a route, or a new version of it from now on. Raises DefinitionError when it cannot be used."""
    definition = route.parse_route(dict(plain))
    stored = db.session.scalar(select(Route).where(Route.key == definition.key))
    if stored is None:
        stored = Route(key=definition.key, priority=definition.priority)
        db.session.add(stored)
    stored.priority = definition.priority
    db.session.flush()
    version = RouteVersion(route_id=stored.id, valid_from=now, definition=dict(plain))
    db.session.add(version)
    db.session.flush()
    record("edited", ("route", stored.id), by=by, now=now, version=version.id)
    return version


def submit(request_id: int, *, version: int, confirmed: bool, by: User, now: datetime) -> Round:
    """Hand the request in: it gets its number, its round opens, venues are held, the first turns are asked.

    Refused with everything that is missing, each at its field; Conflict when a colleague acted on it meanwhile.
    """
    event_request = requests.locked(request_id)
    revision = requests_operations.editable(event_request, by)
    if revision.amendment and event_request.status not in IN_FORCE:
        raise Conflict(N_("This request can no longer be edited: it has been submitted or closed meanwhile."))
    if event_request.version != version:
        raise Conflict(N_("A colleague has acted on this request meanwhile. Look at it again before you submit."))
    ahead = planning.preview(event_request, revision.content(), now)
    _refuse_incomplete(event_request, revision, ahead, confirmed)
    again = event_request.submitted_at is not None
    requests_lifecycle.begin_review(event_request, revision, by_id=by.id, now=now)
    requests_lifecycle.author(event_request, by.id, AuthorHow.SUBMITTED, now)
    round_ = lifecycle.open_round(event_request, revision, ahead, now=now)
    bookings.hold(request_id, ahead.wanted, expires_at=lifecycle.hold_until(round_.forecast_at), now=now)
    _involve_participants(event_request, revision, ahead, now)
    record(
        "resubmitted" if again else "submitted",
        ("request", request_id),
        by=by.actor,
        now=now,
        round=round_.no,
        revision=revision.no,
        hash=revision.hash,
        route=ahead.plan.route_key if ahead.plan else None,
        late=ahead.late or None,
        amendment=revision.amendment or None,
    )
    _satisfy_lead(event_request, round_, by=by, now=now)
    lifecycle.advance(event_request, round_, by=by.actor, now=now)
    return round_


def _refuse_incomplete(event_request: EventRequest, revision: Revision, ahead: Preview, confirmed: bool) -> None:
    """Everything that stands against the submission, at once (I3, cases.md 10, 18)."""
    if ahead.refusal is not None:
        raise Refused(ahead.refusal)
    found = rules.problems(revision.content(), ahead.around)
    fields: dict[str, Phrase] = {}
    for finding in found:
        fields.setdefault(finding.field, finding.phrase)
    if ahead.clashes:
        fields.setdefault("occurrences", N_("The venue is taken at this time."))
    if not confirmed:
        fields["confirm"] = N_("Confirm that what you have entered is true.")
    waiting = queries.unanswered(event_request.id, blocking=True)
    if waiting:
        raise Refused(
            N_("Answer %(count)s remark before you submit.", "Answer %(count)s remarks before you submit.", waiting, count=waiting), fields
        )
    if fields:
        raise Refused(N_("The request cannot be submitted yet. Put right what is listed."), fields)


def _involve_participants(event_request: EventRequest, revision: Revision, ahead: Preview, now: datetime) -> None:
    """Co-organizers and venue owners see the request from its submission."""
    requests_lifecycle.involve(event_request.id, [one.unit_id for one in revision.co_organizers], InvolvedBy.CO_ORGANIZER, now)
    owners = {slot.unit.id for stage in ahead.stages for slot in stage.slots} & {
        slot.unit for stage in (ahead.plan.stages if ahead.plan else ()) for slot in stage.slots if slot.confirms_booking
    }
    requests_lifecycle.involve(event_request.id, owners, InvolvedBy.VENUE_OWNER, now)


def _satisfy_lead(event_request: EventRequest, round_: Round, *, by: User, now: datetime) -> None:
    """«Согласовано подачей»: the lead unit's active head submitted himself (cases.md 6)."""
    if not any(one.unit_id == event_request.lead_unit_id and one.role is Role.HEAD for one in by.memberships):
        return
    for review in round_.reviews:
        if review.stage == "lead" and review.unit_id == event_request.lead_unit_id and review.state is ReviewState.WAITING:
            review.state, review.opened_at, review.by_submission = ReviewState.DECIDED, now, True
            review.verdict, review.decided_at, review.decided_by_id = Verdict.APPROVE, now, by.id
            record("decided", ("request", event_request.id), by=by.actor, now=now, review=review.id, decision="approve", by_submission=True)
    db.session.flush()


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
    """Decide one turn. `version` and `revision_no` are those of the page the person saw (I3).

    Refused when the verdict lacks its remark, reason or comment; Conflict when someone was faster, the revision is another, or the
    event has begun: nothing is approved after the fact, even where no tick has said so yet (cases.md 30).
    """
    review, event_request = _locked_review(review_id, by)
    _refuse_foreign(review, by)
    if review.round.revision.no != revision_no:
        raise Conflict(N_("The author has submitted revision %(no)s meanwhile. Look at it before you decide.", no=review.round.revision.no))
    if review.state is not ReviewState.OPEN or review.version != version:
        raise Conflict(_present_state(review))
    if review.round.state is RoundState.OPEN and not review.round.amendment and _has_begun(event_request, now):
        raise Conflict(
            N_(
                "The event has already begun, so nothing can be decided any more. "
                "The request goes back to its author, who gives a new date or withdraws it."
            )
        )
    _refuse_unfounded(review, verdict, comment, remarks, reason_code)
    with db.session.begin_nested():  # refused at the very end (a venue lost meanwhile), the page must find the turn as it was
        _settle(event_request, review, verdict, comment=comment, remarks=remarks, reason_code=reason_code, by=by, now=now)
    return review


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
        "decided", ("request", review.request_id), by=by.actor, now=now, review=review.id, round=review.round.no, stage=review.stage,
        unit=review.unit_id, decision=verdict.value, reason=reason_code, revision=revision_no, remarks=len(remarks) or None,
        active_seconds=review.active_seconds or None,
    )  # fmt: skip
    if review.round.state is RoundState.OPEN:
        lifecycle.advance(event_request, review.round, by=by.actor, now=now)


def _locked_review(review_id: int, by: User) -> tuple[Review, EventRequest]:
    """The review read again under its request's lock. NotFound for whom the request does not concern."""
    event_request = requests.locked(queries.request_of(review_id, by))
    return queries.turn_in_round(review_id), event_request


def _refuse_foreign(review: Review, by: User) -> None:
    """Only the unit's deciders decide, and nobody on an own request (I1)."""
    if not queries.may_decide(by, review):
        raise Refused(N_("This turn belongs to “%(unit)s”: only its staff decide here.", unit=review.unit.short_name))
    if queries.is_author(by, review.request_id):
        raise Refused(N_("You have a hand in this request, so a colleague must decide on it."))


def _present_state(review: Review) -> Phrase:
    """What has happened to the turn meanwhile."""
    if review.state in (ReviewState.DECIDED, ReviewState.CARRIED):
        who = review.decided_by.surname_initials if review.decided_by else review.unit.short_name
        return N_("This has been decided meanwhile: %(who)s. Your text is kept on this page.", who=who)
    if review.state is ReviewState.OPEN:
        return N_("A colleague has acted on this turn meanwhile. Look at it again; your text is kept on this page.")
    return N_("This turn is no longer open: the request was taken back, returned or withdrawn. Your text is kept on this page.")


def _refuse_unfounded(review: Review, verdict: Verdict, comment: str, remarks: Sequence[NewRemark], reason_code: str | None) -> None:
    """Each verdict with what it needs (cases.md 13, 17; screens.md, review page)."""
    if verdict not in route.verdicts(review.kind, confirming=review.confirming):
        raise Refused(N_("This decision is not possible here."), {"verdict": N_("Choose one of the decisions offered.")})
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
        raise Refused(N_("Write your opinion."), {"comment": N_("Write your opinion.")})


def _claim(review: Review, verdict: Verdict, *, by: User, now: datetime) -> None:
    """The second fence: only one transaction ever turns this version from open to decided (I2).

    A server clock that stepped back never puts a decision before the turn's opening (I20).
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
    """Take one's decision back while its stage is open: the turn is open again with its old due and the text is kept (cases.md 14)."""
    review, event_request = _locked_review(review_id, by)
    decision = queries.effective_decision(review_id)
    if decision is None or decision.decided_by_id != by.id:
        raise Refused(N_("Only the person who decided can recall the decision."))
    if not can_be_recalled(review, now):
        raise Refused(N_("The stage is closed. Ask the coordinator to stop the approval."))
    texts = [{"section": one.section.value, "text": one.text} for one in review.remarks]
    decision.recalled_at = now
    db.session.execute(delete(Remark).where(Remark.review_id == review.id))
    review.state, review.verdict, review.decided_at, review.decided_by_id = ReviewState.OPEN, None, None, None
    review.draft_comment = json.dumps({"comment": decision.comment, "remarks": texts}, ensure_ascii=False)
    review.version += 1
    requests_lifecycle.touch_version(event_request)
    db.session.flush()
    record(
        "recalled",
        ("request", review.request_id),
        by=by.actor,
        now=now,
        review=review.id,
        unit=review.unit_id,
        decision=decision.verdict.value,
    )
    return review


def can_be_recalled(review: Review, now: datetime) -> bool:
    """Whether the stage of a decided turn is still open."""
    if review.round.state is not RoundState.OPEN or review.state is not ReviewState.DECIDED or review.by_submission:
        return False
    plan = route.Plan.from_plain(review.round.plan)
    return route.progress(plan, queries.review_facts(review.round.reviews), now=now).open_stage == review.stage


def acknowledge(review_id: int, *, by: User, now: datetime) -> Review:
    """«Ознакомлен»: optional, and never decides anything (cases.md 16)."""
    review, _ = _locked_review(review_id, by)
    if review.kind is not SlotKind.INFORM or review.state is not ReviewState.OPEN:
        raise Conflict(_present_state(review))
    if not queries.may_decide(by, review):
        raise Refused(N_("This turn belongs to “%(unit)s”: only its staff decide here.", unit=review.unit.short_name))
    review.state, review.verdict, review.decided_at = ReviewState.DECIDED, Verdict.ACKNOWLEDGED, now
    review.decided_by_id = None if queries.is_author(by, review.request_id) else by.id
    review.version += 1
    record("decided", ("request", review.request_id), by=by.actor, now=now, review=review.id, unit=review.unit_id, decision="acknowledged")
    return review


def see(review_id: int, *, by: User, now: datetime) -> None:
    """The review was opened by someone whose turn it is: waiting ends, work begins (domain.md section 5, M3)."""
    review, _ = _locked_review(review_id, by)
    if review.seen_at is None and review.state is ReviewState.OPEN and queries.may_decide(by, review):
        review.seen_at = now
        record("opened", ("request", review.request_id), by=by.actor, now=now, review=review.id, unit=review.unit_id)


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
    if not requests.may_see(by, request_id) or not requests.may_write(by, event_request):
        raise NotFound
    remark = db.session.get_one(Remark, remark_id)
    if not remark.released:
        raise NotFound
    if not accepted and not text:
        raise Refused(N_("Explain why the remark is not taken into account."), {"text": N_("Write the explanation.")})
    remark.state = RemarkState.ACCEPTED if accepted else RemarkState.DECLINED
    remark.answer, remark.answered_at, remark.answered_by_id = text, now, by.id
    requests_lifecycle.author(event_request, by.id, AuthorHow.EDITED, now)
    record("answered", ("request", request_id), by=by.actor, now=now, remark=remark.id, accepted=accepted)
    return remark


def take_back(request_id: int, *, by: User, now: datetime) -> None:
    """«Забрать на доработку»: open turns are released and the author edits again (cases.md 20)."""
    event_request, round_ = _act(request_id, Act.TAKE_BACK, by, now)
    round_ = _needed(round_)
    round_.closed_by_id = by.id
    lifecycle.close_returned(event_request, round_, RoundState.TAKEN_BACK, action="taken_back", by=by.actor, now=now)
    requests_lifecycle.touch_version(event_request)


def stop(request_id: int, *, reason: str, by: User, now: datetime) -> None:
    """The coordinator's «Остановить»: the request goes back to the author with a reason (cases.md 14)."""
    event_request, round_ = _act(request_id, Act.STOP, by, now)
    _refuse_without_reason(reason)
    round_ = _needed(round_)
    round_.closed_by_id = by.id
    lifecycle.close_returned(event_request, round_, RoundState.RETURNED, action="stopped", by=by.actor, now=now, note=reason)
    requests_lifecycle.touch_version(event_request)


def return_now(request_id: int, *, by: User, now: datetime) -> None:
    """The coordinator's «Вернуть сейчас»: a return at hand does not wait for an overdue gate (cases.md 12)."""
    event_request, round_ = _act(request_id, Act.RETURN_NOW, by, now)
    lifecycle.advance(event_request, _needed(round_), by=by.actor, now=now, return_now=True)


def withdraw(request_id: int, *, reason: str, by: User, now: datetime) -> None:
    """The request leaves the route for good; a running amendment ends alone (cases.md 34)."""
    event_request, round_ = _act(request_id, Act.WITHDRAW, by, now)
    _refuse_without_reason(reason)
    if round_ is not None:
        lifecycle.drop_round(event_request, round_, RoundState.WITHDRAWN, note=reason, by=by, now=now)
    revision = requests.working(event_request)
    if revision is not None and revision.amendment:
        lifecycle.drop_change(event_request, revision, RevisionState.WITHDRAWN, now)
    else:
        requests_lifecycle.end(event_request, revision, RequestStatus.WITHDRAWN, reason=reason, now=now)
        bookings.release(request_id)
    requests_lifecycle.touch_version(event_request)
    record("withdrawn", ("request", request_id), by=by.actor, now=now, amendment=bool(revision and revision.amendment) or None)


def amend(request_id: int, *, by: User, now: datetime) -> Revision:
    """Begin a change to an approved request; what was approved stays in force and public (cases.md 35)."""
    event_request, _ = _act(request_id, Act.AMEND, by, now)
    return _begin_amendment(event_request, by=by, now=now)


def _begin_amendment(event_request: EventRequest, *, by: User, now: datetime) -> Revision:
    """The next revision, as an amendment."""
    approved = requests.in_force(event_request)
    if approved is None:
        raise Conflict(N_("There is no approved revision to change."))
    revision = requests_lifecycle.next_draft(event_request, approved, amendment=True, now=now)
    requests_lifecycle.author(event_request, by.id, AuthorHow.EDITED, now)
    requests_lifecycle.touch_version(event_request)
    record("amending", ("request", event_request.id), by=by.actor, now=now, revision=revision.no)
    return revision


def postpone(request_id: int, *, occurrence_key: str | None, reason: str, by: User, now: datetime) -> None:
    """Warn the public at once: «переносится» with the new date in an amendment, or one date put off until it is known (cases.md 36).

    With `occurrence_key` None the whole event is marked «переносится» and an amendment begins; with a key that date is
    called off «дата уточняется» and revives under the same identity once an amendment gives it a new time.
    """
    event_request, _ = _act(request_id, Act.POSTPONE, by, now)
    _refuse_without_reason(reason)
    if occurrence_key is None:
        event_request.postponing = True
        event_request.end_reason = reason
    else:
        _refuse_settled_date(event_request, occurrence_key, now)
        requests_lifecycle.mark_date(event_request, occurrence_key, OccurrenceMark.POSTPONED, reason, now)
        bookings.release(request_id, occurrence_key=occurrence_key)
    if requests.working(event_request) is None:
        _begin_amendment(event_request, by=by, now=now)
    record("postponed", ("request", request_id), by=by.actor, now=now, occurrence=occurrence_key)


def cancel(request_id: int, *, reason: str, occurrence_key: str | None = None, by: User, now: datetime) -> None:
    """Cancel an approved event, or one date of it, at once; a running amendment is closed (cases.md 37)."""
    event_request, round_ = _act(request_id, Act.CANCEL, by, now)
    _refuse_without_reason(reason)
    if occurrence_key is not None:
        _refuse_settled_date(event_request, occurrence_key, now)
    if occurrence_key is not None and _other_dates(event_request, occurrence_key):
        requests_lifecycle.mark_date(event_request, occurrence_key, OccurrenceMark.CANCELLED, reason, now)
        bookings.release(request_id, occurrence_key=occurrence_key)
    else:
        if round_ is not None:
            lifecycle.drop_round(event_request, round_, RoundState.WITHDRAWN, note=reason, by=by, now=now)
        working = requests.working(event_request)
        if working is not None:
            lifecycle.drop_change(event_request, working, RevisionState.WITHDRAWN, now)
        requests_lifecycle.end(event_request, None, RequestStatus.CANCELLED, reason=reason, now=now)
        bookings.release(request_id)
    requests_lifecycle.touch_version(event_request)
    record("cancelled", ("request", request_id), by=by.actor, now=now, occurrence=occurrence_key)


def restore(request_id: int, *, by: User, now: datetime) -> None:
    """The head takes a cancellation back within a working day; the venue must still be free (cases.md 37)."""
    event_request, _ = _act(request_id, Act.RESTORE, by, now)
    requests_lifecycle.restore(event_request)
    approved = requests.in_force(event_request)
    if approved is not None:
        content = approved.content()
        venues = venue_queries.venues_by_id(content.venue_ids)
        off = requests.called_off(event_request, content)
        bookings.confirm(request_id, planning.wanted_bookings(content, venues, off=off), now)
    requests_lifecycle.touch_version(event_request)
    record("restored", ("request", request_id), by=by.actor, now=now)


def tick(now: datetime) -> list[int]:
    """Requests whose time has moved on without anyone acting; the worker calls `pass_time` for each in its own transaction."""
    return sorted(
        {
            *queries.rounds_with_started_event(now, TICK_SIZE),
            *queries.rounds_with_due_consult(now, TICK_SIZE),
            *queries.rounds_whose_staff_changed(TICK_SIZE),
            *requests.over(now, TICK_SIZE),
            *requests.forgotten(now - timedelta(days=district.rules().withdraw_passed_after_days), now, TICK_SIZE),
        }
    )


def pass_time(request_id: int, now: datetime) -> None:
    """What the passing of time does to one request: lapse, completion, withdrawal after long silence, a consultation's end.

    Nothing is ever approved after the fact (cases.md 30).
    """
    event_request = requests.unlocked_now(request_id)
    if event_request is None:
        return
    round_ = queries.open_round(request_id)
    if round_ is not None and not round_.amendment and _has_begun(event_request, now):
        lifecycle.close_returned(event_request, round_, RoundState.LAPSED, action="lapsed", by=SYSTEM, now=now)
        requests_lifecycle.touch_version(event_request)
    elif round_ is not None:
        lifecycle.note_orphans(event_request, round_)
        lifecycle.advance(event_request, round_, by=SYSTEM, now=now)
    elif event_request.status is RequestStatus.RETURNED:
        _withdraw_forgotten(event_request, now)
    if event_request.status in IN_FORCE and _is_over(event_request, now):
        _drop_change(event_request, now)
        lifecycle.lapse_informs(request_id, now)
        requests_lifecycle.complete(event_request)
        record("held", ("request", request_id), by=SYSTEM, now=now)


def _has_begun(event_request: EventRequest, now: datetime) -> bool:
    """The first date of what is under review has come."""
    return event_request.first_start is not None and event_request.first_start <= now


def _withdraw_forgotten(event_request: EventRequest, now: datetime) -> None:
    """Thirty days after its date a returned request is withdrawn by the system (cases.md 30)."""
    revision = requests.working(event_request)
    mended = revision is not None and (revision.content().first_start or now) > now
    if not mended and requests_lifecycle.passed(event_request, now, district.rules().withdraw_passed_after_days):
        requests_lifecycle.end(event_request, revision, RequestStatus.WITHDRAWN, reason="", now=now)
        bookings.release(event_request.id)
        record("withdrawn", ("request", event_request.id), by=SYSTEM, now=now, forgotten=True)


def _drop_change(event_request: EventRequest, now: datetime) -> None:
    """A change that was not approved before the event was over changes nothing any more (cases.md 30, 35)."""
    round_, revision = queries.open_round(event_request.id), requests.working(event_request)
    if round_ is not None:
        lifecycle.drop_round(event_request, round_, RoundState.LAPSED, note="", by=None, now=now)
    if revision is not None:
        lifecycle.drop_change(event_request, revision, RevisionState.WITHDRAWN, now)
        requests_lifecycle.touch_version(event_request)
        record("lapsed", ("request", event_request.id), by=SYSTEM, now=now, amendment=True, revision=revision.no)


def _is_over(event_request: EventRequest, now: datetime) -> bool:
    """The end of the last uncancelled date has come (cases.md 39). What is being moved to another date is not held on the old one."""
    if event_request.postponing:
        return False
    approved = requests.in_force(event_request)
    fates = requests.fates(event_request.id)
    ends = [one.ends_at for one in approved.occurrences if one.ends_at and one.key not in fates] if approved else []
    return bool(ends) and max(ends) <= now


def _act(request_id: int, act: Act, by: User, now: datetime) -> tuple[EventRequest, Round | None]:
    """The request under its lock, with the act still allowed. NotFound, or Conflict with what one may do instead."""
    if not requests.may_see(by, request_id):
        raise NotFound
    event_request = requests.locked(request_id)
    round_ = queries.open_round(request_id)
    if act not in queries.acts(by, event_request, round_, now):
        raise Conflict(N_("This is not possible now: the request has moved on, or it is not yours to do. Look at its present state."))
    return event_request, round_


def _needed(round_: Round | None) -> Round:
    """The round an act presupposes; `acts` offers it only then."""
    if round_ is None:
        raise Conflict(N_("There is no approval under way."))
    return round_


def _refuse_without_reason(reason: str) -> None:
    """Acts that others are told about name their reason."""
    if not reason:
        raise Refused(N_("Give the reason: the people concerned will read it."), {"reason": N_("Give the reason.")})


def _refuse_settled_date(event_request: EventRequest, key: str, now: datetime) -> None:
    """The date must be one of those approved, and lie ahead: what has begun is neither cancelled nor put off any more."""
    if key not in {one.key for one in requests.dates_ahead(event_request, now)}:
        phrase = N_("Choose one of the approved dates that lie ahead.")
        raise Refused(phrase, {"occurrence_key": phrase})


def _other_dates(event_request: EventRequest, key: str) -> bool:
    """Whether other dates remain once this one is gone."""
    approved, fates = requests.in_force(event_request), requests.fates(event_request.id)
    return approved is not None and any(one.key != key and one.key not in fates for one in approved.occurrences)
