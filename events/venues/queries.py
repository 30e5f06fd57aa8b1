"""Reading venues and what is booked."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from events.foundation.db import db
from events.foundation.names import alphabetical
from events.venues.conflicts import Span
from events.venues.models import Booking, Venue
from events.venues.vocabulary import BookingState

ACTIVE = (BookingState.HELD, BookingState.CONFIRMED)


def venues() -> Sequence[Venue]:
    """Venues in use by name, with their owners."""
    found = db.session.scalars(select(Venue).where(Venue.active).options(joinedload(Venue.owner)).order_by(Venue.id))
    return sorted(found, key=lambda one: alphabetical(one.name))


def venues_by_id(ids: Iterable[int]) -> Mapping[int, Venue]:
    wanted = list(ids)
    if not wanted:
        return {}
    found = db.session.scalars(select(Venue).where(Venue.id.in_(wanted)).options(joinedload(Venue.owner)))
    return {venue.id: venue for venue in found}


def clashing(venue_id: int, span: Span, *, request_id: int | None, now: datetime) -> Sequence[Booking]:
    """Active bookings of others that overlap `span`, earliest first; an expired hold no longer counts."""
    return db.session.scalars(
        _active(venue_id, span, now).where(Booking.request_id.is_distinct_from(request_id)).order_by(Booking.starts_at)
    ).all()


def taken(venue_id: int, span: Span, *, request_id: int | None, now: datetime) -> tuple[Span, ...]:
    """The times others have taken within `span`."""
    return tuple(Span(one.starts_at, one.ends_at) for one in clashing(venue_id, span, request_id=request_id, now=now))


def bookings_of(request_id: int) -> Sequence[Booking]:
    """The request's active bookings."""
    return db.session.scalars(
        select(Booking).where(Booking.request_id == request_id, Booking.state.in_(ACTIVE)).order_by(Booking.starts_at)
    ).all()


def all_bookings_of(request_id: int) -> Sequence[Booking]:
    """Everything the request has ever booked, given back or run out included."""
    return db.session.scalars(select(Booking).where(Booking.request_id == request_id).order_by(Booking.starts_at)).all()


def earliest_expiry(request_id: int) -> datetime | None:
    """When the request's holds run out."""
    return db.session.scalar(
        select(func.min(Booking.expires_at)).where(Booking.request_id == request_id, Booking.state == BookingState.HELD)
    )


def _active(venue_id: int, span: Span, now: datetime) -> Select[Booking]:
    """Active exclusive bookings of the venue that overlap the span."""
    return select(Booking).where(
        Booking.venue_id == venue_id,
        Booking.exclusive,
        Booking.state.in_(ACTIVE),
        or_(Booking.expires_at.is_(None), Booking.expires_at > now),
        Booking.starts_at < span.end,
        Booking.ends_at > span.start,
    )
