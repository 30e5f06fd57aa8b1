"""The one transaction: what is kept, what is begun again, in which order the followers and the seal come."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError
from time_machine import Traveller

from events.audit import operations as audit
from events.audit.models import AuditEntry, AuditHead
from events.district.models import Rule
from events.foundation import clock, work
from events.foundation.acting import SYSTEM
from events.foundation.db import db
from tests.fixtures.moments import MONDAY


@pytest.fixture(autouse=True)
def own_followers(app: Flask) -> Iterator[None]:
    """These tests bring their own followers; afterwards the house has its own again."""
    kept = list(work._followers)
    work.follow()
    yield
    work.follow(*kept)


def put(key: str) -> Callable[[], None]:
    """An act that leaves a row."""
    return lambda: db.session.add(Rule(key=key, value=1, source=""))


def stored() -> set[str]:
    """The rows such acts left."""
    return work.transaction(lambda: set(db.session.scalars(select(Rule.key).where(Rule.source == ""))), write=False)


def transient() -> None:
    """Make the database say that another transaction was in the way, as it says it itself."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("DO $$ BEGIN RAISE EXCEPTION 'in the way' USING ERRCODE = '40P01'; END $$"))
    db.session.execute(text("SELECT 1"))
    intruder = sqlite3.connect(str(db.engine.url.database), timeout=0)
    try:
        intruder.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        raise OperationalError("BEGIN IMMEDIATE", {}, error) from error
    finally:
        intruder.close()


def test_success_is_kept_and_its_result_returned(app: Flask) -> None:
    assert work.transaction(lambda: (put("a")(), "result")[1]) == "result"
    assert stored() == {"a"}


def test_failure_keeps_nothing(app: Flask) -> None:
    def act() -> None:
        put("a")()
        db.session.flush()
        raise LookupError("no")

    with pytest.raises(LookupError, match="no"):
        work.transaction(act)
    assert stored() == set()


def test_reading_transaction_keeps_nothing(app: Flask) -> None:
    work.transaction(put("a"), write=False)
    assert stored() == set()


def test_result_that_is_not_to_be_kept_is_rolled_back_and_not_followed(app: Flask) -> None:
    seen = []
    work.follow(lambda subjects, now: seen.append(subjects))

    def act() -> int:
        put("a")()
        work.touch("request", 1)
        return 404

    assert work.transaction(act, keep=lambda status: status < 400) == 404
    assert (stored(), seen) == (set(), [])


def test_transactions_do_not_nest(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="already running"):
        work.transaction(lambda: work.transaction(put("a")))
    assert stored() == set()


def test_nothing_is_recorded_outside_a_transaction(app: Flask) -> None:
    with pytest.raises(RuntimeError, match=r"work\.transaction"):
        audit.record("edited", ("setting", 0), by=SYSTEM, now=MONDAY)


def test_moment_is_the_same_throughout_and_may_be_given(app: Flask, freeze: Traveller) -> None:
    given = datetime(2027, 1, 1, tzinfo=UTC)
    assert work.now() == clock.now() == MONDAY

    def act() -> tuple[datetime, datetime]:
        before = work.now()
        freeze.move_to(given)
        return before, work.now()

    assert work.transaction(act) == (MONDAY, MONDAY)
    assert work.transaction(work.now, moment=MONDAY) == MONDAY
    assert work.now() == given


def test_work_in_the_way_of_another_is_begun_again(app: Flask) -> None:
    tries, restored = [], []

    def act() -> str:
        tries.append(len(tries) + 1)
        put(f"try {len(tries)}")()
        if len(tries) < 3:
            db.session.flush()
            transient()
        return "done"

    assert work.transaction(act, before_retry=lambda: restored.append("session")) == "done"
    assert (tries, restored, stored()) == ([1, 2, 3], ["session", "session"], {"try 3"})


def test_third_failure_is_the_last(app: Flask) -> None:
    tries = []

    def act() -> None:
        tries.append(1)
        transient()

    with pytest.raises(DatabaseError) as caught:
        work.transaction(act)
    assert work.is_transient(caught.value)
    assert len(tries) == 3


def test_refusal_of_the_database_is_not_begun_again(app: Flask) -> None:
    tries = []

    def act() -> None:
        tries.append(1)
        db.session.execute(text("UPDATE audit_entry SET action = 'forged'"))

    with pytest.raises(IntegrityError) as caught:
        work.transaction(act)
    assert (len(tries), work.is_transient(caught.value), work.is_unavailable(caught.value)) == (1, False, False)


@pytest.mark.engines("postgresql")
def test_database_that_is_away_is_told_from_one_that_refuses(app: Flask) -> None:
    with pytest.raises(OperationalError) as caught:
        create_engine("postgresql://nobody@127.0.0.1:1/nothing").connect()
    assert (work.is_unavailable(caught.value), work.is_transient(caught.value)) == (True, False)


