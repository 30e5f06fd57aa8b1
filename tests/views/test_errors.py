"""Failures as pages: a database that cannot do it now asks to come again, whatever it says (reliability.md, baseline 7 and 19)."""

import contextlib
import time
from collections.abc import Callable, Iterator

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event, text

from events.foundation.db import db
from tests.fixtures.browsing import ORIGIN, Client

SignedIn = Callable[[str], Client]
Limits = Callable[..., contextlib.AbstractContextManager[None]]
PAGES = ("/requests/", "/", "/calendar/all.ics", "/readyz")
COME_AGAIN = (503, "5", "no-store", "Сервис ненадолго недоступен")


def told(client: Client) -> tuple[int, str | None, str | None, str]:
    """Status, Retry-After, Cache-Control and heading of the page."""
    page = client.open("GET", "/requests/", expect=None)
    return page.status, page.response.headers.get("Retry-After"), page.response.headers.get("Cache-Control"), page.h1


@pytest.fixture
def limits(app: Flask) -> Limits:
    """`with limits(lock_timeout="50ms"): ...` gives every new connection shorter limits than the product's."""

    @contextlib.contextmanager
    def set_for(**settings: str) -> Iterator[None]:
        def prepare(connection: psycopg.Connection, _record: object) -> None:
            for name, value in settings.items():
                connection.execute(f"SET {name} = '{value}'".encode())
            connection.commit()

        event.listen(db.engine, "connect", prepare)
        db.engine.dispose()
        try:
            yield
        finally:
            event.remove(db.engine, "connect", prepare)
            db.engine.dispose()

    return set_for


@contextlib.contextmanager
def somebody_holds(table: str) -> Iterator[None]:
    """Another transaction has locked the whole table."""
    with psycopg.connect(db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)) as other:
        other.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE".encode())
        yield


@pytest.mark.engines("postgresql")
@pytest.mark.parametrize("setting", ["statement_timeout", "lock_timeout"])
def test_a_statement_that_takes_too_long_asks_to_come_again(app: Flask, signed_in: SignedIn, limits: Limits, setting: str) -> None:
    client = signed_in("spec_pmc")
    with limits(**{"statement_timeout": "0", "lock_timeout": "0", setting: "100ms"}):
        with somebody_holds("event_request"):
            assert told(client) == COME_AGAIN
        assert told(client)[0] == 200


@pytest.mark.engines("postgresql")
def test_a_transaction_broken_off_for_idling_asks_to_come_again(
    app: Flask, own_application: None, signed_in: SignedIn, limits: Limits
) -> None:
    """As when the process was stopped for a while in the midst of a request."""
    client, pauses = signed_in("spec_pmc"), [0.4]

    @app.before_request
    def doze() -> None:
        db.session.execute(text("SELECT 1"))
        time.sleep(pauses.pop() if pauses else 0)

    with limits(idle_in_transaction_session_timeout="100ms"):
        assert told(client) == COME_AGAIN
        assert told(client)[0] == 200


@pytest.mark.engines("postgresql")
def test_a_server_that_only_reads_asks_to_come_again_until_it_writes(app: Flask, signed_in: SignedIn) -> None:
    """A standby, or a server its operator has set to reading. Its connections stay so: they must not be kept when it writes again."""
    client = signed_in("spec_pmc")
    page, name = client.get("/profile"), db.engine.url.database
    form = page.form(button="Русский")
    asked = {**form.values(), "locale": "en"}

    def switched(to: str) -> None:
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SET default_transaction_read_only = off"))
            connection.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = {to}'))
            connection.invalidate()

    switched("on")
    db.engine.dispose()
    refused = client.open("POST", form.action, expect=None, data=asked)
    assert (refused.status, refused.response.headers.get("Retry-After"), refused.h1) == (503, "5", "Сервис ненадолго недоступен")
    assert client.open("GET", "/requests/", expect=None).status == 200
    client.open("POST", form.action, expect=None, data=asked)
    switched("off")
    assert client.open("POST", form.action, expect=None, expect_redirect=..., data=asked).status == 303


def test_no_free_connection_asks_to_come_again(app: Flask, own_application: None, signed_in: SignedIn) -> None:
    client, pool = signed_in("spec_pmc"), db.engine.pool
    pool._timeout = 0  # type: ignore[attr-defined]  # the product waits for seconds, and here the clock stands still
    with contextlib.ExitStack() as taken:
        for _ in range(pool.size() + pool._max_overflow):  # type: ignore[attr-defined]  # both kinds of pool have them
            taken.enter_context(db.engine.connect())
        answers = {path: client.http.get(path, base_url=ORIGIN) for path in PAGES}
        assert {path: (one.status_code, one.headers.get("Retry-After")) for path, one in answers.items()} == dict.fromkeys(
            PAGES, (503, "5")
        )
    assert told(client)[0] == 200


@pytest.mark.engines("sqlite")
def test_a_missing_page_of_the_public_leads_to_the_listing_first_and_one_of_staff_to_the_desk(signed_in: SignedIn, client: Client) -> None:
    def primary(of: Client, address: str) -> list[str]:
        return of.get(address, expect=404).texts("a", class_="btn-primary")

    assert [primary(client, address) for address in ("/events/no-such", "/no-such", "/calendar/unit/no-such.ics")] == [["К афише"]] * 3
    assert primary(signed_in("spec_pmc"), "/requests/999999") == ["К тому, что ждёт меня"]
