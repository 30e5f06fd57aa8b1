"""How a round moves: reviews are opened, released and closed as the engine says. Only this matter's verbs call it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select, update

from events.approvals import queries, route
from events.approvals.models import Remark, Review, Round
from events.approvals.planning import Preview
from events.approvals.route import Plan, Progress
from events.approvals.vocabulary import UNDECIDED, Outcome, ReviewState, RoundState, SlotKind, SlotRole, StageState, Verdict
from events.audit.operations import record
from events.audit.vocabulary import Action
from events.district import queries as district
from events.foundation import work
from events.foundation.acting import SYSTEM, Actor
from events.foundation.db import db
from events.people.models import User
from events.people.queries import Offices
from events.requests import lifecycle as requests_lifecycle
from events.requests import queries as requests
from events.requests.bookings import venue_needs
from events.requests.fields import Content
from events.requests.models import EventRequest, Revision
from events.requests.vocabulary import InvolvedBy, RequestStatus, RevisionState
from events.venues import lifecycle as bookings
from events.venues import queries as venue_queries
from events.venues.models import Venue

SETTLED_AS = {ReviewState.REVOKED: Action.REVOKED, ReviewState.LAPSED: Action.LAPSED}
"""What the audit says of a review that ends without a decision."""
TAKEN_PART = frozenset({ReviewState.OPEN, ReviewState.DECIDED, ReviewState.CARRIED})


def open_round(event_request: EventRequest, revision: Revision, ahead: Preview, *, now: datetime) -> Round:
    """The next round with the reviews of its plan: carried where an agreement stays valid, waiting otherwise."""
    plan, forecast = ahead.plan, ahead.forecast
    if plan is None or forecast is None:
        raise ValueError("a round needs its plan")
    last = db.session.scalar(select(func.max(Round.no)).where(Round.request_id == event_request.id)) or 0
    round_ = Round(
        request_id=event_request.id, no=last + 1, revision_id=revision.id, amendment=revision.amendment, pinned=list(ahead.pinned),
        plan=plan.to_plain(), opened_at=now, forecast_at=forecast.finish,
    )  # fmt: skip
    round_.reviews = [
        _waiting_review(event_request.id, position, stage, slot, ahead)
        for position, stage in enumerate(plan.stages)
        for slot in stage.slots
    ]
    db.session.add(round_)
    db.session.flush()
    _copy_agreements(round_.reviews)
    return round_


def _waiting_review(request_id: int, position: int, stage: route.PlannedStage, slot: route.PlannedSlot, ahead: Preview) -> Review:
    agreement = ahead.carried.get((stage.key, slot.key, slot.unit))
    return Review(
        request_id=request_id, position=position, stage=stage.key, slot=slot.key, unit_id=slot.unit, relation=slot.relation,
        role=slot.role, kind=slot.kind, confirming=stage.confirming, watches=sorted(slot.watches), sla_hours=slot.sla_hours,
        state=ReviewState.WAITING, carried_from_id=agreement.review_id if agreement else None,
        carried_from_round=agreement.round_no if agreement else None,
    )  # fmt: skip


def _copy_agreements(reviews: Iterable[Review]) -> None:
    """Carried reviews show the verdict and the person of the agreement they rest on."""
    carried = [one for one in reviews if one.carried_from_id]
    sources = {one.id: one for one in db.session.scalars(select(Review).where(Review.id.in_([one.carried_from_id for one in carried])))}
    for one in carried:
        source = sources[one.carried_from_id or 0]
        one.state, one.verdict, one.decided_at = ReviewState.CARRIED, source.verdict, source.decided_at
        one.decided_by_id, one.acting_for_id = source.decided_by_id, source.acting_for_id
        record(
            Action.CARRIED,
            ("request", one.request_id),
            by=SYSTEM,
            now=one.round.opened_at,
            review=one.id,
            from_round=one.carried_from_round,
        )


def advance(event_request: EventRequest, round_: Round, *, by: Actor, now: datetime, return_now: bool = False) -> None:
    """Do what the engine says follows from the reviews as they stand; asked again, there is nothing more to do."""
    plan = Plan.from_plain(round_.plan)
    step = route.progress(plan, queries.review_facts(round_.reviews), now=now, return_now=return_now)
    by_id = {one.id: one for one in round_.reviews}
    _release(by_id, step, now)
    _open(event_request, round_, step, now)
    _release_remarks(round_, step, now)
    if step.outcome is not None:
        _close(event_request, round_, step, by=by, now=now)
    elif step.to_open:
        _keep_holds(event_request, round_, plan, step, now)
    requests_lifecycle.touch_version(event_request)
    db.session.flush()


def _release(by_id: Mapping[int, Review], step: Progress, now: datetime) -> None:
    """Reviews nobody needs any more."""
    for review_id in step.to_revoke:
        settle(by_id[review_id], ReviewState.REVOKED, now)
    for review_id in step.to_lapse:
        settle(by_id[review_id], ReviewState.LAPSED, now)


def settle(review: Review, state: ReviewState, now: datetime) -> None:
    """The review ends without a decision: nobody needs it any more, or its time is over."""
    review.state = state
    review.version += 1
    record(SETTLED_AS[state], ("request", review.request_id), by=SYSTEM, now=now, review=review.id, unit=review.unit_id, stage=review.stage)


def _open(event_request: EventRequest, round_: Round, step: Progress, now: datetime) -> None:
    """Ask the units whose turn it is, each with its due in its own working hours."""
    if not step.to_open:
        return
    offices = Offices()
    waiting = {(one.stage, one.slot, one.unit_id): one for one in round_.reviews}
    able = queries.able_deciders(event_request.id, {unit for _, _, unit in step.to_open})
    for slot_id in step.to_open:
        review = waiting[slot_id]
        review.state, review.opened_at = ReviewState.OPEN, now
        review.due_at = offices.due(review.unit_id, now, review.sla_hours) if review.sla_hours else None
        review.orphaned = _is_orphaned(review, able)
        review.version += 1
        record(
            Action.ASSIGNED, ("request", event_request.id), by=SYSTEM, now=now, review=review.id, unit=review.unit_id, stage=review.stage,
            round=round_.no, due=review.due_at.isoformat() if review.due_at else None, orphaned=review.orphaned or None,
        )  # fmt: skip
    requests_lifecycle.involve(event_request.id, {unit for _, _, unit in step.to_open}, InvolvedBy.REVIEW, now)


def _is_orphaned(review: Review, able: Mapping[tuple[int, SlotRole], Sequence[int]]) -> bool:
    """A gate that nobody in its unit may decide (cases.md 8)."""
    return review.kind is SlotKind.GATE and not able[review.unit_id, review.role]


def note_orphans(event_request: EventRequest, round_: Round) -> None:
    """Staff have come or gone since these reviews were opened: say anew which of them nobody may decide."""
    opened = [one for one in round_.reviews if one.state is ReviewState.OPEN]
    able = queries.able_deciders(event_request.id, {one.unit_id for one in opened})
    for review in opened:
        review.orphaned = _is_orphaned(review, able)
    work.touch("request", event_request.id)


def recount(event_request: EventRequest, round_: Round, now: datetime) -> None:
    """The production calendar or the hours of a unit have changed: open reviews have the same working time from the same opening over
    what holds now (cases.md 26). Their reminders follow, holds last as long as the way ahead takes; decided reviews keep their figures.
    """
    moved = {one: due for one, due in queries.dues_now(round_.reviews).items() if due != one.due_at}
    if not moved:
        return
    for review, due in moved.items():
        review.due_at = due
    plan = Plan.from_plain(round_.plan)
    _keep_holds(event_request, round_, plan, route.progress(plan, queries.review_facts(round_.reviews), now=now), now)
    told = [[one.id, due.isoformat()] for one, due in moved.items()]
    record(Action.RECOUNTED, ("request", event_request.id), by=SYSTEM, now=now, round=round_.no, due=told)
    db.session.flush()


def _release_now(review_ids: Collection[int], now: datetime) -> None:
    """The author reads these reviews' remarks from now on."""
    waiting = update(Remark).where(Remark.review_id.in_(review_ids), ~Remark.released)
    db.session.execute(waiting.values(released=True, released_at=now))


