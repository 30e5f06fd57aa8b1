"""The desk: what waits for me, by due, and nothing else."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from events.approvals import deadlines, planning
from events.approvals import operations as approvals
from events.approvals.vocabulary import Verdict
from events.district import operations as district
from events.foundation import work
from events.foundation.acting import SYSTEM
from events.requests import lifecycle
from events.requests import queries as requests
from events.requests.models import EventRequest
from tests.fixtures.browsing import Client, Page, words
from tests.fixtures.cast import Cast
from tests.fixtures.office import Office
from tests.fixtures.requests import FIRST_START, an_occurrence
from views import desk

pytestmark = pytest.mark.engines("sqlite")

Make = Callable[..., EventRequest]
SignIn = Callable[[Client, str], None]

DESK_QUERIES = 6
"""One reading of the desk, whatever stands on it: session, reviews, requests."""
AUTHORS_QUERIES = 4
"""The same of an author without reviews: session and three lists of requests.
Drafts near their last day to submit take some more until the worker counts them: routes, what they say, venues."""


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


def test_the_page_names_its_reader_to_the_script_that_keeps_what_they_type(cast: Cast, client: Client, sign_in: SignIn):
    """On a shared computer the text of one person is not put back for another (static/js/typed.js)."""
    readers = [desk_of(client, sign_in, login).one("body").get("data-reader") for login in ("spec_pmc", "spec_omp")]
    assert readers == [str(cast.spec_pmc.id), str(cast.spec_omp.id)]


def test_desk_offers_no_new_request_to_those_who_write_none(client: Client, sign_in: SignIn):
    page = desk_of(client, sign_in, "spec_omp")
    assert page.texts(class_="empty-title") == ["Ничего не ждёт"]
    assert "/requests/new" not in page.links.values()


@pytest.mark.parametrize(("login", "said"), [("analyst", "здесь ничего не появится"), ("admin", "по которым некому принять решение")])
def test_desk_of_who_decides_nothing_says_so_and_leads_on(client: Client, sign_in: SignIn, login: str, said: str):
    page = desk_of(client, sign_in, login)
    assert said in page.text
    assert "которые ждут вашего решения" not in page.text
    assert client.get(page.links["Все заявки"]).h1 == "Заявки"


def test_row_says_what_for_and_how_long_and_opens_the_review(office: Office, a_request: Make, client: Client, sign_in: SignIn):
    (request_id,) = submitted(office, a_request)
    page = desk_of(client, sign_in, "dir_pmc")
    assert page.texts("h2") == ["Ждут моего решения 1"]
    assert page.texts(class_="row-number") == ["ММ-ПМЦ-0001/2026"]
    assert page.texts(class_="row-why") == ["виза"]
    assert page.texts(class_="time-left") == ["осталось 4 рабочих часа, срок: сегодня, 14:48"]
    assert page.links["Квиз «Кировский район: за кадром»"] == f"/reviews/{office.review(request_id, 'pmc').id}"


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
    assert page.texts("h2") == ["Ждут моей доработки 1", "Мои черновики 1"]
    assert "1 замечание" in page.texts(class_="badge-state")
    assert page.links["Квиз «Кировский район: за кадром»"] == f"/requests/{request_id}"
    assert page.links["Без названия"] == f"/requests/{draft}/edit"


def test_approved_events_stand_under_coming(
    office: Office, a_request: Make, client: Client, sign_in: SignIn, new_client: Callable[[], Client]
):
    (request_id,) = submitted(office, a_request)
    office.approve_by(request_id, "dir_pmc", "spec_omp", "zam")
    assert desk_of(client, sign_in, "spec_pmc").texts("h2") == ["Мои ближайшие мероприятия 1"]
    assert desk_of(new_client(), sign_in, "press").texts("h2") == ["Для ознакомления 1"]


def test_change_that_is_being_written_is_not_said_to_have_come_back_without_remarks(
    office: Office, a_request: Make, client: Client, sign_in: SignIn
):
    (request_id,) = submitted(office, a_request)
    office.approve_by(request_id, "dir_pmc", "spec_omp", "zam")
    office.act(lambda now: approvals.amend(request_id, by=office.by("spec_pmc"), now=now))
    badges = desk_of(client, sign_in, "spec_pmc").texts(class_="badge-state")
    assert "готовится изменение" in badges
    assert "без замечаний" not in badges


@pytest.fixture
def two_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of at most two rows."""
    monkeypatch.setattr(desk, "MOST_ROWS", 2)
    monkeypatch.setattr(desk, "MOST_DECISIONS", 2)


def whole_lists(page: Page) -> dict[str, str]:
    """Where all rows of a block stand, by the block's heading with its count."""
    headings = {one.get("id"): words(one) for one in page.all("h2")}
    return {headings[one.get("aria-describedby")]: one.get("href", "") for one in page.all("a") if one.get("aria-describedby")}


