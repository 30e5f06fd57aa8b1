"""The row of one published date: what it says, and its calendar entry made ready."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import structlog
from sqlalchemy import Row, insert

from events.calendars import ical, lifecycle, rules
from events.calendars.models import Publication
from events.calendars.rules import Told
from events.calendars.vocabulary import PublicationStatus
from events.foundation.db import db
from events.foundation.search import searched
from events.requests.applying import applies, said
from events.requests.vocabulary import Format
from events.venues.models import Venue, ways_in
from events.venues.vocabulary import VenueKind

log = structlog.get_logger()

VENUE = (
    Venue.name, Venue.address, Venue.metro, Venue.accessibility, Venue.accessibility_note, Venue.lat, Venue.lon, Venue.kind,
)  # fmt: skip
"""What a row is told of its venue; all None at a free address."""


def begin(event: Row[Any], key: str, series: list[Publication], now: datetime) -> Publication:
    """A date's first publication: an identity for good, and the address its event already has."""
    moment = now.astimezone(UTC).replace(microsecond=0)
    publication = Publication(
        request_id=event.id,
        occurrence_key=key,
        uid=str(uuid4()),
        slug=series[0].slug if series else rules.slug(event.title, event.id),
        sequence=0,
        created_at=moment,
        last_modified=moment,
        fingerprint="",
        vevent=None,
        error="",
    )
    series.append(publication)
    return publication


def keep(new: Sequence[Publication]) -> None:
    """Put publications that have begun into their table, by one statement and past the session."""
    if new:
        db.session.connection().execute(_NEW, [{name: getattr(one, name) for name in _COLUMNS} for one in new])


_NEW = insert(Publication)
_COLUMNS = tuple(column.name for column in Publication.__table__.columns if column.name != "id")


def write(publication: Publication, event: Row[Any], row: Row[Any] | None, told: Told) -> None:
    """The row as it should be; a date no longer in the revision keeps what it said."""
    for name in ("status", "starts_at", "ends_at", "moved_from", "notice", "changed_on", "postponing"):
        setattr(publication, name, getattr(told, name))
    if row is None:
        return
    for name, value in {**_face(event), **_where(event, row)}.items():
        setattr(publication, name, value)
    publication.search = searched(
        publication.title, publication.short_desc, publication.place, publication.address, publication.metro,
        publication.unit_name, *_words(event), event.unit_full_name, event.unit_code,
    )  # fmt: skip


def _face(event: Row[Any]) -> dict[str, Any]:
    """What every date of the event says alike."""
    paid = said(event, "price_rub")
    return {
        "title": event.title,
        "short_desc": event.short_desc,
        "description": event.description,
        "unit_key": event.unit_key,
        "unit_name": event.unit_name,
        "unit_email": event.unit_email,
        "unit_phone": event.unit_phone,
        "direction": event.direction or "",
        "event_type": event.event_type or "",
        "format": event.format or Format.OFFLINE,
        "age_from": event.age_from or 0,
        "age_to": event.age_to or event.age_from or 0,
        "age_mark": event.age_mark or "",
        "price": f"{event.price_rub:.2f}".removesuffix(".00") if paid else "",
        "registration_url": said(event, "registration_url"),
        "bring": event.bring,
        "co_unit_keys": f" {' '.join(sorted(event.co_unit_keys.split()))} " if event.co_unit_keys else "",
    }


def _where(event: Row[Any], row: Row[Any]) -> dict[str, Any]:
    """Where this date is held, if at a place; what is watched, too, has its link at the end of the address."""
    on_the_net = row.kind is VenueKind.ONLINE
    at_venue = on_the_net or applies(event, "venue_id")
    own_words = event.accessibility if on_the_net else said(event, "accessibility")
    ways = rules.ways_in(ways_in(row.accessibility or [], row.accessibility_note or "").split(", ") if at_venue else (), own_words)
    street = row.address if at_venue and row.address else said(event, "place_address")
    return {
        "place": row.name if at_venue and row.name else said(event, "place_name"),
        "address": rules.address(street, said(event, "online_url")),
        "metro": row.metro or "" if at_venue else "",
        "accessibility": ways[:500],
        "lat": row.lat if at_venue else None,
        "lon": row.lon if at_venue else None,
    }


def _words(event: Row[Any]) -> tuple[str, ...]:
    return tuple(name for name in (event.direction_name, event.event_type_name) if name)


def render(publication: Publication, root: str, event: Row[Any], base_url: str, now: datetime) -> None:
    """Make the calendar entry anew when a subscriber would see a difference, and only then (calendar.md 3, 4).

    `root` is the identity of the series' first date, to which all its dates refer.
    """
    publication.made_for = rules.made_for(base_url)
    shown = entry(publication, root, _words(event), base_url)
    try:
        fingerprint = ical.visible(shown)
        if fingerprint == publication.fingerprint:
            return
        if publication.fingerprint or publication.error:
            publication.sequence += 1
            publication.last_modified = lifecycle.later(publication.last_modified, now)
        revised = replace(shown, sequence=publication.sequence, last_modified=publication.last_modified)
        publication.vevent, publication.fingerprint, publication.error = ical.render(revised), fingerprint, ""
    except ical.Unrenderable as error:
        log.warning("publication_not_renderable", request_id=publication.request_id)
        publication.vevent, publication.fingerprint, publication.error = None, "", str(error)[:300]


def entry(publication: Publication, root: str, categories: tuple[str, ...], base_url: str) -> ical.Entry:
    """The publication as calendars show it. Every date refers to the series' first one, so siblings never change each other."""
    warned = publication.postponing and publication.status is PublicationStatus.CONFIRMED
    return ical.Entry(
        uid=publication.uid,
        sequence=publication.sequence,
        created=publication.created_at,
        last_modified=publication.last_modified,
        status=PublicationStatus.POSTPONED if warned else publication.status,
        starts=publication.starts_at,
        ends=publication.ends_at,
        title=publication.title,
        description=publication.short_desc or publication.description,
        place=", ".join(part for part in (publication.place, publication.address) if part),
        url=f"{base_url}/events/{publication.slug}",
        age_mark=publication.age_mark,
        categories=categories,
        lat=publication.lat,
        lon=publication.lon,
        organizer_name=publication.unit_name,
        organizer_email=publication.unit_email or None,
        related=() if publication.uid == root else (root,),
        reason=publication.notice,
        price=publication.price,
        bring=publication.bring,
        registration_url=publication.registration_url,
    )
