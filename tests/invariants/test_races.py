"""Many people at once: one wins, the others are told, nothing is done twice. Threads on PostgreSQL, each with a session of its own."""

import os
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from events.approvals import operations
from events.approvals.models import Decision, Round
from events.approvals.vocabulary import Verdict
from events.audit import operations as audit
from events.foundation.db import db
from events.foundation.errors import Conflict, Refused
from events.requests.models import EventRequest
from events.requests.vocabulary import RequestStatus
from events.venues.models import Booking
from tests.fixtures.cast import Cast
from tests.fixtures.office import Office
from tests.fixtures.requests import FIRST_START, an_occurrence

Make = Callable[..., EventRequest]
APPROVERS = int(os.environ.get("MARSHRUT_TESTS_APPROVERS", "64"))
STAGES = int(os.environ.get("MARSHRUT_TESTS_STAGES", "3"))


def at_once(app: Flask, acts: Sequence[Callable[[], object]]) -> Counter[str]:
    """Run every act in a thread of its own, all begun together; what became of them, by name."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        with app.app_context():
            start.wait()
            try:
                act()
            except (Conflict, Refused) as error:
                return type(error).__name__
            finally:
                db.session.remove()
            return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return Counter(pool.map(run, acts))


def page_of(office: Office, request_id: int, unit: str) -> tuple[int, int]:
    """Id and version of the unit's turn, as a page would carry them: threads share no rows."""

    def ask() -> tuple[int, int]:
        review = office.turn(request_id, unit)
        return review.id, review.version

    return office.read(ask)  # type: ignore[no-any-return]


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


def test_case_21_decision_against_take_back_ends_in_one_of_two_orders(app: Flask, a_request: Make, office: Office) -> None:
    made = a_request(expected=45, age_from=14, minors=True, buses=True)
    made_id = made.id
    office.submit(made_id)
    review_id, version = page_of(office, made_id, "pmc")
    outcome = at_once(
        app,
        [
            lambda: office.act(lambda now: operations.take_back(made_id, by=office.by("spec_pmc"), now=now)),
            lambda: office.act(
                lambda now: operations.decide(
                    review_id, verdict=Verdict.APPROVE, version=version, revision_no=1, by=office.by("dir_pmc"), now=now
                )
            ),
        ],
    )
    assert office.request(made_id).status is RequestStatus.RETURNED
    assert outcome in ({"done": 2}, {"done": 1, "Conflict": 1})
    decided = office.states(made_id)["lead-head"]
    assert decided == ("decided:approve" if outcome["done"] == 2 else "revoked")


def test_i10_a_crowd_gets_one_booking_of_one_venue(app: Flask, a_request: Make, office: Office) -> None:
    made = [a_request().id for _ in range(6)]
    outcome = at_once(app, [lambda one=one: office.submit(one) for one in made])  # type: ignore[misc]  # bound at once
    assert outcome == {"done": 1, "Refused": 5}
    assert office.read(lambda: db.session.scalar(select(func.count()).select_from(Booking))) == 1


def test_i18_numbers_given_at_once_are_gap_free(app: Flask, a_request: Make, office: Office, cast: Cast) -> None:
    made = [a_request(venue=None).id for _ in range(8)]
    assert at_once(app, [lambda one=one: office.submit(one) for one in made]) == {"done": 8}  # type: ignore[misc]  # bound at once
    numbers = sorted(office.read(lambda: db.session.scalars(select(EventRequest.number)).all()))
    assert numbers == [f"ММ-ПМЦ-{number:04d}/2026" for number in range(1, 9)]


def test_i16_one_submission_sent_many_times_opens_one_round(app: Flask, a_request: Make, office: Office) -> None:
    made_id = a_request().id
    outcome = at_once(app, [lambda: office.submit(made_id)] * 8)
    assert outcome == {"done": 1, "Conflict": 7}
    assert office.read(lambda: db.session.scalars(select(Round.no)).all()) == [1]
