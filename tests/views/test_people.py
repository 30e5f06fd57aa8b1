"""Signing in and out as a browser does it, and what an attacker would try."""

import re
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask, request
from sqlalchemy import func, select

from events.audit.models import AuditEntry
from events.district import operations as district
from events.foundation import work
from events.foundation.acting import SYSTEM
from events.foundation.db import db
from events.outbox.models import Message
from events.people import operations, queries, rules
from events.people.models import AuthAttempt, LoginSession, User
from events.people.vocabulary import AttemptKind
from letters.accounts import password_link
from tests.fixtures.browsing import Client, Page
from tests.fixtures.cast import Cast
from tests.fixtures.demo_rows import PASSWORD
from views import access
from views.people import passwords

SignIn = Callable[[Client, str], Page]
Counting = Callable[[], AbstractContextManager[list[str]]]

EMAIL = "spec_pmc@demo.example"
NEW = "три кота на крыше"
EVIL = [
    "//evil.example", "/\\evil.example", "\\/evil.example", "/\t/evil.example", "/\n/evil.example", "///evil.example", "////evil.example",
    "https:evil.example", "https://evil.example", "http://127.0.0.1:8000@evil.example/", "javascript:alert(1)", "data:text/html,x",
    " //evil.example", "/%09/evil.example\r\nSet-Cookie: a=b", "evil.example", "", "x" * 3000,
]  # fmt: skip


def cookies(client: Client):
    return [(each.key, each.value) for each in client.http._cookies.values()]


def replay(client: Client, kept: list[tuple[str, str]]):
    for name, value in kept:
        client.http.set_cookie(name, value, domain="127.0.0.1")


def sessions():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(LoginSession).where(LoginSession.ended_at.is_(None)))


def link_path(login: str = "spec_pmc"):
    user = queries.user_by_email(f"{login}@demo.example")
    path = password_link(user).removeprefix("http://127.0.0.1:8000")
    db.session.rollback()
    return path


def shown_field(page: Page, name: str):
    return page.one("input", name=name).get("value")


@pytest.fixture
def sign_in():
    """Sign in and land on the profile."""

    def act(client: Client, login: str) -> Page:
        page = client.get("/sign-in?next=/profile")
        return client.submit(page, email=f"{login}@demo.example", password=PASSWORD, expect_redirect="/profile")

    return act


@pytest.fixture
def desk(own_application: None, app: Flask):
    """A page of the staff with a form, whose POST tells what arrived; `/scratch/fresh` asks for a recent password."""

    def scratch() -> dict[str, Any]:
        return {"got": request.form.getlist("t"), "nonce": request.form.get("nonce")}

    def fresh() -> dict[str, Any]:
        access.require_recent_proof(work.now())
        return scratch()

    app.add_url_rule("/scratch", "scratch", access.staff(scratch), methods=["POST"])
    app.add_url_rule("/scratch/fresh", "fresh", access.staff(fresh), methods=["POST"])


def token_of(client: Client):
    return client.get("/profile").all("input", name="csrf_token")[0].get("value")


def test_sign_in_leads_to_where_one_wanted(app: Flask, client: Client):
    client.get("/profile", expect_redirect="/sign-in?next=/profile")
    page = client.submit(client.get("/sign-in?next=/profile"), email=EMAIL.upper(), password=PASSWORD, expect_redirect="/profile")
    assert page.h1 == "Мой профиль"
    client.get("/sign-in?next=/profile", expect_redirect="/profile")


@pytest.mark.parametrize("email", [EMAIL, "nobody@demo.example", "blocked@demo.example"])
def test_a_wrong_sign_in_says_the_same_whoever_it_is(app: Flask, client: Client, cast: Cast, email: str):
    def block() -> None:
        operations.invite("blocked@demo.example", "Блок Б Б", "", [], rules.hash_password("wrong"), by=SYSTEM, now=work.now())
        operations.dismiss(queries.user_by_email("blocked@demo.example"), by=SYSTEM, now=work.now())

    work.transaction(block)
    page = client.submit(client.get("/sign-in"), email=email, password="wrong", expect=422)
    assert page.texts("h2") == ["Адрес и пароль не подходят друг к другу. Попробуйте ещё раз."]
    assert shown_field(page, "email") == email
    assert not shown_field(page, "password")
    assert sessions() == 0