def _release_remarks(round_: Round, step: Progress, now: datetime) -> None:
    """The author sees a stage's remarks once it is over (cases.md 12)."""
    over = [stage for stage, state in step.states.items() if state not in (StageState.OPEN, StageState.WAITING)]
    ids = [one.id for one in round_.reviews if one.stage in over or step.outcome is not None]
    if ids:
        _release_now(ids, now)
    if step.outcome is Outcome.APPROVED:
        db.session.execute(update(Remark).where(Remark.review_id.in_(ids)).values(blocking=False))
    returned = [one.id for one in round_.reviews if one.stage in over and one.verdict is Verdict.RETURN]
    if returned and step.outcome is not Outcome.RETURNED:
        db.session.execute(update(Remark).where(Remark.review_id.in_(returned)).values(blocking=False))


def _keep_holds(event_request: EventRequest, round_: Round, plan: Plan, step: Progress, now: datetime) -> None:
    """A hold lasts until the forecast finish and some days of slack; when a stage passes, what remains is forecast anew (cases.md 31)."""
    if step.open_stage is not None and venue_queries.earliest_expiry(event_request.id) is not None:
        agreed = {one.slot_id for one in queries.review_facts(round_.reviews) if one.is_agreement}
        ahead = route.remaining(plan, step.open_stage, agreed, now, Offices().due)
        bookings.extend(event_request.id, hold_until(max(round_.forecast_at, ahead)))


