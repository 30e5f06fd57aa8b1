"""What the assembler makes of settings: a start that is refused, cookies, sizes, proxies."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, request

import app as assembler
from events.foundation.db import db
from settings import Settings, SettingsError
from tests.fixtures.browsing import Client
from tests.fixtures.cast import Cast, sign_in_as
from views import access

pytestmark = pytest.mark.engines("sqlite")

HTTPS = "https://127.0.0.1:8000"


@contextmanager
def running(settings: Settings) -> Iterator[Flask]:
    application = assembler.create_app(settings)
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


def test_debug_mode_stops_the_start(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    with pytest.raises(SettingsError, match="FLASK_DEBUG"):
        assembler.create_app(settings)


def test_a_server_carries_nothing_that_only_others_need(tmp_path: Path) -> None:
    """Alembic, the worker's clock and the demo, and on SQLite the driver of PostgreSQL, are some megabytes of each web worker."""
    foreign = {"alembic", "apscheduler", "commands.demo", "psycopg", "authlib", "requests"}
    asked = f"import sys, app; app.create_app(); print(sorted({foreign} & set(sys.modules)))"
    own = {"MARSHRUT_INSTANCE_PATH": str(tmp_path), "MARSHRUT_SECRET_KEY": "0123456789" * 4}
    environment = {name: value for name, value in os.environ.items() if name != "FLASK_RUN_FROM_CLI"} | own
    root = Path(assembler.__file__).parent
    done = subprocess.run([sys.executable, "-c", asked], cwd=root, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_route_without_a_policy_stops_the_start(own_application: None, app: Flask) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "")
    with pytest.raises(RuntimeError, match="routes without an access policy: forgotten"):
        assembler._refuse_undeclared(app)


def test_cookies_under_https_are_for_this_host_and_never_in_the_clear(settings: Settings, cast: Cast) -> None:
    with running(replace(settings, base_url=HTTPS)) as secure:
        answer = secure.test_client().get("/sign-in", base_url=HTTPS)
    name, _, attributes = answer.headers["Set-Cookie"].partition("=")
    assert name == "__Host-marshrut"
    assert sorted(part.strip() for part in attributes.split(";")[1:]) == ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_a_cookie_signed_with_the_key_before_is_still_good(settings: Settings, cast: Cast) -> None:
    with running(settings) as before:
        client = Client(before)
        sign_in_as(client, "spec_pmc")
        cookie = client.http.get_cookie("marshrut", domain="127.0.0.1")
    assert cookie is not None
    with running(replace(settings, secret_key="n" * 48, secret_key_fallbacks=(settings.secret_key,))) as after:
        client = Client(after)
        client.http.set_cookie("marshrut", cookie.value, domain="127.0.0.1")
        assert client.get("/profile").h1 == "Мой профиль"
    with running(replace(settings, secret_key="n" * 48)) as stranger:
        client = Client(stranger)
        client.http.set_cookie("marshrut", cookie.value, domain="127.0.0.1")
        client.get("/profile", expect_redirect="/sign-in?next=/profile")


@pytest.mark.parametrize("data", [{"email": "x" * 3_000_000}, {f"field-{number}": "" for number in range(2500)}])
def test_a_form_that_is_too_large_is_refused(app: Flask, client: Client, data: dict[str, str]) -> None:
    kind = "multipart/form-data" if len(data) > 1 else "application/x-www-form-urlencoded"
    page = client.post("/sign-in", data, content_type=kind, expect=413)
    assert page.h1 == "Текста слишком много"
    assert page.text.startswith(
        "Текста слишком много Отправлено больше, чем вмещает одна форма, поэтому ничего из этого шага не сохранено. "
        "Вернитесь назад, сократите самый длинный текст и отправьте форму ещё раз."
    )
    assert client.post("/sign-in?lang=en", data, content_type=kind, expect=413).h1 == "There is too much text"


@pytest.mark.parametrize(("hops", "seen"), [(0, "192.0.2.1"), (1, "198.51.100.7")])
def test_only_the_named_number_of_proxies_is_believed(settings: Settings, cast: Cast, hops: int, seen: str) -> None:
    """A forged X-Forwarded-For changes nobody's address (reliability.md T13)."""
    with running(replace(settings, proxy_hops=hops)) as behind:
        behind.add_url_rule("/scratch", "scratch", access.bare(lambda: str(request.remote_addr)))
        told = behind.test_client().get(
            "/scratch",
            base_url="http://127.0.0.1:8000",
            headers={"X-Forwarded-For": "203.0.113.9, 198.51.100.7"},
            environ_base={"REMOTE_ADDR": "192.0.2.1"},
        )
    assert told.text == seen
