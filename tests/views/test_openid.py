"""Signing in through the office's provider, as a browser does it, against a provider that really runs."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from events.audit.models import AuditEntry
from events.foundation import work
from events.foundation.acting import SYSTEM
from events.foundation.db import db
from events.identities.models import ClaimRole, Identity
from events.outbox.models import Message
from events.people import operations as people
from events.people.models import LoginSession, User
from events.people.vocabulary import Role
from events.requests.models import EventRequest
from settings import Settings
from tests.fixtures.application import _running
from tests.fixtures.browsing import ORIGIN, Client, Page
from tests.fixtures.cast import Cast, sign_in_as
from tests.fixtures.demo_rows import PASSWORD
from tests.fixtures.provider import Issuer

pytestmark = pytest.mark.engines("sqlite")

NEWCOMER = {
    "email": "novikova@demo.example", "email_verified": True, "roles": ["authors-pmc", "unknown"],
    "family_name": "Новикова", "given_name": "Алла", "middle_name": "Игоревна",
}  # fmt: skip
PMC = {"email": "spec_pmc@demo.example", "email_verified": True}


@pytest.fixture
def only() -> bool:
    """Whether everybody signs in through the provider."""
    return False


@pytest.fixture
def app(settings: Settings, freeze: time_machine.Traveller, cheap_passwords: None, issuer: Issuer, only: bool) -> Iterator[Flask]:
    yield from _running(replace(settings, provider=issuer.settings(only=only)), shared=False)


@pytest.fixture
def mapped(cast: Cast) -> None:
    """The claim «authors-pmc» makes an author of pmc, «admins» an administrator."""

    def act() -> None:
        for code, value, role in (("a", "authors-pmc", Role.AUTHOR), ("b", "admins", Role.ADMIN)):
            db.session.add(ClaimRole(code=code, value=value, unit_id=cast.unit("pmc").id, role=role))

    work.transaction(act)


def begun(client: Client, path: str = "/sign-in/openid?next=/profile") -> str:
    """The address at the provider."""
    page = client.get(path, expect=303, expect_redirect=...)
    return page.response.headers["Location"]


def back(client: Client, issuer: Issuer, subject: str, url: str | None = None, **changed: str) -> Page:
    """Sign in at the provider and come back; `changed` are parameters that somebody has tampered with."""
    landed = urlsplit(issuer.agrees(url or begun(client), subject))
    query = urlencode(dict(parse_qsl(landed.query)) | changed)
    return client.open("GET", f"{landed.path}?{query}", expect=None, expect_redirect=...)


def refused(client: Client, page: Page) -> str:
    """What the sign-in page says; nobody is signed in."""
    assert (page.location or "").startswith("/sign-in?")
    client.get("/profile", expect_redirect="/sign-in?next=/profile")
    return " ".join(client.follow(page).texts(class_="note"))


def leave(client: Client) -> None:
    """The browser forgets all cookies."""
    with client.http.session_transaction(base_url=ORIGIN) as session:
        session.clear()


def held(email: str) -> set[tuple[str, str, bool]]:
    db.session.rollback()
    user = db.session.scalars(select(User).where(User.email == email)).one()
    return {(one.unit.key, one.role.value, one.by_claim) for one in user.memberships}


def acts(email: str) -> list[str]:
    db.session.rollback()
    user = db.session.scalars(select(User).where(User.email == email)).one()
    told = select(AuditEntry.action).where(AuditEntry.subject_kind == "user", AuditEntry.subject_id == user.id).order_by(AuditEntry.seq)
    return list(db.session.scalars(told))


def test_somebody_new_gets_an_account_with_the_role_the_claim_gives(mapped: None, client: Client, issuer: Issuer):
    issuer.knows("77", **NEWCOMER)
    assert client.get("/sign-in").links["Войти через «Keycloak района»"].startswith("/sign-in/openid")
    url = begun(client)
    asked = {name: value[0] for name, value in parse_qs(urlsplit(url).query).items()}
    assert (asked["code_challenge_method"], asked["response_type"], asked["scope"]) == ("S256", "code", "openid email profile")
    assert asked["redirect_uri"] == "http://127.0.0.1:8000/sign-in/openid/back"
    assert back(client, issuer, "77", url).location == "/profile"
    page = client.get("/profile")
    assert "Новикова Алла Игоревна" in page.text
    assert issuer.exchanged[0]["code_verifier"] not in url
    assert held("novikova@demo.example") == {("pmc", "author", True)}
    assert acts("novikova@demo.example") == ["user_invited", "identity_bound", "signed_in"]
    assert db.session.scalars(select(Message.kind)).all() == []


def test_roles_of_the_claim_come_and_go_with_each_sign_in_and_those_given_by_hand_stay(
    mapped: None, cast: Cast, client: Client, issuer: Issuer
):
    work.transaction(lambda: people.grant(cast.spec_dm, cast.unit("pmc").id, Role.HEAD, by=SYSTEM, now=work.now()))
    email, own = "spec_dm@demo.example", held("spec_dm@demo.example")
    issuer.knows("5", email=email, email_verified=True, roles=["authors-pmc", "admins"])
    back(client, issuer, "5")
    assert held(email) == own | {("pmc", "author", True), ("pmc", "admin", True)}
    issuer.knows("5", email=email, email_verified=True, roles="admins")
    leave(client)
    back(client, issuer, "5")
    assert held(email) == own | {("pmc", "admin", True)}
    assert {"role_by_claim", "claim_role_taken", "identity_bound"} <= set(acts(email))
    issuer.knows("5", email="other@demo.example", email_verified=False)
    leave(client)
    assert back(client, issuer, "5").location == "/profile", "the subject is known: the address opens nothing any more"
    assert held(email) == own


def test_the_last_administrator_keeps_the_role_the_claim_no_longer_gives(mapped: None, cast: Cast, client: Client, issuer: Issuer):
    issuer.knows("5", **PMC, roles=["admins"])
    back(client, issuer, "5")
    work.transaction(lambda: people.dismiss(cast.admin, by=SYSTEM, now=work.now()))
    issuer.knows("5", **PMC, roles=[])
    leave(client)
    assert back(client, issuer, "5").location == "/profile"
    assert ("pmc", "admin", True) in held("spec_pmc@demo.example")
    assert "claim_not_followed" in acts("spec_pmc@demo.example")


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"email": "spec_pmc@demo.example", "email_verified": False}, "не подтверждает"),
        ({"email": "spec_pmc@demo.example"}, "не подтверждает"),
        ({"email": "spec_pmc@demo.example", "email_verified": "true"}, "не подтверждает"),
        ({"email_verified": True}, "не подтверждает"),
        ({"email": "new@demo.example", "email_verified": True, "roles": ["nothing"]}, "нет роли"),
    ],
)
def test_who_is_not_let_in_is_told_why_and_whom_to_ask(mapped: None, client: Client, issuer: Issuer, claims: dict[str, object], said: str):
    issuer.knows("9", **claims)
    told = refused(client, back(client, issuer, "9"))
    assert said in told
    assert db.session.scalars(select(Identity.id)).all() == []
    refusals = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "identity_refused")
    assert db.session.scalar(refusals) == 1


def test_a_dismissed_person_stays_outside_whether_bound_or_not(mapped: None, cast: Cast, client: Client, issuer: Issuer):
    issuer.knows("5", **PMC)
    back(client, issuer, "5")
    work.transaction(lambda: people.dismiss(cast.spec_pmc, by=SYSTEM, now=work.now()))
    assert "закрыта" in refused(client, back(client, issuer, "5"))
    issuer.knows("6", **PMC)
    assert "закрыта" in refused(client, back(client, issuer, "6"))


def test_another_subject_with_the_same_address_opens_nothing(mapped: None, cast: Cast, app: Flask, client: Client, issuer: Issuer):
    issuer.knows("5", **PMC)
    back(client, issuer, "5")
    leave(client)
    issuer.knows("6", **PMC)
    assert "другой вход" in refused(client, back(client, issuer, "6"))
    done = app.test_cli_runner().invoke(args=["users", "part-identity", "spec_pmc@demo.example"])
    assert done.exit_code == 0, done.output
    assert back(client, issuer, "6").location == "/profile"


def test_what_comes_back_must_be_what_was_asked_for(
    mapped: None, client: Client, new_client: Callable[[], Client], issuer: Issuer, freeze: time_machine.Traveller
):
    issuer.knows("5", **PMC)
    assert "начат в другом окне" in refused(client, back(client, issuer, "5", state="other"))
    url = begun(client)
    assert "нельзя принять" in refused(client, back(client, issuer, "5", url.replace("nonce=", "nonce=x")))
    assert "нельзя принять" in refused(client, back(client, issuer, "5", code="guessed"))
    assert "нельзя принять" in refused(client, back(client, issuer, "5", iss="https://other.example"))
    stolen, thief = begun(client), new_client()
    begun(thief)
    assert "начат в другом окне" in refused(thief, back(thief, issuer, "5", stolen))
    late = begun(client)
    freeze.shift(timedelta(minutes=16))
    assert "начат в другом окне" in refused(client, back(client, issuer, "5", late))
    page = client.open("GET", f"/sign-in/openid/back?error=access_denied&state={state_of(begun(client))}", expect=None, expect_redirect=...)
    assert "не завершили" in refused(client, page)
    landed = urlsplit(issuer.agrees(begun(client), "5"))
    assert client.get(f"{landed.path}?{landed.query}", expect_redirect="/profile")
    other = new_client()
    assert "начат в другом окне" in refused(other, other.open("GET", f"{landed.path}?{landed.query}", expect=None, expect_redirect=...))


def state_of(url: str) -> str:
    return parse_qs(urlsplit(url).query)["state"][0]


def test_guessing_codes_is_stopped(mapped: None, client: Client, issuer: Issuer):
    issuer.knows("5", **PMC)
    for _ in range(5):
        back(client, issuer, "5", code="guessed")
    assert back(client, issuer, "5").status == 429


def test_without_the_provider_passwords_still_open(cast: Cast, app: Flask, client: Client, issuer: Issuer):
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], provider=replace(app.config["SETTINGS"].provider, issuer="http://127.0.0.1:9"))
    page = client.follow(client.get("/sign-in/openid?next=/profile", expect_redirect=...))
    assert "не отвечает" in " ".join(page.texts(class_="note"))
    page = client.get("/sign-in?next=/profile")
    client.submit(page, email="spec_pmc@demo.example", password=PASSWORD, expect_redirect="/profile")


def test_a_provider_that_names_itself_otherwise_is_not_believed(cast: Cast, app: Flask, client: Client, issuer: Issuer):
    wrong = issuer.url.replace("127.0.0.1", "localhost")
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], provider=replace(app.config["SETTINGS"].provider, issuer=f"{wrong}/"))
    page = client.get("/sign-in/openid", expect_redirect=...)
    assert "нельзя принять" in refused(client, page)


def test_signing_out_leads_out_at_the_provider_too(mapped: None, client: Client, issuer: Issuer):
    issuer.knows("5", **PMC)
    back(client, issuer, "5")
    page = client.submit(client.get("/profile"), button="Выйти", expect_redirect="/sign-out/openid")
    url = page.response.headers["Refresh"].removeprefix("0;url=")
    asked = parse_qs(urlsplit(url).query)
    assert url.startswith(f"{issuer.url}/oauth2/end_session")
    assert asked["post_logout_redirect_uri"] == ["http://127.0.0.1:8000/sign-in"]
    assert asked["id_token_hint"][0].count(".") == 2
    db.session.rollback()
    assert db.session.scalars(select(LoginSession.id_token)).all() == [None]
    assert "Вы вышли" in client.get("/sign-in").body
    client.get("/sign-out/openid", expect_redirect="/sign-in")


def test_a_sign_in_by_password_ends_here_alone(cast: Cast, client: Client):
    sign_in_as(client, "spec_pmc")
    client.submit(client.get("/profile"), button="Выйти", expect_redirect="/sign-out/openid", follow=False)
    client.get("/sign-out/openid", expect_redirect="/sign-in")


def test_a_form_that_waits_goes_along_to_the_provider_and_back(
    mapped: None, client: Client, issuer: Issuer, freeze: time_machine.Traveller
):
    issuer.knows("5", **PMC)
    back(client, issuer, "5")
    page = client.get("/requests/new")
    freeze.shift(timedelta(hours=9))
    page = client.submit(page, expect=401)
    page = client.submit(page, action="/sign-in/openid")
    page = back(client, issuer, "5", page.response.headers["Refresh"].removeprefix("0;url="))
    assert page.h1 == "Вы снова вошли"
    client.submit(page, expect_redirect=...)
    assert db.session.scalars(select(EventRequest.id)).all() == [1]


def test_who_came_through_the_provider_proves_themselves_there(
    mapped: None, client: Client, issuer: Issuer, freeze: time_machine.Traveller
):
    issuer.knows("5", **PMC)
    issuer.knows("6", email="spec_dm@demo.example", email_verified=True)
    back(client, issuer, "5")
    freeze.shift(timedelta(hours=5))
    page = client.get("/sign-in/again?next=/profile")
    url = begun(client, page.links["Подтвердить через «Keycloak района»"])
    assert parse_qs(urlsplit(url).query)["prompt"] == ["login"]
    issuer.proved = int((work.now() - timedelta(hours=1)).timestamp())
    assert back(client, issuer, "5", url).location == "/sign-in/again?next=/profile"
    assert "не спросил" in client.get("/sign-in/again?next=/profile").body
    issuer.proved = None
    assert back(client, issuer, "6", begun(client, "/sign-in/openid?again=y&next=/profile")).location == "/sign-in/again?next=/profile"
    assert back(client, issuer, "5", begun(client, "/sign-in/openid?again=y&next=/profile")).location == "/profile"
    db.session.rollback()
    proved = db.session.scalars(select(LoginSession.proved_at).where(LoginSession.ended_at.is_(None))).one()
    assert work.now() - proved < timedelta(minutes=1)


@pytest.mark.parametrize("only", [True])
def test_where_local_accounts_are_off_no_password_opens_anything(cast: Cast, app: Flask, client: Client, issuer: Issuer):
    page = client.get("/sign-in")
    assert (page.forms, list(page.links)[-1]) == ([], "English")
    for path in ("/password/forgotten", "/password/reset/x", "/password/new", "/password/change"):
        assert client.get(path, expect=403).h1 == "Паролей здесь нет"
    for path in ("/sign-in", "/sign-in/again", "/password/forgotten", "/password/new", "/password/change"):
        client.post(path, {"email": "admin@demo.example", "password": PASSWORD}, expect=403)
    done = app.test_cli_runner().invoke(args=["users", "sign-in-link", "admin@demo.example"])
    address = done.output.strip().rsplit(" ", 1)[1]
    path = urlsplit(address).path
    assert address.startswith("http://127.0.0.1:8000/sign-in/link/")
    page = client.follow(client.get(path, expect_redirect="/sign-in/link"))
    client.submit(page, expect_redirect="/desk")
    assert "Пароль" not in client.get("/profile/security").texts("h2")
    client.get(path, expect_redirect="/sign-in/link")
    assert client.submit(page, follow=False, expect=410).h1 == "Ссылка больше не действует"


def test_a_link_of_the_command_dies_with_the_account(cast: Cast, app: Flask, client: Client, freeze: time_machine.Traveller):
    def printed() -> str:
        made = app.test_cli_runner().invoke(args=["users", "sign-in-link", "spec_pmc@demo.example"])
        return urlsplit(made.output.strip().rsplit(" ", 1)[1]).path

    page = client.follow(client.get(printed(), expect_redirect="/sign-in/link"))
    freeze.shift(timedelta(minutes=61))
    client.submit(page, expect=410)
    page = client.follow(client.get(printed(), expect_redirect="/sign-in/link"))
    work.transaction(lambda: people.dismiss(cast.spec_pmc, by=SYSTEM, now=work.now()))
    client.submit(page, expect=410)
