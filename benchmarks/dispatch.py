"""Reminders: sending what is due, and finding that nothing is to be changed.

    python -m benchmarks.dispatch --requests 2720 --database postgresql

The reference of sending is APScheduler with its own SQLAlchemy job store in the same database: as many jobs that do nothing, all due.
The reference of reconciling is reading the open reviews it goes through. Both run in one process, without a web server.
"""

import argparse
import gc
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

import apscheduler.events
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from sqlalchemy import Select, delete, func, select, update

import app as assembler
from benchmarks.results import Case, Measure, arguments, interleaved, report
from benchmarks.serving import stage
from benchmarks.volume import Volume
from commands.worker import BATCH, judge
from events.approvals.models import Review
from events.approvals.vocabulary import ReviewState
from events.foundation import clock, work
from events.foundation.db import db
from events.outbox import operations as outbox
from events.outbox.channels.email import Letter
from events.outbox.models import Message
from events.outbox.queries import Envelope
from events.outbox.vocabulary import ChannelKind, MessageState
from events.reminders import operations as reminders
from tests.fixtures.databases import settings_for

Found = TypeVar("Found")

UPCOMING, DRAFTS, DEPARTMENTS = 200, 20, 4
MOST_OPEN = 2500
"""Requests in review: 10,000 reviews in four departments."""
LETTERS = 300
"""Letters of one round, three batches."""
WITHIN = 120
"""Seconds APScheduler may take for as many jobs."""


@dataclass
class Nowhere:
    """A channel at the other end of which nobody is; it remembers what it was given."""

    kind = ChannelKind.EMAIL

    taken: list[str] = field(default_factory=list)

    def send(self, letter: Letter, address: str, message_id: str) -> None:
        """Drop the letter."""
        assert letter.subject
        assert address
        self.taken.append(message_id)

    def close(self) -> None:
        """Nothing is open."""


def main() -> None:
    """Every case of reminders."""
    chosen = arguments(__doc__ or "", requests=MOST_OPEN + UPCOMING + DRAFTS)
    volume = Volume(chosen.requests, open_reviews=min(MOST_OPEN, chosen.requests - UPCOMING - DRAFTS), upcoming=UPCOMING)
    with stage(chosen.database, chosen.folder) as made:
        application = assembler.create_app(settings_for(made.database(volume), made.folder / "instance"))
        gc.freeze()  # as every process of the house does once it is assembled
        with application.app_context():
            cases = [*reconciling(chosen), *sending(application, chosen)]
            db.session.remove()
            db.engine.dispose()
    report(cases)


def reconciling(chosen: argparse.Namespace) -> list[Case]:
    """A tick with nothing to change, against reading the open reviews as rows and as plain columns."""
    now = clock.now()
    reminders.tick(now)
    open_ = Review.state == ReviewState.OPEN
    count = _read(lambda: db.session.scalar(select(func.count()).select_from(Review).where(open_)) or 0)
    before = _messages()

    def tick() -> None:
        assert reminders.tick(now) == 0, "there was something to change"

    def rows() -> None:
        assert len(_read(lambda: db.session.scalars(select(Review).where(open_)).all())) == count

    def columns() -> None:
        assert len(_read(lambda: db.session.connection().execute(select(Review.__table__).where(open_)).all())) == count

    ticks, as_rows, as_columns = interleaved(chosen.rounds, _milliseconds(tick), _milliseconds(rows), _milliseconds(columns))
    assert _messages() == before
    _check_that_it_looks(now)
    name = f"reconcile, {count} open reviews, nothing to change"
    return [
        Case(name, "ms", 5.0, "<=", ticks, as_rows, "against reading the reviews as rows of the ORM"),
        Case(name, "ms", None, "<=", ticks, as_columns, "against reading their columns"),
    ]


def sending(application: Flask, chosen: argparse.Namespace) -> list[Case]:
    """Letters a second through the outbox against jobs a second through APScheduler."""
    letters = _letters()
    ours = _letters_a_second(letters, judge)
    bare = _letters_a_second(letters, _same_words)
    theirs = _jobs_a_second(len(letters))
    whole, alone, jobs = interleaved(chosen.rounds, ours, bare, theirs)
    note = f"{len(letters)} letters against as many jobs that do nothing"
    return [
        Case(f"reminder dispatch, no-op delivery, batch {BATCH}", "letters/s", 25.0, measured=whole, reference=jobs, note=note),
        Case("outbox alone", "letters/s", measured=alone, reference=jobs, note="nothing judged, all letters the same"),
    ]


