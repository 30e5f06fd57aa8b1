"""A database of any size: a few requests made by the office's own verbs, then copied inside the database, set by set.

Every kind of request has one original per institution, so plans, agreements and words agree with each other. Whatever must
differ (ids, numbers, titles, dates, keys) stands in a temporary table that all copying statements join.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import flask_migrate
from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, Text, case, func, insert, literal, null, select, text, update
from sqlalchemy.orm import aliased

import app as assembler
from events.approvals import operations as approvals
from events.approvals.models import Decision, Review, Round
from events.approvals.vocabulary import ReviewState, SlotKind, Verdict
from events.calendars import ical, rules
from events.calendars import operations as calendars
from events.calendars.feed import NOTHING, digest_with
from events.calendars.models import FeedState, Publication
from events.calendars.operations.publication import entry
from events.foundation import clock, work
from events.foundation.db import UtcDateTime, db, writing
from events.foundation.place import local_day
from events.foundation.text import search_form
from events.people.models import Membership, Unit, User
from events.people.vocabulary import Role
from events.reminders import operations as reminders
from events.requests import operations as requests
from events.requests.models import (
    Authorship,
    BudgetLine,
    CoOrganizer,
    EventRequest,
    Involvement,
    NumberSeries,
    Occurrence,
    Revision,
)
from events.requests.sections import BudgetLine as Line
from events.requests.vocabulary import BudgetSource, RequestStatus, Section
from tests.fixtures import demo_rows
from tests.fixtures.databases import settings_for
from tests.fixtures.requests import an_occurrence, whole_content

PASSWORD = demo_rows.PASSWORD
LEADS = ("pmc", "dm", "kdc", "cbs", "ddut", "cfk", "csp", "vol")
"""Institutions with an author and a head of their own."""
FIRST_COPY = 1000
"""Copies are numbered from here on; originals lie below."""
CHUNK = 5000
HISTORY_ENDS = timedelta(days=100)
"""What is past lies before the window of feeds."""
IDENTITIES = uuid.UUID("3c0f5f8e-6b0a-4c57-9b0b-0d6a3f1f7d11")

OPEN, FEW, UPCOMING, HISTORY, DRAFT = "open", "few", "upcoming", "history", "draft"


@dataclass(frozen=True)
class Volume:
    """How much there is. What is at work stays the same from volume to volume, as in a district; only history grows.

    `open_reviews`: reviews open in each of four departments; `few_reviews`: those of the accounting department;
    `upcoming`: published events ahead.
    """

    requests: int
    open_reviews: int = 500
    few_reviews: int = 10
    upcoming: int = 1000

    @property
    def name(self) -> str:
        """The name of its database."""
        return f"volume_{self.requests}_{self.open_reviews}_{self.few_reviews}_{self.upcoming}"

    def kinds(self) -> Iterator[tuple[str, int]]:
        """How many requests of each kind, the oldest first."""
        drafts = 20
        history = self.requests - self.upcoming - self.open_reviews - drafts
        if history < 0:
            raise SystemExit(f"--requests: at least {self.requests - history}")
        yield from ((HISTORY, history), (UPCOMING, self.upcoming), (FEW, self.few_reviews))
        yield from ((OPEN, self.open_reviews - self.few_reviews), (DRAFT, drafts))


def fill(url: str, volume: Volume, instance: Path) -> None:
    """Migrate an empty database and fill it to the volume."""
    application = assembler.create_app(settings_for(url, instance))
    with application.app_context():
        flask_migrate.upgrade()
        now = clock.now()
        work.transaction(lambda: demo_rows.load(now), moment=now)
        originals = {(kind, lead): _original(kind, lead, now) for kind in (OPEN, FEW, UPCOMING, DRAFT) for lead in LEADS}
        _multiply(volume, originals, now)
        work.transaction(lambda: _publish(now), moment=now)
        work.transaction(lambda: calendars.daily(now), moment=now)
        reminders.tick(now)
        _tidy()
        db.session.remove()
        db.engine.dispose()


# --- Originals ----------------------------------------------------------------------------------------------------------------------------


def _original(kind: str, lead: str, now: datetime) -> int:
    """One request of the kind, made by the office's verbs."""
    changes: dict[str, Any] = {
        "buses": True,
        "prizes": True,
        "pupils": True,
        "escort": "Учителя сопровождают свои классы.",
        "age_from": 14,
        "minors": True,
    }
    if kind == FEW:
        changes["budget"] = (Line("Сувениры", Decimal("6000.00"), BudgetSource.OFF_BUDGET),)
    request_id = work.transaction(lambda: _written(lead, changes, now), moment=now)
    if kind == DRAFT:
        return request_id
    work.transaction(lambda: _submit(request_id, lead), moment=now)
    work.transaction(lambda: _decide_open(request_id), moment=now)
    while kind == UPCOMING and work.transaction(lambda: _decide_open(request_id), moment=now):
        pass
    return request_id


def _written(lead: str, changes: dict[str, Any], now: datetime) -> int:
    """A whole draft by an author of the institution."""
    author = _holder(lead, Role.AUTHOR)
    unit_id = db.session.scalars(select(Unit.id).where(Unit.key == lead)).one()
    made = requests.create(unit_id, by=author, now=work.now())
    dates = (an_occurrence(now.replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=60)),)
    content = whole_content(occurrences=dates, responsible_id=author.id, **changes)
    requests.save(made.id, content, sections=list(Section), versions={}, by=author, now=work.now())
    return made.id


