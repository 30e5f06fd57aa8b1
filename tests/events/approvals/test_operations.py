"""The verbs of approval on real databases; names and numbers of cases are those of the office's practice."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select, text, update

from events.approvals import operations, planning, queries
from events.approvals.models import Remark, RouteVersion
from events.approvals.operations import NewRemark
from events.approvals.vocabulary import Act, RoundState, Verdict
from events.calendars.vocabulary import PublicationStatus
from events.foundation import work
from events.foundation.acting import SYSTEM
from events.foundation.db import db
from events.foundation.errors import Conflict, NotFound, NotNow, NotYours, Refused
from events.people.models import Membership, User
from events.requests import queries as requests
from events.requests.fields import Occurrence
from events.requests.models import Authorship, EventRequest
from events.requests.vocabulary import AuthorHow, OccurrenceMark, RequestStatus, RevisionState, Section
from events.venues import queries as venues
from events.venues.vocabulary import BookingState
from presenters.phrases import say
from tests.fixtures.cast import Cast
from tests.fixtures.office import Office
from tests.fixtures.publishing import publications
from tests.fixtures.requests import FIRST_START, an_occurrence

Make = Callable[..., EventRequest]
SAFETY = {"expected": 45, "age_from": 14, "minors": True, "buses": True}
"""Route A with ОМП and ОЗПБ in the second stage."""


def in_departments(a_request: Make, office: Office, **changes: object) -> int:
    """A request that the director has approved; ОМП and ОЗПБ are asked."""
    made = a_request(**{**SAFETY, **changes})
    office.submit(made.id)
    office.decide(made.id, "dir_pmc")
    return made.id


def approved(a_request: Make, office: Office, **changes: object) -> int:
    """A request in force."""
    request_id = in_departments(a_request, office, **changes)
    office.approve_by(request_id, "head_omp", "head_ozpb", "zam")
    return request_id


def test_submit_gives_a_number_and_asks_the_director(a_request: Make, office: Office) -> None:
    made = a_request(**SAFETY)
    office.submit(made.id)
    request = office.request(made.id)
    assert (request.number, request.status) == ("ММ-ПМЦ-0001/2026", RequestStatus.IN_REVIEW)
    assert office.states(made.id) == {
        "lead-head": "open", "youth": "waiting", "safety": "waiting", "deputy-head": "waiting", "press-inform": "waiting",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"select": None}, "routes: exactly one route has no condition, and it is the last"),
        ({"priority": 3}, "routes: “3” stands here twice"),
        ({"stages": "unknown unit"}, "B/youth/youth/who/unit: there is no unit “nobody”"),
    ],
)
def test_routes_that_no_request_could_go_are_not_kept(office: Office, change: dict[str, object], said: str) -> None:
    """No default, two defaults, two of one priority, a unit that is not there (cases.md 1)."""
    versions = select(func.count()).select_from(RouteVersion)
    before = office.read(lambda: db.session.scalar(versions))

    def keep(now: datetime) -> None:
        plain = next(one.definition for one in queries.current_versions(now) if one.route.key == "B")
        if "stages" in change:
            plain = json.loads(json.dumps(plain).replace('"omp"', '"nobody"'))
        operations.keep_routes([{**plain, **{name: value for name, value in change.items() if name != "stages"}}], by=SYSTEM, now=now)

    with pytest.raises(Refused) as refused:
        office.act(keep)
    assert str(refused.value) == said
    assert office.read(lambda: db.session.scalar(versions)) == before


def test_a_stored_route_that_asks_a_unit_that_is_not_there_hinders_the_submission_in_words(
    a_request: Make, office: Office, freeze: time_machine.Traveller
) -> None:
    """As one kept before this was asked; the page that checks a request says so instead of failing."""
    made_id = a_request(**SAFETY).id

    def spoil(now: datetime) -> None:
        for version in queries.current_versions(now):
            definition = json.loads(json.dumps(version.definition).replace('"omp"', '"nobody"'))
            db.session.add(RouteVersion(route_id=version.route_id, valid_from=now, definition=definition))

    freeze.shift(60)
    office.act(spoil)
    with pytest.raises(Refused) as refused:
        office.submit(made_id)
    assert say(refused.value.phrase).startswith("Маршрут согласования неисправен (A/departments/youth: нет подразделения «nobody»)")
    assert office.request(made_id).status is RequestStatus.DRAFT


def test_submit_refuses_everything_missing_at_once(cast: Cast, office: Office, a_request: Make) -> None:
    made = a_request(title="", expected=None, goal="")
    with pytest.raises(Refused) as refused:
        office.submit(made.id)
    assert set(refused.value.fields) == {"title", "expected", "goal"}
    assert office.request(made.id).status is RequestStatus.DRAFT


def test_case_6_head_who_submits_satisfies_the_lead_stage(a_request: Make, office: Office, cast: Cast) -> None:
    made = a_request(by=cast.dir_pmc, **SAFETY)
    office.submit(made.id, "dir_pmc")
    assert office.states(made.id)["lead-head"] == "decided:approve"
    assert office.states(made.id)["youth"] == "open"


def test_i1_nobody_decides_on_an_own_request(a_request: Make, office: Office, cast: Cast) -> None:
    made = a_request(by=cast.dir_pmc, **SAFETY)
    office.submit(made.id, "spec_pmc")
    assert office.read(lambda: office.review(made.id, "pmc").orphaned) is True
    with pytest.raises(NotYours):
        office.decide(made.id, "dir_pmc")


def test_case_12_stage_waits_for_all_and_returns_once_with_all_remarks(a_request: Make, office: Office) -> None:
    request_id = in_departments(a_request, office)
    office.decide(request_id, "head_ozpb", Verdict.RETURN)
    assert office.request(request_id).status is RequestStatus.IN_REVIEW
    assert office.read(lambda: queries.open_remarks(request_id)) == []
    office.decide(request_id, "head_omp", Verdict.APPROVE_WITH_REMARKS, remarks=[NewRemark(Section.CONTENT, "Уточните анонс.")])
    assert office.request(request_id).status is RequestStatus.RETURNED
    assert [one.text for one in office.read(lambda: queries.open_remarks(request_id))] == [
        "Приложите план обеспечения безопасности.", "Уточните анонс.",
    ]  # fmt: skip


def test_case_18_unanswered_blocking_remarks_forbid_resubmission(a_request: Make, office: Office) -> None:
    request_id = in_departments(a_request, office)
    office.decide(request_id, "head_ozpb", Verdict.RETURN)
    office.decide(request_id, "head_omp")
    with pytest.raises(Refused) as refused:
        office.submit(request_id)
    assert refused.value.phrase.params == {"count": 1}


def test_case_19_visas_of_unchanged_sections_are_carried(a_request: Make, office: Office) -> None:
    request_id = in_departments(a_request, office)
    office.decide(request_id, "head_ozpb", Verdict.RETURN)
    office.decide(request_id, "head_omp")
    office.answer_all(request_id)
    office.edit(request_id, safety_note="Ответственный за безопасность назначен приказом № 12.")
    assert office.submit(request_id) == 2
    assert office.states(request_id) == {
        "lead-head": "open", "youth": "carried:approve", "safety": "waiting", "deputy-head": "waiting", "press-inform": "waiting",
    }  # fmt: skip
    office.approve_by(request_id, "dir_pmc", "head_ozpb", "zam")
    assert office.request(request_id).status is RequestStatus.PUBLISHED


def test_preview_promises_what_submission_does(a_request: Make, office: Office) -> None:
    request_id = in_departments(a_request, office)
    office.decide(request_id, "head_ozpb", Verdict.RETURN)
    office.decide(request_id, "head_omp")
    office.answer_all(request_id)

    def ask() -> planning.Preview:
        request = requests.locked(request_id)
        return planning.preview(request, requests.shown(request).content(), datetime(2026, 6, 1, 8, 0, tzinfo=UTC))

    promised = office.read(ask)
    carried = {slot for _, slot, _ in promised.carried}
    office.submit(request_id)
    assert {slot for slot, state in office.states(request_id).items() if state.startswith("carried")} == carried == {"lead-head", "youth"}


def test_case_13_rejection_ends_the_request(a_request: Make, office: Office) -> None:
    request_id = in_departments(a_request, office)
    office.approve_by(request_id, "head_omp", "head_ozpb")
    office.decide(request_id, "zam", Verdict.REJECT, comment="Дата совпадает с районным праздником.")
    request = office.request(request_id)
    assert (request.status, request.end_reason) == (RequestStatus.REJECTED, "Дата совпадает с районным праздником.")
    assert office.read(lambda: venues.bookings_of(request_id)) == []


@pytest.mark.parametrize(("verdict", "field"), [(Verdict.RETURN, "reason_code"), (Verdict.APPROVE_WITH_REMARKS, "remarks")])
def test_a_verdict_needs_its_ground(a_request: Make, office: Office, verdict: Verdict, field: str) -> None:
    request_id = in_departments(a_request, office)
    with pytest.raises(Refused) as refused:
        office.decide(request_id, "head_ozpb", verdict, reason_code="nonsense")
    assert field in refused.value.fields
    assert office.states(request_id)["safety"] == "open"


def test_rejection_is_offered_in_a_confirming_stage_only(a_request: Make, office: Office) -> None:
    request_id = in_departments(a_request, office)
    with pytest.raises(Refused):
        office.decide(request_id, "head_ozpb", Verdict.REJECT, comment="Нет")


def test_case_14_recall_reopens_with_the_old_due_and_keeps_the_text(
    a_request: Make, office: Office, freeze: time_machine.Traveller
) -> None:
    request_id = in_departments(a_request, office)
    due = office.read(lambda: office.review(request_id, "ozpb").due_at)
    office.decide(request_id, "head_ozpb", Verdict.RETURN, comment="Нет схемы")
    review_id = office.read(lambda: office.review(request_id, "ozpb").id)
    freeze.shift(timedelta(hours=1))
    office.act(lambda now: operations.recall(review_id, by=office.by("head_ozpb"), now=now))
    review = office.read(lambda: office.review(request_id, "ozpb"))
    assert (review.state.value, review.due_at, "Нет схемы" in review.draft_comment) == ("open", due, True)
    assert [one.recalled_at is not None for one in office.read(lambda: queries.decisions(request_id))] == [False, True]


def test_case_14_a_closed_stage_keeps_its_decisions(a_request: Make, office: Office) -> None:
    request_id = in_departments(a_request, office)
    review_id = office.read(lambda: office.review(request_id, "pmc").id)
    with pytest.raises(NotNow):
        office.act(lambda now: operations.recall(review_id, by=office.by("dir_pmc"), now=now))


def test_case_20_take_back_revokes_and_opens_the_next_revision(a_request: Make, office: Office) -> None:
    request_id = in_departments(a_request, office)
    office.act(lambda now: operations.take_back(request_id, by=office.by("spec_pmc"), now=now))
    request = office.request(request_id)
    assert request.status is RequestStatus.RETURNED
    assert [(one.no, one.state) for one in request.revisions] == [(1, RevisionState.RETURNED), (2, RevisionState.DRAFT)]
    assert office.states(request_id)["safety"] == "revoked"


def test_case_21_decision_after_take_back_is_a_conflict(a_request: Make, office: Office) -> None:
    request_id = in_departments(a_request, office)
    office.act(lambda now: operations.take_back(request_id, by=office.by("spec_pmc"), now=now))
    with pytest.raises(Conflict):
        office.decide(request_id, "head_ozpb")


def test_i14_another_institution_finds_nothing(a_request: Make, office: Office) -> None:
    request_id = in_departments(a_request, office)
    review_id = office.read(lambda: office.review(request_id, "ozpb").id)
    for act in (
        lambda now: operations.take_back(request_id, by=office.by("dir_dm"), now=now),
        lambda now: operations.decide(review_id, verdict=Verdict.APPROVE, version=1, revision_no=1, by=office.by("dir_dm"), now=now),
    ):
        with pytest.raises(NotFound):
            office.act(act)


def test_case_31_hold_becomes_a_confirmed_booking(a_request: Make, office: Office) -> None:
    request_id = in_departments(a_request, office)
    assert [one.state for one in office.read(lambda: venues.bookings_of(request_id))] == [BookingState.HELD]
    office.approve_by(request_id, "head_omp", "head_ozpb", "zam")
    booked = office.read(lambda: venues.bookings_of(request_id))
    assert [(one.state, one.expires_at) for one in booked] == [(BookingState.CONFIRMED, None)]


def test_case_10_a_clashing_date_refuses_the_submission(a_request: Make, office: Office) -> None:
    first, second = a_request(), a_request()
    office.submit(first.id)
    with pytest.raises(Refused) as refused:
        office.submit(second.id)
    assert set(refused.value.fields) == {"occurrences"}


def test_case_34_withdrawal_is_terminal_and_frees_the_venue(a_request: Make, office: Office) -> None:
    request_id = in_departments(a_request, office)
    office.act(lambda now: operations.withdraw(request_id, reason="Передумали", by=office.by("spec_pmc"), now=now))
    assert office.request(request_id).status is RequestStatus.WITHDRAWN
    assert office.read(lambda: venues.bookings_of(request_id)) == []
    assert Act.EDIT not in office.read(lambda: queries.acts(office.by("spec_pmc"), requests.locked(request_id), None, FIRST_START))


def test_case_35_an_editorial_change_needs_only_the_lead_head(a_request: Make, office: Office) -> None:
    request_id = approved(a_request, office)
    office.act(lambda now: operations.amend(request_id, by=office.by("spec_pmc"), now=now))
    office.edit(request_id, short_desc="Командная игра об истории района, теперь с новыми вопросами о Нарвской заставе и заводе.")
    office.submit(request_id)
    assert {state for slot, state in office.states(request_id).items() if slot not in ("lead-head", "press-inform")} == {"carried:approve"}
    office.decide(request_id, "dir_pmc")
    request = office.request(request_id)
    assert [(one.no, one.state) for one in request.revisions] == [(1, RevisionState.SUPERSEDED), (2, RevisionState.APPROVED)]


def test_case_35_rejecting_an_amendment_ends_only_the_amendment(a_request: Make, office: Office) -> None:
    request_id = approved(a_request, office)
    office.act(lambda now: operations.amend(request_id, by=office.by("spec_pmc"), now=now))
    office.edit(request_id, title="Квиз «Кировский район: второй сезон»")
    office.submit(request_id)
    office.approve_by(request_id, "dir_pmc", "head_omp")
    office.decide(request_id, "zam", Verdict.REJECT, comment="Название оставить прежним.")
    request = office.request(request_id)
    assert request.status in (RequestStatus.APPROVED, RequestStatus.PUBLISHED)
    assert request.title == "Квиз «Кировский район: за кадром»"


def test_case_37_cancellation_and_the_heads_restoring(a_request: Make, office: Office) -> None:
    request_id = approved(a_request, office)
    office.act(lambda now: operations.cancel(request_id, reason="Болезнь ведущего", by=office.by("spec_pmc"), now=now))
    assert office.request(request_id).status is RequestStatus.CANCELLED
    with pytest.raises(NotYours):
        office.act(lambda now: operations.restore(request_id, by=office.by("spec_pmc"), now=now))
    office.act(lambda now: operations.restore(request_id, by=office.by("dir_pmc"), now=now))
    assert office.request(request_id).status in (RequestStatus.APPROVED, RequestStatus.PUBLISHED)
    assert [one.state for one in office.read(lambda: venues.bookings_of(request_id))] == [BookingState.CONFIRMED]


def test_case_37_one_date_of_a_series_is_cancelled_alone(a_request: Make, office: Office) -> None:
    dates = (an_occurrence(), an_occurrence(FIRST_START + timedelta(days=7)))
    request_id = approved(a_request, office, occurrences=dates)
    office.act(
        lambda now: operations.cancel(request_id, reason="Зал закрыт", occurrence_key=dates[0].key, by=office.by("dir_pmc"), now=now)
    )
    assert office.request(request_id).status in (RequestStatus.APPROVED, RequestStatus.PUBLISHED)
    assert [one.occurrence_key for one in office.read(lambda: venues.bookings_of(request_id))] == [dates[1].key]


def test_case_30_a_round_lapses_when_the_date_has_come(a_request: Make, office: Office, freeze: time_machine.Traveller) -> None:
    request_id = in_departments(a_request, office)
    freeze.move_to(FIRST_START)
    office.act(lambda now: operations.pass_time(request_id, now))
    request = office.request(request_id)
    assert request.status is RequestStatus.RETURNED
    assert office.read(lambda: queries.rounds(request_id))[0].state is RoundState.LAPSED
    freeze.shift(timedelta(days=31))
    office.act(lambda now: operations.pass_time(request_id, now))
    assert office.request(request_id).status is RequestStatus.WITHDRAWN


def test_case_39_an_event_is_held_when_its_last_date_is_over(a_request: Make, office: Office, freeze: time_machine.Traveller) -> None:
    request_id = approved(a_request, office)
    freeze.move_to(FIRST_START + timedelta(hours=2))
    assert request_id in office.read(lambda: operations.tick(FIRST_START + timedelta(hours=2)))
    assert office.states(request_id)["press-inform"] == "open"
    office.act(lambda now: operations.pass_time(request_id, now))
    assert office.request(request_id).status is RequestStatus.COMPLETED
    assert office.states(request_id)["press-inform"] == "lapsed", "nobody is asked to take note of what is over"


def test_coordinator_stops_with_a_reason_and_returns_an_overdue_stage(
    a_request: Make, office: Office, freeze: time_machine.Traveller
) -> None:
    request_id = in_departments(a_request, office)
    office.decide(request_id, "head_ozpb", Verdict.RETURN)
    with pytest.raises(NotNow):
        office.act(lambda now: operations.return_now(request_id, by=office.by("spec_omp"), now=now))
    freeze.shift(timedelta(days=3))
    office.act(lambda now: operations.return_now(request_id, by=office.by("spec_omp"), now=now))
    assert office.request(request_id).status is RequestStatus.RETURNED
    assert office.states(request_id)["youth"] == "revoked"


def test_locking_reads_afresh_what_the_page_read_before(a_request: Make, office: Office) -> None:
    """Between a page's first look and its lock a colleague may have committed; acting on the old rows would undo that."""
    request_id = in_departments(a_request, office)

    def act(_: datetime) -> tuple[int, str]:
        event_request, round_ = requests.visible(request_id, office.by("spec_pmc")), queries.open_round(request_id)
        assert round_ is not None
        db.session.execute(text("UPDATE review SET version = 99 WHERE round_id = :id"), {"id": round_.id})
        db.session.execute(text("UPDATE revision SET state = 'returned' WHERE id = :id"), {"id": event_request.revisions[0].id})
        again, afresh = requests.locked(request_id), queries.open_round(request_id)
        assert afresh is not None
        return afresh.reviews[0].version, again.revisions[0].state.value

    assert work.transaction(lambda: act(work.now()), keep=lambda _: False) == (99, "returned")


