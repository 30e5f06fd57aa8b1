"""What stays and what does not over several rounds of one request; numbers are those of the office's cases."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from events.approvals import operations, queries
from events.approvals.vocabulary import Verdict
from events.foundation import clock
from events.foundation.db import db
from events.foundation.errors import Refused
from events.outbox.models import Message
from events.people.models import User
from events.requests.models import EventRequest
from events.venues import queries as venues
from events.worktime import queries as worktime
from tests.fixtures.office import Office
from tests.fixtures.publishing import approve
from tests.fixtures.requests import FIRST_START, an_occurrence

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


def expiry(office: Office, request_id: int) -> datetime:
    """Until when the hall is held."""
    (moment,) = office.read(lambda: {one.expires_at for one in venues.bookings_of(request_id)})
    return moment  # type: ignore[no-any-return]


def test_case_31_hold_of_a_late_stage_lasts_until_the_rest_is_forecast_to_end(
    a_request: Make, office: Office, freeze: time_machine.Traveller
) -> None:
    request_id = a_request(**SAFETY, occurrences=(an_occurrence(FIRST_START + timedelta(days=60)),)).id
    office.submit(request_id)
    first = office.read(lambda: queries.rounds(request_id)[0].forecast_at)
    freeze.move_to(first + timedelta(days=1))
    office.decide(request_id, "dir_pmc")
    due = office.read(lambda: max(one.due_at for one in queries.rounds(request_id)[0].reviews if one.due_at and one.stage == "departments"))
    assert expiry(office, request_id) > office.read(lambda: worktime.schedule().nth_working_day_end(due, 2))


def test_case_28_who_submitted_in_time_explains_nothing_when_resubmitting(
    a_request: Make, office: Office, freeze: time_machine.Traveller
) -> None:
    request_id = a_request(**SAFETY).id
    office.submit(request_id)
    office.decide(request_id, "dir_pmc", Verdict.RETURN)
    freeze.move_to(FIRST_START - timedelta(days=1))
    again(office, request_id)
    assert office.read(lambda: queries.rounds(request_id)[0].no) == 2


def test_case_28_who_submits_late_explains_it(a_request: Make, office: Office, freeze: time_machine.Traveller) -> None:
    request_id = a_request(**SAFETY).id
    freeze.move_to(FIRST_START - timedelta(days=1))
    with pytest.raises(Refused) as refused:
        office.submit(request_id)
    assert list(refused.value.fields) == ["late_reason"]


def test_case_9_change_after_one_given_up_as_a_draft_goes_by_the_routes_in_force(
    a_request: Make, office: Office, freeze: time_machine.Traveller
) -> None:
    request_id = a_request(**SAFETY).id
    approve(request_id)
    change(office, request_id, safety_note=NEW)
    office.decide(request_id, "dir_pmc", Verdict.RETURN)
    office.act(lambda now: operations.withdraw(request_id, reason="Не нужно", by=office.by("dir_pmc"), now=now))
    freeze.shift(timedelta(minutes=5))
    office.act(lambda now: _rewrite_routes(office, now))
    freeze.shift(timedelta(minutes=5))
    change(office, request_id, safety_note=NEW)
    newest = office.read(lambda: queries.rounds(request_id)[0])
    assert sorted(newest.pinned) == office.read(lambda: sorted(one.id for one in queries.current_versions(clock.now())))


def _rewrite_routes(office: Office, now: datetime) -> None:
    """Every route gets a new version."""
    by = office.by("admin").actor
    operations.keep_routes([dict(one.definition) for one in queries.current_versions(now)], by=by, now=now)


def change(office: Office, request_id: int, **changes: object) -> None:
    """A change is begun, written and handed in."""
    office.act(lambda now: operations.amend(request_id, by=office.by("spec_pmc"), now=now))
    office.edit(request_id, **changes)
    office.submit(request_id)


@pytest.mark.parametrize("ends", [Verdict.REJECT, None])
def test_case_35_editorial_change_after_one_that_came_to_nothing_asks_the_lead_head_alone(
    a_request: Make, office: Office, ends: Verdict | None
) -> None:
    request_id = a_request(**SAFETY, safety_note=OLD).id
    office.submit(request_id)
    office.approve_by(request_id, "dir_pmc", "head_omp", "head_ozpb", "zam")
    change(office, request_id, safety_note=NEW, title="Квиз с новым названием")
    if ends is Verdict.REJECT:
        office.agree(request_id, "dir_pmc", "head_omp", "head_ozpb")
        office.decide(request_id, "zam", Verdict.REJECT, comment="Нет")
    else:
        office.agree(request_id, "dir_pmc", "head_omp")
        office.decide(request_id, "head_ozpb", Verdict.RETURN)
        office.act(lambda now: operations.withdraw(request_id, reason="Не нужно", by=office.by("dir_pmc"), now=now))
    change(office, request_id, bring="Сменная обувь")
    asked = {slot for slot, state in office.states(request_id).items() if not state.startswith("carried") and slot != "press-inform"}
    assert asked == {"lead-head"}


def test_case_34_withdrawal_tells_the_consultant_of_a_passed_stage(a_request: Make, office: Office, freeze: time_machine.Traveller) -> None:
    freeze.shift(timedelta(minutes=5))
    office.act(lambda now: _ask_press_for_an_opinion(office, now))
    freeze.shift(timedelta(minutes=5))
    request_id = a_request(**SAFETY).id
    office.submit(request_id)
    office.approve_by(request_id, "dir_pmc", "head_omp", "head_ozpb")
    assert office.states(request_id)["press-opinion"] == "open"
    office.act(lambda now: operations.withdraw(request_id, reason="Передумали", by=office.by("dir_pmc"), now=now))
    told = office.read(
        lambda: db.session.scalars(
            select(User.email).join(Message, Message.recipient_id == User.id).where(Message.kind == "withdrawn")
        ).all()
    )
    press = office.read(lambda: office.by("press").email)
    assert press in told


def _ask_press_for_an_opinion(office: Office, now: datetime) -> None:
    """Route A asks the press service beside the departments."""
    (version,) = [one for one in queries.current_versions(now) if one.definition["key"] == "A"]
    plain = dict(version.definition)
    opinion = {
        "key": "press-opinion",
        "who": {"unit": "press"},
        "role": "head",
        "kind": "consult",
        "sla_hours": 24,
        "watches": ["publicity"],
    }
    plain["stages"] = [
        {**stage, "slots": [*stage["slots"], opinion]} if stage["key"] == "departments" else stage for stage in plain["stages"]
    ]
    operations.keep_routes([plain], by=office.by("admin").actor, now=now)
