"""Feeds polled again are told at once, past the requests of Flask, with the bytes and headers their view gives (calendar.md 10-13)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from flask import Flask, request_started

from events.foundation.db import db
from tests.fixtures.browsing import Client, Page
from tests.fixtures.publishing import amend, cancel, publication
from views import feeds

Make = Callable[..., int]
ALL = "/calendar/all.ics"
WHATEVER_ASKED: list[dict[str, str]] = [
    {}, {"Accept-Encoding": "gzip"}, {"Accept-Encoding": "gzip;q=0.2, identity;q=0.8"}, {"Accept-Encoding": "br, *;q=0.1"},
    {"If-None-Match": "*"}, {"If-None-Match": '"other"'}, {"If-Modified-Since": "Thu, 01 Jan 2037 00:00:00 GMT"},
    {"If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"}, {"If-Modified-Since": "nonsense"}, {"Range": "bytes=0-5"},
]  # fmt: skip


@contextmanager
def requests_of_flask(app: Flask) -> Iterator[list[str]]:
    """The addresses of requests that Flask has begun."""
    begun: list[str] = []

    def note(_app: Flask, **_: Any) -> None:
        begun.append("one")

    with request_started.connected_to(note, app):
        yield begun


def told(page: Page) -> tuple[int, bytes, dict[str, str]]:
    """All of an answer but its own id."""
    headers = {name: value for name, value in page.response.headers.items() if name != "X-Request-Id"}
    return page.status, page.response.data, headers


def ask(client: Client, path: str = ALL, **options: Any) -> Page:
    """One poll, whatever its status."""
    return Page(client.http.get(path, **options), path)


@pytest.mark.parametrize("asked", WHATEVER_ASKED, ids=str)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_what_is_told_at_once_is_what_the_view_tells(app: Flask, client: Client, a_published: Make, asked: dict[str, str], scheme: str):
    slug = publication(a_published()).slug
    for path in (ALL, "/calendar/unit/pmc.ics", f"/calendar/event/{slug}.ics"):
        for method in ("GET", "HEAD"):
            options: dict[str, Any] = {"method": method, "headers": asked, "base_url": f"{scheme}://127.0.0.1:8000"}
            app.extensions["at_once"] = feeds.Polled()
            by_view = Page(client.http.open(path, **options), path)
            with requests_of_flask(app) as begun:
                at_once = Page(client.http.open(path, **options), path)
            assert begun == []
            assert told(at_once) == told(by_view)
            assert at_once.response.headers["X-Request-Id"] != by_view.response.headers["X-Request-Id"]


def test_only_what_is_plain_is_told_at_once(app: Flask, client: Client, a_published: Make):
    """Another method, host or query is the view's; nothing of it is remembered."""
    one = publication(a_published())
    for path in (ALL, f"/calendar/event/{one.slug}.ics"):
        ask(client, path)
    with requests_of_flask(app) as begun:
        assert client.http.post(ALL).status_code == 405
        assert ask(client, base_url="http://evil.example").status == 400
        assert ask(client, base_url="http://evil.example").status == 400
        single = ask(client, f"/calendar/event/{one.slug}.ics?uid={one.uid}")
        assert b"X-WR-CALNAME" not in single.response.data
        assert ask(client, "/calendar/unit/nobody.ics").status == 404
        assert ask(client, "/calendar/unit/nobody.ics").status == 404
    assert len(begun) == 6


def test_a_change_is_told_at_the_next_poll(client: Client, a_published: Make):
    request_id = a_published()
    tags = [ask(client).response.headers["ETag"]]
    for change in (lambda: amend(request_id, title="Вечер настольных игр"), lambda: cancel(request_id, "Зал закрыт")):
        change()
        for _ in range(2):
            answer = ask(client, headers={"If-None-Match": tags[-1]})
            assert answer.status == 200
        tags.append(answer.response.headers["ETag"])
        assert ask(client, headers={"If-None-Match": tags[-1]}).status == 304
    assert len(set(tags)) == 3


def test_a_new_name_is_told_at_the_next_poll(client: Client, a_published: Make):
    """A feed's version stays while its institution is called otherwise (calendar.md 12)."""
    a_published()
    path = "/calendar/unit/pmc.ics"
    before = [ask(client, path).response.data for _ in range(2)]
    db.session.execute(db.text("UPDATE unit SET short_name = 'Дом молодёжи' WHERE key = 'pmc'"))
    db.session.commit()
    assert "Дом молодёжи" in ask(client, path).response.data.decode().replace("\r\n ", "")
    assert before[0] == before[1]


def test_polls_go_on_after_their_connection_is_let_go(app: Flask, client: Client, a_published: Make):
    a_published()
    first, second = ask(client), ask(client)
    db.engine.dispose()
    with requests_of_flask(app) as begun:
        assert told(ask(client)) == told(first) == told(second)
    assert begun == []


@pytest.mark.engines("postgresql")
def test_polls_go_on_after_the_server_has_ended_their_connection(app: Flask, client: Client, a_published: Make):
    """What the poller cannot say the view says, and the poll after it is told at once again."""
    a_published()
    first, _ = ask(client), ask(client)
    url = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    with requests_of_flask(app) as begun:
        assert [told(ask(client)) for _ in range(3)] == [told(first)] * 3
    assert begun == ["one"]
