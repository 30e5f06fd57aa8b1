"""Reading what is public: the programme, an event's page, and the bytes of feeds."""

import gzip
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from threading import Lock
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Connection, PoolProxiedConnection, Row, and_, bindparam, case, func, or_, select, text

from events.calendars import ical, rules
from events.calendars.models import FeedState, Publication
from events.calendars.vocabulary import FeedKind, PublicationStatus
from events.district.models import Direction
from events.foundation.db import db
from events.foundation.errors import NotFound
from events.foundation.text import search_form
from events.people.models import Unit
from events.people.vocabulary import UnitKind

log = structlog.get_logger()

PAGE_SIZE = 30
MAX_SITEMAP = 50_000
"""The most addresses one sitemap may hold (sitemaps.org); one of them is the programme's."""
FEED_NAME = "Маршрут: мероприятия района"
FEED_COLOR = "teal"
PACKING = 3
"""gzip's level: half the time of the usual 6, a sixth more bytes; packing is the larger half of a rebuild."""

CARD = (
    Publication.id, Publication.slug, Publication.status, Publication.starts_at, Publication.ends_at, Publication.moved_from,
    Publication.postponing, Publication.title, Publication.place, Publication.metro, Publication.age_mark, Publication.price,
    Publication.registration_url, Publication.direction,
)  # fmt: skip
"""What a card of the programme shows."""

_VERSION = select(FeedState.version, FeedState.day, FeedState.changed_at).where(FeedState.key == bindparam("key"))
_MARKS = {"sqlite": "?", "postgresql": "%s"}
_WITHDRAWN, _CANCELLED = (f"status = '{one}'" for one in (PublicationStatus.WITHDRAWN, PublicationStatus.CANCELLED))
_NAME_TEXT = {
    FeedKind.UNIT: "(SELECT short_name FROM unit WHERE key = {mark})",
    FeedKind.DIRECTION: "(SELECT name FROM direction WHERE code = {mark})",
    FeedKind.EVENT: f"(SELECT CASE WHEN {_WITHDRAWN} THEN '' ELSE title END FROM publication WHERE slug = {{mark}} "
    f"ORDER BY {_WITHDRAWN}, {_CANCELLED}, id LIMIT 1)",
}
"""What a feed is named after. A date called off keeps the title it was called off with, so one that will be held names the event."""
_NAMED = {kind: text(f"SELECT {asked.format(mark=':which')}") for kind, asked in _NAME_TEXT.items()}
_POLL_TEXT = {
    (dialect, kind): f"SELECT (SELECT version FROM feed_state WHERE key = {mark}), {_NAME_TEXT.get(kind, '{mark}').format(mark=mark)}"
    for dialect, mark in _MARKS.items()
    for kind in FeedKind
}
"""What a poll asks: a feed's version and what it is named after, which may change while its version does not."""
NEVER = -1
"""The version of a feed that has never held anything."""
_VISIBLE = Publication.status != PublicationStatus.WITHDRAWN
_ON = and_(Publication.status == PublicationStatus.CONFIRMED, Publication.postponing.is_(False))


@dataclass(frozen=True)
class Wish:
    """What the programme is asked for. Moments are UTC; whatever ends after `since` and starts before `until` is meant."""

    since: datetime
    until: datetime | None = None
    unit: str | None = None
    direction: str | None = None
    ages: tuple[int, int] | None = None
    free: bool = False
    without_registration: bool = False
    text: str = ""


@dataclass(frozen=True)
class Programme:
    """One page of events, each by its next date. `following` is the key of the next page, if there is one."""

    events: Sequence[Any]
    total: int
    following: tuple[datetime, int] | None


@dataclass(frozen=True)
class StoredFeed:
    """A feed ready to be sent: its version and the only two forms of its body."""

    version: int
    plain: bytes
    packed: bytes
    etag: str
    changed_at: datetime | None
    """When its entries last changed (calendar.md 12). A new name alone is told by the tag only: no moment of it is stored, and
    one read off a worker's clock would differ from the next worker's and might go back."""
    named: str = ""
    """What it is named after, as it was when it was built."""

    @property
    def size(self) -> int:
        """What it takes in memory, in bytes."""
        return len(self.plain) + len(self.packed)


