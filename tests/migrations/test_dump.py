"""The dump is what it is said to be: a row for every word of its schema, a message of every kind."""

import re
from collections import defaultdict
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from tests.fixtures import dumps

NEVER_STORED = {("decision", "verdict", "acknowledged")}
"""Taking note decides nothing, so no decision says it."""
KINDS = {
    "assigned", "informed", "due_soon", "due", "overdue_head", "overdue_curator", "orphaned", "returned", "date_passed", "approved",
    "confirmed", "rejected", "withdrawn", "cancelled", "date_called_off", "event_tomorrow", "remarks_unanswered", "invitation",
    "password_reset",
}  # fmt: skip


@pytest.mark.engines("sqlite")
def test_the_dump_has_a_row_in_every_state(old_database: Callable[[], str]) -> None:
    held = defaultdict(set)
    for table, row in dumps.rows():
        for column, value in row.items():
            held[table, column].add(str(value))

    engine = sa.create_engine(old_database())
    known = {
        (table, listed[1], word)
        for table in sa.inspect(engine).get_table_names()
        for check in sa.inspect(engine).get_check_constraints(table)
        if (listed := re.fullmatch(r"(\w+) IN \((.*)\)", check["sqltext"]))
        for word in re.findall(r"'([^']*)'", listed[2])
    }
    engine.dispose()
    assert len(known) > 100
    assert {(table, column, word) for table, column, word in known if word not in held[table, column]} == NEVER_STORED
    assert held["message", "kind"] == KINDS