def test_case_30_nothing_is_approved_after_the_event_has_begun(a_request: Make, office: Office, freeze: time_machine.Traveller) -> None:
    """Even before the tick has closed the round."""
    request_id = in_departments(a_request, office)
    office.approve_by(request_id, "head_omp", "head_ozpb")
    freeze.move_to(FIRST_START + timedelta(minutes=1))
    with pytest.raises(NotNow):
        office.decide(request_id, "zam")
    assert office.request(request_id).status is RequestStatus.IN_REVIEW


def test_case_35_a_change_ends_with_its_event(a_request: Make, office: Office, freeze: time_machine.Traveller) -> None:
    request_id = approved(a_request, office)
    office.act(lambda now: operations.amend(request_id, by=office.by("spec_pmc"), now=now))
    office.edit(request_id, title="Квиз «Кировский район: новые вопросы»")
    office.submit(request_id)
    freeze.move_to(FIRST_START + timedelta(days=1))
    office.act(lambda now: operations.pass_time(request_id, now))
    request = office.request(request_id)
    assert (request.status, [one.state for one in request.revisions]) == (
        RequestStatus.COMPLETED,
        [RevisionState.APPROVED, RevisionState.WITHDRAWN],
    )
    assert office.read(lambda: queries.open_round(request_id)) is None


