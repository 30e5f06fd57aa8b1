"""Pages of requests: the list, three ways to begin, the form that loses nothing, the check before submitting."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from events.approvals import operations as approvals
from events.approvals.models import Remark
from events.approvals.queries import rounds
from events.approvals.vocabulary import RemarkState, Verdict
from events.audit.models import AuditEntry
from events.foundation import work
from events.foundation.acting import SYSTEM
from events.foundation.db import db
from events.foundation.place import local_day
from events.people import operations as people
from events.people.models import Unit, User
from events.people.vocabulary import Role
from events.requests import operations
from events.requests.fields import FIELDS, Content, CoOrganizer
from events.requests.models import EventRequest, RequestTemplate
from events.requests.queries import shown
from events.requests.vocabulary import RequestStatus, Section
from events.venues.models import Venue
from tests.fixtures.browsing import Client, Page
from tests.fixtures.cast import Cast, sign_in_as
from tests.fixtures.moments import MONDAY
from tests.fixtures.office import Office
from tests.fixtures.requests import FIRST_START, an_occurrence
from views.requests import listing

pytestmark = pytest.mark.engines("sqlite")

Make = Callable[..., EventRequest]


@pytest.fixture
def author(client: Client, cast: Cast, sign_in: Callable[[Client, str], None]) -> Client:
    """The browser of the author of the own institution."""
    sign_in(client, "spec_pmc")
    return client


@pytest.fixture
def template(cast: Cast) -> str:
    """One template, by its key."""
    content = {"title": "Турнир «Ход конём»", "venue_id": cast.venue("v05").id, "expected": 45, "age_from": 14, "age_to": 35,
               "budget": [{"name": "Призы", "amount": 4500, "source": "state_task"}]}  # fmt: skip
    work.transaction(lambda: db.session.add(RequestTemplate(key="chess", title="Турнир «Ход конём»", summary="Вечер настольных игр",
                                                           content=content, duration_minutes=180)))  # fmt: skip
    return "chess"


def stored(request_id: int) -> Content:
    """What the request says now."""
    db.session.expire_all()
    return shown(db.session.get_one(EventRequest, request_id)).written()


def saved_by(login: User, request_id: int, **changes: Any) -> None:
    """A colleague saves the whole request meanwhile."""
    login_id = login.id

    def act() -> None:
        user = db.session.get_one(User, login_id)
        revision = shown(db.session.get_one(EventRequest, request_id))
        content = replace(revision.written(), **changes)
        operations.save(
            request_id, content, sections=list(Section), versions=dict(revision.section_versions), by=user, now=work.now()
        )  # fmt: skip

    work.transaction(act)


def open_form(author: Client, request_id: int, query: str = "") -> Page:
    """The form's page."""
    return author.get(f"/requests/{request_id}/edit{query}")


def send(author: Client, page: Page, button: str = "Сохранить черновик", **fields: Any) -> Page:
    """Press a button of the request's form."""
    return author.submit(page, action="/edit", button=button, **fields)


class TestBeginning:
    """«По шаблону», «Скопировать прошлую», «С нуля»."""

    def test_from_nothing_fills_in_what_goes_without_saying(self, author: Client, cast: Cast) -> None:
        page = author.submit(author.get("/requests/new"), action="/requests/new", button="С нуля", expect_redirect="/requests/1/edit")
        assert page.h1 == "Новая заявка"
        said = stored(1)
        assert (said.age_from, said.age_to, said.minors, said.responsible_id) == (14, 35, True, cast.spec_pmc.id)

    def test_from_template_takes_its_words_and_the_venues_facts(self, author: Client, template: str) -> None:
        page = author.submit(author.get("/requests/new"), action="/requests/new", button="Начать", expect_redirect="/requests/1/edit")
        assert page.h1 == "Турнир «Ход конём»"
        said = stored(1)
        assert said.expected == 45
        assert said.budget[0].amount == Decimal(4500)
        assert said.accessibility

    def test_templates_are_found_by_their_words(self, author: Client, template: str) -> None:
        assert "Найден 1 шаблон" in author.get("/requests/new?text=НАСТОЛЬНЫХ игр").text
        page = author.get("/requests/new?text=концерт")
        assert "Подходящего шаблона нет. Попробуйте меньше слов." in page.text

    def test_same_form_sent_twice_makes_one_draft(self, author: Client, cast: Cast) -> None:
        page = author.get("/requests/new")
        for _ in range(2):
            author.submit(page, action="/requests/new", button="С нуля", expect_redirect="/requests/1/edit")
        assert db.session.scalars(select(EventRequest.id)).all() == [1]

    def test_copy_leaves_dates_and_number_behind(self, author: Client, a_request: Make, cast: Cast) -> None:
        submitted(a_request(), cast.spec_pmc)
        page = author.submit(author.get("/requests/new"), action="/requests/new", button="Скопировать", expect_redirect="/requests/2/edit")
        said = stored(2)
        assert (said.title, said.occurrences) == ("Квиз «Кировский район: за кадром»", ())
        assert page.h1 == "Квиз «Кировский район: за кадром»"

    @pytest.mark.parametrize("login", ["analyst", "spec_omp", "head_ozpb", "zam"])
    def test_who_files_nothing_is_told_who_does(
        self, client: Client, cast: Cast, sign_in: Callable[[Client, str], None], login: str
    ) -> None:
        sign_in(client, login)
        page = client.get("/requests/new", expect=403)
        assert "Заявки подают авторы и руководители учреждений." in page.text
        assert "/requests/new" not in client.get("/requests/").links.values()

    def test_head_of_an_institution_files_without_being_an_author(
        self, client: Client, cast: Cast, sign_in: Callable[[Client, str], None]
    ) -> None:
        work.transaction(lambda: people.revoke(cast.dir_pmc, cast.unit("pmc").id, Role.AUTHOR, by=SYSTEM, now=work.now()))
        sign_in(client, "dir_pmc")
        client.submit(client.get("/requests/new"), action="/requests/new", button="С нуля", expect_redirect="/requests/1/edit")


