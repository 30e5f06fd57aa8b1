"""0004: what an administrator had set is kept, everything else becomes a row."""

from pathlib import Path

import flask_migrate
import sqlalchemy as sa
from flask import Flask

import app as assembler
from events.district import queries
from events.district.models import Rule
from events.district.rules import DECLARED, Rules
from events.foundation.db import db
from tests.fixtures.databases import settings_for

SETTING = sa.table("setting", sa.column("key"), sa.column("value", sa.JSON), sa.column("source"))


def at_revision(url: str, folder: Path, revision: str) -> Flask:
    application = assembler.create_app(settings_for(url, folder / "instance"))
    with application.app_context():
        flask_migrate.upgrade(revision=revision)
    return application


def test_what_was_set_is_kept_and_the_rest_begins_with_its_source(blank_database_url: str, tmp_path: Path) -> None:
    application = at_revision(blank_database_url, tmp_path, "0003")
    with application.app_context():
        rows = [
            {"key": "noise_from", "value": "23:00", "source": "приказ № 5"},
            {"key": "most_dates", "value": 40, "source": ""},
            {"key": "of_another_release", "value": [1, {"a": None}], "source": "письмо"},
        ]
        with db.engine.begin() as connection:
            connection.execute(sa.insert(SETTING), rows)
        flask_migrate.upgrade(revision="0004")
        found = {one.key: (one.value, one.source, one.valid_from, one.valid_until) for one in db.session.scalars(sa.select(Rule))}
        known = queries.rules()
        tables = sa.inspect(db.engine).get_table_names()
        db.session.remove()
        db.engine.dispose()
    assert found["noise_from"] == ("23:00", "приказ № 5", None, None)
    assert found["most_dates"] == (40, DECLARED["most_dates"].source, None, None)
    assert found["of_another_release"] == ([1, {"a": None}], "письмо", None, None)
    assert found.keys() == {*DECLARED, "of_another_release"}
    assert known == Rules(noise_from=known.noise_from, most_dates=40)
    assert f"{known.noise_from:%H:%M}" == "23:00"
    assert "setting" not in tables
