"""Requests of one's own: the first of them and how many there are, the same in the list that shows all."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from events.approvals import operations as approvals
from events.approvals.vocabulary import Verdict
from events.foundation import work
from events.people import operations as people
from events.people.models import User
from events.people.vocabulary import Role
from events.requests import lifecycle, queries
from events.requests.models import EventRequest
from events.requests.queries import Wish
from events.requests.vocabulary import IN_FORCE, RequestStatus
from tests.fixtures.cast import Cast
from tests.fixtures.office import Office
from tests.fixtures.plans import plans_of
from tests.fixtures.requests import FIRST_START, an_occurrence

Make = Callable[..., EventRequest]
Ids = dict[str, list[int]]


@pytest.fixture
def own(office: Office, a_request: Make) -> Ids:
    """Two or three requests of every kind the desk shows, the nearest event first."""

    def made(count: int) -> list[int]:
        dates = [(an_occurrence(FIRST_START + timedelta(days=place)),) for place in range(count)]
        return [a_request(venue=None, occurrences=one).id for one in dates]

    def approved(count: int) -> list[int]:
        found = made(count)
        for one in found:
            office.submit(one)
            office.approve_by(one, "dir_pmc", "spec_omp", "zam")
        return found

    drafts, returned, coming, held = made(3), made(1), approved(2), approved(2)
    for one in returned:
        office.submit(one)
        office.decide(one, "dir_pmc", Verdict.RETURN)
    for one in held:
        office.act(lambda _, one=one: lifecycle.complete(queries.locked(one)))
    office.act(lambda now: approvals.amend(coming[1], by=office.by("spec_pmc"), now=now))
    return {"drafts": drafts, "returned": [*returned, coming[1]], "coming": coming, "held": held}


def first_of(office: Office, ask: Callable[[User], tuple[Sequence[EventRequest], int]], login: str = "spec_pmc") -> tuple[list[int], int]:
    """The ids shown and the count."""

    def read() -> tuple[list[int], int]:
        found, count = ask(office.by(login))
        return [one.id for one in found], count

    return office.read(read)  # type: ignore[no-any-return]


def listed(office: Office, **wish: Any) -> list[int]:
    """The ids of the author's own in the list, the oldest first."""
    return office.read(  # type: ignore[no-any-return]
        lambda: sorted(one.id for one in queries.page(office.by("spec_pmc"), Wish(mine=True, **wish), work.now())[0])
    )


def test_first_requests_come_with_how_many_there_are(own: Ids, office: Office):
    drafts, returned, coming = own["drafts"], own["returned"], own["coming"]
    assert first_of(office, lambda user: queries.drafts(user, work.now(), size=2)) == ([drafts[2], drafts[1]], 3)
    assert first_of(office, lambda user: queries.drafts(user, work.now(), size=3)) == (drafts[::-1], 3)
    assert first_of(office, lambda user: queries.returned(user, work.now(), size=1)) == (returned[:1], 2)
    assert first_of(office, lambda user: queries.coming(user, work.now(), size=1)) == (coming[:1], 2)
    assert first_of(office, lambda user: queries.drafts(user, work.now(), size=1), "dir_pmc") == ([], 0)


def test_list_narrowed_alike_holds_the_same(own: Ids, office: Office):
    assert listed(office, statuses=frozenset({RequestStatus.DRAFT})) == own["drafts"]
    assert listed(office, mending=True) == own["returned"]
    assert listed(office, statuses=IN_FORCE, begins_after=office.read(work.now)) == own["coming"]
    assert listed(office, statuses=frozenset({RequestStatus.COMPLETED})) == own["held"]
    assert listed(office, begins_after=FIRST_START) == sorted({*own["drafts"][1:], *own["coming"][1:], *own["held"][1:]})


def test_what_one_may_no_longer_open_is_not_shown(own: Ids, office: Office, cast: Cast):
    """Whoever has left the institution would be led to «no such page»."""
    office.act(lambda now: people.revoke(office.by("spec_pmc"), cast.unit("pmc").id, Role.AUTHOR, by=office.by("admin").actor, now=now))
    assert first_of(office, lambda user: queries.drafts(user, work.now(), size=2)) == ([], 0)
    assert first_of(office, lambda user: queries.returned(user, work.now(), size=2)) == ([], 0)


def test_who_sees_everything_has_nothing_gathered_first(own: Ids, office: Office):
    """For the sake of the drafts PostgreSQL read all in which the coordinator's unit ever had a hand: 22 ms at 20,000 requests."""

    def page() -> list[str]:
        with plans_of("involvement") as plans:
            queries.page(office.by("spec_omp"), Wish(), work.now())
        return plans

    (plan,) = office.read(page)
    assert "hashed" not in plan
    assert "LIST SUBQUERY" not in plan
