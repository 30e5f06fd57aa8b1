"""What the office seldom changes is read once a process, and again after every change, whoever makes it (decision 006)."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from events.district import queries as district
from events.foundation import standing, work
from events.foundation.db import db
from events.people import queries as people
from events.people.queries import Offices

Counting = Callable[[], AbstractContextManager[list[str]]]

CHANGES = {
    table: f'UPDATE "{table}" SET {column} = {column}'
    for table, column in (
        ("calendar_day", "day"), ("calendar_year", "year"), ("direction", "code"), ("event_type", "code"), ("membership", "id"),
        ("reason_code", "code"), ("route", "id"), ("rule", "id"), ("unit", "id"), ("user", "id"), ("venue", "id"),
    )
} | {
    "claim_role": "INSERT INTO claim_role (code, value, unit_id, role) SELECT 'x', 'x', min(id), 'author' FROM unit",
    "route_version": "INSERT INTO route_version (route_id, definition, valid_from) "
    "SELECT route_id, definition, '2040-01-01 00:00:00' FROM route_version WHERE id = 1",
    "secured_account": """INSERT INTO secured_account (user_id, since) SELECT min(id), '2040-01-01 00:00:00' FROM "user" """,
}  # fmt: skip
"""For every table whose changes renew the token, a change of its rows."""


def token() -> str | None:
    return work.transaction(lambda: db.session.scalar(standing.TOKEN), write=False)


def sql(statement: str, **values: Any) -> None:
    """A change past the house, on a connection of its own."""
    with db.engine.begin() as connection:
        connection.execute(text(statement), values)


def a_unit() -> int:
    return work.transaction(lambda: min(Offices().units), write=False)


def name_of(unit_id: int) -> str:
    return work.transaction(lambda: Offices().units[unit_id].short_name, write=False)


@pytest.mark.usefixtures("cast")
def test_what_is_kept_is_asked_for_once_a_process(app: Flask, query_count: Counting):
    def read() -> None:
        Offices(), district.rules(), district.reason_codes()

    work.transaction(read, write=False)
    with query_count() as asked:
        work.transaction(read, write=False)
    assert [one for one in asked if one.startswith("SELECT")] == [one for one in asked if "standing" in one]
    assert sum("standing" in one for one in asked) == 1


@pytest.mark.usefixtures("cast")
def test_a_change_in_sql_on_another_connection_is_seen_by_the_next_transaction(app: Flask):
    unit_id = a_unit()
    assert name_of(unit_id) != "Клуб"
    sql("UPDATE unit SET short_name = 'Клуб' WHERE id = :id", id=unit_id)
    assert name_of(unit_id) == "Клуб"


@pytest.mark.usefixtures("cast")
def test_a_transaction_sees_its_own_change_and_nobody_sees_one_that_was_rolled_back(app: Flask):
    unit_id = a_unit()
    before = name_of(unit_id)

    def change() -> str:
        Offices()
        people.unit(unit_id).short_name = "Клуб"
        return Offices().units[unit_id].short_name

    assert work.transaction(change, keep=lambda _: False) == "Клуб"
    assert name_of(unit_id) == before
    assert work.transaction(change) == "Клуб"
    assert name_of(unit_id) == "Клуб"


@pytest.mark.usefixtures("cast")
def test_what_was_read_while_somebody_changed_it_is_not_kept(app: Flask):
    """On SQLite a reader keeps the state of its beginning; on PostgreSQL it may read the newer one under the older token."""
    unit_id = a_unit()
    before = name_of(unit_id)

    def overtaken() -> str:
        standing.at_hand(db.session.scalar(standing.TOKEN))
        sql("UPDATE unit SET short_name = 'Клуб' WHERE id = :id", id=unit_id)
        return standing.kept("overtaken", lambda: db.session.scalar(text("SELECT short_name FROM unit WHERE id = :id"), {"id": unit_id}))

    assert work.transaction(overtaken, write=False) in ("Клуб", before)
    fresh = work.transaction(
        lambda: standing.kept("overtaken", lambda: db.session.scalar(text("SELECT short_name FROM unit WHERE id = :id"), {"id": unit_id})),
        write=False,
    )
    assert fresh == "Клуб"


@pytest.mark.usefixtures("cast")
def test_without_its_row_everything_is_read_and_the_next_change_puts_it_back(app: Flask):
    unit_id = a_unit()
    name_of(unit_id)
    sql("DELETE FROM standing")
    assert token() is None
    sql("UPDATE unit SET short_name = 'Клуб' WHERE id = :id", id=unit_id)
    assert token() is not None
    assert name_of(unit_id) == "Клуб"
    sql("DELETE FROM standing")
    assert name_of(unit_id) == "Клуб"


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("table", sorted(CHANGES))
def test_every_change_of_the_table_renews_the_token(app: Flask, table: str):
    before = token()
    sql(CHANGES[table])
    assert token() != before


def test_the_tables_are_those_the_models_name():
    assert standing.tables() == frozenset(CHANGES)
