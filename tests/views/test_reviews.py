"""Deciding: the page of a review, its refusals and conflicts, recall, and acts on a whole request."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select

from events.approvals import operations
from events.approvals.models import Decision, Review
from events.approvals.vocabulary import ReviewState, Verdict
from events.foundation.db import db
from events.requests import lifecycle
from events.requests.models import EventRequest
from events.requests.vocabulary import AuthorHow, RequestStatus
from tests.fixtures.browsing import Client, Page, words
from tests.fixtures.cast import PASSWORD
from tests.fixtures.office import Office
from tests.fixtures.requests import FIRST_START, an_occurrence
from views.reviews import listing

pytestmark = pytest.mark.engines("sqlite")

Make = Callable[..., EventRequest]
SignIn = Callable[[Client, str], None]


@pytest.fixture
def submitted(office: Office, a_request: Make) -> int:
    """A request of the own institution, handed in by its author."""
    request_id = a_request().id
    office.submit(request_id)
    return request_id


@pytest.fixture
def at_youth(office: Office, submitted: int) -> int:
    """The same, agreed by its head: the review is the youth department's, which has two people who decide."""
    office.approve_by(submitted, "dir_pmc")
    return submitted


def review(office: Office, request_id: int, unit: str) -> Review:
    """The unit's review as stored now."""
    db.session.expire_all()
    return office.read(lambda: office.review(request_id, unit))  # type: ignore[no-any-return]


def opened(office: Office, client: Client, sign_in: SignIn, request_id: int, login: str, unit: str) -> Page:
    """The review's page in the browser of the person."""
    sign_in(client, login)
    return client.get(f"/reviews/{review(office, request_id, unit).id}")


@pytest.mark.parametrize(("page", "statements"), [("review", 8), ("request", 7)])
def test_page_asks_for_each_matter_once_whatever_the_number_of_units(
    page: str, statements: int, office: Office, at_youth: int, client: Client, sign_in: SignIn, query_count: Callable[..., Any]
):
    """One unit more was one statement more."""
    address = f"/reviews/{review(office, at_youth, 'omp').id}" if page == "review" else f"/requests/{at_youth}"
    sign_in(client, "head_omp")
    client.get(address)
    db.session.expire_all()
    with query_count() as asked:
        client.get(address)
    assert len(asked) == statements


def status(office: Office, request_id: int) -> RequestStatus:
    """The request's status now."""
    db.session.expire_all()
    return office.request(request_id).status


# --- The page -----------------------------------------------------------------------------------------------------------------------------


def test_page_says_for_whom_why_and_how_long(office: Office, a_request: Make, client: Client, sign_in: SignIn):
    request_id = a_request(venue=None, expected=60, safety_note="Дежурный у выхода.").id
    office.submit(request_id)
    office.approve_by(request_id, "dir_pmc")
    page = opened(office, client, sign_in, request_id, "head_ozpb", "ozpb")
    assert page.h1 == "Квиз «Кировский район: за кадром»"
    assert page.texts(class_="review-for") == ["Вы решаете за: Отдел законности, правопорядка и безопасности"]
    assert page.texts("li")[page.texts("li").index("60 участников (50 и больше)")] == "60 участников (50 и больше)"
    assert page.form(action="/reviews/").buttons == ["Согласовать", "Согласовать с замечаниями", "Вернуть на доработку"]


def test_risks_that_nobody_ticked_are_named(office: Office, a_request: Make, client: Client, sign_in: SignIn):
    ends_at = FIRST_START + timedelta(hours=8)
    late = (replace(an_occurrence(FIRST_START), ends_at=ends_at),)
    request_id = a_request(
        venue=None, expected=80, safety_note="Дежурный.", outdoor=True, rain_plan="Переносим на следующую субботу.", age_from=14,
        minors=True, escort="Родители встречают.", occurrences=late, late_reason="Площадку дали вчера.",
    ).id  # fmt: skip
    office.submit(request_id)
    page = opened(office, client, sign_in, request_id, "dir_pmc", "pmc")
    assert "Риски 80 человек на открытом воздухе; несовершеннолетние до 02:00" in page.texts(class_="fact")


