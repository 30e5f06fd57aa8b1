"""What strangers put into names of a query and into headers is a page or a refusal, never an error of ours (reliability.md T25)."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.fixtures.browsing import Client
from tests.fixtures.house import House

pytestmark = pytest.mark.engines("sqlite")

QUERIES = (
    "endpoint=x",
    "_method=POST",
    "_scheme=x",
    "_external=1&_scheme=[",
    "_anchor=[&self=1&values=1",
    "slug=b&request_id=x&review_id=x&year=x&no=x&key=x&code=x&token=x&filename=x",
    "next=//[&day=[&month=]&after=[&text=[]&q=%5B&unit=[&lang=[",
    "next=/[&next=http://[&lang=en&lang=[",
    "[]=[&]=]&=&&%FF=%FF",
)
"""Words that `url_for` obeys, names of what stands in our addresses, brackets no address may have alone."""
HEADERS = (
    {"Origin": "http://["},
    {"Origin": "]", "Referer": "http://[", "Sec-Fetch-Site": "["},
    {"Referer": "//["},
    {"If-None-Match": '["', "If-Modified-Since": "yesterday", "Range": "bytes=9-1"},
    {"Accept-Encoding": "gzip;q=[, *;q=x, ;;", "Accept-Language": "[;q=x", "Accept": "[/*;q=]"},
    {"X-Forwarded-For": "[", "X-Forwarded-Host": "http://[", "X-Forwarded-Proto": "["},
    {"Cookie": 'marshrut=[; login="; ='},
    {"Content-Type": "multipart/form-data; boundary=["},
    {"Content-Length": "0", "Content-Type": "[; charset=["},
)
HOSTS = ("[", "[::1", "127.0.0.1:99999", "127.0.0.1:x", "a b", "evil.example", "127.0.0.1:8000:8000", "@", "\xff")


@pytest.fixture
def visitors(house: House, signed_in: Callable[[str], Client]) -> list[Client]:
    """Nobody, and somebody who is shown most pages."""
    return [signed_in("anon"), signed_in("spec_omp")]


def rules(app: Flask, method: str) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]


def failed(clients: list[Client], method: str, address: str, **options: Any) -> bool:
    return any(client.open(method, address, expect=None, **options).status >= 500 for client in clients)


def test_no_name_in_a_query_breaks_a_page(app: Flask, house: House, visitors: list[Client]) -> None:
    pages = [(rule, query) for rule in rules(app, "GET") for query in QUERIES]
    broken = [(rule.rule, query) for rule, query in pages if failed(visitors, "GET", f"{house.address(rule)}?{query}")]
    assert broken == []


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_header_breaks_an_answer(app: Flask, house: House, visitors: list[Client], method: str) -> None:
    asked = [(rule, headers) for rule in rules(app, method) for headers in HEADERS]
    broken = [(rule.rule, headers) for rule, headers in asked if failed(visitors, method, house.address(rule), headers=headers)]
    assert broken == []


def test_no_host_breaks_an_answer(app: Flask, house: House) -> None:
    """A host that is not ours is refused, whatever it looks like (reliability.md T12)."""
    addresses = ["/", "/sign-in", "/subscribe", "/healthz", "/no-such-page", "/desk", house.address(rules(app, "POST")[0])]
    statuses = {
        (host, method, address): app.test_client().open(address, method=method, environ_overrides={"HTTP_HOST": host}).status_code
        for host in HOSTS
        for method in ("GET", "POST")
        for address in addresses
    }
    assert {place: status for place, status in statuses.items() if status != 400} == {}


def test_the_other_language_is_that_of_the_same_page(client: Client, house: House) -> None:
    address = f"/events/{house.slug}"
    for query in ("slug=b", "endpoint=x&a=1&a=2", "_external=1", "_anchor=x&lang=ru"):
        kept = query.removesuffix("&lang=ru")
        assert client.get(f"{address}?{query}").links["English"] == f"{address}?{kept}&lang=en"


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "]", "http://127.0.0.1:8000@[", "//["])
def test_a_form_from_what_is_no_address_is_foreign(client: Client, origin: str) -> None:
    client.post("/sign-in", {"email": "a@b.example"}, expect=403, headers={"Origin": origin})


@pytest.mark.parametrize("target", ["//[", "/[", "///[", "//[::1", "/]//[", "//"])
def test_signing_in_leads_nowhere_by_a_broken_address(client: Client, target: str) -> None:
    page = client.get("/sign-in", query_string={"next": target})
    assert page.one("input", name="next").get("value") in ("/desk", target if not target.startswith("//") else "/desk")
