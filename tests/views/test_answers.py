"""The answer to a form that led nowhere has an address of its own: coming back to it sends nothing again, and nothing typed is lost."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, text

from commands.worker import Worker
from events.foundation import work
from events.foundation.db import db
from events.people import queries
from events.receipts.models import KeptAnswer
from events.requests.models import EventRequest
from events.requests.vocabulary import RequestStatus
from letters.accounts import password_link
from tests.fixtures.browsing import ORIGIN, Client, Page
from tests.fixtures.cast import Cast
from tests.fixtures.demo_rows import PASSWORD
from tests.fixtures.office import Office

Make = Callable[..., EventRequest]
SignIn = Callable[[Client, str], None]
ANYWHERE = ...


@pytest.fixture
def author(app: Flask, sign_in: SignIn, office: Office) -> Client:
    """The author in a browser, which says that it wants pages."""
    client = Client(app)
    sign_in(client, "spec_pmc")
    client.http.environ_base["HTTP_ACCEPT"] = "text/html,application/xhtml+xml,*/*;q=0.8"
    return client


@pytest.fixture
def submitted(office: Office, a_request: Make) -> int:
    request_id = a_request(venue=None).id
    office.submit(request_id)
    return request_id


def refused(author: Client, request_id: int) -> Page:
    """The page that says why a withdrawal without a reason is not taken."""
    page = author.get(f"/requests/{request_id}/withdraw")
    return author.submit(page, action="/withdraw", expect_redirect=ANYWHERE)


def test_a_refused_form_is_read_under_its_own_address_as_often_as_one_likes(author: Client, submitted: int):
    first = refused(author, submitted)
    assert first.path.startswith("/answers/")
    assert first.errors == ["Укажите причину: её прочтут все, кого это касается."]
    again = author.get(first.path)
    assert again.body == first.body
    assert again.response.headers["Cache-Control"] == "no-store"


def test_it_is_put_right_and_sent_from_there(author: Client, office: Office, submitted: int):
    """The nonce of a form that was not taken is still good; the same sent once more leads where the first did."""
    page = refused(author, submitted)
    for _ in range(2):
        author.submit(page, action="/withdraw", reason="Площадка закрыта.", expect_redirect=f"/requests/{submitted}", follow=False)
    assert office.request(submitted).status is RequestStatus.WITHDRAWN


def test_what_was_saved_beside_an_error_keeps_what_could_not_be_read(author: Client, a_request: Make):
    page = author.get(f"/requests/{a_request().id}/edit")
    page = author.submit(page, action="/edit", button="Сохранить черновик", expected="сорок", bring="Тетрадь", expect_redirect=ANYWHERE)
    assert page.path.startswith("/answers/")
    assert page.one("input", name="expected").get("value") == "сорок"
    assert page.one("body").get("data-path") == "/requests/1/edit"
    done = author.submit(page, action="/edit", button="Сохранить черновик", expected="40", expect_redirect="/requests/1/edit")
    assert done.one("input", name="bring").get("value") == "Тетрадь"


def test_a_conflict_keeps_both_texts(author: Client, a_request: Make, office: Office):
    found = a_request()
    page = author.get(f"/requests/{found.id}/edit")
    office.edit(found.id, "dir_pmc", title="Наименование коллеги")
    page = author.submit(page, action="/edit", button="Сохранить черновик", title="Моё наименование", expect_redirect=ANYWHERE)
    assert page.one("input", name="title").get("value") == "Моё наименование"
    assert "Наименование коллеги" in page.text


def test_nobody_else_opens_it(author: Client, submitted: int, app: Flask, sign_in: SignIn):
    path = refused(author, submitted).path
    colleague = Client(app)
    sign_in(colleague, "dir_pmc")
    colleague.get(path, expect=404)
    Client(app).get(path, expect_redirect=ANYWHERE)


def test_it_is_kept_for_a_day(author: Client, submitted: int, app: Flask, freeze: time_machine.Traveller, sign_in: SignIn):
    path = refused(author, submitted).path
    freeze.shift(timedelta(hours=23))
    Worker.of(app).tidy()
    sign_in(author, "spec_pmc")
    author.get(path)
    freeze.shift(timedelta(hours=2))
    Worker.of(app).tidy()
    sign_in(author, "spec_pmc")
    assert "Ответ на форму хранится сутки." in author.get(path, expect=404).text


def test_programs_are_answered_at_once(author: Client, submitted: int):
    author.http.environ_base["HTTP_ACCEPT"] = "application/json"
    page = author.get(f"/requests/{submitted}/withdraw")
    author.submit(page, action="/withdraw", expect=422)
    assert db.session.scalar(select(func.count(KeptAnswer.id))) == 0


def test_who_tries_too_often_is_told_at_once_when_to_come_back(author: Client):
    page = author.get("/sign-in/again")
    for _ in range(5):
        page = author.submit(page, password="wrong", expect_redirect=ANYWHERE)
    page = author.submit(page, password="wrong", expect=429)
    assert int(page.response.headers["Retry-After"]) > 0
    assert db.session.scalar(select(func.count(KeptAnswer.id))) == 5


def test_a_page_that_cannot_be_kept_is_answered_as_it_is(author: Client, submitted: int):
    page = author.get(f"/requests/{submitted}/withdraw")
    db.session.execute(text("DROP TABLE kept_answer"))
    db.session.commit()
    assert author.submit(page, action="/withdraw", expect=422).errors


@pytest.fixture
def visitor(client: Client) -> Client:
    """Somebody without an account, in a browser."""
    client.http.environ_base["HTTP_ACCEPT"] = "text/html,application/xhtml+xml,*/*;q=0.8"
    return client


def kept() -> int | None:
    db.session.rollback()
    return db.session.scalar(select(func.count(KeptAnswer.id)))


def test_a_refused_sign_in_is_read_under_an_address_of_its_own(visitor: Client):
    """Nothing is stored for whoever has no account, and the password stands nowhere."""
    page = visitor.get("/sign-in?next=/profile")
    page = visitor.submit(page, email="SPEC_PMC@demo.example", password="three cats", expect_redirect=ANYWHERE)
    assert page.path.startswith("/sign-in?refused=")
    assert page.texts("h2") == ["Адрес и пароль не подходят друг к другу. Попробуйте ещё раз."]
    assert page.one("input", name="email").get("value") == "spec_pmc@demo.example"
    assert visitor.get(page.path).texts("h2") == page.texts("h2")
    english = visitor.get(page.links["English"])
    assert english.texts("h2") == ["The address and the password do not match. Please try again."]
    assert kept() == 0
    with visitor.http.session_transaction(base_url=ORIGIN) as session:
        assert "three cats" not in repr(dict(session))
    visitor.submit(page, email="spec_pmc@demo.example", password=PASSWORD, expect_redirect="/profile")
    with visitor.http.session_transaction(base_url=ORIGIN) as session:
        assert "refused" not in session


def test_a_link_somebody_made_up_and_the_page_opened_anew_say_nothing(visitor: Client):
    assert visitor.get("/sign-in?refused=made-up").errors == []
    page = visitor.submit(visitor.get("/sign-in"), email="", password="", expect_redirect=ANYWHERE)
    assert page.errors == ["Введите адрес электронной почты.", "Введите пароль."]
    assert visitor.get("/sign-in").errors == []
    assert visitor.get(page.path.replace("/sign-in", "/password/forgotten")).errors == []


def test_an_address_that_is_none_comes_back_as_it_was_typed(visitor: Client):
    page = visitor.submit(visitor.get("/password/forgotten?lang=en"), email="ivanov@mail..ru", expect_redirect=ANYWHERE)
    assert page.path.startswith("/password/forgotten?refused=")
    assert len(page.errors) == 1
    assert page.one("input", name="email").get("value") == "ivanov@mail..ru"
    visitor.submit(visitor.get("/sign-in"), email="a" * 5000, password="x", expect=422)


def test_a_new_password_that_is_none_is_said_under_its_own_address(visitor: Client, cast: Cast):
    link = work.transaction(lambda: password_link(queries.user_by_email("spec_pmc@demo.example")), write=False)  # type: ignore[arg-type]
    page = visitor.follow(visitor.get(link.removeprefix(ORIGIN), expect_redirect="/password/new"))
    page = visitor.submit(page, new="short", repeat="other", expect_redirect=ANYWHERE)
    assert page.path.startswith("/password/new?refused=")
    assert len(page.errors) == 2
    with visitor.http.session_transaction(base_url=ORIGIN) as session:
        assert not {"short", "other"} & set(repr(dict(session)).split("'"))
    visitor.submit(page, new="three cats upon the roof", repeat="three cats upon the roof", expect_redirect="/sign-in")
    visitor.submit(page, new="three cats upon the roof", repeat="x", expect_redirect="/password/new", follow=False)
    assert kept() == 0


def test_typed_text_carried_through_a_wrong_password_is_not_left_behind(author: Client, submitted: int):
    """The text of a form that came too late rides on the page itself, which no cookie would hold."""
    page = author.get(f"/requests/{submitted}/withdraw")
    author.submit(author.get("/desk"), action="/sign-out", expect_redirect="/sign-in")
    page = author.submit(page, action="/withdraw", reason="Площадка закрыта.", expect=401)
    page = author.submit(page, email="spec_pmc@demo.example", password="x", expect=422)
    assert page.one("input", name="kept").get("value")
