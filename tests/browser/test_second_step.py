"""Passkeys and an app with codes in a real browser: a key in the computer, a key on a stick, with axe on every page."""

from collections.abc import Callable

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.fixtures.demo_rows import PASSWORD
from tests.fixtures.serving import Served

Window = Callable[..., Page]
pytestmark = [pytest.mark.browser, pytest.mark.engines("sqlite")]
KEY = {
    "protocol": "ctap2", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip
"""A key that knows its owner, whichever way it is connected."""


class Person:
    """Somebody at a window with a key, under the name localhost: a number may have no passkeys."""

    def __init__(self, served: Served, window: Window, login: str, transport: str, width: int) -> None:
        self.url, self.login, self.page = served.url.replace("127.0.0.1", "localhost"), login, window(width)
        self.problems: list[str] = []
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        cdp = self.page.context.new_cdp_session(self.page)
        cdp.send("WebAuthn.enable")
        cdp.send("WebAuthn.addVirtualAuthenticator", {"options": KEY | {"transport": transport}})

    def look(self) -> None:
        """No barrier that axe finds, no sideways scroll, no error of a script."""
        self.page.wait_for_load_state("networkidle")
        found = Axe().run(self.page).response["violations"]
        assert [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found] == [], self.page.url
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), self.page.url
        assert self.problems == []

    def press(self, words: str, leads_to: str) -> None:
        """Press the button and arrive."""
        with self.page.expect_navigation(url=leads_to):
            self.page.locator("main").get_by_role("button", name=words, exact=True).click()
        self.look()

    def come(self) -> None:
        """To the sign-in page, as somebody who has closed the browser."""
        self.page.context.clear_cookies()
        self.page.goto(f"{self.url}/sign-in?next=/profile/security")
        self.look()

    def password(self, leads_to: str) -> None:
        """Sign in by the password."""
        self.page.locator("[name=email]").fill(f"{self.login}@demo.example")
        self.page.locator("[name=password]").fill(PASSWORD)
        self.press("Войти", leads_to)


@pytest.mark.parametrize(("transport", "width"), [("internal", 360), ("usb", 1280)])
def test_a_passkey_opens_the_account_alone_and_after_the_password(
    serve: Callable[[], Served], window: Window, transport: str, width: int
) -> None:
    person = Person(serve(), window, "spec_pmc", transport, width)
    page = person.page
    person.come()
    person.password("**/profile/security")
    page.get_by_role("link", name="Добавить ключ доступа").click()
    person.look()
    page.locator("[name=name]").fill("")
    person.press("Создать ключ", "**/passkeys/new?refused=*")
    expect(page.locator("main")).to_contain_text("Дайте ключу название.")
    page.locator("[name=name]").fill("рабочий компьютер")
    person.press("Создать ключ", "**/profile/security/codes")
    paper = page.locator("main ol code").all_inner_texts()
    assert len(paper) == 10

    person.come()
    person.press("Войти с ключом доступа", "**/profile/security")
    expect(page.locator("main")).to_contain_text("рабочий компьютер")
    person.come()
    person.password("**/sign-in/second-step**")
    person.press("Предъявить ключ доступа", "**/profile/security")

    page.get_by_text("Переименовать").click()
    page.locator("[name=name]").fill("ноутбук")
    person.press("Сохранить", "**/profile/security")
    expect(page.locator("main")).to_contain_text("ноутбук")

    person.press("Подключить приложение", "**/profile/security/app")
    app = pyotp.TOTP(page.locator("#app-secret").inner_text().replace(" ", ""))
    page.locator("[name=code]").fill(app.now())
    person.press("Подключить", "**/profile/security")
    person.come()
    person.password("**/sign-in/second-step**")
    page.locator("[name=code]").fill(paper[0])
    person.press("Войти", "**/profile/security")
    expect(page.locator("main")).to_contain_text("осталось 9 из 10")

    person.press("Убрать: ноутбук", "**/profile/security")
    person.press("Отключить приложение", "**/profile/security")
    expect(page.locator("main")).not_to_contain_text("Резервные коды")
    person.come()
    person.press("Войти с ключом доступа", "**/sign-in**")
    expect(page.locator("main")).to_contain_text("Этот ключ доступа не подошёл.")
