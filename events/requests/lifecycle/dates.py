"""What becomes of the dates that were announced: «переносится», put off or cancelled alone, standing again (cases.md 36, 37)."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete, select, update

from events.foundation.db import db
from events.requests import queries
from events.requests.models import EventRequest, OccurrenceFate, Revision
from events.requests.vocabulary import OccurrenceMark


def warn(event_request: EventRequest, reason: str, now: datetime) -> None:
    """«Переносится»: everybody is warned off the dates in force; said again, it holds since the first time (cases.md 36)."""
    event_request.warned_at = event_request.warned_at or now
    event_request.postponing, event_request.end_reason = True, reason


def end_warning(event_request: EventRequest) -> None:
    """The dates in force are those to come to again."""
    event_request.postponing, event_request.warned_at = False, None


def leave_unheld(event_request: EventRequest, now: datetime) -> list[str]:
    """A date that came while the whole event was cancelled was not held: it stays cancelled when the rest comes back, for the reason that
    was given (cases.md 37). Returns the keys of such dates."""
    in_force, ended, marked = queries.in_force(event_request), event_request.ended_at, queries.fates(event_request.id)
    dates = in_force.occurrences if in_force is not None and ended is not None else ()
    missed = [one.key for one in dates if ended and one.starts_at and ended < one.starts_at <= now and one.key not in marked]
    for key in missed:
        mark_date(event_request, key, OccurrenceMark.CANCELLED, event_request.end_reason, ended or now)
    return missed


def put_off_with_event(event_request: EventRequest, now: datetime) -> None:
    """What was to be moved as a whole is put off date by date: the change that was to move it ends with the event, and should the event
    come back, its dates are no less wrong for it (cases.md 36). Where it is not known since when they are, the warning itself stays."""
    if not event_request.postponing:
        return
    _put_off(event_request, lambda starts: starts > (event_request.warned_at or now), now)
    if event_request.warned_at is not None:
        end_warning(event_request)


def put_off_unheld(event_request: EventRequest, now: datetime) -> None:
    """A date that came while everybody had been warned off it was not held: it is put off until it has a new time (cases.md 36)."""
    warned = event_request.warned_at
    if warned is not None:
        _put_off(event_request, lambda starts: warned < starts <= now, now)


def _put_off(event_request: EventRequest, begins: Callable[[datetime], bool], now: datetime) -> None:
    """Put off the dates in force that begin so and of which nothing else is known."""
    in_force, marked = queries.in_force(event_request), queries.fates(event_request.id)
    for one in in_force.occurrences if in_force else ():
        if one.starts_at is not None and begins(one.starts_at) and one.key not in marked:
            mark_date(event_request, one.key, OccurrenceMark.POSTPONED, event_request.end_reason, now)


def mark_date(event_request: EventRequest, key: str, mark: OccurrenceMark, reason: str, now: datetime) -> None:
    """One approved date is cancelled or put off; a later mark replaces an earlier one, and a cancelling remembers a putting off."""
    fate = db.session.scalar(select(OccurrenceFate).where(OccurrenceFate.request_id == event_request.id, OccurrenceFate.key == key))
    if fate is None:
        fate = OccurrenceFate(request_id=event_request.id, key=key)
        db.session.add(fate)
    elif fate.mark is OccurrenceMark.POSTPONED and mark is OccurrenceMark.CANCELLED:
        fate.put_off_reason, fate.put_off_at = fate.reason, fate.at
    fate.mark, fate.reason, fate.at = mark, reason, now


def restore_date(event_request: EventRequest, key: str) -> None:
    """The cancelling of one date is taken back: it stands again, or is put off as it was before (cases.md 36, 37)."""
    fate = db.session.scalars(select(OccurrenceFate).where(OccurrenceFate.request_id == event_request.id, OccurrenceFate.key == key)).one()
    if fate.put_off_at is None:
        db.session.delete(fate)
    else:
        fate.mark, fate.reason, fate.at = OccurrenceMark.POSTPONED, fate.put_off_reason, fate.put_off_at
        fate.put_off_reason, fate.put_off_at = "", None


def revive(event_request: EventRequest, earlier: Revision, revision: Revision) -> None:
    """A date put off comes back once the approved revision gives it another time; at its old time it stays off (cases.md 36).

    One cancelled since then forgets that it had been put off: taken back, it stands at its new time.
    """
    before = {one.key: one.starts_at for one in earlier.occurrences}
    moved = [one.key for one in revision.occurrences if one.key in before and one.starts_at != before[one.key]]
    of_moved = (OccurrenceFate.request_id == event_request.id, OccurrenceFate.key.in_(moved))
    db.session.execute(delete(OccurrenceFate).where(*of_moved, OccurrenceFate.mark == OccurrenceMark.POSTPONED))
    db.session.execute(update(OccurrenceFate).where(*of_moved).values(put_off_reason="", put_off_at=None))
