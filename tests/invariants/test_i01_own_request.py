"""I1: the database itself lets nobody decide on a request they have a hand in, whatever a program might try."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from events.approvals.models import Review
from events.foundation.db import db
from events.requests.models import EventRequest
from tests.fixtures.cast import Cast
from tests.fixtures.direct_sql import refusal
from tests.fixtures.office import Office

Trying = Callable[[Callable[[], Any]], Any]
OWN = "nobody decides on an own request"
DECIDED = (
    "UPDATE review SET state = 'decided', verdict = 'approve', decided_at = :now, decided_by_id = :by, acting_for_id = :for WHERE id = :id"
)
INSERTED = (
    "INSERT INTO decision (review_id, request_id, revision_no, verdict, comment, decided_at, decided_by_id, acting_for_id) "
    "VALUES (:id, :request, 1, 'approve', '', :now, :by, :for)"
)


@pytest.fixture
def review_id(a_request: Callable[..., EventRequest], office: Office) -> int:
    """The lead head's open review on a request written by spec_pmc."""
    request_id = a_request(venue=None).id
    office.submit(request_id)
    return office.review(request_id, "pmc").id


def moment() -> str:
    """MONDAY, an hour later, as the engine stores it."""
    return "2026-06-01 08:00:00.000000" if db.engine.dialect.name == "sqlite" else "2026-06-01 08:00:00+00"


@pytest.mark.parametrize(
    ("by", "acting_for", "refused"),
    [
        ("spec_pmc", None, True),
        ("dir_pmc", "spec_pmc", True),
        ("spec_pmc", "dir_pmc", True),
        ("dir_pmc", None, False),
        ("spec_dm", "dir_pmc", False),
    ],
)
@pytest.mark.parametrize("table", ["review", "decision"])
def test_i1_no_row_says_that_an_author_decided(
    cast: Cast, review_id: int, trying: Trying, by: str, acting_for: str | None, refused: bool, table: str
):
    values = {"id": review_id, "by": getattr(cast, by).id, "for": getattr(cast, acting_for).id if acting_for else None}
    request_id = db.session.get_one(Review, review_id).request_id
    statement = DECIDED if table == "review" else INSERTED
    more = {} if table == "review" else {"request": request_id}
    said = trying(lambda: refusal(statement, now=moment(), **values, **more))
    assert (OWN in (said or "")) is refused
    assert (said is None) is not refused


def test_i1_whoever_became_an_author_later_cannot_decide_any_more(cast: Cast, review_id: int, trying: Trying):
    request_id, director = db.session.get_one(Review, review_id).request_id, cast.dir_pmc.id

    def act() -> str | None:
        db.session.execute(
            text("INSERT INTO authorship (request_id, user_id, how, at) VALUES (:request, :user, 'edited', :now)"),
            {"request": request_id, "user": director, "now": moment()},
        )
        return refusal(DECIDED, id=review_id, by=director, now=moment(), **{"for": None})

    assert OWN in trying(act)


def test_i1_submission_satisfies_the_lead_stage_only(cast: Cast, a_request: Callable[..., EventRequest], office: Office, trying: Trying):
    request_id = a_request(by=cast.dir_pmc, venue=None).id
    office.submit(request_id, "dir_pmc")
    by_submission = trying(lambda: db.session.scalars(text("SELECT stage FROM review WHERE by_submission")).all())
    assert by_submission == ["lead"]
    said = trying(lambda: refusal("UPDATE review SET by_submission = :yes WHERE stage <> 'lead' AND NOT confirming", yes=True))
    assert "ck_review_submission_satisfies_lead_only" in said


def test_i1_no_submission_confirms(cast: Cast, a_request: Callable[..., EventRequest], office: Office, trying: Trying):
    request_id = a_request(by=cast.dir_pmc, venue=None).id
    office.submit(request_id, "dir_pmc")
    refused = "nobody confirms an own request by submitting it"
    asked = "UPDATE review SET by_submission = :yes, relation = 'lead' WHERE confirming"
    assert refused in trying(lambda: refusal(asked, yes=True))
    assert refused in trying(lambda: refusal("UPDATE review SET confirming = :yes WHERE by_submission", yes=True))
    copied = ", ".join(one.name for one in Review.__table__.columns if one.name not in ("id", "slot", "confirming"))
    again = f"INSERT INTO review ({copied}, slot, confirming) SELECT {copied}, 'again', :yes FROM review WHERE by_submission"
    assert refused in trying(lambda: refusal(again, yes=True))


def test_i1_authorship_is_kept_for_good(review_id: int, trying: Trying):
    assert "authorship is kept for good" in trying(lambda: refusal("DELETE FROM authorship"))
