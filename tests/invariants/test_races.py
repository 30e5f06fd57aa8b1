"""Many people at once: one wins, the others are told, nothing is done twice. Threads on PostgreSQL, each with a session of its own."""

import os
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from events.approvals import operations
from events.approvals.models import Decision, Round
from events.approvals.vocabulary import Verdict
from events.audit import operations as audit
from events.foundation.acting import SYSTEM
from events.foundation.db import db
from events.requests.models import EventRequest
from events.venues.models import Booking
from events.venues.operations import keep_venue
from tests.fixtures.crowds import at_once, page_of
from tests.fixtures.office import Office
from tests.fixtures.requests import FIRST_START, an_occurrence

Make = Callable[..., EventRequest]
APPROVERS = int(os.environ.get("MARSHRUT_TESTS_APPROVERS", "64"))
STAGES = int(os.environ.get("MARSHRUT_TESTS_STAGES", "3"))


@pytest.fixture
def wide(app: Flask) -> Flask:
    """The application with a connection for every approver."""
    with app.app_context():
        db.engine.dispose()
        db.engine.pool._max_overflow = APPROVERS  # type: ignore[attr-defined]  # the test's own crowd; the product queues
    return app


@pytest.mark.engines("postgresql")
def test_i2_sixty_four_approvers_give_exactly_one_decision_per_review(wide: Flask, a_request: Make, office: Office) -> None:
    for number in range(STAGES):
        starts = FIRST_START + timedelta(days=number)
        made = a_request(occurrences=(an_occurrence(starts),), expected=45, age_from=14, minors=True, buses=True)
        made_id = made.id
        office.submit(made_id)
        office.decide(made_id, "dir_pmc")
        seen = {unit: page_of(office, made_id, unit) for unit in ("omp", "ozpb")}

        def decide(login: str, unit: str, seen: dict[str, tuple[int, int]] = seen) -> Callable[[], object]:
            review_id, version = seen[unit]
            return lambda: office.act(
                lambda now: operations.decide(
                    review_id, verdict=Verdict.APPROVE, version=version, revision_no=1, by=office.by(login), now=now
                )
            )

        crowd = [decide("head_omp", "omp"), decide("spec_omp", "omp"), decide("head_ozpb", "ozpb"), decide("head_ozpb", "ozpb")]
        outcome = at_once(wide, crowd * (APPROVERS // 4))
        assert outcome == {"done": 2, "Conflict": APPROVERS // 4 * 4 - 2}
        assert office.states(made_id) == {
            "lead-head": "decided:approve", "youth": "decided:approve", "safety": "decided:approve",
            "deputy-head": "open", "press-inform": "waiting",
        }  # fmt: skip
    effective = select(func.count()).select_from(Decision).where(Decision.recalled_at.is_(None)).group_by(Decision.review_id)
    assert set(office.read(lambda: db.session.scalars(effective).all())) == {1}
    assert office.read(audit.verify).holds


def test_i10_a_crowd_gets_one_booking_of_one_venue(app: Flask, a_request: Make, office: Office) -> None:
    made = [a_request().id for _ in range(6)]
    outcome = at_once(app, [lambda one=one: office.submit(one) for one in made])  # type: ignore[misc]  # bound at once
    refused = {name: times for name, times in outcome.items() if name in ("Refused", "Hindered")}  # by the booking, or before it
    assert (outcome["done"], sum(refused.values()), len(outcome) - len(refused)) == (1, 5, 1)
    assert office.read(lambda: db.session.scalar(select(func.count()).select_from(Booking))) == 1


def test_i10_a_crowd_gets_two_bookings_of_a_venue_of_two_at_once(app: Flask, a_request: Make, office: Office) -> None:
    office.act(lambda now: keep_venue("v13", {"at_once": 2}, by=SYSTEM, now=now))
    made = [a_request(venue="v13").id for _ in range(6)]
    outcome = at_once(app, [lambda one=one: office.submit(one) for one in made])  # type: ignore[misc]  # bound at once
    assert (outcome["done"], sum(outcome.values())) == (2, 6)
    assert office.read(lambda: db.session.scalar(select(func.count()).select_from(Booking))) == 2


def test_i16_one_submission_sent_many_times_opens_one_round(app: Flask, a_request: Make, office: Office) -> None:
    made_id = a_request().id
    outcome = at_once(app, [lambda: office.submit(made_id)] * 8)
    assert outcome == {"done": 1, "Conflict": 7}
    assert office.read(lambda: db.session.scalars(select(Round.no)).all()) == [1]
