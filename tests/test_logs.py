"""The log holds ids and lines of code: no names, addresses, tokens or typed values."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, Response
from sqlalchemy import text

import logs
from events.foundation.db import db
from events.people.models import User
from tests.fixtures.browsing import Client
from tests.fixtures.cast import Cast
from views import access

TOKEN = "WyJzZWNyZXQiLDE3.aVeryLong_token-1234567890"
EMAIL = "vetrova@demo.example"
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def logged(capfd: pytest.CaptureFixture[str]) -> Lines:
    """What was logged since the last call; every line must be one JSON object."""
    return lambda: [json.loads(line) for line in capfd.readouterr().err.splitlines()]


def failing(app: Flask, failure: Callable[[], Any]) -> str:
    """A page of the staff with a token in its address, in which `failure` happens."""

    def view(token: str) -> str:
        failure()
        return token

    app.add_url_rule("/scratch/<string:token>", "scratch", access.staff(view))
    return f"/scratch/{TOKEN}?email={EMAIL}"


@pytest.mark.engines("sqlite")
def test_a_fault_is_logged_by_the_rule_of_its_route(
    own_application: None, app: Flask, cast: Cast, signed_in: Callable[[str], Client], logged: Lines
) -> None:
    address, client = failing(app, lambda: int(EMAIL)), signed_in("spec_pmc")
    logged()
    page = client.get(address, expect=500)
    (line,) = logged()
    assert (line["event"], line["method"], line["route"]) == ("unhandled", "GET", "/scratch/<string:token>")
    assert (line["request"], line["user"]) == (page.response.headers["X-Request-Id"], cast.spec_pmc.id)
    assert line["exception"].splitlines()[-1] == "ValueError"
    assert TOKEN not in str(line)
    assert EMAIL not in str(line)


def test_a_refusal_of_the_database_is_logged_without_the_row(
    own_application: None, app: Flask, engine_name: str, signed_in: Callable[[str], Client], logged: Lines
) -> None:
    def twice() -> None:
        for _ in range(2):
            db.session.add(User(email=EMAIL, password="!", fs_uniquifier="same", full_name="Ветрова А. И."))
            db.session.flush()

    address, client = failing(app, twice), signed_in("spec_pmc")
    logged()
    client.get(address, expect=500)
    (line,) = logged()
    rule = {"sqlite": "IntegrityError: SQLITE_CONSTRAINT_UNIQUE", "postgresql": "UniqueViolation: 23505, uq_user_email"}
    assert rule[engine_name] in line["exception"].splitlines()
    assert EMAIL not in str(line)
    assert "Ветрова" not in str(line)


@pytest.mark.engines("sqlite")
def test_a_fault_after_the_view_names_no_address_either(
    own_application: None, app: Flask, signed_in: Callable[[str], Client], logged: Lines
) -> None:
    def fail(response: Response) -> Response:
        raise RuntimeError("the answer is spoilt")

    address, client = failing(app, lambda: None), signed_in("spec_pmc")
    app.after_request_funcs.setdefault(None, []).insert(0, fail)
    logged()
    with pytest.raises(AssertionError):
        client.get(address)
    lines = logged()
    assert {line["route"] for line in lines} == {"/scratch/<string:token>"}
    assert lines[0]["exception"].splitlines()[-1] == "RuntimeError: the answer is spoilt"
    assert TOKEN not in str(lines)


@pytest.mark.engines("sqlite")
def test_statements_never_show_their_parameters(app: Flask) -> None:
    with pytest.raises(Exception, match="no such table") as failed:
        db.session.execute(text("select * from nobody where email = :email"), {"email": EMAIL})
    assert EMAIL not in str(failed.value)


def test_lines_of_libraries_are_objects_too(monkeypatch: pytest.MonkeyPatch, logged: Lines) -> None:
    monkeypatch.setattr(logging.root, "handlers", [])
    logs.configure(dict)
    logging.getLogger("library").warning("one\r\nFORGED %s", "line")
    (line,) = logged()
    assert (line["event"], line["level"]) == ("one\r\nFORGED line", "warning")