def test_sixth_try_waits_even_with_the_right_password(app: Flask, client: Client):
    page = client.get("/sign-in")
    for _ in range(5):
        page = client.submit(page, email=EMAIL, password="wrong", expect=422)
    page = client.submit(page, email=EMAIL, password=PASSWORD, expect=429)
    assert "Попробуйте снова через 15 минут." in page.text
    assert page.response.headers["Retry-After"] == "900"


def test_tries_are_not_told_apart_by_a_forged_forwarding_header(app: Flask, client: Client):
    page = client.get("/sign-in")
    for number in range(20):
        client.submit(page, email=f"a{number}@x.example", password="wrong", expect=422)
    client.http.environ_base["HTTP_X_FORWARDED_FOR"] = "203.0.113.9"
    client.submit(page, email="b@x.example", password="wrong", expect=429)


def fail_elsewhere(email: str, origins: int) -> None:
    """Five wrong tries from each of so many places."""

    def act() -> None:
        for number in range(5 * origins):
            operations.admit(AttemptKind.SIGN_IN, email, f"203.0.113.{number % origins}", now=work.now())

    work.transaction(act)


def test_guessing_elsewhere_keeps_nobody_out(app: Flask, client: Client):
    fail_elsewhere(EMAIL, 9)
    page = client.submit(client.get("/sign-in?next=/profile"), email=EMAIL, password="wrong", expect=422)
    client.submit(page, email=EMAIL, password=PASSWORD, expect_redirect="/profile")


def test_guessing_from_everywhere_at_once_is_stopped(app: Flask, client: Client):
    fail_elsewhere(EMAIL, 10)
    page = client.submit(client.get("/sign-in"), email=EMAIL, password=PASSWORD, expect=429)
    assert page.response.headers["Retry-After"] == "900"


def test_guessing_elsewhere_never_keeps_a_signed_in_person_from_deciding(app: Flask, client: Client, sign_in: SignIn):
    sign_in(client, "spec_pmc")
    fail_elsewhere(EMAIL, 10)
    page = client.get("/sign-in/again?next=/profile")
    for _ in range(4):
        page = client.submit(page, password="wrong", expect=422)
    client.submit(page, password=PASSWORD, expect_redirect="/profile")
    client.submit(client.get("/password/change"), present=PASSWORD, new=NEW, repeat=NEW, expect_redirect="/profile/security")


def test_a_signed_in_person_guesses_five_times_too(app: Flask, client: Client, sign_in: SignIn):
    sign_in(client, "spec_pmc")
    page = client.get("/sign-in/again")
    for _ in range(5):
        page = client.submit(page, password="wrong", expect=422)
    client.submit(page, password=PASSWORD, expect=429)


@pytest.mark.parametrize("target", EVIL)
def test_next_never_leads_away(app: Flask, client: Client, target: str):
    page = client.get("/sign-in", query_string={"next": target})
    assert shown_field(page, "next") == "/desk"
    client.submit(page, email=EMAIL, password=PASSWORD, next=target, expect_redirect="/desk", follow=False)


@pytest.mark.parametrize("target", ["/requests/?q=a%20b&page=2", "/", "/profile#sessions"])
def test_next_of_ours_is_kept(app: Flask, target: str):
    with app.test_request_context("/", base_url="http://127.0.0.1:8000"):
        assert access.safe_next(target) == target


def test_sign_in_needs_a_token_and_says_so_in_words(app: Flask, client: Client):
    page = client.post("/sign-in", {"email": EMAIL, "password": PASSWORD}, expect=422)
    assert "Страница была открыта слишком долго. Отправьте её ещё раз." in page.text
    assert sessions() == 0


def test_an_old_cookie_is_dead_after_signing_out(app: Flask, client: Client, sign_in: SignIn):
    sign_in(client, "spec_pmc")
    kept = cookies(client)
    client.submit(client.get("/profile"), button="Выйти", expect_redirect="/sign-in")
    replay(client, kept)
    client.get("/profile", expect_redirect="/sign-in?next=/profile")


