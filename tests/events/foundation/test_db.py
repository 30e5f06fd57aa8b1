"""Moments in UTC, Cyrillic in «lower», and the recipe under which SQLite loses no write."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import StatementError

from events.district.models import Rule
from events.foundation import work
from events.foundation.db import db, inserting_new, writing
from events.foundation.place import MOSCOW
from events.receipts.models import FormReceipt

THREADS, TURNS = 6, 25
COUNTER = select(Rule).where(Rule.key == "counter")


def test_moment_comes_back_as_the_same_moment_in_utc(app: Flask) -> None:
    at = datetime(2026, 6, 1, 12, 30, 15, 123456, MOSCOW)
    work.transaction(lambda: db.session.add(FormReceipt(nonce="n", holder="user:1", at=at)))
    stored = work.transaction(lambda: db.session.query(FormReceipt).one().at, write=False)
    assert (stored, stored.tzinfo) == (at, UTC)


@pytest.mark.parametrize("value", [7, 1.5, True, "7", "№ 5", [None, {"half a pair": "\ud83d"}]])
def test_whatever_a_json_column_was_given_is_read_again(app: Flask, value: object) -> None:
    """Forms refuse half a surrogate pair; a row written before they did, or out of a file, may have one."""
    rule = Rule(key="json", value=value, source="-", valid_from=date(2026, 1, 1))
    work.transaction(lambda: db.session.add(rule))
    assert work.transaction(lambda: db.session.scalar(select(Rule.value).where(Rule.key == "json")), write=False) == value


def test_moments_of_different_zones_are_ordered_by_time(app: Flask) -> None:
    west, east = timezone(timedelta(hours=-5)), timezone(timedelta(hours=10))
    early, late = datetime(2026, 6, 1, 20, 0, tzinfo=east), datetime(2026, 6, 1, 7, 0, tzinfo=west)

    def act() -> list[str]:
        db.session.add_all([FormReceipt(nonce="late", holder="user:1", at=late), FormReceipt(nonce="early", holder="user:1", at=early)])
        db.session.flush()
        return [row.nonce for row in db.session.query(FormReceipt).order_by(FormReceipt.at)]

    assert work.transaction(act) == ["early", "late"]


def test_naive_moment_is_refused(app: Flask) -> None:
    naive = datetime(2026, 6, 1, 12, 0)  # noqa: DTZ001 -- what the type refuses
    with pytest.raises(StatementError, match="time zone"):
        work.transaction(lambda: db.session.add(FormReceipt(nonce="n", holder="user:1", at=naive)))


def test_lower_knows_cyrillic(app: Flask) -> None:
    assert work.transaction(lambda: db.session.scalar(text("SELECT lower('ЁЛОЧНЫЙ ФОРУМ')")), write=False) == "ёлочный форум"


def test_foreign_keys_are_held(app: Flask) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        work.transaction(lambda: db.session.execute(text("INSERT INTO number_series (unit_id, year, last) VALUES (999999, 2026, 1)")))


def test_row_that_is_there_already_stays_as_it_is(app: Flask) -> None:
    moment = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)

    def insert(*rows: tuple[str, str]) -> int:
        new = [{"nonce": nonce, "holder": "user:1", "target": target, "at": moment} for nonce, target in rows]
        wanted = inserting_new(FormReceipt, "nonce", "holder").returning(FormReceipt.nonce)
        return len(work.transaction(lambda: db.session.scalars(wanted, new).all()))

    assert (insert(("a", "/first")), insert(("a", "/second"), ("b", "/third"))) == (1, 1)
    kept = work.transaction(lambda: dict(map(tuple, db.session.execute(text("SELECT nonce, target FROM form_receipt")))), write=False)
    assert kept == {"a": "/first", "b": "/third"}


def synchronous() -> int | None:
    return work.transaction(lambda: db.session.scalar(text("pragma synchronous")))


@pytest.mark.engines("sqlite")
def test_the_disk_is_waited_for_again_after_a_database_was_filled(app: Flask) -> None:
    with work.unsecured():
        assert (synchronous(), synchronous()) == (1, 1)
    assert synchronous() == 2


@pytest.mark.engines("sqlite")
def test_sqlite_is_opened_by_the_recipe(app: Flask) -> None:
    def pragmas() -> dict[str, object]:
        return {name: db.session.scalar(text(f"pragma {name}")) for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")}

    assert work.transaction(pragmas, write=False) == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "busy_timeout": 15000}


@pytest.mark.engines("sqlite")
def test_reader_is_not_kept_waiting_by_a_writer(app: Flask) -> None:
    """A page opens while another person's decision is still being written."""

    def read() -> int:
        with app.app_context():
            return work.transaction(lambda: int(db.session.scalar(text("SELECT count(*) FROM rule WHERE source = ''")) or 0), write=False)

    def act() -> int:
        db.session.add(Rule(key="a", value=1, source=""))
        db.session.flush()
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(read).result(timeout=5)

    assert work.transaction(act) == 0


def test_mode_of_writing_ends_with_the_transaction(app: Flask) -> None:
    assert work.transaction(writing.get) is True
    assert work.transaction(writing.get, write=False) is False
    assert writing.get() is False


def test_read_then_write_by_many_loses_nothing(app: Flask) -> None:
    """6 × 25 increments; with SQLAlchemy's usual SQLite set-up about half of them would be lost (reliability.md 1.2)."""
    work.transaction(lambda: db.session.add(Rule(key="counter", value=0, source="")))

    def increment() -> None:
        row = db.session.scalars(COUNTER.with_for_update()).one()
        row.value = row.value + 1

    def person(_: int) -> None:
        with app.app_context():
            for _turn in range(TURNS):
                work.transaction(increment)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(person, range(THREADS)))
    assert work.transaction(lambda: db.session.scalars(COUNTER).one().value, write=False) == THREADS * TURNS
