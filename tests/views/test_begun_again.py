"""A request begun again because another transaction was in its way: what was true of its reader at first may be true no longer."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import OperationalError

from events.approvals.vocabulary import ReviewState
from events.foundation.db import db
from events.requests.models import EventRequest
from tests.fixtures.browsing import Client
from tests.fixtures.cast import Cast
from tests.fixtures.office import Office


@contextmanager
def meanwhile(change: str, **values: Any) -> Iterator[None]:
    """The first decision that asks for the lock of its request fails as one that another is in the way of; once it is rolled back,
    `change` is made on another connection."""
    failed: list[bool] = []

    def stand_in_the_way(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool) -> None:
        if not failed and statement.startswith("UPDATE event_request"):
            failed.append(True)
            raise OperationalError(statement, {}, sqlite3.OperationalError("database is locked"))

    def change_first(connection: Any, record: Any) -> None:
        if failed == [True]:
            failed.append(True)
            other = create_engine(db.engine.url)
            with other.begin() as its_own:
                its_own.execute(text(change), values)
            other.dispose()

    engine = db.engine
    event.listen(engine, "before_cursor_execute", stand_in_the_way)
    event.listen(engine.pool, "checkin", change_first)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", stand_in_the_way)
        event.remove(engine.pool, "checkin", change_first)
    assert failed == [True, True], "nothing was begun again"


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ("DELETE FROM membership WHERE user_id = :id", 404),
        ("UPDATE login_session SET ended_at = created_at WHERE user_id = :id", 401),
    ],
)
def test_who_lost_the_role_or_the_sign_in_between_two_attempts_decides_nothing(
    office: Office, cast: Cast, a_request: Callable[..., EventRequest], signed_in: Callable[[str], Client], change: str, answer: int
) -> None:
    request_id = a_request().id
    office.submit(request_id)
    client, review_id = signed_in("dir_pmc"), office.read(lambda: office.review(request_id, "pmc").id)
    page = client.get(f"/reviews/{review_id}")
    with meanwhile(change, id=cast.dir_pmc.id):
        client.submit(page, action="/reviews/", button="Согласовать", expect=answer)
    assert office.read(lambda: office.review(request_id, "pmc").state) is ReviewState.OPEN
