"""The search over everything: what each reader finds, however it is typed, and what cannot be looked for."""

from collections.abc import Callable
from urllib.parse import quote

import pytest

from events.foundation import work
from events.foundation.db import db
from events.requests.models import EventRequest
from events.venues.models import Venue
from tests.fixtures.browsing import Client, Page
from tests.fixtures.cast import Cast
from tests.fixtures.house import House
from tests.fixtures.office import Office
from views.search import MOST

pytestmark = pytest.mark.engines("sqlite")
SignedIn = Callable[[str], Client]
EVERYBODY = ("spec_pmc", "dir_pmc", "head_ozpb", "spec_omp", "zam", "spec_dm", "stranger", "press", "lean", "admin")


def found(client: Client, question: str) -> Page:
    return client.get(f"/search?text={quote(question)}")


def rows(page: Page) -> list[str]:
    """The titles of what was found."""
    return page.texts("p", class_="row-title")


def test_each_finds_the_requests_they_may_open_and_no_others(house: House, signed_in: SignedIn) -> None:
    """I14: the same rule as the page of a request, a draft among them."""
    ids = (house.draft, house.submitted, house.published)
    for login in EVERYBODY:
        client = signed_in(login)
        opened = {one for one in ids if client.open("GET", f"/requests/{one}", expect=None).status == 200}
        hrefs = [one.get("href", "") for one in found(client, "квиз").all("a")]
        assert {one for one in ids if any(href.startswith(f"/requests/{one}") for href in hrefs)} == opened, login


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("ВЕТРОВА", "Ветрова Алина Игоревна"),
        ("молодежью", "Ветрова Алина Игоревна"),
        ("молодёжи", "СПб ГБУ «Дом молодёжи „Путиловец“» (демо)"),
        ("стачек 92", "Большой зал Дома молодёжи (демо)"),
        ("ПР. СТАЧЕК", "Большой зал Дома молодёжи (демо)"),
    ],
)
def test_words_are_found_however_they_are_written(cast: Cast, signed_in: SignedIn, typed: str, title: str) -> None:
    assert title in rows(found(signed_in("spec_pmc"), typed))


def test_a_request_is_found_by_its_number(house: House, signed_in: SignedIn, office: Office) -> None:
    number = office.read(lambda: db.session.get_one(EventRequest, house.submitted).number)
    assert number
    assert f"/requests/{house.submitted}" in found(signed_in("spec_pmc"), number.lower()).links.values()


def test_people_are_told_to_their_colleagues_and_the_administrator_alone(cast: Cast, signed_in: SignedIn) -> None:
    """Without an address of anybody for whoever is no administrator (reliability.md T3)."""
    told = {login: "Ветрова" in found(signed_in(login), "ветрова").text for login in EVERYBODY}
    assert [login for login, one in told.items() if one] == ["spec_pmc", "dir_pmc", "admin"]
    assert "@" not in found(signed_in("dir_pmc"), "ветрова").text
    assert rows(found(signed_in("dir_pmc"), "spec_pmc")) == []
    assert f"/administration/people/rows/{cast.spec_pmc.id}" in found(signed_in("admin"), "spec_pmc").links.values()


def test_what_is_out_of_use_is_found_by_the_administrator_alone(cast: Cast, signed_in: SignedIn) -> None:
    work.transaction(lambda: setattr(cast.venue("v05"), "active", False))
    name = cast.venue("v05").name
    assert name not in rows(found(signed_in("spec_pmc"), name))
    page = found(signed_in("admin"), name)
    assert name in rows(page)
    assert "не действует" in page.text


def test_a_long_group_shows_ten_and_leads_to_the_rest(cast: Cast, signed_in: SignedIn, a_request: Callable[..., EventRequest]) -> None:
    owner = cast.unit("pmc").id
    work.transaction(
        lambda: db.session.add_all(
            Venue(
                key=f"hall-{no}", name=f"Лекторий № {no}", address="пр. Стачек", owner_id=owner, kind="indoor", capacity=9, accessibility=[]
            )
            for no in range(MOST + 2)
        )
    )
    for _ in range(MOST + 1):
        a_request(venue=None, title="Лекторий под крышей")
    admin, author = found(signed_in("admin"), "лекторий"), found(signed_in("spec_pmc"), "лекторий")
    assert len([one for one in rows(author) if one.startswith("Лекторий №")]) == MOST
    assert f"Показаны первые {MOST}" in author.text
    assert len([one for one in rows(author) if one == "Лекторий под крышей"]) == MOST
    whole = author.links["Все найденные заявки"]
    assert len([one for one in rows(signed_in("spec_pmc").get(whole)) if one == "Лекторий под крышей"]) == MOST + 1
    listed = signed_in("admin").get(next(url for words, url in admin.links.items() if words.startswith("Все 1")))
    assert len([one for one in listed.texts("th", scope="row") if one.startswith("Лекторий №")]) == MOST + 2


def test_what_cannot_be_looked_for_is_said_at_the_line(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in("spec_pmc")
    for typed in ("п", "!!", "«»", "№"):
        page = found(client, typed)
        assert page.errors == ["Введите хотя бы две буквы или цифры."], typed
        assert page.one("input", id="text").get("value") == typed
    long = "щ" * 3000
    page = found(client, long)
    assert len(page.errors) == 1
    assert page.one("input", id="text").get("value") == long
    assert client.get("/search").errors == []
    assert found(client, "%_%").errors
    assert "Ничего не найдено" in found(client, "неслыханное").text


def test_the_bar_of_every_page_has_the_line_and_the_link(cast: Cast, signed_in: SignedIn) -> None:
    """The link is for narrow windows, where there is no room to type; both work without scripts."""
    page = signed_in("head_ozpb").get("/profile")
    form = page.form(action="/search")
    assert [one.get("data-key") for one in form.controls if one.get("name") == "text"] == ["Slash"]
    assert page.one("a", class_="bar-search-link").get("href") == "/search"
