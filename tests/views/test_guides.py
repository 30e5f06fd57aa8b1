"""`/help` as the staff and the public see it, and the link that leads there from each page."""

import re

import pytest
from flask import Flask

from presenters import guides
from presenters.language import LANGUAGES
from presenters.tables.directories import DIRECTORIES
from tests.fixtures.browsing import Client
from tests.fixtures.cast import Cast, sign_in_as
from views import access
from views.access import Audience
from views.how_it_works import HEADINGS, OF_TABLE

NO_PAGES = frozenset(
    {
        "administration.export", "administration.journal_file", "administration.journal_head",
        "requests.autosave", "requests.side", "requests.worked", "reviews.seen", "people.passkey_options",
        "guides.index", "guides.guide",
    }
)  # fmt: skip
"""Routes of the staff that answer with a file or a part of a page; the help itself needs no help."""


def test_every_page_of_the_staff_has_its_heading_in_the_guides(app: Flask):
    staff = {rule.endpoint for rule in app.url_map.iter_rules() if is_staff(app, rule.endpoint)}
    assert staff - NO_PAGES == HEADINGS.keys()
    assert OF_TABLE.keys() == DIRECTORIES.keys()


def is_staff(app: Flask, endpoint: str) -> bool:
    policy = access.policy_of(app, endpoint)
    return policy is not None and policy.audience is Audience.STAFF


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_heading_that_is_led_to_exists(language: str):
    known = {f"{one.key}#{part.anchor}" for one in guides.guides(language) for part in one.parts}
    assert {*HEADINGS.values(), *OF_TABLE.values()} - known == set()


def test_a_page_leads_to_its_heading(app: Flask, cast: Cast, client: Client):
    sign_in_as(client, "admin")
    for path, heading in [
        ("/desk", "everyone#desk"),
        ("/administration/", "administrator#directories"),
        ("/administration/venues/", "administrator#venues"),
        ("/administration/people/new", "administrator#invite"),
    ]:
        (link,) = [one for one in client.get(path).all("a") if one.get("data-key") == "KeyH"]
        key, _, anchor = heading.partition("#")
        assert link.get("href") == f"/help/{key}#{anchor}"
        assert client.get(f"/help/{key}").all(id=anchor)


def test_guides_of_the_own_roles_stand_first(cast: Cast, client: Client):
    sign_in_as(client, "spec_pmc")
    own, others = client.get("/help").all("ul", class_="places")
    assert [one.get("href") for one in own.iter("a")] == ["/help/everyone", "/help/specialist"]
    assert len([*others.iter("a")]) == len(guides.GUIDES) - 2


def test_what_is_asked_for_is_found_with_its_place(cast: Cast, client: Client):
    sign_in_as(client, "spec_pmc")
    page = client.get("/help", query_string={"text": "отозвать заявку"})
    (first, *_) = page.all("ol")[0].iter("a")
    assert (first.get("href"), first.text) == ("/help/specialist#withdraw", "Отозвать заявку")
    assert {one.text for one in page.all("mark")} >= {"заявку"}
    assert page.one("input", id="text").get("value") == "отозвать заявку"


def test_a_search_in_vain_says_what_to_do(cast: Cast, client: Client):
    sign_in_as(client, "spec_pmc")
    page = client.get("/help", query_string={"text": "абракадабра <b>"})
    assert "Ничего не найдено" in page.text
    assert "Попробуйте меньше слов" in page.text


def test_participants_read_their_guide_without_account_and_cookie(client: Client):
    for language in LANGUAGES:
        page = client.get("/help/visitors", query_string={"lang": language})
        assert page.one("html").get("lang") == language
        assert "Set-Cookie" not in page.response.headers
        (picture,) = page.all("img")
        assert re.fullmatch(rf"/static/help/{language}/subscribe\.webp\?v=\w+", picture.get("src", ""))
        assert int(picture.get("width", "0")) > int(picture.get("height", "0")) > 0
    assert client.get("/").all("a", href="/help/visitors")


def test_every_guide_is_drawn(cast: Cast, client: Client):
    sign_in_as(client, "spec_pmc")
    for key in guides.GUIDES:
        page = client.get(f"/help/{key}")
        anchors = [part.get("id") for tag in ("h2", "h3") for part in page.all(tag)]
        assert sorted(anchors) == sorted(part.anchor for part in guides.guide(key, "ru").parts)


def test_whoever_has_yet_to_set_up_the_second_step_may_read_how(app: Flask):
    policies = [access.policy_of(app, endpoint) for endpoint in ("guides.index", "guides.guide")]
    assert [one is not None and one.unsecured for one in policies] == [True, True]
