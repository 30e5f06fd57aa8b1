"""Sign-in through the office's provider in a real browser: the role comes from a claim, and signing out leads out there, too."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.fixtures.demo_rows import PASSWORD
from tests.fixtures.provider import CLIENT, SECRET, Issuer
from tests.fixtures.serving import Served

pytestmark = [pytest.mark.browser, pytest.mark.engines("sqlite")]


def look(page: Page) -> None:
    """No barrier that axe finds, no sideways scroll."""
    page.wait_for_load_state("networkidle")
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found] == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def test_a_role_comes_from_a_claim(serve: Callable[[], Served], window: Callable[..., Page], issuer: Issuer) -> None:
    served = serve()
    served.stop()
    served.environment |= {
        "MARSHRUT_OIDC_ISSUER": issuer.url, "MARSHRUT_OIDC_CLIENT_ID": CLIENT, "MARSHRUT_OIDC_CLIENT_SECRET": SECRET,
        "MARSHRUT_OIDC_NAME": "Keycloak района", "AUTHLIB_INSECURE_TRANSPORT": "1",
    }  # fmt: skip
    served.start()
    admin = window()
    admin.goto(f"{served.url}/sign-in?next=/administration/claim-roles/")
    admin.locator("[name=email]").fill("admin@demo.example")
    admin.locator("[name=password]").fill(PASSWORD)
    admin.get_by_role("button", name="Войти", exact=True).click()
    look(admin)
    expect(admin.locator("main")).to_contain_text("149-ФЗ")
    admin.goto(f"{served.url}/administration/claim-roles/new")
    admin.locator("[name=code]").fill("authors")
    admin.locator("[name=value]").fill("authors-pmc")
    admin.locator("[name=unit_id]").select_option("pmc")
    admin.locator("[name=role]").select_option("author")
    look(admin)
    admin.get_by_role("button", name="Сохранить").click()
    admin.wait_for_url("**/claim-roles/rows/authors")

    issuer.knows("77", email="novikova@demo.example", email_verified=True, name="Новикова Алла", roles=["authors-pmc"])
    person = window(360)
    person.goto(f"{served.url}/sign-in?next=/requests/new")
    look(person)
    person.get_by_role("link", name="Войти через «Keycloak района»").click()
    person.locator("input[name=sub]").fill("77")
    person.locator("input[name=sub]").press("Enter")
    person.wait_for_url(f"{served.url}/requests/new")
    look(person)
    person.goto(f"{served.url}/profile")
    expect(person.locator("main")).to_contain_text("Новикова Алла")
    person.locator("form[action$='/sign-out'] button").first.evaluate("button => button.click()")
    person.wait_for_url(f"{issuer.url}/oauth2/end_session**")
    admin.goto(f"{served.url}/administration/people/?text=novikova")
    admin.get_by_role("link", name="Новикова Алла").click()
    expect(admin.locator("main")).to_contain_text("Связана со службой входа.")
