"""Copies of requests, made inside the database by a statement for each table.

Whatever must differ from copy to copy (ids, numbers, titles, dates, keys) stands in a temporary table that all statements join.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    case,
    cast,
    func,
    insert,
    literal,
    null,
    select,
    text,
    update,
)
from sqlalchemy.orm import aliased

from benchmarks.leftovers import pile_up
from events.approvals.models import Decision, Review, Round
from events.approvals.vocabulary import ReviewState, SlotKind
from events.calendars import rules
from events.calendars.feed import NOTHING
from events.calendars.models import FeedState, Publication
from events.foundation.db import UtcDateTime, db, writing
from events.foundation.place import local_day
from events.foundation.search import searched
from events.outbox.models import Message
from events.outbox.vocabulary import MessageState
from events.people.models import User
from events.requests.models import Authorship, BudgetLine, CoOrganizer, EventRequest, Involvement, Occurrence, Revision
from events.requests.vocabulary import RequestStatus
from tests.fixtures.requests import whole_content

OPEN, FEW, LAST, UPCOMING, HISTORY, DRAFT = "open", "few", "last", "upcoming", "history", "draft"
"""Kinds of requests; history has the originals of what is ahead, what is `LAST` waits for the deputy head alone."""
LEADS = ("pmc", "dm", "kdc", "cbs", "ddut", "cfk", "csp", "vol")
"""Institutions with an author and a head of their own."""
FIRST_COPY = 1000
"""Copies are numbered from here on; originals lie below."""
CHUNK = 5000
HISTORY_ENDS = timedelta(days=100)
"""What is past lies before the window of feeds."""
IDENTITIES = uuid.UUID("3c0f5f8e-6b0a-4c57-9b0b-0d6a3f1f7d11")

_copy = Table(
    "volume_copy",
    MetaData(),
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("source", Integer),
    Column("kind", String(20)),
    Column("number", String(40)),
    Column("title", String(300)),
    Column("search", Text),
    Column("starts_at", UtcDateTime),
    Column("ends_at", UtcDateTime),
    Column("created_at", UtcDateTime),
    Column("key", String(36)),
    Column("uid", String(36)),
    Column("slug", String(120)),
    prefixes=["TEMPORARY"],
)


def multiply(kinds: Iterable[tuple[str, int]], originals: Mapping[tuple[str, str], int], now: datetime) -> None:
    """Copy the originals, in one transaction: so many of each kind, the oldest first; an original is of a kind and an institution."""
    token = writing.set(True)
    try:
        with db.engine.begin() as connection:
            _let_run_long(connection)
            _copy.create(connection)
            rows = list(_copies(kinds, originals, now))
            for start in range(0, len(rows), CHUNK):
                connection.execute(insert(_copy), rows[start : start + CHUNK])
            _tell_size(connection)
            _copy_requests(connection)
            _copy_rounds(connection)
            _copy_publications(connection, now)
            _copy_letters(connection)
            pile_up(connection, [(row["id"], row["source"], row["starts_at"]) for row in rows if row["kind"] == HISTORY], LEADS, now)
            _move_sequences(connection)
            _copy.drop(connection)
    finally:
        writing.reset(token)


def _let_run_long(connection: Connection) -> None:
    """PostgreSQL waits as long as a large volume takes, for the database and for us."""
    if connection.dialect.name == "postgresql":
        for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
            connection.execute(text(f"SET LOCAL {limit} = 0"))


def _tell_size(connection: Connection) -> None:
    """PostgreSQL is told how large the temporary table is."""
    if connection.dialect.name == "postgresql":
        for statement in ("CREATE INDEX ON volume_copy (source)", "ANALYZE volume_copy"):
            connection.execute(text(statement))


def _count(connection: Connection, *models: Any) -> None:
    """PostgreSQL is told how much was copied: it would go through all of it for each row otherwise."""
    if connection.dialect.name == "postgresql":
        for model in models:
            connection.execute(text(f'ANALYZE "{model.__tablename__}"'))


def _copies(kinds: Iterable[tuple[str, int]], originals: Mapping[tuple[str, str], int], now: datetime) -> Iterator[dict[str, Any]]:
    """What differs from copy to copy."""
    title = whole_content().title
    identity = FIRST_COPY
    midday = now.replace(hour=12, minute=0, second=0, microsecond=0)
    for kind, count in kinds:
        for place in range(count):
            lead = LEADS[place % len(LEADS)]
            starts = _start_of(kind, place, count, midday)
            named = f"{title} № {identity}"
            number = None if kind == DRAFT else f"ММ-{lead.upper()}-{identity:07d}/{starts.year}"
            yield {
                "id": identity,
                "source": originals[UPCOMING if kind == HISTORY else kind, lead],
                "kind": kind,
                "number": number,
                "title": named,
                "search": searched(number, named),
                "starts_at": starts,
                "ends_at": starts + timedelta(hours=2),
                "created_at": min(starts - timedelta(days=60), now),
                "key": str(uuid.uuid5(IDENTITIES, f"key {identity}")),
                "uid": str(uuid.uuid5(IDENTITIES, f"uid {identity}")),
                "slug": rules.slug(named, identity),
            }
            identity += 1


def _start_of(kind: str, place: int, count: int, midday: datetime) -> datetime:
    """When a copy takes place: history ends before the feeds' window, what is ahead fills the coming year."""
    if kind == HISTORY:
        return midday - HISTORY_ENDS - timedelta(minutes=10 * (count - place))
    return midday + timedelta(days=20 + place % 370)