@pytest.mark.usefixtures("two_rows")
def test_block_with_more_than_it_shows_counts_all_and_leads_to_them(office: Office, a_request: Make, client: Client, sign_in: SignIn):
    drafts = [a_request(title=f"Черновик {place}").id for place in range(3)]
    returned = submitted(office, a_request, 3)
    for request_id in returned:
        office.decide(request_id, "dir_pmc", Verdict.RETURN)
    page = desk_of(client, sign_in, "spec_pmc")
    assert page.texts("h2") == ["Ждут моей доработки 3", "Мои черновики 3"]
    assert len(page.texts(class_="row-title")) == 4
    lists = whole_lists(page)
    assert lists == {"Ждут моей доработки 3": "/requests/?mine=y&mending=y", "Мои черновики 3": "/requests/?mine=y&status=draft"}
    assert page.texts("p", class_="desk-more") == ["Все 3", "Все 3"]
    shown = [[one.get("href") for one in client.get(address).all("a", data_key_row="")] for address in lists.values()]
    assert shown == [[f"/requests/{one}" for one in reversed(returned)], [f"/requests/{one}/edit" for one in reversed(drafts)]]


@pytest.mark.usefixtures("two_rows")
def test_coming_events_lead_to_the_list_narrowed_alike_and_nothing_asks_for_a_report(
    office: Office, a_request: Make, client: Client, sign_in: SignIn
):
    made = submitted(office, a_request, 6)
    for request_id in made:
        office.approve_by(request_id, "dir_pmc", "spec_omp", "zam")
    for request_id in made[:3]:
        office.act(lambda _, one=request_id: lifecycle.complete(requests.locked(one)))
    lists = whole_lists(desk_of(client, sign_in, "spec_pmc"))
    assert lists == {
        "Мои ближайшие мероприятия 3": "/requests/?mine=y&status=approved&status=published&ahead=y",
    }
    shown = client.get(*lists.values())
    assert [one.get("href") for one in shown.all("a", data_key_row="")] == [f"/requests/{one}" for one in reversed(made[3:])]
    assert "тчёт" not in client.get("/desk").text
    assert "тчёт" not in client.get(f"/requests/{made[0]}").text


@pytest.mark.usefixtures("two_rows")
def test_turns_for_information_and_without_decider_lead_to_their_lists(
    office: Office, a_request: Make, client: Client, new_client: Callable[[], Client], sign_in: SignIn
):
    made = submitted(office, a_request, 3)
    for request_id in made:
        office.approve_by(request_id, "dir_pmc", "spec_omp", "zam")
    press = desk_of(client, sign_in, "press")
    assert whole_lists(press) == {"Для ознакомления 3": "/reviews/?show=informed"}
    assert press.texts("p", class_="desk-more") == ["Посмотреть все 3 и отметить прочитанными", "Решения, принятые мной"]
    orphans = [a_request(venue=None, by=office.by("dir_pmc")).id for _ in range(3)]
    for request_id in orphans:
        office.submit(request_id, "spec_pmc")
    page = desk_of(new_client(), sign_in, "spec_omp")
    assert whole_lists(page) == {"Некому решать 3": "/reviews/?show=orphaned"}
    for login, led in (("spec_omp", False), ("admin", True)):
        sign_in(client, login)
        for path in ("/desk", "/reviews/?show=orphaned"):
            assert ("/administration/people/" in client.get(path).links.values()) is led, "who may name a person is led there"
    assert page.texts(class_="row-why") == ["ПМЦ «Кировский» (демо) — виза"] * 2


@pytest.mark.usefixtures("two_rows")
def test_desk_asks_as_much_where_there_is_more_than_it_shows(
    a_request: Make, client: Client, sign_in: SignIn, query_count: Callable[[], AbstractContextManager[list[str]]]
):
    desk_of(client, sign_in, "spec_pmc")
    counts = []
    for _ in range(3):
        a_request(occurrences=())
        client.get("/desk")  # once more is asked after each act: how much waits
        with query_count() as asked:
            client.get("/desk")
        counts.append(len(asked))
    assert counts == [AUTHORS_QUERIES] * 3


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
        client.get("/desk")
        with query_count() as asked:
            client.get("/desk")
        counts.append(len(asked))
    assert counts == [DESK_QUERIES, DESK_QUERIES]


ENDING = ("Правило «сколько дат может быть в одной заявке» действует по 30 июня: укажите, что будет действовать дальше.",)
ENDED = (
    "Правило «сколько дат может быть в одной заявке» действовало по 30 апреля, "
    "прежнее значение пока применяется: укажите, что действует вместо него.",
)


