"""Every path beside the same path of an earlier build: both served at once, on one set of data, asked in turn by one client.

    git worktree add ../before 0a5d433 && make -C ../before .venv/.development
    python -m benchmarks.before --before ../before --requests 2000 --database sqlite

The earlier build fills the database; today's runs on a copy of it, brought up by its own migrations. Of every path two figures are told:
how long an answer takes, and what of it the web worker spends (on PostgreSQL the rest is the database's).

Where a process lies in memory and which was started first makes one build differ from itself by a tenth in answers of half a millisecond.
So the servers are started several times, each build first in turn, their workers on one processor and the client on another.
"""

import argparse
import http.client
import json
import os
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import flask_migrate
from flask import Request
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, TestResponse

import app as assembler
from benchmarks.cluster import HOST
from benchmarks.decisions import Desk
from benchmarks.pages import AUTHOR, EVERYWHERE, MANY, first_open, one_number
from benchmarks.results import Case, arguments, report
from benchmarks.serving import ROOT, Served, Session, Stage, stage
from benchmarks.volume import Volume
from events.foundation import work
from events.foundation.db import db
from events.reminders import operations as reminders
from tests.fixtures.browsing import Page
from tests.fixtures.databases import settings_for

FILL = """
import sys
from pathlib import Path
from benchmarks.volume import Volume, fill
fill(sys.argv[1], Volume(int(sys.argv[2])), Path(sys.argv[3]))
"""
MOST = 1.05
"""What an answer may cost beside the earlier build's."""
DECISIONS = 5
"""Of each of the eight clients in a round."""
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Cost:
    """Of one answer, in milliseconds: from asking to the last byte, and what of it the worker spent."""

    wall: float
    worker: float


@dataclass
class Build:
    """A served build with its people and one kept-alive connection."""

    served: Served
    url: str
    people: dict[str, Session]
    desk: Desk
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection(HOST, self.served.port, timeout=60)

    def ask(self, path: str, login: str | None = None, body: str | None = None, *, status: int = 200, **headers: str) -> bytes:
        """One answer; another status fails the run."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()} | (self.people[login].headers if login else {})
        self.connection.request("GET" if body is None else "POST", path, body, sent)
        answer = self.connection.getresponse()
        told = answer.read()
        assert answer.status == status, f"{path}: {answer.status}"
        return told

    def cost(self, act: Callable[[], object], times: int) -> Cost:
        """The median answer, and the worker's time shared out."""
        took, before = [], self._spent()
        for _ in range(times):
            begun = time.perf_counter()
            act()
            took.append(time.perf_counter() - begun)
        return Cost(1000 * statistics.median(took), 1000 * (self._spent() - before) / times)

    def decide(self) -> Cost:
        """Eight clients decide."""
        before = self._spent()
        made = self.desk.decide(60, DECISIONS)
        return Cost(1000 / made.rate, 1000 * (self._spent() - before) / len(made.took))

    def _spent(self) -> float:
        """Processor seconds of the web workers so far, by the kernel's clock of each process."""
        return sum(time.clock_gettime(~pid << 3 | 2) for pid in self.served.workers())


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


def main() -> None:
    """Every path, at the volume asked for."""
    chosen = arguments(__doc__ or "", rounds=3, seconds=0.2, earlier=True)
    before = chosen.before.resolve()
    folder = chosen.folder / f"before-{_commit(before)}" if chosen.folder else None
    found: dict[str, Case] = {}
    with stage(chosen.database, folder, partial(_fill, before)) as made:
        for start in range(chosen.starts):
            for case in _one_start(made, chosen, before, now_first=start % 2 == 0):
                told = found.setdefault(case.name, case)
                if told is not case:
                    told.measured += case.measured
                    told.reference += case.reference
    report(list(found.values()))


def _one_start(made: Stage, chosen: argparse.Namespace, before: Path, *, now_first: bool) -> list[Case]:
    """Every path by servers that were just started: today's build first or second."""
    roots = (ROOT, before) if now_first else (before, ROOT)
    started = {root: _build(made, Volume(chosen.requests), chosen, root) for root in roots}
    builds = [started[ROOT], started[before]]
    cases = [case for name, acts in _paths(builds).items() for case in _compared(name, builds, acts, chosen)]
    cases += _deciding(builds, chosen.rounds)
    for build in builds:
        made.stop(build.served)
    return cases


def _compared(name: str, builds: list[Build], acts: list[Callable[[], object]], chosen: argparse.Namespace) -> list[Case]:
    """One path of both builds."""
    for act in acts * 5:
        act()
    warm = builds[0].cost(acts[0], 5)
    times = max(5, int(1000 * chosen.seconds / warm.wall))
    return _cases(name, chosen.rounds, [partial(build.cost, act, times) for build, act in zip(builds, acts, strict=True)])


def _deciding(builds: list[Build], rounds: int) -> list[Case]:
    """The decision with eight clients."""
    for build in builds:
        build.decide()
    return _cases("decision POST, 8 clients", rounds, [build.decide for build in builds])


