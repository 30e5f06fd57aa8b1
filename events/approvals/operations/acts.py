"""What its people may do with a request under approval and after it: take back, stop, withdraw, change, put off, cancel, restore."""

from collections.abc import Iterable
from datetime import datetime

from events.approvals import lifecycle, queries
from events.approvals.models import Round
from events.approvals.vocabulary import GIVE_REASON, Act, RoundState
from events.audit.operations import record
from events.audit.vocabulary import Action
from events.foundation.db import db
from events.foundation.errors import NotFound, NotNow, Refused
from events.foundation.text import N_
from events.people.models import User
from events.requests import lifecycle as requests_lifecycle
from events.requests import queries as requests
from events.requests.bookings import venue_needs
from events.requests.models import EventRequest, Revision
from events.requests.vocabulary import (
    AuthorHow,
    OccurrenceMark,
    RequestStatus,
    RevisionState,
)
from events.venues import lifecycle as bookings
from events.venues import queries as venue_queries


def take_back(request_id: int, *, by: User, now: datetime) -> None:
    """«Забрать на доработку»: open reviews are released and the author edits again (cases.md 20)."""
    event_request, round_ = _act(request_id, Act.TAKE_BACK, by, now)
    round_ = _needed(round_)
    round_.closed_by_id = by.id
    lifecycle.close_returned(event_request, round_, RoundState.TAKEN_BACK, action=Action.TAKEN_BACK, by=by.actor, now=now)
    requests_lifecycle.touch_version(event_request)


def stop(request_id: int, *, reason: str, by: User, now: datetime) -> None:
    """The coordinator's «Остановить»: the request goes back to the author with a reason (cases.md 14)."""
    event_request, round_ = _act(request_id, Act.STOP, by, now)
    _refuse_without_reason(reason)
    round_ = _needed(round_)
    round_.closed_by_id = by.id
    lifecycle.close_returned(event_request, round_, RoundState.RETURNED, action=Action.STOPPED, by=by.actor, now=now, note=reason)
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
    change = requests.amendment(event_request)
    if change is not None:
        lifecycle.drop_change(event_request, change, RevisionState.WITHDRAWN, now)
    else:
        requests_lifecycle.end(event_request, requests.working(event_request), RequestStatus.WITHDRAWN, reason=reason, now=now)
        bookings.release(request_id)
    requests_lifecycle.touch_version(event_request)
    record(Action.WITHDRAWN, ("request", request_id), by=by.actor, now=now, amendment=change is not None or None)


def amend(request_id: int, *, by: User, now: datetime) -> Revision:
    """Begin a change to an approved request; what was approved stays in force and public (cases.md 35)."""
    event_request, _ = _act(request_id, Act.AMEND, by, now)
    requests_lifecycle.author(event_request.id, by.id, AuthorHow.EDITED, now)
    return _begin_amendment(event_request, by=by, now=now)


def _begin_amendment(event_request: EventRequest, *, by: User, now: datetime) -> Revision:
    """The next revision, as an amendment. Whoever only put the event off has no hand in what will be written (I1)."""
    approved = requests.in_force(event_request)
    if approved is None:
        raise NotNow(N_("There is no approved revision to change."))
    revision = requests_lifecycle.next_draft(event_request, approved, amendment=True, now=now)
    requests_lifecycle.touch_version(event_request)
    record(Action.AMENDING, ("request", event_request.id), by=by.actor, now=now, revision=revision.no)
    return revision


def postpone(request_id: int, *, occurrence_key: str | None, reason: str, by: User, now: datetime) -> None:
    """Warn the public at once: «переносится» with the new date in an amendment, or one date put off until it is known (cases.md 36).

    With `occurrence_key` None the whole event is marked «переносится» and an amendment begins; with a key that date is
    called off «дата уточняется» and revives under the same identity once an amendment gives it a new time.
    """
    event_request, _ = _act(request_id, Act.POSTPONE, by, now)
    _refuse_without_reason(reason)
    if occurrence_key is None:
        requests_lifecycle.warn(event_request, reason, now)
    else:
        _refuse_other_date(occurrence_key, requests.approved_dates(event_request).to_put_off(now))
        requests_lifecycle.mark_date(event_request, occurrence_key, OccurrenceMark.POSTPONED, reason, now)
        bookings.release(request_id, occurrence_key=occurrence_key)
    if requests.working(event_request) is None:
        _begin_amendment(event_request, by=by, now=now)
    record(Action.POSTPONED, ("request", request_id), by=by.actor, now=now, occurrence=occurrence_key)