def test_nothing_is_preselected_and_letters_only_move_the_focus(office: Office, client: Client, sign_in: SignIn, at_youth: int):
    page = opened(office, client, sign_in, at_youth, "spec_omp", "omp")
    assert [one.get("name") for one in page.all("input", type="radio")] == []
    keyed = {one.get("data-key"): one.get("data-key-focus") for one in page.all("button") if one.get("data-key")}
    assert keyed == {"KeyA": "", "KeyR": ""}


def test_watched_sections_are_open_and_others_folded(office: Office, client: Client, sign_in: SignIn, at_youth: int):
    page = opened(office, client, sign_in, at_youth, "spec_omp", "omp")
    folded = page.all("details", class_="folded")
    state = ["open" in one.attrib for one in folded]
    assert state == [True, True, False, True, False, False, True]


def test_page_is_closed_to_whom_the_request_does_not_concern(office: Office, client: Client, sign_in: SignIn, submitted: int):
    sign_in(client, "stranger")
    client.get(f"/reviews/{review(office, submitted, 'pmc').id}", expect=404)


def test_author_reads_the_turn_but_cannot_decide(office: Office, client: Client, sign_in: SignIn, submitted: int):
    page = opened(office, client, sign_in, submitted, "spec_pmc", "pmc")
    assert [one for one in page.forms if "/reviews/" in one.action] == []


def test_last_visa_is_compared_with_what_is_asked_now(office: Office, client: Client, sign_in: SignIn, at_youth: int):
    office.decide(at_youth, "spec_omp", Verdict.RETURN)
    office.answer_all(at_youth)
    office.edit(at_youth, title="Квиз «Кировский район: крупным планом»")
    office.submit(at_youth)
    office.approve_by(at_youth, "dir_pmc")
    page = opened(office, client, sign_in, at_youth, "spec_omp", "omp")
    assert "Что изменилось с вашего возврата" in page.texts("h2")
    assert page.texts("del")[0] == "было: Квиз «Кировский район: за кадром»"
    assert page.texts("ins")[0] == "стало: Квиз «Кировский район: крупным планом»"


def test_the_person_in_charge_is_called_from_the_pages_of_the_staff(office: Office, client: Client, sign_in: SignIn, at_youth: int):
    """From the request and from its review; a number that has changed is dialled as it is now."""
    office.decide(at_youth, "spec_omp", Verdict.RETURN)
    office.answer_all(at_youth)
    office.edit(at_youth, responsible_phone="+79217654321")
    office.submit(at_youth)
    office.approve_by(at_youth, "dir_pmc")
    page = opened(office, client, sign_in, at_youth, "spec_omp", "omp")
    led = [(words(one), one.get("href")) for one in page.all("a") if "tel:" in one.get("href", "")]
    assert led == [("+7 921 765-43-21", "tel:+79217654321")] * 2
    assert client.get(f"/requests/{at_youth}").links["+7 921 765-43-21"] == "tel:+79217654321"


# --- Deciding -----------------------------------------------------------------------------------------------------------------------------


def test_decision_leads_to_the_next_turn_with_the_way_back(office: Office, a_request: Make, client: Client, sign_in: SignIn, at_youth: int):
    other = a_request(occurrences=(an_occurrence(FIRST_START + timedelta(days=1)),)).id
    office.submit(other)
    office.approve_by(other, "dir_pmc")
    first, second = review(office, at_youth, "omp"), review(office, other, "omp")
    page = opened(office, client, sign_in, at_youth, "spec_omp", "omp")
    following = client.submit(page, button="Согласовать", expect_redirect=f"/reviews/{second.id}?decided={first.id}")
    assert "Решение принято: Квиз «Кировский район: за кадром»" in following.texts(class_="note-good")[0]
    assert review(office, at_youth, "omp").verdict is Verdict.APPROVE


