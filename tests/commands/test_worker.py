"""The worker as it is run: once, under SIGTERM, killed, with the mail server away (reliability.md 1.4-1.6, T22; baseline 17)."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import make_url, select, text
from structlog.testing import capture_logs

from commands.worker import Worker, judge
from events.approvals import operations as approvals
from events.approvals.vocabulary import Verdict
from events.district import operations as district
from events.foundation import work
from events.foundation.acting import SYSTEM
from events.foundation.db import db
from events.foundation.leader import Leadership
from events.foundation.place import local_day
from events.outbox import operations as outbox
from events.outbox.channels.email import Letter
from events.outbox.models import Message
from events.outbox.vocabulary import ChannelKind, Subject
from events.people.models import User
from events.requests.models import EventRequest
from settings import Settings
from tests.events.outbox.channels.test_email import free_port
from tests.fixtures.cast import Cast
from tests.fixtures.office import Office

ROOT = Path(__file__).resolve().parents[2]
MESSAGES = int(os.environ.get("MARSHRUT_TESTS_MESSAGES", "40"))
KILLS = int(os.environ.get("MARSHRUT_TESTS_KILLS", "1"))
LONG_AGO = datetime(2026, 6, 1, tzinfo=UTC)


class Mailbox:
    """A mail server's memory: Message-IDs in the order of their coming; tells when a number is reached."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self._changed = threading.Condition()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Take a letter."""
        head = envelope.content.decode("ascii", "replace")
        with self._changed:
            self.ids.append(next(line for line in head.splitlines() if line.lower().startswith("message-id:")))
            self._changed.notify_all()
        return "250 taken"

    def wait_for(self, number: int, seconds: float = 60) -> None:
        """Until so many letters have come."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.ids) >= number, seconds), f"{len(self.ids)} of {number} letters came"


class Silent:
    """A channel at the other end of which nobody is."""

    kind = ChannelKind.EMAIL

    def send(self, letter: Letter, address: str, message_id: str) -> None:
        """Drop the letter."""

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def mailbox() -> Mailbox:
    """An empty one."""
    return Mailbox()


@pytest.fixture
def mail_server(mailbox: Mailbox) -> Iterator[int]:
    """A running mail server; its port."""
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller.port
    controller.stop()


@pytest.fixture
def start(settings: Settings) -> Iterator[Callable[[int], subprocess.Popen[bytes]]]:
    """`start(port)`: a worker process of its own over the test's database, sending to that port."""
    begun: list[subprocess.Popen[bytes]] = []

    def run(port: int) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ, "MARSHRUT_DATABASE_URL": settings.database_url, "MARSHRUT_INSTANCE_PATH": str(settings.instance_path),
            "MARSHRUT_SECRET_KEY": "k" * 48, "MARSHRUT_SMTP_URL": f"smtp://127.0.0.1:{port}",
        }  # fmt: skip
        process = subprocess.Popen([sys.executable, "-m", "flask", "--app", "app", "worker"], cwd=ROOT, env=environment)
        begun.append(process)
        return process

    yield run
    for process in begun:
        process.kill()
        process.wait()


def queue(count: int, user: User) -> None:
    """Invitations, due long ago."""
    drafts = [
        outbox.Draft("invitation", Subject("user", user.id, str(number)), user.id, ChannelKind.EMAIL, LONG_AGO) for number in range(count)
    ]
    assert work.transaction(lambda: outbox.queue_all(drafts, now=LONG_AGO)) == count


def states() -> Counter[str]:
    """How many messages stand in each state."""
    return work.transaction(lambda: Counter(state.value for state in db.session.scalars(select(Message.state))), write=False)


def test_once_sends_what_is_due_to_files_and_tells_the_status(app: Flask, cast: Cast):
    """Three invitations, and the end of the journal to the administrator."""
    queue(3, cast.spec_pmc)
    runner = app.test_cli_runner()
    before = json.loads(runner.invoke(args=["outbox", "status", "--json"]).output)
    assert (before["pending"], before["due"]) == (3, 3)
    assert runner.invoke(args=["worker", "--once"]).exit_code == 0
    assert len(list((Path(app.instance_path) / "mail").glob("message-*.eml"))) == 4
    after = json.loads(runner.invoke(args=["outbox", "status", "--json"]).output)
    assert after["sent"] == 4
    assert after["channels"]["email"]["sent"] == 4
    assert runner.invoke(args=["outbox", "retry"]).output == "Сообщений, которые попробуем отправить снова: 0.\n"


