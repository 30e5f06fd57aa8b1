"""The one transaction: every change of the house is made inside `transaction` and committed nowhere else.

Before the commit, in this order: flush; each follower runs once, lowest matter first, over the subjects touched; flush;
the audit is sealed; commit. A follower never refuses: what it could not do it stores as an error.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.exc import DataError as UnstorableValue
from sqlalchemy.exc import DBAPIError as DatabaseError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoFreeConnection

from events.foundation import clock
from events.foundation.db import READ_ONLY, db, unsecured, writers_turn, writing

__all__ = [
    "DatabaseError", "NoFreeConnection", "UnstorableValue", "Work", "current", "current_or_none", "follow", "is_transient",
    "is_unavailable", "now", "put_off", "seal_with", "touch", "transaction", "unsecured",
]  # fmt: skip

Result = TypeVar("Result")
Subject = tuple[str, int]
Follower = Callable[[Sequence[Subject], datetime], None]

RETRIED_SQLSTATES = frozenset({"40001", "40P01", "55P03"})
"""Serialization failure, deadlock, lock not available: the same work may well succeed when begun again."""
UNAVAILABLE_SQLSTATES = ("08", "53", "57", "58", READ_ONLY, "25P02", "25P03", "25P04")
"""How the states begin that say the server cannot do it now: no connection, no room, stopped by an operator or a limit of time, a
failing disk, a standby or a server set to reading, a transaction that was broken off. Nothing was kept, and it may be asked again later."""

LOST_SQLSTATES = ("08", "57P")
"""How the states begin that say the server has left this connection: broken, ended by an operator, going down."""


@dataclass
class Work:
    """The running transaction: its moment, what was touched, what is to be sealed into the audit, and what other parts of the foundation
    remember of it."""

    now: datetime
    touched: dict[Subject, None] = field(default_factory=dict)
    records: list[Any] = field(default_factory=list)
    remembered: dict[str, Any] = field(default_factory=dict)


_current: ContextVar[Work | None] = ContextVar("work", default=None)
_put_off: ContextVar[dict[Follower, dict[Subject, datetime]] | None] = ContextVar("put off", default=None)
_followers: list[Follower] = []
_sealers: list[Callable[[list[Any]], None]] = []


def follow(*followers: Follower) -> None:
    """Replace the followers, lowest matter first."""
    _followers[:] = followers


@contextmanager
def put_off(follower: Follower) -> Iterator[dict[Subject, datetime]]:
    """The follower does not run before each commit while this lasts; what it would have been told is gathered, each subject with the
    moment of its last change. Only for filling a database in which nobody waits for it: who puts it off makes it good."""
    gathered: dict[Subject, datetime] = {}
    token = _put_off.set({follower: gathered})
    try:
        yield gathered
    finally:
        _put_off.reset(token)


def seal_with(sealer: Callable[[list[Any]], None]) -> None:
    """Name the function that writes the audit records as the last statement before the commit."""
    _sealers[:] = [sealer]


def current() -> Work:
    """The running transaction. Raises RuntimeError outside one: nothing may change unrecorded."""
    work = _current.get()
    if work is None:
        raise RuntimeError("this changes the office's records and needs work.transaction()")
    return work


def current_or_none() -> Work | None:
    """The running transaction; None outside one."""
    return _current.get()


def now() -> datetime:
    """The moment of the running transaction (UTC); the clock's outside one."""
    work = _current.get()
    return work.now if work else clock.now()


def touch(kind: str, identity: int) -> None:
    """Tell the followers that the subject has changed."""
    current().touched[(kind, identity)] = None


def transaction(
    act: Callable[[], Result],
    *,
    write: bool = True,
    attempts: int = 3,
    moment: datetime | None = None,
    keep: Callable[[Result], bool] = lambda _: True,
    before_retry: Callable[[], None] = lambda: None,
) -> Result:
    """Run `act` in one transaction and commit it when `write` and `keep(result)`; otherwise nothing is kept.

    Deadlocks, serialization failures, locked databases and connections lost before the commit are begun again up to `attempts` times
    in all, after `before_retry()`. `moment` (UTC) is the clock's reading unless given. Raises whatever `act` raised.
    """
    for attempt in range(1, attempts + 1):
        fate = _Fate()
        try:
            return _once(act, write, moment, keep, fate)
        except DatabaseError as error:
            if attempt == attempts or not (is_transient(error) or fate.lost_with(error)):
                raise
        before_retry()
        time.sleep(random.uniform(0.01, 0.05) * attempt)  # noqa: S311 -- jitter, not a secret
    raise AssertionError("unreachable: the last attempt returns or raises")


def is_transient(error: DatabaseError) -> bool:
    """Whether beginning again may help: another transaction was in the way."""
    if getattr(error.orig, "sqlstate", None) in RETRIED_SQLSTATES:
        return True
    return isinstance(error, OperationalError) and "database is locked" in str(error.orig)


def is_unavailable(error: Exception) -> bool:
    """Whether the database could not be reached, broke off, or cannot do now what it is asked: nothing is wrong with the request.

    SQLite, which has no states, says so by its OperationalError: locked, full, read-only, a failing disk.
    """
    if not isinstance(error, DatabaseError):
        return isinstance(error, NoFreeConnection)
    state = getattr(error.orig, "sqlstate", None) or ""
    return error.connection_invalidated or state.startswith(UNAVAILABLE_SQLSTATES) or (isinstance(error, OperationalError) and not state)


@dataclass
class _Fate:
    """How far an attempt has come."""

    committing: bool = False

    def lost_with(self, error: DatabaseError) -> bool:
        """Whether the connection was lost while nothing could have been kept yet: after a COMMIT was sent nobody knows."""
        state = getattr(error.orig, "sqlstate", None) or LOST_SQLSTATES[0]
        return error.connection_invalidated and not self.committing and state.startswith(LOST_SQLSTATES)


def _once(act: Callable[[], Result], write: bool, moment: datetime | None, keep: Callable[[Result], bool], fate: _Fate) -> Result:
    """One attempt: the mode is set before the first query, and the session ends empty whatever happens."""
    if _current.get() is not None:
        raise RuntimeError("a transaction is already running; only its outermost caller commits")
    db.session.rollback()
    work_token, mode_token = _current.set(Work(moment or clock.now())), writing.set(write)
    try:
        return _in_turn(act, keep, fate) if write else act()
    finally:
        db.session.rollback()
        writing.reset(mode_token)
        _current.reset(work_token)


def _in_turn(act: Callable[[], Result], keep: Callable[[Result], bool], fate: _Fate) -> Result:
    """A writing attempt, in the writers' queue from its first query to its commit."""
    with writers_turn():
        result = act()
        if keep(result):
            _finish(current())
            fate.committing = True
            db.session.commit()
        else:
            db.session.rollback()
        return result


def _finish(work: Work) -> None:
    """Followers over what was touched when they begin, then the seal."""
    db.session.flush()
    touched = list(work.touched)
    if touched:
        put_off = _put_off.get() or {}
        for follower in _followers:
            if follower in put_off:
                put_off[follower].update(dict.fromkeys(touched, work.now))
            else:
                follower(touched, work.now)
        db.session.flush()
    if work.records:
        for sealer in _sealers:
            sealer(work.records)
