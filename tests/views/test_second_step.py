"""Signing in with a second step as a browser does it: what it takes, what it survives, and what does not get past it."""

from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from events.audit.models import AuditEntry
from events.factors import rules
from events.factors.models import Authenticator
from events.foundation import work
from events.foundation.acting import SYSTEM
from events.foundation.db import db
from events.outbox.models import Message
from events.people import operations, queries
from events.receipts.models import KeptAnswer
from letters.accounts import password_link
from tests.fixtures.browsing import Client, Page
from tests.fixtures.cast import Cast, sign_in_as
from tests.fixtures.demo_rows import PASSWORD

EMAIL = "spec_pmc@demo.example"
NEW = "три кота на крыше"
STEP = timedelta(seconds=rules.CODE_SECONDS)
SECOND = "/sign-in/second-step?next=/profile"


class Phone:
    """An app set up on the pages, the clock moved on so that its next code serves."""

    def __init__(self, client: Client, freeze: time_machine.Traveller) -> None:
        self.freeze = freeze
        sign_in_as(client, "spec_pmc")
        page = client.submit(client.get("/profile/security"), button="Подключить приложение", expect_redirect="/profile/security/app")
        self.app = pyotp.TOTP(page.texts("code")[0].replace(" ", ""))
        page = client.submit(page, code=self.code(), expect_redirect="/profile/security/codes")
        self.paper = page.texts("code")

    def code(self) -> str:
        """The next code."""
        self.freeze.shift(STEP)
        return self.app.at(work.now())


@pytest.fixture
def phone(app: Flask, cast: Cast, client: Client, freeze: time_machine.Traveller) -> Phone:
    return Phone(client, freeze)


@pytest.fixture
def browser(new_client: Callable[[], Client]) -> Client:
    """Another browser, whose owner knows the password."""
    return new_client()


def with_password(client: Client) -> Page:
    page = client.get("/sign-in?next=/profile")
    return client.submit(page, email=EMAIL, password=PASSWORD, expect_redirect=SECOND)


def begin_again(client: Client, page: Page, code: str) -> None:
    """The code is not looked at: the password is asked for anew."""
    client.submit(page, code=code, expect=422)
    client.get("/profile", expect_redirect="/sign-in?next=/profile")


def test_the_password_alone_opens_nothing(phone: Phone, browser: Client):
    page = with_password(browser)
    assert page.h1 == "Второй шаг"
    browser.get("/profile", expect_redirect="/sign-in?next=/profile")
    client_code = phone.code()
    assert browser.submit(page, code=f"{client_code[:3]} {client_code[3:]}", expect_redirect="/profile").h1 == "Мой профиль"


def test_a_code_seen_over_the_shoulder_serves_nobody_else(phone: Phone, browser: Client, new_client: Callable[[], Client]):
    code, other = phone.code(), new_client()
    browser.submit(with_password(browser), code=code, expect_redirect="/profile")
    assert other.submit(with_password(other), code=code, expect=422).errors == ["Код не подходит или уже использован. Попробуйте ещё раз."]


def test_a_recovery_code_signs_in_once(phone: Phone, browser: Client, new_client: Callable[[], Client]):
    assert len(set(phone.paper)) == 10
    page = browser.submit(with_password(browser), code=phone.paper[0], expect_redirect="/profile")
    assert "осталось 9 из 10" in browser.get("/profile/security").text
    other = new_client()
    page = other.submit(with_password(other), code=phone.paper[0], expect=422)
    other.submit(page, code="нет", expect=422)
    assert db.session.scalars(select(Message.kind).where(Message.kind == "recovery_code_used")).all() == ["recovery_code_used"]


def test_recovery_codes_are_shown_once_and_no_page_with_a_secret_is_kept(phone: Phone, client: Client):
    client.get("/profile/security/codes", expect_redirect="/profile/security")
    page = client.submit(client.get("/profile/security"), button="Подключить другой телефон", expect_redirect="/profile/security/app")
    sent = page.form(action="/code").fill({"code": "123"})
    page = client.post("/profile/security/app/code", sent, headers={"Accept": "text/html"}, expect_redirect=...)
    assert client.follow(page).errors == ["Код состоит из шести цифр."]
    assert db.session.scalars(select(KeptAnswer)).all() == []


def test_after_ten_minutes_the_password_is_asked_for_anew(phone: Phone, browser: Client, freeze: time_machine.Traveller):
    page = with_password(browser)
    freeze.shift(rules.STEP_LASTS)
    begin_again(browser, page, phone.code())