def _cases(name: str, rounds: int, sides: list[Callable[[], Cost]]) -> list[Case]:
    """Both figures of a path, its builds asked in turn."""
    wall, worker = Case(name, "ms", MOST, "<="), Case(f"{name}: worker", "ms", MOST, "<=")
    for number in range(rounds):
        found: dict[int, Cost] = {}
        for place in (0, 1) if number % 2 == 0 else (1, 0):
            found[place] = sides[place]()
        wall.measured.append(found[0].wall)
        wall.reference.append(found[1].wall)
        worker.measured.append(found[0].worker)
        worker.reference.append(found[1].worker)
    return [wall, worker]


def _paths(builds: list[Build]) -> dict[str, list[Callable[[], object]]]:
    """By name, what asks each build for it. Both have the same rows, so the addresses are the same."""
    review = first_open(builds[0].url)
    request = one_number(builds[0].url, f"SELECT request_id FROM review WHERE id = {review}")
    draft = one_number(builds[0].url, "SELECT max(id) FROM event_request WHERE status = 'draft' AND number IS NULL AND title LIKE '%№%'"
                       " AND lead_unit_id = (SELECT id FROM unit WHERE key = 'pmc')")  # fmt: skip
    slug = builds[0].ask("/").split(b'href="/events/', 1)[1].split(b'"', 1)[0].decode()
    pages = {
        "programme": ("/", None), "event": (f"/events/{slug}", None), "subscribe": ("/subscribe", None), "sign-in": ("/sign-in", None),
        "desk": ("/desk", MANY), "desk of an author": ("/desk", AUTHOR), "list": ("/requests/", EVERYWHERE),
        "list of an author": ("/requests/", AUTHOR), "reviews": ("/reviews/", MANY), "decisions made": ("/reviews/?show=decided", MANY),
        "review": (f"/reviews/{review}", MANY), "request": (f"/requests/{request}", EVERYWHERE),
        "history": (f"/requests/{request}/history", EVERYWHERE), "approval sheet": (f"/requests/{request}/sheet", EVERYWHERE),
        "new request": ("/requests/new", AUTHOR), "edit form": (f"/requests/{draft}/edit", AUTHOR),
        "check": (f"/requests/{draft}/check", AUTHOR), "profile": ("/profile", MANY),
        "feed of everything": ("/calendar/all.ics", None), "feed of a unit": ("/calendar/unit/pmc.ics", None),
        "feed of an event": (f"/calendar/event/{slug}.ics", None),
    }  # fmt: skip
    asked: dict[str, list[Callable[[], object]]] = {
        name: [partial(build.ask, path, login, Accept_Encoding="gzip") for build in builds] for name, (path, login) in pages.items()
    }
    asked["feed 304"] = [
        partial(build.ask, "/calendar/all.ics", status=304, Accept_Encoding="gzip", If_None_Match=_tag(build)) for build in builds
    ]
    asked["autosave of a section"] = [_section(build, draft).save for build in builds]
    return asked


def _tag(build: Build) -> str:
    """What a subscriber holds of the feed of everything."""
    return build.served.get("/calendar/all.ics", {"Accept-Encoding": "gzip"})[1]["etag"]


def _section(build: Build, draft: int) -> Section:
    """The first section of the draft's form, with the values its controls have."""
    path = f"/requests/{draft}/edit"
    body = build.ask(path, AUTHOR)
    page = Page(TestResponse([body], "200 OK", Headers(), request=EnvironBuilder(path).get_request(Request)), path)
    inside = {one.get("name") for one in page.one(id="section-content").iter()} | {"csrf_token"}
    values = page.form(action="/edit").values()
    return Section(build, draft, {name: values.getlist(name) for name in values if name in inside})


def _build(made: Stage, volume: Volume, chosen: argparse.Namespace, root: Path) -> Build:
    """Serve a build on its copy of the data, brought up to it where it is today's."""
    url = made.database(volume)
    if root == ROOT:
        _upgrade(url, made.folder / "instance")
    processors = sorted(range(os.cpu_count() or 1))
    os.sched_setaffinity(0, processors[:1])
    served = made.serve(url, server=chosen.server, workers=1, root=root)
    os.sched_setaffinity(0, processors[1:] or processors)
    return Build(served, url, {login: served.sign_in(login) for login in (MANY, EVERYWHERE, AUTHOR)}, Desk(served, url))


def _upgrade(url: str, instance: Path) -> None:
    """By our migrations; then, as a worker does when it starts, plan the waiting letters in today's words."""
    application = assembler.create_app(settings_for(url, instance))
    with application.app_context():
        flask_migrate.upgrade()
        reminders.tick(work.now())
        db.session.remove()
        db.engine.dispose()


def _fill(root: Path, url: str, volume: Volume, instance: Path) -> None:
    """Let the other checkout fill an empty database by its own verbs."""
    environment = {**os.environ, "PYTHONPATH": str(root)}
    command = [str(root / ".venv" / "bin" / "python"), "-c", FILL, url, str(volume.requests), str(instance)]
    subprocess.run(command, check=True, cwd=root, env=environment, stdin=subprocess.DEVNULL)


def _commit(root: Path) -> str:
    """Which build it is."""
    return subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], check=True, cwd=root, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    main()