def test_case_36_what_is_being_postponed_is_not_held_on_the_old_date(
    a_request: Make, office: Office, freeze: time_machine.Traveller
) -> None:
    request_id = approved(a_request, office)
    office.act(lambda now: operations.postpone(request_id, occurrence_key=None, reason="Ливень", by=office.by("dir_pmc"), now=now))
    freeze.move_to(FIRST_START + timedelta(days=1))
    office.act(lambda now: operations.pass_time(request_id, now))
    assert office.request(request_id).status is RequestStatus.PUBLISHED


def test_case_37_restoring_books_no_date_that_was_cancelled_alone(a_request: Make, office: Office) -> None:
    first, second = an_occurrence(), an_occurrence(FIRST_START + timedelta(days=7))
    request_id = approved(a_request, office, occurrences=(first, second))
    head = "dir_pmc"
    office.act(lambda now: operations.cancel(request_id, reason="Нет зала", occurrence_key=second.key, by=office.by(head), now=now))
    office.act(lambda now: operations.cancel(request_id, reason="Нет людей", by=office.by(head), now=now))
    office.act(lambda now: operations.restore(request_id, by=office.by(head), now=now))
    assert office.read(lambda: [one.occurrence_key for one in venues.bookings_of(request_id)]) == [first.key]


def test_case_35_a_running_series_can_be_amended(a_request: Make, office: Office, freeze: time_machine.Traveller) -> None:
    request_id = approved(a_request, office, occurrences=(an_occurrence(), an_occurrence(FIRST_START + timedelta(days=14))))
    freeze.move_to(FIRST_START + timedelta(days=1))
    office.act(lambda now: operations.amend(request_id, by=office.by("spec_pmc"), now=now))
    office.edit(request_id, goal="Познакомить молодёжь с историей района; вторая встреча пройдёт с экскурсоводом.")
    assert office.submit(request_id) == 2


