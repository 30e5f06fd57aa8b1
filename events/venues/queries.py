"""Reading venues and what is booked."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Integer, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, joinedload

from events.foundation import standing
from events.foundation.db import UtcDateTime, db
from events.foundation.names import alphabetical
from events.venues.conflicts import Span
from events.venues.models import ACTIVE_COUNTED, ACTIVE_EXCLUSIVE, HELD, Booking, Venue
from events.venues.vocabulary import BookingState, VenueKind

ACTIVE = (BookingState.HELD, BookingState.CONFIRMED)


def venues() -> Sequence[Venue]:
    """Venues in use by name, with their owners; to be read only, as all that is kept (decision 006)."""
    return standing.kept("venues in use", lambda: sorted(filter(_in_use, _venues().values()), key=lambda one: alphabetical(one.name)))


def venues_by_id(ids: Iterable[int]) -> Mapping[int, Venue]:
    """Those of the venues that there are, out of use or not; to be read only."""
    wanted = dict.fromkeys(ids)
    known = _venues() if wanted else {}
    return {key: known[key] for key in wanted if key in known}


def kinds() -> Sequence[tuple[int, VenueKind, bool]]:
    """Of every venue its kind, and whether it is a city square: what routes ask about the place."""
    return [(one.id, one.kind, one.city_square) for one in _venues().values()]


def _venues() -> Mapping[int, Venue]:
    """Every venue with its owner, by id."""

    def read(session: Session) -> Mapping[int, Venue]:
        return {one.id: one for one in session.scalars(select(Venue).options(joinedload(Venue.owner)).order_by(Venue.id))}

    return standing.kept("venues", lambda: standing.apart(read))


def _in_use(venue: Venue) -> bool:
    return venue.active


def taken(asked: Sequence[tuple[int, Span]], *, request_id: int | None, now: datetime) -> Sequence[tuple[Span, ...]]:
    """What others have of each venue within its span, earliest first; an expired hold no longer counts. One statement for all that is
    asked, a series of sixty dates as much as a single one."""
    found: list[list[Span]] = [[] for _ in asked]
    if asked:
        connection = db.session.connection()
        kind = connection.dialect.name
        for place, start, end in connection.execute(_STATEMENTS[kind], {**_TOLD[kind](asked), "own": request_id, "at": now}):
            found[place].append(Span(start, end))
    return [tuple(sorted(spans)) for spans in found]


def bookings_of(request_id: int) -> Sequence[Booking]:
    """The request's active bookings."""
    return db.session.scalars(
        select(Booking).where(Booking.request_id == request_id, Booking.state.in_(ACTIVE)).order_by(Booking.starts_at)
    ).all()


def all_bookings_of(request_id: int) -> Sequence[Booking]:
    """Everything the request has ever booked, given back or run out included."""
    return db.session.scalars(select(Booking).where(Booking.request_id == request_id).order_by(Booking.starts_at)).all()


def hold_ends(request_id: int | None = None) -> Mapping[int, set[datetime]]:
    """The moments at which holds run out or have run out, by request; of the one alone when it is named."""
    held = select(Booking.request_id, Booking.expires_at).where(text(HELD)).distinct()  # written out, or SQLite would not know its index
    found: dict[int, set[datetime]] = {}
    for one, ends in db.session.execute(held if request_id is None else held.where(Booking.request_id == request_id)):
        if ends is not None:
            found.setdefault(one, set()).add(ends)
    return found


def _as_json(asked: Sequence[tuple[int, Span]]) -> dict[str, Any]:
    """Moments as SQLite stores them."""
    rows = [(venue_id, *(f"{moment.astimezone(UTC):{_STORED}}" for moment in (span.start, span.end))) for venue_id, span in asked]
    return {"asked": json.dumps(rows)}


def _as_lists(asked: Sequence[tuple[int, Span]]) -> dict[str, Any]:
    return {
        "place": list(range(len(asked))),
        "venue": [venue_id for venue_id, _ in asked],
        "since": [span.start for _, span in asked],
        "until": [span.end for _, span in asked],
    }


_STORED = "%Y-%m-%d %H:%M:%S.%f"
_OF_OTHERS = "(expires_at IS NULL OR expires_at > :at) AND request_id IS DISTINCT FROM :own"
_ASKED = "SELECT place, starts_at, ends_at FROM unnest(:place, :venue, :since, :until) AS asked (place, venue, since, until) JOIN booking "
_TAKEN = {
    "sqlite": text(
        "SELECT asked.key AS place, starts_at, ends_at FROM json_each(:asked) AS asked CROSS JOIN booking "  # it keeps this order
        "WHERE venue_id = json_extract(asked.value, '$[0]') AND starts_at < json_extract(asked.value, '$[2]') "
        "AND ends_at > json_extract(asked.value, '$[1]') AND (exclusive OR at_once IS NOT NULL) AND state IN ('held', 'confirmed') AND "
        + _OF_OTHERS.replace("IS DISTINCT FROM", "IS NOT")
    ),
    "postgresql": text(
        f"{_ASKED} ON int8range(venue_id::bigint, venue_id::bigint, '[]') && int8range(venue, venue, '[]') "
        f"AND tstzrange(starts_at, ends_at) && tstzrange(since, until) AND {ACTIVE_EXCLUSIVE} AND {_OF_OTHERS} UNION ALL "
        f"{_ASKED} ON venue_id = venue AND starts_at < until AND ends_at > since AND {ACTIVE_COUNTED} AND {_OF_OTHERS}"
    ).bindparams(
        bindparam("place", type_=ARRAY(Integer)), bindparam("venue", type_=ARRAY(BigInteger)),
        bindparam("since", type_=ARRAY(UtcDateTime)), bindparam("until", type_=ARRAY(UtcDateTime)),
    ),
}  # fmt: skip
"""What others have of each venue within its span, where it takes a limited number. SQLite goes through the index of venue and start for
each row of what is asked; PostgreSQL looks into the index of the exclusion constraint, which knows both ends of a time and fits only what
is of its own types, and into that of bookings that are counted."""
_TOLD = {"sqlite": _as_json, "postgresql": _as_lists}
_TYPES = {"place": Integer, "starts_at": UtcDateTime, "ends_at": UtcDateTime}
_STATEMENTS = {
    name: one.bindparams(bindparam("at", type_=UtcDateTime), bindparam("own", type_=Integer)).columns(**_TYPES)
    for name, one in _TAKEN.items()
}
