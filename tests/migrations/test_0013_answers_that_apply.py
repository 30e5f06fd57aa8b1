"""An online event that an earlier build let keep its hall gives it back; what is held at a place too keeps it. Longer addresses fit."""

from collections.abc import Callable
from typing import Any

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import text

from events.calendars.models import Publication
from events.foundation.db import db, writing
from events.foundation.link import LONGEST_LINK
from events.requests.models import EventRequest
from events.venues import queries as venues
from tests.fixtures.office import Office

WHOLE = f"{'у' * 300}, https://video.example/{'x' * (LONGEST_LINK - 22)}"
LOOSEN = {"sqlite": "DROP TRIGGER revision_frozen", "postgresql": "ALTER TABLE revision DISABLE TRIGGER revision_frozen"}


@pytest.mark.parametrize(("format_", "kept"), [("online", 0), ("mixed", 1), ("offline", 1), (None, 1)])
def test_only_an_online_event_gives_its_hall_back(
    app: Flask, a_request: Callable[..., EventRequest], office: Office, format_: str | None, kept: int
):
    made = a_request(venue="v03")
    office.submit(made.id)
    flask_migrate.downgrade(revision="0013-1")
    _execute(LOOSEN[db.engine.dialect.name])
    _execute("UPDATE revision SET format = :format", format=format_)
    flask_migrate.upgrade()
    assert len(office.read(lambda: venues.bookings_of(made.id))) == kept


def test_a_published_address_has_room_for_street_and_link_and_the_entry_still_never_goes_back(app: Flask, a_published: Callable[..., int]):
    a_published()
    _execute("UPDATE publication SET address = :whole", whole=WHOLE)
    flask_migrate.downgrade(revision="0013-1")
    assert db.session.scalars(db.select(Publication.address)).one() == WHOLE[:300]
    db.session.rollback()
    flask_migrate.upgrade(revision="0013")
    _execute("UPDATE publication SET address = :whole", whole=WHOLE)
    with pytest.raises(Exception, match="a calendar entry never goes back"):
        _execute("UPDATE publication SET sequence = sequence - 1")


def _execute(statement: str, **values: Any) -> None:
    """A statement past the operations of the house."""
    token = writing.set(True)
    try:
        db.session.rollback()
        with db.engine.begin() as connection:
            connection.execute(text(statement), values)
    finally:
        writing.reset(token)
