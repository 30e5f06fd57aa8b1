"""Who is told what and when: levels of a review, outcomes, dates (cases.md 8, 12, 17, 37, 42)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from events.approvals.vocabulary import ReviewState, RoundState, SlotKind
from events.district.rules import Rules
from events.foundation.place import MOSCOW
from events.reminders.request_facts import DateFacts, RemarkFacts, RequestFacts, ReviewFacts
from events.reminders.timetable import timetable, wanted
from events.reminders.vocabulary import Kind
from events.requests.vocabulary import RequestStatus
from tests.fixtures.timetables import (
    AUTHOR,
    COORDINATOR,
    CURATOR,
    CURATOR_HEAD,
    HEAD,
    HOLDER,
    LEAD_HEAD,
    PARTNER,
    a_review,
    facts,
    hours,
    moscow,
    told,
)

MONDAY = moscow("2026-06-01 10:00")


def test_long_review_reminds_at_half_time_an_hour_before_at_due_and_escalates():
    assert told(facts(a_review(MONDAY))) == [
        ("assigned", "", HOLDER, "2026-06-01 10:00"),
        ("due_soon", "half", HOLDER, "2026-06-02 09:48"),
        ("due_soon", "hour", HOLDER, "2026-06-02 17:36"),
        ("due", "", HOLDER, "2026-06-03 09:36"),
        ("overdue_head", "", HEAD, "2026-06-04 18:00"),
        ("overdue_curator", "", CURATOR_HEAD, "2026-06-05 17:00"),
    ]


@pytest.mark.parametrize(("sla", "levels"), [(8, ["hour"]), (9, ["half", "hour"]), (1, []), (4, ["hour"])])
def test_half_time_only_above_eight_hours_and_last_hour_only_above_one(sla: int, levels: list[str]):
    soon = [one.level for one in timetable(facts(a_review(MONDAY, sla)), hours, Rules()) if one.kind is Kind.DUE_SOON]
    assert soon == levels


def test_level_is_skipped_when_its_person_is_the_holder():
    review = a_review(MONDAY, holders=(HOLDER, HEAD), curator_heads=(HEAD, CURATOR_HEAD))
    upwards = [(one.kind, one.recipient) for one in timetable(facts(review), hours, Rules()) if one.kind.startswith("overdue")]
    assert upwards == [(Kind.OVERDUE_CURATOR, CURATOR_HEAD)]


@pytest.mark.parametrize("review", [a_review(MONDAY, holders=()), a_review(MONDAY, orphaned=True)])
def test_orphaned_review_is_told_to_curator_and_caretakers_at_once(review: ReviewFacts):
    alarmed = [(one.recipient, one.due_at) for one in timetable(facts(review), hours, Rules()) if one.kind is Kind.ORPHANED]
    assert alarmed == [(CURATOR_HEAD, MONDAY), (COORDINATOR, MONDAY)]


def test_consultation_never_escalates():
    kinds = {one.kind for one in timetable(facts(a_review(MONDAY, kind=SlotKind.CONSULT)), hours, Rules())}
    assert kinds == {Kind.ASSIGNED, Kind.DUE_SOON}


def test_inform_is_told_once_and_has_no_deadline():
    assert told(facts(a_review(MONDAY, None, kind=SlotKind.INFORM))) == [("informed", "", HOLDER, "2026-06-01 10:00")]


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        (RoundState.RETURNED, "returned"),
        (RoundState.LAPSED, "date_passed"),
        (RoundState.APPROVED, "approved"),
        (RoundState.REJECTED, "rejected"),
    ],
)
def test_author_gets_one_message_about_the_outcome(state: RoundState, kind: str):
    request = facts(a_review(MONDAY, state=ReviewState.DECIDED), round_state=state, closed=MONDAY)
    assert told(request) == [(kind, "", AUTHOR, "2026-06-01 10:00")]


def test_co_organizers_learn_of_the_approval():
    request = facts(round_state=RoundState.APPROVED, closed=MONDAY, status=RequestStatus.APPROVED, partners=(PARTNER, AUTHOR))
    assert [(one.kind, one.recipient) for one in timetable(request, hours, Rules())] == [(Kind.APPROVED, AUTHOR), (Kind.CONFIRMED, PARTNER)]


def test_withdrawal_is_told_to_those_with_open_reviews_only():
    earlier = a_review(MONDAY, id=1, position=0, holders=(HEAD,), state=ReviewState.REVOKED)
    open_then = a_review(MONDAY, id=2, position=1, state=ReviewState.REVOKED)
    decided = a_review(MONDAY, id=3, position=1, holders=(HEAD,), state=ReviewState.DECIDED)
    request = facts(earlier, open_then, decided, round_state=RoundState.WITHDRAWN, closed=MONDAY, status=RequestStatus.WITHDRAWN)
    assert told(request) == [("withdrawn", "", HOLDER, "2026-06-01 10:00")]


def test_cancellation_is_told_to_approvers_and_organisers_and_anew_after_a_restoring():
    request = facts(
        round_state=RoundState.APPROVED, closed=MONDAY, status=RequestStatus.CANCELLED, ended_at=MONDAY, approvers=(HOLDER, HEAD)
    )
    assert told(request) == [("cancelled", "", one, "2026-06-01 10:00") for one in (AUTHOR, HOLDER, HEAD)]
    again = replace(request, ended_at=MONDAY + timedelta(days=1))
    assert {one.key for one in timetable(again, hours, Rules())}.isdisjoint(one.key for one in timetable(request, hours, Rules()))


@pytest.mark.parametrize(
    ("starts", "told_at"),
    [
        ("2026-06-02 15:00", "2026-06-01 09:00"),  # a Tuesday: on Monday morning
        ("2026-06-08 12:00", "2026-06-05 09:00"),  # a Monday: on Friday morning
        ("2026-06-06 12:00", "2026-06-05 09:00"),  # a Saturday: on Friday morning
        ("2026-06-02 08:00", "2026-06-01 08:00"),  # earlier than the office opens: a whole day ahead
        ("2027-01-05 12:00", "2026-12-30 09:00"),  # in the New Year holidays: on the last working day
    ],
)
def test_organiser_is_reminded_on_the_last_working_morning(starts: str, told_at: str):
    dates = (DateFacts("k", moscow(starts)),)
    request = facts(round_state=RoundState.APPROVED, status=RequestStatus.PUBLISHED, dates=dates)
    assert told(request) == [("event_tomorrow", "", AUTHOR, told_at)]


def test_moved_date_is_a_new_message_and_a_past_one_is_not_wanted():
    moved = [facts(status=RequestStatus.PUBLISHED, dates=(DateFacts("k", moscow(at)),)) for at in ("2026-06-02 15:00", "2026-06-03 15:00")]
    keys = [set(wanted(request, hours, Rules(), MONDAY)) for request in moved]
    assert keys[0].isdisjoint(keys[1])
    assert wanted(moved[0], hours, Rules(), moscow("2026-06-02 15:00")) == {}


def test_date_called_off_alone_replaces_its_reminder():
    request = facts(status=RequestStatus.PUBLISHED, dates=(DateFacts("k", moscow("2026-06-09 15:00"), MONDAY, "cancelled"),))
    assert told(request) == [("date_called_off", "", AUTHOR, "2026-06-01 10:00")]


def test_unanswered_remarks_remind_the_author_then_the_head():
    request = facts(status=RequestStatus.PUBLISHED, remarks=(RemarkFacts(7, MONDAY),))
    assert told(request) == [
        ("remarks_unanswered", "", AUTHOR, "2026-06-03 18:00"),
        ("remarks_unanswered", "head", LEAD_HEAD, "2026-06-05 17:00"),
    ]


def test_who_comes_later_is_not_told_how_an_earlier_round_ended():
    joined = {AUTHOR: MONDAY, LEAD_HEAD: MONDAY + timedelta(days=21)}
    later = facts(round_state=RoundState.APPROVED, closed=MONDAY, authors=(AUTHOR, LEAD_HEAD), joined=joined)
    assert [(kind, who) for kind, _, who, _ in told(later)] == [("approved", AUTHOR)]


def test_what_takes_place_is_news_for_a_week():
    opened = a_review(MONDAY, kind=SlotKind.INFORM)
    assert [one.kind.value for one in wanted(facts(opened), hours, Rules(), MONDAY + timedelta(days=6)).values()] == ["informed"]
    assert wanted(facts(opened), hours, Rules(), MONDAY + timedelta(days=7)) == {}


def test_after_downtime_one_word_is_said_not_four():
    late = moscow("2026-06-04 12:00")
    due = {(one.kind.value, one.level) for one in wanted(facts(a_review(MONDAY)), hours, Rules(), late).values() if one.due_at <= late}
    assert due == {("assigned", ""), ("due", "")}


def at(request: RequestFacts, rules: Rules) -> list[tuple[str, str, str]]:
    """Kind, level and the moment on the office's clock under these rules."""
    planned = sorted(timetable(request, hours, rules), key=lambda one: (one.due_at, one.kind, one.recipient))
    return [(one.kind.value, one.level, f"{one.due_at.astimezone(MOSCOW):%Y-%m-%d %H:%M}") for one in planned]


