"""Lists of reviews by page: what a unit is told, and what nobody can decide."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, update

from events.approvals import operations, queries
from events.approvals.models import Review
from events.approvals.queries import ReviewPage
from events.approvals.vocabulary import ReviewState
from events.foundation import work
from events.foundation.db import db
from events.people.models import Membership, User
from events.people.vocabulary import Role
from events.requests import lifecycle
from events.requests import queries as requests
from events.requests.models import EventRequest
from events.requests.vocabulary import OccurrenceMark, RequestStatus
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


def orphaned(user: User, **page: Any) -> ReviewPage:
    """What nobody can decide."""
    return queries.orphaned(user, now=work.now(), **page)


def to_acknowledge(user: User, **page: Any) -> ReviewPage:
    """What the user is told, as it stands now."""
    return queries.to_acknowledge(user, now=work.now(), **page)


def told_requests(office: Office) -> list[int]:
    """The requests of which the press is told, in the order of its list."""
    pages = office.read(lambda: walked(to_acknowledge, office.by("press"), 2))
    return [office.read(lambda one=one: db.session.get_one(Review, one).request_id) for page in pages for one in page]


def as_reviewer(office: Office) -> None:
    """The press service gets a reviewer beside its head."""
    press = office.by("press").memberships[0].unit
    db.session.add(Membership(user=office.by("spec_kdc"), unit=press, role=Role.REVIEWER))


def test_turns_for_information_are_walked_by_the_next_event(told: list[int], office: Office):
    first, second, third = told
    assert office.read(lambda: walked(to_acknowledge, office.by("press"), 2)) == [[first, second], [third]]
    assert office.read(lambda: queries.count_to_acknowledge(office.by("press"))) == 3
    assert office.read(lambda: walked(to_acknowledge, office.by("zam"), 2)) == [[]]


def test_events_that_will_not_be_held_then_come_last(office: Office, a_request: Make):
    """The press tells of the next event first, whichever was approved first; what is over, called off or put off has no hurry."""
    made = [a_request(venue=None, occurrences=(an_occurrence(FIRST_START + timedelta(days=days)),)).id for days in (9, 1, 5, 3, 2, 7)]
    for request_id in made:
        office.submit(request_id)
        office.approve_by(request_id, "dir_pmc", "spec_omp", "zam")
    last, over, moving, off, put_off, next_one = made

    def pass_time() -> None:
        lifecycle.complete(requests.locked(over))
        lifecycle.warn(requests.locked(moving), "Площадка закрыта.", work.now())
        dates = requests.approved_dates(requests.locked(put_off)).dates
        lifecycle.mark_date(requests.locked(put_off), dates[0].key, OccurrenceMark.POSTPONED, "Гололёд.", work.now())
        lifecycle.end(requests.locked(off), None, RequestStatus.CANCELLED, reason="Заболел ведущий.", now=work.now())

    office.act(lambda _: pass_time())
    pages = office.read(lambda: walked(to_acknowledge, office.by("press"), 2))
    assert told_requests(office) == [next_one, last, over, moving, off, put_off]
    assert [len(page) for page in pages] == [2, 2, 2]


def test_a_series_stands_by_its_next_date_that_is_held(office: Office, a_request: Make, freeze: time_machine.Traveller):
    """Not by its first, held long ago or cancelled: an event of which only a date put off is left would head the list for months."""
    dates = ((0, 20), (1, 30), (0, 40), (10,), (0, 5))
    made = [a_request(venue=None, occurrences=tuple(an_occurrence(FIRST_START + timedelta(days=day)) for day in days)).id for days in dates]
    for request_id in made:
        office.submit(request_id)
        office.approve_by(request_id, "dir_pmc", "spec_omp", "zam")
    waits, first_off, weekly, single, soon = made

    def mark(request_id: int, place: int, as_: OccurrenceMark) -> None:
        found = requests.locked(request_id)
        lifecycle.mark_date(found, requests.approved_dates(found).dates[place].key, as_, "Гололёд.", work.now())

    office.act(lambda _: mark(waits, 1, OccurrenceMark.POSTPONED))
    office.act(lambda _: mark(first_off, 0, OccurrenceMark.CANCELLED))
    assert told_requests(office) == [waits, weekly, soon, single, first_off]
    freeze.move_to(FIRST_START + timedelta(hours=1))
    assert told_requests(office) == [waits, weekly, soon, single, first_off], "what goes on now is still told of"
    freeze.move_to(FIRST_START + timedelta(days=2))
    for request_id in made:
        office.act(lambda now, one=request_id: operations.pass_time(one, now))
    assert office.request(waits).status is RequestStatus.PUBLISHED
    assert told_requests(office) == [soon, single, first_off, weekly, waits]


def test_reviewer_is_not_told_what_only_the_head_takes_note_of(told: list[int], office: Office):
    """A row that no button of theirs could take away."""
    office.act(lambda _: as_reviewer(office))
    assert office.read(lambda: walked(to_acknowledge, office.by("spec_kdc"), 2)) == [[]]
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
    assert office.read(lambda: walked(to_acknowledge, office.by("press"), 2)) == [[first]]


def test_orphaned_turns_are_walked_by_due_by_those_who_answer_for_them(office: Office, a_request: Make):
    made = [a_request(venue=None, occurrences=(an_occurrence(FIRST_START + timedelta(days=place)),)).id for place in range(3)]
    for request_id in made:
        office.submit(request_id)
    ids = [office.read(lambda one=one: office.review(one, "pmc").id) for one in made]
    office.act(lambda _: db.session.execute(update(Review).where(Review.id.in_(ids)).values(orphaned=True)))
    office.act(lambda _: db.session.execute(update(Review).where(Review.id == ids[0]).values(due_at=None)))
    first, second, third = ids
    for login in ("spec_omp", "admin"):
        assert office.read(lambda who=login: walked(orphaned, office.by(who), 2)) == [[second, third], [first]]
        assert office.read(lambda who=login: queries.count_orphaned(office.by(who))) == 3
    others = office.read(lambda: [one.split("@")[0] for one in db.session.scalars(select(User.email))])
    for login in set(others) - {"spec_omp", "admin"}:
        assert office.read(lambda who=login: queries.orphaned(office.by(who), now=work.now(), size=2)) == ([], False)
        assert office.read(lambda who=login: queries.count_orphaned(office.by(who))) == 0


def test_the_next_turn_is_the_nearest_and_one_without_a_due_comes_last(office: Office, a_request: Make):
    made = [a_request(venue=None, occurrences=(an_occurrence(FIRST_START + timedelta(days=place)),)).id for place in range(3)]
    for request_id in made:
        office.submit(request_id)
        office.approve_by(request_id, "dir_pmc")
    first, second, third = [office.read(lambda one=one: office.review(one, "omp").id) for one in made]

    def following(besides: int) -> int | None:
        return office.read(lambda: queries.next_waiting(office.by("spec_omp"), besides=besides))

    def due_of(review_id: int, due: Any) -> None:
        office.act(lambda _: db.session.execute(update(Review).where(Review.id == review_id).values(due_at=due)))

    due_of(first, None)
    due_of(second, FIRST_START)
    due_of(third, FIRST_START - timedelta(days=1))
    assert [following(one) for one in (first, third, second)] == [third, second, third]
    due_of(third, None)
    assert [following(one) for one in (second, first)] == [first, second]
    due_of(second, None)
    assert [following(one) for one in (first, second)] == [second, first]