def test_last_decision_leads_to_the_desk(office: Office, client: Client, sign_in: SignIn, at_youth: int):
    page = opened(office, client, sign_in, at_youth, "spec_omp", "omp")
    review_id = review(office, at_youth, "omp").id
    desk = client.submit(page, button="Согласовать", expect_redirect=f"/desk?decided={review_id}")
    assert desk.h1 == "Что ждёт меня"
    assert "Отозвать" not in desk.text, "the stage is closed"


def test_decision_is_recalled_while_its_stage_is_open_and_the_text_comes_back(
    office: Office, a_request: Make, client: Client, sign_in: SignIn
):
    request_id = a_request(venue=None, expected=60, safety_note="Дежурный у выхода.").id
    office.submit(request_id)
    office.approve_by(request_id, "dir_pmc")
    page = opened(office, client, sign_in, request_id, "spec_omp", "omp")
    desk = client.submit(
        page, button="Согласовать с замечаниями", remark_content="Укажите ведущего.", comment="Хорошая идея.", expect_redirect=...
    )
    again = client.submit(desk, button="Отозвать", expect_redirect=f"/reviews/{review(office, request_id, 'omp').id}")
    form = again.form(action="/reviews/")
    assert form.values()["remark_content"] == "Укажите ведущего."
    assert form.values()["comment"] == "Хорошая идея."
    assert review(office, request_id, "omp").state is ReviewState.OPEN


def test_return_without_remark_and_reason_is_refused_at_the_fields(office: Office, client: Client, sign_in: SignIn, at_youth: int):
    page = opened(office, client, sign_in, at_youth, "spec_omp", "omp")
    refused = client.submit(page, button="Вернуть на доработку", comment="Не хватает программы.", expect=422)
    assert refused.errors == [
        "Добавьте хотя бы одно замечание к разделу, чтобы автор знал, что исправить.",
        "Выберите причину возврата.",
    ]
    assert [words(one) for one in refused.one(id="errors").iter("li")] == refused.errors, "no label says it once more"
    assert refused.form(action="/reviews/").values()["comment"] == "Не хватает программы."
    client.submit(
        refused, button="Вернуть на доработку", remark_content="Опишите программу.", reason_code="description", expect_redirect=...
    )
    assert status(office, at_youth) is RequestStatus.RETURNED


def test_approval_needs_no_comment_but_remarks_need_their_text(office: Office, client: Client, sign_in: SignIn, at_youth: int):
    page = opened(office, client, sign_in, at_youth, "spec_omp", "omp")
    refused = client.submit(page, button="Согласовать с замечаниями", expect=422)
    assert len(refused.errors) == 1
    client.submit(refused, button="Согласовать", expect_redirect=...)


def test_verdict_that_is_not_offered_is_no_decision(office: Office, client: Client, sign_in: SignIn, at_youth: int):
    page = opened(office, client, sign_in, at_youth, "spec_omp", "omp")
    client.submit(page, button="Согласовать", extra={"verdict": "reject", "comment": "Нет."}, expect=422)
    client.submit(page, button="Согласовать", extra={"verdict": "nonsense"}, expect=422)
    assert review(office, at_youth, "omp").state is ReviewState.OPEN


def test_colleague_was_faster_and_typed_text_stays(office: Office, client: Client, sign_in: SignIn, at_youth: int):
    page = opened(office, client, sign_in, at_youth, "spec_omp", "omp")
    office.decide(at_youth, "head_omp")
    late = client.submit(page, button="Вернуть на доработку", remark_content="Опишите программу.", reason_code="description", expect=409)
    assert "Опишите программу." in late.text
    assert "К. С. Речной" in late.text.replace("\u00a0", " ")
    assert [one for one in late.forms if one.action.startswith("/reviews/")] == []
    assert review(office, at_youth, "omp").verdict is Verdict.APPROVE


