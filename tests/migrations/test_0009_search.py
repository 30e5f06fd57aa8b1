"""0009: what was stored to be searched before is found as people write it, and the way back leaves the earlier form."""

from collections.abc import Callable, Iterator
from pathlib import Path

import flask_migrate
import pytest
from sqlalchemy import select, text

import app as assembler
from events.calendars import operations as calendars
from events.calendars.models import Publication
from events.calendars.queries import published_requests
from events.foundation import work
from events.foundation.db import db
from events.foundation.search import search_form, searched
from events.requests import queries
from events.requests.models import EventRequest
from events.requests.vocabulary import Format
from tests.fixtures.databases import settings_for


@pytest.fixture
def old(old_database: Callable[[], str], tmp_path: Path) -> Iterator[None]:
    """The dump under the schema before this step."""
    with assembler.create_app(settings_for(old_database(), tmp_path / "instance")).app_context():
        flask_migrate.upgrade(revision="0008")
        yield
        db.session.remove()
        db.engine.dispose()


def stored(table: str) -> dict[int, str]:
    """What is looked through, by the row's id."""
    with db.engine.connect() as connection:
        return {row.id: row.search for row in connection.execute(text(f"SELECT id, search FROM {table} ORDER BY id"))}


def test_stored_rows_hold_what_the_verbs_would_write_and_get_back_what_they_held(old: None):
    before = {table: stored(table) for table in ("event_request", "publication")}
    assert all(before.values())
    flask_migrate.upgrade()
    for one in db.session.scalars(select(EventRequest)):
        there = queries.shown(one).content()
        assert one.search == searched(one.number, there.title, there.place_name, there.place_address)
    after = stored("publication")
    work.transaction(lambda: calendars.render_again(published_requests(), work.now(), base_url="http://127.0.0.1:8000"))
    again, online = stored("publication"), set(db.session.scalars(select(Publication.id).where(Publication.format == Format.ONLINE)))
    assert {key: again[key] for key in again.keys() - online} == {key: after[key] for key in after.keys() - online}, (
        "made anew, an online event has no venue any more (cases.md 46)"
    )
    db.session.remove()
    flask_migrate.downgrade(revision="0008")
    left = {table: stored(table) for table in before}
    for key in online:
        left["publication"][key] = before["publication"][key]
    assert left == before


def test_number_asked_for_without_its_hyphens_is_found_among_old_rows(old: None):
    with db.engine.connect() as connection:
        number = connection.execute(text("SELECT number FROM event_request WHERE number LIKE 'ММ-%' ORDER BY id LIMIT 1")).scalar_one()
    asked = search_form(number.partition("/")[0].replace("-", ""))

    def found() -> bool:
        return any(asked in line for line in stored("event_request").values())

    assert not found()
    flask_migrate.upgrade()
    assert found()
