"""Who holds what, and in how many statements it is found."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from events.foundation import work
from events.foundation.acting import SYSTEM
from events.foundation.errors import NotFound
from events.people import operations, queries, rules
from events.people.models import User
from events.people.vocabulary import Role, UnitKind
from tests.fixtures.cast import Cast


@pytest.fixture
def house(app: Flask, now: datetime):
    """A unit whose curator has a head; in it a head, a reviewer and a blocked reviewer. Returns ids by name."""

    def act() -> dict[str, int]:
        def unit(key: str, curator_id: int | None = None) -> int:
            return operations.add_unit(key, key, key, key, UnitKind.DEPARTMENT, curator_id=curator_id, by=SYSTEM, now=now).id

        def person(name: str, unit_id: int, role: Role) -> User:
            return operations.invite(f"{name}@house.example", name, "", [(unit_id, role)], "x", by=SYSTEM, now=now)

        curator = unit("curator")
        home, empty = unit("home", curator), unit("empty")
        made = {"curator": curator, "home": home, "empty": empty, "boss": person("boss", curator, Role.HEAD).id}
        made["head"] = person("head", home, Role.HEAD).id
        made["reviewer"] = person("reviewer", home, Role.REVIEWER).id
        gone = person("gone", home, Role.REVIEWER)
        operations.dismiss(gone, by=SYSTEM, now=now)
        return made

    return work.transaction(act)


def ids(people: Any):
    return [person.id for person in people]


def test_people_of_a_unit_are_the_active_ones(house: dict[str, int]):
    assert ids(queries.people_of(house["home"])) == [house["head"], house["reviewer"]]


def test_a_person_is_found_by_any_spelling_of_the_address(cast: Cast):
    assert queries.user_by_email(f" {cast.spec_pmc.email.upper()} ") == cast.spec_pmc
    assert queries.user_by_email("nobody@demo.example") is None
    with pytest.raises(NotFound):
        queries.user(10**9)


def test_everybody_with_roles_takes_three_statements(app: Flask, query_count: Callable[[], AbstractContextManager[list[str]]]):
    with query_count() as asked:
        lines = [(user.full_name, [held.unit.name for held in user.memberships]) for user in queries.users()]
    assert len(lines) > 3
    assert len(asked) == 3


def test_a_live_sign_in_with_roles_takes_one_statement(
    cast: Cast, query_count: Callable[[], AbstractContextManager[list[str]]], now: datetime
):
    token = work.transaction(lambda: operations.sign_in(cast.spec_pmc, "", now=now))

    def roles() -> list[str]:
        found = queries.live_session(rules.token_hash(token), now)
        return [held.unit.key for held in found.user.memberships]

    work.transaction(roles, write=False)
    with query_count() as asked:
        assert work.transaction(roles, write=False) == ["pmc"]
    assert sum("login_session" in one for one in asked) == sum(one.startswith("SELECT") for one in asked) == 1
