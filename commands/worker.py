"""`flask --app app worker`: tells people what they should know, and lets time pass where nobody acts.

APScheduler is a ticker only; what is due stands in the database (reliability.md 1.4). One worker leads, others stand by.
"""

import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import click
import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask, current_app
from flask.cli import with_appcontext

from commands.feeds import note_out_of_date
from commands.help_page import Spoken
from events.approvals import operations as approvals
from events.audit import operations as audit
from events.calendars import operations as calendars
from events.demo import queries as plays
from events.district import queries as district
from events.district.rule_periods import ended
from events.foundation import clock, work
from events.foundation.leader import LOCK, Leadership
from events.foundation.place import MOSCOW, local_day
from events.foundation.text import N_
from events.outbox import operations as outbox
from events.outbox.channels import Channel
from events.outbox.queries import Envelope
from events.outbox.vocabulary import ChannelKind
from events.people import operations as people
from events.receipts import operations as receipts
from events.reminders import operations as reminders
from events.reminders import queries as wishes
from letters import renderings
from letters.channels import CHANNELS
from presenters.phrases import say

BATCH = 100
"""Messages claimed at a time: more would widen the window of repeats after a crash (performance.md)."""
CHECKED_AT_ONCE, BREATH = 2000, 0.02
"""Entries of the journal checked in one transaction, and seconds between two."""
RECEIPTS_KEPT = timedelta(days=7)
ANSWERS_KEPT = timedelta(days=1)
DAY = 24 * 60 * 60
"""Seconds between two warnings of what runs out."""

_log = structlog.get_logger()


@dataclass
class Worker:
    """The jobs of one process and the wish to stop."""

    app: Flask
    leadership: Leadership
    channels: Mapping[ChannelKind, Channel[Any]]
    stopping: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def of(cls, app: Flask) -> "Worker":
        """The worker of an installation."""
        instance = Path(app.instance_path)
        channels = {kind: one.open(app.config["SETTINGS"], instance) for kind, one in CHANNELS.items()}
        return cls(app, Leadership(instance / LOCK), channels)

    def jobs(self) -> dict[str, tuple[int, Callable[[], None]]]:
        """Name -> (seconds between ticks, what to do); in the order in which `--once` does them."""
        return {
            "time": (60, self.pass_time),
            "drafts": (60, lambda: void(approvals.count_drafts(clock.now()))),
            "reminders": (60, lambda: void(reminders.tick(clock.now()))),
            "calendars": (600, lambda: void(work.transaction(lambda: calendars.daily(work.now())))),
            "housekeeping": (3600, self.tidy),
            "rules": (DAY, warn_of_rules),
            "journal-head": (600, lambda: void(work.transaction(lambda: reminders.tell_head(work.now())))),
            "journal-check": (5, self.check_journal),
            **{f"dispatch-{kind}": (5, partial(self.dispatch, channel)) for kind, channel in self.channels.items()},
        }

    def run(self, name: str) -> bool:
        """One tick in its own application context; a failure is logged, and the next tick tries again. Whether it went well."""
        with self.app.app_context():
            try:
                if self.leadership.held() and not half_a_demo():
                    self.jobs()[name][1]()
            except Exception as error:
                if work.is_unavailable(error):
                    _log.warning("database_unavailable", job=name, error=type(getattr(error, "orig", error)).__name__)
                else:
                    _log.exception("tick_failed", job=name)
                return False
            return True

    def dispatch(self, channel: Channel[Any]) -> None:
        """Send what is due on the channel, batch by batch, until nothing is left or it is closed. Each channel has a thread of its own."""
        while not self.stopping.is_set():
            tally = outbox.deliver(judge, channel, limit=BATCH, going_on=lambda: not self.stopping.is_set())
            if tally.total < BATCH or tally.postponed:
                return

    def pass_time(self) -> None:
        """Lapses, consultations at their due, completion: one request, one transaction."""
        for request_id in work.transaction(lambda: approvals.tick(work.now()), write=False):
            if self.stopping.is_set():
                return
            try:
                work.transaction(partial(_pass_time, request_id))
            except Exception as error:
                if work.is_unavailable(error):
                    raise
                _log.exception("pass_time_failed", request_id=request_id)

    def check_journal(self) -> None:
        """Go on with the check of the journal that was asked for, part by part, with a breath for the other jobs in between."""
        while audit.check_further(CHECKED_AT_ONCE) and not self.stopping.wait(BREATH):
            pass

    def tidy(self) -> None:
        """Drop what nobody needs any more."""
        work.transaction(lambda: receipts.forget(work.now() - RECEIPTS_KEPT))
        work.transaction(lambda: receipts.forget_answers(work.now() - ANSWERS_KEPT))
        work.transaction(lambda: people.sweep(now=work.now()))

    def serve(self) -> None:
        """Tick until SIGTERM or SIGINT; the item in hand is finished, the rest is handed back."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stopping.set())
        scheduler = BackgroundScheduler(
            timezone=MOSCOW,
            executors={"default": ThreadPoolExecutor(len(self.jobs()))},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        for name, (seconds, _) in self.jobs().items():
            scheduler.add_job(self.run, "interval", args=[name], seconds=seconds, id=name, next_run_time=clock.now())
        scheduler.start()
        self.stopping.wait()
        scheduler.shutdown(wait=True)
        self.leadership.release()


def half_a_demo() -> bool:
    """Whether the demo's history was broken off: nobody may act on half of it, the next start plays it anew."""
    return work.transaction(plays.percent, write=False) is not None


def judge(envelopes: Sequence[Envelope]) -> Mapping[int, outbox.Rendering[Any]]:
    """How the messages read that may leave now: their matter is not settled meanwhile, and their recipient may see it."""
    now = clock.now()
    wanted = wishes.still_wanted(envelopes, now)
    return renderings([one for one in envelopes if one.id in wanted], now)


def warn_of_rules() -> None:
    """A line of the log for each rule that ends soon, or has ended, without a successor (decision 005)."""
    for one in work.transaction(lambda: district.rules_ending(local_day(work.now())), write=False):
        _log.warning("rule_ends", rule=one.key, last_day=ended(one).isoformat())


def _pass_time(request_id: int) -> None:
    """Time passes for one request, in the running transaction."""
    approvals.pass_time(request_id, work.now())


def void(_: object) -> None:
    """A job's result is of no interest to the scheduler."""


@click.command("worker", cls=Spoken, help="Send messages and let time pass; ends on SIGTERM.")
@click.option("--once", is_flag=True, help="Do everything that is due now, then end.")
@with_appcontext
def command(*, once: bool) -> None:
    """Run the worker in the foreground."""
    worker = Worker.of(current_app._get_current_object())  # type: ignore[attr-defined]  # the application itself, for other threads
    note_out_of_date(worker.app)
    if not once:
        worker.serve()
        return
    failed = [name for name in worker.jobs() if not worker.run(name)]
    worker.leadership.release()
    if failed:
        sentence = N_("Not done: %(jobs)s. The log above says why; run it again when that is mended.", jobs=", ".join(failed))
        raise click.ClickException(say(sentence))
