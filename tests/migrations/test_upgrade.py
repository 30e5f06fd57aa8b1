"""A database of the first release, migrated: every page, letter, rule and row is as it was (see tests/migrations/data/README.md)."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict
from datetime import time, timedelta
from email import message_from_bytes, policy
from functools import partial
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask_babel import force_locale
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import select, text

import app as assembler
from events.approvals.models import Round
from events.approvals.route import Plan, Reason
from events.district import queries as district
from events.foundation import work
from events.foundation.db import db, writing
from presenters.phrases import say
from presenters.reasons import said
from tests.fixtures import dumps, records
from tests.fixtures.databases import settings_for

LANGUAGES = ("ru", "en")
BECAME: Mapping[str, str] = {"setting": "rule"}
"""Tables of the dump that are called otherwise now."""
REWRITTEN: Collection[tuple[str, str]] = (
    ("round", "plan"), ("message", "dedupe_key"), ("form_receipt", "user_id"), ("event_request", "search"), ("publication", "search"),
    ("venue", "accessibility"),
)  # fmt: skip
"""Table and column of what a later migration says otherwise or took away; pages, plans and letters must still say it."""
ONE_TIME_LINK = re.compile(r"(/password/reset/)\S+")


@pytest.fixture
def upgraded(old_database: Callable[[], str], run_folder: Path, tmp_path: Path) -> Iterator[Flask]:
    """The application on the old database after `flask db upgrade`, the clock at the moment of the dump."""
    with time_machine.travel(dumps.MOMENT, tick=False):
        application = assembler.create_app(settings_for(old_database(), tmp_path / "instance"))
        application.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(run_folder))
        _command(application, "db", "upgrade")
        yield application
        with application.app_context():
            db.session.remove()
            db.engine.dispose()


def test_every_page_says_what_it_said(upgraded: Flask) -> None:
    """Both languages by one application, which compiles its templates and statements once."""
    for language in LANGUAGES:
        _speak(upgraded, language)
        records.compare(dumps.DATA / f"pages.{language}.txt", partial(records.visited, upgraded, language=language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_says_what_it_said(upgraded: Flask, language: str) -> None:
    """Letters that had been sent leave once more, so that every kind is read; then a day passes, and nothing is told twice."""
    _speak(upgraded, language)
    _execute(upgraded, "UPDATE message SET state = 'pending', sent_at = NULL WHERE state = 'sent'")

    def written(_: Mapping[str, str]) -> dict[str, str]:
        outbox = {}
        for hours in (0, 3, 25):
            with time_machine.travel(dumps.MOMENT + timedelta(hours=hours), tick=False):
                _command(upgraded, "worker", "--once")
                outbox[f"outbox status, hour {hours}"] = _command(upgraded, "outbox", "status")
        return {**_letters(Path(upgraded.instance_path) / "mail"), **outbox}

    records.compare(dumps.DATA / f"letters.{language}.txt", written)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_stored_plan_says_what_it_said(upgraded: Flask, language: str) -> None:
    """No page shows the whole of a plan: why its route was taken, and what stages with reviews do not require, only lies in it."""
    with upgraded.test_request_context(), force_locale(language):
        stored = work.transaction(lambda: db.session.execute(select(Round.id, Round.plan).order_by(Round.id)).all(), write=False)
        said = {f"round {number}": "\n".join(_plan_lines(Plan.from_plain(plain))) for number, plain in stored}
    records.compare(dumps.DATA / f"plans.{language}.txt", lambda _: said)


def test_every_account_and_the_log_are_as_they_were(upgraded: Flask) -> None:
    asked = (("audit", "verify"), ("users", "list"), ("outbox", "status"))
    records.compare(dumps.DATA / "commands.txt", lambda _: {" ".join(one): _command(upgraded, *one) for one in asked})


def test_no_value_is_lost(upgraded: Flask) -> None:
    with upgraded.app_context(), db.engine.connect() as connection:
        assert dumps.lost(connection, BECAME, REWRITTEN) == {}


def test_every_message_has_a_key_of_its_own(upgraded: Flask) -> None:
    with upgraded.app_context(), db.engine.connect() as connection:
        messages, keys = connection.execute(text("SELECT count(*), count(DISTINCT dedupe_key) FROM message")).one()
    assert messages == keys == sum(table == "message" for table, _ in dumps.rows())


def test_every_rule_is_still_in_force(upgraded: Flask) -> None:
    set_by_the_district = {row["key"]: row["value"] for table, row in dumps.rows() if table == "setting"}
    with upgraded.app_context():
        in_force = work.transaction(_rules, write=False)
    assert {key: in_force[key] for key in set_by_the_district} == set_by_the_district


def test_a_record_tells_page_and_line(tmp_path: Path) -> None:
    said = {"spec_pmc 200 /desk": "What awaits me\nThe whole sentence of this line", "zam 200 /desk": "The whole sentence of this line"}
    records.write(tmp_path / "record.txt", said)
    assert records.read(tmp_path / "record.txt") == said
    other = {**said, "zam 200 /desk": "The whole sentence of that line", "zam 404 /requests/1": "No such page"}
    del other["spec_pmc 200 /desk"]
    assert list(records.differences(said, other)) == [
        "spec_pmc 200 /desk: is not there any more",
        "zam 200 /desk\n--- before\n+++ after\n@@ -1 +1 @@\n-The whole sentence of this line\n+The whole sentence of that line",
        "zam 404 /requests/1: was not there before",
    ]


def _command(application: Flask, *words: str) -> str:
    """What `flask --app app …` prints."""
    done = application.test_cli_runner().invoke(args=list(words))
    assert done.exit_code == 0, (words, done.output, done.exception)
    return records.plain(str(done.output))


def _execute(application: Flask, statement: str, **values: str) -> None:
    """A statement past the operations of the house."""
    token = writing.set(True)
    with application.app_context(), db.engine.begin() as connection:
        connection.execute(text(statement), values)
    writing.reset(token)


def _speak(application: Flask, language: str) -> None:
    """Everybody reads in that language."""
    _execute(application, 'UPDATE "user" SET locale = :language', language=language)


def _rules() -> dict[str, object]:
    """The rules in force as they were stored: times as «HH:MM»."""
    found = asdict(district.rules())
    return {key: f"{value:%H:%M}" if isinstance(value, time) else value for key, value in found.items()}


def _say(reason: Reason) -> str:
    """A reason in words."""
    return say(said(reason))


def _plan_lines(plan: Plan) -> Iterator[str]:
    """A plan in words: the one place that knows how its parts are called."""
    yield f"{plan.route_key}: {plan.route_name}, {plan.route_name_en}; {plan.target_working_days} and {plan.min_lead_days} working days"
    yield from map(_say, plan.reasons)
    for stage in plan.stages:
        yield f"{stage.key}: {stage.title}; {stage.rule.to_plain()}{', confirming' if stage.confirming else ''}"
        yield from map(_say, stage.skipped)
        for slot in stage.slots:
            facts = [f"for {' and '.join(slot.keys)}", slot.role.value, slot.kind.value, f"{slot.sla_hours or 'no'} hours"]
            facts += [*sorted(slot.watches), *(["confirms the booking"] if slot.confirms_booking else [])]
            yield f"{slot.key}: unit {slot.unit}, {', '.join(facts)}"
            yield from (*map(_say, slot.reasons), slot.note)


def _letters(folder: Path) -> dict[str, str]:
    """Every letter by address and subject, in the order of the alphabet."""
    found: dict[str, list[str]] = {}
    for path in folder.glob("*.eml"):
        letter = message_from_bytes(path.read_bytes(), policy=policy.default)
        body = letter.get_body(("plain",))
        assert body is not None
        found.setdefault(f"{letter['To']} {letter['Subject']}", []).append(ONE_TIME_LINK.sub(r"\1…", records.plain(body.get_content())))
    return {
        f"{heading} ({number})" if number > 1 else heading: said
        for heading, several in sorted(found.items())
        for number, said in enumerate(sorted(several), 1)
    }
