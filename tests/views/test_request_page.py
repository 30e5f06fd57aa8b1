"""The request page, its history, the comparison of revisions and the approval sheet."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from events.approvals import operations
from events.approvals.operations import NewRemark
from events.approvals.vocabulary import Verdict
from events.district import operations as district
from events.foundation import work
from events.foundation.acting import SYSTEM
from events.requests.models import EventRequest
from events.requests.vocabulary import Section
from tests.fixtures.browsing import Client, Page
from tests.fixtures.office import Office
from tests.fixtures.publishing import amend as change
from tests.fixtures.publishing import publications
from tests.fixtures.requests import FIRST_START, an_occurrence
from views.drawing import qr

pytestmark = pytest.mark.engines("sqlite")

Make = Callable[..., EventRequest]
SignIn = Callable[[Client, str], None]


@pytest.fixture
def submitted(office: Office, a_request: Make) -> int:
    """A request of 60 people, handed in and agreed by its head: youth policy and safety are asked."""
    request_id = a_request(venue=None, expected=60, safety_note="Дежурный у выхода.").id
    office.submit(request_id)
    office.approve_by(request_id, "dir_pmc")
    return request_id


@pytest.fixture
def returned(office: Office, submitted: int) -> int:
    """The same, agreed by youth policy and returned by safety with one remark."""
    office.approve_by(submitted, "spec_omp")
    office.decide(submitted, "head_ozpb", Verdict.RETURN)
    return submitted


def lead(page: Page) -> str:
    """The first sentence with the one act due."""
    return " ".join([*page.texts(class_="lead-words"), *page.texts(class_="lead-action")] or page.texts(class_="lead-line"))


def test_page_is_closed_to_whom_it_does_not_concern(client: Client, sign_in: SignIn, submitted: int):
    sign_in(client, "stranger")
    for path in ("", "/history", "/sheet", "/revisions/1"):
        client.get(f"/requests/{submitted}{path}", expect=404)


def test_first_sentence_says_whom_one_waits_for(client: Client, sign_in: SignIn, submitted: int):
    sign_in(client, "spec_pmc")
    page = client.get(f"/requests/{submitted}")
    assert lead(page) == "Ждём отдел молодёжной политики и отдел законности, правопорядка и безопасности, срок — завтра, 09:48"
    assert "/edit" not in "".join(page.links.values()), "a frozen revision is not edited"


def test_a_day_is_spelled_one_way_on_a_page_without_its_year(client: Client, sign_in: SignIn, office: Office, submitted: int):
    office.approve_by(submitted, "spec_omp", "head_ozpb", "zam")
    sign_in(client, "spec_pmc")
    for path, days in ((f"/requests/{submitted}", ("10 июля",)), (f"/requests/{submitted}/history?show=all", ("1 июня",))):
        text = client.get(path).text
        assert "2026" not in text.replace("/2026", "")
        for day in days:
            assert {before for before in re.findall(rf"(\S+) {day}", text) if before.endswith(",")} <= {"пт,", "пн,"}
            assert f"{day}, " in text


def test_first_sentence_calls_whose_turn_it_is(client: Client, sign_in: SignIn, office: Office, submitted: int):
    sign_in(client, "head_ozpb")
    page = client.get(f"/requests/{submitted}")
    assert lead(page) == "Ждём вас, срок — завтра, 09:48 Рассмотреть"
    review = office.read(lambda: office.review(submitted, "ozpb").id)
    assert page.links["Рассмотреть"] == f"/reviews/{review}"


def test_a_deadline_that_has_passed_is_not_a_coming_one(client: Client, sign_in: SignIn, submitted: int, freeze: time_machine.Traveller):
    freeze.shift(timedelta(days=4))
    sign_in(client, "spec_pmc")
    page = client.get(f"/requests/{submitted}")
    assert lead(page).endswith(", срок прошёл вт, 2 июня, 09:48")
    assert page.texts("time") == ["срок прошёл вт, 2 июня, 09:48"]
    history = client.get(f"/requests/{submitted}/history")
    assert "на рассмотрении, срок прошёл вт, 2 июня, 09:48" in history.text
    sign_in(client, "head_ozpb")
    assert lead(client.get(f"/requests/{submitted}")).startswith("Ждём вас, срок прошёл вт, 2 июня, 09:48")


def test_a_forecast_names_a_day(client: Client, sign_in: SignIn, submitted: int, freeze: time_machine.Traveller):
    sign_in(client, "spec_pmc")
    (forecast,) = client.get(f"/requests/{submitted}").texts("p", class_="forecast")
    assert re.fullmatch(r"Если каждый использует всё своё время, заявку утвердят к \d+ июня\.", forecast)
    freeze.shift(timedelta(days=20))
    sign_in(client, "spec_pmc")
    (over,) = client.get(f"/requests/{submitted}").texts("p", class_="forecast")
    assert re.fullmatch(r"Расчётный срок утверждения прошёл: \w\w, \d+ июня\.", over)


def test_what_lies_behind_a_return_is_ahead_and_waits(client: Client, sign_in: SignIn, returned: int):
    sign_in(client, "spec_pmc")
    page = client.get(f"/requests/{returned}")
    assert page.texts(class_="stage-waiting") == [
        "Утверждение заместителем главы впереди Заместитель главы (социальный блок) ждёт очереди "
        "Пресс-служба для сведения ждёт очереди публикуется в афише"
    ]


def test_what_lies_behind_a_date_gone_by_is_ahead_and_waits(
    client: Client, sign_in: SignIn, office: Office, submitted: int, freeze: time_machine.Traveller
):
    """Nobody behind the stage was asked, nor told: the request comes there with its new date."""
    freeze.move_to(FIRST_START)
    office.act(lambda now: operations.pass_time(submitted, now))
    sign_in(client, "spec_pmc")
    assert client.get(f"/requests/{submitted}").texts(class_="stage-waiting") == [
        "Утверждение заместителем главы впереди Заместитель главы (социальный блок) ждёт очереди "
        "Пресс-служба для сведения ждёт очереди публикуется в афише"
    ]


def test_what_lies_behind_a_withdrawal_is_not_ahead(client: Client, sign_in: SignIn, office: Office, submitted: int):
    office.act(lambda now: operations.withdraw(submitted, reason="Площадка закрыта.", by=office.by("spec_pmc"), now=now))
    sign_in(client, "spec_pmc")
    page = client.get(f"/requests/{submitted}")
    assert "впереди" not in page.text
    assert "до этапа не дошло" in page.texts(class_="stage-state")


def test_route_picture_says_state_reason_and_time(client: Client, sign_in: SignIn, office: Office, submitted: int):
    office.approve_by(submitted, "spec_omp")
    sign_in(client, "spec_pmc")
    page = client.get(f"/requests/{submitted}")
    assert page.texts(class_="slot-state") == ["согласовано", "согласовано", "на рассмотрении", "ждёт очереди", "ждёт очереди"]
    assert "60 участников (50 и больше)" in page.texts("li")
    assert page.texts(class_="stage-current")[0].startswith("Профильные отделы")


def test_returned_request_is_mended_from_its_page(client: Client, sign_in: SignIn, returned: int):
    sign_in(client, "spec_pmc")
    page = client.get(f"/requests/{returned}")
    assert lead(page) == "Вернули на доработку: 1 замечание без ответа. Исправить и подать"
    assert page.links["Исправить и подать"] == f"/requests/{returned}/edit"


def test_remark_is_answered_on_the_page(client: Client, sign_in: SignIn, returned: int):
    sign_in(client, "spec_pmc")
    page = client.get(f"/requests/{returned}")
    refused = client.submit(page, button="Отклонить с пояснением", expect=422)
    assert (refused.h1, refused.errors) == ("Ответ на замечание", ["Напишите пояснение."])
    target = f"/requests/{returned}#remarks"
    done = client.submit(refused, button="Отклонить с пояснением", text="План приложен в описании.", expect_redirect=target)
    assert "Замечания без ответа" not in done.text
    assert lead(done).startswith("Вернули на доработку. На все замечания есть ответ")


def test_others_cannot_answer(client: Client, sign_in: SignIn, returned: int):
    sign_in(client, "head_ozpb")
    page = client.get(f"/requests/{returned}")
    assert page.all("textarea") == []
    assert lead(page).startswith("Автор дорабатывает заявку.")


def test_round_stands_in_the_address_and_a_carried_visa_says_so(client: Client, sign_in: SignIn, office: Office, returned: int):
    office.answer_all(returned)
    office.edit(returned, safety_note="Дежурный у выхода и план эвакуации.")
    office.submit(returned)
    office.approve_by(returned, "dir_pmc")
    sign_in(client, "spec_pmc")
    page = client.get(f"/requests/{returned}")
    assert "согласие действительно, круг 1" in page.texts(class_="slot-state")
    assert page.links["Круг 1"] == f"/requests/{returned}?round=1"
    first = client.get(f"/requests/{returned}?round=1")
    assert first.texts(class_="slot-state")[:3] == ["согласовано", "согласовано", "возвращено"]
    client.get(f"/requests/{returned}?round=7", expect=404)


def test_changed_sections_stand_open_with_what_has_changed(client: Client, sign_in: SignIn, office: Office, returned: int):
    office.answer_all(returned)
    office.edit(returned, safety_note="Дежурный у выхода и план эвакуации.")
    sign_in(client, "spec_pmc")
    page = client.get(f"/requests/{returned}")
    opened = [one for one in page.all("details", class_="folded") if "open" in one.attrib]
    assert len(opened) == 1
    compared = client.get(f"/requests/{returned}/revisions/2?compare=1")
    assert compared.h1 == "Редакция 2 в сравнении с редакцией 1"
    assert compared.texts("del") == ["было: Дежурный у выхода."]
    assert compared.texts("ins") == ["стало: Дежурный у выхода и план эвакуации."]


def test_draft_revision_is_nobody_elses_to_read(client: Client, sign_in: SignIn, returned: int):
    sign_in(client, "head_ozpb")
    client.get(f"/requests/{returned}/revisions/2", expect=404)
    client.get(f"/requests/{returned}/revisions/9", expect=404)


def test_history_tells_the_time_gross_and_net(
    client: Client, sign_in: SignIn, office: Office, returned: int, freeze: time_machine.Traveller
):
    freeze.shift(timedelta(days=1))
    office.answer_all(returned)
    office.edit(returned, safety_note="Дежурный у выхода и план эвакуации.")
    office.submit(returned)
    office.approve_by(returned, "dir_pmc", "head_ozpb", "zam")
    sign_in(client, "spec_pmc")
    page = client.get(f"/requests/{returned}/history")
    assert (
        lead(page)
        == "Подана 1 июня, утверждена 2 июня: 8,2 рабочего часа, из них у автора 8,2 рабочего часа, без автора 0 рабочих минут; 2 круга"
    )
    assert page.texts("h3") == ["Круг 2", "Круг 1"]


def test_history_is_narrowed_by_its_address(client: Client, sign_in: SignIn, returned: int):
    sign_in(client, "head_ozpb")
    page = client.get(f"/requests/{returned}/history")
    assert "возвращено: безопасность не описана" in page.text
    assert "запрошено решение" not in page.text
    everything = client.get(f"/requests/{returned}/history?show=all")
    assert "запрошено решение" in everything.text
    narrowed = client.get(page.links["Отдел законности, правопорядка и безопасности"])
    assert "ПМЦ" not in "".join(narrowed.texts(class_="event-what"))


def outside(page: Page) -> list[str]:
    """What was done outside the rounds."""
    if not page.all(id="outside"):
        return []
    return page.texts(class_="event-what")[: len(page.all("ol", class_="timeline")[0].findall("li"))]


def test_history_tells_of_cancelling_and_taking_it_back(
    client: Client, sign_in: SignIn, office: Office, a_request: Make, freeze: time_machine.Traveller
):
    dates = (an_occurrence(FIRST_START), an_occurrence(FIRST_START + timedelta(days=7)))
    request_id = a_request(venue=None, occurrences=dates).id
    office.submit(request_id)
    office.approve_by(request_id, "dir_pmc", "spec_omp", "zam")
    sign_in(client, "spec_pmc")
    history = f"/requests/{request_id}/history"
    assert outside(client.get(history)) == []

    def cancel(reason: str, key: str | None = None) -> None:
        freeze.shift(timedelta(minutes=1))
        office.act(lambda now: operations.cancel(request_id, reason=reason, occurrence_key=key, by=office.by("spec_pmc"), now=now))

    cancel("Зал закрыт.", dates[0].key)
    cancel("Ведущий заболел.")
    one = "Отменена одна из дат (пт, 10 июля, 18:00): Зал закрыт."
    assert outside(client.get(history)) == [one, "Мероприятие отменено: Ведущий заболел."]
    assert client.get(f"/requests/{request_id}").texts("blockquote") == ["Ведущий заболел."]
    freeze.shift(timedelta(minutes=1))
    office.act(lambda now: operations.restore(request_id, by=office.by("dir_pmc"), now=now))
    page = client.get(history)
    assert outside(page) == [one, "Мероприятие отменено", "Отмена отозвана: мероприятие состоится"]
    assert page.texts(class_="event-meta")[2].endswith("Клёнов Павел Олегович")


def test_history_tells_a_withdrawal_once(client: Client, sign_in: SignIn, office: Office, submitted: int, a_request: Make):
    def withdraw(request_id: int) -> Page:
        office.act(lambda now: operations.withdraw(request_id, reason="Сменили тему.", by=office.by("spec_pmc"), now=now))
        return client.get(f"/requests/{request_id}/history")

    sign_in(client, "spec_pmc")
    page = withdraw(submitted)
    assert (outside(page), page.text.count("Заявка отозвана: Сменили тему.")) == ([], 1)
    sent_back = a_request(venue=None).id
    office.submit(sent_back)
    office.act(lambda now: operations.take_back(sent_back, by=office.by("spec_pmc"), now=now))
    assert outside(withdraw(sent_back)) == ["Заявка отозвана: Сменили тему."]


def test_history_counts_days_on_the_office_clock(
    client: Client, sign_in: SignIn, office: Office, a_request: Make, freeze: time_machine.Traveller
):
    """23:30 UTC of 1 June is the second of June in the office."""
    freeze.move_to(datetime(2026, 6, 1, 23, 30, tzinfo=UTC))
    request_id = a_request(venue=None).id
    office.submit(request_id)
    office.approve_by(request_id, "dir_pmc", "spec_omp", "zam")
    sign_in(client, "spec_pmc")
    assert lead(client.get(f"/requests/{request_id}/history")).startswith("Подана 2 июня, утверждена 2 июня:")
    assert "Утверждено 2 июня, " in lead(client.get(f"/requests/{request_id}"))


@pytest.mark.parametrize("login", ["spec_pmc", "dir_pmc", "head_ozpb"])
def test_history_checks_no_chain_for_those_of_one_unit(client: Client, sign_in: SignIn, returned: int, login: str):
    """A check reads every record of the district: no reader of one request may have the server do that at will."""
    sign_in(client, login)
    page = client.get(f"/requests/{returned}/history?verify=1")
    assert "Цепочка записей проверена" not in page.text
    assert "Проверить цепочку записей" not in page.links


def test_history_checks_the_chain_of_records_when_asked(client: Client, sign_in: SignIn, returned: int):
    sign_in(client, "spec_omp")
    page = client.get(f"/requests/{returned}/history")
    assert "Цепочка записей проверена" not in page.text
    checked = client.get(page.links["Проверить цепочку записей"].split("#")[0])
    assert "Цепочка записей проверена, 10:00" in checked.text


def test_author_reads_remarks_only_once_the_stage_is_over(
    client: Client, new_client: Callable[[], Client], sign_in: SignIn, office: Office, submitted: int
):
    office.decide(submitted, "spec_omp", Verdict.APPROVE_WITH_REMARKS, remarks=[NewRemark(Section.CONTENT, "Укажите ведущего.")])
    sign_in(client, "spec_pmc")
    other = new_client()
    sign_in(other, "head_ozpb")
    for path in ("", "/history", "/sheet"):
        assert "Укажите ведущего." not in client.get(f"/requests/{submitted}{path}").text
    assert "Укажите ведущего." in other.get(f"/requests/{submitted}/history").text
    office.approve_by(submitted, "head_ozpb")
    for path in ("", "/history", "/sheet"):
        assert "Укажите ведущего." in client.get(f"/requests/{submitted}{path}").text


def test_change_under_review_leaves_what_is_approved_in_force(client: Client, sign_in: SignIn, office: Office, submitted: int):
    office.approve_by(submitted, "spec_omp", "head_ozpb", "zam")
    office.act(lambda now: _amend(office, submitted, now))
    office.edit(submitted, title="Квиз «Кировский район: второй сезон»")
    office.submit(submitted)
    sign_in(client, "spec_pmc")
    page = client.get(f"/requests/{submitted}")
    assert page.texts(class_="badge-state")[:2] == ["Опубликовано", "изменение на согласовании"]
    assert "Круг 2, изменение" in page.links


def _amend(office: Office, request_id: int, now: object) -> None:
    """By its author, through the verb."""
    operations.amend(request_id, by=office.by("spec_pmc"), now=now)  # type: ignore[arg-type]  # the moment of the transaction


def test_sheet_lists_every_turn_and_the_fingerprint(client: Client, sign_in: SignIn, office: Office, submitted: int):
    office.approve_by(submitted, "spec_omp", "head_ozpb", "zam")
    sign_in(client, "spec_pmc")
    page = client.get(f"/requests/{submitted}/sheet")
    assert page.h1.startswith("Лист согласования к заявке № ")
    assert "УТВЕРЖДЕНО" in page.texts("h2")
    assert len(page.texts("code")[-1]) == 64
    assert len(page.all("tr")) == 1 + 5


def test_draft_has_neither_history_nor_sheet(client: Client, sign_in: SignIn, a_request: Make):
    request_id = a_request().id
    sign_in(client, "spec_pmc")
    page = client.get(f"/requests/{request_id}")
    assert lead(page) == "Черновик, ещё не подан. Продолжить"
    assert client.get(f"/requests/{request_id}/history").texts(class_="empty-title") == ["Пока ничего не произошло"]
    client.get(f"/requests/{request_id}/sheet", expect=404)


def test_event_put_off_past_its_date_asks_for_a_new_one(
    client: Client, sign_in: SignIn, office: Office, submitted: int, freeze: time_machine.Traveller
):
    office.approve_by(submitted, "spec_omp", "head_ozpb", "zam")
    office.act(lambda now: operations.postpone(submitted, occurrence_key=None, reason="Ливень.", by=office.by("dir_pmc"), now=now))
    freeze.move_to(FIRST_START + timedelta(days=1))
    office.act(lambda now: operations.withdraw(submitted, reason="Даты нет.", by=office.by("spec_pmc"), now=now))
    sign_in(client, "spec_pmc")
    page = client.get(f"/requests/{submitted}")
    assert lead(page) == "Мероприятие перенесено, новой даты пока нет. Укажите её в изменении или отмените мероприятие."
    assert page.texts(class_="note-warn") == ["пт, 10 июля, 18:00: перенесено, дата уточняется. Ливень."]
    assert {"Подготовить изменение"} <= {button for form in page.forms for button in form.buttons}
    assert "Отменить мероприятие…" in page.links
    public = client.get(f"/events/{slug_of(submitted)}")
    assert public.texts(class_="note") == ["Перенесено; новая дата пока не известна. Причина: Ливень."]


def slug_of(request_id: int) -> str:
    """The event's public address."""
    return publications(request_id)[0].slug


