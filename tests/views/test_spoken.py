"""Every page, redirect and failure speaks the reader's language."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from events.foundation import work
from events.people import operations, queries
from letters.accounts import password_link
from tests.fixtures.browsing import ORIGIN, REDIRECTS, Client, Page
from tests.fixtures.cast import Cast, sign_in_as
from tests.fixtures.house import House

pytestmark = pytest.mark.engines("sqlite")

PUBLIC = ("programme.programme", "calendars.subscribe", "guides.visitors")
"""Pages whose language stands in their address; the page of an event, too."""


def set_english(login: str) -> None:
    """From now on this person reads English."""
    user = queries.user_by_email(f"{login}@demo.example")
    assert user is not None
    operations.set_locale(user, "en", now=work.now())


@pytest.fixture
def reader(cast: Cast, client: Client) -> Client:
    """The browser of an English specialist who has opened a page before."""
    work.transaction(lambda: set_english("spec_pmc"))
    sign_in_as(client, "spec_pmc")
    assert client.get("/profile").h1 == "My profile"
    return client


def spoken(page: Page) -> str | None:
    """The language of the page."""
    return page.one("html").get("lang")


def arrive(client: Client, address: str) -> Page:
    """Open an address and go where it leads."""
    page = client.open("GET", address, expect=None)
    while page.status in REDIRECTS:
        page = client.open("GET", page.location or "/", expect=None)
    return page


def pages(app: Flask, house: House) -> Iterator[str]:
    """An address for every route that is opened by one."""
    return (house.address(rule) for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()))


def test_every_page_a_stranger_asks_for_in_english_is_english(app: Flask, house: House, client: Client):
    found = {address: arrive(client, f"{address}?lang=en") for address in [*pages(app, house), "/nope", "/language"]}
    russian = {address: spoken(page) for address, page in found.items() if page.response.mimetype == "text/html" and spoken(page) != "en"}
    assert russian == {}


def test_every_page_of_an_english_person_is_english(app: Flask, house: House, reader: Client):
    public = {house.address(rule) for rule in app.url_map.iter_rules() if rule.endpoint in PUBLIC}
    public |= {f"/events/{house.slug}"}
    found = {address: arrive(reader, address) for address in [*pages(app, house), "/nope"] if address not in public}
    russian = {address: spoken(page) for address, page in found.items() if page.response.mimetype == "text/html" and spoken(page) != "en"}
    assert russian == {}


@pytest.mark.parametrize(
    ("ask", "status"),
    [
        (lambda client: client.get("/no/such/page", expect=404), 404),
        (lambda client: client.get("/language", expect=405), 405),
        (lambda client: client.post("/language", {"locale": "ru"}, expect=403, headers={"Origin": "https://evil.example"}), 403),
        (lambda client: client.post("/language", {"locale": "x" * 3 * 1024 * 1024}, expect=413), 413),
        (lambda client: client.get("/requests/999999", expect=404), 404),
        (lambda client: client.post("/language", {"csrf_token": "old"}, expect=400), 400),
    ],
)
def test_a_failure_before_anybody_is_looked_up_speaks_their_language(reader: Client, ask: Callable[[Client], Page], status: int):
    assert spoken(ask(reader)) == "en", status


def test_whoever_signs_out_or_has_been_signed_out_reads_on_in_their_language(reader: Client, cast: Cast):
    left = reader.submit(reader.get("/desk"), action="/sign-out", expect_redirect="/sign-in?lang=en")
    assert left.h1 == "Signing in"
    sign_in_as(reader, "spec_pmc")
    reader.get("/profile")
    work.transaction(lambda: operations.end_sessions(cast.spec_pmc.id, by=cast.admin.actor, now=work.now()))
    reader.get("/desk", expect_redirect="/sign-in?next=/desk&lang=en")


def test_the_link_of_a_letter_opens_in_the_language_of_the_letter(reader: Client, new_client: Callable[[], Client]):
    link = work.transaction(lambda: password_link(queries.user_by_email("spec_pmc@demo.example")), write=False)  # type: ignore[arg-type]
    assert link.endswith("?lang=en")
    stranger = new_client()
    page = stranger.get(link.removeprefix(ORIGIN), expect_redirect="/password/new?lang=en")
    page = stranger.follow(page)
    assert page.h1 == "New password"
    words = "three cats upon the roof"
    assert stranger.submit(page, new=words, repeat=words, expect_redirect="/sign-in?lang=en").h1 == "Signing in"


@pytest.mark.parametrize("path", ["/password/new", "/events/none-1", "/password/forgotten", "/password/forgotten/sent", "/nope"])
def test_a_stranger_may_change_the_language_where_they_are(client: Client, path: str):
    page = client.open("GET", path, expect=None)
    assert page.links["English"] == f"{path}?lang=en"
    assert client.open("GET", page.links["English"], expect=None).links["Русский"] == f"{path}?lang=ru"


def test_public_pages_speak_by_their_address_alone(reader: Client):
    assert [spoken(reader.open("GET", path, expect=None)) for path in ("/", "/subscribe", "/events/none-1")] == ["ru", "ru", "ru"]