@pytest.mark.engines("postgresql")
@pytest.mark.parametrize(
    ("state", "transient", "unavailable"),
    [
        ("40001", True, False), ("40P01", True, False), ("55P03", True, False),
        ("57014", False, True), ("57P05", False, True), ("25006", False, True), ("25P02", False, True), ("25P03", False, True),
        ("25P04", False, True), ("53100", False, True), ("53300", False, True), ("58030", False, True), ("08006", False, True),
        ("22012", False, False), ("42P01", False, False), ("23505", False, False), ("XX001", False, False), ("25001", False, False),
    ],
)  # fmt: skip
def test_a_database_that_cannot_do_it_now_is_told_from_one_that_is_asked_nonsense(
    app: Flask, state: str, transient: bool, unavailable: bool
) -> None:
    tries = []

    def act() -> None:
        tries.append(1)
        db.session.execute(text(f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{state}'; END $$"))

    with pytest.raises(DatabaseError) as caught:
        work.transaction(act)
    assert (work.is_transient(caught.value), work.is_unavailable(caught.value)) == (transient, unavailable)
    assert len(tries) == (3 if transient else 1)


def test_followers_run_in_order_once_over_what_was_touched_when_they_began(app: Flask) -> None:
    told: list[tuple[str, list[work.Subject], datetime]] = []

    def lower(subjects: Sequence[work.Subject], now: datetime) -> None:
        told.append(("lower", list(subjects), now))
        work.touch("request", 99)
        put("by the lower follower")()

    def upper(subjects: Sequence[work.Subject], now: datetime) -> None:
        told.append(("upper", list(subjects), now))

    def act() -> None:
        for subject in (("request", 2), ("request", 1), ("request", 2)):
            work.touch(*subject)

    work.follow(lower, upper)
    work.transaction(act)
    subjects = [("request", 2), ("request", 1)]
    assert told == [("lower", subjects, MONDAY), ("upper", subjects, MONDAY)]
    assert stored() == {"by the lower follower"}


def test_a_follower_that_is_put_off_hears_of_nothing_and_who_put_it_off_of_everything(app: Flask) -> None:
    told: list[str] = []

    def lower(subjects: Sequence[work.Subject], now: datetime) -> None:
        told.append("lower")

    def upper(subjects: Sequence[work.Subject], now: datetime) -> None:
        told.append("upper")

    work.follow(lower, upper)
    with work.put_off(upper) as gathered:
        work.transaction(lambda: work.touch("request", 1))
        work.transaction(lambda: work.touch("request", 2))
        work.transaction(lambda: work.touch("request", 1), moment=MONDAY + timedelta(hours=1))
    work.transaction(lambda: work.touch("request", 3))
    assert told == ["lower", "lower", "lower", "lower", "upper"]
    assert gathered == {("request", 1): MONDAY + timedelta(hours=1), ("request", 2): MONDAY}


def test_followers_rest_when_nothing_was_touched(app: Flask) -> None:
    told = []
    work.follow(lambda subjects, now: told.append(subjects))
    work.transaction(put("a"))
    assert told == []


def test_record_of_an_act_and_of_its_followers_is_sealed_once_at_the_end(app: Flask) -> None:
    def follower(subjects: Sequence[work.Subject], now: datetime) -> None:
        audit.record("published", ("request", 7), by=SYSTEM, now=now)

    work.follow(follower)
    before = work.transaction(audit.verify, write=False)
    work.transaction(lambda: audit.record("approved", ("request", 7), by=SYSTEM, now=MONDAY))
    last = work.transaction(
        lambda: db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq.desc()).limit(2)).all(), write=False
    )
    after = work.transaction(audit.verify, write=False)
    assert last == ["published", "approved"]
    assert (after.entries, after.holds) == (before.entries + 2, True)


def test_failed_act_leaves_no_record(app: Flask) -> None:
    before = work.transaction(audit.verify, write=False)

    def act() -> None:
        audit.record("approved", ("request", 7), by=SYSTEM, now=MONDAY)
        raise LookupError

    with pytest.raises(LookupError):
        work.transaction(act)
    assert work.transaction(audit.verify, write=False) == before


def test_i8_act_whose_record_cannot_be_sealed_does_not_happen(app: Flask) -> None:
    def act() -> None:
        put("a")()
        audit.record("x" * 10, ("request", 7), by=SYSTEM, now=MONDAY, moment=object())

    with pytest.raises(Exception, match="JSON"):
        work.transaction(act)
    assert stored() == set()


def test_head_of_the_audit_stands_at_the_last_entry(app: Flask) -> None:
    work.transaction(lambda: audit.record("approved", ("request", 7), by=SYSTEM, now=MONDAY))

    def ends() -> tuple[int | None, int | None]:
        return db.session.scalar(select(AuditHead.seq)), db.session.scalar(select(func.max(AuditEntry.seq)))

    head, last = work.transaction(ends, write=False)
    assert head == last
