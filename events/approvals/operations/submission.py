"""Handing a request in: the round opens, venues are held, the first reviews are asked."""

from datetime import datetime

from events.approvals import deciders, holds, lifecycle, planning, queries
from events.approvals.models import Round
from events.approvals.planning import Hindered, Preview
from events.approvals.vocabulary import ReviewState, Verdict
from events.audit.operations import record
from events.audit.vocabulary import Action
from events.foundation.db import db
from events.foundation.errors import Conflict
from events.foundation.text import N_, Phrase
from events.people.models import User
from events.people.queries import Offices
from events.requests import lifecycle as requests_lifecycle
from events.requests import operations as requests_operations
from events.requests import queries as requests
from events.requests.models import EventRequest, Revision
from events.requests.vocabulary import (
    IN_FORCE,
    AuthorHow,
    InvolvedBy,
)
from events.venues import lifecycle as bookings


def submit(request_id: int, *, version: int, confirmed: bool, by: User, now: datetime) -> Round:
    """Hand the request in: venues are held, its round opens, the first reviews are asked, it gets its number.

    A first submission takes its number last of all; one that comes again has it, and its round may be over at once.

    Refused with everything that is missing, each at its field; Conflict when a colleague acted on it meanwhile.
    """
    event_request = requests.locked(request_id)
    revision = requests_operations.editable(event_request, by)
    if revision.amendment and event_request.status not in IN_FORCE:
        raise Conflict(requests.NO_LONGER_EDITED)
    if revision.amendment:
        queries.refuse_too_late(event_request, now)
    if event_request.version != version:
        raise Conflict(N_("A colleague has acted on this request meanwhile. Look at it again before you submit."))
    ahead = planning.preview(event_request, revision.content(), now)
    _refuse_hindered(ahead, confirmed)
    again = event_request.submitted_at is not None
    _hold_venues(request_id, ahead, now)
    requests_lifecycle.freeze(revision, by_id=by.id, now=now)
    if again:
        requests_lifecycle.enter_review(event_request, revision, now=now)
    requests_lifecycle.author(event_request.id, by.id, AuthorHow.SUBMITTED, now)
    round_ = lifecycle.open_round(event_request, revision, ahead, now=now)
    _involve_participants(event_request, revision, ahead, now)
    record(
        Action.RESUBMITTED if again else Action.SUBMITTED,
        ("request", request_id),
        by=by.actor,
        now=now,
        round=round_.no,
        revision=revision.no,
        hash=revision.hash,
        route=ahead.plan.route_key if ahead.plan else None,
        late=ahead.late or None,
        amendment=revision.amendment or None,
        active_seconds=revision.active_seconds or None,
    )
    _satisfy_lead(event_request, round_, ahead, by=by, now=now)
    lifecycle.advance(event_request, round_, by=by.actor, now=now)
    if not again:
        requests_lifecycle.enter_review(event_request, revision, now=now)
        db.session.flush()
    return round_


def _refuse_hindered(ahead: Preview, confirmed: bool) -> None:
    """Everything that stands against the submission, at once (I3, cases.md 10, 18)."""
    found = ahead.hindrances
    if found.refusal is not None:
        raise Hindered(found.refusal, {}, ahead)
    fields: dict[str, Phrase] = {}
    for finding in found.problems:
        fields.setdefault(finding.field, finding.phrase)
    if found.clashes:
        fields.setdefault("occurrences", bookings.TAKEN_THEN)
    if not confirmed:
        fields["confirm"] = N_("Confirm that what you have entered is true.")
    waiting = found.unanswered
    if waiting:
        phrase = N_("Answer %(count)s remark before you submit.", "Answer %(count)s remarks before you submit.", waiting, count=waiting)
        raise Hindered(phrase, fields, ahead)
    if fields:
        raise Hindered(N_("The request cannot be submitted yet. Put right what is listed."), fields, ahead)


def _hold_venues(request_id: int, ahead: Preview, now: datetime) -> None:
    """Long before the number is taken: waiting for somebody else's booking must not hold up the numbering of the institution."""
    if ahead.finish is not None:
        bookings.hold(request_id, ahead.wanted, expires_at=holds.until(ahead.finish, Offices()), now=now)


def _involve_participants(event_request: EventRequest, revision: Revision, ahead: Preview, now: datetime) -> None:
    """Co-organizers and venue owners see the request from its submission."""
    requests_lifecycle.involve(event_request.id, [one.unit_id for one in revision.co_organizers], InvolvedBy.CO_ORGANIZER, now)
    owners = {slot.unit.id for stage in ahead.stages for slot in stage.slots} & {
        slot.unit for stage in (ahead.plan.stages if ahead.plan else ()) for slot in stage.slots if slot.confirms_booking
    }
    requests_lifecycle.involve(event_request.id, owners, InvolvedBy.VENUE_OWNER, now)


def _satisfy_lead(event_request: EventRequest, round_: Round, ahead: Preview, *, by: User, now: datetime) -> None:
    """«Согласовано подачей»: the lead unit's active head submitted himself (cases.md 6). A confirming gate is never satisfied so (I1)."""
    if not deciders.heads(by.memberships, event_request.lead_unit_id):
        return
    own = ahead.plan.lead_gates if ahead.plan else ()
    for review in round_.reviews:
        if not review.confirming and (review.stage, review.slot, review.unit_id) in own and review.state is ReviewState.WAITING:
            review.state, review.opened_at, review.by_submission = ReviewState.DECIDED, now, True
            review.verdict, review.decided_at, review.decided_by_id = Verdict.APPROVE, now, by.id
            record(
                Action.DECIDED,
                ("request", event_request.id),
                by=by.actor,
                now=now,
                review=review.id,
                decision="approve",
                by_submission=True,
            )
    db.session.flush()
