"""I2: one effective decision per review; a recalled one is kept, never rewritten."""

from collections.abc import Callable
from typing import Any

import pytest

from events.foundation.db import db
from events.requests.models import EventRequest
from tests.fixtures.direct_sql import refusal
from tests.fixtures.office import Office

Trying = Callable[[Callable[[], Any]], Any]
COPIED = (
    "INSERT INTO decision (review_id, request_id, revision_no, verdict, comment, decided_at, decided_by_id, recalled_at) "
    "SELECT review_id, request_id, revision_no, verdict, comment, decided_at, decided_by_id, {recalled} FROM decision"
)


@pytest.fixture
def decided(a_request: Callable[..., EventRequest], office: Office) -> int:
    """A request whose lead head has approved."""
    request_id = a_request(venue=None).id
    office.submit(request_id)
    office.decide(request_id, "dir_pmc")
    return request_id


def test_i2_second_effective_decision_is_refused(decided: int, trying: Trying):
    said = trying(lambda: refusal(COPIED.format(recalled="NULL")))
    assert "uq_decision_effective" in said or "decision.review_id" in said


def test_i2_recalled_decisions_are_kept_beside_the_effective_one(decided: int, trying: Trying):
    assert trying(lambda: refusal(COPIED.format(recalled="decided_at"))) is None


@pytest.mark.parametrize("change", ["verdict = 'return', reason_code = 'safety'", "comment = 'x'", "decided_by_id = decided_by_id + 1"])
def test_i2_decision_is_never_rewritten(decided: int, trying: Trying, change: str):
    assert "never rewritten" in trying(lambda: refusal(f"UPDATE decision SET {change}"))


def test_i2_decision_is_recalled_once(decided: int, trying: Trying):
    def twice() -> list[str | None]:
        first = refusal("UPDATE decision SET recalled_at = decided_at")
        db.session.execute(db.text("UPDATE decision SET recalled_at = decided_at"))
        return [first, refusal("UPDATE decision SET recalled_at = NULL")]

    first, second = trying(twice)
    assert first is None
    assert "never rewritten" in second


def test_i2_decision_is_never_deleted(decided: int, trying: Trying):
    assert "never deleted" in trying(lambda: refusal("DELETE FROM decision"))


def test_i2_return_without_a_reason_is_refused(decided: int, trying: Trying):
    statement = COPIED.format(recalled="decided_at").replace(
        "revision_no, verdict, comment, decided_at, decided_by_id, d", "revision_no, 'return', comment, decided_at, decided_by_id, d"
    )
    assert "ck_decision_return_has_reason" in trying(lambda: refusal(statement))