def test_an_old_cookie_is_dead_after_dismissal(app: Flask, client: Client, sign_in: SignIn):
    sign_in(client, "spec_pmc")
    work.transaction(lambda: operations.dismiss(queries.user_by_email(EMAIL), by=SYSTEM, now=work.now()))
    client.get("/profile", expect_redirect="/sign-in?next=/profile")


def test_a_sign_in_gets_a_fresh_session_and_ends_the_one_before(app: Flask, client: Client, sign_in: SignIn):
    client.get("/sign-in")
    before = cookies(client)
    sign_in(client, "spec_pmc")
    kept = cookies(client)
    assert kept != before
    page = client.get("/sign-in/again")
    client.post(
        "/sign-in",
        {"csrf_token": shown_field(page, "csrf_token"), "email": "dir_pmc@demo.example", "password": PASSWORD},
        expect_redirect=...,
    )
    assert sessions() == 1
    replay(client, kept)
    client.get("/profile", expect_redirect="/sign-in?next=/profile")


def test_cookie_holds_nothing_about_the_person(app: Flask, client: Client, sign_in: SignIn):
    sign_in(client, "spec_pmc")
    with client.http.session_transaction(base_url="http://127.0.0.1:8000") as session:
        assert set(session) == {"csrf_token", "login"}
    header = client.get("/language", expect=405)
    assert "spec_pmc" not in str(cookies(client))
    assert header.status == 405


def test_public_pages_set_no_cookie_and_vary_by_none(app: Flask, client: Client):
    page = client.get("/healthz")
    assert "Set-Cookie" not in page.response.headers
    assert "Cookie" not in page.response.headers.get("Vary", "")


def test_idle_sign_in_ends(app: Flask, client: Client, sign_in: SignIn, freeze: time_machine.Traveller):
    sign_in(client, "spec_pmc")
    freeze.shift(timedelta(hours=7, minutes=59))
    client.get("/profile")
    freeze.shift(timedelta(hours=3, minutes=59))
    client.get("/profile")
    freeze.shift(timedelta(minutes=3))
    client.get("/profile", expect_redirect=...)


def test_reading_notes_use_in_five_minute_steps_only(app: Flask, client: Client, sign_in: SignIn, freeze: time_machine.Traveller):
    sign_in(client, "spec_pmc")
    for minutes, moved in ((4, False), (2, True), (1, False)):
        db.session.rollback()
        before = db.session.scalar(select(LoginSession.seen_at))
        freeze.shift(timedelta(minutes=minutes))
        client.get("/profile")
        assert (db.session.scalar(select(LoginSession.seen_at)) != before) is moved


def test_a_form_sent_after_the_sign_in_ran_out_loses_nothing(desk: None, client: Client, sign_in: SignIn, freeze: time_machine.Traveller):
    sign_in(client, "spec_pmc")
    fields = {"csrf_token": token_of(client), "t": ["Строка «раз»", "два\r\nтри <b>"], "nonce": "n-1"}
    freeze.shift(timedelta(hours=9))
    page = client.post("/scratch?x=1", fields, expect=401)
    assert "Всё, что вы ввели, сохранено" in page.text
    page = client.submit(page, email=EMAIL, password="wrong", expect=422)
    page = client.submit(page, email=EMAIL, password=PASSWORD)
    assert page.h1 == "Вы снова вошли"
    assert page.form("Продолжить и отправить").action == "/scratch?x=1"
    page = client.submit(page, button="Продолжить и отправить")
    assert page.response.json == {"got": ["Строка «раз»", "два\nтри <b>"], "nonce": "n-1"}


def test_a_kept_form_is_not_given_to_somebody_else(desk: None, client: Client, sign_in: SignIn, freeze: time_machine.Traveller):
    sign_in(client, "spec_pmc")
    fields = {"csrf_token": token_of(client), "t": "личное"}
    freeze.shift(timedelta(hours=9))
    page = client.post("/scratch", fields, expect=401)
    client.submit(page, email="dir_pmc@demo.example", password=PASSWORD, expect_redirect="/desk", follow=False)


def test_a_form_from_another_site_is_not_kept(desk: None, client: Client):
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        page = client.post("/scratch", {"t": "чужое"}, expect=403, headers=headers)
        assert "чужое" not in page.body