def test_thirty_letters_are_judged_in_as_many_statements_as_one(
    app: Flask, cast: Cast, now: datetime, a_request: Callable[..., EventRequest], office: Office, query_count: Callable[..., Any]
):
    """Eleven requests nobody decides on: told of, due, and overdue ten days later."""
    for _ in range(11):
        office.submit(a_request(by=cast.spec_pmc, venue=None).id)
    asked = {}
    for limit in (1, 30):
        with query_count() as asked[limit]:
            tally = outbox.deliver(judge, Silent(), limit=limit, time=lambda: now + timedelta(days=10))
        assert tally.sent == limit
    claiming, judging = 2, 7
    assert {limit: len(statements) for limit, statements in asked.items()} == {1: claiming + judging + 1, 30: claiming + judging + 30}


@pytest.mark.parametrize("times", [1, 3])
def test_letters_about_matters_of_all_sorts_are_judged_in_thirteen_statements(
    app: Flask, cast: Cast, a_request: Callable[..., EventRequest], office: Office, query_count: Callable[..., Any], times: int
):
    """A request waiting, one returned with a remark, and one approved and cancelled, so many times over."""
    for _ in range(times):
        _, returned, cancelled = submitted = [a_request(by=cast.spec_pmc, venue=None).id for _ in range(3)]
        for one in submitted:
            office.submit(one)
        office.decide(returned, "dir_pmc", Verdict.RETURN)
        office.approve_by(cancelled, "dir_pmc", "head_omp", "zam")
        office.act(lambda now, which=cancelled: approvals.cancel(which, reason="Авария в зале", by=office.by("spec_pmc"), now=now))
    with query_count() as asked:
        tally = outbox.deliver(judge, Silent())
    assert tally.sent == 7 * times
    claiming, judging = 2, 13
    assert len(asked) == claiming + judging + tally.sent


def test_audit_verify_tells_a_break_by_its_exit_code(app: Flask):
    runner = app.test_cli_runner()
    whole = runner.invoke(args=["audit", "verify", "--json"])
    assert whole.exit_code == 0
    verdict = json.loads(whole.output)
    assert verdict["holds"]
    assert verdict["entries"] > 0
    _tamper()
    broken = runner.invoke(args=["audit", "verify", "--json"])
    assert broken.exit_code == 1
    assert json.loads(broken.output)["broken_at"] == 1
    assert "Цепочка записей нарушена на записи 1" in runner.invoke(args=["audit", "verify"]).output


def _tamper() -> None:
    """What only somebody with the database in hand could do."""
    with db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("DROP TRIGGER audit_entry_keeps")
        else:
            connection.exec_driver_sql("ALTER TABLE audit_entry DISABLE TRIGGER ALL")
        connection.exec_driver_sql("UPDATE audit_entry SET action = 'forged' WHERE seq = 1")


def test_only_one_leads_and_another_takes_over(app: Flask):
    first, second = (Leadership(Path(app.instance_path) / "worker.lock") for _ in range(2))
    assert [first.held(), second.held(), first.held()] == [True, False, True]
    for leaving, following in [(first, second), (second, first)] * 20:
        leaving.release()
        assert following.held()
    first.release()


@pytest.mark.engines("postgresql")
@pytest.mark.parametrize("url", ["postgresql+psycopg://nobody@127.0.0.1:1/nothing", None], ids=["away", "only reads"])
def test_once_says_that_a_database_could_not_be_worked_with(app: Flask, cast: Cast, own_application: None, url: str | None):
    """«Nobody is known to lead» is not «another leads»: nothing was done, and a timer that runs the command must learn of it."""
    queue(1, cast.spec_pmc)
    if url is None:
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f'ALTER DATABASE "{db.engine.url.database}" SET default_transaction_read_only = on'))
    db.engine.dispose()
    db.engine.url = make_url(url) if url else db.engine.url
    answer = app.test_cli_runner().invoke(args=["worker", "--once"])
    assert answer.exit_code == 1
    assert "Не сделано: " in answer.output
    assert "dispatch-email" in answer.output
    assert "Traceback" not in answer.output


