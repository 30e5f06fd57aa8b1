"""Who may decide: the predicate and its forms in SQL give one answer, over all roles, units and slot roles."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from events.approvals import deciders, queries
from events.approvals.models import Review
from events.approvals.vocabulary import SlotRole
from events.foundation import work
from events.foundation.acting import SYSTEM
from events.foundation.db import db
from events.people import operations
from events.people import queries as people
from events.people.models import Membership, User
from events.people.vocabulary import Role
from tests.fixtures.cast import Cast
from tests.fixtures.house import House
from tests.fixtures.office import Office


@pytest.fixture
def everyone(app: Flask, cast: Cast, now: datetime) -> list[int]:
    """A person for every role in the youth department, one for every role in the institution, and one who heads both."""
    youth, institution = cast.unit("omp").id, cast.unit("pmc").id

    def act() -> list[int]:
        held = [[(unit, role)] for unit in (youth, institution) for role in Role] + [[(youth, Role.HEAD), (institution, Role.HEAD)]]
        return [operations.invite(f"{n}@d.example", f"Имя {n}", "", roles, "x", by=SYSTEM, now=now).id for n, roles in enumerate(held)]

    return work.transaction(act)


@pytest.fixture
def reviews(house: House, office: Office) -> list[int]:
    """Every review of a request in its first round, whatever its kind and state."""
    return office.read(lambda: list(db.session.scalars(select(Review.id).where(Review.request_id == house.submitted))))


def pairs(everyone: list[int], reviews: list[int]) -> Iterator[tuple[int, int]]:
    return ((user, review) for user in everyone for review in reviews)


def test_predicate_and_sql_agree_for_every_role(everyone: list[int], reviews: list[int], office: Office):
    def answers() -> tuple[set[tuple[int, int]], set[tuple[int, int]], set[tuple[int, int]]]:
        users = {one: people.user(one) for one in everyone}
        rows = {one.id: one for one in db.session.scalars(select(Review).where(Review.id.in_(reviews)))}
        by_predicate = {(u, r) for u, r in pairs(everyone, reviews) if queries.may_decide(users[u], rows[r])}
        joined = select(Membership.user_id, Review.id).join(Review, deciders.decided_by_holder())
        by_row = {(u, r) for u, r in db.session.execute(joined.where(Membership.user_id.in_(everyone), Review.id.in_(reviews)))}
        mine = {
            (u, r)
            for u in everyone
            for r in db.session.scalars(select(Review.id).where(deciders.decided_by(users[u]), Review.id.in_(reviews)))
        }
        return by_predicate, by_row, mine

    by_predicate, by_row, mine = office.read(answers)
    assert by_predicate == by_row == mine
    assert by_predicate, "somebody decides something"
    assert by_predicate < set(pairs(everyone, reviews)), "and not everybody everything"


def test_every_role_decides_what_the_practice_says(everyone: list[int], cast: Cast, office: Office):
    """cases.md 8: a head decides head's and reviewer's reviews of the unit, a reviewer only a reviewer's, others none."""

    def answers() -> dict[tuple[str, str], list[str]]:
        units = {"omp": cast.unit("omp").id, "pmc": cast.unit("pmc").id}
        held = {one: people.user(one).memberships for one in everyone[:-1]}
        return {
            (unit, slot_role.value): [
                f"{held[one][0].unit.key}:{held[one][0].role.value}" for one in held if deciders.decides(held[one], unit_id, slot_role)
            ]
            for unit, unit_id in units.items()
            for slot_role in SlotRole
        }

    assert office.read(answers) == {
        ("omp", "head"): ["omp:head"],
        ("omp", "reviewer"): ["omp:head", "omp:reviewer"],
        ("pmc", "head"): ["pmc:head"],
        ("pmc", "reviewer"): ["pmc:head", "pmc:reviewer"],
    }


def test_whoever_decides_as_the_head_is_found_by_the_same_predicate(everyone: list[int], cast: Cast, office: Office):
    """«Agreed by submitting», putting off and restoring ask it (cases.md 6, 36, 37), so a substitute will be one for them, too."""

    def answers() -> tuple[list[int], list[int]]:
        unit, held = cast.unit("pmc").id, {one: people.user(one).memberships for one in everyone}
        return [one for one in everyone if deciders.heads(held[one], unit)], [
            one for one in everyone if any(held.unit_id == unit and held.role is Role.HEAD for held in held[one])
        ]

    found, expected = office.read(answers)
    assert found == expected
    assert len(found) == 2


def test_a_hand_in_a_request_is_asked_in_one_way(house: House, cast: Cast, office: Office):
    """Of the request of a review at hand, of a request named, and of none before its first saving (I1)."""

    def answers() -> list[set[int]]:
        at_hand = select(User.id).join(Review, deciders.has_a_hand(User.id)).where(Review.request_id == house.submitted)
        named = select(User.id).where(deciders.has_a_hand(User.id, house.submitted))
        of_none = select(User.id).where(deciders.has_a_hand(User.id, None))
        by_one = {one.id for one in (cast.spec_pmc, cast.dir_pmc) if queries.is_author(one, house.submitted)}
        return [*(set(db.session.scalars(asked)) for asked in (at_hand, named, of_none)), by_one]

    author = {office.read(lambda: cast.spec_pmc.id)}
    assert office.read(answers) == [author, author, set(), author]


@pytest.mark.parametrize(
    ("staff", "authors", "asked"),
    [
        ({Role.REVIEWER: (1, 2), Role.HEAD: (3,)}, (), (1, 2)),
        ({Role.REVIEWER: (1, 2), Role.HEAD: (3,)}, (1,), (2,)),
        ({Role.REVIEWER: (1, 2), Role.HEAD: (3,)}, (1, 2), (3,)),
        ({Role.HEAD: (3,)}, (), (3,)),
        ({Role.HEAD: (3,)}, (3,), ()),
        ({Role.AUTHOR: (4,), Role.COORDINATOR: (5,)}, (), ()),
    ],
)
def test_reviewer_is_asked_before_the_head(staff: dict[Role, tuple[int, ...]], authors: tuple[int, ...], asked: tuple[int, ...]):
    assert deciders.asked_first(staff, SlotRole.REVIEWER, authors) == asked


def test_head_s_review_never_falls_to_a_reviewer():
    assert deciders.asked_first({Role.REVIEWER: (1,)}, SlotRole.HEAD, ()) == ()
    assert deciders.asked_first({Role.REVIEWER: (1,), Role.HEAD: (3,)}, SlotRole.HEAD, ()) == (3,)
