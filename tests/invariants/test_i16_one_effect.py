"""I16: the same form sent fifty times at once has one effect, and every answer shows the result."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from sqlalchemy import func, select

from events.audit.models import AuditEntry
from events.foundation import work
from events.foundation.db import db
from events.requests.models import EventRequest
from tests.fixtures.browsing import Client

COPIES = 50
AT_ONCE = 8


def count(model: type[EventRequest] | type[AuditEntry]) -> int:
    """How many rows there are."""
    return work.transaction(lambda: int(db.session.scalar(select(func.count()).select_from(model)) or 0), write=False)


def test_i16_fifty_copies_of_one_post_have_one_effect(app: Flask, signed_in: Callable[[str], Client]):
    client = signed_in("spec_pmc")
    page = client.get("/requests/new")
    form = page.form()
    data = form.values()
    cookies = client.http.get_cookie("marshrut", domain="127.0.0.1")
    assert cookies is not None
    requests, entries = count(EventRequest), count(AuditEntry)

    def send(_: int) -> tuple[int, str | None]:
        copy = app.test_client()
        copy.set_cookie("marshrut", cookies.value, domain="127.0.0.1")
        answer = copy.post(form.action, data=data, base_url="http://127.0.0.1:8000")
        return answer.status_code, answer.headers.get("Location")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = Counter(pool.map(send, range(COPIES)))
    assert (count(EventRequest), count(AuditEntry)) == (requests + 1, entries + 1)
    ((status, location),) = answers
    assert status == 303
    assert client.get(str(location)).status == 200