def test_a_new_revision_blocks_the_decision_on_the_old_one(office: Office, client: Client, sign_in: SignIn, at_youth: int):
    page = opened(office, client, sign_in, at_youth, "spec_omp", "omp")
    old = review(office, at_youth, "omp").id
    office.act(lambda now: _take_back(office, at_youth, now))
    office.edit(at_youth, goal="Новая цель, в которой всё иначе и подробно объяснено.")
    office.submit(at_youth)
    office.approve_by(at_youth, "dir_pmc")
    late = client.submit(page, button="Согласовать", comment="Согласны.", expect=409)
    assert "Автор подал редакцию 2" in late.text
    assert late.links["Перейти к ней"] == f"/reviews/{review(office, at_youth, 'omp').id}"
    assert review(office, at_youth, "omp").state is ReviewState.OPEN
    assert db.session.get_one(Review, old).state is ReviewState.REVOKED


def _take_back(office: Office, request_id: int, now: Any) -> None:
    """By its author, through the verb."""
    operations.take_back(request_id, by=office.by("spec_pmc"), now=now)


def test_page_of_an_older_version_gets_a_conflict_and_can_be_sent_again(office: Office, client: Client, sign_in: SignIn, at_youth: int):
    page = opened(office, client, sign_in, at_youth, "spec_omp", "omp")
    late = client.submit(page, button="Согласовать", extra={"version": "1"}, expect=409)
    client.submit(late, button="Согласовать", expect_redirect=...)


def test_same_form_sent_twice_decides_once_and_shows_the_result(office: Office, client: Client, sign_in: SignIn, at_youth: int):
    page = opened(office, client, sign_in, at_youth, "spec_omp", "omp")
    target = f"/desk?decided={review(office, at_youth, 'omp').id}"
    client.submit(page, button="Согласовать", expect_redirect=target, follow=False)
    client.submit(page, button="Согласовать", expect_redirect=target, follow=False)
    assert db.session.scalar(select(func.count()).select_from(Decision).where(Decision.revision_no == 1)) == 2


def test_old_sign_in_asks_for_the_password_and_keeps_the_text(
    office: Office, client: Client, sign_in: SignIn, at_youth: int, freeze: time_machine.Traveller
):
    page = opened(office, client, sign_in, at_youth, "spec_omp", "omp")
    freeze.shift(timedelta(hours=4, minutes=1))
    asked = client.submit(page, button="Согласовать", comment="Согласны.", expect=401)
    offered = client.submit(asked, password=PASSWORD)
    assert offered.form(action="/reviews/").values()["comment"] == "Согласны."
    client.submit(offered, action="/reviews/", expect_redirect=...)
    assert review(office, at_youth, "omp").verdict is Verdict.APPROVE


def test_head_decides_on_no_request_of_his_own(office: Office, a_request: Make, client: Client, sign_in: SignIn):
    request_id = a_request(by=office.by("dir_pmc")).id
    office.submit(request_id, "spec_pmc")
    page = opened(office, client, sign_in, request_id, "dir_pmc", "pmc")
    assert "коллега" in page.texts(class_="review")[0]
    assert [one for one in page.forms if "/reviews/" in one.action] == []


def test_final_approval_takes_two_steps_and_publishes(office: Office, client: Client, sign_in: SignIn, at_youth: int):
    office.approve_by(at_youth, "spec_omp")
    page = opened(office, client, sign_in, at_youth, "zam", "zam_soc")
    assert page.texts("summary", class_="btn-primary") == ["Утвердить…"]
    client.submit(page, button="Утвердить", expect_redirect=...)
    assert status(office, at_youth) is RequestStatus.PUBLISHED


