"""What venues said of their accessibility in words of their own becomes the closed list and a note, and goes back again."""

import json

from flask import Flask
from sqlalchemy import text

from events.foundation.db import db, writing
from events.venues.models import Venue
from tests.fixtures.cast import Cast


def run(app: Flask, *command: str) -> int:
    """Its exit code."""
    db.session.remove()
    db.engine.dispose()
    return app.test_cli_runner().invoke(args=["db", *command]).exit_code


def test_words_become_the_list_and_the_rest_a_note(app: Flask, cast: Cast):
    assert cast.venue("v01").accessibility
    db.session.rollback()
    assert run(app, "downgrade", "0024") == 0
    token = writing.set(True)
    with db.engine.begin() as connection:
        said = {"v01": ["Лифт", "пандус", "кнопка вызова"], "v02": ["Пандус"], "v03": []}
        for key, words in said.items():
            connection.execute(
                text("UPDATE venue SET accessibility = :words, lon = NULL WHERE key = :key"),
                {"key": key, "words": json.dumps(words, ensure_ascii=False)},
            )
    writing.reset(token)
    assert run(app, "upgrade") == 0
    venues: dict[str, Venue] = {one.key: one for one in db.session.scalars(db.select(Venue))}
    assert [(venues[key].accessibility, venues[key].accessibility_note) for key in said] == [
        (["ramp", "lift"], "кнопка вызова"), (["ramp"], ""), ([], ""),
    ]  # fmt: skip
    assert [(one.lat, one.lon) for one in (venues["v01"], venues["v03"])] == [(None, None)] * 2
    assert venues["v04"].lat is not None
