"""Reading the rules of a day."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select
from time_machine import Traveller

from events.district import operations, queries
from events.district.models import Rule
from events.district.rule_periods import Period
from events.district.rule_values import stored
from events.district.rules import BUSES_UNTIL, DECLARED, Rules
from events.foundation import work
from events.foundation.acting import SYSTEM
from events.foundation.db import db

Counting = Callable[[], AbstractContextManager[list[str]]]

YEAR = date(2026, 12, 31)


def set_rule(key: str, value: Any, **period: date) -> None:
    work.transaction(lambda: operations.set_rule(key, value, "приказ", by=SYSTEM, now=work.now(), **period))


def test_an_installation_starts_with_every_rule_as_a_row(empty_app: Flask):
    rows = {one.key: (one.value, one.source, one.valid_from, one.valid_until) for one in db.session.scalars(select(Rule))}
    assert rows == {key: (stored(one.default), one.source, None, one.until) for key, one in DECLARED.items()}
    assert queries.rules() == Rules()


def test_today_is_the_day_in_moscow_of_the_running_transaction(app: Flask, freeze: Traveller):
    set_rule("most_dates", 40, valid_until=YEAR)
    set_rule("most_dates", 50, valid_from=YEAR + timedelta(days=1))
    late = work.now().replace(month=12, day=31, hour=20, minute=59)
    assert work.transaction(lambda: queries.rules().most_dates, write=False, moment=late) == 40
    assert work.transaction(lambda: queries.rules().most_dates, write=False, moment=late + timedelta(minutes=1)) == 50
    assert queries.rules(YEAR + timedelta(days=1)).most_dates == 50
    freeze.move_to(late + timedelta(minutes=1))
    assert queries.rules().most_dates == 50


def test_rules_are_read_once_in_a_transaction_whatever_day_is_asked_for(app: Flask, query_count: Counting):
    def act() -> None:
        queries.rules()
        queries.rules(date(2030, 1, 1))
        queries.rules_ending(date(2030, 1, 1))

    set_rule("news_days", 9)  # what an earlier test has read of a like database is good no more
    with query_count() as asked:
        work.transaction(act, write=False)
    assert sum("FROM rule" in one for one in asked) == 1


def test_a_change_is_seen_at_once_by_the_transaction_that_makes_it(app: Flask):
    def act() -> list[int]:
        before = queries.rules().most_dates
        operations.set_rule("most_dates", 7, "приказ", by=SYSTEM, now=work.now())
        return [before, queries.rules().most_dates]

    assert work.transaction(act) == [60, 7]


def test_rules_that_run_out_are_told_before_their_end(app: Flask):
    def ending(day: date) -> list[Period]:
        return [one for one in queries.rules_ending(day) if one.key == "news_days"]

    assert ending(YEAR) == []
    set_rule("news_days", 9, valid_until=YEAR)
    ends = [Period("news_days", 9, "приказ", None, YEAR)]
    assert [ending(YEAR + timedelta(days=days)) for days in (-60, -59, 0, 400)] == [[], ends, ends, ends]
    set_rule("news_days", 10, valid_from=YEAR + timedelta(days=1))
    assert ending(YEAR) == []


def test_the_end_of_the_bus_rules_is_told_in_every_new_installation(app: Flask):
    ends = {key for key, one in DECLARED.items() if one.until == BUSES_UNTIL}
    assert len(ends) == 5
    assert queries.rules_ending(BUSES_UNTIL - timedelta(days=60)) == []
    assert {one.key for one in queries.rules_ending(BUSES_UNTIL - timedelta(days=59))} == ends


def test_the_bus_rules_hold_until_the_last_day_of_2026_and_are_named_as_over_from_then_on(app: Flask):
    """The decree holds «до 1 января 2027 г.» (corrections of the practice)."""
    last, over = (queries.rules(day) for day in (date(2026, 12, 31), date(2027, 1, 1)))
    assert last.source("bus_children_from") == "ПП РФ от 23.09.2020 № 1527"
    assert over.source("bus_children_from") == "ПП РФ от 23.09.2020 № 1527 (действовало по 31.12.2026)"
    assert {one.valid_until for one in queries.periods() if one.key.startswith("bus_")} == {date(2026, 12, 31)}
