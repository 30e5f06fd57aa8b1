"""`flask db upgrade` killed half-way: the database is as it was, or wholly migrated, and the next upgrade makes good.

It begins at 0001, so that there was something to migrate when this was written; every later migration is killed with it.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
import pytest
import time_machine
from flask import Flask
from sqlalchemy import Engine, NullPool, create_engine, event

import app as assembler
from events.foundation.db import db
from tests.fixtures import dumps, records
from tests.fixtures.databases import settings_for
from tests.fixtures.serving import ROOT, SECRET

FIRST = "0001"
EVERY = 10
"""Of the recorded pages one in so many is opened after all."""


@pytest.fixture
def older_database(old_database: Callable[[], str], tmp_path: Path) -> Callable[[], str]:
    """`older_database()`: the dump, taken back to the first revision by what the second says of it."""

    def make() -> str:
        url = old_database()
        with _running(url, tmp_path):
            flask_migrate.downgrade(revision=FIRST)
        return url

    return make


def test_an_upgrade_killed_half_way_leaves_all_of_the_old_or_all_of_the_new(older_database: Callable[[], str], tmp_path: Path) -> None:
    url, never_killed = older_database(), older_database()
    before = _stored(url)
    statements = _upgrade(never_killed, tmp_path)
    after = _stored(never_killed)
    assert before != after

    with _dying(url, tmp_path) as die_at:
        for moment in (*map(str, sorted({1, statements // 3, statements * 2 // 3, statements})), "commit"):
            die_at(moment)
            assert _differing(before, _stored(url)) == [], f"killed at {moment}"
        die_at("committed")
        assert _differing(after, _stored(url)) == []
    _upgrade(url, tmp_path)
    assert _differing(after, _stored(url)) == []

    recorded = records.read(dumps.DATA / "pages.ru.txt")
    some = dict(list(recorded.items())[::EVERY])
    with _running(url, tmp_path) as application:
        assert list(records.differences(some, records.visited(application, some, "ru"))) == []


@contextmanager
def _dying(url: str, folder: Path) -> Iterator[Callable[[str], None]]:
    """Runs the command in a process that dies at the moment it is told (tests/fixtures/dying.py)."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("MARSHRUT_")},
        "MARSHRUT_DATABASE_URL": url,
        "MARSHRUT_INSTANCE_PATH": str(folder / "instance"),
        "MARSHRUT_SECRET_KEY": SECRET,
    }
    command = [sys.executable, "-m", "tests.fixtures.dying", dumps.MOMENT.isoformat()]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        told, heard = program.stdin, program.stdout

        def die_at(moment: str) -> None:
            told.write(f"{moment}\n")
            told.flush()
            assert heard.readline() == f"{signal.SIGKILL.value}\n", f"it outlived {moment}"

        yield die_at


def _upgrade(url: str, folder: Path) -> int:
    """Migrate; how many statements that took."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    with _running(url, folder):
        event.listen(Engine, "before_cursor_execute", note)
        try:
            flask_migrate.upgrade()
        finally:
            event.remove(Engine, "before_cursor_execute", note)
    return len(asked)


def _stored(url: str) -> dict[str, str]:
    """All that the database holds."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        return dumps.stored(connection)


def _differing(one: dict[str, str], other: dict[str, str]) -> list[str]:
    """What is not the same in both: tables, triggers, indexes. The token of what is kept is another in each (decision 006)."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name) and name != "standing")


@contextmanager
def _running(url: str, folder: Path) -> Iterator[Flask]:
    """The application on that database, in context, the clock at the moment of the dump."""
    with time_machine.travel(dumps.MOMENT, tick=False):
        application = assembler.create_app(settings_for(url, folder / "instance"))
        with application.app_context():
            yield application
            db.session.remove()
            db.engine.dispose()
