"""A decision after which nothing follows reads and writes little, and leaves all as one that moves the round would (decision 007)."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from events.approvals import operations, queries
from events.approvals.vocabulary import ReviewState, RoundState, Verdict
from events.audit import operations as audit
from events.foundation import work
from events.foundation.db import db
from events.outbox.models import Message
from events.outbox.vocabulary import MessageState
from events.requests import queries as requests
from events.requests.models import EventRequest
from events.requests.vocabulary import RequestStatus, RevisionState
from tests.fixtures.browsing import Client
from tests.fixtures.office import Office

Counting = Callable[[], AbstractContextManager[list[str]]]

STATEMENTS = {"sqlite": 12, "postgresql": 9}
"""Of a decision as its page sends it: sign-in, receipt, lock with version, round, claim, decision, letters, next review, receipt, and the
audit's head, entry and head; SQLite's BEGIN is one more. PostgreSQL takes claim, decision and letters as one, and entry and head."""
PUBLISHING = 48
"""Of the last decision, which publishes, with the venue it books."""


@pytest.fixture
def in_departments(office: Office, a_request: Callable[..., EventRequest]) -> int:
    """A request of which several departments decide at once."""
    request_id = a_request(venue=None, expected=60, safety_note="Дежурный у выхода.").id
    office.submit(request_id)
    office.approve_by(request_id, "dir_pmc")
    return request_id


def pending(request_id: int, review_id: int) -> list[str]:
    about = (Message.request_id == request_id, Message.subject_kind == "review", Message.subject_id == review_id)
    return list(db.session.scalars(select(Message.kind).where(*about, Message.state == MessageState.PENDING)))


def test_one_approval_of_several_silences_its_own_letters_only_and_makes_older_pages_stale(office: Office, in_departments: int) -> None:
    own, other = (office.review(in_departments, unit).id for unit in ("ozpb", "omp"))
    before = office.read(lambda: (pending(in_departments, own), pending(in_departments, other), version(in_departments)))
    assert before[0]
    assert office.decide(in_departments, "head_ozpb") is ReviewState.DECIDED
    assert office.read(lambda: (pending(in_departments, own), pending(in_departments, other), version(in_departments))) == (
        [],
        before[1],
        before[2] + 1,
    )
    assert work.transaction(audit.verify, write=False).holds


def test_a_decision_by_its_page_takes_few_statements(
    engine_name: str,
    app: Flask,
    office: Office,
    in_departments: int,
    client: Client,
    sign_in: Callable[..., None],
    query_count: Counting,
) -> None:
    sign_in(client, "head_ozpb")
    page = client.get(f"/reviews/{office.review(in_departments, 'ozpb').id}")
    with query_count() as asked:
        client.submit(page, button="Согласовать", expect_redirect=..., follow=False)
    sent = [one for one in asked if not one.startswith("BEGIN")]
    assert len(sent) <= STATEMENTS[engine_name], sent


def test_the_last_decision_publishes_by_few_statements(
    app: Flask, office: Office, a_request: Callable[..., EventRequest], client: Client, sign_in: Callable[..., None], query_count: Counting
) -> None:
    request_id = a_request().id
    office.submit(request_id)
    office.approve_by(request_id, "dir_pmc", "spec_omp")
    sign_in(client, "zam")
    page = client.get(f"/reviews/{office.review(request_id, 'zam_soc').id}")
    with query_count() as asked:
        client.submit(page, button="Утвердить", expect_redirect=..., follow=False)
    assert office.request(request_id).status is RequestStatus.PUBLISHED
    sent = [one for one in asked if not one.startswith("BEGIN")]
    assert len(sent) <= PUBLISHING, sent


def test_what_was_read_before_the_last_approval_is_read_anew_after_it(office: Office, a_request: Callable[..., EventRequest]) -> None:
    request_id = a_request().id
    office.submit(request_id)
    office.approve_by(request_id, "dir_pmc", "spec_omp")

    def approve(now: datetime) -> tuple[RequestStatus, RoundState, ReviewState, RevisionState]:
        event_request, before = requests.locked(request_id), queries.rounds(request_id)[0]
        review, revision = next(one for one in before.reviews if one.state is ReviewState.OPEN), event_request.revisions[-1]
        operations.decide(review.id, verdict=Verdict.APPROVE, version=review.version, revision_no=1, by=office.by("zam"), now=now)
        return event_request.status, queries.rounds(request_id)[0].state, review.state, revision.state

    assert office.act(approve) == (RequestStatus.APPROVED, RoundState.APPROVED, ReviewState.DECIDED, RevisionState.APPROVED)


def version(request_id: int) -> int:
    return db.session.scalars(select(EventRequest.version).where(EventRequest.id == request_id)).one()
