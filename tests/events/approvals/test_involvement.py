"""Who sees a request once what it says has changed (I14)."""

from collections.abc import Callable

import pytest

from events.approvals import operations
from events.requests import queries as requests
from events.requests.fields import CoOrganizer
from events.requests.models import EventRequest
from tests.fixtures.browsing import Client
from tests.fixtures.cast import Cast
from tests.fixtures.office import Office

Make = Callable[..., EventRequest]
SignIn = Callable[[Client, str], None]


@pytest.fixture
def seen_by(office: Office) -> Callable[[int, str], bool]:
    """Whether the person finds the request."""
    return lambda request_id, login: bool(office.read(lambda: requests.may_see(office.by(login), request_id)))


Seen = Callable[[int, str], bool]


def with_co_organizer(cast: Cast, a_request: Make, office: Office) -> int:
    """A request together with the youth house, handed in and agreed by its own head: the youth house is asked."""
    request_id = a_request(co_organizers=(CoOrganizer(cast.unit("dm").id, "Волонтёры"),)).id
    office.submit(request_id)
    office.approve_by(request_id, "dir_pmc")
    return request_id


def take_back(office: Office, request_id: int, **changes: object) -> None:
    """Its author takes it back, changes it and hands it in again."""
    office.act(lambda now: operations.take_back(request_id, by=office.by("spec_pmc"), now=now))
    office.edit(request_id, **changes)
    office.submit(request_id)
    office.approve_by(request_id, "dir_pmc")


def amend(office: Office, request_id: int, **changes: object) -> None:
    """Its author changes what is approved and hands the change in."""
    office.act(lambda now: operations.amend(request_id, by=office.by("spec_pmc"), now=now))
    office.edit(request_id, **changes)
    office.submit(request_id)


def test_co_organizer_left_out_sees_the_request_until_the_revision_without_it_is_in_force(
    cast: Cast, a_request: Make, office: Office, client: Client, sign_in: SignIn
) -> None:
    request_id = with_co_organizer(cast, a_request, office)
    sign_in(client, "dir_dm")
    take_back(office, request_id, co_organizers=())
    client.get(f"/requests/{request_id}")
    office.approve_by(request_id, "spec_omp", "zam")
    for page in ("", "/history", "/sheet", "/revisions/1"):
        client.get(f"/requests/{request_id}{page}", expect=404)
    assert "Квиз" not in client.get("/requests/").text


def test_co_organizer_who_has_decided_keeps_what_it_decided_on(cast: Cast, a_request: Make, office: Office, seen_by: Seen) -> None:
    request_id = with_co_organizer(cast, a_request, office)
    office.approve_by(request_id, "dir_dm")
    take_back(office, request_id, co_organizers=())
    office.approve_by(request_id, "spec_omp", "zam")
    assert seen_by(request_id, "dir_dm")


def test_old_and_new_co_organizer_both_see_a_change_under_review(cast: Cast, a_request: Make, office: Office, seen_by: Seen) -> None:
    request_id = with_co_organizer(cast, a_request, office)
    take_back(office, request_id, co_organizers=(CoOrganizer(cast.unit("vol").id, "Тридцать волонтёров"),))
    assert (seen_by(request_id, "dir_dm"), seen_by(request_id, "dir_vol")) == (True, True)
    office.approve_by(request_id, "dir_vol", "spec_omp", "head_obuh", "zam")
    assert (seen_by(request_id, "dir_dm"), seen_by(request_id, "dir_vol")) == (False, True)


def test_co_organizer_of_a_change_that_was_withdrawn_sees_the_request_no_more(
    cast: Cast, a_request: Make, office: Office, seen_by: Seen
) -> None:
    request_id = a_request().id
    office.submit(request_id)
    office.approve_by(request_id, "dir_pmc", "spec_omp", "zam")
    amend(office, request_id, co_organizers=(CoOrganizer(cast.unit("dm").id, "Волонтёры"),))
    assert seen_by(request_id, "dir_dm")
    office.act(lambda now: operations.withdraw(request_id, reason="Обойдёмся своими силами", by=office.by("spec_pmc"), now=now))
    assert not seen_by(request_id, "dir_dm")
    amend(office, request_id, co_organizers=(CoOrganizer(cast.unit("dm").id, "Волонтёры"),))
    assert seen_by(request_id, "dir_dm")


@pytest.mark.parametrize("decided", [False, True])
def test_owner_of_a_venue_given_up_sees_the_request_no_more_unless_it_decided(
    cast: Cast, a_request: Make, office: Office, seen_by: Seen, decided: bool
) -> None:
    request_id = a_request(venue="v06").id
    office.submit(request_id)
    office.approve_by(request_id, "dir_pmc")
    if decided:
        office.approve_by(request_id, "dir_kdc")
    take_back(office, request_id, venue_id=cast.venue("v03").id)
    assert seen_by(request_id, "dir_kdc")
    office.approve_by(request_id, "spec_omp", "zam")
    assert seen_by(request_id, "dir_kdc") is decided
