"""What a crash leaves behind: the server killed in mid-load, and the database gone (I2, I8, I11; reliability.md 1.6, baseline 19)."""

import os
import queue
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from pathlib import Path

import psycopg
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.engine import make_url
from werkzeug.test import TestResponse

import app as assembler
from events.approvals.models import Decision, Review
from events.approvals.vocabulary import ReviewState, Verdict
from events.audit import operations as audit
from events.audit.models import AuditEntry
from events.foundation.db import db
from events.outbox.models import Message
from events.reminders import operations as reminders
from events.requests.models import EventRequest
from tests.fixtures.cast import Cast
from tests.fixtures.databases import settings_for
from tests.fixtures.demo_rows import PASSWORD
from tests.fixtures.office import Office
from tests.fixtures.requests import an_occurrence
from tests.fixtures.serving import Served
from tests.fixtures.wire import Answer, Link, Person, form_fields

KILLS = int(os.environ.get("MARSHRUT_TESTS_KILLS", "2"))
REQUESTS = 8 * (KILLS + 1)
"""Two decisions each: more are always left after a kill than clients are at work."""
CLIENTS_EACH = 3
TRIES = KILLS + 10


# --- The server is killed -----------------------------------------------------------------------------------------------------------------


@dataclass
class Load:
    """People deciding review after review over HTTP, whatever happens to the server."""

    up: threading.Event = field(default_factory=threading.Event)
    told: dict[int, str] = field(default_factory=dict)
    """Where the answer to each decision led."""
    broken: int = 0
    """Requests that got no answer."""
    changed: threading.Condition = field(default_factory=threading.Condition)

    def work_off(self, person: Person, reviews: "queue.SimpleQueue[int]") -> None:
        """Decide until no review is left."""
        while True:
            try:
                review_id = reviews.get_nowait()
            except queue.Empty:
                return
            self.decide(person, review_id)

    def decide(self, person: Person, review_id: int) -> None:
        """Open the page and press the button; the same form is sent again until it is answered."""
        path = f"/reviews/{review_id}"
        page = self.insist(lambda: person.open(path))
        fields = {**form_fields(page.body.decode(), path), "verdict": Verdict.APPROVE.value}
        answer = self.insist(lambda: person.send(path, fields))
        assert answer.status == 303, f"{path}: {answer.status}"
        with self.changed:
            self.told[review_id] = answer.headers["location"]
            self.changed.notify_all()

    def insist(self, ask: Callable[[], Answer]) -> Answer:
        """Ask again after a broken connection, once the server is back, and when asked to come later."""
        for _ in range(TRIES):
            try:
                answer = ask()
            except (OSError, HTTPException):
                with self.changed:
                    self.broken += 1
                assert self.up.wait(120), "the server did not come back"
            else:
                if answer.status != 503:
                    return answer
        raise AssertionError(f"no answer in {TRIES} tries")

    def wait_for(self, number: int) -> None:
        """Until so many decisions are acknowledged."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.told) >= number, 120), f"{len(self.told)} of {number} decisions"


@pytest.fixture
def today(app: Flask, freeze: time_machine.Traveller) -> datetime:
    """The clock of the served product: what the office does beforehand must not lie in its future."""
    moment = datetime.fromtimestamp(time_machine.escape_hatch.time.time(), UTC)
    freeze.move_to(moment)
    return moment


def review_of(office: Office, request_id: int, unit: str) -> int:
    """The id of the unit's review."""
    return office.read(lambda: office.review(request_id, unit).id)  # type: ignore[no-any-return]


@pytest.fixture
def asked(today: datetime, a_request: Callable[..., EventRequest], cast: Cast, office: Office) -> dict[str, list[int]]:
    """Requests handed in by their head, so that two departments are asked at once; the reviews that wait, by unit."""
    starts = (today + timedelta(days=45)).replace(hour=12, minute=0, second=0, microsecond=0)
    reviews: dict[str, list[int]] = {"omp": [], "ozpb": []}
    for _ in range(REQUESTS):
        made = a_request(cast.dir_pmc, venue=None, occurrences=(an_occurrence(starts),), expected=45, age_from=14, minors=True, buses=True)
        office.submit(made.id, "dir_pmc")
        for unit, ids in reviews.items():
            ids.append(review_of(office, made.id, unit))
    return reviews