def _check_that_it_looks(now: datetime) -> None:
    """One message taken away is missed and put back."""
    pending = select(func.max(Message.id)).where(Message.state == MessageState.PENDING).scalar_subquery()
    work.transaction(lambda: db.session.execute(delete(Message).where(Message.id == pending), execution_options=_UNSEEN))
    assert reminders.tick(now) == 1, "a missing message was not missed"


_UNSEEN = {"synchronize_session": False}


def _letters() -> Sequence[int]:
    """The messages every round sends: those that may leave, found by sending everything once, at whatever hour offices are open."""
    _due(select(Message.id).where(Message.state == MessageState.PENDING, Message.kind == "assigned"))
    while outbox.deliver(judge, Nowhere(), limit=BATCH).total:
        pass
    ours = select(Message.id).where(Message.state == MessageState.SENT, Message.kind == "assigned").order_by(Message.id).limit(LETTERS)
    found = _read(lambda: db.session.scalars(ours).all())
    assert len(found) == LETTERS, f"only {len(found)} letters: take a larger volume"
    return found


def _due(letters: Sequence[int] | Select[int]) -> None:
    """Let them wait for a minute already."""
    again = {"state": MessageState.PENDING, "sent_at": None, "due_at": clock.now() - timedelta(minutes=1)}
    work.transaction(lambda: db.session.execute(update(Message).where(Message.id.in_(letters)).values(again), execution_options=_UNSEEN))


def _letters_a_second(letters: Sequence[int], judging: outbox.Judge[Letter]) -> Measure:
    """Make them due anew, then send them."""

    def measure() -> float:
        _due(letters)
        channel, begun = Nowhere(), time.perf_counter()
        while outbox.deliver(judging, channel, limit=BATCH).total == BATCH:
            pass
        took = time.perf_counter() - begun
        assert sorted(channel.taken) == [f"message-{one:08d}" for one in letters], "not every letter went out once"
        return len(letters) / took

    return measure


def _same_words(envelopes: Sequence[Envelope]) -> Mapping[int, outbox.Rendering[Letter]]:
    """Every message may leave, and says the same."""
    return dict.fromkeys([one.id for one in envelopes], lambda: Letter("subject", "text", address="someone@demo.example"))


def _jobs_a_second(count: int) -> Measure:
    """Store the jobs while the scheduler rests, then let it run what is due."""

    def measure() -> float:
        store, done, finished = SQLAlchemyJobStore(engine=db.engine), [], threading.Event()
        defaults = {"misfire_grace_time": None}
        workers = {"default": ThreadPoolExecutor(10)}
        scheduler = BackgroundScheduler(jobstores={"default": store}, executors=workers, job_defaults=defaults, timezone="UTC")

        def note(event: apscheduler.events.JobExecutionEvent) -> None:
            done.append(event.job_id)
            if len(done) == count:
                finished.set()

        scheduler.add_listener(note, apscheduler.events.EVENT_JOB_EXECUTED)
        scheduler.start(paused=True)
        due = clock.now() - timedelta(minutes=1)
        for number in range(count):
            scheduler.add_job("benchmarks.dispatch:nothing", "date", run_date=due, id=f"job-{number}")
        begun = time.perf_counter()
        scheduler.resume()
        assert finished.wait(WITHIN), f"{len(done)} of {count} jobs ran"
        while store.get_next_run_time() is not None:
            time.sleep(0.001)
        took = time.perf_counter() - begun
        scheduler.shutdown()
        assert len(set(done)) == count
        return count / took

    return measure


def nothing() -> None:
    """A job."""


def _messages() -> Sequence[object]:
    """What the outbox holds, by state."""
    return _read(lambda: [tuple(row) for row in db.session.execute(select(Message.id, Message.state, Message.due_at).order_by(Message.id))])


def _milliseconds(act: Callable[[], None]) -> Measure:
    """How long it takes."""

    def measure() -> float:
        begun = time.perf_counter()
        act()
        return 1000 * (time.perf_counter() - begun)

    return measure


def _read(ask: Callable[[], Found]) -> Found:
    """Ask in a transaction of its own."""
    return work.transaction(ask, write=False)


if __name__ == "__main__":
    main()