def test_another_browser_cannot_go_on(phone: Phone, browser: Client, new_client: Callable[[], Client]):
    page, other = with_password(browser), new_client()
    token = other.get("/sign-in").one("input", name="csrf_token").get("value")
    other.post("/sign-in/second-step", {"csrf_token": token, "code": phone.code()}, expect=422)
    browser.submit(page, code=phone.code(), expect_redirect="/profile")


def test_five_wrong_codes_end_it_and_more_wait(phone: Phone, browser: Client):
    page = with_password(browser)
    for _ in range(4):
        page = browser.submit(page, code="123456", expect=422)
    page = browser.submit(page, code="123456", expect_redirect="/sign-in?next=/profile")
    assert "Пять неверных кодов. Начните снова с пароля." in page.body
    browser.submit(with_password(browser), code=phone.code(), expect=429)
    refused = db.session.scalars(select(AuditEntry.data).where(AuditEntry.action == "second_step_refused").order_by(AuditEntry.seq)).all()
    assert [one["count"] for one in refused] == [1, 2, 3, 4, 5]


def test_a_new_password_does_not_get_past_it_and_ends_what_waits(phone: Phone, browser: Client, new_client: Callable[[], Client]):
    page, thief = with_password(browser), new_client()
    link = password_link(queries.user_by_email(EMAIL)).removeprefix("http://127.0.0.1:8000")
    db.session.rollback()
    thief.get(link, expect_redirect="/password/new")
    changed = thief.submit(thief.get("/password/new"), new=NEW, repeat=NEW, expect_redirect="/sign-in")
    thief.submit(changed, email=EMAIL, password=NEW, expect_redirect="/sign-in/second-step?next=/desk")
    thief.get("/profile", expect_redirect="/sign-in?next=/profile")
    begin_again(browser, page, phone.code())


def test_dismissal_ends_a_sign_in_that_waits(phone: Phone, browser: Client):
    page = with_password(browser)
    work.transaction(lambda: operations.dismiss(queries.user_by_email(EMAIL), by=SYSTEM, now=work.now()))
    begin_again(browser, page, phone.code())


def test_a_form_that_waits_for_the_sign_in_waits_for_the_second_step_too(phone: Phone, client: Client, freeze: time_machine.Traveller):
    token = client.get("/requests/new").all("input", name="csrf_token")[0].get("value")
    freeze.shift(timedelta(hours=9))
    page = client.post("/requests/new", {"csrf_token": token, "t": "набрано"}, expect=401)
    page = client.submit(page, email=EMAIL, password=PASSWORD)
    assert "сохранен" in page.text
    page = client.submit(page, code="123456", expect=422)
    page = client.submit(page, code=phone.code())
    assert page.h1 == "Вы снова вошли"


def test_an_old_sign_in_proves_itself_before_a_change(phone: Phone, client: Client, freeze: time_machine.Traveller):
    freeze.shift(timedelta(minutes=16))
    page = client.submit(client.get("/profile/security"), button="Отключить приложение", expect_redirect=...)
    assert page.h1 == "Подтвердите, что это вы"
    page = client.submit(page, password=PASSWORD, expect_redirect="/profile/security")
    client.submit(page, button="Отключить приложение", expect_redirect="/profile/security")
    assert db.session.scalars(select(Authenticator)).all() == []


def test_an_administrator_resets_it_and_the_person_is_told(phone: Phone, browser: Client, new_client: Callable[[], Client]):
    admin, user_id = new_client(), queries.user_by_email(EMAIL).id
    db.session.rollback()
    sign_in_as(admin, "admin")
    page = admin.get(f"/administration/people/rows/{user_id}")
    page = admin.submit(page, button="Сбросить второй шаг", expect_redirect=f"/administration/people/rows/{user_id}")
    assert "Администратор сбросил второй шаг." in page.text
    browser.submit(browser.get("/sign-in?next=/profile"), email=EMAIL, password=PASSWORD, expect_redirect="/profile")
    assert "second_step_reset" in db.session.scalars(select(Message.kind)).all()


def test_the_command_resets_it_too(phone: Phone, app: Flask, browser: Client):
    done = app.test_cli_runner().invoke(args=["users", "reset-second-factor", EMAIL])
    assert done.exit_code == 0, done.output
    browser.submit(browser.get("/sign-in?next=/profile"), email=EMAIL, password=PASSWORD, expect_redirect="/profile")
