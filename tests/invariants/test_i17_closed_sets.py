"""I17: no status outside the set, no move outside the graph; what was submitted is frozen."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Enum, text

from events.approvals.vocabulary import RoundState
from events.foundation.db import db
from events.requests.models import EventRequest
from events.requests.sections import SECTION_OF
from events.requests.vocabulary import TRANSITIONS, RequestStatus
from tests.fixtures.cast import Cast
from tests.fixtures.direct_sql import refusal
from tests.fixtures.moments import MONDAY
from tests.fixtures.office import Office

Trying = Callable[[Callable[[], Any]], Any]
UNNUMBERED = {RequestStatus.DRAFT, RequestStatus.WITHDRAWN}


@pytest.fixture
def submitted(a_request: Callable[..., EventRequest], office: Office) -> int:
    """A request under review."""
    request_id = a_request(venue=None).id
    office.submit(request_id)
    return request_id


def in_status(status: RequestStatus, unit_id: int) -> int:
    """A bare request in that status."""
    row = EventRequest(
        lead_unit_id=unit_id, status=status, number=None if status is RequestStatus.DRAFT else f"N-{status}", created_at=MONDAY
    )
    db.session.add(row)
    db.session.flush()
    return row.id


def test_i17_every_pair_of_statuses_is_a_listed_move_or_refused(cast: Cast, trying: Trying):
    unit = cast.unit("pmc").id
    move = "UPDATE event_request SET status = :after, number = COALESCE(number, 'N-given') WHERE id = :id"
    draw_back = "UPDATE event_request SET status = :after WHERE id = :id"

    def moves() -> dict[RequestStatus, frozenset[RequestStatus]]:
        found = {}
        for before in RequestStatus:
            row = in_status(before, unit)
            passed = [
                after
                for after in RequestStatus
                if after is not before and refusal(draw_back if after in UNNUMBERED else move, after=after.value, id=row) is None
            ]
            found[before] = frozenset(passed)
        return found

    assert trying(moves) == TRANSITIONS


def test_i17_no_closed_set_takes_another_word(cast: Cast, submitted: int, trying: Trying):
    """Every enumerated column of every table that has rows here."""
    columns = [
        (table.name, column.name) for table in db.metadata.sorted_tables for column in table.columns if isinstance(column.type, Enum)
    ]

    def try_all() -> list[str]:
        taken = []
        for table, column in columns:
            quoted = db.engine.dialect.identifier_preparer.quote(table)
            has_rows = db.session.scalar(text(f"SELECT count(*) FROM {quoted}"))
            if has_rows and refusal(f"UPDATE {quoted} SET {column} = 'bogus'") is None:
                taken.append(f"{table}.{column}")
        return taken

    assert trying(try_all) == []
    assert len(columns) > 20


def test_draft_has_no_number_and_everything_later_has_one(cast: Cast, a_request: Callable[..., EventRequest], trying: Trying):
    draft = a_request(venue=None).id
    assert "draft_without_number" in trying(lambda: refusal("UPDATE event_request SET number = 'N' WHERE id = :id", id=draft))
    assert "number_from_submission" in trying(lambda: refusal("UPDATE event_request SET status = 'in_review' WHERE id = :id", id=draft))


def test_submitted_revision_is_frozen_in_every_column(submitted: int, trying: Trying):
    columns = sorted(set(SECTION_OF) - {"occurrences", "budget", "co_organizers"})
    assert [column for column in columns if "a submitted revision is frozen" not in frozen(submitted, trying, column)] == []


def frozen(request_id: int, trying: Trying, column: str) -> str:
    """What the database says to a change of one column of a submitted revision."""
    kept = db.metadata.tables["revision"].columns[column]
    kind = kept.type.python_type
    if kind is bool:
        value = f"NOT {column}"
    elif kind is str and not kept.nullable:
        value = f"{column} || 'x'"
    else:
        value = f"CASE WHEN {column} IS NULL THEN {LITERALS.get(column, '1')} END" if kept.nullable else LITERALS[column]
    return str(trying(lambda: refusal(f"UPDATE revision SET {column} = {value} WHERE request_id = :id", id=request_id)))


LITERALS = {
    "direction": "'leisure'", "event_type": "'quiz'", "level": "'city'", "format": "'online'", "age_mark": "'18+'",
    "extra_directions": "'[\"sport\"]'", "price_type": "'paid'", "registration": "'external'",
}  # fmt: skip
"""Values for columns that take no number."""


def test_part_is_not_moved_from_a_draft_into_a_submitted_revision(submitted: int, a_request: Callable[..., EventRequest], trying: Trying):
    draft = a_request(venue=None).id
    moved = (
        "UPDATE {} SET revision_id = (SELECT id FROM revision WHERE request_id = :submitted), position = 9 "
        "WHERE revision_id = (SELECT id FROM revision WHERE request_id = :draft)"
    )
    for table in ("occurrence", "budget_line"):
        said = trying(lambda table=table: refusal(moved.format(table), submitted=submitted, draft=draft))
        assert "a submitted revision is frozen" in said


def test_part_of_a_draft_is_changed_as_asked(a_request: Callable[..., EventRequest], trying: Trying):
    """A BEFORE trigger that hands back the old row would drop the change without a word."""
    a_request(venue=None)

    def act() -> list[int]:
        db.session.execute(text("UPDATE occurrence SET position = 7"))
        return list(db.session.scalars(text("SELECT position FROM occurrence")))

    assert trying(act) == [7]


FORGERIES = (
    "UPDATE revision SET state = 'draft', hash = NULL",
    "UPDATE revision SET hash = 'forged'",
    "UPDATE revision SET no = no + 1",
    "UPDATE occurrence SET position = position + 1",
    "DELETE FROM occurrence",
    "UPDATE occurrence SET revision_id = revision_id",
    "UPDATE budget_line SET amount = amount + 1",
    "DELETE FROM budget_line",
    "INSERT INTO budget_line (revision_id, position, name, amount, source) SELECT id, 9, 'x', 1, 'sponsor' FROM revision",
    "INSERT INTO occurrence (revision_id, position, key) SELECT id, 9, 'x' FROM revision",
    "INSERT INTO co_organizer (revision_id, position, unit_id, contributes) SELECT id, 9, 1, '' FROM revision",
)


def test_submitted_revision_is_frozen_with_its_parts(submitted: int, trying: Trying):
    passed = [one for one in FORGERIES if "a submitted revision is frozen" not in str(trying(lambda one=one: refusal(one)))]
    assert passed == []


def test_i20_occurrence_that_runs_backwards_is_not_submitted(a_request: Callable[..., EventRequest], trying: Trying):
    draft = a_request(venue=None).id

    def act() -> str | None:
        db.session.execute(text("UPDATE occurrence SET ends_at = starts_at"))
        return refusal("UPDATE revision SET state = 'in_review', hash = 'h' WHERE request_id = :id", id=draft)

    assert "an occurrence ends before it begins" in trying(act)


def test_one_revision_at_work_and_one_in_force(submitted: int, trying: Trying):
    columns = [one.name for one in db.metadata.tables["revision"].columns if one.name not in {"id", "no", "state", "hash"}]
    copied = (
        f"INSERT INTO revision (no, state, hash, {', '.join(columns)}) SELECT no + 1, :state, :hash, {', '.join(columns)} FROM revision"
    )
    assert "revision" in trying(lambda: refusal(copied, state="in_review", hash="h"))
    assert trying(lambda: refusal(copied, state="approved", hash="h")) is None

    def second_in_force() -> str | None:
        db.session.execute(text(copied), {"state": "approved", "hash": "h"})
        return refusal(copied.replace("no + 1", "no + 2") + " WHERE state = 'approved'", state="approved", hash="h")

    assert trying(second_in_force) is not None


def test_one_round_is_open_at_a_time(submitted: int, trying: Trying):
    columns = [one.name for one in db.metadata.tables["round"].columns if one.name not in {"id", "no"}]
    copied = f"INSERT INTO round (no, {', '.join(columns)}) SELECT no + 1, {', '.join(columns)} FROM round"
    assert trying(lambda: refusal(copied)) is not None
    assert {one.value for one in RoundState} >= {"open", "approved"}


def test_i17_a_date_with_hours_has_no_day_beside_them(a_request: Callable[..., EventRequest], trying: Trying):
    request_id = a_request(venue=None).id
    place = "WHERE revision_id = (SELECT id FROM revision WHERE request_id = :id)"
    twice = trying(lambda: refusal(f"UPDATE occurrence SET day = '2026-07-10' {place}", id=request_id))
    assert twice is not None
    assert "a date with hours has its day in them" in twice
    alone = f"UPDATE occurrence SET day = '2026-07-10', starts_at = NULL, ends_at = NULL {place}"
    assert trying(lambda: refusal(alone, id=request_id)) is None
    copied = (
        "INSERT INTO occurrence (revision_id, position, key, starts_at, ends_at, day) "
        f"SELECT revision_id, 1, 'another', starts_at, ends_at, '2026-07-10' FROM occurrence {place}"
    )
    assert trying(lambda: refusal(copied, id=request_id)) is not None
