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
    """Migrate in one transaction; on SQLite the writer's lock is taken up front."""
    token = writing.set(True)
    try:
        with db.engine.connect() as connection:
            context.configure(
                connection=connection,
                target_metadata=db.metadata,
                render_item=render_item,
                render_as_batch=True,
                compare_type=True,
            )
            with context.begin_transaction():
                context.run_migrations()
            connection.commit()
    finally:
        writing.reset(token)


run_migrations()
