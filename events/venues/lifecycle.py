"""Booking setters that only the verbs of upper matters call; the request's row is locked by then."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from events.foundation.db import db
from events.foundation.errors import Refused
from events.foundation.text import N_, Phrase
from events.venues import queries
from events.venues.conflicts import Span, without
from events.venues.models import Booking
from events.venues.vocabulary import BookingState

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
        Booking(
            venue_id=item.venue_id, starts_at=piece.start, ends_at=piece.end, state=BookingState.HELD, exclusive=item.exclusive,
            request_id=request_id, occurrence_key=item.occurrence_key, expires_at=expires_at,
        )
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
            Booking(
                venue_id=item.venue_id, starts_at=item.span.start, ends_at=item.span.end, state=BookingState.CONFIRMED,
                exclusive=item.exclusive, request_id=request_id, occurrence_key=item.occurrence_key,
            )
            for item in items
        ],
        N_("Another event has taken the venue for this time, so it cannot be confirmed. Another time or another venue is needed."),
    )  # fmt: skip


def release(request_id: int, *, occurrence_key: str | None = None, holds_only: bool = False) -> None:
    """Give the request's bookings back: all, one occurrence's, or the holds only (an amendment that ended)."""
    states = (BookingState.HELD,) if holds_only else queries.ACTIVE
    which = update(Booking).where(Booking.request_id == request_id, Booking.state.in_(states))
    if occurrence_key is not None:
        which = which.where(Booking.occurrence_key == occurrence_key)
    db.session.execute(which.values(state=BookingState.RELEASED, expires_at=None))


def _release_expired(items: Iterable[Wanted], now: datetime) -> None:
    """Holds that have run out make room for whoever asks next."""
    venues = {item.venue_id for item in items}
    db.session.execute(
        update(Booking)
        .where(Booking.venue_id.in_(venues), Booking.state == BookingState.HELD, Booking.expires_at <= now)
        .values(state=BookingState.RELEASED, expires_at=None)
    )


def _drop_needless_holds(request_id: int, items: Iterable[Wanted]) -> None:
    """A hold outside every wanted time is given back."""
    wanted: Mapping[int, list[Span]] = {}
    for item in items:
        wanted = {**wanted, item.venue_id: [*wanted.get(item.venue_id, []), item.span]}
    for one in queries.bookings_of(request_id):
        span = Span(one.starts_at, one.ends_at)
        if one.state is BookingState.HELD and not any(span.overlaps(other) for other in wanted.get(one.venue_id, [])):
            db.session.execute(delete(Booking).where(Booking.id == one.id))


def _insert(rows: Iterable[Booking], taken: Phrase) -> None:
    """Write the bookings; the database says when one overlaps another's, and then they are refused as `taken`."""
    try:
        with db.session.begin_nested():
            db.session.add_all(rows)
            db.session.flush()
    except IntegrityError as error:
        if "ex_booking_overlap" not in str(error.orig):
            raise
        raise Refused(taken, {"occurrences": TAKEN_THEN}) from error
