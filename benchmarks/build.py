"""One of two builds as served: on its own copy of data that the earlier one has filled, asked by one client."""

import http.client
import os
import sqlite3
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import flask_migrate

import app as assembler
from benchmarks.cluster import HOST
from benchmarks.decisions import DECIDERS, DEPUTY, Desk, decision, waiting
from benchmarks.pages import AUTHOR, EVERYWHERE, MANY
from benchmarks.serving import ROOT, Served, Session, Stage, stage
from benchmarks.volume import Volume
from events.approvals import operations as approvals
from events.foundation import work
from events.foundation.db import db
from events.reminders import operations as reminders
from tests.fixtures.databases import settings_for

FILL = """
import sys
from pathlib import Path
from benchmarks.volume import Volume, fill
fill(sys.argv[1], Volume(int(sys.argv[2])), Path(sys.argv[3]))
"""
FINALS = 80
"""Requests that wait for the deputy head alone, whose decision publishes them."""
DECISIONS = 5
"""Of each of the eight clients in a round."""
NOOP, COUNTED = "noop:create_app", "counted:create_app"


@dataclass(frozen=True)
class Cost:
    """Of one answer, in milliseconds: from asking to the last byte, and what of it the worker spent."""

    wall: float
    worker: float


@dataclass(frozen=True)
class Act:
    """What is asked of a build; what has to be done before each asking is not counted."""

    ask: Callable[[], object]
    ready: Callable[[], object] = lambda: None


@dataclass
class Build:
    """A served build with its people and one kept-alive connection."""

    served: Served
    url: str
    people: dict[str, Session]
    desk: Desk
    told: dict[str, str] = field(default_factory=dict)
    """Headers of the last answer."""
    connection: http.client.HTTPConnection = field(init=False)
    workers: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.workers = self.served.workers()
        self.connection = http.client.HTTPConnection(HOST, self.served.port, timeout=60)

    def ask(self, path: str, login: str | None = None, body: str | None = None, *, status: int = 200, **headers: str) -> bytes:
        """One answer; another status fails the run."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()} | (self.people[login].headers if login else {})
        self.connection.request("GET" if body is None else "POST", path, body, sent)
        answer = self.connection.getresponse()
        said = answer.read()
        self.told = {name.lower(): value for name, value in answer.getheaders()}
        assert answer.status == status, f"{path}: {answer.status}"
        return said

    def cost(self, act: Act, times: int) -> Cost:
        """The median answer, and the worker's time shared out."""
        took, spent = [], 0.0
        for _ in range(times):
            act.ready()
            before, begun = self.spent(), time.perf_counter()
            act.ask()
            took.append(time.perf_counter() - begun)
            spent += self.spent() - before
        return Cost(1000 * sorted(took)[times // 2], 1000 * spent / times)

    def counted(self, act: Act) -> tuple[int, int]:
        """Statements and calls of one answer of a build that counts them."""
        act.ready()
        act.ask()
        return int(self.told["x-statements"]), int(self.told["x-calls"])

    def decide(self) -> Cost:
        """Eight clients decide."""
        before = self.spent()
        made = self.desk.decide(60, DECISIONS)
        return Cost(1000 / made.rate, 1000 * (self.spent() - before) / len(made.took))

    def spent(self) -> float:
        """Processor seconds of the web workers so far, by the kernel's clock of each process."""
        return sum(time.clock_gettime(~pid << 3 | 2) for pid in self.workers)


def serve(made: Stage, volume: Volume, server: str, root: Path, factory: str = NOOP) -> Build:
    """A build on its copy of the data, brought up to it where it is today's; its workers on a processor of their own."""
    url = made.database(volume)
    if root == ROOT:
        upgrade(url, made.folder / "instance")
    served = _pinned(partial(made.serve, url, server=server, workers=1, factory=factory, root=root))
    return Build(served, url, {login: served.sign_in(login) for login in (MANY, EVERYWHERE, AUTHOR, DEPUTY)}, Desk(served, url))


def beside(made: Stage, build: Build, server: str, factory: str) -> Build:
    """A reference on the data and with the people of a build."""
    return Build(_pinned(partial(made.serve, build.url, server=server, workers=1, factory=factory)), build.url, build.people, build.desk)


def _pinned(start: Callable[[], Served]) -> Served:
    """Start a server on the first processor and leave the others to whoever asks it."""
    processors = sorted(range(os.cpu_count() or 1))
    os.sched_setaffinity(0, processors[:1])
    served = start()
    os.sched_setaffinity(0, processors[1:] or processors)
    return served


def fill(root: Path, url: str, volume: Volume, instance: Path) -> None:
    """Let the other checkout fill an empty database by its own verbs, and its departments agree to some requests by its pages."""
    environment = {**os.environ, "PYTHONPATH": str(root)}
    command = [str(root / ".venv" / "bin" / "python"), "-c", FILL, url, str(volume.requests), str(instance)]
    subprocess.run(command, check=True, cwd=root, env=environment, stdin=subprocess.DEVNULL)
    with stage("sqlite") as own:
        served = own.serve(url, workers=1, root=root)
        for login, unit in DECIDERS:
            session = served.sign_in(login)
            for review in waiting(url)[unit][:FINALS]:
                sent = decision(session, review)
                assert served.post(sent.path, sent.headers, (sent.body or b"").decode()) == 303
    if url.startswith("sqlite:///"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def commit(root: Path) -> str:
    """Which build it is."""
    return subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], check=True, cwd=root, capture_output=True, text=True).stdout.strip()


def upgrade(url: str, instance: Path) -> None:
    """By our migrations; then, as a worker does when it starts, count drafts and plan the waiting letters in today's words."""
    application = assembler.create_app(settings_for(url, instance))
    with application.app_context():
        flask_migrate.upgrade()
        approvals.count_drafts(work.now())
        reminders.tick(work.now())
        db.session.remove()
        db.engine.dispose()
