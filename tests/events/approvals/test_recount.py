"""A day of the production calendar changed later: open reviews are counted over what holds now (case 26)."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from events.approvals import operations, queries
from events.audit.models import AuditEntry
from events.audit.vocabulary import Action
from events.foundation import work
from events.foundation.acting import SYSTEM
from events.foundation.db import db
from events.outbox.models import Message
from events.outbox.vocabulary import MessageState
from events.people.models import Unit
from events.people.queries import Offices
from events.requests.models import EventRequest
from events.venues import queries as venues
from events.worktime import operations as worktime
from events.worktime.vocabulary import DayKind
from tests.fixtures.cast import Cast
from tests.fixtures.office import Office

Make = Callable[..., EventRequest]


@pytest.fixture
def waiting(a_request: Make, office: Office, cast: Cast) -> int:
    """A request in a hall, agreed by its head, waiting for the department."""
    request_id = a_request(venue="v03").id
    office.submit(request_id)
    office.decide(request_id, "dir_pmc")
    return request_id


def declare_off(office: Office, day: date, kind: DayKind = DayKind.OFF) -> None:
    office.act(lambda now: worktime.set_day(day, kind, False, None, by=SYSTEM, now=now))


def tick(office: Office) -> list[int]:
    """What the worker does within a minute; which requests it touched."""
    found = office.read(lambda: operations.tick(work.now()))
    for one in found:
        office.act(lambda now, one=one: operations.pass_time(one, now))
    return list(found)


def due(office: Office, request_id: int) -> datetime:
    found = office.read(lambda: office.review(request_id, "omp").due_at)
    assert found is not None
    return found


def reminders(office: Office, request_id: int) -> dict[str, datetime]:
    """Moments of what waits in the outbox about the department's review, by kind and level."""
    asked = select(Message).where(Message.request_id == request_id, Message.state == MessageState.PENDING, Message.subject_kind == "review")
    return office.read(lambda: {f"{one.kind}:{one.params.get('level', '')}": one.due_at for one in db.session.scalars(asked)})


def test_a_day_declared_off_moves_the_deadline_and_its_letters_and_the_history_says_so(waiting: int, office: Office):
    before, letters = due(office, waiting), reminders(office, waiting)
    assert tick(office) == []
    declare_off(office, before.date())
    assert tick(office) == [waiting]
    after = due(office, waiting)
    assert after > before
    review = office.read(lambda: office.review(waiting, "omp"))
    assert after == office.read(lambda: Offices().due(review.unit_id, review.opened_at, review.sla_hours))
    moved = reminders(office, waiting)
    assert moved.keys() == letters.keys()
    assert [key for key in letters if moved[key] < letters[key]] == []
    assert (letters["due:"], moved["due:"]) == (before, after)
    (said,) = office.read(lambda: db.session.scalars(select(AuditEntry).where(AuditEntry.action == Action.RECOUNTED)).all())
    assert (said.subject_id, said.data["due"]) == (waiting, [[review.id, after.isoformat()]])
    assert tick(office) == [], "it is counted once"


def test_a_day_that_becomes_working_brings_the_deadline_back(waiting: int, office: Office):
    before = due(office, waiting)
    declare_off(office, before.date())
    tick(office)
    declare_off(office, before.date(), DayKind.WORKING)
    tick(office)
    assert due(office, waiting) == before


def test_what_is_decided_keeps_its_figures(waiting: int, office: Office):
    stood = office.read(lambda: office.review(waiting, "pmc").due_at)
    declare_off(office, stood.date())
    tick(office)
    assert office.read(lambda: office.review(waiting, "pmc").due_at) == stood


def test_hours_of_a_unit_count_as_the_calendar_does(waiting: int, office: Office):
    before = due(office, waiting)

    def shorten(_: datetime) -> None:
        unit = db.session.scalars(select(Unit).where(Unit.key == "omp")).one()
        unit.office_hours = {"weekdays": {"0": [["10:00", "11:00"]]}}

    office.act(shorten)
    assert tick(office) == [waiting]
    assert due(office, waiting) > before


def test_a_hold_lasts_as_long_as_the_way_ahead_takes(waiting: int, office: Office):
    before = office.read(lambda: venues.earliest_expiry(waiting))
    day = due(office, waiting).date()
    for ahead in range(12):
        declare_off(office, day + timedelta(days=ahead))
    tick(office)
    assert office.read(lambda: venues.earliest_expiry(waiting)) > before


def test_a_consultation_does_not_lapse_at_a_deadline_that_holds_no_more(waiting: int, office: Office, freeze: time_machine.Traveller):
    """The tick counts first, then lets time pass."""
    before = due(office, waiting)
    declare_off(office, before.date())
    freeze.move_to(before + timedelta(minutes=1))
    tick(office)
    assert due(office, waiting) > before + timedelta(hours=1)
    assert office.read(lambda: queries.rounds_counted_otherwise(10)) == []