def _submit(request_id: int, lead: str) -> None:
    """Handed in by its author."""
    version = db.session.get_one(EventRequest, request_id).version
    approvals.submit(request_id, version=version, confirmed=True, by=_holder(lead, Role.AUTHOR), now=work.now())


def _decide_open(request_id: int) -> int:
    """Every open gate is approved by its unit; how many there were."""
    gates = (Review.request_id == request_id, Review.state == ReviewState.OPEN, Review.kind == SlotKind.GATE)
    found = db.session.scalars(select(Review).where(*gates)).all()
    for one in found:
        person = _holder(db.session.get_one(Unit, one.unit_id).key, Role.HEAD)
        approvals.decide(one.id, verdict=Verdict.APPROVE, version=one.version, revision_no=1, by=person, now=work.now())
    return len(found)


def _holder(unit: str, role: Role) -> User:
    """Somebody in the role; heads of institutions write as well, so the last of the authors is the one who only writes."""
    held = select(User).join(Membership, Membership.user_id == User.id).join(Unit, Unit.id == Membership.unit_id)
    order = User.id if role is Role.HEAD else User.email.desc()
    return db.session.scalars(held.where(Unit.key == unit, Membership.role == role).order_by(order).limit(1)).one()


# --- Copies -------------------------------------------------------------------------------------------------------------------------------

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


def _multiply(volume: Volume, originals: dict[tuple[str, str], int], now: datetime) -> None:
    """Copy the originals, in one transaction."""
    token = writing.set(True)
    try:
        with db.engine.begin() as connection:
            _copy.create(connection)
            rows = list(_copies(volume, originals, now))
            for start in range(0, len(rows), CHUNK):
                connection.execute(insert(_copy), rows[start : start + CHUNK])
            _let_run_long(connection)
            _copy_requests(connection)
            _copy_rounds(connection)
            _copy_publications(connection, now)
            _move_sequences(connection)
            _copy.drop(connection)
    finally:
        writing.reset(token)


def _let_run_long(connection: Connection) -> None:
    """PostgreSQL is told how large the temporary table is, and waits as long as a large volume takes."""
    if connection.dialect.name == "postgresql":
        for statement in ("SET LOCAL statement_timeout = 0", "CREATE INDEX ON volume_copy (source)", "ANALYZE volume_copy"):
            connection.execute(text(statement))


def _copies(volume: Volume, originals: dict[tuple[str, str], int], now: datetime) -> Iterator[dict[str, Any]]:
    """What differs from copy to copy."""
    title = whole_content().title
    identity = FIRST_COPY
    midday = now.replace(hour=12, minute=0, second=0, microsecond=0)
    for kind, count in volume.kinds():
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
                "search": search_form(number, named),
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


def _insert(connection: Connection, model: Any, different: dict[str, Any], source: Any) -> None:
    """Copy the rows of originals for every copy; `source` gives the original request of a row."""
    table = model.__table__
    names = [column.name for column in table.c if column.name != "id" or "id" in different]
    columns = [different.get(name, table.c[name]).label(name) for name in names]
    joined = select(*columns).select_from(table).join(_copy, _copy.c.source == source)
    connection.execute(insert(table).from_select(names, joined, include_defaults=False))


def _move_sequences(connection: Connection) -> None:
    """PostgreSQL hands out ids from a sequence, which has seen nothing of ours."""
    if connection.dialect.name == "postgresql":
        for model in (EventRequest, Revision, Round):
            last = select(func.max(model.id)).scalar_subquery()
            connection.execute(select(func.setval(text(f"'{model.__tablename__}_id_seq'"), last)))


# --- What follows from the copies ---------------------------------------------------------------------------------------------------------


def _publish(now: datetime) -> None:
    """Every event ahead gets its own calendar entry, its event's feed the digest of it; wide feeds are due for their daily turn."""
    ahead = db.session.scalars(select(Publication).where(Publication.starts_at > now)).all()
    for publication in ahead:
        shown = entry_of(publication)
        publication.vevent, publication.fingerprint = ical.render(shown), ical.visible(shown)
        digest = digest_with(NOTHING, taken=[], put=[publication.vevent])
        db.session.execute(update(FeedState).where(FeedState.key == f"event:{publication.slug}").values(digest=digest))
    wide = FeedState.key.not_like("event:%")
    db.session.execute(update(FeedState).where(wide).values(day=local_day(now) - timedelta(days=1)))
    for unit_id in db.session.scalars(select(Unit.id)).all():
        db.session.merge(NumberSeries(unit_id=unit_id, year=local_day(now).year, last=FIRST_COPY))


def entry_of(publication: Publication) -> ical.Entry:
    """The publication as calendars show it: the product's own reading of the row, so that bytes can be compared."""
    return entry(publication, publication.uid, (), "http://127.0.0.1:8000")


def _tidy() -> None:
    """Statistics, as autovacuum keeps them; SQLite's log is folded in, so that one file holds everything."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET statement_timeout = 0"))
            connection.execute(text("VACUUM ANALYZE"))
        else:
            connection.connection.execute("pragma wal_checkpoint(truncate)")
