"""Messages of before there were channels: every row goes on as e-mail under its lengthened key, and back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import text

import app as assembler
from events.foundation.db import db
from events.outbox.vocabulary import MessageState
from tests.fixtures.databases import settings_for

ROW = (
    "INSERT INTO message (id, dedupe_key, kind, recipient_id, address, request_id, subject_kind, subject_id, params, due_at, state,"
    " attempts, lease_until, sent_at, last_error, created_at) VALUES (:id, :key, 'due', 7, '', 5, 'review', :id, '{}', :moment, :state, 0,"
    " :leased, :sent, '', :moment)"
)
MOMENT = "2026-06-01 07:00:00.000000"


@pytest.fixture
def before(empty_database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """A database without channels: a message in every state, far apart, and one whose key has all the characters it may."""
    on_sqlite = empty_database_url.startswith("sqlite")
    url = f"sqlite:///{tmp_path}/before.sqlite3" if on_sqlite else empty_database_url
    application = assembler.create_app(settings_for(url, tmp_path))
    with application.app_context():
        if not on_sqlite:
            with db.engine.begin() as connection:
                connection.exec_driver_sql("DROP SCHEMA public CASCADE")
                connection.exec_driver_sql("CREATE SCHEMA public")
        flask_migrate.upgrade(revision="0003")
        with db.engine.begin() as connection:
            for number, state in enumerate(MessageState, 1):
                moments = {"leased": MOMENT if state == "claimed" else None, "sent": MOMENT if state == "sent" else None}
                key = f"due:review.{number}::7" if number > 1 else "k" * 200
                connection.execute(text(ROW), {"id": number * 15_000, "key": key, "state": state.value, "moment": MOMENT, **moments})
        yield application
        db.session.remove()
        db.engine.dispose()


def rows() -> list[dict[str, Any]]:
    """Every message as it is stored."""
    with db.engine.connect() as connection:
        return [dict(row) for row in connection.execute(text("SELECT * FROM message ORDER BY id")).mappings()]


def test_messages_of_every_state_become_e_mail_and_keep_everything_else(before: Flask):
    stood = rows()
    flask_migrate.upgrade(revision="0005")
    assert rows() == [{**row, "channel": "email", "dedupe_key": f"{row['dedupe_key']}:email"} for row in stood]
    flask_migrate.downgrade(revision="0005-1")
    assert rows() == stood