def hold_until(finish: datetime) -> datetime:
    """When a hold for a round that ends at `finish` runs out."""
    return Offices().district.nth_working_day_end(finish, district.rules().hold_slack_working_days)


def _close(event_request: EventRequest, round_: Round, step: Progress, *, by: Actor, now: datetime) -> None:
    if step.outcome is Outcome.APPROVED:
        _approve(event_request, round_, by=by, now=now)
    elif step.outcome is Outcome.RETURNED:
        close_returned(event_request, round_, RoundState.RETURNED, action=Action.RETURNED, by=by, now=now)
    else:
        _reject(event_request, round_, by=by, now=now)


def _approve(event_request: EventRequest, round_: Round, *, by: Actor, now: datetime) -> None:
    """The revision comes into force and its bookings are confirmed in the same transaction."""
    finish(round_, RoundState.APPROVED, now)
    requests_lifecycle.approve(event_request, round_.revision, now=now)
    content = round_.revision.content()
    venues = venue_queries.venues_by_id(content.venue_ids)
    bookings.confirm(event_request.id, venue_needs(content, venues, off=requests.called_off(event_request, content)), now)
    _part_with(event_request.id, content, venues, now)
    if event_request.postponing:  # the new date is still to come, and has to be written somewhere (cases.md 36)
        begun = requests_lifecycle.next_draft(event_request, round_.revision, amendment=True, now=now)
        record(Action.AMENDING, ("request", event_request.id), by=SYSTEM, now=now, revision=begun.no)
    requests_lifecycle.involve(
        event_request.id, {one.unit_id for one in round_.reviews if one.state is ReviewState.OPEN}, InvolvedBy.REVIEW, now
    )
    action = Action.AMENDED if round_.amendment else Action.APPROVED
    record(action, ("request", event_request.id), by=by, now=now, round=round_.no, revision=round_.revision.no, hash=round_.revision.hash)


def drop_change(event_request: EventRequest, revision: Revision, state: RevisionState, now: datetime) -> None:
    """A change ends alone: what it held is given back, whom it brought in sees the request no more."""
    requests_lifecycle.end_amendment(event_request, revision, state, now=now)
    rounds = select(Round.id).where(Round.revision_id.in_([one.id for one in requests.changes(event_request)[-1]]))
    said = select(Review.id).where(Review.round_id.in_(rounds))
    db.session.execute(update(Remark).where(Remark.review_id.in_(said)).values(moot=True))
    bookings.release(event_request.id, holds_only=True)
    approved = requests.in_force(event_request)
    if approved is not None:
        content = approved.content()
        _part_with(event_request.id, content, venue_queries.venues_by_id(content.venue_ids), now)


