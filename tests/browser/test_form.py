"""The form of a request in a real browser: what changes while one types, with scripts and without."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from events.foundation import clock
from events.foundation.place import local_day
from tests.fixtures.demo_rows import PASSWORD
from tests.fixtures.serving import Served

Window = Callable[..., Page]
pytestmark = [pytest.mark.browser, pytest.mark.engines("sqlite")]


def begin(served: Served, page: Page) -> None:
    """Sign in as a specialist and open an empty form."""
    page.goto(f"{served.url}/sign-in")
    page.get_by_label("Электронная почта").fill("spec_pmc@demo.example")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Войти").click()
    page.wait_for_url("**/desk")
    page.goto(f"{served.url}/requests/new")
    page.get_by_role("button", name="С нуля").click()
    page.wait_for_url("**/edit")


def give_date(page: Page, days: int) -> None:
    """The first date, so many days ahead."""
    if not page.locator("[name=occurrences-0-day]").count():
        page.get_by_role("button", name="Добавить дату").click()
    page.locator("[name=occurrences-0-day]").fill((local_day(clock.now()) + timedelta(days=days)).isoformat())
    page.locator("[name=occurrences-0-begins]").fill("18:00")
    page.locator("[name=occurrences-0-ends]").fill("20:00")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_late_date_asks_for_its_reason(serve: Callable[[], Served], window: Window, scripts: bool) -> None:
    served, page = serve(), window(360, scripts=scripts)
    begin(served, page)
    reason = page.get_by_label("Почему заявка подаётся позже срока")
    expect(reason).to_be_hidden()
    give_date(page, 2)
    if not scripts:
        page.get_by_role("button", name="Сохранить черновик").locator("visible=true").click()
    expect(reason).to_be_visible()
    give_date(page, 90)
    if not scripts:
        page.get_by_role("button", name="Сохранить черновик").locator("visible=true").click()
    expect(reason).to_be_hidden()


@pytest.mark.parametrize("scripts", [True, False])
def test_going_back_to_a_refused_form_sends_nothing_again(serve: Callable[[], Served], window: Window, scripts: bool) -> None:
    """The page with the errors is opened like any other: with what was typed, and without the browser's question."""
    served, page = serve(), window(1280, scripts=scripts)
    begin(served, page)
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.method) if one.is_navigation_request() else None)
    page.locator("[name=expected]").fill("сорок")
    page.get_by_role("button", name="Сохранить черновик").locator("visible=true").click()
    expect(page.locator("#expected-error")).to_be_visible()
    expect(page.locator("[name=expected]")).to_have_value("сорок")
    page.get_by_role("link", name="Афиша").first.click()
    page.wait_for_url(lambda address: "/edit" not in address and "/answers/" not in address)
    asked.clear()
    page.go_back()
    expect(page.locator("#expected-error")).to_be_visible()
    expect(page.locator("[name=expected]")).to_have_value("сорок")
    page.reload()
    expect(page.locator("[name=expected]")).to_have_value("сорок")
    assert set(asked) <= {"GET"}
    page.locator("[name=expected]").fill("40")
    page.get_by_role("button", name="Сохранить черновик").locator("visible=true").click()
    page.wait_for_url("**/edit")
    expect(page.locator("[name=expected]")).to_have_value("40")