def test_two_dates_of_one_request_may_not_share_a_venue(a_request: Make, office: Office) -> None:
    made = a_request(occurrences=(an_occurrence(), an_occurrence(FIRST_START + timedelta(minutes=30))))
    with pytest.raises(Refused) as refused:
        office.submit(made.id)
    assert refused.value.fields["occurrences"].msgid == "This date overlaps another date of this request at the same venue."


def test_case_31_a_venue_lost_at_the_end_refuses_and_leaves_the_turn_open(
    a_request: Make, office: Office, freeze: time_machine.Traveller
) -> None:
    request_id = in_departments(a_request, office)
    office.approve_by(request_id, "head_omp", "head_ozpb")
    freeze.move_to(FIRST_START - timedelta(days=10))
    rival = a_request(late_reason="Площадка освободилась только сейчас.")
    office.submit(rival.id)
    with pytest.raises(Refused):
        office.decide(request_id, "zam")
    assert office.states(request_id)["deputy-head"] == "open"


def test_case_39_a_running_series_leaves_the_tick_to_others(a_request: Make, office: Office, freeze: time_machine.Traveller) -> None:
    request_id = approved(a_request, office, occurrences=(an_occurrence(), an_occurrence(FIRST_START + timedelta(days=14))))
    between = FIRST_START + timedelta(days=1)
    assert request_id not in office.read(lambda: operations.tick(between))
    assert request_id in office.read(lambda: operations.tick(FIRST_START + timedelta(days=15)))


