"""Do models and guards equal the migrations? A migrated database against one made of models and guards, on SQLite and PostgreSQL.

A batch migration on SQLite drops triggers silently, so tables alone are not enough: everything the database knows is compared.
"""

import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from psycopg import connect
from sqlalchemy import inspect, text

import app as assembler
from events.foundation.db import db
from tests.fixtures import postgresql
from tests.fixtures.databases import settings_for

Known = dict[str, str]
"""What a database holds, by name, in its own words."""

POSTGRESQL_KNOWS = {
    "constraint": "SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid <> 0",
    "index": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "trigger": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "function": "SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "column": "SELECT table_name || '.' || column_name, concat_ws(' ', data_type, character_maximum_length, numeric_precision, "
    "numeric_scale, is_nullable, column_default) FROM information_schema.columns WHERE table_schema = 'public'",
}


def main() -> int:
    """Print every difference; the exit status says whether there is any."""
    logging.disable(logging.INFO)
    with tempfile.TemporaryDirectory(prefix="marshrut-models-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        try:
            found = list(_differences(folder))
        finally:
            postgresql.stop(folder)
    sys.stdout.writelines(f"{fault}\n" for fault in found)
    sys.stdout.write(f"models = migrations: {len(found)} differences\n")
    return bool(found)


def _differences(folder: Path) -> Iterator[str]:
    """Both engines in turn."""
    yield from _compared("sqlite", f"sqlite:///{folder}/migrated.sqlite3", f"sqlite:///{folder}/made.sqlite3", folder)
    server = postgresql.server(folder)
    if server is None:
        sys.stdout.write(f"{postgresql.HOW_TO_ENABLE}\n")
        if "postgresql" in os.environ.get("MARSHRUT_TESTS_REQUIRE", "").split(","):
            yield "postgresql: nothing was compared"
        return
    names = [f"marshrut_models_{os.getpid()}_{kind}" for kind in ("migrated", "made")]
    with connect(f"{server}/postgres", autocommit=True) as connection:
        try:
            for name in names:
                connection.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
            yield from _compared("postgresql", f"{server}/{names[0]}", f"{server}/{names[1]}", folder)
        finally:
            for name in names:
                connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())


def _compared(engine: str, migrated_url: str, made_url: str, folder: Path) -> Iterator[str]:
    """One engine: what alembic would still change, and what stands in one database only or otherwise."""
    migrated, made = (assembler.create_app(settings_for(url, folder / "instance")) for url in (migrated_url, made_url))
    with migrated.app_context():
        flask_migrate.upgrade()
        with db.engine.connect() as connection:
            changes = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), db.metadata)
        yield from (f"{engine}: the migrations lack {change}" for change in changes)
        is_known = _known(engine)
        db.engine.dispose()
    wanted = _made(made, engine)
    for name in sorted(wanted.keys() | is_known.keys()):
        if wanted.get(name) != is_known.get(name):
            yield f"{engine}: {name}\n  by models and guards: {wanted.get(name)}\n  by migrations:        {is_known.get(name)}"


def _made(application: Flask, engine: str) -> Known:
    """What a database made of models and guards holds."""
    with application.app_context():
        db.create_all()
        with db.engine.begin() as connection:
            for guard in assembler.GUARDS:
                for statement in guard.statements(engine):
                    connection.exec_driver_sql(statement)
        found = _known(engine)
        db.engine.dispose()
    return found


def _known(engine: str) -> Known:
    """Everything the database says of itself, alembic's own table aside."""
    known = _known_to_sqlite() if engine == "sqlite" else _known_to_postgresql()
    return {name: words for name, words in known.items() if "alembic_version" not in name}


def _known_to_sqlite() -> Known:
    """Triggers and indexes word for word; checks, keys and columns by inspection, since a table's own words keep their history."""
    with db.engine.connect() as connection:
        rows = connection.execute(
            text("SELECT type || ' ' || name, sql FROM sqlite_master WHERE type IN ('trigger', 'index') AND sql <> ''")
        )
        known = {str(name): " ".join(str(words).split()) for name, words in rows}
        inspector = inspect(connection)
        for table in inspector.get_table_names():
            known |= {f"check {table}.{one['name']}": " ".join(one["sqltext"].split()) for one in inspector.get_check_constraints(table)}
            known |= {f"unique {table}.{one['name']}": str(one["column_names"]) for one in inspector.get_unique_constraints(table)}
            known |= {f"key {table}.{one['name']}": str(sorted(one.items(), key=str)) for one in inspector.get_foreign_keys(table)}
            for one in inspector.get_columns(table):
                known[f"column {table}.{one['name']}"] = f"{one['type']} {one['nullable']} {one['default']}"
    return known


def _known_to_postgresql() -> Known:
    """Everything in the server's own canonical words."""
    with db.engine.connect() as connection:
        return {
            f"{kind} {name}": " ".join(str(words).split())
            for kind, question in POSTGRESQL_KNOWS.items()
            for name, words in connection.execute(text(question))
        }


if __name__ == "__main__":
    sys.exit(main())
