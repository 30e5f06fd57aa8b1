"""How a round ends: approved, returned, rejected, or dropped with the request or the change it was about."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select, update

from events.approvals import queries
from events.approvals.lifecycle.holding import keep_holds
from events.approvals.lifecycle.reviews import release_now, settle
from events.approvals.models import Remark, Review, Round
from events.approvals.route import Progress
from events.approvals.vocabulary import UNDECIDED, Outcome, ReviewState, RoundState, SlotKind, Verdict
from events.audit.operations import record
from events.audit.vocabulary import Action
from events.foundation.acting import SYSTEM, Actor
from events.foundation.db import db
from events.people.models import User
from events.requests import lifecycle as requests_lifecycle
from events.requests import queries as requests
from events.requests.bookings import venue_needs
from events.requests.fields import Content
from events.requests.models import EventRequest, Revision
from events.requests.vocabulary import InvolvedBy, RequestStatus, RevisionState
from events.venues import lifecycle as bookings
from events.venues import queries as venue_queries
from events.venues.models import Venue

TAKEN_PART = frozenset({ReviewState.OPEN, ReviewState.DECIDED, ReviewState.CARRIED})


def close(event_request: EventRequest, round_: Round, step: Progress, *, by: Actor, now: datetime) -> None:
    if step.outcome is Outcome.APPROVED:
        _approve(event_request, round_, by=by, now=now)
    elif step.outcome is Outcome.RETURNED:
        close_returned(event_request, round_, RoundState.RETURNED, action=Action.RETURNED, by=by, now=now)
    else:
        _reject(event_request, round_, by=by, now=now)


def _approve(event_request: EventRequest, round_: Round, *, by: Actor, now: datetime) -> None:
    """The revision comes into force and its bookings are confirmed in the same transaction."""
    _over(round_, RoundState.APPROVED, now)
    content = requests.submitted(round_.revision_id).content
    requests_lifecycle.approve(event_request, round_.revision, content, now=now)
    off = requests.called_off(event_request, content) if round_.amendment else ()  # before it is first in force nothing is called off
    keep_to(event_request.id, content, {one.unit_id for one in round_.reviews if one.state is ReviewState.OPEN}, now, off=off)
    if event_request.postponing:  # the new date is still to come, and has to be written somewhere (cases.md 36)
        begun = requests_lifecycle.next_draft(event_request, round_.revision, amendment=True, now=now)
        record(Action.AMENDING, ("request", event_request.id), by=SYSTEM, now=now, revision=begun.no)
    action = Action.AMENDED if round_.amendment else Action.APPROVED
    record(action, ("request", event_request.id), by=by, now=now, round=round_.no, revision=round_.revision.no, hash=round_.revision.hash)


def keep_to(request_id: int, content: Content, asked: Collection[int], now: datetime, *, off: Collection[str] = ()) -> None:
    """What has come into force has its venues, dates called off (`off`) aside; who has no part in it sees the request no more, unless its
    review is still open (`asked`, by unit)."""
    venues = venue_queries.venues_by_id(content.venue_ids)
    bookings.confirm(request_id, venue_needs(content, venues, off=off), now)
    if _part_with(request_id, content, venues, now):
        requests_lifecycle.involve(request_id, asked, InvolvedBy.REVIEW, now)


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


def _part_with(request_id: int, content: Content, venues: Mapping[int, Venue], now: datetime) -> bool:
    """Co-organizers and venue owners who have no part in what is in force see the request no more, unless they have decided on it (I14).
    Returns whether there was one."""
    named, owners = {one.unit_id for one in content.co_organizers}, {one.owner_id for one in venues.values()}
    besides = {InvolvedBy.CO_ORGANIZER: named, InvolvedBy.VENUE_OWNER: owners}
    gone = requests_lifecycle.uninvolve(request_id, now, besides=besides)
    if gone:
        reviews = db.session.execute(select(Review.unit_id, Review.state).where(Review.request_id == request_id))
        stay = {unit for unit, state in reviews if unit not in gone or state in TAKEN_PART}
        requests_lifecycle.uninvolve(request_id, now, besides={InvolvedBy.REVIEW: stay})
    return bool(gone)


def close_returned(
    event_request: EventRequest, round_: Round, state: RoundState, *, action: Action, by: Actor, now: datetime, note: str = ""
) -> Revision:
    """The round is over and the author has the next revision to mend; holds are kept for some days (cases.md 31)."""
    finish(round_, state, now, note=note)
    for review in round_.reviews:
        if review.state in UNDECIDED:
            settle(review, ReviewState.LAPSED if state is RoundState.LAPSED else ReviewState.REVOKED, now)
    release_now([one.id for one in round_.reviews], now)
    revision = requests_lifecycle.send_back(event_request, round_.revision, now=now)
    keep_holds(round_)
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
    _over(round_, state, now)
    round_.closing_note = note
    if closed_by is not None:
        round_.closed_by_id = closed_by.id
    db.session.flush()


def _over(round_: Round, state: RoundState, now: datetime) -> None:
    round_.state, round_.closed_at = state, now


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
