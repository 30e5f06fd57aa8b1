"""Keeping directories and rules: what is refused before and by the database."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from events.audit.models import AuditEntry
from events.district import operations, queries
from events.district.models import ReasonCode, Rule
from events.district.rule_periods import Period
from events.district.rules import DECLARED
from events.foundation import work
from events.foundation.acting import SYSTEM
from events.foundation.db import db
from events.foundation.errors import Refused

KEY = "most_dates"
DAY = timedelta(days=1)
TURN = date(2027, 1, 1)


def set_rule(key: str, value: Any, source: str = "приказ", **period: date) -> None:
    work.transaction(lambda: operations.set_rule(key, value, source, by=SYSTEM, now=work.now(), **period))


def keep(*periods: Period) -> None:
    work.transaction(lambda: operations.keep_rule(KEY, periods, by=SYSTEM, now=work.now()))


def stored_periods(key: str = KEY) -> list[tuple[Any, ...]]:
    columns = (Rule.value, Rule.source, Rule.valid_from, Rule.valid_until)
    asked = select(*columns).where(Rule.key == key).order_by(Rule.id)
    return work.transaction(lambda: [tuple(row) for row in db.session.execute(asked)], write=False)


def audited() -> list[dict[str, Any]]:
    asked = select(AuditEntry.data).where(AuditEntry.subject_kind == "rule").order_by(AuditEntry.seq)
    return work.transaction(lambda: list(db.session.scalars(asked)), write=False)


def test_keep_directory_adds_and_renames_in_the_order_given(app: Flask):
    rows = [{"code": code, "name": name, "name_en": code} for code, name in (("b", "Вторая"), ("a", "Первая"))]
    for names in (rows, [{**rows[0], "name": "Иная"}, rows[1]]):
        work.transaction(lambda kept=names: operations.keep_directory(ReasonCode, kept, by=SYSTEM, now=work.now()))  # type: ignore[misc]
    found = work.transaction(lambda: [(one.code, one.name) for one in queries.reason_codes() if one.code in "ab"], write=False)
    assert found == [("b", "Иная"), ("a", "Первая")]


def test_set_rule_replaces_the_period_that_begins_on_the_same_day(app: Flask):
    set_rule(KEY, 40, "первый")
    set_rule(KEY, 41, "второй", valid_until=TURN - DAY)
    set_rule(KEY, 50, "третий", valid_from=TURN)
    set_rule(KEY, 51, "четвёртый", valid_from=TURN)
    assert stored_periods() == [(41, "второй", None, TURN - DAY), (51, "четвёртый", TURN, None)]
    assert [(one["key"], one["periods"]) for one in audited()] == [(KEY, count) for count in (1, 1, 2, 2)]
    values = [[[one["value"] for one in entry[name]] for name in ("was", "becomes")] for entry in audited()]
    assert values == [[[60], [40]], [[40], [41]], [[41], [41, 50]], [[41, 50], [41, 51]]]


def test_what_is_there_already_is_not_written_or_recorded_again(app: Flask):
    set_rule(KEY, 40)
    set_rule(KEY, 40)
    assert len(audited()) == 1


@pytest.mark.parametrize(
    "period", [{"valid_from": TURN}, {"valid_from": TURN, "valid_until": TURN}, {"valid_until": TURN, "valid_from": date(2000, 1, 1)}]
)
def test_set_rule_refuses_a_period_that_shares_a_day_with_another(app: Flask, period: dict[str, date]):
    with pytest.raises(Refused, match="overlap"):
        set_rule(KEY, 50, **period)
    assert stored_periods() == [(60, DECLARED[KEY].source, None, None)]


def test_set_rule_refuses_a_period_that_ends_before_it_begins(app: Flask):
    set_rule(KEY, 40, valid_until=TURN - DAY)
    with pytest.raises(Refused, match="overlap"):
        set_rule(KEY, 50, valid_from=TURN, valid_until=TURN - DAY)


@pytest.mark.parametrize(
    ("key", "value"),
    [(KEY, "много"), (KEY, 0), (KEY, 101), (KEY, None), ("noise_from", "25:00"), ("noise_from", 22), ("number_prefix", "М-1")],
)
def test_set_rule_refuses_what_the_rule_cannot_be(app: Flask, key: str, value: Any):
    with pytest.raises(Refused) as refused:
        set_rule(key, value)
    assert refused.value.fields == {"value": refused.value.phrase}


def test_set_rule_refuses_a_key_that_nothing_declares(app: Flask):
    with pytest.raises(Refused, match="no rule"):
        set_rule("no_such_rule", 1)


def test_keep_rule_puts_the_periods_in_the_place_of_all_before(app: Flask):
    periods = [Period(KEY, 40, "а", date(2020, 1, 1), TURN - DAY), Period(KEY, 50, "б", TURN, None)]
    keep(*periods)
    assert stored_periods() == [tuple(one)[1:] for one in periods]


def test_begin_rules_adds_what_is_missing_and_leaves_what_is_set(app: Flask):
    set_rule(KEY, 40)
    work.transaction(lambda: db.session.execute(Rule.__table__.delete().where(Rule.key == "news_days")))
    work.transaction(lambda: operations.begin_rules(by=SYSTEM, now=work.now()))
    assert stored_periods("news_days") == [(7, DECLARED["news_days"].source, None, None)]
    assert stored_periods() == [(40, "приказ", None, None)]


@pytest.mark.parametrize(
    "period",
    [
        {},
        {"valid_from": TURN},
        {"valid_from": TURN - 7 * DAY, "valid_until": TURN - DAY},
        {"valid_until": TURN - DAY},
        {"valid_from": TURN, "valid_until": TURN - DAY},
    ],
)
def test_the_database_refuses_two_values_on_one_day(app: Flask, period: dict[str, date]):
    set_rule(KEY, 40, valid_until=TURN - DAY)
    set_rule(KEY, 50, valid_from=TURN)
    with pytest.raises(IntegrityError):
        work.transaction(lambda: db.session.add(Rule(key=KEY, value=1, source="", **period)))


def test_the_database_refuses_a_period_moved_over_another(app: Flask):
    set_rule(KEY, 40, valid_until=TURN - DAY)
    set_rule(KEY, 50, valid_from=TURN)
    moved = Rule.__table__.update().where(Rule.key == KEY, Rule.valid_from == TURN).values(valid_from=TURN - DAY)
    with pytest.raises(IntegrityError):
        work.transaction(lambda: db.session.execute(moved))
