"""Who hears when somebody has left: whoever may still act for the unit (case 42, docs/practice/stored.md)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from events.approvals import operations as approvals
from events.approvals.vocabulary import Verdict
from events.foundation.acting import SYSTEM
from events.foundation.db import db
from events.outbox.models import Message
from events.outbox.vocabulary import MessageState
from events.people import operations as people
from events.people.models import Unit, User
from events.people.vocabulary import Role
from events.reminders import operations
from events.reminders.vocabulary import Kind
from events.requests.fields import CoOrganizer
from events.requests.models import EventRequest
from events.requests.vocabulary import RevisionState
from tests.fixtures.cast import Cast
from tests.fixtures.office import Office
from tests.fixtures.requests import FIRST_START, an_occurrence

Make = Callable[..., EventRequest]
SATURDAY = FIRST_START - timedelta(days=6)


@pytest.fixture
def handed_in(a_request: Make, office: Office, cast: Cast) -> int:
    """A request of spec_pmc waiting for the department."""
    request_id = a_request().id
    office.submit(request_id)
    office.decide(request_id, "dir_pmc")
    return request_id


def told(office: Office, kind: Kind) -> set[str]:
    """Who is to hear of it, by login."""

    def ask() -> set[str]:
        rows = db.session.execute(
            select(User.email)
            .join(Message, Message.recipient_id == User.id)
            .where(Message.kind == kind, Message.state != MessageState.CANCELLED)
        )
        return {email.split("@")[0] for (email,) in rows}

    return office.read(ask)


def block(office: Office, login: str) -> None:
    office.act(lambda now: people.dismiss(office.by(login), by=SYSTEM, now=now))


def move(office: Office, login: str, unit: str, role: Role, to: str) -> None:
    """The person leaves the role in the unit for the same in another."""

    def act(now: datetime) -> None:
        ids = {one.key: one.id for one in db.session.scalars(select(Unit))}
        people.revoke(office.by(login), ids[unit], role, by=SYSTEM, now=now)
        people.grant(office.by(login), ids[to], role, by=SYSTEM, now=now)

    office.act(act)


def test_an_author_at_work_hears_alone(handed_in: int, office: Office):
    office.decide(handed_in, "spec_omp", Verdict.RETURN)
    assert told(office, Kind.RETURNED) == {"spec_pmc"}


def test_when_the_author_is_blocked_the_head_hears(handed_in: int, office: Office):
    block(office, "spec_pmc")
    office.decide(handed_in, "spec_omp", Verdict.RETURN)
    assert told(office, Kind.RETURNED) == {"dir_pmc"}


def test_when_the_author_has_moved_to_another_unit_the_head_hears(handed_in: int, office: Office):
    """The author sees the request no more, so the letter would have been withheld and nobody would have known."""
    move(office, "spec_pmc", "pmc", Role.AUTHOR, "dm")
    office.decide(handed_in, "spec_omp", Verdict.RETURN)
    assert told(office, Kind.RETURNED) == {"dir_pmc"}


def test_a_letter_that_waits_goes_to_the_head_once_the_author_has_left(handed_in: int, office: Office, now: datetime):
    office.decide(handed_in, "spec_omp", Verdict.RETURN)
    block(office, "spec_pmc")
    operations.tick(now)
    assert told(office, Kind.RETURNED) == {"dir_pmc"}


def test_without_a_head_the_other_authors_of_the_unit_hear_and_then_the_coordinator(handed_in: int, office: Office, now: datetime):
    block(office, "spec_pmc")
    office.decide(handed_in, "spec_omp", Verdict.RETURN)
    move(office, "dir_pmc", "pmc", Role.HEAD, "dm")
    operations.tick(now)
    assert told(office, Kind.RETURNED) == {"dir_pmc"}, "an author of the unit still"
    block(office, "dir_pmc")
    operations.tick(now)
    left = told(office, Kind.RETURNED)
    assert left == {"spec_omp", "admin"}, "the coordinator and the administrator, when the unit has nobody"


def test_news_of_long_ago_is_not_told_to_who_stands_in(handed_in: int, office: Office, freeze: time_machine.Traveller, now: datetime):
    office.approve_by(handed_in, "spec_omp", "zam")
    assert told(office, Kind.APPROVED) == {"spec_pmc"}
    late = now + timedelta(days=10)
    freeze.move_to(late)
    block(office, "spec_pmc")
    operations.tick(late)
    assert told(office, Kind.APPROVED) <= {"spec_pmc"}


def test_for_an_approver_who_has_left_a_colleague_hears_of_the_cancellation(handed_in: int, office: Office):
    office.approve_by(handed_in, "spec_omp", "zam")
    block(office, "spec_omp")
    office.act(lambda now: approvals.cancel(handed_in, reason="Авария", by=office.by("spec_pmc"), now=now))
    heard = told(office, Kind.CANCELLED)
    assert "spec_omp" not in heard
    assert "head_omp" in heard
    assert {"zam", "spec_pmc"} <= heard


@pytest.fixture
def joint(a_request: Make, office: Office, cast: Cast) -> int:
    """An approved series of two with a co-organizer that has a second head, spec_dm, who decided nothing, and spec_kdc in charge, who
    neither wrote it nor decided."""

    def join(now: datetime) -> None:
        people.grant(office.by("spec_dm"), cast.unit("dm").id, Role.HEAD, by=SYSTEM, now=now)
        people.grant(office.by("spec_kdc"), cast.unit("pmc").id, Role.AUTHOR, by=SYSTEM, now=now)

    office.act(join)
    dates = tuple(an_occurrence(FIRST_START + timedelta(days=days)) for days in (0, 14))
    partner, in_charge = (CoOrganizer(cast.unit("dm").id, "Ведущие"),), office.read(lambda: office.by("spec_kdc").id)
    request_id = a_request(venue=None, occurrences=dates, co_organizers=partner, responsible_id=in_charge).id
    office.submit(request_id)
    office.approve_by(request_id, "dir_pmc", "dir_dm", "spec_omp", "head_obuh", "zam")
    return request_id


def drop_partner(office: Office, request_id: int) -> None:
    """A change is written without the co-organizer, under another person in charge."""
    office.act(lambda now: approvals.amend(request_id, by=office.by("spec_pmc"), now=now))
    mine = office.read(lambda: office.by("spec_pmc").id)
    office.edit(request_id, co_organizers=(), responsible_id=mine)
    office.submit(request_id)


def test_whom_a_change_has_left_out_hears_of_the_date_called_off_before(joint: int, office: Office, freeze: time_machine.Traveller):
    """Called off on a Saturday; the change is approved before the letter leaves on Monday."""
    freeze.move_to(SATURDAY)
    key = office.request(joint).revisions[0].occurrences[1].key
    office.act(lambda now: approvals.cancel(joint, reason="Авария", occurrence_key=key, by=office.by("spec_pmc"), now=now))
    before = told(office, Kind.DATE_CALLED_OFF)
    assert {"spec_dm", "spec_kdc"} <= before
    freeze.shift(timedelta(hours=1))
    drop_partner(office, joint)
    office.agree(joint, "dir_pmc", "spec_omp", "zam")
    assert office.request(joint).revisions[0].state is RevisionState.SUPERSEDED
    assert told(office, Kind.DATE_CALLED_OFF) == before


def test_whom_a_change_at_work_would_leave_out_hears_of_the_cancellation(joint: int, office: Office):
    drop_partner(office, joint)
    office.act(lambda now: approvals.cancel(joint, reason="Авария", by=office.by("spec_pmc"), now=now))
    assert {"spec_dm", "spec_kdc"} <= told(office, Kind.CANCELLED)