def _postponed(a_request: Make, office: Office, freeze: time_machine.Traveller) -> int:
    """An event announced as being moved; its change is under review when the old date goes by."""
    request_id = approved(a_request, office)
    office.act(lambda now: operations.postpone(request_id, occurrence_key=None, reason="Ливень", by=office.by("spec_omp"), now=now))
    office.edit(request_id, occurrences=_moved(office, request_id, days=14))
    office.submit(request_id)
    freeze.move_to(FIRST_START + timedelta(days=1))
    return request_id


def _moved(office: Office, request_id: int, days: int) -> tuple[Occurrence, ...]:
    """The dates of the change at work, each under its own key so many days later."""
    content = office.read(lambda: requests.shown(requests.locked(request_id)).content())
    return tuple(an_occurrence(one.starts_at + timedelta(days=days), key=one.key) for one in content.occurrences)


def _reject(office: Office, request_id: int) -> None:
    office.approve_by(request_id, "dir_pmc", "head_omp", "head_ozpb")
    office.decide(request_id, "zam", Verdict.REJECT, comment="Зал занят до осени.")


def _withdraw(office: Office, request_id: int) -> None:
    office.act(lambda now: operations.withdraw(request_id, reason="Новой даты нет", by=office.by("spec_pmc"), now=now))