def test_rejection_must_be_explained(office: Office, client: Client, sign_in: SignIn, at_youth: int):
    office.approve_by(at_youth, "spec_omp")
    page = opened(office, client, sign_in, at_youth, "zam", "zam_soc")
    refused = client.submit(page, button="Отклонить", expect=422)
    client.submit(refused, button="Отклонить", comment="Мероприятие дублирует городское.", expect_redirect=...)
    assert status(office, at_youth) is RequestStatus.REJECTED


def test_informed_unit_says_so_and_decides_nothing(office: Office, client: Client, sign_in: SignIn, at_youth: int):
    office.approve_by(at_youth, "spec_omp", "zam")
    page = opened(office, client, sign_in, at_youth, "press", "press")
    assert client.get("/desk").texts(class_="row-why") == ["для сведения: публикуется в афише"]
    assert page.texts(class_="review-for") == ["Для сведения: Пресс-служба"]
    assert "Утверждение:" not in words(page.one(class_="review")), "the stage is confirming, this review is not"
    assert [one for one in page.texts(class_="slot") if one.startswith("Пресс-служба")] == [
        "Пресс-служба направлено для сведения публикуется в афише"
    ]
    client.submit(page, button="Ознакомлен", expect_redirect="/desk")
    assert review(office, at_youth, "press").verdict is Verdict.ACKNOWLEDGED


def test_opening_counts_only_when_the_browser_tells(office: Office, client: Client, sign_in: SignIn, at_youth: int):
    page = opened(office, client, sign_in, at_youth, "spec_omp", "omp")
    assert review(office, at_youth, "omp").seen_at is None, "GET changes nothing"
    address, token = page.one(class_="review").get("data-seen-url", ""), page.one("meta", name="csrf-token").get("content")
    client.post(address, {"csrf_token": token, "active_seconds": "0"}, expect=204)
    client.post(address, {"csrf_token": token, "active_seconds": "45"}, expect=204)
    seen = review(office, at_youth, "omp")
    assert seen.seen_at is not None
    assert seen.active_seconds == 45


def test_list_shows_what_waits_and_what_i_decided(office: Office, client: Client, sign_in: SignIn, at_youth: int):
    page = opened(office, client, sign_in, at_youth, "spec_omp", "omp")
    assert client.get("/reviews/").texts(class_="row-title") == ["Квиз «Кировский район: за кадром»"]
    client.submit(page, button="Согласовать", expect_redirect=...)
    assert client.get("/reviews/").texts(class_="empty-title") == ["Ничего не ждёт"]
    assert client.get("/reviews/?show=decided").texts(class_="row-why") == ["согласовано, сегодня, 10:00"]


@pytest.fixture
def told(office: Office, a_request: Make) -> list[int]:
    """Reviews for the information of the press service, the oldest first."""
    made = [a_request(venue=None, occurrences=(an_occurrence(FIRST_START + timedelta(days=place)),)).id for place in range(3)]
    for request_id in made:
        office.submit(request_id)
        office.approve_by(request_id, "dir_pmc", "spec_omp", "zam")
    return [review(office, one, "press").id for one in made]


def rows_of(page: Page) -> list[str]:
    """Where the rows of the list lead."""
    return [one.get("href", "") for one in page.all("a", data_key_row="")]


def test_list_for_information_goes_on_by_page_and_names_its_count(
    client: Client, sign_in: SignIn, told: list[int], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)
    sign_in(client, "press")
    page = client.get("/reviews/?show=informed")
    assert page.texts(class_="chip") == ["Ждут меня 0", "Для ознакомления 3", "Приняты мной"]
    assert rows_of(page) == [f"/reviews/{one}" for one in (told[0], told[1])]
    assert "Сначала ближайшее мероприятие" in page.text
    following = client.get(page.one("a", rel="next").get("href", ""))
    assert rows_of(following) == [f"/reviews/{told[2]}"]
    assert client.get(following.one("a", rel="prev").get("href", "")).text == page.text


