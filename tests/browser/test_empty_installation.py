"""An administrator who has never seen a terminal: from the address a server prints to units, venues and people read in, with axe."""

import csv
import io
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.fixtures.serving import Served

Window = Callable[..., Page]
pytestmark = [pytest.mark.browser]
PASSWORD = "три кота на крыше"


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


def test_an_empty_installation_is_set_up_and_filled(
    engine_name: str, empty_database_url: str, serve_on: Callable[[str], Served], window: Window
) -> None:
    served = serve_on(empty_database_url)
    command = [sys.executable, "-m", "flask", "--app", "app", "users", "first"]
    printed = subprocess.run(command, env=served.environment, capture_output=True, text=True, check=True).stdout
    address = re.search(r"http\S+/set-up/\S+", printed)
    assert address is not None, printed
    page = window(360 if engine_name == "sqlite" else 1280)
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