def _part_with(request_id: int, content: Content, venues: Mapping[int, Venue], now: datetime) -> None:
    """Co-organizers and venue owners who have no part in what is in force see the request no more, unless they have decided on it (I14)."""
    named, owners = {one.unit_id for one in content.co_organizers}, {one.owner_id for one in venues.values()}
    gone = requests_lifecycle.uninvolve(request_id, InvolvedBy.CO_ORGANIZER, now, besides=named)
    gone |= requests_lifecycle.uninvolve(request_id, InvolvedBy.VENUE_OWNER, now, besides=owners)
    if gone:
        reviews = db.session.execute(select(Review.unit_id, Review.state).where(Review.request_id == request_id))
        stay = {unit for unit, state in reviews if unit not in gone or state in TAKEN_PART}
        requests_lifecycle.uninvolve(request_id, InvolvedBy.REVIEW, now, besides=stay)


def close_returned(
    event_request: EventRequest, round_: Round, state: RoundState, *, action: Action, by: Actor, now: datetime, note: str = ""
) -> Revision:
    """The round is over and the author has the next revision to mend; holds are kept for some days (cases.md 31)."""
    finish(round_, state, now, note=note)
    for review in round_.reviews:
        if review.state in UNDECIDED:
            settle(review, ReviewState.LAPSED if state is RoundState.LAPSED else ReviewState.REVOKED, now)
    _release_now([one.id for one in round_.reviews], now)
    revision = requests_lifecycle.send_back(event_request, round_.revision, now=now)
    if venue_queries.earliest_expiry(event_request.id) is not None:
        kept = Offices().district.nth_working_day_end(now, district.rules().hold_returned_working_days)
        bookings.extend(event_request.id, kept)
    record(action, ("request", event_request.id), by=by, now=now, round=round_.no, revision=round_.revision.no)
    return revision


def _reject(event_request: EventRequest, round_: Round, *, by: Actor, now: datetime) -> None:
    """A request ends; an amendment ends alone and the approved revision stays in force (cases.md 13)."""
    finish(round_, RoundState.REJECTED, now)
    decision = next((one for one in round_.reviews if one.verdict is Verdict.REJECT), None)
    made = queries.effective_decision(decision.id) if decision else None
    if round_.amendment:
        drop_change(event_request, round_.revision, RevisionState.REJECTED, now)
    else:
        reason = made.comment if made else ""
        requests_lifecycle.end(event_request, round_.revision, RequestStatus.REJECTED, reason=reason, now=now)
        bookings.release(event_request.id)
    record(Action.REJECTED, ("request", event_request.id), by=by, now=now, round=round_.no, amendment=round_.amendment or None)


def finish(round_: Round, state: RoundState, now: datetime, *, note: str = "", closed_by: User | None = None) -> None:
    round_.state, round_.closed_at = state, now
    round_.closing_note = note
    if closed_by is not None:
        round_.closed_by_id = closed_by.id
    db.session.flush()


def lapse_informs(request_id: int, now: datetime) -> None:
    """The event is over: nobody is asked any more to take note of it, or such reviews would pile up on desks for years."""
    told = (Review.request_id == request_id, Review.state == ReviewState.OPEN, Review.kind == SlotKind.INFORM)
    for review in db.session.scalars(select(Review).where(*told).order_by(Review.id)):
        settle(review, ReviewState.LAPSED, now)


def drop_round(event_request: EventRequest, round_: Round, state: RoundState, *, note: str, by: User | None, now: datetime) -> None:
    """The round ends because the request was withdrawn or cancelled, or its event is over (`by` None): everyone asked is released."""
    finish(round_, state, now, note=note, closed_by=by)
    for review in round_.reviews:
        if review.state in UNDECIDED:
            settle(review, ReviewState.LAPSED if state is RoundState.LAPSED else ReviewState.REVOKED, now)