@pytest.mark.parametrize("give_up", [_reject, _withdraw])
def test_case_36_a_move_given_up_after_the_old_date_leaves_the_event_put_off(
    a_request: Make, office: Office, freeze: time_machine.Traveller, give_up: Callable[[Office, int], None]
) -> None:
    request_id = _postponed(a_request, office, freeze)
    give_up(office, request_id)
    moment = FIRST_START + timedelta(days=2)
    assert request_id not in office.read(lambda: operations.tick(moment))
    office.act(lambda now: operations.pass_time(request_id, now), moment=moment)
    request = office.request(request_id)
    assert (request.status, request.postponing) == (RequestStatus.PUBLISHED, False)
    assert [(one.mark, one.reason) for one in office.read(lambda: requests.fates(request_id)).values()] == [
        (OccurrenceMark.POSTPONED, "Ливень")
    ]
    assert [(one.status, one.notice) for one in publications(request_id)] == [(PublicationStatus.POSTPONED, "Ливень")]


def test_case_36_an_event_put_off_past_its_date_is_given_a_new_one_or_cancelled(
    a_request: Make, office: Office, freeze: time_machine.Traveller
) -> None:
    request_id = _postponed(a_request, office, freeze)
    _withdraw(office, request_id)
    offered = office.read(lambda: queries.acts(office.by("dir_pmc"), requests.locked(request_id), None, work.now()))
    assert {Act.AMEND, Act.CANCEL} <= offered
    office.act(lambda now: operations.amend(request_id, by=office.by("spec_pmc"), now=now))
    office.edit(request_id, occurrences=_moved(office, request_id, days=30))
    office.submit(request_id)
    office.approve_by(request_id, "dir_pmc", "head_omp", "head_ozpb", "zam")
    assert office.read(lambda: requests.fates(request_id)) == {}
    assert [(one.status, one.moved_from) for one in publications(request_id)] == [(PublicationStatus.CONFIRMED, FIRST_START)]