def test_all_shown_for_information_are_marked_at_once_and_no_others(
    office: Office, client: Client, sign_in: SignIn, told: list[int], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)
    sign_in(client, "press")
    page = client.get("/reviews/?show=informed")
    assert "2 заявки уйдут из этого списка. В их истории останется запись, что вы ознакомились." in page.text
    for _ in range(2):
        left = client.submit(page, button="Ознакомлен", expect_redirect="/reviews/?show=informed")
        assert rows_of(left) == [f"/reviews/{told[2]}"]
    db.session.expire_all()
    assert office.read(lambda: [db.session.get_one(Review, one).verdict for one in told]) == [*[Verdict.ACKNOWLEDGED] * 2, None]


def test_colleague_or_stranger_marks_nothing_twice(
    office: Office, client: Client, new_client: Callable[[], Client], sign_in: SignIn, told: list[int]
):
    sign_in(client, "press")
    sign_in(colleague := new_client(), "press")
    page, late = client.get("/reviews/?show=informed"), colleague.get("/reviews/?show=informed")
    sign_in(stranger := new_client(), "zam")
    form = stranger.get("/desk").form(action="/language")
    posted = {**form.values(), "shown": " ".join(map(str, told)), "nonce": "one"}
    stranger.post("/reviews/acknowledge", posted, expect_redirect="/reviews/?show=informed")
    assert len(rows_of(client.get("/reviews/?show=informed"))) == 3
    done = client.submit(page, button="Ознакомлен", expect_redirect="/reviews/?show=informed")
    assert done.texts(class_="flashes") == ["Отмечено: вы ознакомились с 3 заявками."]
    assert done.texts(class_="empty-title") == ["Для ознакомления ничего нет"]
    again = colleague.submit(late, button="Ознакомлен", expect_redirect="/reviews/?show=informed")
    assert again.texts(class_="flashes") == ["Отмечать уже нечего: список с тех пор изменился."]


def test_what_is_typed_for_turns_shown_is_no_error(client: Client, sign_in: SignIn, told: list[int]):
    sign_in(client, "press")
    page = client.get("/reviews/?show=informed")
    client.submit(page, button="Ознакомлен", shown="4294967296 -1 тридцать 2147483648", expect_redirect="/reviews/?show=informed")
    assert len(rows_of(client.get("/reviews/?show=informed"))) == 3


def test_list_of_turns_nobody_can_decide_is_for_those_who_answer_for_them(
    office: Office, a_request: Make, client: Client, new_client: Callable[[], Client], sign_in: SignIn
):
    request_id = a_request(by=office.by("dir_pmc")).id
    office.submit(request_id, "spec_pmc")
    sign_in(client, "spec_omp")
    page = client.get("/reviews/?show=orphaned")
    assert page.texts(class_="chip") == ["Ждут меня 0", "Для ознакомления 0", "Некому решать 1", "Приняты мной"]
    assert page.texts(class_="row-why") == ["ПМЦ «Кировский» (демо) — виза"]
    sign_in(other := new_client(), "zam")
    page = other.get("/reviews/?show=orphaned")
    assert page.texts(class_="chip") == ["Ждут меня 0", "Для ознакомления 0", "Приняты мной"]
    assert page.texts(class_="empty-title") == ["Ничего не ждёт"]


# --- Acts on a whole request --------------------------------------------------------------------------------------------------------------


def test_author_takes_back_and_lands_in_the_form(office: Office, client: Client, sign_in: SignIn, submitted: int):
    sign_in(client, "spec_pmc")
    page = client.get(f"/requests/{submitted}")
    client.submit(page, button="Забрать", expect_redirect=f"/requests/{submitted}/edit")
    assert status(office, submitted) is RequestStatus.RETURNED


