"""How the dates of a request stand with their venues: what they need, what is held for them, what others have taken."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from events.district import queries as district
from events.requests import queries
from events.requests.fields import Content, Occurrence
from events.venues import queries as venue_queries
from events.venues.conflicts import Span, alternatives, without
from events.venues.lifecycle import Wanted
from events.venues.models import Booking, Venue
from events.venues.vocabulary import Tenure


@dataclass(frozen=True)
class Clash:
    """A date for which the venue is taken, and the nearest free times."""

    occurrence_key: str
    venue: Venue
    span: Span
    alternatives: tuple[Span, ...]


@dataclass(frozen=True)
class Booked:
    """How one date stands with its venue; `until` is when its hold runs out, `clash` comes with a venue that others have."""

    occurrence: Occurrence
    venue: Venue
    tenure: Tenure
    until: datetime | None = None
    clash: Clash | None = None


def venue_needs(content: Content, venues: Mapping[int, Venue], *, off: Collection[str] = ()) -> tuple[Wanted, ...]:
    """The venue each date takes, set-up and clearing included; dates called off (`off`, by key) take none."""
    found = []
    for one in content.dated:
        venue = venues.get(content.venue_of(one) or 0)
        if one.key in off or venue is None or one.starts_at is None or one.ends_at is None or one.ends_at <= one.starts_at:
            continue
        start, end = min(one.setup_from or one.starts_at, one.starts_at), max(one.teardown_to or one.ends_at, one.ends_at)
        found.append(Wanted(one.key, venue.id, venue.exclusive, Span(start, end)))
    return tuple(found)


def clashes(request_id: int | None, wanted: Iterable[Wanted], venues: Mapping[int, Venue], now: datetime) -> tuple[Clash, ...]:
    """Dates whose venue others have taken, with free times near by (cases.md 10)."""
    asked = [item for item in wanted if item.exclusive]
    reach = timedelta(hours=district.rules().alternatives_reach_hours) if asked else timedelta()
    near = [(item.venue_id, Span(item.span.start - reach, item.span.end + reach)) for item in asked]
    found = []
    for item, taken in zip(asked, venue_queries.taken(near, request_id=request_id, now=now), strict=True):
        if any(one.overlaps(item.span) for one in taken):
            free = tuple(one for one in alternatives(item.span, taken, reach=reach) if one.start > now)
            found.append(Clash(item.occurrence_key, venues[item.venue_id], item.span, free))
    return tuple(found)


def booked(event_request: queries.AnyRequest, content: Content, now: datetime) -> tuple[Booked, ...]:
    """How the dates still to come stand with their venues; dates at a free address and dates called off have none (cases.md 31)."""
    venues = venue_queries.venues_by_id(content.venue_ids)
    wanted = venue_needs(content, venues, off=queries.called_off(event_request, content)) if venues else ()
    ahead = [item for item in wanted if item.span.end > now]
    if not ahead:
        return ()
    rows = venue_queries.all_bookings_of(event_request.id)
    found = {item.occurrence_key: _tenure(item, rows, now) for item in ahead}
    uncovered = [item for item in ahead if found[item.occurrence_key][0] in (Tenure.EXPIRED, Tenure.UNHELD)]
    lost = {one.occurrence_key: one for one in clashes(event_request.id, uncovered, venues, now)}
    dates = {one.key: one for one in content.dated}
    return tuple(_booked(item, dates, venues, found[item.occurrence_key], lost.get(item.occurrence_key)) for item in ahead)


def _booked(
    item: Wanted, dates: Mapping[str, Occurrence], venues: Mapping[int, Venue], found: tuple[Tenure, datetime | None], clash: Clash | None
) -> Booked:
    tenure, until = found
    if clash is not None:
        tenure = Tenure.LOST if tenure is Tenure.EXPIRED else Tenure.TAKEN
    return Booked(dates[item.occurrence_key], venues[item.venue_id], tenure, until, clash)


def _tenure(item: Wanted, rows: Iterable[Booking], now: datetime) -> tuple[Tenure, datetime | None]:
    """What the request's own bookings say of one date, and when a hold of it runs out. Others are not asked about."""
    if not item.exclusive:
        return Tenure.SHARED, None
    near = [one for one in rows if one.venue_id == item.venue_id and item.span.overlaps(Span(one.starts_at, one.ends_at))]
    standing = [one for one in near if one.state in venue_queries.ACTIVE and (one.expires_at is None or one.expires_at > now)]
    if without(item.span, [Span(one.starts_at, one.ends_at) for one in standing]):
        return (Tenure.EXPIRED if near else Tenure.UNHELD), None
    until = min((one.expires_at for one in standing if one.expires_at is not None), default=None)
    return (Tenure.HELD if until else Tenure.CONFIRMED), until
