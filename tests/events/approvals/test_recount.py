"""A day of the production calendar changed later: open reviews are counted over what holds now (case 26)."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from events.approvals import operations, queries
from events.approvals.vocabulary import Verdict
from events.audit.models import AuditEntry
from events.audit.vocabulary import Action
from events.district import operations as district
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
from events.worktime import queries as worktime_queries
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


def expiry(office: Office, request_id: int) -> datetime:
    """When the request's holds run out, all at one moment."""
    (found,) = office.read(lambda: venues.hold_ends(request_id)[request_id])
    return found  # type: ignore[no-any-return]


def workday(office: Office, moment: datetime, back: int) -> date:
    """The day of a moment, or the working day so many before it."""
    return office.read(lambda: worktime_queries.schedule().last_moment_before(moment, back)).date()  # type: ignore[no-any-return]


def a_day_later(office: Office, moment: datetime) -> datetime:
    """The end of the next working day, as the calendar is now."""
    return office.read(lambda: worktime_queries.schedule().nth_working_day_end(moment, 1))  # type: ignore[no-any-return]


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
    before = expiry(office, waiting)
    day = due(office, waiting).date()
    for ahead in range(12):
        declare_off(office, day + timedelta(days=ahead))
    tick(office)
    assert expiry(office, waiting) > before


@pytest.mark.parametrize("back", [0, 2], ids=["in the slack", "before the forecast finish"])
def test_a_hold_follows_though_no_open_deadline_moves(waiting: int, office: Office, back: int):
    """A day declared off behind the open deadline moves the forecast, or the days of slack after it, and nothing else (case 31)."""
    deadline, before = due(office, waiting), expiry(office, waiting)
    day, later = workday(office, before, back), a_day_later(office, before)
    assert day > deadline.date()
    declare_off(office, day)
    assert tick(office) == [waiting]
    assert expiry(office, waiting) == later
    assert due(office, waiting) == deadline
    assert office.read(lambda: db.session.scalars(select(AuditEntry).where(AuditEntry.action == Action.RECOUNTED)).all()) == []
    assert tick(office) == [], "it is counted once"
    declare_off(office, day, DayKind.WORKING)
    tick(office)
    assert expiry(office, waiting) == before


def test_a_hold_kept_for_the_author_follows_too(waiting: int, office: Office):
    """Three working days while the request is returned (case 31)."""
    office.decide(waiting, "head_omp", Verdict.RETURN)
    later = a_day_later(office, expiry(office, waiting))
    assert tick(office) == []
    declare_off(office, workday(office, expiry(office, waiting), 1))
    assert tick(office) == [waiting]
    assert expiry(office, waiting) == later
    assert tick(office) == []


def test_a_hold_follows_the_rule_of_its_slack(waiting: int, office: Office):
    later = a_day_later(office, expiry(office, waiting))
    office.act(lambda now: district.set_rule("hold_slack_working_days", 3, source="приказ", by=SYSTEM, now=now))
    assert tick(office) == [waiting]
    assert expiry(office, waiting) == later


def test_a_hold_that_has_run_out_stays_so(waiting: int, office: Office, freeze: time_machine.Traveller):
    before = expiry(office, waiting)
    freeze.move_to(before + timedelta(days=3))
    declare_off(office, workday(office, before + timedelta(days=3), 0))
    tick(office)
    assert expiry(office, waiting) == before


def test_a_consultation_does_not_lapse_at_a_deadline_that_holds_no_more(waiting: int, office: Office, freeze: time_machine.Traveller):
    """The tick counts first, then lets time pass."""
    before = due(office, waiting)
    declare_off(office, before.date())
    freeze.move_to(before + timedelta(minutes=1))
    tick(office)
    assert due(office, waiting) > before + timedelta(hours=1)
    assert office.read(lambda: queries.rounds_counted_otherwise(10)) == []