@pytest.mark.engines("sqlite", "postgresql")
def test_published_event_leads_to_its_public_page(client: Client, sign_in: SignIn, office: Office, submitted: int):
    sign_in(client, "spec_pmc")
    assert "На афише" not in client.get(f"/requests/{submitted}").links
    office.approve_by(submitted, "spec_omp", "head_ozpb", "zam")
    page = client.get(f"/requests/{submitted}")
    assert page.links["На афише"] == f"/events/{slug_of(submitted)}"
    assert client.get(page.links["На афише"]).h1 == page.h1


def test_event_taken_off_the_listing_leads_nowhere(client: Client, sign_in: SignIn, office: Office, submitted: int):
    office.approve_by(submitted, "spec_omp", "head_ozpb", "zam")
    change(submitted, public=False)
    sign_in(client, "spec_pmc")
    assert "На афише" not in client.get(f"/requests/{submitted}").links


def test_printed_sheet_leads_back_to_the_request(client: Client, sign_in: SignIn, submitted: int):
    sign_in(client, "spec_pmc")
    page = client.get(f"/requests/{submitted}/sheet")
    address = f"http://127.0.0.1:8000/requests/{submitted}"
    assert page.texts("figcaption") == [f"Страница заявки: {address}"]
    drawn = page.one(class_="segno")
    assert [one.get("d") for one in drawn.iter() if one.get("d")] == re.findall(r' d="([^"]+)"', str(qr(address)))


