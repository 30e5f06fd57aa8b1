"""I12: a decided review gets no further letters, each level comes once and in working days, and a year without its calendar warns."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from commands.worker import judge
from events.approvals.vocabulary import ReviewState
from events.district.rules import Rules
from events.foundation import work
from events.foundation.db import db
from events.foundation.place import MOSCOW
from events.outbox import operations as outbox
from events.outbox.models import Message
from events.outbox.vocabulary import MessageState
from events.people.models import User
from events.reminders import operations as reminders
from events.reminders.timetable import timetable
from events.requests.models import EventRequest
from tests.commands.test_worker import Silent
from tests.fixtures.browsing import Client
from tests.fixtures.office import Office
from tests.fixtures.requests import an_occurrence
from tests.fixtures.timetables import CURATOR_HEAD, HEAD, HOLDER, a_review, facts, hours, moscow, schedule, told

Make = Callable[..., EventRequest]
LEVELS = (("due_soon", "half"), ("due_soon", "hour"), ("due", ""), ("overdue_head", ""), ("overdue_curator", ""))
"""Lowest first."""
THURSDAY = moscow("2027-02-18 10:00")
"""Before a Saturday that works as the Monday after it, on a short day; that Monday is off and Tuesday is a holiday."""
IN_MAY = datetime(2027, 5, 14, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize("state", [ReviewState.DECIDED, ReviewState.REVOKED, ReviewState.LAPSED, ReviewState.CARRIED, ReviewState.WAITING])
def test_i12_turn_that_is_not_open_asks_for_nothing(state: ReviewState) -> None:
    assert told(facts(a_review(THURSDAY, state=state))) == []


def test_i12_levels_go_over_a_transferred_saturday_and_a_holiday() -> None:
    assert told(facts(a_review(THURSDAY))) == [
        ("assigned", "", HOLDER, "2027-02-18 10:00"),
        ("due_soon", "half", HOLDER, "2027-02-19 09:48"),
        ("due_soon", "hour", HOLDER, "2027-02-20 09:36"),
        ("due", "", HOLDER, "2027-02-20 10:36"),
        ("overdue_head", "", HEAD, "2027-02-24 18:00"),
        ("overdue_curator", "", CURATOR_HEAD, "2027-02-25 18:00"),
    ]


def test_i12_every_day_of_2026_and_2027_each_level_once_and_at_work() -> None:
    day, end = date(2026, 1, 1), date(2027, 12, 31)
    while day <= end:
        for sla in (4, 8, 16):
            opened = schedule().next_open(datetime(day.year, day.month, day.day, 8, 30, tzinfo=UTC))
            planned = timetable(facts(a_review(opened, sla)), hours, Rules())
            at = {(one.kind.value, one.level): one.due_at for one in planned}
            moments = [at[level] for level in LEVELS if level in at]
            assert moments == sorted(set(moments)), (day, sla)
            assert len({one.key for one in planned}) == len(planned)
            for moment in moments:
                assert schedule().is_working_day(moment.astimezone(MOSCOW).date()), (day, sla, moment)
            due = schedule().due(opened, sla)
            assert schedule().worked(due, moments[-1]) > schedule().worked(due, moments[-2])
        day += timedelta(days=1)


def work_through(days: int, office: Office, clock: time_machine.Traveller, start: datetime) -> list[tuple[str, str, str, str]]:
    """The worker ticks and sends every other hour, day and night; what it sent: kind, level, to whom, when."""
    for hour in range(0, days * 24, 2):
        clock.move_to(start + timedelta(hours=hour))
        reminders.tick(work.now())
        outbox.deliver(judge, Silent())
    asked = select(Message.kind, Message.params, User.email, Message.due_at).join(User, User.id == Message.recipient_id)
    rows = office.read(
        lambda: db.session.execute(asked.where(Message.state == MessageState.SENT).order_by(Message.due_at, Message.id)).all()
    )
    return [
        (row.kind, row.params.get("level", ""), row.email.split("@")[0], f"{row.due_at.astimezone(MOSCOW):%d %H:%M}")
        for row in rows
        if row.due_at >= start
    ]


@pytest.fixture
def asked_on_thursday(a_request: Make, office: Office, freeze: time_machine.Traveller) -> int:
    """A request whose lead head was asked on THURSDAY."""
    request_id = a_request(venue=None, occurrences=(an_occurrence(IN_MAY),)).id
    freeze.move_to(THURSDAY)
    office.submit(request_id)
    return request_id


@pytest.mark.engines("sqlite")
def test_i12_silent_head_is_reminded_once_per_level_and_the_curator_once(
    asked_on_thursday: int, office: Office, freeze: time_machine.Traveller
) -> None:
    assert work_through(7, office, freeze, THURSDAY) == [
        ("assigned", "", "dir_pmc", "18 10:00"),
        ("due_soon", "hour", "dir_pmc", "18 13:00"),
        ("due", "", "dir_pmc", "18 14:48"),
        ("overdue_curator", "", "head_omp", "20 17:00"),
    ]


@pytest.mark.engines("sqlite")
def test_i12_decision_ends_the_reminders_of_its_turn_at_once(
    asked_on_thursday: int, office: Office, freeze: time_machine.Traveller
) -> None:
    before = work_through(1, office, freeze, THURSDAY)
    assert [row[:3] for row in before] == [("assigned", "", "dir_pmc"), ("due_soon", "hour", "dir_pmc"), ("due", "", "dir_pmc")]
    office.decide(asked_on_thursday, "dir_pmc")
    after = work_through(7, office, freeze, THURSDAY + timedelta(hours=22))
    assert [row for row in after if row[2] == "dir_pmc"] == []
    assert {row[:3] for row in after} >= {("assigned", "", "head_omp"), ("due", "", "head_omp")}
    assert len({row[:3] for row in after}) == len(after)


@pytest.mark.engines("sqlite")
def test_i12_deadline_in_a_year_without_its_calendar_stands_with_a_warning(a_request: Make, signed_in: Callable[[str], Client]) -> None:
    known, unknown = a_request(venue=None).id, a_request(venue=None, occurrences=(an_occurrence(datetime(2028, 3, 1, 15, tzinfo=UTC)),)).id
    author, warned = signed_in("spec_pmc"), "Производственный календарь ещё не утверждён (2028)"
    assert [warned in author.get(f"/requests/{one}/edit").text for one in (known, unknown)] == [False, True]