def test_case_36_a_move_given_up_before_the_old_date_leaves_it_in_force(a_request: Make, office: Office) -> None:
    request_id = approved(a_request, office)
    office.act(lambda now: operations.postpone(request_id, occurrence_key=None, reason="Ливень", by=office.by("dir_pmc"), now=now))
    _withdraw(office, request_id)
    assert office.read(lambda: requests.fates(request_id)) == {}
    assert [(one.status, one.postponing) for one in publications(request_id)] == [(PublicationStatus.CONFIRMED, False)]


@pytest.mark.parametrize("act", [operations.cancel, operations.postpone])
def test_only_dates_that_lie_ahead_are_called_off(
    a_request: Make, office: Office, freeze: time_machine.Traveller, act: Callable[..., None]
) -> None:
    first, second = an_occurrence(), an_occurrence(FIRST_START + timedelta(days=7))
    request_id = approved(a_request, office, occurrences=(first, second))
    freeze.move_to(FIRST_START)
    for key in (first.key, "ничья дата"):
        with pytest.raises(Refused) as refused:
            office.act(lambda now, key=key: act(request_id, reason="Ливень", occurrence_key=key, by=office.by("dir_pmc"), now=now))
        assert set(refused.value.fields) == {"occurrence_key"}
    office.act(lambda now: act(request_id, reason="Ливень", occurrence_key=second.key, by=office.by("dir_pmc"), now=now))
    assert set(office.read(lambda: requests.fates(request_id))) == {second.key}
    assert office.request(request_id).status is RequestStatus.PUBLISHED