@pytest.mark.parametrize(
    ("days", "held"),
    [
        (None, "Бронь площадки сохранится на 3 рабочих дня."),
        (1, "Бронь площадки сохранится на 1 рабочий день."),
        (5, "Бронь площадки сохранится на 5 рабочих дней."),
        (0, "Бронь площадки сохранится до конца рабочего дня."),
    ],
)
def test_taking_back_says_how_long_the_rule_holds_the_venue(client: Client, sign_in: SignIn, submitted: int, days: int | None, held: str):
    if days is not None:
        set_rule("hold_returned_working_days", days)
    sign_in(client, "spec_pmc")
    assert f"для разделов, которые не изменятся. {held}" in client.get(f"/requests/{submitted}").text


@pytest.mark.parametrize(
    ("days", "restored"),
    [
        (None, "вернуть мероприятие в течение 1 рабочего дня."),
        (2, "вернуть мероприятие в течение 2 рабочих дней."),
        (21, "вернуть мероприятие в течение 21 рабочего дня."),
        (0, "вернуть мероприятие до конца рабочего дня."),
    ],
)
def test_cancelling_says_how_long_the_rule_lets_it_be_taken_back(
    client: Client, sign_in: SignIn, office: Office, submitted: int, days: int | None, restored: str
):
    office.approve_by(submitted, "spec_omp", "head_ozpb", "zam")
    if days is not None:
        set_rule("restore_within_working_days", days)
    sign_in(client, "spec_pmc")
    assert f"Руководитель учреждения может {restored}" in client.get(f"/requests/{submitted}/cancel").text


def set_rule(key: str, value: int) -> None:
    work.transaction(lambda: district.set_rule(key, value, "приказ", by=SYSTEM, now=work.now()))
