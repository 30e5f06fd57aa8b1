"""The desk: what waits for me, by due, and nothing else."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import time_machine

from events.approvals.vocabulary import Verdict
from events.requests.models import EventRequest
from tests.fixtures.browsing import Client, Page
from tests.fixtures.office import Office
from tests.fixtures.requests import FIRST_START, an_occurrence

pytestmark = pytest.mark.engines("sqlite")

Make = Callable[..., EventRequest]
SignIn = Callable[[Client, str], Page]

DESK_QUERIES = 10
"""One reading of the desk, whatever stands on it: session, turns, requests, calendar, units."""


def desk_of(client: Client, sign_in: SignIn, login: str) -> Page:
    """The desk of the person."""
    sign_in(client, login)
    return client.get("/desk")


def submitted(office: Office, a_request: Make, count: int = 1) -> list[int]:
    """Requests of the own institution, each on a day of its own, handed in."""
    made = [a_request(occurrences=(an_occurrence(FIRST_START + timedelta(days=place)),)).id for place in range(count)]
    for request_id in made:
        office.submit(request_id)
    return made


def test_desk_with_nothing_says_what_will_appear_and_how_to_begin(client: Client, sign_in: SignIn):
    page = desk_of(client, sign_in, "spec_pmc")
    assert page.h1 == "Что ждёт меня"
    assert page.texts("h2") == []
    assert page.links["Создать заявку"] == "/requests/new"


def test_desk_offers_no_new_request_to_those_who_write_none(client: Client, sign_in: SignIn):
    page = desk_of(client, sign_in, "spec_omp")
    assert page.texts(class_="empty-title") == ["Ничего не ждёт"]
    assert "/requests/new" not in page.links.values()


def test_row_says_what_for_and_how_long_and_opens_the_review(office: Office, a_request: Make, client: Client, sign_in: SignIn):
    (request_id,) = submitted(office, a_request)
    page = desk_of(client, sign_in, "dir_pmc")
    assert page.texts("h2") == ["Ждут моего решения 1"]
    assert page.texts(class_="row-number") == ["ММ-ПМЦ-0001/2026"]
    assert page.texts(class_="row-why") == ["виза"]
    assert page.texts(class_="time-left") == ["осталось 4 рабочих часа, срок: сегодня, 14:48"]
    assert page.links["Квиз «Кировский район: за кадром»"] == f"/reviews/{office.turn(request_id, 'pmc').id}"


def test_overdue_stands_before_today_and_today_before_the_rest(
    office: Office, a_request: Make, client: Client, sign_in: SignIn, freeze: time_machine.Traveller
):
    first, second, third = (a_request(occurrences=(an_occurrence(FIRST_START + timedelta(days=place)),)).id for place in range(3))
    office.submit(first)
    freeze.shift(timedelta(hours=4, minutes=50))
    office.submit(second)
    freeze.shift(timedelta(hours=2, minutes=30))
    office.submit(third)
    freeze.shift(timedelta(hours=15))
    page = desk_of(client, sign_in, "dir_pmc")
    assert page.texts(class_="rows-title") == ["Просрочено", "Срок сегодня"]
    assert page.texts(class_="row-number") == [office.request(one).number for one in (first, second, third)]


def test_own_requests_do_not_wait_for_my_decision_and_orphans_stand_first_for_the_coordinator(
    office: Office, a_request: Make, client: Client, new_client: Callable[[], Client], sign_in: SignIn
):
    request_id = a_request(by=office.by("dir_pmc")).id
    office.submit(request_id, "spec_pmc")
    assert "Ждут моего решения" not in desk_of(client, sign_in, "dir_pmc").text
    page = desk_of(new_client(), sign_in, "spec_omp")
    assert page.texts("h2")[0] == "Некому решать 1"


def test_returned_requests_count_their_remarks_and_drafts_open_in_the_form(
    office: Office, a_request: Make, client: Client, sign_in: SignIn
):
    (request_id,) = submitted(office, a_request)
    office.decide(request_id, "dir_pmc", Verdict.RETURN)
    draft = a_request(title="").id
    page = desk_of(client, sign_in, "spec_pmc")
    assert page.texts("h2") == ["Вернули мне 1", "Мои черновики 1"]
    assert "1 замечание" in page.texts(class_="badge-state")
    assert page.links["Квиз «Кировский район: за кадром»"] == f"/requests/{request_id}"
    assert page.links["Без названия"] == f"/requests/{draft}/edit"


def test_approved_events_stand_under_coming_and_held_ones_under_reports(
    office: Office, a_request: Make, client: Client, sign_in: SignIn, new_client: Callable[[], Client]
):
    (request_id,) = submitted(office, a_request)
    office.approve_by(request_id, "dir_pmc", "spec_omp", "zam")
    assert desk_of(client, sign_in, "spec_pmc").texts("h2") == ["Мои ближайшие мероприятия 1"]
    assert desk_of(new_client(), sign_in, "press").texts("h2") == ["Для ознакомления 1"]


def test_desk_asks_as_much_for_three_rows_as_for_one(
    office: Office, a_request: Make, client: Client, sign_in: SignIn, query_count: Callable[[], AbstractContextManager[list[str]]]
):
    first, *others = (a_request(occurrences=(an_occurrence(FIRST_START + timedelta(days=place)),)).id for place in range(3))
    office.submit(first)
    desk_of(client, sign_in, "dir_pmc")
    counts = []
    for more in ((), others):
        for request_id in more:
            office.submit(request_id)
        with query_count() as asked:
            client.get("/desk")
        counts.append(len(asked))
    assert counts == [DESK_QUERIES, DESK_QUERIES]
