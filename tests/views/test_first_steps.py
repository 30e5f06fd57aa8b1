"""The first steps: the administrator's desk says what is still missing until a request can go its way."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from events.approvals import queries as approvals
from events.beginning import operations, queries
from events.beginning.models import SetUp
from events.beginning.queries import Lack
from events.foundation import work
from events.foundation.acting import SYSTEM
from events.foundation.db import db
from events.outbox.models import Message
from events.outbox.vocabulary import MessageState
from events.people.models import Membership, Unit, User
from events.people.vocabulary import Role
from tests.fixtures.browsing import Client, Page, words
from tests.fixtures.cast import Cast
from tests.fixtures.crowds import at_once
from tests.views.test_english import russian
from tests.views.test_set_up import address, set_up

SignedIn = Callable[[str], Client]
STEPS = "/administration/first-steps"


@pytest.fixture
def admin(empty_app: Flask) -> Client:
    """The first administrator of an office just set up."""
    return set_up(empty_app, address())


def done(page: Page) -> dict[str, bool]:
    """Each step of the list, and whether it is done."""
    found = [words(one) for one in page.one("ol", class_="rows")]
    return {one.removesuffix(" не сделано").removesuffix(" сделано"): not one.endswith(" не сделано") for one in found}


def faults() -> dict[str, Lack]:
    return work.transaction(lambda: {one.unit.ru: one.lack for one in queries.route_faults(work.now())}, write=False)


def count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


class TestList:
    def test_the_desk_of_a_new_office_says_what_is_missing_and_leads_there(self, admin: Client):
        page = admin.get("/desk")
        assert list(done(page).values()) == [True, False, False, False, False, True, False]
        for title in ("Название и адрес района", "Подразделения", "Люди", "Площадки", "Маршруты согласования", "Письма"):
            admin.get(page.links[title])

    def test_it_is_folded_away_by_its_reader_and_stays_in_its_place(self, admin: Client):
        page = admin.submit(admin.get("/desk"), button="Убрать этот список с рабочего стола", expect_redirect="/desk")
        assert "Первые шаги" not in page.texts("h2")
        assert len(done(admin.get(STEPS))) == 7

    def test_an_office_that_was_not_set_up_by_the_address_is_left_alone(self, app: Flask, signed_in: SignedIn):
        assert "Первые шаги" not in signed_in("admin").get("/desk").texts("h2")
        assert all(list(done(signed_in("admin").get(STEPS)).values())[1:4])

    def test_it_goes_when_all_is_done(self, app: Flask, signed_in: SignedIn, cast: Cast, now: datetime):
        row = SetUp(id=1, token_hash="0" * 64, start="", expires_at=now, used_at=now)
        work.transaction(lambda: db.session.add(row))
        admin = signed_in("admin")
        assert "Первые шаги" in admin.get("/desk").texts("h2")
        assert "Первые шаги" not in signed_in("spec_omp").get("/desk").texts("h2"), "the administrator's alone"
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], smtp_url="smtp://mail.example:25")
        admin.submit(admin.get("/administration/district"), button="Сохранить", name="Район", address="Площадь, 1", expect_redirect=...)
        admin.submit(admin.get(f"{STEPS}/letter"), button="Отправить пробное письмо", expect_redirect=...)
        assert [title for title, ready in done(admin.get("/desk")).items() if not ready] == [
            "Письма Пробное письмо ждёт отправки. Если оно ждёт дольше нескольких минут, служба рассылки не запущена."
        ]
        work.transaction(lambda: db.session.execute(update(Message).values(state=MessageState.SENT, sent_at=now)))
        assert "Первые шаги" not in admin.get("/desk").texts("h2")


class TestRoutes:
    def test_units_that_the_example_asks_are_named_and_added_and_its_routes_taken(self, admin: Client):
        page = admin.get(f"{STEPS}/routes")
        assert "omp — Отдел молодёжной политики" in page.text
        page = admin.submit(page, button="Завести эти подразделения", expect_redirect=f"{STEPS}/routes")
        page = admin.submit(page, button="Взять примерный набор маршрутов", expect_redirect=f"{STEPS}/routes")
        assert "Здесь пока некому решать" in page.text
        assert len(work.transaction(lambda: approvals.routes_in_force(work.now()), write=False)) == 3
        units = {one.key: one for one in db.session.scalars(select(Unit))}
        assert units["omp"].parent_id == units["admin"].id
        assert units["omp"].curator_id == units["zam_soc"].id

    def test_routes_are_taken_once_and_not_without_their_units(self, admin: Client):
        page = admin.get(f"{STEPS}/routes")
        adding = page.form("Завести эти подразделения")
        token = adding.values()["csrf_token"]
        refused = admin.post(f"{STEPS}/routes", {"csrf_token": token}, expect=422)
        assert "Сначала заведите их" in refused.text
        page = admin.submit(page, button="Завести эти подразделения", expect_redirect=...)
        taking = page.form("Взять примерный набор маршрутов").values()
        admin.post(f"{STEPS}/routes", taking, expect_redirect=...)
        assert "Маршруты уже есть" in admin.post(f"{STEPS}/routes", taking, expect=422).text

    def test_two_who_take_them_at_once_have_them_once(self, empty_app: Flask, admin: Client):
        work.transaction(lambda: operations.add_missing_units(by=SYSTEM, now=work.now()))
        outcome = at_once(empty_app, [lambda: work.transaction(lambda: operations.take_routes(by=SYSTEM, now=work.now()), attempts=9)] * 4)
        assert outcome == {"done": 1, "Refused": 3}

    def test_whoever_cannot_decide_is_named_with_what_is_missing(self, app: Flask, cast: Cast):
        assert faults() == {}
        zam = db.session.scalars(select(Unit).where(Unit.key == "zam_soc")).one().called.ru
        work.transaction(lambda: db.session.execute(update(User).where(User.email == "zam@demo.example").values(active=False)))
        assert faults() == {zam: Lack.NO_HEAD}

        def close() -> None:
            omp = db.session.scalars(select(Unit).where(Unit.key == "omp")).one()
            omp.active = False

        work.transaction(close)
        assert Lack.CLOSED in faults().values()

    def test_a_head_may_stand_for_the_reviewer(self, app: Flask, cast: Cast):
        reviewers = select(Membership).where(Membership.role == Role.REVIEWER)
        work.transaction(lambda: [db.session.delete(one) for one in db.session.scalars(reviewers)])
        assert Lack.NO_HEAD not in faults().values()


class TestLetter:
    def test_it_says_that_no_mail_server_is_set(self, admin: Client):
        assert "Почтовый сервер не указан" in admin.get(f"{STEPS}/letter").text

    def test_it_goes_by_the_outbox_and_says_what_became_of_it(self, empty_app: Flask, admin: Client):
        empty_app.config["SETTINGS"] = replace(empty_app.config["SETTINGS"], smtp_url="smtp://mail.example:25")
        page = admin.submit(admin.get(f"{STEPS}/letter"), button="Отправить пробное письмо", expect_redirect=f"{STEPS}/letter")
        assert "ждёт отправки" in page.text
        admin.submit(page, button="Отправить пробное письмо", expect_redirect=...)
        assert count(Message) == 1, "several within a minute are one"
        work.transaction(lambda: db.session.execute(update(Message).values(last_error="connection refused")))
        assert "не удалось отправить. connection refused" in admin.get(f"{STEPS}/letter").text


class TestDistrict:
    def test_who_was_overtaken_sees_what_the_other_wrote_and_keeps_what_was_typed(self, admin: Client):
        first, second = admin.get("/administration/district"), admin.get("/administration/district")
        admin.submit(first, button="Сохранить", name="Охтинский район", expect_redirect=...)
        page = admin.submit(second, button="Сохранить", name="Ржевский район", expect=409)
        assert "Охтинский район" in page.text
        assert page.form("Сохранить").values()["name"] == "Ржевский район"
        admin.submit(page, button="Сохранить", expect_redirect=...)
        assert admin.get("/administration/district").form("Сохранить").values()["name"] == "Ржевский район"

    def test_without_a_name_nothing_is_stored(self, admin: Client):
        page = admin.submit(admin.get("/administration/district"), button="Сохранить", name=" ", expect=422)
        assert page.errors == ["Укажите название района."]


def test_an_english_administrator_meets_no_russian(empty_app: Flask, admin: Client):
    work.transaction(lambda: db.session.execute(update(User).values(locale="en")))
    admin.language = "en"
    typed = ("Невский район", "пр. Обуховской Обороны, 163", "Первухина Анна Львовна", "А. Л. Первухина", "Первухина А. Л.")
    for path in ("/desk", STEPS, f"{STEPS}/routes", f"{STEPS}/letter", "/administration/district"):
        assert russian(admin.get(path).tree, typed) == [], path
