"""Publishing: what the office has approved becomes what the public sees, in the same transaction."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Executable, Row, bindparam, exists, func, select
from sqlalchemy.exc import DBAPIError

from events.audit import operations as audit
from events.audit.vocabulary import Action
from events.calendars import lifecycle, rules
from events.calendars.models import Publication
from events.calendars.operations import publication as publication_row
from events.calendars.rules import Told
from events.calendars.vocabulary import PublicationStatus
from events.district.models import Direction, EventType
from events.foundation import work
from events.foundation.acting import SYSTEM
from events.foundation.db import db
from events.people.models import Unit
from events.requests import lifecycle as request_lifecycle
from events.requests.models import CoOrganizer, EventRequest, Occurrence, OccurrenceFate, Revision
from events.requests.vocabulary import RequestStatus, RevisionState
from events.venues.models import Venue

log = structlog.get_logger()

REACHED = frozenset(
    {
        RequestStatus.APPROVED,
        RequestStatus.PUBLISHED,
        RequestStatus.COMPLETED,
        RequestStatus.REPORTED,
        RequestStatus.CLOSED,
        RequestStatus.CANCELLED,
    }
)
"""States of requests the public may know of; no others have ever had an approved revision."""

TURNS = {
    PublicationStatus.CANCELLED: Action.PUBLICATION_CANCELLED,
    PublicationStatus.POSTPONED: Action.PUBLICATION_POSTPONED,
    PublicationStatus.WITHDRAWN: Action.PUBLICATION_WITHDRAWN,
}
"""What the audit says of a date that left the programme."""


_CO_UNIT_KEYS = (
    select(func.aggregate_strings(Unit.key, " "))
    .join(CoOrganizer, CoOrganizer.unit_id == Unit.id)
    .where(CoOrganizer.revision_id == Revision.id)
    .correlate(Revision)
    .scalar_subquery()
)
"""Of the approved revision, in any order."""

_EVENTS: Executable = (
    select(
        EventRequest.id, EventRequest.status, EventRequest.end_reason, EventRequest.ended_at, EventRequest.postponing,
        Revision.id.label("revision_id"), Revision.public, Revision.title, Revision.short_desc, Revision.description,
        Revision.direction, Revision.event_type, Revision.format, Revision.venue_id, Revision.place_name, Revision.place_address,
        Revision.accessibility, Revision.online_url, Revision.age_from, Revision.age_to, Revision.age_mark, Revision.price_type,
        Revision.price_rub, Revision.registration, Revision.registration_url, Revision.bring,
        Unit.key.label("unit_key"), Unit.short_name.label("unit_name"), Unit.name.label("unit_full_name"), Unit.code.label("unit_code"),
        Unit.email.label("unit_email"), Unit.phone.label("unit_phone"),
        Direction.name.label("direction_name"), EventType.name.label("event_type_name"), _CO_UNIT_KEYS.label("co_unit_keys"),
        exists().where(Publication.request_id == EventRequest.id).correlate(EventRequest).label("is_published"),
        exists().where(OccurrenceFate.request_id == EventRequest.id).correlate(EventRequest).label("has_fates"),
    )
    .join(Unit, Unit.id == EventRequest.lead_unit_id)
    .outerjoin(Revision, (Revision.request_id == EventRequest.id) & (Revision.state == RevisionState.APPROVED))
    .outerjoin(Direction, Direction.code == Revision.direction)
    .outerjoin(EventType, EventType.code == Revision.event_type)
    .where(EventRequest.id.in_(bindparam("ids", expanding=True)), EventRequest.status.in_(REACHED))
    .order_by(EventRequest.id)
)  # fmt: skip
"""One row per event: its life, its approved revision, its unit and the words of its direction and type, and whether there is more."""
_VENUE_OF_DATE: ColumnElement[int] = func.coalesce(Occurrence.venue_id, Revision.venue_id)
_DATES: Executable = (
    select(Revision.request_id, Occurrence.key, Occurrence.starts_at, Occurrence.ends_at, *publication_row.VENUE)
    .join(Revision, Revision.id == Occurrence.revision_id)
    .outerjoin(Venue, Venue.id == _VENUE_OF_DATE)
    .where(Occurrence.revision_id.in_(bindparam("ids", expanding=True)))
    .where(Occurrence.starts_at.is_not(None), Occurrence.ends_at.is_not(None))
    .order_by(Occurrence.starts_at, Occurrence.key)
)
"""The dates of the approved revisions with their places; a date without a venue takes the event's."""
_FATES: Executable = select(
    OccurrenceFate.request_id, OccurrenceFate.key, OccurrenceFate.mark, OccurrenceFate.reason, OccurrenceFate.at
).where(OccurrenceFate.request_id.in_(bindparam("ids", expanding=True)))
_PUBLICATIONS = select(Publication).where(Publication.request_id.in_(bindparam("ids", expanding=True))).order_by(Publication.id)


@dataclass(frozen=True)
class Facts:
    """All that is known of the touched events, gathered in four reads."""

    events: Sequence[Row[Any]]
    dates: Mapping[int, list[Row[Any]]]
    fates: Mapping[tuple[int, str], rules.Fate]
    standing: Mapping[int, dict[str, Publication]]


def refresh(touched: Sequence[work.Subject], now: datetime, *, base_url: str) -> None:
    """Follower: make the publications of the touched requests match what is approved, then raise the feeds that changed.

    Never refuses: an event that cannot be shown is kept as an error and the decision stands. `base_url` begins the
    addresses in calendar entries.
    """
    facts = _gather([identity for kind, identity in touched if kind == "request"])
    changes: list[lifecycle.Change] = []
    for event in facts.events:
        changes += _follow(event, facts, now, base_url)
    if changes:
        lifecycle.raise_feeds(changes, now)


