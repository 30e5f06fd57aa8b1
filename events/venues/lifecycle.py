"""Booking setters that only the verbs of upper matters call; the request's row is locked by then."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Update, bindparam, delete, insert, update
from sqlalchemy.exc import IntegrityError

from events.foundation.db import UtcDateTime, db, forget
from events.foundation.errors import Refused
from events.foundation.text import N_, Phrase
from events.venues import queries
from events.venues.conflicts import Span, without
from events.venues.models import Booking
from events.venues.vocabulary import BookingState

_BOOK = insert(Booking)
TAKEN_THEN = N_("The venue is taken at this time.")


@dataclass(frozen=True)
class Wanted:
    """A venue one occurrence needs, buffers included."""

    occurrence_key: str
    venue_id: int
    exclusive: bool
    span: Span


def hold(request_id: int, wanted: Iterable[Wanted], *, expires_at: datetime, now: datetime) -> None:
    """Hold what the request does not hold already, and let every hold last until `expires_at`. Refused on a clash."""
    items = list(wanted)
    _release_expired(items, now)
    _drop_needless_holds(request_id, items)
    held = queries.bookings_of(request_id)
    rows = [
        {
            "venue_id": item.venue_id, "starts_at": piece.start, "ends_at": piece.end, "state": BookingState.HELD,
            "exclusive": item.exclusive, "request_id": request_id, "occurrence_key": item.occurrence_key, "expires_at": expires_at,
        }
        for item in items
        for piece in without(item.span, [Span(one.starts_at, one.ends_at) for one in held if one.venue_id == item.venue_id])
    ]  # fmt: skip
    _insert(rows, N_("The venue has been taken for this time meanwhile. Choose another time or another venue."))
    extend(request_id, expires_at)


def extend(request_id: int, expires_at: datetime) -> None:
    """Let the request's holds last until `expires_at`."""
    db.session.execute(
        update(Booking).where(Booking.request_id == request_id, Booking.state == BookingState.HELD).values(expires_at=expires_at)
    )


def confirm(request_id: int, wanted: Iterable[Wanted], now: datetime) -> None:
    """Exactly these times become confirmed bookings, in place of whatever the request had. Refused when a hold had run out
    and another has taken the venue since (cases.md 31)."""
    items = list(wanted)
    _release_expired(items, now)
    release(request_id)
    _insert(
        [
            {
                "venue_id": item.venue_id, "starts_at": item.span.start, "ends_at": item.span.end, "state": BookingState.CONFIRMED,
                "exclusive": item.exclusive, "request_id": request_id, "occurrence_key": item.occurrence_key,
            }
            for item in items
        ],
        N_("Another event has taken the venue for this time, so it cannot be confirmed. Another time or another venue is needed."),
    )  # fmt: skip


def release(request_id: int, *, occurrence_key: str | None = None, holds_only: bool = False) -> None:
    """Give the request's bookings back: all, one occurrence's, or the holds only (an amendment that ended)."""
    of_date = {} if occurrence_key is None else {"of_date": occurrence_key}
    _change(_releasing(holds_only, of_one_date=bool(of_date)), {"of_request": request_id, **of_date})


@lru_cache
def _releasing(holds_only: bool, *, of_one_date: bool) -> Update:
    """Put together once."""
    states = (BookingState.HELD,) if holds_only else queries.ACTIVE
    which = update(Booking).where(Booking.request_id == bindparam("of_request"), Booking.state.in_(states))
    if of_one_date:
        which = which.where(Booking.occurrence_key == bindparam("of_date"))
    return which.values(state=BookingState.RELEASED, expires_at=None)


def _release_expired(items: Iterable[Wanted], now: datetime) -> None:
    """Holds that have run out make room for whoever asks next."""
    if venues := sorted({item.venue_id for item in items}):
        _change(_EXPIRE, {"of_venues": venues, "by_now": now})


_EXPIRE = (
    update(Booking)
    .where(Booking.venue_id.in_(bindparam("of_venues", expanding=True)), Booking.state == BookingState.HELD)
    .where(Booking.expires_at <= bindparam("by_now", type_=UtcDateTime()))
    .values(state=BookingState.RELEASED, expires_at=None)
)


def _change(statement: Update, asked: Mapping[str, Any]) -> None:
    """By a statement put together once; bookings that the session has read stand no more."""
    if db.session.connection().execute(statement, asked).rowcount:
        forget(Booking)


def _drop_needless_holds(request_id: int, items: Iterable[Wanted]) -> None:
    """A hold outside every wanted time is given back."""
    wanted: Mapping[int, list[Span]] = {}
    for item in items:
        wanted = {**wanted, item.venue_id: [*wanted.get(item.venue_id, []), item.span]}
    for one in queries.bookings_of(request_id):
        span = Span(one.starts_at, one.ends_at)
        if one.state is BookingState.HELD and not any(span.overlaps(other) for other in wanted.get(one.venue_id, [])):
            db.session.execute(delete(Booking).where(Booking.id == one.id))


def _insert(rows: Sequence[Mapping[str, Any]], taken: Phrase) -> None:
    """Write the bookings; the database says when one overlaps another's, and then they are refused as `taken`."""
    if not rows:
        return
    try:
        with db.session.begin_nested():
            db.session.connection().execute(_BOOK, rows)
    except IntegrityError as error:
        if "ex_booking_overlap" not in str(error.orig):
            raise
        raise Refused(taken, {"occurrences": TAKEN_THEN}) from error
