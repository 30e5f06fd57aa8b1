"""An administrator who has never seen a terminal: from the address a server prints, by units, venues and people read in and the routes of
the example, to an event on the public page, with axe on every page."""

import csv
import email
import email.policy
import io
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from events.foundation import clock
from events.foundation.place import local_day
from tests.fixtures.serving import Served

Window = Callable[..., Page]
pytestmark = [pytest.mark.browser]
PASSWORD = "три кота на крыше"
TITLE = "Вечер настольных игр"


def table(rows: list[list[Any]]) -> bytes:
    """A table as an office saves it."""
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    return text.getvalue().encode("cp1251")


def look(page: Page) -> None:
    """Every page is looked at: no fault for axe, nothing wider than the window."""
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def press(page: Page, words: str | re.Pattern[str]) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=words).first.click()
    look(page)


def load(page: Page, served: Served, directory: str, rows: list[list[Any]]) -> None:
    """Choose a file and look at what it would do."""
    page.goto(f"{served.url}/administration/{directory}/load")
    look(page)
    page.set_input_files("[name=file]", {"name": f"{directory}.csv", "mimeType": "text/csv", "buffer": table(rows)})
    press(page, "Посмотреть, что изменится")


def come_in(served: Served, page: Page, address: str) -> None:
    """An invited person sets a password by the address of the letter and signs in."""
    served.command("worker", "--once")
    letters = [email.message_from_string(text, policy=email.policy.default) for text in served.letters()]
    letter = next(one for one in letters if one["To"] == address)
    body = letter.get_body(("plain",))
    assert body is not None
    link = re.search(r"http\S+/password/\S+", body.get_content())
    assert link is not None, body.get_content()
    page.goto(link[0])
    look(page)
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    press(page, "Задать пароль")
    if page.url.endswith("/sign-in"):
        page.get_by_label("Электронная почта").fill(address)
        page.locator("[name=password]").fill(PASSWORD)
        press(page, "Войти")


def write_request(page: Page) -> None:
    """A small evening in the unit's own hall, six weeks from now."""
    day = local_day(clock.now()) + timedelta(days=42)
    for name, value in {
        "title": TITLE,
        "short_desc": "Настольные игры и чай для всех, кто живёт рядом: приходите с друзьями.",
        "goal": "Познакомить подростков квартала; ожидаемый результат — тридцать участников.",
        "occurrences-0-day": day.isoformat(),
        "occurrences-0-begins": "15:00",
        "occurrences-0-ends": "17:00",
        "expected": "30",
        "responsible_phone": "8 (921) 123-45-67",
    }.items():
        page.locator(f"[name={name}]").fill(value)
    for name, value in {"direction": "leisure", "event_type": "quiz", "level": "institution", "age_mark": "12+"}.items():
        page.locator(f"select[name={name}]").select_option(value)
    hall = page.locator("select[name=venue_id] option", has_text="Большой зал").get_attribute("value")
    page.locator("select[name=venue_id]").select_option(hall)
    for name, value in {"format": "offline", "price_type": "free", "registration": "none"}.items():
        page.locator(f"input[name={name}][value={value}]").check()


