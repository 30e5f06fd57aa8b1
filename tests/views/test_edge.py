"""The edge: changes asked for by other sites, and what a form leads to."""

from collections.abc import Callable

import pytest
from flask import Flask

from events.foundation.db import db
from events.requests.models import EventRequest
from events.requests.vocabulary import RequestStatus
from tests.fixtures.browsing import Client
from tests.fixtures.cast import Cast

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


def test_fields_no_form_has_do_nothing(
    app: Flask, cast: Cast, a_request: Callable[..., EventRequest], signed_in: Callable[[str], Client]
) -> None:
    """Neither state nor rights nor ids can be smuggled in (reliability.md T24)."""
    found, admin_unit = a_request(), cast.unit("admin_district").id
    client = signed_in("spec_pmc")
    smuggled = {
        "id": "77", "status": "approved", "number": "ММ-1", "lead_unit_id": str(admin_unit), "version": "99", "demo": "y", "no": "9",
        "approved_by": "1", "created_by_id": "1", "role": "admin", "is_admin": "1", "active": "", "user_id": "1", "_method": "DELETE",
    }  # fmt: skip
    page = client.get(f"/requests/{found.id}/edit")
    client.submit(page, action="/edit", button="Сохранить черновик", title="Квиз о районе", extra=smuggled, expect_redirect=...)
    page = client.get("/profile")
    client.submit(page, button="Русский", extra=smuggled, expect_redirect=...)
    kept = db.session.get_one(EventRequest, found.id, populate_existing=True)
    assert (kept.status, kept.number, kept.lead_unit_id, kept.demo) == (RequestStatus.DRAFT, None, cast.unit("pmc").id, False)
    assert kept.revisions[0].title == "Квиз о районе"
    assert [(held.unit.key, held.role.value) for held in cast.spec_pmc.memberships] == [("pmc", "author")]