class FeedCache:
    """Feeds a web worker keeps, the least used dropped first; bounded in bytes, safe between threads."""

    def __init__(self, room: int = 24_000_000) -> None:
        self._room = room
        self._kept: OrderedDict[str, StoredFeed] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str, version: int, named: str) -> StoredFeed | None:
        """The feed, if it is of this version and still named so."""
        with self._lock:
            feed = self._kept.get(key)
            if feed is None or (feed.version, feed.named) != (version, named):
                return None
            self._kept.move_to_end(key)
            return feed

    def put(self, key: str, feed: StoredFeed) -> None:
        """Keep the feed and drop what no longer has room. A feed built by a slower thread never replaces a newer one."""
        with self._lock:
            held = self._kept.get(key)
            if held is None or held.version <= feed.version:
                self._kept[key] = feed
            self._kept.move_to_end(key)
            while len(self._kept) > 1 and sum(one.size for one in self._kept.values()) > self._room:
                self._kept.popitem(last=False)


def feed(cache: FeedCache, key: str) -> StoredFeed:
    """The feed as it is now: one indexed read when the cache holds its version, else built from stored entries.

    The version is read before the rows, so a change between the two is seen at the next poll. Raises NotFound.
    """
    kept = cache.get(key, *_polled_by_driver(key))
    if kept is not None:
        return kept
    with _plain_connection() as connection:
        state = feed_version(connection, key)
        kept = _build(connection, key, state.version if state else NEVER, state)
    cache.put(key, kept)
    return kept


def feed_version(connection: Connection, key: str) -> Row[int, date, datetime] | None:
    """Version, day and last change of a feed; None for one that has never held anything."""
    return connection.execute(_VERSION, {"key": key}).one_or_none()


def feed_rows(connection: Connection, key: str, day: date) -> list[bytes]:
    """The stored entries the feed shows on its day, by start, then UID."""
    wanted = select(Publication.vevent).where(_gathered_by(key), Publication.vevent.is_not(None), *_shown_on(key, day))
    rows = connection.execute(wanted.order_by(Publication.starts_at, Publication.uid)).scalars()
    return [vevent for vevent in rows if vevent is not None]


def single(slug: str, uid: str) -> StoredFeed:
    """One date of an event as a calendar of its own. Raises NotFound."""
    one = select(Publication.title, Publication.vevent, Publication.last_modified)
    with _plain_connection() as connection:
        row = connection.execute(one.where(Publication.slug == slug, Publication.uid == uid, _VISIBLE)).one_or_none()
    if row is None or row.vevent is None:
        raise NotFound
    return _stored(-1, ical.assemble(row.title, FEED_COLOR, [row.vevent]), row.last_modified)


def programme(wish: Wish, after: tuple[datetime, int] | None = None) -> Programme:
    """Events by their next date that is still on; `running` counts all dates on, `total` all events found. One query.

    What is meant is gathered first: SQLite would walk the whole history in the order of slugs to number an event's dates.
    """
    on = case((_ON, 1), else_=0).label("is_on")
    meant = (
        select(Publication.id, Publication.slug, Publication.starts_at, on).where(*_meant(wish)).cte("meant").prefix_with("MATERIALIZED")
    )
    running = func.sum(meant.c.is_on).over(partition_by=meant.c.slug)
    order = (meant.c.is_on.desc(), meant.c.starts_at, meant.c.id)
    place = func.row_number().over(partition_by=meant.c.slug, order_by=order)
    ranked = select(meant.c.id, place.label("place"), running.label("running")).cte("ranked")
    total = select(func.count()).select_from(ranked).where(ranked.c.place == 1).scalar_subquery()
    page = select(*CARD, ranked.c.running, total.label("total")).join(ranked, ranked.c.id == Publication.id).where(ranked.c.place == 1)
    if after:
        start, identity = after
        page = page.where(or_(Publication.starts_at > start, and_(Publication.starts_at == start, Publication.id > identity)))
    rows = db.session.execute(page.order_by(Publication.starts_at, Publication.id).limit(PAGE_SIZE + 1)).all()
    shown = rows[:PAGE_SIZE]
    following = (shown[-1].starts_at, shown[-1].id) if len(rows) > PAGE_SIZE else None
    return Programme(shown, rows[0].total if rows else 0, following)