def test_case_8_turn_is_orphaned_once_its_last_decider_has_left_and_no_longer_when_another_comes(
    a_request: Make, office: Office, cast: Cast
) -> None:
    """I15: nobody able to decide is seen whenever it becomes so, not only when the review opens."""
    request_id = in_departments(a_request, office)

    def pass_time() -> bool:
        for one in office.read(lambda: operations.tick(work.now())):
            office.act(lambda now, one=one: operations.pass_time(one, now))
        return bool(office.read(lambda: office.review(request_id, "ozpb").orphaned))

    assert not pass_time()
    deciders = [one.user_id for one in db.session.scalars(select(Membership).where(Membership.unit_id == cast.unit("ozpb").id))]
    for active in (False, True):
        office.act(lambda _, active=active: db.session.execute(update(User).where(User.id.in_(deciders)).values(active=active)))
        assert pass_time() is not active
        waits = office.read(lambda: [one.request_id for one in queries.orphaned(office.by("spec_omp"), now=work.now(), size=5)[0]])
        assert waits == ([] if active else [request_id])
    assert office.read(lambda: operations.tick(work.now())) == [], "nothing is asked of what has been settled"


def test_case_8_whoever_wrote_another_request_still_decides_this_one(a_request: Make, office: Office, cast: Cast) -> None:
    """I1 is about one's own request: a hand in another says nothing, neither when all have left nor when they come again."""
    request_id, other = (in_departments(a_request, office, venue=None) for _ in range(2))
    deciders = [one.user_id for one in db.session.scalars(select(Membership).where(Membership.unit_id == cast.unit("ozpb").id))]
    office.act(
        lambda now: db.session.add_all(Authorship(request_id=other, user_id=one, how=AuthorHow.CREATED, at=now) for one in {*deciders})
    )
    for active in (True, False, True):
        office.act(lambda _, active=active: db.session.execute(update(User).where(User.id.in_(deciders)).values(active=active)))
        for one in office.read(lambda: operations.tick(work.now())):
            office.act(lambda now, one=one: operations.pass_time(one, now))
        assert office.read(lambda: office.review(request_id, "ozpb").orphaned) is not active
        assert office.read(lambda: office.review(other, "ozpb").orphaned)
    assert office.read(lambda: operations.tick(work.now())) == []


def test_case_17_remark_is_released_with_its_moment(a_request: Make, office: Office, freeze: time_machine.Traveller) -> None:
    request_id = in_departments(a_request, office)
    office.decide(request_id, "head_ozpb", Verdict.APPROVE_WITH_REMARKS, remarks=(NewRemark(Section.SAFETY, "Уточните."),))
    assert office.read(lambda: db.session.scalars(select(Remark.released_at)).all()) == [None]
    freeze.shift(timedelta(days=1))
    office.decide(request_id, "head_omp")
    (released,) = office.read(lambda: db.session.scalars(select(Remark.released_at)).all())
    assert released - office.read(lambda: db.session.scalars(select(Remark.created_at)).one()) >= timedelta(days=1)
