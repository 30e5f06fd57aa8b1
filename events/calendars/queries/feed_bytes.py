"""The bytes of feeds: polled, kept per web worker, and joined anew from stored entries when their version has risen."""

import gzip
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, lru_cache, partial
from threading import Lock
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Connection, Engine, Select, bindparam, or_, select, text, union_all

from events.calendars import ical
from events.calendars.feed import KINDS, Feed, Window, bounds, tombstones_from
from events.calendars.models import WAITS, FeedState, Publication
from events.calendars.queries.polling import name_text, poll
from events.calendars.queries.programme import VISIBLE, gathered
from events.calendars.vocabulary import PublicationStatus
from events.foundation.db import db
from events.foundation.errors import NotFound

log = structlog.get_logger()

FEED_COLOR = "teal"
PACKING = 3
"""gzip's level: half the time of the usual 6, a sixth more bytes; packing is the larger half of a rebuild."""
NEVER = -1
"""The version of a feed that has never held anything."""

_VERSION = select(
    FeedState.version, FeedState.changed_at, FeedState.day, FeedState.past_days, FeedState.ahead_days, FeedState.cancelled_days
).where(FeedState.key == bindparam("key"))
_DROPPED = (PublicationStatus.CANCELLED, PublicationStatus.WITHDRAWN)
"""What leaves a wide feed some days after its end."""


_NAMED = {kind: text(f"SELECT {name_text(kind, ':which')}") for kind, one in KINDS.items() if one.naming is not None}


@dataclass(frozen=True)
class FeedVersion:
    """How a feed stands: its version, when its bytes last changed, what it shows."""

    version: int
    changed_at: datetime
    window: Window


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
        self._kept: OrderedDict[Feed, StoredFeed] = OrderedDict()
        self._lock = Lock()
        self.engine: Engine | None = None
        """Whose feeds they are; None before the first was asked for."""

    def get(self, feed: Feed, version: int, named: str) -> StoredFeed | None:
        """The feed's body, if it is of this version and still named so."""
        with self._lock:
            held = self._kept.get(feed)
            if held is None or (held.version, held.named) != (version, named):
                return None
            self._kept.move_to_end(feed)
            return held

    def put(self, feed: Feed, stored: StoredFeed) -> None:
        """Keep the body and drop what no longer has room. One built by a slower thread never replaces a newer one."""
        with self._lock:
            held = self._kept.get(feed)
            if held is None or held.version <= stored.version:
                self._kept[feed] = stored
            self._kept.move_to_end(feed)
            while len(self._kept) > 1 and sum(one.size for one in self._kept.values()) > self._room:
                self._kept.popitem(last=False)


def stored(cache: FeedCache, feed: Feed) -> StoredFeed:
    """The feed as it is now: one indexed read when the cache holds its version, else built from stored entries.

    The version is read before the rows, so a change between the two is seen at the next poll. Raises NotFound.
    """
    cache.engine = db.engine
    kept = cache.get(feed, *_standing(feed))
    if kept is not None:
        return kept
    with _plain_connection() as connection:
        state = feed_version(connection, feed)
        kept = _build(connection, feed, state.version if state else NEVER, state)
    cache.put(feed, kept)
    return kept


def known(cache: FeedCache, feed: Feed) -> StoredFeed | None:
    """The feed as it is now if the cache holds it and the poller says so at once; else None. Needs nothing of Flask's."""
    polled = poll(cache.engine, feed) if cache.engine is not None else None
    return cache.get(feed, *_plainly(*polled)) if polled is not None else None


def feed_version(connection: Connection, feed: Feed) -> FeedVersion | None:
    """Version, last change and window of a feed; None for one that has never held anything."""
    row = connection.execute(_VERSION, {"key": str(feed)}).one_or_none()
    return FeedVersion(row.version, row.changed_at, Window(*row[2:])) if row else None


def feed_rows(connection: Connection, feed: Feed, window: Window) -> list[bytes]:
    """The stored entries the feed shows on its day, by start, then UID."""
    first, end = bounds(window)
    moments = {"first": first, "end": end, "unburied": tombstones_from(window)}
    with _in_binary(connection):
        return list(connection.execute(_entries(feed), moments).scalars())


