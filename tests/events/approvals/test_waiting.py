"""Lists of reviews by page: what a unit is told, and what nobody can decide."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from events.approvals import operations, queries
from events.approvals.models import Review
from events.approvals.queries import ReviewPage
from events.approvals.vocabulary import ReviewState
from events.foundation.db import db
from events.people.models import Membership, User
from events.people.vocabulary import Role
from events.requests.models import EventRequest
from tests.fixtures.office import Office
from tests.fixtures.requests import FIRST_START, an_occurrence

Make = Callable[..., EventRequest]


@pytest.fixture
def told(office: Office, a_request: Make) -> list[int]:
    """ReviewPage for the information of the press service, the oldest first."""
    made = [a_request(venue=None, occurrences=(an_occurrence(FIRST_START + timedelta(days=place)),)).id for place in range(3)]
    for request_id in made:
        office.submit(request_id)
        office.approve_by(request_id, "dir_pmc", "spec_omp", "zam")
    return [office.read(lambda one=one: office.review(one, "press").id) for one in made]


def walked(ask: Callable[..., ReviewPage], user: User, size: int) -> list[list[int]]:
    """The ids of every page of the list."""
    pages: list[list[int]] = []
    more, after = True, None
    while more:
        found, more = ask(user, size=size, after=after)
        pages.append([one.id for one in found])
        after = found[-1].id if found else None
    return pages


def as_reviewer(office: Office) -> None:
    """The press service gets a reviewer beside its head."""
    press = office.by("press").memberships[0].unit
    db.session.add(Membership(user=office.by("spec_kdc"), unit=press, role=Role.REVIEWER))


def test_turns_for_information_are_walked_newest_first(told: list[int], office: Office):
    first, second, third = told
    assert office.read(lambda: walked(queries.to_acknowledge, office.by("press"), 2)) == [[third, second], [first]]
    assert office.read(lambda: queries.count_to_acknowledge(office.by("press"))) == 3
    assert office.read(lambda: walked(queries.to_acknowledge, office.by("zam"), 2)) == [[]]


def test_reviewer_is_not_told_what_only_the_head_takes_note_of(told: list[int], office: Office):
    """A row that no button of theirs could take away."""
    office.act(lambda _: as_reviewer(office))
    assert office.read(lambda: walked(queries.to_acknowledge, office.by("spec_kdc"), 2)) == [[]]
    assert office.act(lambda now: operations.acknowledge_all(told, by=office.by("spec_kdc"), now=now)) == 0


def test_several_turns_are_noted_at_once_and_foreign_or_settled_ones_passed_over(told: list[int], office: Office, a_request: Make):
    first, second, third = told
    waiting = a_request(venue=None).id
    office.submit(waiting)
    foreign = office.read(lambda: office.review(waiting, "pmc").id)

    def note(review_ids: Sequence[int], login: str = "press") -> int:
        return int(office.act(lambda now: operations.acknowledge_all(review_ids, by=office.by(login), now=now)))

    assert note(told, "head_ozpb") == 0
    assert note([third]) == 1
    assert note([third, second, foreign, 0]) == 1
    assert office.read(lambda: [db.session.get_one(Review, one).state for one in (first, foreign)]) == [ReviewState.OPEN] * 2
    assert office.read(lambda: walked(queries.to_acknowledge, office.by("press"), 2)) == [[first]]


def test_orphaned_turns_are_walked_by_due_by_those_who_answer_for_them(office: Office, a_request: Make):
    made = [a_request(venue=None, occurrences=(an_occurrence(FIRST_START + timedelta(days=place)),)).id for place in range(3)]
    for request_id in made:
        office.submit(request_id)
    ids = [office.read(lambda one=one: office.review(one, "pmc").id) for one in made]
    office.act(lambda _: db.session.execute(update(Review).where(Review.id.in_(ids)).values(orphaned=True)))
    office.act(lambda _: db.session.execute(update(Review).where(Review.id == ids[0]).values(due_at=None)))
    first, second, third = ids
    for login in ("spec_omp", "admin"):
        assert office.read(lambda who=login: walked(queries.orphaned, office.by(who), 2)) == [[second, third], [first]]
        assert office.read(lambda who=login: queries.count_orphaned(office.by(who))) == 3
    others = office.read(lambda: [one.split("@")[0] for one in db.session.scalars(select(User.email))])
    for login in set(others) - {"spec_omp", "admin"}:
        assert office.read(lambda who=login: queries.orphaned(office.by(who), size=2)) == ([], False)
        assert office.read(lambda who=login: queries.count_orphaned(office.by(who))) == 0