def render_again(request_ids: Sequence[int], now: datetime, *, base_url: str) -> None:
    """Make the publications of these requests anew from what is approved and from the directories as they are now (calendar.md 18).

    An entry that says the same keeps its bytes. The requests are locked in the order of their ids.
    """
    locked = select(EventRequest.id).where(EventRequest.id.in_(request_ids)).order_by(EventRequest.id).with_for_update()
    refresh([("request", identity) for identity in db.session.scalars(locked)], now, base_url=base_url)


def daily(now: datetime) -> int:
    """Move the window of every feed to today and drop what is past showing; returns how many feeds changed.

    Safe to run at every tick: a day already turned is left alone.
    """
    return lifecycle.turn_day(now)


def _gather(ids: list[int]) -> Facts:
    """The touched events that have reached the public or may, with their dates, marks and publications."""
    connection = db.session.connection()
    events = connection.execute(_EVENTS, {"ids": ids}).all() if ids else []
    if not events:
        return Facts([], {}, {}, {})
    dates: dict[int, list[Row[Any]]] = defaultdict(list)
    standing: dict[int, dict[str, Publication]] = defaultdict(dict)
    for row in connection.execute(_DATES, {"ids": [event.revision_id for event in events if event.revision_id]}):
        dates[row.request_id].append(row)
    if published := [event.id for event in events if event.is_published]:
        for publication in db.session.scalars(_PUBLICATIONS, {"ids": published}):
            standing[publication.request_id][publication.occurrence_key] = publication
    marked = [event.id for event in events if event.has_fates]
    rows = connection.execute(_FATES, {"ids": marked}) if marked else ()
    fates = {(row.request_id, row.key): rules.Fate(row.mark, row.reason, row.at) for row in rows}
    return Facts(events, dates, fates, standing)


def _follow(event: Row[Any], facts: Facts, now: datetime, base_url: str) -> list[lifecycle.Change]:
    """One event in a savepoint of its own: what the database will not take of it leaves the rest and the decision alone."""
    try:
        with db.session.begin_nested():
            changes = _publish(event, facts, now, base_url)
            db.session.flush()
            return changes
    except DBAPIError as error:
        if work.is_transient(error) or work.is_unavailable(error):
            raise
        log.error("publication_failed", request_id=event.id, error=type(error.orig).__name__)
        audit.record(Action.PUBLICATION_FAILED, ("request", event.id), by=SYSTEM, now=now)
        return []


def _publish(event: Row[Any], facts: Facts, now: datetime, base_url: str) -> list[lifecycle.Change]:
    """Bring every date of the event in step; tell the audit what turned."""
    life = rules.Life(event.status, _is_public(event), event.postponing, event.ended_at, event.end_reason)
    dates = {row.key: row for row in facts.dates.get(event.id, [])}
    standing = facts.standing.get(event.id, {})
    series = list(standing.values())
    changes: list[lifecycle.Change] = []
    turned: dict[Action, list[str]] = defaultdict(list)
    for key in dict.fromkeys([*dates, *standing]):
        before, row = standing.get(key), dates.get(key)
        planned = rules.Planned(row.starts_at, row.ends_at) if row else None
        told = rules.tell(life, planned, facts.fates.get((event.id, key)), _told(before) if before else None, now)
        if told is None:
            continue
        held = lifecycle.shown(before) if before else None
        publication = before or publication_row.begin(event, key, series, now)
        publication_row.write(publication, event, row, told)
        publication_row.render(publication, series[0].uid, event, base_url, now)
        if held != lifecycle.shown(publication):
            changes.append(lifecycle.Change(held, lifecycle.shown(publication)))
            turned[_act(held, publication)].append(key)
    publication_row.keep([one for one in series if one.occurrence_key not in standing])
    _report(event, series, turned, now)
    return changes


def _report(event: Row[Any], series: list[Publication], turned: dict[Action, list[str]], now: datetime) -> None:
    """The request's status and the audit follow what was published."""
    subject = ("request", event.id)
    live = sorted(one.occurrence_key for one in series if one.status is PublicationStatus.CONFIRMED)
    if live and event.status is RequestStatus.APPROVED:
        request_lifecycle.mark_published(event.id)
        turned.pop(Action.PUBLICATION_CHANGED, None)
        turned[Action.PUBLISHED] = live
    for action, keys in sorted(turned.items()):
        audit.record(action, subject, by=SYSTEM, now=now, dates=sorted(keys))


def _is_public(event: Row[Any]) -> bool | None:
    """What the approved revision says; of a cancelled event without one nothing is known, and its cancellation is shown."""
    if event.revision_id is None:
        return None if event.status is RequestStatus.CANCELLED else False
    return bool(event.public)


def _act(held: lifecycle.Shown | None, publication: Publication) -> Action:
    """The word of the audit for a date that changed."""
    turned = held is None or held.status is not publication.status
    return TURNS.get(publication.status, Action.PUBLICATION_CHANGED) if turned else Action.PUBLICATION_CHANGED


def _told(publication: Publication) -> Told:
    """What the row tells the public now."""
    return Told(
        publication.status, publication.starts_at, publication.ends_at, publication.moved_from, publication.notice,
        publication.changed_on, publication.postponing,
    )  # fmt: skip
