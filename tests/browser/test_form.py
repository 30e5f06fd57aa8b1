"""The form of a request in a real browser: what changes while one types, with scripts and without."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route, expect

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


def test_what_does_not_go_with_the_other_answers_says_so(serve: Callable[[], Served], window: Window) -> None:
    """Nothing typed is hidden, and nobody believes that it counts."""
    served, page = serve(), window(360)
    begin(served, page)
    page.get_by_label("Очно", exact=True).check()
    page.locator("[name=venue_id]").select_option(index=1)
    left_out = page.get_by_text("при подаче в заявку не войдёт")
    assert left_out.locator("visible=true").count() == 0
    page.get_by_label("Онлайн", exact=True).check()
    expect(page.locator("[name=venue_id]")).to_be_visible()
    expect(left_out.locator("visible=true")).to_have_count(2)  # the venue, and the accessibility filled in from it
    page.locator("[name=venue_id]").select_option("")
    expect(page.locator("[name=venue_id]")).to_be_visible()  # the district has a place on the net
    expect(left_out.locator("visible=true")).to_have_count(1)
    page.locator("[name=accessibility]").fill("")
    page.locator("[name=venue_id]").select_option(label="Онлайн-площадка (трансляция), до 10\u00a0000\u00a0человек")
    expect(page.locator("[name=accessibility]")).to_have_value("субтитры")
    expect(left_out.locator("visible=true")).to_have_count(0)
    page.get_by_label("Очно и онлайн", exact=True).check()
    expect(page.locator("[name=venue_id]")).to_be_visible()
    expect(page.locator("[name=online_url]")).to_be_visible()


def test_a_venue_chosen_before_the_page_is_whole_is_filled_in_too(serve: Callable[[], Served], window: Window) -> None:
    served, page = serve(), window(360)
    held: list[Route] = []
    page.route("**/js/venue.js*", lambda one: held.append(one))  # noqa: PLW0108 - a builtin cannot be a handler
    with page.expect_request("**/js/venue.js*"):
        begin(served, page)
    page.locator("[name=venue_id]").select_option(label="Онлайн-площадка (трансляция), до 10\u00a0000\u00a0человек")
    expect(page.locator("[name=accessibility]")).to_have_value("")
    for one in held:
        one.continue_()
    expect(page.locator("[name=accessibility]")).to_have_value("субтитры")


def test_time_at_the_form_is_told_every_few_minutes_and_idle_time_is_not(serve: Callable[[], Served], window: Window) -> None:
    """A report counts for five minutes at most, so whoever writes for an hour without leaving the page tells of it in between."""
    served, page = serve(), window(1280)
    begin(served, page)
    told: list[int] = []
    page.on("request", lambda request: told.append(_seconds(request.post_data or "")) if request.url.endswith("/worked") else None)
    page.clock.install()
    page.reload()
    expect(page.locator("[name=title]")).to_be_visible()
    for minute in range(9):
        page.mouse.move(100 + minute, 100)
        page.clock.run_for(60_000)
    page.clock.run_for(60 * 60_000)
    assert [one for one in told if one] == [240, 240, 240], (
        "nine minutes of writing and five until idle; the rest is told when the page is left"
    )


def _seconds(body: str) -> int:
    """What a report says."""
    found = re.search(r'name="active_seconds"\s+(\d+)', body)
    assert found is not None
    return int(found[1])
