"""Decisions: the POST of an approval with sign-in, CSRF, rights, receipt, publication, reminders and audit in one transaction.

    python -m benchmarks.decisions --requests 2000 --database postgresql
    python -m benchmarks.decisions --requests 2000 --database sqlite

The references, in the same run, are our own signed-in no-op and, on PostgreSQL, pgbench's simple-update (three statements in a
transaction) on the same server.
"""

import argparse
import itertools
import re
import secrets
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import psycopg
from sqlalchemy import Row, create_engine, text

import app as assembler
from benchmarks import load
from benchmarks.copies import FIRST_COPY
from benchmarks.load import Load, Sent
from benchmarks.results import Case, arguments, interleaved, report
from benchmarks.serving import Served, Session, Stage, stage
from benchmarks.volume import Volume
from events.audit import operations as audit
from events.foundation import work
from events.foundation.db import db
from tests.fixtures.databases import settings_for

CLIENTS = 8
FACTORY = "noop:create_app"
DECIDERS = (("head_omp", "omp"), ("head_ozpb", "ozpb"), ("head_our", "our"), ("head_oobr", "oobr"))
"""Who decides, and for which department; two sign-ins of each make eight clients."""
DEPUTY, DEPUTYS_UNIT = "zam", "zam_soc"
"""Whose decision is the last of the route and publishes."""
PGBENCH_SCALE = 10
ALONE = 20
"""Decisions of one client in a round."""


@dataclass(frozen=True)
class OpenReview:
    """An open review as its page would show it."""

    review_id: int
    version: int