def test_withdrawal_needs_its_reason(office: Office, client: Client, sign_in: SignIn, submitted: int):
    sign_in(client, "spec_pmc")
    page = client.get(f"/requests/{submitted}/withdraw")
    refused = client.submit(page, button="Отозвать", expect=422)
    assert len(refused.errors) == 1
    done = client.submit(refused, button="Отозвать", reason="Ведущий заболел.", expect_redirect=f"/requests/{submitted}")
    assert "Ведущий заболел." in done.text
    assert status(office, submitted) is RequestStatus.WITHDRAWN


def test_act_that_is_not_mine_is_for_whom_it_is_and_no_button(office: Office, client: Client, sign_in: SignIn, submitted: int):
    sign_in(client, "dir_pmc")
    assert "Остановить согласование…" not in client.get(f"/requests/{submitted}").links
    told = client.get(f"/requests/{submitted}/stop", expect=403)
    assert (told.h1, told.texts("p")[0]) == ("Это действие вам недоступно", "Это делает только координатор района.")
    assert told.links["Посмотреть, что сейчас"] == f"/requests/{submitted}"


def test_act_that_is_too_late_says_what_can_be_done(office: Office, client: Client, sign_in: SignIn, submitted: int):
    sign_in(client, "dir_pmc")
    told = client.get(f"/requests/{submitted}/cancel", expect=409)
    assert (told.h1, told.texts("p")[0]) == (
        "Сейчас это невозможно",
        "Заявка на согласовании и ещё не утверждена. Чтобы её изменить, заберите её на доработку; чтобы прекратить — отзовите.",
    )
    assert told.links["Посмотреть, что сейчас"] == f"/requests/{submitted}"


def test_a_review_that_is_mine_no_longer_keeps_what_i_typed(office: Office, client: Client, sign_in: SignIn, at_youth: int):
    page = opened(office, client, sign_in, at_youth, "spec_omp", "omp")
    office.act(lambda now: lifecycle.author(at_youth, office.by("spec_omp").id, AuthorHow.EDITED, now))
    told = client.submit(page, button="Согласовать", comment="Согласны.", expect=403)
    assert "поэтому решение принимает коллега" in told.text
    assert told.texts(class_="said")[0] == "Согласны."


def test_coordinator_stops_with_a_reason(office: Office, client: Client, sign_in: SignIn, submitted: int):
    sign_in(client, "spec_omp")
    page = client.get(f"/requests/{submitted}/stop")
    client.submit(page, button="Остановить согласование", reason="Площадка закрыта на ремонт.", expect_redirect=f"/requests/{submitted}")
    assert status(office, submitted) is RequestStatus.RETURNED


def test_cancelled_event_is_restored_by_the_head(
    office: Office, client: Client, new_client: Callable[[], Client], sign_in: SignIn, at_youth: int
):
    office.approve_by(at_youth, "spec_omp", "zam")
    sign_in(client, "spec_pmc")
    page = client.get(f"/requests/{at_youth}/cancel")
    client.submit(page, button="Отменить мероприятие", reason="Гроза.", expect_redirect=f"/requests/{at_youth}")
    assert status(office, at_youth) is RequestStatus.CANCELLED
    head = new_client()
    sign_in(head, "dir_pmc")
    head.submit(head.get(f"/requests/{at_youth}"), button="Вернуть в силу", expect_redirect=f"/requests/{at_youth}")
    assert status(office, at_youth) in (RequestStatus.APPROVED, RequestStatus.PUBLISHED)


def test_postponed_event_warns_at_once_and_opens_a_change(office: Office, client: Client, sign_in: SignIn, at_youth: int):
    office.approve_by(at_youth, "spec_omp", "zam")
    sign_in(client, "dir_pmc")
    page = client.get(f"/requests/{at_youth}/postpone")
    done = client.submit(page, button="Перенести", reason="Ждём артиста.", expect_redirect=f"/requests/{at_youth}")
    assert "переносится" in done.texts(class_="badge-state")