def test_i2_i8_server_killed_in_mid_load_loses_and_doubles_nothing(
    serve: Callable[[], Served], asked: dict[str, list[int]], office: Office, today: datetime
) -> None:
    served, load = serve(), Load()
    load.up.set()
    reviews = sorted(asked["omp"] + asked["ozpb"])
    with ThreadPoolExecutor(2 * CLIENTS_EACH) as pool:
        at_work = []
        for unit, ids in asked.items():
            person, waiting = Person(served.url, f"head_{unit}"), queue.SimpleQueue[int]()
            for review_id in ids:
                waiting.put(review_id)
            at_work += [pool.submit(load.work_off, person, waiting) for _ in range(CLIENTS_EACH)]
        for number in range(1, KILLS + 1):
            load.wait_for(len(reviews) * number // (KILLS + 1))
            load.up.clear()
            served.kill()
            served.start()
            load.up.set()
        for one in at_work:
            one.result()

    assert load.broken >= KILLS
    assert sorted(load.told) == reviews
    assert [one for one, target in load.told.items() if not target.endswith(f"decided={one}")] == []
    assert decided(office, reviews) == (dict.fromkeys(reviews, 1), dict.fromkeys(reviews, 1), {ReviewState.DECIDED})
    assert office.read(audit.verify).holds
    assert told_of_next_stage(office) == dict.fromkeys(requests_of(office, reviews), 1)
    assert reminders.tick(today) == 0, "the outbox is not what the decisions ask for"


def decided(office: Office, reviews: Sequence[int]) -> tuple[dict[int, int], dict[int, int], set[ReviewState]]:
    """How often each review is decided in the table and in the audit, and the states of the reviews."""

    def ask() -> tuple[dict[int, int], dict[int, int], set[ReviewState]]:
        effective = Counter(db.session.scalars(select(Decision.review_id).where(Decision.recalled_at.is_(None))))
        entries = db.session.scalars(select(AuditEntry.data).where(AuditEntry.action == "decided"))
        recorded = Counter(entry["review"] for entry in entries if not entry.get("by_submission"))
        return dict(effective), dict(recorded), set(db.session.scalars(select(Review.state).where(Review.id.in_(reviews))))

    return office.read(ask)  # type: ignore[no-any-return]


def requests_of(office: Office, reviews: Sequence[int]) -> set[int]:
    """The requests of these reviews."""
    return office.read(lambda: set(db.session.scalars(select(Review.request_id).where(Review.id.in_(reviews)))))  # type: ignore[no-any-return]


def told_of_next_stage(office: Office) -> dict[int | None, int]:
    """How many messages tell the deputy head that a request waits, by request."""

    def ask() -> dict[int | None, int]:
        deputy = office.by("zam").id
        told = select(Message.request_id).where(Message.kind == "assigned", Message.recipient_id == deputy)
        return dict(Counter(db.session.scalars(told)))

    return office.read(ask)  # type: ignore[no-any-return]


# --- The database is away -----------------------------------------------------------------------------------------------------------------

PAGES = ("/", "/desk", "/requests/", "/calendar/all.ics", "/calendar/unit/pmc.ics", "/sign-in", "/sitemap.xml", "/readyz")
AT_WORK = {path: (303 if path == "/sign-in" else 200, None) for path in PAGES}
"""What a signed-in person gets."""


@dataclass
class Far:
    """The product with its database at the far end of a link."""

    app: Flask
    link: Link
    url: str


@pytest.fixture
def far(database_url: str, tmp_path: Path, freeze: time_machine.Traveller) -> Iterator[Far]:
    """Away until `link.mend()`."""
    address = make_url(database_url)
    with Link(address.port or 5432) as link:
        link.cut()
        through = address.set(port=link.port).render_as_string(hide_password=False)
        application = assembler.create_app(settings_for(through, tmp_path / "instance"))
        yield Far(application, link, database_url)
        with application.app_context():
            db.engine.dispose()


def signed_in(far: Far) -> FlaskClient:
    """A specialist's browser."""
    client = far.app.test_client()
    answer = sign_in(client, form_fields(client.get("/sign-in").text, "/sign-in"))
    assert answer.status_code == 303
    return client


def sign_in(client: FlaskClient, fields: dict[str, str]) -> TestResponse:
    """Send the sign-in form."""
    return client.post("/sign-in", data={**fields, "email": "spec_pmc@demo.example", "password": PASSWORD})


def refusals(client: FlaskClient) -> dict[str, tuple[int, str | None]]:
    """Status and Retry-After of every page."""
    answers = {path: client.get(path) for path in PAGES}
    return {path: (answer.status_code, answer.headers.get("Retry-After")) for path, answer in answers.items()}


@pytest.mark.engines("postgresql")
def test_database_away_at_the_start_is_503_and_over_when_it_comes(far: Far) -> None:
    assert far.app.test_client().get("/healthz").status_code == 200
    away = refusals(far.app.test_client())
    assert away.pop("/sign-in") == (200, None)
    assert away.pop("/desk") == away.pop("/requests/") == (302, None)
    assert set(away.values()) == {(503, "5")}
    far.link.mend()
    assert refusals(signed_in(far)) == AT_WORK


@pytest.mark.engines("postgresql")
def test_database_lost_at_work_is_503_and_over_when_it_is_back(far: Far) -> None:
    far.link.mend()
    client, stranger = signed_in(far), far.app.test_client()
    fields = form_fields(stranger.get("/sign-in").text, "/sign-in")
    refusals(client)
    far.link.cut()
    assert refusals(client) == dict.fromkeys(PAGES, (503, "5"))
    refused = sign_in(stranger, fields)
    assert (refused.status_code, refused.headers.get("Retry-After"), refused.headers["Cache-Control"]) == (503, "5", "no-store")
    far.link.mend()
    assert sign_in(stranger, fields).status_code == 303
    assert refusals(client) == AT_WORK


@pytest.mark.engines("postgresql")
def test_database_restarted_between_two_requests_is_not_noticed(far: Far) -> None:
    far.link.mend()
    client = signed_in(far)
    refusals(client)
    with psycopg.connect(far.url, autocommit=True) as connection:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        assert connection.execute(others).fetchall() != []
    assert refusals(client) == AT_WORK