def nearest(wish: Wish) -> datetime | None:
    """When the first event begins that is still on and still to come, whatever `wish.until` says."""
    anytime = Wish(wish.since, None, wish.unit, wish.direction, wish.ages, wish.free, wish.without_registration, wish.text)
    return db.session.scalar(select(func.min(Publication.starts_at)).where(*_meant(anytime), _ON))


def choices(since: datetime) -> Sequence[Row[str, str, str, str, str]]:
    """The pairs of unit and direction that have something ahead, with their names."""
    return db.session.execute(
        select(Publication.unit_key, Publication.unit_name, Publication.direction, Direction.name, Direction.name_en)
        .outerjoin(Direction, Direction.code == Publication.direction)
        .where(Publication.ends_at > since, _VISIBLE)
        .distinct()
        .order_by(Publication.unit_name, Publication.direction)
    ).all()


def event(slug: str) -> Sequence[Publication]:
    """Every date of an event, the withdrawn ones too, earliest first. Raises NotFound."""
    dates = db.session.scalars(select(Publication).where(Publication.slug == slug).order_by(Publication.starts_at, Publication.id)).all()
    if not dates:
        raise NotFound
    return dates


def slug_of(request_id: int) -> str | None:
    """Where the public finds the event of a request; None while it is not shown there, or no longer."""
    return db.session.scalar(select(Publication.slug).where(Publication.request_id == request_id, _VISIBLE).limit(1))


def calendars(kind: FeedKind) -> Sequence[Row[str, str, str]]:
    """Key, Russian and English name of every unit or direction one can subscribe to."""
    if kind is FeedKind.DIRECTION:
        listed = select(Direction.code.label("key"), Direction.name, Direction.name_en).order_by(Direction.position, Direction.code)
        return db.session.execute(listed).all()
    units = select(Unit.key, Unit.short_name.label("name"), Unit.name_en).where(Unit.active, Unit.kind == UnitKind.INSTITUTION)
    return db.session.execute(units.order_by(Unit.short_name)).all()


def addresses() -> Sequence[Row[str, datetime]]:
    """Every public event's address and last change, the newest first, as many as a sitemap takes besides the programme."""
    listed = select(Publication.slug, func.max(Publication.last_modified).label("changed_at")).where(_VISIBLE)
    newest = listed.group_by(Publication.slug).order_by(func.max(Publication.starts_at).desc(), Publication.slug)
    return db.session.execute(newest.limit(MAX_SITEMAP - 1)).all()


def _meant(wish: Wish) -> list[ColumnElement[bool]]:
    """The wish as conditions."""
    words = search_form(wish.text).split()
    asked: list[ColumnElement[bool] | None] = [
        Publication.ends_at > wish.since,
        _VISIBLE,
        Publication.starts_at < wish.until if wish.until else None,
        Publication.unit_key == wish.unit if wish.unit else None,
        Publication.direction == wish.direction if wish.direction else None,
        and_(Publication.age_from <= wish.ages[1], Publication.age_to >= wish.ages[0]) if wish.ages else None,
        Publication.price == "" if wish.free else None,
        Publication.registration_url == "" if wish.without_registration else None,
        *(Publication.search.contains(word, autoescape=True) for word in words),
    ]
    return [condition for condition in asked if condition is not None]