def test_change_of_an_approved_request_begins_in_the_form(office: Office, client: Client, sign_in: SignIn, at_youth: int):
    office.approve_by(at_youth, "spec_omp", "zam")
    sign_in(client, "spec_pmc")
    page = client.get(f"/requests/{at_youth}")
    client.submit(page, button="Подготовить изменение", expect_redirect=f"/requests/{at_youth}/edit")
    assert "готовится изменение" in client.get(f"/requests/{at_youth}").texts(class_="badge-state")


def test_coordinator_returns_at_once_when_another_gate_is_overdue(
    office: Office, a_request: Make, client: Client, sign_in: SignIn, freeze: time_machine.Traveller
):
    request_id = a_request(venue=None, expected=60, safety_note="Дежурный у выхода.").id
    office.submit(request_id)
    office.approve_by(request_id, "dir_pmc")
    office.decide(request_id, "head_ozpb", Verdict.RETURN)
    freeze.shift(timedelta(days=2))
    sign_in(client, "spec_omp")
    client.submit(client.get(f"/requests/{request_id}"), button="Вернуть автору", expect_redirect=f"/requests/{request_id}")
    assert status(office, request_id) is RequestStatus.RETURNED


@pytest.mark.parametrize("act", ["cancel", "postpone"])
def test_only_dates_ahead_are_offered_to_be_called_off(
    office: Office, a_request: Make, client: Client, sign_in: SignIn, freeze: time_machine.Traveller, act: str
):
    dates = tuple(an_occurrence(FIRST_START + timedelta(days=7 * week)) for week in range(3))
    request_id = a_request(occurrences=dates).id
    office.submit(request_id)
    office.approve_by(request_id, "dir_pmc", "spec_omp", "zam")
    freeze.move_to(FIRST_START + timedelta(days=1))
    sign_in(client, "dir_pmc")
    page = client.get(f"/requests/{request_id}/{act}")
    assert [one.get("value") for one in page.one("select", name="occurrence_key")] == ["", dates[1].key, dates[2].key]
    form = page.form(action=f"/{act}")
    client.submit(page, button=form.buttons[0], reason="Ливень.", extra={"occurrence_key": dates[0].key}, expect=422)


def test_date_cancelled_alone_is_restored_by_the_head(office: Office, a_request: Make, client: Client, sign_in: SignIn):
    dates = tuple(an_occurrence(FIRST_START + timedelta(days=7 * week)) for week in range(2))
    request_id = a_request(occurrences=dates).id
    office.submit(request_id)
    office.approve_by(request_id, "dir_pmc", "spec_omp", "zam")
    sign_in(client, "dir_pmc")
    page = client.get(f"/requests/{request_id}/cancel")
    client.submit(page, button="Отменить мероприятие", occurrence_key=dates[1].key, reason="Ливень.", expect_redirect=...)
    page = client.get(client.get(f"/requests/{request_id}").links["Вернуть дату…"])
    done = client.submit(page, button="Вернуть дату", expect_redirect=f"/requests/{request_id}")
    assert "Дата снова в силе." in done.body
    assert "Вернуть дату…" not in done.links
    assert "Отмена даты" in client.get(f"/requests/{request_id}/history").text


@pytest.mark.engines("sqlite", "postgresql")
def test_deciding_after_the_event_has_begun_is_told_what_comes_next(
    office: Office, client: Client, sign_in: SignIn, at_youth: int, freeze: time_machine.Traveller
):
    freeze.move_to(FIRST_START)
    page = opened(office, client, sign_in, at_youth, "spec_omp", "omp")
    late = client.submit(page, button="Согласовать", comment="Согласны.", expect=409)
    assert late.texts(class_="note-title")[0] == (
        "Мероприятие уже началось, поэтому принять решение по заявке уже нельзя. "
        "Она вернётся к автору: он назначит новую дату или отзовёт её."
    )
    office.act(lambda now: operations.pass_time(at_youth, now))
    told = client.get(f"/requests/{at_youth}/history").text
    assert "Решение не принято до даты мероприятия." in told
