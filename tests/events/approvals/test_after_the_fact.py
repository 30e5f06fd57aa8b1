"""Nothing is approved after the fact, neither an event nor a change of it; numbers are those of the office's cases."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from events.approvals import operations
from events.approvals.vocabulary import Verdict
from events.foundation import clock
from events.foundation.errors import NotNow
from events.requests.models import EventRequest
from events.requests.vocabulary import RequestStatus, RevisionState
from tests.fixtures.office import Office
from tests.fixtures.publishing import approve
from tests.fixtures.requests import FIRST_START, an_occurrence

Make = Callable[..., EventRequest]
LATER = FIRST_START + timedelta(days=14)


@pytest.fixture
def series(a_request: Make, office: Office) -> int:
    """An approved event of two dates, two weeks apart, and a change begun."""
    request_id = a_request(venue=None, occurrences=(an_occurrence(FIRST_START), an_occurrence(LATER))).id
    approve(request_id)
    office.act(lambda now: operations.amend(request_id, by=office.by("spec_pmc"), now=now))
    return request_id


def pass_time(office: Office, request_id: int) -> None:
    """What the worker does to the requests its tick names."""
    if request_id in office.read(lambda: operations.tick(clock.now())):
        office.act(lambda now: operations.pass_time(request_id, now))


def move_last(office: Office, request_id: int, *, days: int) -> None:
    """The second date is moved in the draft."""
    first, last = office.request(request_id).revisions[-1].content().occurrences
    office.edit(request_id, occurrences=(first, an_occurrence(LATER + timedelta(days=days), key=last.key)))


def test_case_35_change_whose_new_date_passes_before_its_approval_goes_back(
    series: int, office: Office, freeze: time_machine.Traveller
) -> None:
    move_last(office, series, days=-10)
    office.submit(series)
    freeze.move_to(LATER - timedelta(days=10) + timedelta(minutes=1))
    with pytest.raises(NotNow):
        office.decide(series, "dir_pmc")
    pass_time(office, series)
    request = office.request(series)
    assert request.status is RequestStatus.PUBLISHED
    assert [one.state for one in request.revisions] == [RevisionState.APPROVED, RevisionState.RETURNED, RevisionState.DRAFT]
    with pytest.raises(NotNow):
        office.decide(series, "dir_pmc")


def test_case_35_change_is_not_submitted_after_the_last_start(series: int, office: Office, freeze: time_machine.Traveller) -> None:
    freeze.move_to(LATER + timedelta(minutes=1))
    with pytest.raises(NotNow):
        office.submit(series)


def test_case_35_change_is_not_approved_after_the_last_start(series: int, office: Office, freeze: time_machine.Traveller) -> None:
    office.edit(series, title="Квиз с другим названием")
    office.submit(series)
    freeze.move_to(LATER + timedelta(minutes=1))
    with pytest.raises(NotNow):
        office.decide(series, "dir_pmc")
    pass_time(office, series)
    request = office.request(series)
    assert request.status is RequestStatus.PUBLISHED
    assert [one.state for one in request.revisions] == [RevisionState.APPROVED, RevisionState.WITHDRAWN]


def test_case_35_draft_of_a_change_ends_with_the_last_start(series: int, office: Office, freeze: time_machine.Traveller) -> None:
    freeze.move_to(LATER + timedelta(minutes=1))
    pass_time(office, series)
    assert [one.state for one in office.request(series).revisions] == [RevisionState.APPROVED, RevisionState.WITHDRAWN]


def test_case_36_change_of_an_event_being_postponed_goes_on_after_the_last_start(
    series: int, office: Office, freeze: time_machine.Traveller
) -> None:
    office.act(lambda now: operations.postpone(series, occurrence_key=None, reason="Ливень", by=office.by("dir_pmc"), now=now))
    first, last = office.request(series).revisions[-1].content().occurrences
    freeze.move_to(LATER + timedelta(minutes=1))
    pass_time(office, series)
    office.edit(series, occurrences=(first, an_occurrence(LATER + timedelta(days=30), key=last.key)))
    office.submit(series)
    office.agree(series, "dir_pmc", "head_omp", "zam")
    assert office.request(series).revisions[-1].state is RevisionState.APPROVED


def test_case_30_first_date_of_a_series_may_pass_while_another_is_changed(
    series: int, office: Office, freeze: time_machine.Traveller
) -> None:
    move_last(office, series, days=7)
    office.submit(series)
    freeze.move_to(FIRST_START + timedelta(minutes=1))
    pass_time(office, series)
    office.decide(series, "dir_pmc", Verdict.APPROVE)
    assert office.request(series).revisions[-1].state in (RevisionState.IN_REVIEW, RevisionState.APPROVED)
