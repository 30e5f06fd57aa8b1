"""What two builds are asked for, by name. Both have the same rows, so the addresses are the same."""

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from flask import Request
from sqlalchemy import create_engine, text
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, TestResponse

from benchmarks.build import Act, Build
from benchmarks.decisions import DECIDERS, DEPUTY, DEPUTYS_UNIT, OpenReview, decision, waiting
from benchmarks.pages import AUTHOR, EVERYWHERE, MANY, first_open, one_number
from tests.fixtures.browsing import Page

FORM = "application/x-www-form-urlencoded"
ALL = "/calendar/all.ics"
NOOP_PATH = ("/noop/signed-in", MANY)
NEWLY = "UPDATE feed_state SET version = version + 1 WHERE key = 'all'"
"""What a change of an event leaves behind for the feed of everything: its bytes are joined and packed anew at the next poll."""


@dataclass
class Section:
    """A section of a draft as its page's script keeps it while its author types."""

    build: Build
    request_id: int
    fields: dict[str, list[str]]
    typed: int = 0

    def save(self) -> None:
        """One more letter."""
        self.typed += 1
        sent = self.fields | {"goal": [f"Цель и результат {self.typed}"]}
        path = f"/requests/{self.request_id}/autosave?section=content"
        told = self.build.ask(path, AUTHOR, urlencode(sent, doseq=True), Content_Type=FORM, Accept="application/json")
        self.fields["stamps-content"] = [json.loads(told)["version"]]


@dataclass
class Deciding:
    """One client who approves review after review."""

    build: Build
    login: str
    reviews: Iterator[OpenReview]

    def decide(self) -> None:
        """The next."""
        sent = decision(self.build.people[self.login], next(self.reviews))
        self.build.ask(sent.path, self.login, (sent.body or b"").decode(), status=303, Content_Type=FORM)


def paths(build: Build) -> dict[str, Act]:
    """Every path of one build. What uses up reviews comes last; the pages shown are of the newest, which nobody decides."""
    review = first_open(build.url)
    request = one_number(build.url, f"SELECT request_id FROM review WHERE id = {review}")
    draft = one_number(build.url, "SELECT max(id) FROM event_request WHERE status = 'draft' AND number IS NULL AND title LIKE '%№%'"
                       " AND lead_unit_id = (SELECT id FROM unit WHERE key = 'pmc')")  # fmt: skip
    slug = build.ask("/").split(b'href="/events/', 1)[1].split(b'"', 1)[0].decode()
    pages = {
        "programme": ("/", None), "event": (f"/events/{slug}", None), "subscribe": ("/subscribe", None), "sign-in": ("/sign-in", None),
        "signed-in no-op": NOOP_PATH, "no-op page": ("/noop/page", MANY),
        "desk": ("/desk", MANY), "desk of an author": ("/desk", AUTHOR), "list": ("/requests/", EVERYWHERE),
        "list of an author": ("/requests/", AUTHOR), "reviews": ("/reviews/", MANY), "decisions made": ("/reviews/?show=decided", MANY),
        "review": (f"/reviews/{review}", MANY), "request": (f"/requests/{request}", EVERYWHERE),
        "history": (f"/requests/{request}/history", EVERYWHERE), "approval sheet": (f"/requests/{request}/sheet", EVERYWHERE),
        "new request": ("/requests/new", AUTHOR), "edit form": (f"/requests/{draft}/edit", AUTHOR),
        "check": (f"/requests/{draft}/check", AUTHOR), "profile": ("/profile", MANY),
        "feed of everything": (ALL, None), "feed of a unit": ("/calendar/unit/pmc.ics", None),
        "feed of an event": (f"/calendar/event/{slug}.ics", None),
    }  # fmt: skip
    acts = {name: Act(partial(build.ask, path, login, Accept_Encoding="gzip")) for name, (path, login) in pages.items()}
    tag = build.served.get(ALL, {"Accept-Encoding": "gzip"})[1]["etag"]
    acts["feed plain"] = Act(partial(build.ask, ALL))
    acts["feed 304"] = Act(partial(build.ask, ALL, status=304, Accept_Encoding="gzip", If_None_Match=tag))
    acts["feed joined anew"] = Act(partial(build.ask, ALL, Accept_Encoding="gzip"), partial(_execute, build.url, NEWLY))
    acts["autosave of a section"] = Act(_section(build, draft).save)
    open_reviews = waiting(build.url)
    login, unit = DECIDERS[1]
    acts["decision, plain"] = Act(Deciding(build, login, itertools.islice(reversed(open_reviews[unit]), 1, None)).decide)
    acts["decision, final"] = Act(Deciding(build, DEPUTY, iter(open_reviews[DEPUTYS_UNIT])).decide)
    return acts


def _section(build: Build, draft: int) -> Section:
    """The first section of the draft's form, with the values its controls have."""
    path = f"/requests/{draft}/edit"
    body = build.ask(path, AUTHOR)
    page = Page(TestResponse([body], "200 OK", Headers(), request=EnvironBuilder(path).get_request(Request)), path)
    inside = {one.get("name") for one in page.one(id="section-content").iter()} | {"csrf_token"}
    values = page.form(action="/edit").values()
    return Section(build, draft, {name: values.getlist(name) for name in values if name in inside})


def _execute(url: str, statement: str) -> None:
    """A change past the application."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()
