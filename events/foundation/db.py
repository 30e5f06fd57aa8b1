"""The database: one declarative base for every matter, UTC moments, and the SQLite recipe under which no write is lost.

On SQLite every writer takes the lock up front (BEGIN IMMEDIATE), chosen by `writing` before the first query; with a
plain BEGIN two writers that both read first would end in «database is locked» at once, whatever the busy timeout.
"""

import enum
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Engine, Enum, ExceptionContext, MetaData, Numeric, TypeDecorator, event, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.pool import ConnectionPoolEntry, Pool

READ_ONLY = "25006"
"""PostgreSQL's state for a change asked of a standby, or of a session set to reading."""

ASKED_AFTER = 15
"""Seconds of idleness after which a connection is asked whether it lives."""

writing: ContextVar[bool] = ContextVar("writing", default=False)
"""Whether the transaction that begins next will write; set by `foundation.work` only."""
_secured: ContextVar[bool] = ContextVar("secured", default=True)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC. Refuses a naive datetime, which would be read back as another moment."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment in UTC; SQLite keeps no zone, so there it is stored without one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored moment needs its time zone")
        stored = value.astimezone(UTC)
        return stored.replace(tzinfo=None) if dialect.name == "sqlite" else stored

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment as aware UTC on both databases."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def closed_set(kind: type[enum.StrEnum], name: str) -> Enum:
    """A column type for a StrEnum: stored by value, with a CHECK so that no other word gets in (I17)."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        name=name,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    """Every model of the house."""

    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={datetime: UtcDateTime, Decimal: Numeric(14, 2)},
    )


db = SQLAlchemy(model_class=Base, disable_autonaming=True, session_options={"expire_on_commit": False})

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


def inserting(table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """INSERT into the table in the dialect at hand; both know ON CONFLICT and spell it alike."""
    return postgresql.insert(table) if db.engine.dialect.name == "postgresql" else sqlite.insert(table)


def inserting_new(table: type[Base], *unique: str) -> postgresql.Insert | sqlite.Insert:
    """INSERT of those of the rows it is sent with that are not there yet, told apart by the columns `unique`. Two transactions that insert
    the same row wait for each other here, and the second leaves what the first has written."""
    return _inserting_new(table, unique, db.engine.dialect.name)


@lru_cache
def _inserting_new(table: type[Base], unique: tuple[str, ...], dialect: str) -> postgresql.Insert | sqlite.Insert:
    """Put together once; the rows are not part of it."""
    return inserting(table).on_conflict_do_nothing(index_elements=unique)


def one_at_a_time(matter: str) -> None:
    """Whoever comes at the same time with the same (an account, the codes of units) waits for the commit; on SQLite writers always do."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(matter))))


def forget(*kinds: type[Base]) -> None:
    """What the session has read of these stands no more, for it was written past it; whoever asks next reads it anew."""
    for known in list(db.session.identity_map.values()):
        if isinstance(known, kinds):
            db.session.expire(known)


@dataclass(frozen=True)
class Guard:
    """An invariant the database itself holds by trigger, written for both engines and installed by a migration.

    `sqlite` and `postgresql` are statements run in order; `make check` compares a migrated database with them.
    """

    name: str
    sqlite: tuple[str, ...]
    postgresql: tuple[str, ...]

    def statements(self, dialect: str) -> tuple[str, ...]:
        """The statements for the dialect named."""
        return self.postgresql if dialect == "postgresql" else self.sqlite


def refusing_guard(name: str, table: str, action: str, message: str, *, when: str | None = None) -> Guard:
    """A guard that refuses rows: `action` is e.g. «BEFORE UPDATE», `when` a condition over OLD and NEW in common SQL."""
    condition = f" WHEN ({when})" if when else ""
    return Guard(
        name,
        sqlite=(f"CREATE TRIGGER {name} {action} ON {table} FOR EACH ROW{condition} BEGIN SELECT RAISE(ABORT, '{message}'); END",),
        postgresql=(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{message}' "
            "USING ERRCODE = 'integrity_constraint_violation'; END $$",
            f"CREATE TRIGGER {name} {action} ON {table} FOR EACH ROW{condition} EXECUTE FUNCTION {name}()",
        ),
    )


@contextmanager
def unsecured() -> Iterator[None]:
    """Commits for which SQLite does not wait for the disk; it is waited for once, at the end. Nothing on PostgreSQL.

    Only for what may be done again: a power cut meanwhile takes back the last commits. It spoils nothing, and a commit that another
    process makes beside it waits for the disk as always.
    """
    token = _secured.set(False)
    try:
        yield
    finally:
        _secured.reset(token)
        path = _sqlite_file()
        if path is not None:
            db.engine.dispose()
            with path.open("rb") as file:
                os.fsync(file.fileno())


@contextmanager
def writers_turn() -> Iterator[None]:
    """A queue in front of SQLite's single writer: a file lock hands the turn on, where SQLite's busy handler sleeps.

    Cuts the slowest decisions by a factor of 20 (performance.md, «What makes the difference» 2). Nothing on PostgreSQL.
    """
    path = _sqlite_file()
    if path is None:
        yield
        return
    with path.with_name(f"{path.name}.writers").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _sqlite_file() -> Path | None:
    url = db.engine.url
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    return Path(url.database)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, record: Any) -> None:
    """We emit BEGIN ourselves; foreign keys are held; a crash after COMMIT loses nothing; «lower» knows Cyrillic."""
    if not type(connection).__module__.startswith("sqlite3"):
        return
    connection.isolation_level = None
    for pragma in ("journal_mode=wal", "foreign_keys=on", "synchronous=full", "busy_timeout=15000", "cache_size=-8000"):
        connection.execute(f"pragma {pragma}")
    connection.create_function("lower", 1, lambda text: text.lower() if isinstance(text, str) else text, deterministic=True)


@event.listens_for(Pool, "checkin")
def _note_return(connection: Any, record: ConnectionPoolEntry) -> None:
    """Since when the connection has been idle."""
    record.info["returned"] = time.monotonic()


@event.listens_for(Pool, "checkout")
def _see_whether_it_lives(connection: Any, record: ConnectionPoolEntry, proxy: Any) -> None:
    """A connection that has lain idle for a while is asked before its use, and another is taken where the server has left it. One used
    a moment ago is not: should it be lost, the transaction begins again (`work.transaction`)."""
    idle = time.monotonic() - record.info.get("returned", time.monotonic())
    if idle < ASKED_AFTER or not type(connection).__module__.startswith("psycopg"):
        return
    own_mode = connection.autocommit
    try:
        connection.autocommit = True
        connection.execute("SELECT 1")
        connection.autocommit = own_mode
    except connection.Error as gone:
        raise DisconnectionError from gone


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Any) -> None:
    """Writers take SQLite's lock before their first read."""
    if connection.dialect.name == "sqlite":
        if not _secured.get():
            connection.exec_driver_sql("PRAGMA synchronous=normal")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing.get() else "BEGIN")


@event.listens_for(Engine, "handle_error")
def _leave_readers(context: ExceptionContext) -> None:
    """A server that became a standby, or was set to reading, keeps its sessions so: they are given up, or the house would go on asking
    them after another server, or this one, writes again."""
    if getattr(context.original_exception, "sqlstate", None) == READ_ONLY:
        context.is_disconnect = True