def test_the_leads_of_a_review_are_rules():
    rules = Rules(
        half_time_above_working_hours=16, last_reminder_working_hours=3, overdue_head_working_days=2, overdue_curator_working_days=4
    )
    assert at(facts(a_review(MONDAY)), rules) == [
        ("assigned", "", "2026-06-01 10:00"),
        ("due_soon", "hour", "2026-06-02 15:36"),
        ("due", "", "2026-06-03 09:36"),
        ("overdue_head", "", "2026-06-05 17:00"),
        ("overdue_curator", "", "2026-06-09 18:00"),
    ]
    sooner = replace(rules, half_time_above_working_hours=15)
    assert ("due_soon", "half", "2026-06-02 09:48") in at(facts(a_review(MONDAY)), sooner)


def test_a_letter_says_the_figure_it_was_planned_with():
    rules = Rules(last_reminder_working_hours=3, overdue_curator_working_days=4, remarks_author_working_days=3, remarks_head_working_days=6)
    request = facts(a_review(MONDAY), remarks=(RemarkFacts(7, MONDAY),))
    said = {(one.kind.value, one.level): {**one.params} for one in timetable(request, hours, rules) if one.params}
    assert said == {
        ("due_soon", "hour"): {"hours": 3},
        ("overdue_curator", ""): {"curator": CURATOR, "days": 4},
        ("remarks_unanswered", ""): {"days": 3},
        ("remarks_unanswered", "head"): {"days": 6},
    }


