"""Alembic's entry: runs migrations over the application's engine, on SQLite and PostgreSQL."""

from typing import Any, Literal

from alembic import context

from events.foundation.db import UtcDateTime, db, writing

config = context.config


def render_item(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """Name our own column type with its import; alembic would write it without."""
    if kind == "type" and isinstance(item, UtcDateTime):
        autogen_context.imports.add("from events.foundation.db import UtcDateTime")
        return "UtcDateTime()"
    return False


def run_migrations() -> None:
    """Migrate in one transaction; on SQLite the writer's lock is taken up front.

    SQLite changes a table's checks by making it anew, which its foreign keys would refuse: they rest meanwhile and are checked at the end.
    """
    token = writing.set(True)
    try:
        with db.engine.connect() as connection:
            on_sqlite = connection.dialect.name == "sqlite"
            if on_sqlite:
                connection.connection.driver_connection.execute("PRAGMA foreign_keys=off")
            context.configure(
                connection=connection,
                target_metadata=db.metadata,
                render_item=render_item,
                render_as_batch=True,
                compare_type=True,
            )
            with context.begin_transaction():
                context.run_migrations()
            if on_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
                raise RuntimeError(f"rows point nowhere: {broken[:5]}")
            connection.commit()
            if on_sqlite:
                connection.connection.driver_connection.execute("PRAGMA foreign_keys=on")
    finally:
        writing.reset(token)


run_migrations()