def cancel(request_id: int, *, reason: str, occurrence_key: str | None = None, by: User, now: datetime) -> None:
    """Cancel an approved event, or one date of it, at once; a running amendment is closed (cases.md 37)."""
    event_request, round_ = _act(request_id, Act.CANCEL, by, now)
    _refuse_without_reason(reason)
    dates = requests.approved_dates(event_request)
    if occurrence_key is not None:
        _refuse_other_date(occurrence_key, dates.to_call_off(now))
    if occurrence_key is not None and len(dates.standing) > 1:
        requests_lifecycle.mark_date(event_request, occurrence_key, OccurrenceMark.CANCELLED, reason, now)
        bookings.release(request_id, occurrence_key=occurrence_key)
    else:
        if round_ is not None:
            lifecycle.drop_round(event_request, round_, RoundState.WITHDRAWN, note=reason, by=by, now=now)
        requests_lifecycle.put_off_with_event(event_request, now)
        working = requests.working(event_request)
        if working is not None:
            lifecycle.drop_change(event_request, working, RevisionState.WITHDRAWN, now)
        requests_lifecycle.end(event_request, None, RequestStatus.CANCELLED, reason=reason, now=now)
        bookings.release(request_id)
        occurrence_key = None  # its last date takes the event with it, and the record says so (I9)
    requests_lifecycle.touch_version(event_request)
    record(Action.CANCELLED, ("request", request_id), by=by.actor, now=now, occurrence=occurrence_key)


def restore(request_id: int, *, by: User, now: datetime) -> None:
    """The head takes a cancellation back in the time the rule gives; the venue must still be free (cases.md 37)."""
    event_request, _ = _act(request_id, Act.RESTORE, by, now)
    missed = requests_lifecycle.restore(event_request, now)
    db.session.flush()
    _book_again(event_request, now)
    requests_lifecycle.touch_version(event_request)
    record(Action.RESTORED, ("request", request_id), by=by.actor, now=now, missed=missed or None)


def restore_date(request_id: int, *, occurrence_key: str, by: User, now: datetime) -> None:
    """The head takes the cancelling of one date back within a working day; its venue must still be free (cases.md 37).

    A date that had been put off before is put off again: its old time is known to be wrong (cases.md 36).
    """
    event_request, _ = _act(request_id, Act.RESTORE_DATE, by, now)
    _refuse_other_date(occurrence_key, queries.to_restore(requests.approved_dates(event_request), now))
    requests_lifecycle.restore_date(event_request, occurrence_key)
    db.session.flush()
    _book_again(event_request, now)
    requests_lifecycle.touch_version(event_request)
    record(Action.RESTORED, ("request", request_id), by=by.actor, now=now, occurrence=occurrence_key)


def _book_again(event_request: EventRequest, now: datetime) -> None:
    """The venues of every date that stands, confirmed; refused when another has taken one since."""
    approved = requests.in_force(event_request)
    if approved is not None:
        content = approved.content()
        off = requests.called_off(event_request, content)
        bookings.confirm(event_request.id, venue_needs(content, venue_queries.venues_by_id(content.venue_ids), off=off), now)


def _act(request_id: int, act: Act, by: User, now: datetime) -> tuple[EventRequest, Round | None]:
    """The request under its lock, with the act still allowed. NotFound; NotYours; NotNow with what one may do instead."""
    if not requests.may_see(by, request_id):
        raise NotFound
    event_request = requests.locked(request_id)
    round_ = queries.open_round(request_id)
    queries.refuse_impossible(act, by, event_request, round_, now)
    return event_request, round_


def _needed(round_: Round | None) -> Round:
    """The round an act presupposes; `acts` offers it only then."""
    if round_ is None:
        raise NotNow(N_("There is no approval under way."))
    return round_


def _refuse_without_reason(reason: str) -> None:
    """Acts that others are told about name their reason."""
    if not reason:
        raise Refused(GIVE_REASON, {"reason": N_("Give the reason.")})


def _refuse_other_date(key: str, offered: Iterable[requests.Dated]) -> None:
    """The date must be one of those the act is offered for: what has been held is neither cancelled nor put off any more."""
    if key not in {one.key for one in offered}:
        phrase = N_("Choose one of the dates offered: the others have been held or called off.")
        raise Refused(phrase, {"occurrence_key": phrase})
