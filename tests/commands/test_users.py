"""Accounts from the command line: what it changes holds at once."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from events.audit.models import AuditEntry
from events.foundation import work
from events.foundation.db import db
from events.people import queries, rules
from tests.fixtures.browsing import Client
from tests.fixtures.cast import Cast

EMAIL = "spec_pmc@demo.example"
ROLE = ["--unit", "pmc", "--role", "head"]


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


def roles(email: str = EMAIL) -> list[tuple[str, str]]:
    def held() -> list[tuple[str, str]]:
        user = queries.user_by_email(email)
        return sorted((one.unit.key, one.role.value) for one in user.memberships) if user else []

    return work.transaction(held, write=False)


def actions(about: int) -> list[str]:
    mine = select(AuditEntry.action).where(AuditEntry.subject_kind == "user", AuditEntry.subject_id == about)
    return work.transaction(lambda: list(db.session.scalars(mine.order_by(AuditEntry.seq))), write=False)


def test_an_account_is_made_and_its_password_shown_once(runner: FlaskCliRunner, cast: Cast) -> None:
    new = ["users", "create", "--email", "New@Demo.example", "--name", "Новая Н. Н.", "--unit", "pmc", "--role", "author", "--generate"]
    answer = runner.invoke(args=new)
    assert answer.output.startswith("Учётная запись new@demo.example создана.\nПароль: ")
    user = queries.user_by_email("new@demo.example")
    assert user is not None
    assert rules.password_matches(answer.output.split()[-1], user.password)
    assert roles("new@demo.example") == [("pmc", "author")]
    db.session.rollback()
    assert (runner.invoke(args=new).exit_code, runner.invoke(args=[*new[:7], "nowhere", *new[8:]]).exit_code) == (1, 1)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"--email": "ivanov@mail..ru"}, "Проверьте адрес"),
        ({"--email": "a@demo.example; b@demo.example"}, "Проверьте адрес"),
        ({"--email": "ivаnov@demo.example"}, "Проверьте адрес"),
        ({"--email": "ivanov"}, "Проверьте адрес"),
        ({"--email": ".ivanov@demo.example"}, "Проверьте адрес"),
        ({"--email": f"{'i' * 65}@demo.example"}, "Проверьте адрес"),
        ({"--email": EMAIL}, "Учётная запись с этим адресом уже есть."),
        ({"--name": " \u200b "}, "Укажите фамилию, имя и отчество"),
        ({"--name": "И" * 201}, "Сократите текст до 200 знаков"),
        ({"--position": "с" * 201}, "Сократите текст до 200 знаков"),
    ],
)
def test_an_account_is_asked_what_a_form_would_ask(runner: FlaskCliRunner, cast: Cast, change: dict[str, str], said: str) -> None:
    before = runner.invoke(args=["users", "list"]).output
    words = {"--email": "new@demo.example", "--name": "Новая Н. Н.", "--unit": "pmc", "--role": "author", **change}
    answer = runner.invoke(args=["users", "create", *(word for pair in words.items() for word in pair), "--generate"])
    assert answer.exit_code == 1
    assert said in answer.output.replace("\u00a0", " ")
    assert runner.invoke(args=["users", "list"]).output == before


@pytest.mark.parametrize(
    ("command", "before", "after"),
    [
        (["grant", EMAIL, *ROLE], [("pmc", "author")], [("pmc", "author"), ("pmc", "head")]),
        (["revoke", EMAIL, "--unit", "pmc", "--role", "author"], [("pmc", "author")], []),
    ],
)
def test_a_changed_role_ends_the_sign_ins(
    runner: FlaskCliRunner,
    cast: Cast,
    signed_in: Callable[[str], Client],
    command: list[str],
    before: list[tuple[str, str]],
    after: list[tuple[str, str]],
) -> None:
    """Nothing goes on with the rights of before (reliability.md T16)."""
    client, user_id = signed_in("spec_pmc"), cast.spec_pmc.id
    client.get("/profile")
    assert roles() == before
    assert runner.invoke(args=["users", *command]).exit_code == 0
    assert roles() == after
    client.get("/profile", expect_redirect="/sign-in?next=/profile")
    assert actions(user_id)[-2:] == [{"grant": "role_granted", "revoke": "role_revoked"}[command[0]], "sessions_ended"]
    again = runner.invoke(args=["users", *command])
    assert (again.exit_code, roles()) == (1, after)


def test_a_blocked_account_is_out_at_once_and_in_again_when_unblocked(
    runner: FlaskCliRunner, cast: Cast, signed_in: Callable[[str], Client]
) -> None:
    client = signed_in("spec_pmc")
    client.get("/profile")
    assert runner.invoke(args=["users", "block", EMAIL]).output == "Учётная запись заблокирована.\n"
    client.get("/profile", expect_redirect="/sign-in?next=/profile")
    assert f"{EMAIL}\tВетрова Алина Игоревна\tpmc: author\tзаблокирована" in runner.invoke(args=["users", "list"]).output
    assert runner.invoke(args=["users", "unblock", EMAIL]).exit_code == 0
    client.get("/profile", expect_redirect="/sign-in?next=/profile")
    signed_in("spec_pmc").get("/profile")
    assert runner.invoke(args=["users", "block", "nobody@demo.example"]).exit_code == 1
