"""How the dates of a request stand with their venues: what they need, what is held for them, what others have taken."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from events.district import queries as district
from events.requests import queries
from events.requests.fields import Content, Occurrence
from events.venues import queries as venue_queries
from events.venues.conflicts import Span, alternatives, full, without
from events.venues.lifecycle import Wanted
from events.venues.models import Booking, Venue
from events.venues.vocabulary import Tenure


@dataclass(frozen=True)
class Clash:
    """A date for which the venue is taken, and the nearest free times; both without the venue's buffers."""

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
    """The venue each date takes, set-up, clearing and the venue's buffers included; dates called off (`off`, by key) take none."""
    found = []
    for one in content.dated:
        venue = venues.get(content.venue_of(one) or 0)
        if one.key in off or venue is None or one.starts_at is None or one.ends_at is None or one.ends_at <= one.starts_at:
            continue
        start, end = min(one.setup_from or one.starts_at, one.starts_at), max(one.teardown_to or one.ends_at, one.ends_at)
        before, after = venue.buffers
        found.append(Wanted(one.key, venue.id, venue.exclusive, Span(start - before, end + after), venue.at_once, Span(start, end)))
    return tuple(found)


def clashes(request_id: int | None, wanted: Iterable[Wanted], venues: Mapping[int, Venue], now: datetime) -> tuple[Clash, ...]:
    """Dates whose venue others have taken, with free times near by (cases.md 10)."""
    asked = [item for item in wanted if item.most]
    reach = timedelta(hours=district.rules().alternatives_reach_hours) if asked else timedelta()
    near = [(item.venue_id, Span(item.span.start - reach, item.span.end + reach)) for item in asked]
    beside = dict(zip(asked, venue_queries.taken(near, request_id=request_id, now=now), strict=True))
    found = [item for item, taken in beside.items() if full(item.span, taken, item.most or 1)]
    standing = _in_the_way_of_buffers_alone(request_id, found, beside, now)
    return tuple(_clash(item, venues[item.venue_id], beside[item], reach, now) for item in found if item not in standing)


def _in_the_way_of_buffers_alone(
    request_id: int | None, found: Sequence[Wanted], beside: Mapping[Wanted, Sequence[Span]], now: datetime
) -> Sequence[Wanted]:
    """Of the dates that clash those that have their own time already: the buffers were set wider since, and nobody has to give way."""
    near = [item for item in found if not full(item.core, beside[item], item.most or 1)]
    if not near or request_id is None:
        return ()
    own = [one for one in venue_queries.bookings_of(request_id) if one.expires_at is None or one.expires_at > now]
    return [item for item in near if not without(item.core, item.own(own))]


def _clash(item: Wanted, venue: Venue, taken: Sequence[Span], reach: timedelta, now: datetime) -> Clash:
    free = alternatives(item.span, taken, most_at_once=item.most or 1, reach=reach)
    before, after = item.core.start - item.span.start, item.span.end - item.core.end
    times = (Span(one.start + before, one.end - after) for one in free)
    return Clash(item.occurrence_key, venue, item.core, tuple(one for one in times if one.start > now))


def booked(event_request: queries.AnyRequest, content: Content, now: datetime) -> tuple[Booked, ...]:
    """How the dates still to come stand with their venues; dates at a free address and dates called off have none (cases.md 31)."""
    venues = venue_queries.venues_by_id(content.venue_ids)
    wanted = venue_needs(content, venues, off=queries.called_off(event_request, content)) if venues else ()
    ahead = [item for item in wanted if item.core.end > now]
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
    if not item.most:
        return Tenure.SHARED, None
    near = [one for one in rows if item.core.overlaps(Span(one.starts_at, one.ends_at)) and item.own([one])]
    standing = [one for one in near if one.state in venue_queries.ACTIVE and (one.expires_at is None or one.expires_at > now)]
    if without(item.core, item.own(standing)):
        return (Tenure.EXPIRED if near else Tenure.UNHELD), None
    until = min((one.expires_at for one in standing if one.expires_at is not None), default=None)
    return (Tenure.HELD if until else Tenure.CONFIRMED), until
