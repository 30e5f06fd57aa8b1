"""Letters keep the hours of the office: none on a Sunday evening but what cannot wait, none lost by it, none doubled (cases.md 42)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from events.approvals import operations as approvals
from events.approvals.vocabulary import ReviewState, RoundState, SlotKind
from events.district.rules import Rules
from events.foundation import work
from events.foundation.db import db
from events.foundation.place import MOSCOW, local_day
from events.outbox.models import Message
from events.outbox.queries import ENVELOPE, Envelope
from events.outbox.vocabulary import MessageState
from events.reminders import operations, queries
from events.reminders.leaving import LEAVING, Wait
from events.reminders.request_facts import DateFacts, RequestFacts
from events.reminders.timetable import timetable, wanted
from events.reminders.vocabulary import Kind
from events.requests import queries as requests
from events.requests.fields import Occurrence
from events.requests.models import EventRequest
from events.requests.vocabulary import RequestStatus
from events.worktime import operations as worktime
from events.worktime.hours import OfficeHours, Schedule
from events.worktime.vocabulary import DayKind
from tests.fixtures.cast import Cast
from tests.fixtures.office import Office
from tests.fixtures.publishing import approve
from tests.fixtures.requests import an_occurrence
from tests.fixtures.timetables import AUTHOR, CURATOR, HOLDER, PARTNER, a_review, facts, hours, moscow, schedule, told

SUNDAY, MORNING = moscow("2026-06-07 20:00"), "2026-06-08 09:00"
LATER = {"starts_at": moscow("2026-07-30 18:00"), "ends_at": moscow("2026-07-30 20:00")}
NEAR, FAR = DateFacts("near", moscow("2026-06-08 17:30")), DateFacts("far", moscow("2026-06-08 18:30"))


def ended(state: RoundState, *dates: DateFacts, **changes: object) -> RequestFacts:
    """A request whose round has ended on Sunday."""
    status = RequestStatus.APPROVED if state is RoundState.APPROVED else RequestStatus.RETURNED
    first = min((one.starts_at for one in dates), default=None)
    return facts(round_state=state, closed=SUNDAY, status=status, dates=dates, first_start=first, **changes)


def test_every_kind_says_when_it_leaves_and_why():
    assert set(LEAVING) == set(Kind)
    assert [kind for kind, one in LEAVING.items() if len(one.why) < 10] == []
    assert [kind for kind, one in LEAVING.items() if one.wait is Wait.NEVER] == [Kind.EVENT_TOMORROW]


@pytest.mark.parametrize(
    ("happened", "told_at"),
    [
        ("2026-06-07 20:00", "2026-06-08 09:00"),  # a Sunday evening
        ("2026-06-05 17:00", "2026-06-05 17:00"),  # a Friday, at the closing minute
        ("2026-06-05 17:01", "2026-06-08 09:00"),  # a minute later
        ("2026-06-03 13:10", "2026-06-03 13:10"),  # the break of a working day
        ("2026-06-03 07:30", "2026-06-03 09:00"),  # before the opening
        ("2026-06-11 17:30", "2026-06-15 09:00"),  # before 12 June, whose eve is short
        ("2026-12-30 23:00", "2027-01-11 09:00"),  # the New Year holidays
    ],
)
def test_who_is_asked_is_told_in_the_office(happened: str, told_at: str):
    assert told(facts(a_review(moscow(happened), None))) == [("assigned", "", HOLDER, told_at)]


def test_nobody_decides_can_wait_too():
    orphan = a_review(SUNDAY, None, holders=())
    assert {at for kind, _, _, at in told(facts(orphan)) if kind == "orphaned"} == {MORNING}


@pytest.mark.parametrize(
    ("state", "kind"), [(RoundState.RETURNED, "returned"), (RoundState.APPROVED, "approved"), (RoundState.REJECTED, "rejected")]
)
def test_an_outcome_waits_unless_the_event_begins_before_the_next_office_day_is_over(state: RoundState, kind: str):
    def told_at(*dates: DateFacts) -> list[str]:
        return [at for name, _, who, at in told(ended(state, *dates)) if (name, who) == (kind, AUTHOR)]

    assert told_at(FAR) == [MORNING]
    assert told_at(NEAR, FAR) == ["2026-06-07 20:00"]


def test_a_cancellation_waits_unless_the_event_is_near():
    def cancelled(*dates: DateFacts) -> list[str]:
        first = min(one.starts_at for one in dates)  # as lists are kept, whatever has become of that date
        request = facts(
            status=RequestStatus.CANCELLED, ended_at=SUNDAY, dates=dates, first_start=first, round_state=RoundState.APPROVED, closed=SUNDAY
        )
        return [at for kind, _, _, at in told(request) if kind == "cancelled"]

    assert cancelled(FAR) == [MORNING]
    assert cancelled(NEAR) == ["2026-06-07 20:00"]
    assert cancelled(replace(NEAR, called_off_at=SUNDAY - timedelta(days=9)), FAR) == [MORNING]
    assert cancelled(DateFacts("past", SUNDAY - timedelta(hours=3))) == [MORNING]


def test_a_date_called_off_waits_unless_it_is_near_itself():
    near, far = replace(NEAR, called_off_at=SUNDAY), replace(FAR, called_off_at=SUNDAY)
    found = [at for kind, _, _, at in told(facts(status=RequestStatus.PUBLISHED, dates=(near, far))) if kind == "date_called_off"]
    assert found == ["2026-06-07 20:00", MORNING]


def test_news_stays_news_for_its_days_after_it_could_be_read():
    """Over the New Year holidays a week had passed before anybody was there."""
    closed, back = moscow("2026-12-30 23:00"), moscow("2027-01-11 09:00")
    informed = facts(a_review(closed, None, kind=SlotKind.INFORM))
    confirmed = facts(round_state=RoundState.APPROVED, closed=closed, status=RequestStatus.APPROVED, authors=(), partners=(PARTNER,))
    for request in (informed, confirmed):
        assert [one.due_at for one in wanted(request, hours, Rules(), back).values()] == [back]
        assert wanted(request, hours, Rules(), back + timedelta(days=7)) == {}


def test_a_date_that_had_passed_before_it_was_called_off_is_told_of_after_the_holidays():
    """One put off is cancelled after its old time (cases.md 36): nothing of it is near, and its news lasts from the opening."""
    closed, back = moscow("2026-12-30 23:00"), moscow("2027-01-11 09:00")
    off = DateFacts("k", closed - timedelta(days=1), closed)
    request = facts(status=RequestStatus.PUBLISHED, dates=(off,), round=None)
    assert [(one.kind, one.due_at) for one in wanted(request, hours, Rules(), back).values()] == [(Kind.DATE_CALLED_OFF, back)]
    assert wanted(request, hours, Rules(), back + timedelta(days=7)) == {}


def test_each_unit_keeps_its_own_hours():
    short = OfficeHours({day: ((time(10), time(16)),) for day in range(5)})

    def own(unit: int) -> Schedule:
        return replace(schedule(), hours=short) if unit == CURATOR else schedule()

    review = a_review(moscow("2026-06-01 10:00"))
    at = {one.kind: f"{one.due_at.astimezone(MOSCOW):%m-%d %H:%M}" for one in timetable(facts(review), own, Rules())}
    assert (at[Kind.OVERDUE_HEAD], at[Kind.OVERDUE_CURATOR]) == ("06-04 18:00", "06-08 10:00")


@given(
    st.integers(0, 1_000_000).map(lambda minutes: moscow("2026-01-01 00:00") + timedelta(minutes=minutes)),
    st.integers(1, 60),
    st.integers(1, 20).map(lambda days: timedelta(days=days, hours=5)),
)
def test_nothing_but_what_is_near_leaves_outside_the_office_and_nothing_is_planned_past_its_sense(
    happened: datetime, sla: int, ahead: timedelta
):
    dates = (DateFacts("k", happened + ahead), DateFacts("off", happened + ahead, happened))
    review = a_review(happened, sla, holders=(HOLDER,))
    ended_ = {"closed": happened, "round_state": RoundState.APPROVED, "partners": (PARTNER,)}
    requests = [
        facts(review),
        facts(replace(review, holders=()), replace(review, kind=SlotKind.INFORM, due_at=None)),
        facts(status=RequestStatus.APPROVED, dates=dates, **ended_),
        facts(status=RequestStatus.CANCELLED, ended_at=happened, dates=dates, **ended_),
        facts(replace(review, state=ReviewState.REVOKED), closed=happened, round_state=RoundState.WITHDRAWN),
    ]
    for request in requests:
        for one in timetable(request, hours, Rules()):
            assert one.until is None or one.due_at < one.until, one
            is_office = schedule().office_moment(one.due_at) == one.due_at
            opens = schedule().office_moment(happened)
            is_near = happened + ahead <= schedule().end_of_day(local_day(opens))
            is_reckoned = one.kind is Kind.EVENT_TOMORROW and schedule().is_working_day(local_day(one.due_at))
            assert is_office or is_reckoned or (LEAVING[one.kind].wait is Wait.UNLESS_NEAR and is_near), one


# --- In the database, by the worker -------------------------------------------------------------------------------------------------------


def waiting() -> list[tuple[str, str]]:
    """Kind and moment of what waits to leave."""
    asked = select(Message.kind, Message.due_at).where(Message.state == MessageState.PENDING, Message.kind.in_(("assigned", "approved")))
    rows = work.transaction(lambda: db.session.execute(asked.order_by(Message.due_at)).all(), write=False)
    return [(kind, f"{at.astimezone(MOSCOW):%Y-%m-%d %H:%M}") for kind, at in rows]


def sent() -> int:
    """How many letters that ask for a review have left."""
    asked = select(func.count()).select_from(Message).where(Message.state == MessageState.SENT, Message.kind == "assigned")
    return work.transaction(lambda: db.session.scalar(asked), write=False) or 0


def run_worker(app: Flask) -> None:
    """A worker begun anew: what time brings, the outbox, what is due; then it ends."""
    assert app.test_cli_runner().invoke(args=["worker", "--once"]).exit_code == 0


@pytest.fixture
def on_sunday(a_request: Callable[..., EventRequest], office: Office, freeze: time_machine.Traveller) -> int:
    """A request submitted on a Sunday evening."""
    freeze.move_to(SUNDAY)
    request_id = a_request(venue=None, occurrences=(an_occurrence(SUNDAY + timedelta(days=30)),)).id
    office.submit(request_id)
    return request_id


def test_the_worker_keeps_the_letter_until_monday_and_sends_it_once(app: Flask, on_sunday: int, freeze: time_machine.Traveller):
    assert waiting() == [("assigned", MORNING)]
    for minutes in (1, 120, 780 - 1):
        freeze.move_to(SUNDAY + timedelta(minutes=minutes))
        run_worker(app)
        assert sent() == 0
    freeze.move_to(moscow(MORNING))
    run_worker(app)
    run_worker(app)
    assert (sent(), waiting()) == (1, [])
    freeze.move_to(moscow(MORNING) + timedelta(minutes=5))
    run_worker(app)
    assert sent() == 1


def test_a_day_declared_off_moves_the_letter_too(app: Flask, cast: Cast, on_sunday: int, freeze: time_machine.Traveller):
    work.transaction(lambda: worktime.set_day(moscow(MORNING).date(), DayKind.OFF, False, None, by=cast.admin.actor, now=work.now()))
    operations.tick(work.now())
    assert waiting() == [("assigned", "2026-06-09 09:00")]
    freeze.move_to(moscow(MORNING) + timedelta(hours=3))
    run_worker(app)
    assert sent() == 0
    freeze.move_to(moscow("2026-06-09 09:00"))
    run_worker(app)
    assert sent() == 1


def test_what_ends_before_the_morning_asks_nobody(app: Flask, office: Office, on_sunday: int, freeze: time_machine.Traveller):
    office.act(lambda now: approvals.take_back(on_sunday, by=office.by("spec_pmc"), now=now))
    freeze.move_to(moscow(MORNING))
    run_worker(app)
    assert (sent(), waiting()) == (0, [])


def test_a_date_cancelled_on_friday_evening_is_told_of_on_monday_though_the_other_was_held_on_saturday(
    app: Flask, a_request: Callable[..., EventRequest], office: Office, freeze: time_machine.Traveller
):
    """All that was to be held is over; who was to come to the other date still has to know (cases.md 37, 39)."""
    dates = (an_occurrence(moscow("2026-07-11 12:00")), an_occurrence(moscow("2026-07-13 19:00")))
    request_id = a_request(occurrences=dates).id
    approve(request_id)
    key = office.request(request_id).revisions[0].occurrences[1].key
    freeze.move_to(moscow("2026-07-10 19:00"))
    office.act(lambda now: approvals.cancel(request_id, reason="Авария", occurrence_key=key, by=office.by("dir_pmc"), now=now))
    asked = select(Message.state).where(Message.kind == "date_called_off").distinct()
    for moment, state in (("2026-07-12 12:00", MessageState.PENDING), ("2026-07-13 09:00", MessageState.SENT)):
        freeze.move_to(moscow(moment))
        run_worker(app)
        assert office.request(request_id).status is RequestStatus.PUBLISHED, "the date can be restored"
        assert office.read(lambda: db.session.scalars(asked).all()) == [state]


@pytest.fixture
def series(a_request: Callable[..., EventRequest], office: Office) -> int:
    """An approved event of two dates in July."""
    request_id = a_request(venue=None, occurrences=tuple(an_occurrence(moscow(f"2026-07-{day} 18:00")) for day in (16, 23))).id
    office.submit(request_id)
    office.agree(request_id, "dir_pmc", "head_omp", "zam")
    return request_id


def change_dates(office: Office, request_id: int, change: Callable[[Occurrence, Occurrence], tuple[Occurrence, ...]]) -> None:
    """A change of the two dates that is approved at once."""
    if requests.working(office.request(request_id)) is None:
        office.act(lambda now: approvals.amend(request_id, by=office.by("spec_pmc"), now=now))
    first, second = office.request(request_id).revisions[-1].content().occurrences
    office.edit(request_id, occurrences=change(first, second))
    office.submit(request_id)
    office.agree(request_id, "dir_pmc", "head_omp", "zam")


def told_of_dates() -> dict[str, set[tuple[MessageState, datetime | None, str]]]:
    """What letters of dates called off say, to each person: their state, the date and what has become of it."""

    def ask() -> dict[str, set[tuple[MessageState, datetime | None, str]]]:
        found: dict[str, set[tuple[MessageState, datetime | None, str]]] = {}
        rows = db.session.execute(select(Message.state, *ENVELOPE).where(Message.kind == "date_called_off")).all()
        words = queries.notices([Envelope(*row[1:]) for row in rows])
        for state, identity, *_ in rows:
            notice = words[identity]
            found.setdefault(notice.account.split("@")[0], set()).add((state, notice.starts_at, notice.mark))
        return found

    return work.transaction(ask, write=False)


@pytest.mark.parametrize(
    ("call_off", "change"),
    [
        (approvals.cancel, lambda first, second: (second,)),
        (approvals.postpone, lambda first, second: (second,)),
        (approvals.cancel, lambda first, second: (replace(first, **LATER), second)),
    ],
    ids=["cancelled and taken out", "put off and taken out", "cancelled and moved"],
)
def test_a_date_called_off_is_told_of_though_a_change_takes_it_out_before_the_morning(
    app: Flask, series: int, office: Office, freeze: time_machine.Traveller, call_off: Callable[..., None],
    change: Callable[[Occurrence, Occurrence], tuple[Occurrence, ...]],
):  # fmt: skip
    """Whoever knew the date has to hear that it is not held (cases.md 36, 37)."""
    freeze.move_to(moscow("2026-07-10 19:00"))
    key = office.request(series).revisions[-1].occurrences[0].key
    office.act(lambda now: call_off(series, reason="Авария", occurrence_key=key, by=office.by("dir_pmc"), now=now))
    freeze.shift(timedelta(hours=1))
    change_dates(office, series, change)
    for moment, state in (("2026-07-12 12:00", MessageState.PENDING), ("2026-07-13 09:00", MessageState.SENT)):
        freeze.move_to(moscow(moment))
        run_worker(app)
        told = (state, moscow("2026-07-16 18:00"), "cancelled")
        assert told_of_dates() == {who: {told} for who in ("spec_pmc", "dir_pmc", "head_omp", "zam")}


def test_a_date_put_off_and_moved_before_the_morning_is_told_of_at_its_new_time_only(
    app: Flask, series: int, office: Office, freeze: time_machine.Traveller
):
    """It is held, and the approval of the change says when (cases.md 36)."""
    freeze.move_to(moscow("2026-07-10 19:00"))
    key = office.request(series).revisions[-1].occurrences[0].key
    office.act(lambda now: approvals.postpone(series, reason="Ремонт", occurrence_key=key, by=office.by("dir_pmc"), now=now))
    change_dates(office, series, lambda first, second: (replace(first, **LATER), second))
    freeze.move_to(moscow("2026-07-13 09:00"))
    run_worker(app)
    states = select(Message.state).where(Message.kind == "date_called_off").distinct()
    assert office.read(lambda: db.session.scalars(states).all()) == [MessageState.CANCELLED]
