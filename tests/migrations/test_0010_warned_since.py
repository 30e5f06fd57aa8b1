"""0010: of what «переносится» already, the warning is taken to have begun with the change at work."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import text

from events.approvals import operations as approvals
from events.foundation import work
from events.foundation.db import db, writing
from tests.fixtures.cast import Cast
from tests.fixtures.moments import MONDAY
from tests.fixtures.publishing import amend

LATER = MONDAY + timedelta(hours=3)


@pytest.mark.parametrize("changed_before", [False, True])
def test_a_warning_that_stands_begins_with_the_change_at_work(
    app: Flask, a_published: Callable[..., int], cast: Cast, changed_before: bool
):
    """An earlier change that came to its end is not the one at work."""
    moved, calm = a_published(), a_published()
    for one in (moved, calm) if changed_before else ():
        amend(one, moment=MONDAY + timedelta(hours=1), bring="Сменная обувь.")
    work.transaction(
        lambda: approvals.postpone(moved, occurrence_key=None, reason="Площадку закрыли.", by=cast.dir_pmc, now=LATER), moment=LATER
    )
    flask_migrate.downgrade(revision="0010-1")
    flask_migrate.upgrade(revision="0010")
    assert warned() == {moved: LATER, calm: None}


def warned() -> dict[int, datetime | None]:
    token = writing.set(True)
    try:
        db.session.rollback()
        with db.engine.begin() as connection:
            rows = connection.execute(text("SELECT id, warned_at FROM event_request"))
            return {row.id: _moment(row.warned_at) for row in rows}
    finally:
        writing.reset(token)


def _moment(stored: datetime | str | None) -> datetime | None:
    """SQLite gives what it stores, text in UTC."""
    if isinstance(stored, str):
        return datetime.fromisoformat(stored).replace(tzinfo=UTC)
    return stored.astimezone(UTC) if stored is not None else None
