"""How a feed stands, asked on a connection kept for nothing else: programs ask it all day, and a pool around it costs more than the answer.

The driver is asked itself, in one statement that it and PostgreSQL keep prepared; nothing begins and nothing is rolled back around it.
"""

import os
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, PoolProxiedConnection, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoFreeConnection

from events.calendars.feed import KINDS, Feed, FeedKind

WAITS = 0.1
"""Seconds a poll waits for its turn at the connection; a database that does not answer holds one poll there, not all."""
_MARKS = {"sqlite": "?", "postgresql": "%s"}


def name_text(kind: FeedKind, mark: str) -> str:
    """What a feed is named after, in SQL; `mark` stands for its key."""
    naming = KINDS[kind].naming
    if naming is None:
        return mark
    first = f" ORDER BY {naming.first} LIMIT 1" if naming.first else ""
    return f"(SELECT {naming.name} FROM {naming.table} WHERE {naming.key} = {mark}{first})"


_TEXTS = {
    (dialect, kind): f"SELECT (SELECT version FROM feed_state WHERE key = {mark}), {name_text(kind, mark)}"
    for dialect, mark in _MARKS.items()
    for kind in FeedKind
}
"""A feed's version and what it is named after, which may change while its version does not."""


class Poller:
    """The connection of one process, opened when it is first asked and again after it broke."""

    def __init__(self, engine: Engine) -> None:
        self._lock = Lock()
        self._dialect = engine.dialect
        self._kept: PoolProxiedConnection | None = None
        self._parents: PoolProxiedConnection | None = None
        self._cursor: Any = None
        self._process = 0

    def ask(self, engine: Engine, feed: Feed) -> tuple[int | None, str | None] | None:
        """The feed's version and name, each None where there is none; None when this connection cannot say it, for whatever reason."""
        if not self._lock.acquire(timeout=WAITS):
            return None
        try:
            if self._cursor is None or self._process != os.getpid():
                self._open(engine)
            self._cursor.execute(_TEXTS[self._dialect.name, feed.kind], (str(feed), feed.key))
            version, named = self._cursor.fetchone()
        except (self._dialect.loaded_dbapi.Error, DBAPIError, NoFreeConnection):
            self._forget()
            return None
        else:
            return version, named
        finally:
            self._lock.release()

    def close(self, _engine: object = None) -> None:
        """Let the connection go, as the engine does with all of its own."""
        with self._lock:
            self._forget()

    def _open(self, engine: Engine) -> None:
        """A connection taken out of the pool for good. One that came over from a parent process is left open to it."""
        self._parents, self._cursor, self._process = self._kept, None, os.getpid()
        self._kept = engine.raw_connection()
        driver: Any = self._kept.driver_connection
        self._kept.detach()
        if self._dialect.name == "postgresql":
            driver.autocommit = True
        self._cursor = driver.cursor()

    def _forget(self) -> None:
        """Whatever state it is in."""
        kept, self._kept, self._cursor = self._kept, None, None
        if kept is not None and self._process == os.getpid():
            try:
                kept.close()
            except (self._dialect.loaded_dbapi.Error, DBAPIError):
                kept.invalidate()


_pollers: WeakKeyDictionary[Engine, Poller] = WeakKeyDictionary()
_making = Lock()


def poll(engine: Engine, feed: Feed) -> tuple[int | None, str | None] | None:
    """The feed's version and what it is named after, by the engine's own poller."""
    poller = _pollers.get(engine)
    if poller is None:
        with _making:
            poller = _pollers.get(engine)
            if poller is None:
                poller = _pollers[engine] = Poller(engine)
                event.listen(engine, "engine_disposed", poller.close)
    return poller.ask(engine, feed)