class Desk:
    """Eight signed-in clients and the reviews that wait for them; no review is given out twice.

    Each client begins at another eighth of the requests, so that no two of them ask for one request at once. In the first eighth of a
    walk no decision is the last of its stage.
    """

    def __init__(self, served: Served, url: str) -> None:
        self.served, self.url = served, url
        self.sessions = [served.sign_in(login) for login, _ in DECIDERS * (CLIENTS // len(DECIDERS))]
        open_reviews = waiting(url)
        self._queues = [_share(open_reviews[unit], place) for place, (_, unit) in enumerate(DECIDERS * (CLIENTS // len(DECIDERS)))]
        self._finals, self._deputy = iter(open_reviews[DEPUTYS_UNIT]), served.sign_in(DEPUTY)
        self.decided = 0

    def decide(self, seconds: float, most: int) -> Load:
        """Everybody decides for so many seconds, at most `most` reviews each; every answer is a redirect."""
        return self._made([self._script(session, queue, most) for session, queue in zip(self.sessions, self._queues, strict=True)], seconds)

    def decide_alone(self, most: int) -> Load:
        """One client makes so many plain decisions."""
        return self._made([self._script(self.sessions[0], self._queues[0], most)], 60)

    def publish(self, most: int) -> Load:
        """The deputy makes so many final decisions; each publishes an event."""
        return self._made([self._script(self._deputy, self._finals, most)], 60)

    def noop(self, seconds: float) -> float:
        """Answers a second of the page that only asks who is signed in, to as many clients as decide."""
        session = self.sessions[0]
        return load.hammer(self.served.url("/noop/signed-in"), status=200, headers=session.headers, clients=CLIENTS, seconds=seconds)

    def _made(self, scripts: list[Callable[[], Iterable[Sent]]], seconds: float) -> Load:
        """What came of the scripts."""
        made = load.replay(self.served.port, scripts, seconds)
        assert set(made.statuses) == {303}, f"not every decision was taken: {made.statuses}"
        self.decided += len(made.took)
        return made

    def _script(self, session: Session, queue: Iterator[OpenReview], most: int) -> Callable[[], Iterable[Sent]]:
        """One client's decisions, prepared, so that the client itself costs little. What a shorter run leaves is not used again."""
        prepared = [decision(session, review) for review in itertools.islice(queue, most)]
        assert prepared, "no reviews are left: take a larger volume or fewer seconds"
        return lambda: prepared


def main() -> None:
    """The cases of the chosen database."""
    chosen = arguments(__doc__ or "", seconds=4)
    per_round = int(60 * chosen.seconds)
    needed = (chosen.rounds + 1) * per_round * CLIENTS // len(DECIDERS)
    finals = (chosen.rounds + 1) * ALONE
    needed += 2 * finals
    volume = Volume(max(chosen.requests, needed + finals + 300), open_reviews=needed, upcoming=200, last=finals)
    with stage(chosen.database, chosen.folder) as made:
        url = made.database(volume)
        before = _count(url)
        desk = Desk(made.serve(url, server=chosen.server, factory=FACTORY), url)
        measure = on_postgresql if chosen.database == "postgresql" else on_sqlite
        published = _publications(url)
        cases = [*measure(made, desk, chosen, per_round), publishing(desk, chosen.rounds)]
        assert _publications(url) - published == finals, "not every final decision has published its event"
        for served in made.running[:]:
            made.stop(Served(0, served.pid))
        assert _count(url) - before == desk.decided, f"{desk.decided} answers, {_count(url) - before} decisions"
        _check_chain(url, made)
    report(cases)


def on_postgresql(made: Stage, desk: Desk, chosen: argparse.Namespace, per_round: int) -> list[Case]:
    """Decisions a second against pgbench."""
    pgbench = _prepare_pgbench(made)
    case = Case("decision POST, 8 clients", "decisions/s", 0.25, note=f"against pgbench simple-update, 8 clients; {chosen.server}")
    loads: list[Load] = []

    def ours() -> float:
        loads.append(desk.decide(chosen.seconds, per_round))
        return loads[-1].rate

    beside = _beside_noop(chosen)
    figures = interleaved(chosen.rounds, ours, lambda: pgbench(chosen.seconds), lambda: desk.noop(chosen.seconds))
    case.measured, case.reference = figures[:2]
    beside.measured, beside.reference = figures[0][:], figures[2]
    return [case, beside, _spread(loads[1:], None)]


def on_sqlite(made: Stage, desk: Desk, chosen: argparse.Namespace, per_round: int) -> list[Case]:
    """The slowest decisions against the middle one, and all of them against the no-op."""
    loads: list[Load] = []

    def ours() -> float:
        loads.append(desk.decide(chosen.seconds, per_round))
        return loads[-1].rate

    beside = _beside_noop(chosen)
    beside.measured, beside.reference = interleaved(chosen.rounds, ours, lambda: desk.noop(chosen.seconds))
    return [beside, _spread(loads[1:], 5.0)]


def _beside_noop(chosen: argparse.Namespace) -> Case:
    """Decisions against a page that only asks who is signed in."""
    return Case("decision POST beside the signed-in no-op, 8 clients", "requests/s", note=f"two bytes, no layout; {chosen.server}")


def publishing(desk: Desk, rounds: int) -> Case:
    """The final decision, which publishes, beside a plain one; one client."""
    case = Case("final decision beside a plain one", "ms", 2.0, "<=", note="one client")
    sides = [lambda: 1000 * desk.publish(ALONE).percentile(0.5), lambda: 1000 * desk.decide_alone(ALONE).percentile(0.5)]
    case.measured, case.reference = interleaved(rounds, *sides)
    return case


def _share(open_reviews: Sequence[OpenReview], place: int) -> Iterator[OpenReview]:
    """What the client in that place is given of its unit's reviews: half of them, from its own eighth of the requests on."""
    begin = len(open_reviews) * place // CLIENTS
    shifted = [*open_reviews[begin:], *open_reviews[:begin]]
    return iter(shifted[: len(shifted) // 2])


def _check_chain(url: str, made: Stage) -> None:
    """The audit's chain holds."""
    application = assembler.create_app(settings_for(url, made.folder / "instance"))
    with application.app_context():
        assert work.transaction(audit.verify, write=False).holds, "the audit's chain is broken"
        db.session.remove()
        db.engine.dispose()


def _spread(loads: list[Load], target: float | None) -> Case:
    """p99 against p50 of the answers' times."""
    case = Case("decision POST p99 : p50, 8 clients", "ms", target, "<=")
    case.measured = [1000 * one.percentile(0.99) for one in loads]
    case.reference = [1000 * one.percentile(0.5) for one in loads]
    case.note = f"{sum(len(one.took) for one in loads)} decisions, {sum(one.rate for one in loads) / len(loads):.0f}/s"
    return case


def _count(url: str) -> int:
    """Decisions in force."""
    return _number(url, "SELECT count(*) FROM decision WHERE recalled_at IS NULL")


def _publications(url: str) -> int:
    """Dates the public is told of."""
    return _number(url, "SELECT count(*) FROM publication")


def _number(url: str, statement: str) -> int:
    """One number out of the database."""
    (row,) = _read(url, statement)
    return int(row[0])


def waiting(url: str) -> dict[str, list[OpenReview]]:
    """Open reviews by unit, in the order of their requests."""
    found: dict[str, list[OpenReview]] = {unit: [] for unit in (*(unit for _, unit in DECIDERS), DEPUTYS_UNIT)}
    for key, review_id, version in _read(
        url,
        "SELECT unit.key, review.id, review.version FROM review JOIN unit ON unit.id = unit_id "
        f"WHERE state = 'open' AND review.kind = 'gate' AND review.request_id >= {FIRST_COPY} ORDER BY review.request_id",
    ):
        if key in found:
            found[key].append(OpenReview(review_id, version))
    return found


def _read(url: str, statement: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """Rows as they stand in the database, read past the application."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        rows = connection.execute(text(statement)).all()
    engine.dispose()
    return rows


def decision(session: Session, review: OpenReview) -> Sent:
    """What the page's form sends."""
    fields = {"csrf_token": session.csrf_token, "nonce": secrets.token_urlsafe(16), "verdict": "approve", "comment": ""}
    fields |= {"version": str(review.version), "revision_no": "1"}
    headers = {**session.headers, "Content-Type": "application/x-www-form-urlencoded"}
    return Sent("POST", f"/reviews/{review.review_id}", headers, urlencode(fields).encode())


def _prepare_pgbench(made: Stage) -> Callable[[float], float]:
    """Its tables in a database of their own; the returned function gives transactions a second."""
    server = made.cluster()
    name = f"copy_pgbench_{secrets.token_hex(4)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    subprocess.run(["pgbench", "-i", "-q", "-s", str(PGBENCH_SCALE), f"{server}/{name}"], check=True, capture_output=True)

    def run(seconds: float) -> float:
        command = ["pgbench", "-n", "-N", "-c", str(CLIENTS), "-j", "2", "-T", str(max(1, round(seconds))), f"{server}/{name}"]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        found = re.search(r"tps = ([\d.]+)", said)
        assert found is not None, said
        return float(found[1])

    return run


if __name__ == "__main__":
    main()