class TestList:
    """The list of requests."""

    def test_list_shows_own_requests_and_narrows_by_words(self, author: Client, a_request: Make) -> None:
        a_request(title="Квиз про Нарвскую заставу")
        a_request(title="Лекция о первой работе")
        assert "Найдено 2 заявки" in author.get("/requests/").text
        page = author.get("/requests/?text=заставу&status=draft&mine=y")
        assert page.texts(class_="row-title") == ["Квиз про Нарвскую заставу"]
        assert "Ничего не найдено" in author.get("/requests/?status=approved").text

    def test_list_narrows_to_what_waits_for_its_author_and_to_what_has_not_begun(
        self, author: Client, a_request: Make, freeze: Any
    ) -> None:
        for place, title in enumerate(("Прошедший", "Предстоящий")):
            a_request(title=title, occurrences=(an_occurrence(FIRST_START + timedelta(days=place)),))
        freeze.move_to(FIRST_START + timedelta(hours=5))
        sign_in_as(author, "spec_pmc")
        page = author.get("/requests/?ahead=y&mine=y")
        assert page.texts(class_="row-title") == ["Предстоящий"]
        assert page.form(action="/requests/").values()["ahead"] == "y"
        assert "Ничего не найдено" in author.get("/requests/?mending=y").text

    def test_list_narrows_to_days_and_to_what_is_overdue(self, author: Client, a_request: Make, office: Office, freeze: Any) -> None:
        made = [
            a_request(title=title, venue=None, occurrences=(an_occurrence(FIRST_START + timedelta(days=place)),)).id
            for place, title in enumerate(("Первый вечер настольных игр", "Второй вечер", "Третий вечер"))
        ]
        day = local_day(FIRST_START)
        asked = {"": 3, f"since={day + timedelta(days=1)}": 2, f"until={day + timedelta(days=1)}": 2, f"since={day}&until={day}": 1}
        assert {query: len(author.get(f"/requests/?{query}").texts(class_="row-title")) for query in asked} == asked
        office.submit(made[0])
        assert "Ничего не найдено" in author.get("/requests/?overdue=y").text
        freeze.shift(timedelta(days=3))
        sign_in_as(author, "spec_pmc")
        page = author.get("/requests/?overdue=y")
        assert page.texts(class_="row-title") == ["Первый вечер настольных игр"]
        assert "open" in page.one("details", class_="filters-more").attrib
        assert "open" not in author.get("/requests/?text=первый").one("details", class_="filters-more").attrib

    def test_a_day_that_is_none_is_said_at_its_field(self, author: Client, a_request: Make) -> None:
        a_request()
        page = author.get("/requests/?since=вчера&until=2026-07-40")
        assert len(page.texts(class_="row-title")) == 1
        assert page.texts(class_="field-error") == ["Укажите дату, например 27.06.2026."] * 2
        page = author.get("/requests/?since=2026-07-02&until=2026-07-01")
        assert page.texts(class_="field-error") == ["Этот день раньше первого."]
        assert len(page.texts(class_="row-title")) == 1

    def test_the_coordinator_counts_what_every_institution_has_submitted(
        self, author: Client, new_client: Callable[[], Client], a_request: Make, cast: Cast, office: Office
    ) -> None:
        mine, other = a_request(venue=None).id, a_request(by=cast.spec_dm, venue=None).id
        a_request()
        office.submit(mine)
        office.submit(other, "spec_dm")
        sign_in_as(coordinator := new_client(), "spec_omp")
        page = coordinator.get("/requests/")
        assert (len(page.texts(class_="row-title")), page.texts(class_="filters-count")) == (2, ["Найдено 2 заявки"])

    def test_the_coordinator_is_told_how_many_there_are_however_many_pages(
        self, author: Client, new_client: Callable[[], Client], a_request: Make, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What the filters find, on each page; of all there are, and others, that there is more than a page, on the last one too."""
        monkeypatch.setattr(listing, "PAGE_SIZE", 2)
        for place in range(5):
            request_id = a_request(venue=None, title="Турнир по шахматам" if place % 2 else "Квартирник у фонтана").id
            office.submit(request_id)
        sign_in_as(coordinator := new_client(), "spec_omp")

        def counts(reader: Client, path: str) -> list[list[str]]:
            told, page = [], reader.get(path)
            while True:
                told.append(page.texts(class_="filters-count"))
                older = [one.get("href", "") for one in page.all("a", rel="next")]
                if not older:
                    return told
                page = reader.get(older[0])

        assert counts(coordinator, "/requests/") == [["Найдено больше 2 заявок"]] * 3
        assert counts(coordinator, "/requests/?text=квартирник") == [["Найдено 3 заявки"]] * 2
        assert counts(author, "/requests/") == [["Найдено больше 2 заявок"]] * 3
        monkeypatch.setattr(listing, "MOST_COUNTED", 2)
        assert counts(coordinator, "/requests/?text=квартирник") == [["Найдено больше 2 заявок"]] * 2

    def test_strange_filter_is_left_aside(self, author: Client, a_request: Make) -> None:
        a_request()
        page = author.get("/requests/?status=smoke&unit=%00&unit=x&before=x&text=%25&mending=&ahead=%00")
        assert page.status == 200

    def test_another_institutions_requests_are_not_there(
        self, client: Client, a_request: Make, cast: Cast, sign_in: Callable[[Client, str], None]
    ) -> None:
        found = a_request()
        sign_in(client, "spec_dm")
        assert "Заявок пока нет" in client.get("/requests/").text
        for path in ("edit", "check"):
            client.get(f"/requests/{found.id}/{path}", expect=404)

    def test_pages_follow_each_other_without_gap(self, author: Client, a_request: Make) -> None:
        for number in range(33):
            a_request(title=f"Квиз номер {number:02}")
        first = author.get("/requests/")
        second = author.get(first.links["Раньше"] if "Раньше" in first.links else older(first))
        assert len(first.texts(class_="row-title")) == 30
        assert second.texts(class_="row-title") == ["Квиз номер 02", "Квиз номер 01", "Квиз номер 00"]
        back = author.get(newer(second))
        assert back.texts(class_="row-title") == first.texts(class_="row-title")

    def test_list_asks_the_same_for_one_row_and_for_three(self, author: Client, a_request: Make, query_count: Any) -> None:
        counts = []
        for rows in (1, 2):
            for _ in range(rows):
                a_request(occurrences=())
            author.get("/requests/")  # once more is asked after each act: how much waits
            with query_count() as asked:
                author.get("/requests/")
            counts.append(len(asked))
        assert counts == [LIST_QUERIES, LIST_QUERIES]


LIST_QUERIES = 2
"""The sign-in with its person, the units of the filter, the rows; a draft just saved near its last day takes nine more (test_desk.py)."""


def older(page: Page) -> str:
    """The link to older rows."""
    return page.one("a", rel="next").get("href") or ""


def newer(page: Page) -> str:
    """The link to newer rows."""
    return page.one("a", rel="prev").get("href") or ""


class TestSaving:
    """Nothing typed is lost."""

    def test_every_declared_field_can_be_filled_in(self, author: Client, a_request: Make) -> None:
        page = open_form(author, a_request(co_organizers=(CoOrganizer(1, ""),)).id)
        offered = {one.attrib["name"].partition("-")[0] for one in page.all() if "name" in one.attrib}
        assert set(FIELDS) - offered == set(), "declared in requests/fields.py, but templates/requests/sections shows no control"

    def test_draft_keeps_whatever_is_missing(self, author: Client, a_request: Make) -> None:
        found = a_request()
        send(author, open_form(author, found.id), title="", expected="", expect_redirect=f"/requests/{found.id}/edit")
        assert (stored(found.id).title, stored(found.id).expected) == ("", None)

    def test_unreadable_value_stays_typed_and_the_rest_is_saved(self, author: Client, a_request: Make) -> None:
        found = a_request()
        page = send(author, open_form(author, found.id), expected="сорок", title="Квиз о районе")
        assert page.errors == ["Укажите целое число, например 120."]
        assert page.form(action="/edit").values()["expected"] == "сорок"
        assert (stored(found.id).title, stored(found.id).expected) == ("Квиз о районе", 40)
        send(author, page, expected="45", expect_redirect=...)
        assert stored(found.id).expected == 45

    def test_unreadable_value_in_a_row_is_listed_with_a_link_to_it(self, author: Client, a_request: Make) -> None:
        page = send(author, open_form(author, a_request().id), **{"occurrences-0-day": "завтра"})
        assert page.texts("a", href="#occurrences-0-day") == ["День: укажите дату, например 27.06.2026."]

    def test_saving_twice_changes_nothing_the_second_time(self, author: Client, a_request: Make) -> None:
        found = a_request()
        page = open_form(author, found.id)
        for _ in range(2):
            send(author, page, title="Квиз о районе", expect_redirect=...)
        db.session.expire_all()
        assert shown(db.session.get_one(EventRequest, found.id)).section_versions["content"] == 2

    def test_adding_a_date_keeps_every_row_and_the_place_on_the_page(self, author: Client, a_request: Make) -> None:
        found = a_request(occurrences=())
        page = open_form(author, found.id)
        for rows in (2, 3):
            place = f"/requests/{found.id}/edit?more=occurrences&rows={rows}#occurrences-{rows - 1}"
            page = send(author, page, "Добавить дату", expect_redirect=place)
            assert [one.get("id") for one in page.all("fieldset") if (one.get("id") or "").startswith("occurrences-")] == [
                f"occurrences-{place}" for place in range(rows)
            ]

    def test_adding_a_date_beside_an_error_adds_it_all_the_same(self, author: Client, a_request: Make) -> None:
        found = a_request()
        page = send(author, open_form(author, found.id), "Добавить дату", expected="сорок")
        assert page.one("input", name="occurrences-1-begins").get("value") == "18:00"

    @pytest.mark.parametrize("cure", ["ends", "last_day", "setup_at", "teardown_at"])
    def test_what_is_wrong_with_a_date_stands_where_it_is_mended(self, author: Client, a_request: Make, cure: str) -> None:
        ends = FIRST_START + timedelta(hours=2)
        wrong = {
            "ends": an_occurrence(ends_at=FIRST_START - timedelta(hours=16)),
            "last_day": an_occurrence(hours=15 * 24),
            "setup_at": an_occurrence(setup_from=FIRST_START + timedelta(hours=1)),
            "teardown_at": an_occurrence(teardown_to=ends - timedelta(hours=1)),
        }
        found = a_request(venue=None, occurrences=(wrong[cure],))
        check = author.get(f"/requests/{found.id}/check")
        assert f"/requests/{found.id}/edit?missing=1#occurrences-0-{cure}" in check.links.values()
        page = open_form(author, found.id, "?missing=1")
        assert page.all(id=f"occurrences-0-{cure}-error")
        fold = next(one for one in page.one("fieldset", id="occurrences-0").iter("details"))
        assert fold.get("open") is not None

    def test_rows_are_added_and_removed_without_javascript(self, author: Client, a_request: Make) -> None:
        found = a_request()
        page = send(author, open_form(author, found.id), "Добавить дату", expect_redirect=...)
        assert page.texts("legend").count("Дата 2") == 1
        page = send(
            author, page, expect_redirect=...,
            **{"occurrences-1-day": "2026-07-12", "occurrences-1-begins": "12:00", "occurrences-1-ends": "13:00"},
        )  # fmt: skip
        assert len(stored(found.id).occurrences) == 2
        first = page.form(action="/edit")
        author.post(first.action, {**first.values(), "remove": "occurrences-0"}, expect_redirect=...)
        assert [one.starts_at for one in stored(found.id).occurrences] == [datetime(2026, 7, 12, 9, 0, tzinfo=UTC)]

    def test_date_is_moved_to_a_free_time(self, author: Client, a_request: Make) -> None:
        found = a_request()
        form = open_form(author, found.id).form(action="/edit")
        key = stored(found.id).occurrences[0].key
        author.post(form.action, {**form.values(), "move": f"{key}:-90"}, expect_redirect=...)
        assert stored(found.id).occurrences[0].starts_at == FIRST_START - timedelta(minutes=90)

    def test_venue_chosen_without_javascript_brings_its_facts(self, author: Client, a_request: Make, cast: Cast) -> None:
        found = a_request(venue=None)
        park = next(one for one in (cast.venue(f"v{number:02}") for number in range(1, 16)) if one.kind.value == "outdoor")
        send(author, open_form(author, found.id), venue_id=str(park.id), expect_redirect=...)
        assert stored(found.id).outdoor

    def test_section_a_colleague_saved_shows_both_texts_and_loses_none(self, author: Client, a_request: Make, cast: Cast) -> None:
        found = a_request()
        page = open_form(author, found.id)
        saved_by(cast.dir_pmc, found.id, title="Наименование коллеги")
        page = send(author, page, title="Моё наименование", expected="44", expect=409)
        assert page.form(action="/edit").values()["title"] == "Моё наименование"
        assert "Наименование коллеги" in page.text
        assert stored(found.id).expected == 40
        send(author, page, expect_redirect=...)
        assert (stored(found.id).title, stored(found.id).expected) == ("Моё наименование", 44)

    def test_colleagues_text_can_be_kept_instead(self, author: Client, a_request: Make, cast: Cast) -> None:
        found = a_request()
        page = open_form(author, found.id)
        saved_by(cast.dir_pmc, found.id, title="Наименование коллеги")
        page = send(author, page, title="Моё наименование", expected="44", expect=409)
        send(author, page, "Оставить сохранённый текст раздела", expect_redirect=...)
        assert (stored(found.id).title, stored(found.id).expected) == ("Наименование коллеги", 44)

    def test_colleagues_section_is_safe_where_i_wrote_nothing(self, author: Client, a_request: Make, cast: Cast) -> None:
        found = a_request()
        page = open_form(author, found.id)
        saved_by(cast.dir_pmc, found.id, title="Наименование коллеги")
        send(author, page, expected="44", expect_redirect=...)
        assert (stored(found.id).title, stored(found.id).expected) == ("Наименование коллеги", 44)

    def test_text_for_a_request_submitted_meanwhile_is_shown_to_be_copied(self, author: Client, a_request: Make, cast: Cast) -> None:
        found = a_request()
        page = open_form(author, found.id)
        submitted(found, cast.dir_pmc)
        page = send(author, page, description="Описание, которое жаль потерять.", expected="44", expect=409)
        assert page.texts("label") == ["Описание", "Ожидаемое число участников"]
        assert page.texts("textarea") == ["Описание, которое жаль потерять.", "44"]
        assert page.one("a", **{"class": "btn-primary"}).get("href") == f"/requests/{found.id}"
        assert stored(found.id).expected == 40

    def test_missing_fields_are_marked_when_one_comes_from_the_check(self, author: Client, a_request: Make) -> None:
        found = a_request(goal="", expected=None)
        page = open_form(author, found.id, "?missing=1")
        assert page.errors == [
            "Укажите цель и ожидаемый результат: с ними сравнивают отчёт.",
            "Укажите ожидаемое число участников, от 1 до 100 000.",
        ]
        assert "осталось 1 поле" in page.text

    def test_thrown_away_draft_is_in_no_list(self, author: Client, a_request: Make) -> None:
        found = a_request()
        page = author.submit(open_form(author, found.id), action="/throw-away", expect_redirect="/requests/")
        assert "Заявок пока нет" in page.text
        assert "Черновик удалён." in page.body


class TestAutosave:
    """Sections kept while one types."""

    def autosave(self, author: Client, request_id: int, section: str, expect: int = 200, **fields: str) -> dict[str, Any]:
        """Send one section as static/js/autosave.js does."""
        sent = open_form(author, request_id).form(action="/edit").values()
        for name, value in fields.items():
            sent[name] = value
        return dict(author.post(f"/requests/{request_id}/autosave?section={section}", sent, expect=expect).response.get_json())

    def test_autosave_keeps_its_section_only_and_tells_the_rest(self, author: Client, a_request: Make) -> None:
        found = a_request(venue=None, safety_note="")
        told = self.autosave(author, found.id, "people", expected="50", title="Не этот раздел")
        assert (stored(found.id).expected, stored(found.id).title) == (50, "Квиз «Кировский район: за кадром»")
        assert told["saved_at"] == "10:00"
        assert told["word"] == "готово"
        assert told["words"]["section-safety"] == "осталось 1\u00a0поле"
        assert told["version"].startswith("2.")

    def test_autosave_records_nothing_in_the_log(self, author: Client, a_request: Make) -> None:
        found = a_request()
        before = len(db.session.scalars(select(AuditEntry)).all())
        self.autosave(author, found.id, "content", title="Квиз о районе")
        assert len(db.session.scalars(select(AuditEntry)).all()) == before

    def test_autosave_says_what_it_could_not_read(self, author: Client, a_request: Make) -> None:
        found = a_request()
        told = self.autosave(author, found.id, "people", expected="сорок", age_to="30")
        assert told["message"] == "Укажите целое число, например 120."
        assert (stored(found.id).expected, stored(found.id).age_to) == (40, 30)

    def test_autosave_over_a_colleagues_text_is_a_conflict(self, author: Client, a_request: Make, cast: Cast) -> None:
        found = a_request()
        stamp = open_form(author, found.id).form(action="/edit").values()["stamps-content"]
        saved_by(cast.dir_pmc, found.id, title="Наименование коллеги")
        told = self.autosave(author, found.id, "content", expect=409, title="Моё наименование", **{"stamps-content": stamp})
        assert told["message"].startswith("Коллега")
        assert stored(found.id).title == "Наименование коллеги"

    def test_autosave_of_a_submitted_request_is_a_conflict(self, author: Client, a_request: Make, cast: Cast) -> None:
        found = a_request()
        sent = open_form(author, found.id).form(action="/edit").values()
        submitted(found, cast.spec_pmc)
        assert author.post(f"/requests/{found.id}/autosave", sent, expect=409).response.get_json()["message"]

    @pytest.mark.engines("sqlite", "postgresql")
    @pytest.mark.parametrize(
        ("section", "changed", "statements"),
        [
            ("content", {"goal": "Познакомить с районом ближе."}, 5),
            ("content", {"title": "Квиз о районе"}, 6),
            ("schedule", {"occurrences-0-begins": "17:30"}, 7),
            ("venue", {"accessibility": "Пандус."}, 5),
            ("people", {"expected": "41"}, 6),
            ("money", {"budget-0-amount": "6500"}, 8),
            ("safety", {"safety_note": "Отвечает методист."}, 5),
            ("publicity", {"bring": "Сменную обувь."}, 5),
        ],
    )
    def test_autosave_asks_little(
        self, author: Client, a_request: Make, query_count: Any, section: str, changed: dict[str, str], statements: int
    ) -> None:
        """The person, the request under its lock, the draft, its parts, the draft again as it is written; what lists show of it where that
        changes or its last moment may, and of an estimate its old rows and its new."""
        request_id = a_request().id
        approvals.count_drafts(work.now())
        self.autosave(author, request_id, "publicity", comment="Для тепла.")
        sent = open_form(author, request_id).form(action="/edit").values()
        for name, value in changed.items():
            sent[name] = value
        with query_count() as asked:
            author.post(f"/requests/{request_id}/autosave?section={section}", sent)
        assert len(asked) == statements

    @pytest.mark.engines("sqlite", "postgresql")
    def test_autosave_of_what_was_sent_back_asks_for_its_remarks_too(
        self, author: Client, a_request: Make, office: Office, query_count: Any
    ) -> None:
        """And for the routes it keeps, since its reason for being late might be missing."""
        request_id = a_request().id
        office.submit(request_id)
        office.decide(request_id, "dir_pmc", Verdict.RETURN)
        sent = open_form(author, request_id).form(action="/edit").values()
        sent["comment"] = "Исправлено."
        with query_count() as asked:
            told = author.post(f"/requests/{request_id}/autosave?section=publicity", sent).response.get_json()
        assert told["words"]["section-safety"] == "1\u00a0замечание"
        assert len(asked) == 7

    @pytest.mark.engines("sqlite", "postgresql")
    def test_autosave_of_all_keeps_all(self, author: Client, a_request: Make) -> None:
        found = a_request(venue=None, place_name="Сад", place_address="пр. Стачек, 18")
        sent = open_form(author, found.id).form(action="/edit").values()
        for name, value in {"title": "Квиз о районе", "expected": "60", "place_name": "Парк", "occurrences-0-begins": "19:00"}.items():
            sent[name] = value
        told = author.post(f"/requests/{found.id}/autosave", sent).response.get_json()
        assert {name for name, one in told["versions"].items() if one.startswith("2.")} == {"content", "people", "schedule", "venue"}
        said = stored(found.id)
        assert (said.title, said.expected, said.place_name, said.first_start) == (
            "Квиз о районе",
            60,
            "Парк",
            FIRST_START + timedelta(hours=1),
        )
        listed = db.session.get_one(EventRequest, found.id)
        assert (listed.title, listed.first_start, "парк" in listed.search) == ("Квиз о районе", said.first_start, True)

    @pytest.mark.engines("sqlite", "postgresql")
    def test_dates_are_moved_added_and_taken_out(self, author: Client, a_request: Make) -> None:
        """Those that stay keep their keys; what was emptied of them is empty."""
        weeks = [
            an_occurrence(FIRST_START + timedelta(days=7 * week), setup_from=FIRST_START + timedelta(days=7 * week, hours=-1))
            for week in range(3)
        ]
        found = a_request(occurrences=tuple(weeks))
        self.autosave(
            author,
            found.id,
            "schedule",
            **{"occurrences-1-begins": "17:00", "occurrences-1-setup_at": "", "occurrences-2-day": "2026-07-25"},
        )
        first, second, third = stored(found.id).occurrences
        assert [one.key for one in (first, second, third)] == [one.key for one in weeks]
        assert (first, second.starts_at, second.setup_from) == (weeks[0], FIRST_START + timedelta(days=7, hours=-1), None)
        assert third.starts_at == FIRST_START + timedelta(days=15)
        empty = {f"occurrences-1-{name}": "" for name in ("day", "begins", "ends", "setup_at", "key")}
        self.autosave(author, found.id, "schedule", **empty)
        assert [one.key for one in stored(found.id).occurrences] == [weeks[0].key, weeks[2].key]

    def test_autosave_of_no_section_keeps_nothing(self, author: Client, a_request: Make) -> None:
        found = a_request()
        told = self.autosave(author, found.id, "elsewhere", title="Нигде")
        assert (told["versions"], stored(found.id).title) == ({}, "Квиз «Кировский район: за кадром»")

    def test_autosave_without_its_token_keeps_nothing(self, author: Client, a_request: Make) -> None:
        """The form of one section has no token of its own: what has none is refused before any form."""
        found = a_request()
        sent = {"title": "Подложено", "stamps-content": open_form(author, found.id).form(action="/edit").values()["stamps-content"]}
        for token in ({}, {"csrf_token": "forged"}):
            author.post(f"/requests/{found.id}/autosave?section=content", {**sent, **token}, expect=400)
        assert stored(found.id).title == "Квиз «Кировский район: за кадром»"

    @pytest.mark.engines("sqlite", "postgresql")
    def test_autosave_keeps_a_day_without_its_time(self, author: Client, a_request: Make) -> None:
        found = a_request(occurrences=())
        told = self.autosave(author, found.id, "schedule", **{"occurrences-0-day": "2026-07-10"})
        assert "message" not in told
        assert [one.day for one in stored(found.id).occurrences] == [date(2026, 7, 10)]
        assert open_form(author, found.id).one("input", name="occurrences-0-day").get("value") == "2026-07-10"
        assert "пт, 10 июля, часы пока не указаны" in author.get(f"/requests/{found.id}").text

    @pytest.mark.engines("sqlite", "postgresql")
    def test_a_templates_length_is_offered_as_the_end(self, author: Client, template: str) -> None:
        page = author.submit(author.get("/requests/new"), action="/requests/new", button="Начать", expect_redirect=...)
        assert page.one("fieldset", id="occurrences-0").get("data-minutes") == "180"
        self.autosave(author, 1, "schedule", **{"occurrences-0-day": "2026-07-10", "occurrences-0-begins": "18:00"})
        assert stored(1).dated[0].ends_at == FIRST_START + timedelta(hours=3)


class TestSide:
    """What would happen if the request were submitted now."""

    def fragment(self, author: Client, request_id: int, **fields: str) -> str:
        """The side box for what is typed and not saved. A fragment is no page, so it is not proof-read as one."""
        sent = open_form(author, request_id).form(action="/edit").values()
        for name, value in fields.items():
            sent[name] = value
        response = author.http.post(f"/requests/{request_id}/side", data=sent, base_url="http://127.0.0.1:8000")
        db.session.expire_all()
        assert response.status_code == 200
        return response.get_data(as_text=True)

    def test_side_follows_what_is_typed_and_saves_nothing(self, author: Client, a_request: Make) -> None:
        found = a_request()
        assert "Маршрут A" in self.fragment(author, found.id)
        assert "Маршрут B" in self.fragment(author, found.id, expected="90", outdoor="y")
        assert stored(found.id).expected == 40

    @pytest.mark.engines("sqlite", "postgresql")
    def test_a_late_date_asks_for_its_reason_at_once(self, author: Client, a_request: Make) -> None:
        """The mark in the answer opens the field that stands hidden on the page; without scripts saving does the same."""
        found = a_request()
        assert "data-live-shows" not in self.fragment(author, found.id)
        soon = (MONDAY + timedelta(days=2)).date().isoformat()
        assert 'data-live-shows="late"' in self.fragment(author, found.id, **{"occurrences-0-day": soon})
        page = open_form(author, found.id)
        assert "hidden" in page.one(data_shown_live="late").attrib
        saved = author.submit(page, button="Сохранить черновик", expect_redirect=..., **{"occurrences-0-day": soon})
        assert "hidden" not in saved.one(data_shown_live="late").attrib
        checked = author.get(f"/requests/{found.id}/check")
        assert f"/requests/{found.id}/edit?missing=1#late_reason" in checked.links.values()

    def test_a_hall_says_that_it_is_too_small(self, author: Client, a_request: Make, cast: Cast) -> None:
        found = a_request(venue="v05")
        assert "Площадка слишком мала" not in self.fragment(author, found.id)
        told = self.fragment(author, found.id, expected="5000")
        assert "Площадка слишком мала" in told
        assert str(cast.venue("v05").capacity) in told

    def test_taken_venue_offers_another_time(self, author: Client, a_request: Make, cast: Cast) -> None:
        submitted(a_request(), cast.spec_pmc)
        second = a_request(occurrences=(an_occurrence(FIRST_START + timedelta(hours=1)),))
        shown_beside = self.fragment(author, second.id)
        assert "Площадка занята" in shown_beside
        assert 'name="move"' in shown_beside
        assert "Убрать дату" in shown_beside


class TestSubmitting:
    """«Проверить и подать»."""

    def test_check_lists_everything_missing_with_its_field(self, author: Client, a_request: Make) -> None:
        found = a_request(goal="", expected=None)
        page = author.get(f"/requests/{found.id}/check")
        assert "Подать заявку пока нельзя: исправьте 2 пункта" in page.text
        goal = page.links["Укажите цель и ожидаемый результат: с ними сравнивают отчёт."]
        assert goal == f"/requests/{found.id}/edit?missing=1#goal"

    def test_what_is_missing_is_said_once(self, author: Client, a_request: Make, cast: Cast) -> None:
        """A hall too small or taken stands among what is missing; beside it the way ahead."""
        submitted(a_request(), cast.spec_pmc)
        small = author.get(f"/requests/{a_request(venue='v05', expected=5000).id}/check")
        taken = author.get(f"/requests/{a_request(occurrences=(an_occurrence(FIRST_START + timedelta(hours=1)),)).id}/check")
        assert small.text.count("Вместимость площадки") == 1
        assert (taken.text.count("занята"), "move" in [one.get("name") for one in taken.all("button")]) == (1, False)

    def test_unconfirmed_request_is_not_submitted(self, author: Client, a_request: Make) -> None:
        found = a_request()
        page = author.submit(author.get(f"/requests/{found.id}/check"), action="/submit", button="Подать", expect=422)
        assert page.errors == ["Подтвердите достоверность сведений."]
        db.session.expire_all()
        assert db.session.get_one(EventRequest, found.id).status is RequestStatus.DRAFT

    def test_confirmed_request_gets_its_number(self, author: Client, a_request: Make) -> None:
        found = a_request()
        check = send(author, open_form(author, found.id), "Проверить и подать", expect_redirect=f"/requests/{found.id}/check")
        author.submit(check, action="/submit", button="Подать", confirm=True, expect_redirect=f"/requests/{found.id}")
        db.session.expire_all()
        sent = db.session.get_one(EventRequest, found.id)
        assert sent.status is RequestStatus.IN_REVIEW
        assert sent.number

    def test_form_of_a_submitted_request_leads_to_its_page(self, author: Client, a_request: Make, cast: Cast) -> None:
        found = a_request()
        submitted(found, cast.spec_pmc)
        for path in ("edit", "check"):
            author.get(f"/requests/{found.id}/{path}", expect_redirect=f"/requests/{found.id}")


class TestRemarks:
    """A returned request: remarks over their sections, agreements that stand."""

    @pytest.fixture
    def returned(self, a_request: Make, cast: Cast) -> EventRequest:
        """Returned by the head of the own institution with one blocking remark on money."""
        found = a_request()
        submitted(found, cast.spec_pmc)
        head = cast.dir_pmc.id
        review = rounds(found.id)[0].reviews[0].id

        def act() -> None:
            remark = approvals.NewRemark(section=Section.MONEY, text="Сумма не сходится с приложением.")
            approvals.decide(
                review, verdict=Verdict.RETURN, version=db.session.get_one(type(rounds(found.id)[0].reviews[0]), review).version,
                revision_no=1, remarks=[remark], reason_code="budget", by=db.session.get_one(User, head), now=work.now(),
            )  # fmt: skip

        db.session.expire_all()
        work.transaction(act)
        return found

    def test_remark_stands_over_its_section_and_is_answered(self, author: Client, returned: EventRequest) -> None:
        page = open_form(author, returned.id)
        assert "Сумма не сходится с приложением." in page.text
        assert "1 замечание" in page.texts(class_="section-word")
        remark = db.session.scalars(select(Remark.id)).one()
        author.submit(page, button="Учтено", expect_redirect=f"/requests/{returned.id}/edit#money")
        db.session.expire_all()
        assert db.session.get_one(Remark, remark).state is RemarkState.ACCEPTED
        again = open_form(author, returned.id)
        author.submit(
            again, button="Отклонить с пояснением", text="Приложение исправлено.", expect_redirect=f"/requests/{returned.id}/edit#money"
        )
        db.session.expire_all()
        assert db.session.get_one(Remark, remark).answer == "Приложение исправлено."

    def test_declining_needs_an_explanation(self, author: Client, returned: EventRequest) -> None:
        page = author.submit(open_form(author, returned.id), button="Отклонить с пояснением", expect=422)
        assert page.h1 == "Ответ на замечание"
        assert page.errors == ["Напишите пояснение."]
        assert "Сумма не сходится с приложением." in page.text
        author.submit(page, button="Отклонить с пояснением", text="Сошлось.", expect_redirect=f"/requests/{returned.id}/edit#money")

    def test_unanswered_remark_keeps_from_submitting(self, author: Client, returned: EventRequest) -> None:
        page = author.get(f"/requests/{returned.id}/check")
        assert "Ответьте на 1 замечание." in page.text

    def test_foreign_remark_is_no_remark_of_this_request(self, author: Client, returned: EventRequest, a_request: Make) -> None:
        other = a_request()
        remark = db.session.scalars(select(Remark.id)).one()
        sent = open_form(author, returned.id).form(action=f"/remarks/{remark}").values()
        author.post(f"/requests/{other.id}/remarks/{remark}/answer", {**sent, "accepted": "yes"}, expect=404)


def submitted(event_request: EventRequest, by: User) -> None:
    """Hand the request in by the office's verb."""
    request_id, by_id = event_request.id, by.id
    db.session.expire_all()
    work.transaction(
        lambda: approvals.submit(
            request_id, version=db.session.get_one(EventRequest, request_id).version, confirmed=True,
            by=db.session.get_one(User, by_id), now=work.now(),
        )
    )  # fmt: skip


def test_saving_keeps_a_venue_and_a_co_organizer_that_are_in_use_no_more(author: Client, a_request: Make, cast: Cast) -> None:
    """Left out of the choices they were lost by the next saving, without a word."""
    dm, venue = cast.unit("dm").id, cast.venue("v03").id
    made = a_request(venue="v03", co_organizers=(CoOrganizer(dm, "звук и свет"),))
    work.transaction(
        lambda: [setattr(db.session.get_one(Unit, dm), "active", False), setattr(db.session.get_one(Venue, venue), "active", False)]
    )
    send(author, open_form(author, made.id), title="Квиз с новым названием", expect_redirect=...)
    said = stored(made.id)
    assert (said.title, said.venue_id, said.co_organizers) == ("Квиз с новым названием", venue, (CoOrganizer(dm, "звук и свет"),))


class TestTimeOfAuthors:
    """How long the form was worked on is kept as it is of reviews (domain.md section 5, M4)."""

    @pytest.mark.engines("sqlite", "postgresql")
    def test_reports_of_the_page_add_up_and_stand_in_the_log(self, author: Client, a_request: Make, cast: Cast) -> None:
        made = a_request()
        page = open_form(author, made.id)
        address, token = page.one(class_="split-map").get("data-seen-url", ""), page.one("meta", name="csrf-token").get("content")
        for seconds, counted in (("0", 0), ("45", 45), ("30", 75), ("9000", 375), ("виноград", 375)):
            author.post(address, {"csrf_token": token, "active_seconds": seconds}, expect=204)
            assert self._kept(made.id) == [counted]
        submitted(db.session.get_one(EventRequest, made.id), cast.spec_pmc)
        author.post(address, {"csrf_token": token, "active_seconds": "20"}, expect=204)
        assert self._kept(made.id) == [375], "what is handed in is worked on no more"
        (act,) = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "submitted")).all()
        assert act.data["active_seconds"] == 375

    def test_strangers_report_nothing(self, client: Client, a_request: Make, sign_in: Callable[[Client, str], None]) -> None:
        made = a_request()
        sign_in(client, "stranger")
        token = client.get("/desk").one("meta", name="csrf-token").get("content")
        client.post(f"/requests/{made.id}/worked", {"csrf_token": token, "active_seconds": "45"}, expect=404)
        assert self._kept(made.id) == [0]

    def test_every_revision_has_a_time_of_its_own(self, author: Client, a_request: Make, cast: Cast) -> None:
        made = a_request()
        work.transaction(lambda: operations.count_active(made.id, 60, by=cast.spec_pmc))
        submitted(db.session.get_one(EventRequest, made.id), cast.spec_pmc)
        work.transaction(lambda: approvals.take_back(made.id, by=cast.spec_pmc, now=work.now()))
        work.transaction(lambda: operations.count_active(made.id, 15, by=cast.spec_pmc))
        assert self._kept(made.id) == [60, 15]

    def _kept(self, request_id: int) -> list[int]:
        db.session.rollback()
        db.session.expire_all()
        return [one.active_seconds for one in db.session.get_one(EventRequest, request_id).revisions]
