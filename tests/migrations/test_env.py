"""What `migrations/env.py` promises every migration: all steps or none, tables that may be rebuilt, no reference lost, no hurry."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import indent

import flask_migrate
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

import app as assembler
from events.foundation.db import db, writing
from tests.fixtures import dumps
from tests.fixtures.databases import settings_for
from tests.fixtures.serving import ROOT

STEP = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "{revision}", "{before}"


def upgrade():
{body}
"""
Migrate = Callable[..., dict[str, str]]


@pytest.fixture
def migrate(old_database: Callable[[], str], tmp_path: Path) -> Iterator[Migrate]:
    """`migrate(*bodies)`: steps onwards from the dump, each doing what its body says; returns what is stored then. Raises what they do."""
    application = assembler.create_app(settings_for(old_database(), tmp_path / "instance"))

    def upgrade(*bodies: str) -> dict[str, str]:
        folder = tmp_path / "migrations"
        shutil.copytree(ROOT / "migrations", folder, dirs_exist_ok=True)
        before = dumps.DUMPED
        for number, body in enumerate(bodies):
            step = STEP.format(revision=f"trial{number}", before=before, body=indent(body, "    "))
            (folder / "versions" / f"trial{number}.py").write_text(step)
            before = f"trial{number}"
        flask_migrate.upgrade(directory=str(folder), revision=before)
        return _stored()

    with application.app_context():
        yield upgrade
        db.session.remove()
        db.engine.dispose()


def test_steps_before_the_one_that_fails_are_undone(migrate: Migrate) -> None:
    before = _stored()
    with pytest.raises(ArithmeticError):
        migrate("op.create_table('trial', sa.Column('id', sa.Integer(), primary_key=True))", "raise ArithmeticError")
    assert _stored() == before


@pytest.mark.engines("sqlite")
def test_a_table_that_others_refer_to_is_rebuilt_with_all_rows(migrate: Migrate) -> None:
    """Its own triggers go with it: a migration brings them back. Those of other tables that only name it work on."""
    before = _stored()
    after = migrate(
        "with op.batch_alter_table('revision', recreate='auto') as batch:\n"
        "    batch.alter_column('title', type_=sa.String(400))\n"
        "    batch.create_check_constraint('trial', 'no > 0')"
    )
    rebuilt = {"alembic_version", "revision", "trigger revision_frozen", "trigger revision_submitted_whole"}
    assert {name for name in before if before[name] != after.get(name)} == rebuilt
    assert _rows(after["revision"]) == _rows(before["revision"])
    with pytest.raises(IntegrityError, match="a submitted revision is frozen"):
        _execute("DELETE FROM occurrence")
    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        _execute("INSERT INTO number_series (unit_id, year, last) VALUES (4711, 2027, 1)")


def test_a_migration_that_would_leave_rows_without_their_parent_is_refused(migrate: Migrate) -> None:
    before = _stored()
    with pytest.raises((IntegrityError, SystemExit)):
        migrate("op.execute('DELETE FROM venue')")
    assert _stored() == before


@pytest.mark.engines("postgresql")
def test_a_migration_takes_its_time(migrate: Migrate) -> None:
    limits = "statement_timeout", "idle_in_transaction_session_timeout", "lock_timeout"
    asked = "; ".join(
        f"assert op.get_bind().exec_driver_sql('SHOW {one}').scalar() == {known!r}"
        for one, known in zip(limits, ("0", "0", "8s"), strict=True)
    )
    migrate(asked)
    with db.engine.connect() as connection:
        assert [connection.exec_driver_sql(f"SHOW {one}").scalar() for one in limits] == ["10s", "30s", "8s"]


def _stored() -> dict[str, str]:
    """All that the database holds."""
    with db.engine.connect() as connection:
        return dumps.stored(connection)


def _rows(table: str) -> list[str]:
    """Its rows without its columns."""
    return table.split("\n")[1:]


def _execute(statement: str) -> None:
    """A statement past the operations of the house."""
    token = writing.set(True)
    try:
        with db.engine.begin() as connection:
            connection.execute(text(statement))
    finally:
        writing.reset(token)
