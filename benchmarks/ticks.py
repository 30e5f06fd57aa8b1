"""The worker's ticks on several databases, in process: each of its jobs, made ready where it would find nothing to do."""

import gc
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from flask.ctx import AppContext
from sqlalchemy import select, update

import app as assembler
from benchmarks.beside import in_turn
from benchmarks.build import Cost
from benchmarks.dispatch import Nowhere
from benchmarks.results import Case
from commands.worker import Worker
from events.calendars.models import FeedState
from events.foundation import clock, work
from events.foundation.db import db
from events.foundation.place import local_day
from events.outbox.models import Message
from events.outbox.vocabulary import ChannelKind, MessageState
from tests.fixtures.databases import settings_for

LETTERS = 50
"""Made due before each tick that sends."""
TIMES = 3
"""Ticks of one measurement."""


@dataclass
class House:
    """The worker of one database."""

    worker: Worker
    context: Callable[[], AbstractContextManager[AppContext]]

    def cost(self, ready: Callable[[], object], tick: Callable[[], object]) -> Cost:
        """The median tick; the processor's time is this process's own."""
        took, spent = [], []
        with self.context():
            for _ in range(TIMES):
                ready()
                begun, before = time.perf_counter(), time.process_time()
                tick()
                took.append(time.perf_counter() - begun)
                spent.append(time.process_time() - before)
            db.session.remove()
        return Cost(1000 * sorted(took)[TIMES // 2], 1000 * sorted(spent)[TIMES // 2])


def ticks(urls: Sequence[str], folder: Path, rounds: int) -> list[Case]:
    """Every job on both databases; the second is the reference."""
    houses = [_house(url, folder / f"instance-ticks-{place}") for place, url in enumerate(urls)]
    gc.freeze()  # as every process of the house does once it is assembled
    cases = []
    for name in houses[0].worker.jobs():
        ready = READY.get(name, _nothing)
        sides = [partial(house.cost, ready, house.worker.jobs()[name][1]) for house in houses]
        for side in sides:
            side()
        cases += in_turn(f"tick: {name}", rounds, sides)
    for house in houses:
        with house.context():
            db.engine.dispose()
    return cases


def _house(url: str, instance: Path) -> House:
    """A worker whose letters go nowhere; everything that is due has been done once."""
    application = assembler.create_app(settings_for(url, instance))
    worker = Worker.of(application)
    worker.channels = {ChannelKind.EMAIL: Nowhere()}
    house = House(worker, application.app_context)
    with house.context():
        for _, tick in worker.jobs().values():
            tick()
        db.session.remove()
    return house


def _nothing() -> None:
    """The tick finds nothing to do."""


def _a_day_later() -> None:
    """Every feed that gathers events has yet to be turned to today."""
    wide = FeedState.key.not_like("event:%")
    turned = update(FeedState).where(wide).values(day=local_day(clock.now()) - timedelta(days=1))
    work.transaction(lambda: db.session.execute(turned, execution_options=_UNSEEN))


def _letters_due() -> None:
    """Some letters about open reviews wait for a minute already."""
    some = select(Message.id).where(Message.kind == "assigned", Message.state == MessageState.SENT)
    again = {"state": MessageState.PENDING, "sent_at": None, "due_at": clock.now() - timedelta(minutes=1)}
    due = update(Message).where(Message.id.in_(some.order_by(Message.id.desc()).limit(LETTERS))).values(again)
    work.transaction(lambda: db.session.execute(due, execution_options=_UNSEEN))


_UNSEEN = {"synchronize_session": False}
READY = {"calendars": _a_day_later, "dispatch-email": _letters_due}
"""What a job is given to do."""