def test_an_empty_installation_is_brought_to_its_first_approved_event(
    engine_name: str, empty_database_url: str, serve_on: Callable[[str], Served], window: Window
) -> None:
    served, width = serve_on(empty_database_url), 360 if engine_name == "sqlite" else 1280
    command = [sys.executable, "-m", "flask", "--app", "app", "users", "first"]
    printed = subprocess.run(command, env=served.environment, capture_output=True, text=True, check=True).stdout
    address = re.search(r"http\S+/set-up/\S+", printed)
    assert address is not None, printed
    page = window(width)
    page.goto(address[0])
    look(page)
    for label, value in (
        ("district", "Невский район"),
        ("address", "пр. Обуховской Обороны, 163"),
        ("full_name", "Первухина Анна Львовна"),
    ):
        page.locator(f"[name={label}]").fill(value)
    page.locator("[name=email]").fill("first@nevsky.example")
    for name in ("new", "repeat"):
        page.locator(f"[name={name}]").fill(PASSWORD)
    press(page, "Начать")
    assert page.url.endswith("/desk")

    units = [["Код", "Краткое название", "Полное название", "Код в номерах", "Вид", "Подчиняется"]]
    units += [["omp", "Отдел молодёжи", "Отдел молодёжной политики", "ОМП", "отдел", ""]]
    units += [[f"club-{n}", f"Клуб № {n}", f"Подростковый клуб № {n}", f"К{n}", "учреждение", "omp"] for n in range(1, 6)]
    load(page, served, "units", units)
    press(page, re.compile("Загрузить 6"))
    expect(page.locator("tbody")).to_contain_text("Клуб № 5")

    venues = [["Код", "Название", "Адрес", "Чья площадка", "Вид", "Вместимость, человек"]]
    venues += [
        ["hall", "Большой зал", "ул. Седова, 1", "club-1", "в помещении", "120"],
        ["yard", "Двор", "ул. Седова, 1", "club-1", "на улице", ""],
    ]
    load(page, served, "venues", venues)
    page.locator("[name=cell-1-capacity]").fill("300")
    page.locator("[name=cell-1-kind]").fill("на открытом воздухе")
    press(page, "Проверить ещё раз")
    press(page, re.compile("Загрузить 2"))

    people = [["Электронная почта", "Фамилия, имя, отчество", "Должность", "Роли"]]
    people += [[f"s{n}@nevsky.example", f"Сотрудников {n} Ильич", "специалист", f"club-{n % 5 + 1}: автор заявок"] for n in range(35)]
    wrong = [
        ["", "Без Адреса", "", "omp: руководитель"],
        ["нет адреса", "Не Адрес", "", "omp: руководитель"],
        ["s1@nevsky.example", "Дважды", "", "omp: руководитель"],
    ]
    wrong += [["h@nevsky.example", "Без Роли", "", ""], ["k@nevsky.example", "Нет Отдела", "", "нет: руководитель"]]
    load(page, served, "people", [*people, *wrong])
    expect(page.locator(".wrong-row")).to_have_count(5)
    for place, mended in ((35, {"email": "a@nevsky.example"}), (36, {"email": "b@nevsky.example"}), (37, {"email": "c@nevsky.example"})):
        for name, value in mended.items():
            page.locator(f"[name=cell-{place}-{name}]").fill(value)
    page.locator("[name=cell-38-held]").fill("omp: рассматривает заявки")
    page.locator("[name=leave-39]").check()
    press(page, "Проверить ещё раз")
    press(page, re.compile("Загрузить 39"))
    expect(page.locator(".filters-count")).to_contain_text("40")

    # The routes of the example ask units that are not there yet, and then people who decide.
    page.goto(f"{served.url}/administration/first-steps/routes")
    look(page)
    press(page, "Завести эти подразделения")
    press(page, "Взять примерный набор маршрутов")
    expect(page.locator(".note-warn li").first).to_be_visible()
    asked = ["omp", "zam_soc", "obuh", "ozpb", "oobr", "osport", "our", "okult", "oblag", "press", "opr", "glava"]
    deciding = [people[0]] + [[f"{one}@nevsky.example", f"Решалова {one.title()} Петровна", "", f"{one}: руководитель"] for one in asked]
    deciding += [[f"dir{n}@nevsky.example", f"Директоров {n} Ильич", "", f"club-{n}: руководитель"] for n in range(1, 6)]
    load(page, served, "people", deciding)
    press(page, re.compile("Загрузить 17"))
    page.goto(f"{served.url}/administration/first-steps/routes")
    look(page)
    expect(page.locator(".note-good")).to_be_visible()
    page.goto(f"{served.url}/administration/first-steps/letter")
    press(page, re.compile("Отправить"))
    served.command("worker", "--once")
    page.reload()
    look(page)
    page.goto(f"{served.url}/administration/first-steps")
    look(page)

    # A specialist is invited, writes and submits; three people decide; the public reads it.
    author = window(width)
    come_in(served, author, "s0@nevsky.example")
    author.goto(f"{served.url}/requests/new")
    press(author, "С нуля")
    write_request(author)
    press(author, "Проверить и подать")
    author.get_by_label("Подтверждаю").check()
    press(author, "Подать")
    request = author.url
    for login, button in (("dir1", "Согласовать"), ("omp", "Согласовать"), ("zam_soc", "Утвердить")):
        decider = window(width)
        come_in(served, decider, f"{login}@nevsky.example")
        decider.goto(f"{served.url}/desk")
        with decider.expect_navigation():
            decider.get_by_role("link", name=TITLE).first.click()
        look(decider)
        if button == "Утвердить":
            decider.locator("summary", has_text="Утвердить…").click()
        with decider.expect_navigation():
            decider.get_by_role("button", name=button, exact=True).locator("visible=true").first.click()
        look(decider)
    author.goto(request)
    expect(author.locator("main")).to_contain_text("Опубликовано")
    stranger = window(width)
    stranger.goto(served.url)
    look(stranger)
    with stranger.expect_navigation():
        stranger.get_by_role("link", name=TITLE).first.click()
    look(stranger)
    expect(stranger.locator("h1")).to_have_text(TITLE)
    expect(stranger.locator("main")).to_contain_text("Большой зал")