def _shown_on(key: str, day: date) -> tuple[ColumnElement[bool], ...]:
    """`rules.shown` for the database, so that a thousand rows are not judged one by one."""
    unburied = Publication.ends_at > rules.tombstones_from(day)
    if key.startswith(f"{FeedKind.EVENT}:"):
        return (or_(Publication.status != PublicationStatus.WITHDRAWN, unburied),)
    first, end = rules.bounds(day)
    window = (Publication.starts_at >= first, Publication.starts_at < end)
    return (*window, or_(Publication.status == PublicationStatus.CONFIRMED, unburied))


def _plain_connection() -> Connection:
    """A connection for reading outside any session; PostgreSQL is spared BEGIN and ROLLBACK around a single SELECT."""
    if db.engine.dialect.name == "postgresql":
        return db.engine.execution_options(isolation_level="AUTOCOMMIT").connect()
    return db.engine.connect()


def _polled_by_driver(key: str) -> tuple[int, str]:
    """The feed's version and what it is named after, asked of the driver itself: through SQLAlchemy this alone is a quarter of a poll."""
    kind, _, which = key.partition(":")
    asked = _POLL_TEXT[db.engine.dialect.name, FeedKind(kind)]
    try:
        with closing(db.engine.raw_connection()) as connection, _committing_itself(connection), closing(connection.cursor()) as cursor:
            cursor.execute(asked, (key, which))
            ((version, named),) = cursor.fetchall()
    except db.engine.dialect.loaded_dbapi.Error:
        with _plain_connection() as again:  # the same failure in SQLAlchemy's words, which become a 503
            state = feed_version(again, key)
            version, named = state.version if state else None, _named_after(again, key)
    return NEVER if version is None else int(version), named or ""


@contextmanager
def _committing_itself(connection: PoolProxiedConnection) -> Iterator[None]:
    """PostgreSQL is spared BEGIN and ROLLBACK around the single SELECT: two of its three round trips."""
    driver: Any = connection.driver_connection
    if db.engine.dialect.name != "postgresql":
        yield
        return
    driver.autocommit = True
    try:
        yield
    finally:
        if not driver.closed:
            driver.autocommit = False


def _build(connection: Connection, key: str, version: int, state: Row[int, date, datetime] | None) -> StoredFeed:
    """Name, rows, bytes. A unit or direction that exists but never had an event gives an empty calendar. Raises NotFound."""
    named = _named_after(connection, key)
    if named is None:
        raise NotFound
    fit = ical.fits(feed_rows(connection, key, state.day) if state else ())
    if fit.crowded:
        log.warning("feed_crowded", feed=key, entries=len(fit.kept), dropped=fit.dropped)
    plain = ical.assemble(_name(key, named), FEED_COLOR, fit.kept)
    return replace(_stored(version, plain, state.changed_at if state else None), named=named)


def _stored(version: int, plain: bytes, changed_at: datetime | None) -> StoredFeed:
    """The body with its compressed form; equal bodies compress to equal bytes."""
    return StoredFeed(version, plain, gzip.compress(plain, PACKING, mtime=0), ical.etag(plain), changed_at)


def _named_after(connection: Connection, key: str) -> str | None:
    """The unit, direction or event whose feed it is; «» for the feed of everything, None for a feed of nothing."""
    kind, _, which = key.partition(":")
    if kind == FeedKind.ALL:
        return ""
    named: str | None = connection.execute(_NAMED[FeedKind(kind)], {"which": which}).scalar_one()
    return named


def _name(key: str, named: str) -> str:
    """What the calendar is called on a phone."""
    if key == FeedKind.ALL:
        return FEED_NAME
    return (named or FEED_NAME) if key.startswith(f"{FeedKind.EVENT}:") else f"Маршрут: {named}"


def _gathered_by(key: str) -> ColumnElement[bool]:
    """The publications of a feed."""
    kind, _, which = key.partition(":")
    columns = {FeedKind.UNIT: Publication.unit_key, FeedKind.DIRECTION: Publication.direction, FeedKind.EVENT: Publication.slug}
    return columns[FeedKind(kind)] == which if kind != FeedKind.ALL else Publication.id > 0
