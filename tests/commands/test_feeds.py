"""A changed address of the installation reaches what is published already, and whoever starts says that it has not yet (calendar.md 18)."""

import contextvars
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

import app as assembler
from commands import feeds
from events.calendars import queries, rules
from events.calendars.feed import Feed
from events.calendars.models import Publication
from events.calendars.queries import FeedCache
from events.foundation import work
from events.foundation.db import db
from events.people.models import Unit
from events.requests.fields import CoOrganizer
from settings import Settings
from tests.fixtures.publishing import amend, publication, versions
from tests.fixtures.serving import SECRET

Make = Callable[..., int]
NEW = "https://afisha.example"


@pytest.fixture
def move(app: Flask) -> Iterator[Callable[[], Flask]]:
    """`move()` is the installation under another address from now on, on the same database."""
    settings: Settings = app.config["SETTINGS"]
    made: list[Flask] = []

    def elsewhere() -> Flask:
        made.append(assembler.create_app(replace(settings, base_url=NEW)))
        return made[-1]

    yield elsewhere
    for application in made:
        with application.app_context():
            db.session.remove()
            db.engine.dispose()


def run(application: Flask, *words: str) -> tuple[int, list[str]]:
    """Exit code and lines of a command, in a context of its own: within another's the command would be that one's."""
    db.session.remove()
    done = contextvars.Context().run(lambda: application.test_cli_runner().invoke(args=list(words)))
    return done.exit_code, done.output.splitlines()


def addresses() -> set[str]:
    body = queries.stored(FeedCache(), Feed.parse("all")).plain.decode().replace("\r\n ", "")
    return {line.rpartition("/")[0] for line in body.split("\r\n") if line.startswith("URL:")}


def test_changed_address_reaches_every_published_entry(a_published: Make, move: Callable[[], Flask], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(feeds, "BATCH", 2)
    ids = [a_published(title=f"Встреча № {number}") for number in range(5)]
    assert addresses() == {"URL:http://127.0.0.1:8000/events"}
    before, moved = versions()["all"], move()
    code, told = run(moved, "feeds", "render")
    assert (code, told) == (
        0,
        [*(f"Обработано мероприятий: {done} из 5" for done in (2, 4, 5)), f"Все записи календарей — для {NEW}."],
    )
    assert addresses() == {f"URL:{NEW}/events"}
    assert [publication(one).sequence for one in ids] == [1] * 5
    assert versions()["all"] == before + 3
    again = versions()
    assert run(moved, "feeds", "render")[0] == 0
    assert versions() == again, "what says the same keeps its bytes"


def test_rendering_brings_in_what_the_first_release_did_not_store(a_published: Make, app: Flask):
    """Rows as they stand right after the upgrade: an entry of the old form, no co-organizers."""
    other = work.transaction(lambda: db.session.scalars(select(Unit.id).where(Unit.key == "dm")).one(), write=False)
    request_id = a_published(co_organizers=(CoOrganizer(other),))
    stale = {"made_for": "", "fingerprint": "old", "co_unit_keys": ""}
    work.transaction(lambda: db.session.execute(update(Publication).values(**stale)))
    assert run(app, "feeds", "render")[0] == 0
    row = publication(request_id)
    assert (row.sequence, row.made_for) == (1, rules.made_for("http://127.0.0.1:8000"))
    assert row.co_unit_keys == " dm "


def starting(capsys: pytest.CaptureFixture[str], application: Flask) -> bool:
    """Whether a start says that entries are out of date."""
    capsys.readouterr()
    feeds.note_out_of_date(application)
    return "calendar_entries_out_of_date" in capsys.readouterr().err


def test_rendering_tells_a_way_in_once_that_was_stored_twice(app: Flask, a_published: Make):
    made = a_published(venue="v03", accessibility="пандус")
    work.transaction(
        lambda: db.session.execute(update(Publication).values(accessibility="пандус, пандус", made_for="3 http://127.0.0.1:8000"))
    )
    assert work.transaction(lambda: queries.out_of_date("http://127.0.0.1:8000"), write=False) == 1
    assert run(app, "feeds", "render")[0] == 0
    assert publication(made).accessibility == "пандус"


def test_start_says_what_is_out_of_date_until_it_is_not(
    a_published: Make, app: Flask, move: Callable[[], Flask], capsys: pytest.CaptureFixture[str]
):
    request_id = a_published()
    a_published(title="Вторая")
    moved = move()
    assert (starting(capsys, app), starting(capsys, moved)) == (False, True)
    amend(request_id, title="Новое название")
    assert starting(capsys, moved), "one of two"
    assert run(moved, "feeds", "render")[0] == 0
    assert (starting(capsys, app), starting(capsys, moved)) == (True, False)


def test_worker_says_it_at_its_start(a_published: Make, move: Callable[[], Flask], capsys: pytest.CaptureFixture[str]):
    a_published()
    code, told = run(move(), "worker", "--once")
    assert code == 0
    assert sum("calendar_entries_out_of_date" in line and feeds.RUN in line for line in told) == 1


@pytest.mark.engines("sqlite")
def test_start_is_not_stopped_by_a_database_that_cannot_say(app: Flask, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    nowhere = replace(app.config["SETTINGS"], database_url=f"sqlite:///{tmp_path}/none/marshrut.sqlite3")
    feeds.note_out_of_date(assembler.create_app(nowhere))
    assert "calendar_entries_not_looked_at" in capsys.readouterr().err


def test_server_says_it_at_its_start(
    a_published: Make, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    a_published()
    db.session.remove()
    for name, value in {
        "DATABASE_URL": database_url, "INSTANCE_PATH": str(tmp_path / "served"), "BASE_URL": NEW, "SECRET_KEY": SECRET,
    }.items():  # fmt: skip
        monkeypatch.setenv(f"MARSHRUT_{name}", value)
    monkeypatch.delenv("FLASK_RUN_FROM_CLI", raising=False)
    assembler.create_app()
    assert "calendar_entries_out_of_date" in capsys.readouterr().err
    monkeypatch.setenv("FLASK_RUN_FROM_CLI", "true")
    assembler.create_app()
    assert "calendar_entries_out_of_date" not in capsys.readouterr().err