def test_the_days_of_unanswered_remarks_are_rules():
    request = facts(status=RequestStatus.PUBLISHED, remarks=(RemarkFacts(7, MONDAY),))
    assert at(request, Rules(remarks_author_working_days=1, remarks_head_working_days=3)) == [
        ("remarks_unanswered", "", "2026-06-02 18:00"),
        ("remarks_unanswered", "head", "2026-06-04 18:00"),
    ]


@pytest.mark.parametrize(
    ("rules", "recalled"),
    [
        (Rules(), "2026-06-05 09:00"),
        (Rules(event_reminder_working_days=2), "2026-06-04 09:00"),
        (Rules(event_reminder_hours=96), "2026-06-04 15:00"),
    ],
)
def test_how_long_ahead_a_date_is_recalled_is_a_rule(rules: Rules, recalled: str):
    request = facts(status=RequestStatus.PUBLISHED, dates=(DateFacts("k", moscow("2026-06-08 15:00")),))
    assert at(request, rules) == [("event_tomorrow", "", recalled)]


def test_how_long_something_is_news_is_a_rule():
    opened = a_review(MONDAY, None, kind=SlotKind.INFORM)
    rules = Rules(news_days=2)
    assert [one.kind.value for one in wanted(facts(opened), hours, rules, MONDAY + timedelta(days=1)).values()] == ["informed"]
    assert wanted(facts(opened), hours, rules, MONDAY + timedelta(days=2)) == {}
