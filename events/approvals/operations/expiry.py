"""What the passing of time does to requests, without anybody acting."""

from datetime import datetime, timedelta

from events.approvals import holds, lifecycle, queries
from events.approvals.models import Round
from events.approvals.vocabulary import RoundState
from events.audit.operations import record
from events.audit.vocabulary import Action
from events.district import queries as district
from events.foundation.acting import SYSTEM
from events.requests import lifecycle as requests_lifecycle
from events.requests import queries as requests
from events.requests.models import EventRequest
from events.requests.vocabulary import (
    IN_FORCE,
    RequestStatus,
    RevisionState,
)
from events.venues import lifecycle as bookings

TICK_SIZE = 100


def tick(now: datetime) -> list[int]:
    """Requests whose time has moved on without anyone acting; the worker calls `pass_time` for each in its own transaction."""
    return sorted(
        {
            *queries.rounds_with_started_event(now, TICK_SIZE),
            *queries.rounds_with_due_consult(now, TICK_SIZE),
            *queries.rounds_whose_staff_changed(TICK_SIZE),
            *queries.rounds_counted_otherwise(TICK_SIZE),
            *sorted(holds.otherwise(now))[:TICK_SIZE],
            *requests.over(queries.restorable_since(now), now, TICK_SIZE),
            *requests.overtaken(now, TICK_SIZE),
            *requests.forgotten(now - timedelta(days=district.rules().withdraw_passed_after_days), now, TICK_SIZE),
        }
    )


def pass_time(request_id: int, now: datetime) -> None:
    """What the passing of time does to one request: lapse, completion, withdrawal after long silence, a consultation's end; and what a
    calendar that has changed does to its deadlines and holds.

    Nothing is ever approved after the fact (cases.md 30).
    """
    event_request = requests.unlocked_now(request_id)
    if event_request is None:
        return
    lifecycle.recount_holds(request_id, now)
    round_ = queries.open_round(request_id)
    if event_request.status in IN_FORCE and not requests.is_to_come(event_request, now):
        _drop_change(event_request, now)
        round_ = None
    if round_ is not None and _has_passed(event_request, round_, now):
        lifecycle.close_returned(event_request, round_, RoundState.LAPSED, action=Action.LAPSED, by=SYSTEM, now=now)
        requests_lifecycle.touch_version(event_request)
    elif round_ is not None:
        lifecycle.note_orphans(event_request, round_)
        lifecycle.recount(event_request, round_, now)
        lifecycle.advance(event_request, round_, by=SYSTEM, now=now)
    elif event_request.status is RequestStatus.RETURNED:
        _withdraw_forgotten(event_request, now)
    if event_request.status in IN_FORCE and queries.is_over(event_request, now):
        lifecycle.lapse_informs(request_id, now)
        requests_lifecycle.complete(event_request)
        record(Action.HELD, ("request", request_id), by=SYSTEM, now=now)


def _has_passed(event_request: EventRequest, round_: Round, now: datetime) -> bool:
    """Whether what is under approval has begun meanwhile: the event, or a date that its change adds or moves (cases.md 30, 35)."""
    return requests.has_passed(event_request, round_.revision, now) if round_.amendment else event_request.has_begun(now)


def _withdraw_forgotten(event_request: EventRequest, now: datetime) -> None:
    """Thirty days after its date a returned request is withdrawn by the system (cases.md 30)."""
    revision = requests.working(event_request)
    mended = revision is not None and (revision.content().first_start or now) > now
    if not mended and requests_lifecycle.passed(event_request, now, district.rules().withdraw_passed_after_days):
        requests_lifecycle.end(event_request, revision, RequestStatus.WITHDRAWN, reason="", now=now)
        bookings.release(event_request.id)
        record(Action.WITHDRAWN, ("request", event_request.id), by=SYSTEM, now=now, forgotten=True)


def _drop_change(event_request: EventRequest, now: datetime) -> None:
    """A change that was not approved before the last date began changes nothing any more (cases.md 35)."""
    round_, revision = queries.open_round(event_request.id), requests.working(event_request)
    if round_ is not None:
        lifecycle.drop_round(event_request, round_, RoundState.LAPSED, note="", by=None, now=now)
    if revision is not None:
        lifecycle.drop_change(event_request, revision, RevisionState.WITHDRAWN, now)
        requests_lifecycle.touch_version(event_request)
        record(Action.LAPSED, ("request", event_request.id), by=SYSTEM, now=now, amendment=True, revision=revision.no)
