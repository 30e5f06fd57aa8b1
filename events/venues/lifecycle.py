"""Booking setters that only the verbs of upper matters call; the request's row is locked by then."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Update, bindparam, delete, insert, update
from sqlalchemy.exc import IntegrityError

from events.foundation.db import UtcDateTime, db, forget
from events.foundation.errors import Refused
from events.foundation.text import N_, Phrase
from events.venues import queries
from events.venues.conflicts import Span, full, narrowed, without
from events.venues.models import Booking
from events.venues.vocabulary import BookingState

_BOOK = insert(Booking)
TAKEN_THEN = N_("The venue is taken at this time.")


@dataclass(frozen=True)
class Wanted:
    """A venue one occurrence needs. `span` has the venue's buffers, `core` is the occurrence itself, set-up and clearing included."""

    occurrence_key: str
    venue_id: int
    exclusive: bool
    span: Span
    at_once: int | None = None
    core: Span = field(default=None)  # type: ignore[assignment]  # the whole span where there are no buffers

    def __post_init__(self) -> None:
        if self.core is None:
            object.__setattr__(self, "core", self.span)

    @property
    def most(self) -> int | None:
        """How many events the venue takes at once; None: as many as come."""
        return 1 if self.exclusive else self.at_once

    def own(self, bookings: Iterable[Booking]) -> list[Span]:
        """What of the request's bookings serves this date. One that a venue of its own takes serves any date of the request; where several
        events take place at once, each date has a place of its own."""
        return [
            Span(one.starts_at, one.ends_at)
            for one in bookings
            if one.venue_id == self.venue_id and (self.most == 1 or one.occurrence_key == self.occurrence_key)
        ]


def hold(request_id: int, wanted: Iterable[Wanted], *, expires_at: datetime, now: datetime) -> None:
    """Hold what the request does not hold already, and let every hold last until `expires_at`. Refused on a clash."""
    items = list(wanted)
    _release_expired(items, now)
    _drop_needless_holds(request_id, items)
    held = queries.bookings_of(request_id)
    rows = [
        {**_row(request_id, item, piece, BookingState.HELD), "expires_at": expires_at}
        for item, pieces in _missing(request_id, items, held, now)
        for piece in pieces
    ]
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
    items = _as_they_stand(request_id, list(wanted), now)
    _release_expired(items, now)
    release(request_id)
    _insert(
        [_row(request_id, item, item.span, BookingState.CONFIRMED) for item in items],
        N_("Another event has taken the venue for this time, so it cannot be confirmed. Another time or another venue is needed."),
    )


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


def _row(request_id: int, item: Wanted, span: Span, state: BookingState) -> dict[str, Any]:
    return {
        "venue_id": item.venue_id, "starts_at": span.start, "ends_at": span.end, "state": state, "exclusive": item.exclusive,
        "at_once": item.at_once, "request_id": request_id, "occurrence_key": item.occurrence_key,
    }  # fmt: skip


def _missing(request_id: int, items: Sequence[Wanted], held: Sequence[Booking], now: datetime) -> Sequence[tuple[Wanted, Sequence[Span]]]:
    """What each date still needs. A date whose own time is held already is not refused for buffers that were set wider since: it takes
    of them what is free."""
    found = [(item, without(item.span, item.own(held))) for item in items]
    taken = _of_others(request_id, [item for item, pieces in found if pieces and _stands(item, held)], now)
    return [
        (item, [one for one in pieces if not full(one, taken[item], item.most)] if item.most and item in taken else pieces)
        for item, pieces in found
    ]


def _as_they_stand(request_id: int, items: Sequence[Wanted], now: datetime) -> list[Wanted]:
    """The dates with those of their buffers that can be had: one that has stood is not refused for buffers that were set wider since."""
    wide = [item for item in items if item.span != item.core and item.most]
    if not wide:
        return list(items)
    held = [one for one in queries.bookings_of(request_id) if one.expires_at is None or one.expires_at > now]
    taken = _of_others(request_id, [item for item in wide if _stands(item, held)], now)
    found = list(items)
    for place, item in enumerate(items):
        if item in taken:
            own = [one.span for one in found[:place] if one.venue_id == item.venue_id]
            later = [one.core for one in items[place + 1 :] if one.venue_id == item.venue_id]
            found[place] = replace(item, span=narrowed(item.span, item.core, [*taken[item], *own, *later], item.most or 1))
    return found


def _stands(item: Wanted, held: Iterable[Booking]) -> bool:
    """Whether the request has the time of the date itself."""
    return item.span != item.core and not without(item.core, item.own(held))


def _of_others(request_id: int, items: Sequence[Wanted], now: datetime) -> Mapping[Wanted, Sequence[Span]]:
    """What others have near each date."""
    asked = [(item.venue_id, item.span) for item in items]
    return dict(zip(items, queries.taken(asked, request_id=request_id, now=now), strict=True))


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
