"""An office kept in order by its pages: a head leaves and turns go on, a threshold moves and routes follow from its day on."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from events.foundation import clock
from events.foundation.place import local_day
from tests.browser.test_story import TITLE, Person, open_always, write_request
from tests.fixtures.serving import Served

Window = Callable[..., Page]
__all__ = ["open_always"]
pytestmark = pytest.mark.browser
SAFETY = "законности, правопорядка и безопасности"
EVENING = "/administration/rules/evening_after"


def begin(author: Person, day: date) -> None:
    """An evening for 12 years and older that ends at eight, looked at before it is submitted."""
    author.go("/requests/new")
    author.press("С нуля", "**/edit")
    write_request(author.page, day)
    author.page.locator("[name=buses]").uncheck()
    author.page.locator("[name=occurrences-0-begins]").fill("18:00")
    author.page.locator("[name=occurrences-0-ends]").fill("20:00")
    author.press("Проверить и подать", "**/check")


def submit(author: Person) -> str:
    """Hand in what is checked; the address of the request."""
    author.page.get_by_label("Подтверждаю").check()
    author.press("Подать", "**/requests/*")
    return author.page.url.removeprefix(author.served.url)


def row_of(person: Person, place: int) -> None:
    """Open the row of a list, by its place."""
    with person.page.expect_navigation():
        person.page.locator("tbody a").nth(place).click()
    person.look()


def test_a_head_leaves_and_a_threshold_moves(engine_name: str, open_always: None, serve: Callable[[], Served], window: Window) -> None:
    served, today = serve(), local_day(clock.now())
    width = 360 if engine_name == "sqlite" else 1280
    author = Person(served, window, "spec_pmc", width)
    begin(author, today + timedelta(days=45))
    way = author.page.locator("aside")
    expect(way).not_to_contain_text(SAFETY)
    first = submit(author)

    # The head leaves: turns go over in one step, the head's own window is signed out at its next click.
    head, admin = Person(served, window, "dir_pmc", width), Person(served, window, "admin", width)
    admin.go("/administration/people/?text=" + "dir_pmc")
    row_of(admin, 0)
    admin.follow("Уволить…")
    successor = admin.page.locator("select[name=successor] option", has_text="Берёзкина").get_attribute("value")
    admin.page.locator("select[name=successor]").select_option(successor)
    admin.press("Уволить")
    expect(admin.page.locator("main")).to_contain_text("Дела переданы")
    head.page.goto(served.url + "/desk")
    expect(head.page).to_have_url(re.compile("/sign-in"))
    following = Person(served, window, "spec_dm", width)
    following.open_turn()
    following.press("Согласовать")

    # A threshold from tomorrow on changes nothing today; moved to today it does, and what was handed in keeps its way.
    admin.go(EVENING)
    for name, value in (("valid_from", (today + timedelta(days=1)).isoformat()), ("value", "19:00"), ("source", "Приказ № 12")):
        admin.page.locator(f"[name={name}]").fill(value)
    admin.press("Сохранить")
    begin(author, today + timedelta(days=46))
    expect(way).not_to_contain_text(SAFETY)
    row_of(admin, -1)
    admin.page.locator("[name=valid_from]").fill(today.isoformat())
    admin.press("Сохранить")
    author.page.reload()
    author.look()
    expect(way).to_contain_text(SAFETY)
    second = submit(author)
    for path, asked in ((first, False), (second, True)):
        author.go(path)
        seen = expect(author.page.locator("main"))
        (seen.to_contain_text if asked else seen.not_to_contain_text)(SAFETY)
    assert TITLE in author.page.title()
