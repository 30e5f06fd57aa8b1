"""What stays and what does not over several rounds of one request; numbers are those of the office's cases."""

from collections.abc import Callable

import pytest

from events.approvals import operations
from events.approvals.vocabulary import Verdict
from events.requests.models import EventRequest
from tests.fixtures.office import Office

Make = Callable[..., EventRequest]
SAFETY = {"expected": 45, "age_from": 14, "minors": True, "buses": True}
"""Route A with ОМП and ОЗПБ in the second stage."""
OLD, NEW = "План эвакуации у входа.", "План эвакуации и дежурные у каждого выхода."


def again(office: Office, request_id: int, **changes: object) -> None:
    """Remarks answered, the text changed, handed in anew."""
    office.answer_all(request_id)
    if changes:
        office.edit(request_id, **changes)
    office.submit(request_id)


@pytest.fixture
def returned_after_visa(a_request: Make, office: Office) -> int:
    """ОЗПБ approved the text of round 1 and returned that of round 2; the old text stands in the draft again."""
    request_id = a_request(**SAFETY, safety_note=OLD).id
    office.submit(request_id)
    office.approve_by(request_id, "dir_pmc", "head_ozpb")
    office.decide(request_id, "head_omp", Verdict.RETURN)
    again(office, request_id, safety_note=NEW)
    office.agree(request_id, "dir_pmc", "head_omp")
    office.decide(request_id, "head_ozpb", Verdict.RETURN)
    office.answer_all(request_id)
    office.edit(request_id, safety_note=OLD)
    return request_id


def test_case_19_visa_from_before_a_return_stays_lost_after_one_more_round(returned_after_visa: int, office: Office) -> None:
    request_id = returned_after_visa
    office.edit(request_id, title="Квиз с новым названием")
    office.submit(request_id)
    office.decide(request_id, "dir_pmc", Verdict.RETURN)
    again(office, request_id)
    assert office.states(request_id)["safety"] == "waiting"


def test_case_19_visa_from_before_a_return_stays_lost_after_taking_back(returned_after_visa: int, office: Office) -> None:
    request_id = returned_after_visa
    office.submit(request_id)
    assert office.states(request_id)["safety"] in ("waiting", "open")
    office.act(lambda now: operations.take_back(request_id, by=office.by("spec_pmc"), now=now))
    office.submit(request_id)
    assert office.states(request_id)["safety"] in ("waiting", "open")


def test_case_19_visa_given_after_the_return_is_carried(returned_after_visa: int, office: Office) -> None:
    request_id = returned_after_visa
    office.submit(request_id)
    office.agree(request_id, "dir_pmc", "head_omp")
    office.approve_by(request_id, "head_ozpb")
    office.decide(request_id, "zam", Verdict.RETURN)
    again(office, request_id)
    assert office.states(request_id)["safety"] == "carried:approve"