def test_a_tampered_or_too_large_kept_form_is_dropped(desk: None, client: Client):
    page = client.post("/scratch", {"t": "x" * 300_000}, expect=401)
    assert not shown_field(page, "kept")
    client.submit(page, email=EMAIL, password=PASSWORD, kept="forged.by.me", expect_redirect="/desk", follow=False)


def test_a_form_of_an_earlier_sign_in_is_offered_again(desk: None, client: Client, sign_in: SignIn):
    sign_in(client, "spec_pmc")
    ours = {"Sec-Fetch-Site": "same-origin"}
    page = client.post("/scratch", {"csrf_token": "old", "t": "текст"}, expect=400, headers=ours)
    page = client.submit(page, button="Продолжить и отправить")
    assert page.response.json["got"] == ["текст"]
    page = client.post("/scratch", {"csrf_token": "old", "t": "текст"}, expect=400)
    assert not page.forms


def test_a_decision_asks_for_the_password_after_four_hours_and_keeps_the_form(
    desk: None, client: Client, sign_in: SignIn, freeze: time_machine.Traveller
):
    sign_in(client, "spec_pmc")
    fields = {"csrf_token": token_of(client), "t": "согласен"}
    freeze.shift(timedelta(hours=3, minutes=59))
    assert client.post("/scratch/fresh", fields).response.json["got"] == ["согласен"]
    freeze.shift(timedelta(minutes=1))
    page = client.post("/scratch/fresh", fields, expect=401)
    assert page.h1 == "Подтвердите, что это вы"
    page = client.submit(page, password="wrong", expect=422)
    page = client.submit(page, password=PASSWORD)
    assert client.submit(page, button="Продолжить и отправить").response.json["got"] == ["согласен"]
    assert client.post("/scratch/fresh", fields).response.json["got"] == ["согласен"]


@pytest.mark.parametrize(("hours", "set_to"), [(2, 2), (6, 6)])
def test_the_district_sets_how_long_a_password_opens_decisions(
    desk: None, client: Client, sign_in: SignIn, freeze: time_machine.Traveller, hours: int, set_to: int
):
    work.transaction(lambda: district.set_rule("decision_sign_in_hours", set_to, "приказ", by=SYSTEM, now=work.now()))
    sign_in(client, "spec_pmc")
    fields = {"csrf_token": token_of(client), "t": "согласен"}
    freeze.shift(timedelta(hours=hours, minutes=-1))
    client.post("/scratch/fresh", fields)
    freeze.shift(timedelta(minutes=1))
    client.post("/scratch/fresh", fields, expect=401)


def test_forgotten_password_answers_the_same_for_anybody(app: Flask, client: Client):
    answers = []
    for email in (EMAIL, "nobody@demo.example"):
        page = client.submit(client.get("/password/forgotten"), email=email, expect_redirect="/password/forgotten/sent")
        answers.append(page.text)
    assert answers[0] == answers[1]
    kinds = db.session.scalars(select(Message.recipient_id).where(Message.kind == "password_reset")).all()
    assert kinds == [queries.user_by_email(EMAIL).id]


def test_a_reset_link_serves_once_and_ends_every_sign_in(app: Flask, client: Client, new_client: Callable[[], Client], sign_in: SignIn):
    sign_in(client, "spec_pmc")
    path, other = link_path(), new_client()
    page = other.follow(other.get(path, expect_redirect="/password/new"))
    assert path.rsplit("/", 1)[1] not in page.body
    page = other.submit(page, new="короткий", repeat="другой", expect=422)
    assert page.errors == [
        "Придумайте пароль не короче 12 знаков: короткую фразу легко запомнить.",
        "Пароли не совпали. Введите новый ещё раз.",
    ]
    page = other.submit(page, new=NEW, repeat=NEW, expect_redirect="/sign-in")
    assert "Пароль задан. Войдите с ним." in page.text
    client.get("/profile", expect_redirect=...)
    third = new_client()
    third.get(path, expect_redirect="/password/new")
    assert third.get("/password/new", expect=400).h1 == "Ссылка больше не действует"
    other.submit(page, email=EMAIL, password=NEW, expect_redirect="/desk", follow=False)


