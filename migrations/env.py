"""Alembic's entry: runs migrations over the application's engine, on SQLite and PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection

from commands.files import in_words
from events.foundation.db import UtcDateTime, db, writing

config = context.config

UNHURRIED = ("statement_timeout", "idle_in_transaction_session_timeout")
"""What a page may take says nothing of a migration. How long it waits for a lock stays bounded: pages must not queue up behind it."""


def render_item(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """Name our own column type with its import; alembic would write it without."""
    if kind == "type" and isinstance(item, UtcDateTime):
        autogen_context.imports.add("from events.foundation.db import UtcDateTime")
        return "UtcDateTime()"
    return False


def run_migrations() -> None:
    """Migrate in one transaction, all steps or none; on SQLite the writer's lock is taken up front.

    Alembic takes SQLite for unable to roll a changed table back and would commit step by step; `foundation.db` emits BEGIN
    itself, so that it is able.
    """
    token = writing.set(True)
    applied: list[object] = []
    try:
        with db.engine.connect() as connection, _tables_may_be_rebuilt(connection):
            context.configure(
                connection=connection,
                target_metadata=db.metadata,
                render_item=render_item,
                render_as_batch=True,
                compare_type=True,
                transactional_ddl=True,
                on_version_apply=lambda step, **_: applied.append(step),
            )
            with context.begin_transaction():
                _take_time(connection)
                context.run_migrations()
                if applied:
                    _refuse_dangling_references(connection)
    finally:
        writing.reset(token)


@contextmanager
def _tables_may_be_rebuilt(connection: Connection) -> Iterator[None]:
    """On SQLite a table is changed by copying it and dropping the old one. Foreign keys would then take the rows that refer to it
    for orphans, and renaming the copy would stumble over triggers that name the dropped table (sqlite.org/lang_altertable.html, 7).

    Both switches do nothing inside a transaction, so they are set before it begins.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    own = connection.connection.dbapi_connection
    assert own is not None  # noqa: S101 -- an open connection has one
    own.execute("PRAGMA foreign_keys=off")
    own.execute("PRAGMA legacy_alter_table=on")
    try:
        yield
    finally:
        own.execute("PRAGMA legacy_alter_table=off")
        own.execute("PRAGMA foreign_keys=on")


def _take_time(connection: Connection) -> None:
    """Lift the pages' limits for this transaction."""
    if connection.dialect.name == "postgresql":
        for name in UNHURRIED:
            connection.exec_driver_sql(f"SET LOCAL {name} = 0")


def _refuse_dangling_references(connection: Connection) -> None:
    """SQLite did not watch its foreign keys meanwhile. Raises RuntimeError, and nothing of the migration stays."""
    if connection.dialect.name == "sqlite":
        lost = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(5)
        if lost:
            raise RuntimeError(
                f"the migration would leave rows that refer to nothing (table, row, lost parent): {[tuple(row) for row in lost]}"
            )


with in_words():
    run_migrations()