@pytest.mark.parametrize(("last", "told"), [(date(2026, 6, 30), ENDING), (date(2026, 4, 30), ENDED), (date(2026, 12, 31), ())])
def test_whoever_keeps_the_district_is_warned_of_a_rule_that_runs_out(client: Client, sign_in: SignIn, last: date, told: tuple[str, ...]):
    work.transaction(lambda: district.set_rule("most_dates", 40, "приказ", valid_until=last, by=SYSTEM, now=work.now()))
    for login in ("spec_omp", "admin"):
        page = desk_of(client, sign_in, login)
        link = ("Правила и пороги",) if told and login == "admin" else ()
        assert tuple(words(one) for note in page.all(class_="note-warn") for one in note.iter("p"))[1:] == told + link
        assert page.texts(class_="note-title") == (["Заканчивается срок действия правил"] if told else [])
    assert desk_of(client, sign_in, "dir_pmc").all(class_="note-warn") == []


class TestSaidOnce:
    """What is the same of all rows is said once, and a request stands once."""

    def test_the_press_reads_once_what_it_is_told_for(self, office: Office, a_request: Make, client: Client, sign_in: SignIn):
        made = submitted(office, a_request, 2)
        for request_id in made:
            office.approve_by(request_id, "dir_pmc", "spec_omp", "zam")
        page = desk_of(client, sign_in, "press")
        assert page.texts("h2") == ["Для ознакомления 2"]
        assert page.text.count("публикуется в афише") == 1

    def test_an_approved_change_takes_the_place_of_what_it_changes(self, office: Office, a_request: Make, client: Client, sign_in: SignIn):
        (request_id,) = submitted(office, a_request)
        office.approve_by(request_id, "dir_pmc", "spec_omp", "zam")
        office.act(lambda now: approvals.amend(request_id, by=office.by("spec_pmc"), now=now))
        office.edit(request_id, title="Квиз «Кировский район: крупным планом»")
        office.submit(request_id)
        office.agree(request_id, "dir_pmc", "spec_omp", "head_omp", "zam")
        page = desk_of(client, sign_in, "press")
        assert page.texts("h2") == ["Для ознакомления 1"]
        assert page.links["Квиз «Кировский район: крупным планом»"] == f"/reviews/{office.review(request_id, 'press').id}"

    def test_nobodys_review_names_its_unit_once(self, office: Office, a_request: Make, client: Client, sign_in: SignIn):
        request_id = a_request(by=office.by("dir_pmc")).id
        office.submit(request_id, "spec_pmc")
        page = desk_of(client, sign_in, "spec_omp")
        assert page.texts("h2")[0] == "Некому решать 1"
        assert page.texts("li", class_="row-item")[0].count("ПМЦ «Кировский»") == 1


class TestMissed:
    """A draft whose last day to submit has passed says so wherever it is met; route B wants ten working days."""

    def test_in_lists_and_on_its_page(self, a_request: Make, client: Client, sign_in: SignIn, freeze: time_machine.Traveller):
        draft = a_request().id
        sign_in(client, "spec_pmc")
        in_time = "Черновик, ещё не подан."
        assert client.get("/desk").texts(class_="badge-state") == []
        assert client.get(f"/requests/{draft}").texts(class_="lead-words") == [in_time]
        freeze.move_to(FIRST_START - timedelta(days=3))
        sign_in(client, "spec_pmc")
        badge = "срок подачи прошёл 26 июня"
        assert client.get("/desk").texts(class_="badge-state") == [badge]
        assert client.get("/requests/").texts(class_="badge-state") == [badge, "Черновик"]
        assert client.get(f"/requests/{draft}").texts(class_="lead-words") == [
            "Черновик. Последний день подачи, 26 июня, прошёл: подать его ещё можно, указав причину задержки."
        ]
        assert "прошёл" in client.get(f"/requests/{draft}/edit").text
        freeze.move_to(FIRST_START + timedelta(days=1))
        sign_in(client, "spec_pmc")
        assert client.get("/desk").texts(class_="badge-state") == ["дата прошла"]
        assert client.get(f"/requests/{draft}").texts(class_="lead-words") == [
            "Черновик, дата которого прошла. Укажите новую дату или удалите его."
        ]

    def test_the_same_moment_as_its_form_says(self, a_request: Make, office: Office, freeze: time_machine.Traveller):
        made = [a_request(**changes) for changes in ({}, {"expected": 600, "outdoor": True}, {"occurrences": ()}, {"title": ""})]
        freeze.move_to(FIRST_START - timedelta(hours=1))

        def compare() -> None:
            found = [requests.locked(one.id) for one in made]
            asked = {one.id: planning.preview(one, requests.shown(one).content(), work.now()).last_moment for one in found}
            assert deadlines.missed(found, work.now()) == {key: last for key, last in asked.items() if last is not None}
            assert len(set(asked.values())) >= 2

        office.read(compare)

    def test_many_are_looked_at_as_one(
        self, a_request: Make, client: Client, sign_in: SignIn, freeze: time_machine.Traveller, query_count: Callable[..., Any]
    ):
        freeze.move_to(FIRST_START - timedelta(days=3))
        sign_in(client, "spec_pmc")
        counts = []
        for more in (1, 2):
            for _ in range(more):
                a_request()
            client.get("/desk")
            with query_count() as asked:
                client.get("/desk")
            counts.append(len(asked))
        assert counts[0] == counts[1]