@pytest.mark.parametrize("spoil", ["late", "dismissed", "changed", "forged"])
def test_a_dead_reset_link_changes_nothing(app: Flask, client: Client, freeze: time_machine.Traveller, spoil: str):
    path = link_path()
    if spoil == "late":
        freeze.shift(timedelta(days=1, minutes=1))
    if spoil == "dismissed":
        work.transaction(lambda: operations.dismiss(queries.user_by_email(EMAIL), by=SYSTEM, now=work.now()))
    if spoil == "changed":
        work.transaction(lambda: operations.change_password(
            queries.user_by_email(EMAIL), "x", seen_hash=queries.user_by_email(EMAIL).password, by=SYSTEM, now=work.now()
        ))  # fmt: skip
    client.get(path + ("x" if spoil == "forged" else ""), expect_redirect="/password/new")
    assert client.get("/password/new", expect=400).h1 == "Ссылка больше не действует"


def test_links_are_built_on_the_base_url_and_hosts_are_checked(app: Flask, client: Client):
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/password/reset/[\w.-]+", password_link(queries.user_by_email(EMAIL)))
    response = client.http.post("/password/forgotten", data={"email": EMAIL}, base_url="http://evil.example")
    assert response.status_code == 400


def test_changing_the_password_keeps_this_device_only(app: Flask, client: Client, new_client: Callable[[], Client], sign_in: SignIn):
    other = new_client()
    sign_in(client, "spec_pmc")
    sign_in(other, "spec_pmc")
    page = client.submit(client.get("/password/change"), present="wrong", new=NEW, repeat=NEW, expect=422)
    assert page.errors == ["Пароль не подходит. Попробуйте ещё раз."]
    page = client.submit(page, present=PASSWORD, new=NEW, repeat=NEW, expect_redirect="/profile/security")
    assert "Пароль изменён. На других устройствах вход завершён." in page.body
    other.get("/profile", expect_redirect=...)


def test_profile_ends_other_sign_ins(app: Flask, client: Client, new_client: Callable[[], Client], sign_in: SignIn):
    others = [new_client(), new_client()]
    for each in [*others, client]:
        sign_in(each, "spec_pmc")
    page = client.get("/profile/security")
    assert page.texts("button").count("Завершить") == 2
    page = client.submit(page, button="Завершить", form=0, expect_redirect="/profile/security")
    assert sessions() == 2
    page = client.submit(page, button="Завершить на всех остальных", expect_redirect="/profile/security")
    assert sessions() == 1
    foreign = new_client()
    sign_in(foreign, "spec_dm")
    mine = db.session.scalars(select(LoginSession.id).where(LoginSession.ended_at.is_(None)).order_by(LoginSession.id)).first()
    foreign.post(f"/profile/sessions/{mine}/end", {"csrf_token": token_of(foreign)}, expect=404)
    foreign.post(f"/profile/sessions/{2**40}/end", {"csrf_token": token_of(foreign)}, expect=404)


def test_what_is_missing_is_listed_in_the_order_of_the_page(client: Client, sign_in: SignIn):
    sign_in(client, "spec_pmc")
    page = client.submit(client.get("/password/change"), expect=422)
    assert [one.get("href") for one in page.one(id="errors").iter("a")] == ["#present", "#new", "#repeat"]


def test_signing_in_speaks_the_language_of_its_address(client: Client):
    page = client.get("/sign-in")
    assert page.links["English"] == "/sign-in?lang=en"
    page = client.get(page.links["English"])
    assert page.h1 == "Signing in"
    refused = client.submit(page, button="Sign in", email="nobody@demo.example", password="x", expect=422)
    assert refused.h1 == "Signing in"
    assert client.get(page.links["Forgot your password?"]).h1 == "Set a new password"


def test_language_is_kept_for_pages_to_come(app: Flask, client: Client, sign_in: SignIn):
    sign_in(client, "spec_pmc")
    page = client.submit(client.get("/profile"), button="English", action="/language", form=-1, expect_redirect="/profile")
    assert page.h1 == "My profile"
    assert client.get("/desk").links["What’s on"] == "/?lang=en", "the public pages know the language from the address alone"
    client.post("/language", {"csrf_token": token_of(client), "locale": "ru", "next": "//evil.example"}, expect_redirect="/profile")
    assert client.get("/profile").h1 == "Мой профиль"


