"""A row is changed, and what the office does changes with it: one test for each family of rules, on real databases."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from events.approvals import operations as approvals
from events.approvals import planning
from events.district import operations as district
from events.foundation import work
from events.foundation.acting import SYSTEM
from events.foundation.db import db
from events.foundation.errors import NotNow, Refused
from events.foundation.place import at_local
from events.foundation.text import Phrase
from events.outbox import operations as outbox
from events.outbox.models import Message
from events.outbox.queries import ENVELOPE, Envelope
from events.outbox.vocabulary import ChannelKind
from events.reminders import operations as reminders
from events.reminders import queries as reminder_queries
from events.requests import bookings
from events.requests import queries as requests
from events.requests.models import EventRequest
from events.requests.vocabulary import RequestStatus
from presenters import reasons
from tests.fixtures.moments import MONDAY
from tests.fixtures.office import Office
from tests.fixtures.requests import FIRST_START, an_occurrence

Make = Callable[..., EventRequest]
NEW_YEAR = date(2027, 1, 1)
DAY = timedelta(days=1)
ENOUGH_AHEAD = at_local(date(2027, 2, 12), time(18))
FRIDAY = date(2026, 7, 10)


def set_rule(key: str, value: Any, **period: date) -> None:
    work.transaction(lambda: district.set_rule(key, value, "приказ", by=SYSTEM, now=work.now(), **period))


def preview(office: Office, request_id: int) -> planning.Preview:
    def ask() -> planning.Preview:
        event_request = requests.locked(request_id)
        return planning.preview(event_request, requests.shown(event_request).content(), work.now())

    return office.read(ask)  # type: ignore[no-any-return]


def test_curfew_refuses_a_submission_naming_the_hour_of_the_day_of_the_event(a_request: Make, office: Office):
    late = an_occurrence(at_local(FRIDAY, time(19)), 2)
    request_id = a_request(venue=None, age_from=14, minors=True, occurrences=(late,)).id
    set_rule("curfew_under_16_summer", "23:00", valid_until=FRIDAY - DAY)
    set_rule("curfew_under_16_summer", "20:30", valid_from=FRIDAY)
    with pytest.raises(Refused) as refused:
        office.submit(request_id)
    assert refused.value.fields["escort"].params == {"hour": "20:30"}
    office.edit(request_id, occurrences=(an_occurrence(at_local(FRIDAY - DAY, time(19)), 2),))
    assert office.submit(request_id) == 1


def test_the_evening_decides_who_is_asked_and_is_named(a_request: Make, office: Office):
    minors_late = an_occurrence(at_local(FRIDAY, time(19)), 2.4)
    request_id = a_request(venue=None, age_from=14, minors=True, escort="Автобус до метро.", occurrences=(minors_late,)).id

    def said() -> list[Any]:
        slots = [slot for stage in preview(office, request_id).stages for slot in stage.slots]
        phrases = [reasons.said(why) for slot in slots if slot.unit.key == "ozpb" for why in slot.reasons]
        return [one.params["rest"].params for one in phrases if isinstance(one, Phrase) and "rest" in one.params]

    assert said() == [{"hour": "21:00"}]
    set_rule("evening_after", "20:15")
    assert said() == [{"hour": "20:15"}]
    set_rule("evening_after", "22:00")
    assert said() == []


def test_the_prefix_of_numbers_follows_its_period(a_request: Make, office: Office, freeze: Any):
    set_rule("number_prefix", "ММ", valid_until=NEW_YEAR - DAY)
    set_rule("number_prefix", "КР", valid_from=NEW_YEAR)
    numbers = []
    for moment in (datetime(2026, 12, 31, 20, 59, tzinfo=UTC), datetime(2026, 12, 31, 21, tzinfo=UTC)):
        freeze.move_to(moment)
        request_id = a_request(venue=None, occurrences=(an_occurrence(ENOUGH_AHEAD),)).id
        office.submit(request_id)
        numbers.append(office.request(request_id).number)
    assert numbers == ["ММ-ПМЦ-0001/2026", "КР-ПМЦ-0001/2027"]


def test_free_times_are_looked_for_as_far_as_the_rule_says(a_request: Make, office: Office):
    office.submit(a_request().id)
    rival = a_request().id
    (clash,) = preview(office, rival).clashes
    assert len(clash.alternatives) == 3
    set_rule("alternatives_reach_hours", 1)
    (clash,) = preview(office, rival).clashes
    assert clash.alternatives == ()


def test_a_hold_lasts_as_the_rule_says(a_request: Make, office: Office):
    untils = []
    for days in (2, 5):
        set_rule("hold_slack_working_days", days)
        request_id = a_request(occurrences=(an_occurrence(FIRST_START + days * DAY),)).id
        office.submit(request_id)
        untils.append(_held_until(office, request_id))
    assert untils == [at_local(date(2026, 6, 5), time(17)), at_local(date(2026, 6, 10), time(18))]


def _held_until(office: Office, request_id: int) -> datetime:
    def ask() -> datetime | None:
        event_request = requests.locked(request_id)
        (one,) = bookings.booked(event_request, requests.shown(event_request).content(), work.now())
        return one.until

    until: datetime = office.read(ask)
    return until


def test_a_reminder_planned_is_written_anew_with_the_rule_at_the_next_tick(a_request: Make, office: Office):
    """Its moment and the figure it will say, and once only."""
    office.submit(a_request(venue=None).id)
    assert _planned("overdue_curator") == [(at_local(date(2026, 6, 3), time(18)), 2)]
    assert _planned("due_soon") == [(at_local(date(2026, 6, 1), time(13)), 1)]
    set_rule("overdue_curator_working_days", 5)
    set_rule("last_reminder_working_hours", 3)
    assert reminders.tick(work.now()) == 1
    assert _planned("overdue_curator") == [(at_local(date(2026, 6, 8), time(18)), 5)]
    assert _planned("due_soon") == [(at_local(date(2026, 6, 1), time(11)), 3)]
    assert reminders.tick(work.now()) == 0


def _planned(kind: str) -> list[tuple[datetime, int]]:
    """When each message of the kind goes out, and the figure that the letter says then."""
    asked = select(*ENVELOPE).where(Message.kind == kind).order_by(Message.id)

    def read() -> list[tuple[datetime, int]]:
        envelopes = [Envelope(*row) for row in db.session.execute(asked)]
        told = reminder_queries.notices(envelopes)
        return [(one.due_at, told[one.id].count) for one in envelopes]

    return work.transaction(read, write=False)


def test_a_letter_that_was_sent_keeps_its_moment_and_its_figure(a_request: Make, office: Office):
    office.submit(a_request(venue=None).id)
    before = _planned("overdue_curator")
    later = MONDAY + 4 * DAY
    work.transaction(lambda: [outbox.mark_sent(one, now=later) for one in outbox.claim(ChannelKind.EMAIL, now=later)], moment=later)
    set_rule("overdue_curator_working_days", 5)
    assert reminders.tick(later) == 0
    assert _planned("overdue_curator") == before


def test_a_cancellation_can_be_taken_back_as_long_as_the_rule_says(a_request: Make, office: Office, freeze: Any):
    request_id = a_request(venue=None).id
    office.submit(request_id)
    office.approve_by(request_id, "dir_pmc", "spec_omp", "zam")
    office.act(lambda now: approvals.cancel(request_id, reason="Авария", by=office.by("dir_pmc"), now=now))
    freeze.move_to(MONDAY + 2 * DAY)

    def restore() -> None:
        office.act(lambda now: approvals.restore(request_id, by=office.by("dir_pmc"), now=now))

    with pytest.raises(NotNow):
        restore()
    set_rule("restore_within_working_days", 2)
    restore()
    assert office.request(request_id).status is RequestStatus.PUBLISHED


def test_an_ended_request_is_looked_after_as_long_as_the_rule_says(a_request: Make, office: Office):
    request_id = a_request(venue=None).id
    office.submit(request_id)
    office.act(lambda now: approvals.withdraw(request_id, reason="Передумали", by=office.by("spec_pmc"), now=now))

    def tended(later: timedelta) -> bool:
        return request_id in office.read(lambda: reminder_queries.candidates(MONDAY + later, 0, 100))

    assert [tended(days * DAY) for days in (6, 7)] == [True, False]
    set_rule("farewell_days", 2)
    assert [tended(days * DAY) for days in (1, 2)] == [True, False]
