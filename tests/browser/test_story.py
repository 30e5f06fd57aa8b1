"""The main job in a real browser, end to end: from an event request to a subscribed calendar, with axe on every page."""

import email
import email.policy
import json
import re
import urllib.request
from collections.abc import Callable
from datetime import date, time, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import create_engine, update

from events.foundation import clock
from events.foundation.place import local_day
from events.people.models import Unit
from events.worktime.hours import OfficeHours
from tests.fixtures.demo_rows import PASSWORD
from tests.fixtures.serving import Served

Window = Callable[..., Page]
TITLE = "Квиз «Кировский район: за кадром»"
pytestmark = [pytest.mark.browser, pytest.mark.engines("postgresql")]


class Person:
    """Someone at a browser window; every page they look at is checked by axe and for sideways scroll."""

    def __init__(self, served: Served, window: Window, login: str, width: int = 1280, scheme: str = "light") -> None:
        self.served, self.page = served, window(width, scheme=scheme)
        self.problems: list[str] = []
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", lambda message: self.note(message.text) if message.type == "error" else None)
        self.go("/sign-in")
        self.page.get_by_label("Электронная почта").fill(f"{login}@demo.example")
        self.page.locator("[name=password]").fill(PASSWORD)
        self.page.get_by_role("button", name="Войти").click()
        self.page.wait_for_url("**/desk")
        self.look()

    def note(self, message: str) -> None:
        """Remember what the browser complains of; a form that was refused (422) is not a complaint."""
        if "422 (Unprocessable Entity)" not in message:
            self.problems.append(message)

    def go(self, path: str) -> None:
        """Open an address and look at the page."""
        self.page.goto(self.served.url + path)
        self.look()

    def press(self, words: str, leads_to: str = "**") -> None:
        """Press the button of that name, arrive, and look at the page."""
        with self.page.expect_navigation(url=leads_to):
            self.page.get_by_role("button", name=words, exact=True).locator("visible=true").first.click()
        self.look()

    def follow(self, words: str | re.Pattern[str]) -> None:
        """Follow a link."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=words).first.click()
        self.look()

    def open_turn(self) -> None:
        """From the desk to the request that waits there."""
        self.go("/desk")
        self.follow(TITLE)
        expect(self.page.locator("h1")).to_have_text(TITLE)

    def remark(self, section: str, text: str) -> None:
        """Write a remark at a section; its fold is opened as a person would."""
        field = self.page.locator(f"[name=remark_{section}]")
        field.evaluate("box => { for (let e = box; e; e = e.parentElement) if (e.tagName === 'DETAILS') e.open = true }")
        field.fill(text)

    def look(self) -> None:
        """Nothing in the way, and no error of a script or of the security policy."""
        look(self.page)
        assert self.problems == [], self.page.url


def look(page: Page) -> None:
    """No barrier that axe finds, no sideways scroll."""
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found] == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.url


def write_request(page: Page, day: date) -> None:
    """Fill in the core form as a specialist would; a request with buses asks the safety department too."""
    fields = {
        "title": TITLE,
        "short_desc": "Командная игра об истории района: Нарвская застава, завод, блокада, архитектура авангарда.",
        "description": "Шесть команд отвечают на вопросы об истории района.",
        "goal": "Познакомить молодёжь с историей района; ожидаемый результат — сорок пять участников.",
        "occurrences-0-day": day.isoformat(),
        "occurrences-0-begins": "15:00",
        "occurrences-0-ends": "17:00",
        "expected": "45",
        "responsible_phone": "8 (921) 123-45-67",
    }
    for name, value in fields.items():
        page.locator(f"[name={name}]").fill(value)
    for name, value in {"direction": "leisure", "event_type": "quiz", "level": "district", "age_mark": "12+"}.items():
        page.locator(f"select[name={name}]").select_option(value)
    venue = page.locator("select[name=venue_id] option", has_text="Алый парус").get_attribute("value")
    page.locator("select[name=venue_id]").select_option(venue)
    for name, value in {"format": "offline", "price_type": "free", "registration": "none"}.items():
        page.locator(f"input[name={name}][value={value}]").check()
    page.locator("[name=buses]").check()


def feed(served: Served, path: str) -> str:
    """A feed as a calendar program reads it, its long lines joined."""
    with urllib.request.urlopen(served.url + path) as answer:
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
        return str(answer.read().decode()).replace("\r\n ", "")


def letters_about(served: Served, words: str) -> list[str]:
    """Addresses of the letters whose subject has these words, after the worker has been at work."""
    served.command("worker", "--once")
    found = [email.message_from_string(text, policy=email.policy.default) for text in served.letters()]
    return sorted(str(letter["To"]) for letter in found if words in str(letter["Subject"]))


@pytest.fixture
def open_always(database_url: str) -> None:
    """Every unit is open day and night: the story is played at whatever hour the tests run, and its letters leave at once."""
    engine = create_engine(database_url)
    with engine.begin() as connection:
        hours = OfficeHours({day: ((time(0), time(23, 59)),) for day in range(7)}, open_on_holidays=True)
        connection.execute(update(Unit).values(office_hours=hours.to_plain()))
    engine.dispose()


def test_story_from_request_to_subscribed_calendar(open_always: None, serve: Callable[[], Served], window: Window) -> None:
    served = serve()
    day = local_day(clock.now()) + timedelta(days=45)

    # 1. The specialist writes the request, sees its way before submitting, and gets a number.
    author = Person(served, window, "spec_pmc")
    author.go("/requests/new")
    author.press("С нуля", "**/edit")
    write_request(author.page, day)
    author.press("Проверить и подать", "**/check")
    way = author.page.locator("aside")
    expect(way).to_contain_text("законности, правопорядка и безопасности")
    expect(way).to_contain_text("перевозка автобусами")
    author.page.get_by_label("Подтверждаю").check()
    author.press("Подать", "**/requests/*")
    request_url = author.page.url.removeprefix(served.url)
    expect(author.page.locator("main")).to_contain_text("ММ-ПМЦ-0001/")
    assert letters_about(served, TITLE) == ["dir_pmc@demo.example"]

    # 2. The director approves on a phone; several departments are asked at once.
    director = Person(served, window, "dir_pmc", width=360, scheme="dark")
    director.open_turn()
    expect(director.page.locator("main")).to_contain_text("осталось")
    director.press("Согласовать")
    youth, safety = Person(served, window, "head_omp"), Person(served, window, "head_ozpb", scheme="dark")
    youth.open_turn()
    youth.remark("content", "Назовите число команд в анонсе.")
    youth.press("Согласовать с замечаниями")
    author.go(request_url)
    expect(author.page.locator("main")).not_to_contain_text("Назовите число команд")
    safety.open_turn()
    safety.press("Вернуть на доработку")
    expect(safety.page.locator("main")).to_contain_text("Выберите причину возврата")
    safety.page.locator("select[name=reason_code]").select_option("safety")
    safety.remark("safety", "Опишите, кто сопровождает детей в автобусе.")
    safety.press("Вернуть на доработку")

    # 3. The author gets all remarks at once, answers, edits and resubmits; the youth department's agreement stays valid.
    author.go("/desk")
    expect(author.page.locator("main")).to_contain_text("Ждут моей доработки")
    author.go(f"{request_url}/edit")
    for text in ("Назовите число команд в анонсе.", "Опишите, кто сопровождает детей в автобусе."):
        expect(author.page.locator("main")).to_contain_text(text)
    for _ in range(2):
        with author.page.expect_navigation():
            author.page.locator("details[open] > .answer").get_by_role("button", name="Учтено").first.click()
    author.page.locator("[name=safety_note]").fill("В автобусе двое сопровождающих, ответственная — методист центра.")
    author.press("Проверить и подать", "**/check")
    author.page.get_by_label("Подтверждаю").check()
    author.press("Подать", "**/requests/*")
    expect(author.page.locator("main")).to_contain_text("согласие действительно, круг 1")

    # 4. The second round, and the deputy head's confirmation.
    for person in (director, safety):
        person.open_turn()
        person.press("Согласовать")
    deputy = Person(served, window, "zam", width=360)
    deputy.open_turn()
    deputy.page.locator("summary", has_text="Утвердить…").click()
    deputy.press("Утвердить")
    author.go(request_url)
    expect(author.page.locator("main")).to_contain_text("Опубликовано")

    # 5. Published: the programme, the event page, and four feeds.
    stranger = window(360, scheme="dark")
    stranger.goto(served.url + f"/?month={day:%Y-%m}")
    stranger.get_by_role("link", name=TITLE).first.click()
    expect(stranger.locator("h1")).to_have_text(TITLE)
    assert stranger.context.cookies() == []
    slug = stranger.url.rsplit("/", 1)[1].split("?")[0]
    feeds = ["/calendar/all.ics", "/calendar/unit/pmc.ics", "/calendar/direction/leisure.ics", f"/calendar/event/{slug}.ics"]
    for path in feeds:
        assert f"SUMMARY:{TITLE}" in feed(served, path)
    assert letters_about(served, "Утверждено") != []

    # 6. The author cancels; the feed carries it; history and audit hold.
    author.follow("Отменить мероприятие…")
    author.page.get_by_label("Причина").fill("Болезнь ведущего.")
    author.press("Отменить мероприятие", "**/requests/*")
    for path in feeds:
        cancelled = feed(served, path)
        assert f"SUMMARY:ОТМЕНЕНО: {TITLE}" in cancelled
        assert "STATUS:CANCELLED" in cancelled
        assert "SEQUENCE:1" in cancelled
    author.go(f"{request_url}/history")
    expect(author.page.locator("main")).to_contain_text("Круг 2")
    verdict = json.loads(served.command("audit", "verify", "--json"))
    assert verdict["holds"] is True
    assert verdict["entries"] > 20

    # 7. The same in English: the author's pages by choice, the public ones by their address.
    author.go("/profile")
    author.press("English", "**/profile")
    for path in ("/desk", request_url, f"{request_url}/history"):
        author.go(path)
    author.page.get_by_role("link", name="What’s on").click()
    for path in ("/?lang=en", f"/events/{slug}?lang=en", "/subscribe?lang=en"):
        stranger.goto(served.url + path)
        look(stranger)
    expect(author.page.locator("h1")).to_have_text("What is on in the district")
