"""A second step that a role needs from a day on: who is told, who is led, and what opens meanwhile."""

from collections.abc import Callable
from datetime import date, timedelta

import pyotp
import pytest
import time_machine
from flask import Flask

from events.district import operations as district
from events.district import queries as rules_of
from events.district.rule_periods import Period, stamp
from events.district.rule_values import ROLE_WORDS
from events.foundation import work
from events.foundation.acting import SYSTEM
from events.people import queries
from events.people.vocabulary import Role
from tests.fixtures.browsing import Client
from tests.fixtures.cast import Cast, sign_in_as

TODAY = date(2026, 6, 1)
RULE = "second_step_roles"


def needed_from(day: date, *roles: Role) -> None:
    def act() -> None:
        period = Period(RULE, [role.value for role in roles], "Распоряжение № 7", day)
        district.set_from(period, stamp(rules_of.periods_of(RULE)), by=SYSTEM, now=work.now())

    work.transaction(act)


@pytest.fixture
def author(app: Flask, cast: Cast, client: Client) -> Client:
    sign_in_as(client, "spec_pmc")
    return client


def test_roles_are_called_alike_in_rules_and_people():
    assert list(ROLE_WORDS) == [role.value for role in Role]


def test_whoever_needs_it_is_led_to_set_it_up_and_opens_nothing_else(author: Client, freeze: time_machine.Traveller):
    needed_from(TODAY, Role.AUTHOR)
    for address in ("/desk", "/requests/", "/requests/new", "/profile"):
        author.get(address, expect_redirect="/profile/security")
    page = author.get("/profile/security")
    assert "Вашей роли нужен второй шаг" in page.text
    page = author.submit(page, button="Подключить приложение", expect_redirect="/profile/security/app")
    code = pyotp.TOTP(page.texts("code")[0].replace(" ", "")).at(work.now())
    page = author.submit(page, code=code, expect_redirect="/profile/security/codes")
    assert author.get("/desk").h1 == "Что ждёт меня"


def test_a_form_sent_meanwhile_is_shown_to_be_copied(author: Client):
    token = author.get("/requests/new").all("input", name="csrf_token")[0].get("value")
    needed_from(TODAY, Role.AUTHOR)
    page = author.post("/requests/new", {"csrf_token": token}, expect=409)
    assert "Сначала настройте его" in page.text
    author.submit(author.get("/profile/security"), button="Выйти", expect_redirect="/sign-in")


def test_others_are_left_alone(author: Client, new_client: Callable[[], Client]):
    needed_from(TODAY, Role.ADMIN, Role.HEAD)
    assert author.get("/desk").status == 200
    head = new_client()
    sign_in_as(head, "dir_pmc")
    head.get("/desk", expect_redirect="/profile/security")


def test_a_notice_stands_on_the_desk_until_the_day(author: Client, freeze: time_machine.Traveller):
    needed_from(TODAY + timedelta(days=14), Role.AUTHOR)
    assert "С 15 июня вход — только со вторым шагом." in author.get("/desk").text
    freeze.shift(timedelta(days=14))
    sign_in_as(author, "spec_pmc")
    author.get("/desk", expect_redirect="/profile/security")


def test_an_administrator_sets_it_among_the_rules(app: Flask, cast: Cast, client: Client):
    sign_in_as(client, "admin")
    assert "Каким ролям при входе нужен второй шаг" in client.get("/administration/rules/").text
    page = client.get(f"/administration/rules/{RULE}")
    page = client.submit(page, value=["admin", "coordinator"], valid_from="2026-06-15", source="Распоряжение № 7", expect_redirect=...)
    assert "координатор" in page.text
    found = work.transaction(lambda: rules_of.rules(date(2026, 6, 15)).second_step_roles, write=False)
    assert found == {"admin", "coordinator"}
    assert work.transaction(lambda: queries.second_step_from(queries.person(cast.admin.id), TODAY), write=False) == date(2026, 6, 15)
    page = client.get(f"/administration/rules/{RULE}/periods/2026-06-15")
    client.submit(page, button="Сохранить", value=[], expect_redirect=...)
    assert work.transaction(lambda: rules_of.rules(date(2026, 6, 15)).second_step_roles, write=False) == frozenset()