def test_failing_job_is_logged_and_the_others_go_on(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch):
    queue(1, cast.spec_pmc)
    worker = Worker.of(app)
    monkeypatch.setattr("commands.worker.reminders.tick", lambda _: 1 / 0)
    assert [worker.run(name) for name in ("reminders", "dispatch-email")] == [False, True]
    worker.leadership.release()
    assert states() == {"sent": 1}


def test_sigterm_ends_the_worker_with_nothing_doubled(
    app: Flask, cast: Cast, mailbox: Mailbox, mail_server: int, start: Callable[[int], subprocess.Popen[bytes]]
):
    queue(MESSAGES, cast.spec_pmc)
    first = start(mail_server)
    mailbox.wait_for(MESSAGES // 4)
    first.send_signal(signal.SIGTERM)
    assert first.wait(30) == 0
    assert states()["claimed"] == 0
    start(mail_server)
    mailbox.wait_for(MESSAGES)
    assert len(mailbox.ids) == len(set(mailbox.ids)) == MESSAGES


def test_i11_killed_workers_lose_nothing_and_repeat_at_most_one_letter_each(
    app: Flask, cast: Cast, mailbox: Mailbox, mail_server: int, start: Callable[[int], subprocess.Popen[bytes]]
):
    queue(MESSAGES, cast.spec_pmc)
    for kill in range(1, KILLS + 1):
        process = start(mail_server)
        mailbox.wait_for(MESSAGES * kill // (KILLS + 2))
        process.kill()
        process.wait()
        _end_leases()
    start(mail_server)
    seen = 0
    while len(set(mailbox.ids)) < MESSAGES:
        mailbox.wait_for(seen + 1)
        seen = len(mailbox.ids)
    assert max(Counter(mailbox.ids).values()) <= 2
    assert len(mailbox.ids) - MESSAGES <= KILLS


def test_absent_mail_server_holds_letters_back_until_it_returns(
    app: Flask, cast: Cast, mailbox: Mailbox, start: Callable[[int], subprocess.Popen[bytes]]
):
    queue(5, cast.spec_pmc)
    port = free_port()
    environment = {"smtp_url": f"smtp://127.0.0.1:{port}"}
    worker = Worker.of(_with_settings(app, environment))
    assert worker.run("dispatch-email")
    assert states() == {"pending": 5}
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        _pauses_over()
        assert worker.run("dispatch-email")
    finally:
        controller.stop()
        worker.leadership.release()
    assert states() == {"sent": 5}
    assert len(set(mailbox.ids)) == len(mailbox.ids) == 5


def _with_settings(app: Flask, changes: dict[str, Any]) -> Flask:
    """The same application with other settings."""
    app.config["SETTINGS"] = Settings(**{**app.config["SETTINGS"].__dict__, **changes})
    return app


def _end_leases() -> None:
    """As if the lease of a dead worker had run out, without the waiting."""
    work.transaction(
        lambda: db.session.execute(Message.__table__.update().where(Message.lease_until.is_not(None)).values(lease_until=LONG_AGO))  # type: ignore[attr-defined]
    )


def _pauses_over() -> None:
    """As if the pause after an outage had passed."""
    work.transaction(lambda: db.session.execute(Message.__table__.update().values(due_at=LONG_AGO)))  # type: ignore[attr-defined]


def test_a_rule_that_runs_out_is_a_warning_of_the_log_once_a_day(app: Flask):
    worker = Worker.of(app)
    last = local_day(work.now()) + timedelta(days=10)
    work.transaction(lambda: district.set_rule("most_dates", 40, "приказ", valid_until=last, by=SYSTEM, now=work.now()))
    with capture_logs() as logged:
        assert worker.run("rules")
    worker.leadership.release()
    assert worker.jobs()["rules"][0] == 24 * 60 * 60
    assert logged == [{"event": "rule_ends", "log_level": "warning", "rule": "most_dates", "last_day": last.isoformat()}]