def _copy_requests(connection: Connection) -> None:
    """Requests with their revisions and parts. A revision is copied as a draft and frozen when its parts are there."""
    status = case((_copy.c.kind == HISTORY, literal(RequestStatus.CLOSED.value)), else_=EventRequest.__table__.c.status)
    changes = {"id": "id", "number": "number", "title": "title", "search": "search", "first_start": "starts_at", "created_at": "created_at"}
    _insert(connection, EventRequest, {one: _copy.c[other] for one, other in changes.items()} | {"status": status}, EventRequest.id)
    own = {"request_id": _copy.c.id}
    _insert(connection, Authorship, own, Authorship.request_id)
    _insert(connection, Involvement, own, Involvement.request_id)
    draft = {"id": _copy.c.id, "title": _copy.c.title, "state": literal("draft"), "hash": null()}
    _insert(connection, Revision, own | draft, Revision.request_id)
    dates = {"key": _copy.c.key, "starts_at": _copy.c.starts_at, "ends_at": _copy.c.ends_at}
    for part, different in ((Occurrence, dates), (BudgetLine, {}), (CoOrganizer, {})):
        source = select(Revision.request_id).where(Revision.id == part.revision_id).scalar_subquery()
        _insert(connection, part, {"revision_id": _copy.c.id, **different}, source)
    _count(connection, EventRequest, Revision)
    original = aliased(Revision)
    values = {
        name: select(getattr(original, name))
        .join(_copy, _copy.c.source == original.request_id)
        .where(_copy.c.id == Revision.id)
        .correlate(Revision)
        .scalar_subquery()
        for name in ("state", "hash")
    }
    connection.execute(update(Revision).where(Revision.id >= FIRST_COPY).values(**values))


def _copy_rounds(connection: Connection) -> None:
    """Rounds, reviews, decisions."""
    own = {"request_id": _copy.c.id}
    _insert(connection, Round, own | {"id": _copy.c.id, "revision_id": _copy.c.id}, Round.request_id)
    _insert(connection, Review, own | {"round_id": _copy.c.id}, Review.request_id)
    _count(connection, Round, Review)
    past = select(_copy.c.id).where(_copy.c.kind == HISTORY)
    told = (Review.kind == SlotKind.INFORM, Review.state == ReviewState.OPEN, Review.request_id.in_(past))
    connection.execute(update(Review).where(*told).values(state=ReviewState.LAPSED))
    before, after = aliased(Review), aliased(Review)
    same = (after.stage == before.stage) & (after.slot == before.slot) & (after.unit_id == before.unit_id)
    names = [column.name for column in Decision.__table__.c if column.name != "id"]
    different = own | {"review_id": after.id}
    copied = select(*[different.get(name, Decision.__table__.c[name]).label(name) for name in names]).select_from(Decision)
    joined = copied.join(before, before.id == Decision.review_id).join(_copy, _copy.c.source == Decision.request_id)
    connection.execute(insert(Decision).from_select(names, joined.join(after, (after.round_id == _copy.c.id) & same)))


def _copy_publications(connection: Connection, now: datetime) -> None:
    """Publications, each with the feed of its event."""
    own = {"request_id": "id", "occurrence_key": "key", **{one: one for one in ("uid", "slug", "title", "search", "starts_at", "ends_at")}}
    _insert(connection, Publication, {one: _copy.c[other] for one, other in own.items()}, Publication.request_id)
    window = {"day": local_day(now), "past_days": 90, "ahead_days": 400, "cancelled_days": 30}
    state = (literal("event:") + Publication.slug, literal(1), literal(NOTHING), Publication.last_modified)
    copies = select(*state, *map(literal, window.values())).where(Publication.request_id >= FIRST_COPY)
    connection.execute(insert(FeedState).from_select(["key", "version", "digest", "changed_at", *window], copies))


def _copy_letters(connection: Connection) -> None:
    """What was told of past requests; what is to be told of the others the next tick plans."""
    sent = {"request_id": _copy.c.id, "state": literal(MessageState.SENT.value), "lease_until": null()}
    key = Message.dedupe_key + ":" + cast(_copy.c.id, String)
    sent |= {"dedupe_key": key, "sent_at": _copy.c.starts_at, "due_at": _copy.c.starts_at}
    _insert(connection, Message, sent, Message.request_id, _copy.c.kind == HISTORY)


def _insert(connection: Connection, model: Any, different: dict[str, Any], source: Any, *which: ColumnElement[bool]) -> None:
    """Copy the rows of originals for every copy, or for those asked for; `source` gives the original request of a row."""
    table = model.__table__
    names = [column.name for column in table.c if column.name != "id" or "id" in different]
    columns = [different.get(name, table.c[name]).label(name) for name in names]
    joined = select(*columns).select_from(table).join(_copy, _copy.c.source == source).where(*which)
    connection.execute(insert(table).from_select(names, joined, include_defaults=False))


def _move_sequences(connection: Connection) -> None:
    """PostgreSQL hands out ids from a sequence, which has seen nothing of ours."""
    if connection.dialect.name == "postgresql":
        for model in (EventRequest, Revision, Round, User):
            last = select(func.max(model.id)).scalar_subquery()
            connection.execute(select(func.setval(text(f"'{model.__tablename__}_id_seq'"), last)))
