"""I14: everybody's list holds exactly what they may see, once, whatever the number of their units and of the reasons to see it."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from events.foundation import work
from events.foundation.db import db
from events.people.models import Membership, User
from events.people.vocabulary import Role
from events.requests import lifecycle
from events.requests import queries as requests
from events.requests.fields import CoOrganizer
from events.requests.models import EventRequest, Involvement
from events.requests.queries import Wish
from events.requests.vocabulary import InvolvedBy
from tests.fixtures.cast import Cast
from tests.fixtures.office import Office

Make = Callable[..., EventRequest]


@pytest.fixture
def several(cast: Cast, a_request: Make, office: Office) -> list[int]:
    """A draft, a request under way with a co-organizer seen for two reasons, and one whose co-organizer has left."""
    draft, under_way, left = (
        a_request(venue=None, co_organizers=parts).id for parts in ((), *[(CoOrganizer(cast.unit("dm").id, ""),)] * 2)
    )
    for request_id in (under_way, left):
        office.submit(request_id)
    units = {"dm": cast.unit("dm").id, "pmc": cast.unit("pmc").id}
    office.act(lambda now: lifecycle.involve(under_way, units.values(), InvolvedBy.REVIEW, now))
    gone = db.session.scalars(select(Involvement).where(Involvement.request_id == left, Involvement.unit_id == units["dm"])).all()
    office.act(lambda now: [setattr(db.session.merge(one), "until", now) for one in gone])
    return [draft, under_way, left]


def test_i14_every_list_holds_exactly_what_its_reader_may_see(several: list[int], office: Office) -> None:
    for login in office.read(lambda: [one.split("@")[0] for one in db.session.scalars(select(User.email))]):
        listed, allowed = office.read(lambda who=login: _listed_and_allowed(office.by(who), several))
        assert listed == allowed, login


def test_i14_letters_ask_by_the_same_rule(several: list[int], cast: Cast, office: Office) -> None:
    def asked() -> tuple[set[tuple[int, int]], set[tuple[int, int]], set[tuple[int, int]]]:
        everybody = db.session.scalars(select(User)).all()
        ids = [one.id for one in everybody]
        allowed = {(user.id, one) for user in everybody for one in several if requests.may_see(user, one)}
        return allowed, requests.seen_by_each(ids, several), requests.seen_by_each(ids, several, ever=True)

    allowed, now, ever = office.read(asked)
    assert now == allowed
    assert ever - now == {(cast.dir_dm.id, several[2]), (cast.spec_dm.id, several[2])}


def test_i14_person_of_two_units_sees_what_either_sees(several: list[int], office: Office) -> None:
    office.act(
        lambda _: db.session.add(Membership(user=office.by("spec_kdc"), unit=office.by("spec_dm").memberships[0].unit, role=Role.AUTHOR))
    )
    listed, allowed = office.read(lambda: _listed_and_allowed(office.by("spec_kdc"), several))
    assert listed == allowed == [several[1]]


def test_i14_list_is_walked_by_page_in_both_directions(several: list[int], office: Office) -> None:
    def pages() -> list[list[int]]:
        user = office.by("spec_pmc")
        first, more = requests.page(user, Wish(), work.now(), size=2)
        second, end = requests.page(user, Wish(), work.now(), before=first[-1].id, size=2)
        back, _ = requests.page(user, Wish(), work.now(), after=second[-1].id, size=2)
        assert more
        assert not end
        return [[one.id for one in page] for page in (first, second, back)]

    assert office.read(pages) == [[several[2], several[1]], [several[0]], [several[2], several[1]]]


def _listed_and_allowed(user: User, ids: list[int]) -> tuple[list[int], list[int]]:
    """The person's list, and which of the requests they may open."""
    listed, _ = requests.page(user, Wish(), work.now())
    return [one.id for one in listed], [one for one in reversed(ids) if requests.may_see(user, one)]
