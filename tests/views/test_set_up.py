"""The first start: one address, used once, makes the first administrator."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from app import create_app
from commands.first_address import first_address, new_address
from events.audit import operations as audit
from events.beginning import operations
from events.beginning.models import SetUp
from events.beginning.operations import Founding
from events.district.models import Direction, District, Rule
from events.foundation import work
from events.foundation.db import db
from events.people import queries, rules
from events.people.models import Unit, User
from events.worktime import queries as worktime
from tests.fixtures.browsing import Client, Page
from tests.fixtures.crowds import at_once
from tests.fixtures.house import differing, snapshot
from tests.views.test_english import russian

ORIGIN = "http://127.0.0.1:8000"
PASSWORD = "три кота на крыше"
TYPED = {
    "district": "Невский район",
    "address": "пр. Обуховской Обороны, 163",
    "full_name": "Первухина Анна Львовна",
    "email": "First@Nevsky.example",
    "new": PASSWORD,
    "repeat": PASSWORD,
}


def address() -> str:
    found = new_address()
    assert found is not None
    return found.removeprefix(ORIGIN)


def token(path: str) -> str:
    return path.rpartition("/")[2]


def opened(app: Flask, path: str, *, expect: int = 200) -> tuple[Client, Page]:
    client = Client(app)
    assert client.get(path, expect_redirect="/set-up").response.headers["Cache-Control"] == "no-store"
    return client, client.get("/set-up", expect=expect)


def set_up(app: Flask, path: str, **typed: object) -> Client:
    client, page = opened(app, path)
    client.submit(page, button="Начать", expect_redirect="/desk", **{**TYPED, **typed})
    return client


def count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_the_address_makes_the_first_administrator_and_all_that_the_office_begins_with(empty_app: Flask):
    client = set_up(empty_app, address())
    assert "Первый запуск" not in client.get("/desk").text
    client.get("/administration/")
    user = queries.user_by_email("first@nevsky.example")
    assert user is not None
    assert [(held.unit.key, held.role.value) for held in user.memberships] == [("admin", "admin"), ("admin", "coordinator")]
    assert rules.password_matches(PASSWORD, user.password)
    district = db.session.get(District, 1)
    assert district is not None
    assert (district.name, district.address) == (TYPED["district"], TYPED["address"])
    assert count(Rule)
    assert count(Direction)
    assert work.transaction(worktime.calendar, write=False).years
    assert work.transaction(audit.verify, write=False) is not None


def test_directories_are_taken_from_the_example_only_when_asked(empty_app: Flask):
    set_up(empty_app, address(), example=False)
    assert count(Direction) == 0


@pytest.mark.parametrize("how", ["used", "expired", "replaced", "invented", "none"])
def test_an_address_that_is_good_no_longer_says_so_and_writes_nothing(empty_app: Flask, freeze: time_machine.Traveller, how: str):
    path = address()
    client, page = opened(empty_app, path)
    if how == "used":
        set_up(empty_app, path)
    elif how == "expired":
        freeze.shift(timedelta(days=1))
    elif how == "replaced":
        address()
    elif how == "invented":
        client.get("/set-up/no-such-token", expect_redirect="/set-up")
    else:
        client = Client(empty_app)
    before = snapshot()
    again = client.submit(page, button="Начать", expect=410, **TYPED) if how != "none" else client.get("/set-up", expect=410)
    assert again.h1 == "Этот адрес больше не действует"
    assert ("уже настроена" in again.text) is (how == "used")
    assert client.get("/set-up", expect=410).response.headers["Cache-Control"] == "no-store"
    assert differing(before, snapshot()) == []


def test_what_was_typed_wrongly_is_said_at_its_field_and_the_address_stays_good(empty_app: Flask):
    path = address()
    client, page = opened(empty_app, path)
    for _ in range(rules.FAILURES_PER_ACCOUNT_AND_ORIGIN + 1):
        page = client.submit(
            page, button="Начать", expect=422, **{**TYPED, "district": " ", "email": "нет", "new": "пароль", "repeat": "x"}
        )
    assert len(page.errors) == 4
    assert page.form().values()["address"] == TYPED["address"]
    client.submit(page, button="Начать", expect_redirect="/desk", **TYPED)


def test_an_english_reader_meets_no_russian(empty_app: Flask):
    client, page = opened(empty_app, address())
    client.language = "en"
    page = client.get("/set-up?lang=en")
    assert (page.h1, russian(page.tree, ())) == ("First start", [])
    page = client.submit(page, button="Begin", expect=422)
    assert russian(page.tree, ()) == []
    client.get("/set-up/guess?lang=en", expect_redirect="/set-up?lang=en")
    assert russian(client.get("/set-up?lang=en", expect=410).tree, ()) == []


def test_guessing_is_slowed_down(empty_app: Flask):
    client, page = opened(empty_app, address())
    client.get("/set-up/guess", expect_redirect="/set-up")
    for _ in range(rules.FAILURES_PER_ACCOUNT_AND_ORIGIN):
        client.submit(page, button="Начать", expect=410, **TYPED)
        client.get("/set-up/guess", expect_redirect="/set-up")
    assert "Retry-After" in client.submit(page, button="Начать", expect=429, **TYPED).response.headers


def test_of_many_who_come_at_once_one_is_the_first(empty_app: Flask):
    wanted = token(address())

    def come(number: int) -> Callable[[], object]:
        said = Founding("Район", "", f"Первый {number}", f"first{number}@nevsky.example", rules.NO_PASSWORD, example=True)
        return lambda: found.append(work.transaction(lambda: operations.found(wanted, said, now=work.now()) is not None, attempts=9))

    found: list[bool] = []
    assert at_once(empty_app, [come(number) for number in range(8)]) == {"done": 8}
    assert sorted(found) == [*[False] * 7, True]
    assert (count(User), count(Unit)) == (1, 1)
    assert work.transaction(audit.verify, write=False) is not None


class TestPrinted:
    def test_only_the_hash_is_kept(self, empty_app: Flask):
        made = token(address())
        kept = db.session.get(SetUp, 1)
        assert kept is not None
        assert kept.token_hash == rules.token_hash(made)
        assert len(made) >= 40

    def test_of_the_processes_of_one_start_one_prints_and_the_next_start_prints_anew(self, empty_app: Flask):
        found: list[str | None] = []

        def worker() -> None:
            found.append(work.transaction(lambda: operations.offer("a start", now=work.now()), attempts=9))

        assert at_once(empty_app, [worker] * 8) == {"done": 8}
        assert len([one for one in found if one]) == 1
        assert work.transaction(lambda: operations.offer("another start", now=work.now()))

    def test_nothing_is_printed_where_there_are_accounts(self, app: Flask, capsys: pytest.CaptureFixture[str]):
        first_address(app)
        first_address(app, start=True)
        assert capsys.readouterr().out == ""
        answer = app.test_cli_runner().invoke(args=["users", "first"])
        assert (answer.exit_code, "уже есть" in answer.output) == (1, True)

    def test_the_command_prints_a_new_one(self, empty_app: Flask):
        old = address()
        answer = empty_app.test_cli_runner().invoke(args=["users", "first"])
        assert answer.exit_code == 0
        opened(empty_app, old, expect=410)
        opened(empty_app, answer.output.split()[-1].removeprefix(ORIGIN))

    def test_a_server_prints_it_and_logs_nothing_of_it(
        self, empty_app: Flask, empty_database_url: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
    ):
        monkeypatch.setenv("MARSHRUT_DATABASE_URL", empty_database_url)
        monkeypatch.setenv("MARSHRUT_INSTANCE_PATH", empty_app.instance_path)
        monkeypatch.setenv("MARSHRUT_SECRET_KEY", "k" * 40)
        for _ in range(2):
            create_app()
        told = capfd.readouterr()
        printed = re.findall(r"/set-up/(\S+)", told.out)
        assert len(printed) == 1, "the second process of the same start prints nothing"
        assert printed[0] not in told.err
