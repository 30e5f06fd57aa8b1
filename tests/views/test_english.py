"""An English reader meets no Russian but what is marked as such: every page of every role, over the whole demo.

Names of people and what they wrote stay Russian; where the page can, it says so by `lang="ru"`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from textwrap import shorten
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from sqlalchemy import select, update

from events.foundation import work
from events.foundation.db import db
from events.foundation.names import initials_first, surname_first
from events.outbox.queries import ENVELOPE, Envelope
from events.people.models import User
from events.requests.models import EventRequest
from letters.kinds import LONGEST_TITLE
from letters.render import renderings
from tests.fixtures.application import demo_house
from tests.fixtures.browsing import Client, Page
from tests.fixtures.cast import sign_in_as
from tests.fixtures.moments import MONDAY

ROLES = ("anon", "spec_pmc", "dir_pmc", "spec_omp", "head_ozpb", "zam", "spec_dm", "admin", "lean")
"""Nobody; an author; a head; the coordinator; a department; who confirms; another institution; the administrator; the analyst."""
OF_ONE_SHAPE = 2
"""Pages looked at whose addresses differ in nothing but ids and filters."""
CYRILLIC = re.compile(r"[А-Яа-яЁё]")
SILENT = frozenset({"script", "style", "svg", "title", "head"})
SPOKEN = ("title", "alt", "placeholder", "aria-label")
OURS = frozenset({"unit.name", "unit.short_name", "publication.unit_name", "round.plan"})
OURS_TABLES = frozenset({"event_type", "direction", "reason_code", "rule", "route_version", "audit_entry", "message", "calendar_year"})
"""What the district has an English text for: no excuse for Russian on an English page."""


@pytest.fixture(scope="module")
def demo_app(tmp_path_factory: pytest.TempPathFactory, run_folder: Path) -> Iterator[Flask]:
    """The whole demo at MONDAY, everybody reading English."""
    with demo_house(tmp_path_factory.mktemp("english"), run_folder) as application:
        db.session.execute(update(User).values(locale="en"))
        db.session.commit()
        yield application


@pytest.fixture(scope="module")
def contents(demo_app: Flask) -> tuple[str, ...]:
    """Everything people of the demo typed, the longest first."""
    found = {text for table in db.metadata.sorted_tables if table.name not in OURS_TABLES for text in _texts_of(table)}
    names = db.session.scalars(select(User.full_name)).all()
    found |= {form(name) for name in names for form in (surname_first, initials_first)}
    found |= {shorten(title, LONGEST_TITLE, placeholder="…") for title in db.session.scalars(select(EventRequest.title))}
    words = {part for text in found for part in (text, *text.splitlines())}
    return tuple(sorted((" ".join(one.split()) for one in words if CYRILLIC.search(one)), key=len, reverse=True))


def _texts_of(table: Any) -> Iterator[str]:
    columns = [one for one in table.columns if f"{table.name}.{one.name}" not in OURS]
    for row in db.session.execute(select(*columns)) if columns else ():
        for value in row:
            yield from _strings(value)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)


def _shape(address: str) -> str:
    return re.sub(r"/events/[^?]*", "/events/-", re.sub(r"\d+|=[^&]*", "-", address))


def walk(client: Client, *begin: str) -> Iterator[Page]:
    """Every page that can be reached by links, a few of each shape."""
    waiting, seen, shapes = list(begin), set[str](), Counter[str]()
    while waiting:
        address = waiting.pop(0).partition("#")[0]
        if not address.startswith("/") or address.startswith("/static") or ".ics" in address or address in seen or "lang=ru" in address:
            continue
        seen.add(address)
        shapes[_shape(address)] += 1
        if shapes[_shape(address)] > OF_ONE_SHAPE:
            continue
        page = client.open("GET", address, expect=None, expect_redirect=...)
        if page.location:
            waiting.append(page.location)
        elif page.response.mimetype == "text/html":
            yield page
            waiting += [one.get("href", "") for one in page.all("a")]


def russian(tree: Element, contents: Iterable[str]) -> list[str]:
    """The texts with Cyrillic in them that neither a `lang` nor an author answers for."""
    found: list[str] = []

    def look(one: Element) -> None:
        if not isinstance(one.tag, str) or one.tag in SILENT or one.get("lang", "en") != "en":
            return
        found.extend(one.get(name, "") for name in SPOKEN)
        if one.tag not in {"textarea"}:
            found.append(one.text or "")
        for part in one:
            look(part)
            found.append(part.tail or "")

    look(tree)
    lines = (" ".join(text.split()) for text in found if CYRILLIC.search(text))
    return [line for line in lines if CYRILLIC.search(_without(line, tuple(contents)))]


@lru_cache(maxsize=4096)
def _without(line: str, contents: tuple[str, ...]) -> str:
    for one in contents:
        if one in line:
            line = line.replace(one, "")
    return line


@pytest.mark.parametrize("login", ROLES)
def test_every_page_of_every_role_is_english(demo_app: Flask, contents: tuple[str, ...], login: str):
    client = Client(demo_app)
    if login == "anon":
        begin = (
            "/?lang=en",
            "/subscribe?lang=en",
            "/sign-in?lang=en",
            "/password/forgotten?lang=en",
            "/password/reset/x?lang=en",
            "/desk?lang=en",
        )
    else:
        sign_in_as(client, login)
        begin = (
            "/desk",
            "/reviews/",
            "/requests/",
            "/requests/new",
            "/profile",
            "/production-calendar",
            "/styleguide",
            "/?lang=en",
            "/nope",
        )
    pages = [
        page
        for page in walk(client, *begin)
        if page.one("html").get("lang") == "en" or not page.path.startswith(("/?", "/events", "/subscribe"))
    ]
    found = {page.path: russian(page.tree, contents) for page in pages}
    assert len(pages) > len(begin)
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_the_form_of_a_draft_is_english(demo_app: Flask, contents: tuple[str, ...]):
    client = Client(demo_app)
    sign_in_as(client, "spec_pmc")
    drafts = db.session.scalars(select(EventRequest.id).where(EventRequest.number.is_(None))).all()
    shown = [client.open("GET", f"/requests/{one}/{page}", expect=None) for one in drafts for page in ("edit", "check")]
    found = {page.path: russian(page.tree, contents) for page in shown if page.status == 200}
    assert found
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_every_letter_of_the_demo_is_english(demo_app: Flask, contents: tuple[str, ...]):
    envelopes = work.transaction(lambda: [Envelope(*row) for row in db.session.execute(select(*ENVELOPE))], write=False)
    drawn = work.transaction(lambda: renderings(envelopes, MONDAY), write=False)
    kinds = {one.kind for one in envelopes if one.id in drawn}
    letters = {one.id: drawn[one.id]() for one in envelopes if one.id in drawn}
    lines = {f"{letter.subject}": _foreign(f"{letter.subject}\n{letter.text}", contents) for letter in letters.values()}
    assert len(kinds) >= 10
    assert {subject: found for subject, found in lines.items() if found} == {}


def _foreign(text: str, contents: tuple[str, ...]) -> list[str]:
    lines = (" ".join(line.split()) for line in text.splitlines())
    return [line for line in lines if CYRILLIC.search(_without(line, contents))]
