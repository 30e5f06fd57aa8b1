"""0004: what an administrator had set is kept, or the nearest to it that a rule may be; everything else becomes a row."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import time
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask import Flask

import app as assembler
from events.district import queries
from events.district.models import Rule
from events.district.rules import BUSES, CURFEW, DECLARED, NOISE, Rules
from events.foundation.db import db
from tests.fixtures.databases import settings_for
from tests.fixtures.serving import ROOT

SETTING = sa.table("setting", sa.column("key"), sa.column("value", sa.JSON), sa.column("source"))
LATER = {"curfew_until", "second_step_roles"} | {key for key, one in DECLARED.items() if one.source == BUSES}
"""Rules that came with later migrations."""


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
    assert found.keys() == {*DECLARED, "of_another_release"} - LATER
    assert known == Rules(noise_from=known.noise_from, most_dates=40)
    assert f"{known.noise_from:%H:%M}" == "23:00"
    assert "setting" not in tables


@pytest.mark.parametrize(
    ("key", "was", "now", "source"),
    [
        pytest.param("noise_from", "22:30:00", time(22, 30), "приказ № 5", id="seconds"),
        pytest.param("noise_from", "22", time(22), "приказ № 5", id="hours"),
        pytest.param("noise_from", "22:30:15", time(22, 30), "приказ № 5 (было «22:30:15»)", id="seconds that are lost"),
        pytest.param("noise_from", "10 pm", time(22), f"{NOISE} (было «10 pm»: приказ № 5)", id="no time"),
        pytest.param("curfew_under_18", "23:00+03:00", time(23), f"{CURFEW} (было «23:00+03:00»: приказ № 5)", id="a zone"),
        pytest.param("curfew_under_18", None, time(23), f"{CURFEW} (было null: приказ № 5)", id="nothing"),
        pytest.param("curfew_under_18", "я" * 500, time(23), f"{CURFEW} (было «{'я' * 78}…: приказ № 5)", id="a page of text"),
        pytest.param("decision_sign_in_hours", 24, 12, "приказ № 5 (было 24)", id="longer than any sign-in"),
        pytest.param("decision_sign_in_hours", 4.5, 4, "приказ № 5 (было 4.5)", id="half an hour"),
        pytest.param("decision_sign_in_hours", 6.0, 6, "приказ № 5", id="a whole number with a point"),
        pytest.param("hold_slack_working_days", -1, 0, "приказ № 5 (было -1)", id="less than nothing"),
        pytest.param("hold_slack_working_days", 100, 100, "приказ № 5", id="more than sixty"),
        pytest.param("longest_event_days", 400, 400, "приказ № 5", id="more than a year"),
        pytest.param("material_people_percent", 5000, 5000, "приказ № 5", id="hardly ever"),
        pytest.param("most_dates", 10**9, 100, "приказ № 5 (было 1000000000)", id="more than the form has rows"),
        pytest.param("most_dates", "40", 60, f"{DECLARED['most_dates'].source} (было «40»: приказ № 5)", id="text for a number"),
        pytest.param("most_dates", True, 60, f"{DECLARED['most_dates'].source} (было true: приказ № 5)", id="yes for a number"),
        pytest.param("number_prefix", "пмц", "ММ", f"{DECLARED['number_prefix'].source} (было «пмц»: приказ № 5)", id="small letters"),
        pytest.param(
            "school_year_to",
            "02-30",
            Rules().school_year_to,
            f"{DECLARED['school_year_to'].source} (было «02-30»: приказ № 5)",
            id="no day",
        ),
        pytest.param("school_year_to", "02-29", DECLARED["school_year_to"].read("02-29"), "приказ № 5", id="a day of leap years"),
    ],
)
def test_what_was_set_can_be_read_afterwards(
    blank_database_url: str, tmp_path: Path, key: str, was: object, now: object, source: str
) -> None:
    with migrated(blank_database_url, tmp_path, {"key": key, "value": was, "source": "приказ № 5"}):
        known = queries.rules()
    assert known == Rules(**{key: now})
    assert known.source(key) == source


def test_a_source_has_room_for_what_was_set(blank_database_url: str, tmp_path: Path) -> None:
    with migrated(blank_database_url, tmp_path, {"key": "most_dates", "value": 150, "source": "я" * 300}):
        source = queries.rules().source("most_dates")
    assert source == f"{'я' * 288}… (было 150)"


def test_what_the_migration_lets_through_can_still_be_read() -> None:
    """Whoever narrows a bound brings stored values within it by a migration, and then says so here."""
    bounds = ScriptDirectory(str(ROOT / "migrations")).get_revision("0004").module.BOUNDS
    counts = {key for key, one in DECLARED.items() if isinstance(one.default, int)} - LATER
    assert bounds.keys() == counts
    assert [key for key, ends in bounds.items() for end in ends if not DECLARED[key].least <= end <= DECLARED[key].most] == []


@contextmanager
def migrated(url: str, folder: Path, *rows: dict[str, Any]) -> Iterator[None]:
    """The context of an application on a database in which those settings stood before all migrations."""
    application = at_revision(url, folder, "0002")
    with application.app_context():
        with db.engine.begin() as connection:
            connection.execute(sa.insert(SETTING), list(rows))
        flask_migrate.upgrade()
        yield
        db.session.remove()
        db.engine.dispose()