@lru_cache(maxsize=200)
def _entries(feed: Feed) -> Select[bytes]:
    """Put together once for a feed: that takes longer than reading two hundred entries. What waits from before the window is asked for by
    itself, or a unit's whole history would be looked through for it."""
    held = [Publication.vevent.is_not(None)] + ([gathered(feed.kind, feed.key)] if feed.gathering.column else [])
    columns = (Publication.vevent, Publication.starts_at, Publication.uid)
    shown = union_all(*(select(*columns).where(*held, *part) for part in _shown_in(feed))).subquery()
    return select(shown.c.vevent).order_by(shown.c.starts_at, shown.c.uid)


def single(slug: str, uid: str) -> StoredFeed:
    """The file of one date of an event. Raises NotFound."""
    one = select(Publication.vevent, Publication.last_modified)
    with _plain_connection() as connection:
        row = connection.execute(one.where(Publication.slug == slug, Publication.uid == uid, VISIBLE)).one_or_none()
    if row is None or row.vevent is None:
        raise NotFound
    return _packed(-1, ical.single(row.vevent), row.last_modified)


@cache
def _binary(usual: type[Any]) -> type[Any]:
    """A cursor that is sent bytes as they are; usually PostgreSQL writes them out in hexadecimal digits. Made of the driver's own, so that
    a process on SQLite does not load the driver."""

    class Binary(usual):  # type: ignore[misc]  # the class is known at run time
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            own: Any = self
            own.format = type(own.format).BINARY

    return Binary


@contextmanager
def _in_binary(connection: Connection) -> Iterator[None]:
    """Stored entries are read as bytes, for which alone this is; it halves the reading of a thousand."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name != "postgresql":
        yield
        return
    usual, driver.cursor_factory = driver.cursor_factory, _binary(driver.cursor_factory)
    try:
        yield
    finally:
        driver.cursor_factory = usual


def _shown_in(feed: Feed) -> Iterator[tuple[ColumnElement[bool], ...]]:
    """`Feed.shows` for the database, so that a thousand rows are not judged one by one: parts of what is shown, none in two."""
    moment = partial(bindparam, type_=Publication.starts_at.type)
    unburied = Publication.ends_at > moment("unburied")
    if not feed.gathering.windowed:
        yield (or_(Publication.status != PublicationStatus.WITHDRAWN, unburied),)
        return
    first, end = moment("first"), moment("end")
    yield Publication.starts_at < first, WAITS
    yield Publication.starts_at >= first, Publication.starts_at < end, or_(Publication.status.not_in(_DROPPED), unburied)


def _plain_connection() -> Connection:
    """A connection for reading outside any session; PostgreSQL is spared BEGIN and ROLLBACK around a single SELECT."""
    if db.engine.dialect.name == "postgresql":
        return db.engine.execution_options(isolation_level="AUTOCOMMIT").connect()
    return db.engine.connect()


def _standing(feed: Feed) -> tuple[int, str]:
    """The feed's version and what it is named after; where the poller cannot say it, SQLAlchemy does or fails in words of its own (503)."""
    polled = poll(db.engine, feed)
    if polled is None:
        with _plain_connection() as connection:
            state = feed_version(connection, feed)
            polled = state.version if state else None, _named_after(connection, feed)
    return _plainly(*polled)


def _plainly(version: int | None, named: str | None) -> tuple[int, str]:
    """As feeds are kept."""
    return NEVER if version is None else int(version), named or ""


def _build(connection: Connection, feed: Feed, version: int, state: FeedVersion | None) -> StoredFeed:
    """Name, rows, bytes. A unit or direction that exists but never had an event gives an empty calendar. Raises NotFound."""
    named = _named_after(connection, feed)
    if named is None:
        raise NotFound
    fit = ical.fits(feed_rows(connection, feed, state.window) if state else ())
    if fit.crowded:
        log.warning("feed_crowded", feed=str(feed), entries=len(fit.kept), dropped=fit.dropped)
    plain = ical.assemble(feed.title(named), FEED_COLOR, fit.kept)
    return replace(_packed(version, plain, state.changed_at if state else None), named=named)


def _packed(version: int, plain: bytes, changed_at: datetime | None) -> StoredFeed:
    """The body with its compressed form; equal bodies compress to equal bytes."""
    return StoredFeed(version, plain, gzip.compress(plain, PACKING, mtime=0), ical.etag(plain), changed_at)


def _named_after(connection: Connection, feed: Feed) -> str | None:
    """What the feed is named after; «» where feeds have no name of their own, None for a feed of nothing."""
    if feed.gathering.naming is None:
        return ""
    named: str | None = connection.execute(_NAMED[feed.kind], {"which": feed.key}).scalar_one()
    return named
