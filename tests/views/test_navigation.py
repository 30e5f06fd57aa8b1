"""The bar of the staff: to each role what it can open, and how much waits."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from events.approvals.vocabulary import Verdict
from events.requests.models import EventRequest
from tests.fixtures.browsing import Client, words
from tests.fixtures.cast import Cast
from tests.fixtures.office import Office

pytestmark = pytest.mark.engines("sqlite")
SignedIn = Callable[[str], Client]

PLACES = """
spec_pmc   Что ждёт меня | Заявки | Афиша
dir_pmc    Что ждёт меня | Заявки | Афиша
head_ozpb  Что ждёт меня | Заявки | Афиша
zam        Что ждёт меня | Заявки | Афиша
press      Что ждёт меня | Заявки | Афиша
lean       Что ждёт меня | Заявки | Афиша
spec_omp   Что ждёт меня | Заявки | Афиша | + Производственный календарь
admin      Что ждёт меня | Заявки | Администрирование | Афиша | + Производственный календарь
"""
"""Author, head, a department, the deputy head, the press service, an analyst, the coordinator, the administrator; behind the plus what the
menu of the person has besides what everybody's has."""
EVERYBODYS = {"/profile", "/styleguide", "/help", "/help/"}


def test_each_role_is_led_where_it_can_go(cast: Cast, signed_in: SignedIn) -> None:
    found = []
    for line in PLACES.strip().splitlines():
        login = line.split()[0]
        client = signed_in(login)
        page = client.get("/profile")
        bar, menu = page.one("nav", class_="bar-nav"), page.one("details", class_="menu")
        own = [one for one in menu.iter("a") if one.get("href") not in EVERYBODYS]
        found.append(f"{login:10} " + " | ".join([*(words(one) for one in bar.iter("a")), *(f"+ {words(one)}" for one in own)]))
        for one in [*bar.iter("a"), *own]:
            assert client.open("GET", one.get("href", ""), expect=None, expect_redirect=...).status in (200, 302), one.get("href")
    assert found == PLACES.strip().splitlines()


def awaited(client: Client, path: str = "/profile") -> list[str]:
    return [words(one) for one in client.get(path).one("nav", class_="bar-nav").iter("span")]


def test_the_number_is_what_the_desk_counts_and_follows_each_act(
    a_request: Callable[..., EventRequest], office: Office, signed_in: SignedIn
) -> None:
    author, head = signed_in("spec_pmc"), signed_in("dir_pmc")
    assert (awaited(author), awaited(head)) == ([], [])
    request_id = a_request().id
    office.submit(request_id)
    assert (awaited(author), awaited(head)) == ([], ["1"])
    office.decide(request_id, "dir_pmc", Verdict.RETURN)
    assert (awaited(author), awaited(head)) == (["1"], [])
    assert awaited(author, "/desk") == author.get("/desk").texts("span", class_="count")[:1] == ["1"]


def test_the_number_costs_no_statement_while_nothing_happens(
    a_request: Callable[..., EventRequest],
    office: Office,
    signed_in: SignedIn,
    query_count: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    client = signed_in("dir_pmc")
    asked = []
    for happens in (lambda: None, lambda: None, lambda: office.submit(a_request().id), lambda: None):
        happens()
        with query_count() as statements:
            client.get("/profile")
        asked.append(len(statements))
    assert asked[1] == asked[3] == 1
    assert asked[2] == 2
