"""The edge: changes asked for by other sites, and what a form leads to."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.fixtures.browsing import Client

pytestmark = pytest.mark.engines("sqlite")

FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "http://127.0.0.1:8000.evil.example"},
]
OURS = [
    {},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:8000"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
    {"Sec-Fetch-Site": "none"},
]


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("address", ["/sign-in", "/password/forgotten", "/language"])
def test_a_form_of_another_site_is_refused(app: Flask, signed_in: Callable[[str], Client], address: str, headers: dict[str, str]) -> None:
    """Neither signing in nor anything after it can be asked for from elsewhere (reliability.md T17)."""
    client = signed_in("spec_pmc")
    token = client.get("/profile").all("input", name="csrf_token")[0].get("value")
    client.post(address, {"csrf_token": token, "locale": "en", "email": "a@b.example"}, headers=headers, expect=403)
    assert client.get("/profile").h1 == "Мой профиль"


@pytest.mark.parametrize("headers", OURS)
def test_a_form_of_ours_is_taken(app: Flask, signed_in: Callable[[str], Client], headers: dict[str, str]) -> None:
    client = signed_in("spec_pmc")
    token = client.get("/profile").all("input", name="csrf_token")[0].get("value")
    client.post("/language", {"csrf_token": token, "locale": "ru"}, headers=headers, expect_redirect="/profile")