@pytest.mark.parametrize("sent", [{}, {"locale": ""}, {"locale": "de"}, {"locale": "en\0"}, {"locale": ["", "ru"]}])
def test_a_language_that_is_none_of_ours_leaves_the_one_chosen(app: Flask, client: Client, sign_in: SignIn, sent: dict[str, Any]):
    """A link of somebody's own, or a half-sent form: the person goes on where they were, in the language they had."""
    sign_in(client, "spec_pmc")
    client.submit(client.get("/profile"), button="English", action="/language", form=-1, expect_redirect="/profile")
    said = db.session.scalar(select(func.count(AuditEntry.seq)))
    data = {"csrf_token": token_of(client), **sent}
    client.post("/language", data | {"next": "/requests"}, expect_redirect="/requests")
    client.post("/language", data | {"next": "//evil.example"}, expect_redirect="/profile")
    assert client.get("/profile").h1 == "My profile"
    db.session.rollback()
    assert db.session.scalar(select(func.count(AuditEntry.seq))) == said


def test_passwords_and_tokens_stand_in_no_table(app: Flask, client: Client, sign_in: SignIn):
    sign_in(client, "spec_pmc")
    client.submit(client.get("/password/forgotten"), email=EMAIL, expect_redirect=...)
    with client.http.session_transaction(base_url="http://127.0.0.1:8000") as session:
        token = session["login"]
    stored = repr([
        [(row.token_hash, row.agent) for row in db.session.scalars(select(LoginSession))],
        [(row.account, row.origin) for row in db.session.scalars(select(AuthAttempt))],
        [(row.params, row.dedupe_key) for row in db.session.scalars(select(Message))],
        [row.password for row in db.session.scalars(select(User))],
    ])  # fmt: skip
    assert token not in stored
    assert PASSWORD not in stored
    assert EMAIL not in stored


def test_profile_takes_no_statement_beyond_the_sign_in(app: Flask, client: Client, sign_in: SignIn, query_count: Counting):
    sign_in(client, "spec_pmc")
    with query_count() as asked:
        client.get("/profile")
    assert len(asked) == 1, "\n".join(asked)


def test_no_view_verifies_a_password_inside_a_transaction():
    for name in ("sign_in", "passwords"):
        source = Path("views/people", f"{name}.py").read_text()
        for place in re.finditer(r"rules\.(password_matches|hash_password)\(", source):
            head = source.rfind("@bp.", 0, place.start())
            assert "@access.bare" in source[head : place.start()]


def recorded(action: str) -> list[tuple[str, int | None]]:
    found = select(AuditEntry.subject_kind, AuditEntry.data).where(AuditEntry.action == action).order_by(AuditEntry.seq)
    return work.transaction(lambda: [(kind, data.get("user")) for kind, data in db.session.execute(found)], write=False)


def test_a_refused_password_is_recorded_for_an_address_nobody_has_too(app: Flask, client: Client, cast: Cast):
    user_id = cast.spec_pmc.id
    for email in (EMAIL, "nobody@demo.example"):
        client.submit(client.get("/sign-in"), email=email, password="wrong", expect=422)
    assert recorded("password_refused") == [("attempt", user_id), ("attempt", None)]


def test_a_wrong_sign_in_asks_the_database_the_same_whoever_it_is(app: Flask, client: Client, query_count: Counting):
    """Otherwise its time would tell which addresses have accounts (reliability.md T14)."""
    asked = []
    for email in (EMAIL, "nobody@demo.example"):
        page = client.get("/sign-in")
        with query_count() as statements:
            client.submit(page, email=email, password="wrong", expect=422)
        asked.append([statement.split()[0:3] for statement in statements])
    assert asked[0] == asked[1]


def test_a_forgotten_password_takes_as_long_whoever_it_is(app: Flask, client: Client):
    for email in (EMAIL, "nobody@demo.example"):
        page, begun = client.get("/password/forgotten"), time.perf_counter()
        client.submit(page, email=email, expect_redirect="/password/forgotten/sent", follow=False)
        assert time.perf_counter() - begun >= passwords.ASKING_TAKES
