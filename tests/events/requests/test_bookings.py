"""How the dates of a request stand with their venues, on real databases (cases.md 31, 32)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from events.approvals import operations
from events.foundation import work
from events.foundation.acting import SYSTEM
from events.requests import bookings
from events.requests import queries as requests
from events.requests.bookings import Booked
from events.requests.models import EventRequest
from events.venues.operations import keep_venue
from events.venues.vocabulary import Tenure
from tests.fixtures.cast import Cast
from tests.fixtures.office import Office
from tests.fixtures.requests import FIRST_START, an_occurrence, whole_content

Make = Callable[..., EventRequest]
HOLD_GONE = FIRST_START - timedelta(days=10)
"""Long after every hold made on MONDAY."""


def booked(office: Office, request_id: int) -> list[Booked]:
    """How the dates of the shown revision stand now."""

    def ask() -> list[Booked]:
        event_request = requests.locked(request_id)
        return list(bookings.booked(event_request, requests.shown(event_request).content(), work.now()))

    return office.read(ask)  # type: ignore[no-any-return]


def tenures(office: Office, request_id: int) -> list[Tenure]:
    """The states alone."""
    return [one.tenure for one in booked(office, request_id)]


@pytest.fixture
def held(a_request: Make, office: Office) -> int:
    """Handed in and agreed by its head: the venue is held."""
    request_id = a_request().id
    office.submit(request_id)
    office.approve_by(request_id, "dir_pmc")
    return request_id


def rival(a_request: Make, office: Office) -> int:
    """Another event for the same hour of the same venue."""
    request_id = int(a_request(late_reason="Площадка освободилась только сейчас.").id)
    office.submit(request_id)
    return request_id


def test_a_date_is_not_held_before_submission_and_taken_once_others_have_it(a_request: Make, office: Office) -> None:
    request_id = a_request().id
    assert tenures(office, request_id) == [Tenure.UNHELD]
    rival(a_request, office)
    assert tenures(office, request_id) == [Tenure.TAKEN]


def test_a_hold_runs_out_at_its_moment(office: Office, held: int, freeze: time_machine.Traveller) -> None:
    (one,) = booked(office, held)
    assert (one.tenure, one.venue.key) == (Tenure.HELD, "v03")
    assert one.until is not None
    freeze.move_to(one.until - timedelta(seconds=1))
    assert tenures(office, held) == [Tenure.HELD]
    freeze.move_to(one.until)
    assert tenures(office, held) == [Tenure.EXPIRED]


def test_a_hold_that_ran_out_is_lost_to_others_with_free_times_near_by(
    a_request: Make, office: Office, held: int, freeze: time_machine.Traveller
) -> None:
    freeze.move_to(HOLD_GONE)
    assert tenures(office, held) == [Tenure.EXPIRED]
    rival(a_request, office)
    (one,) = booked(office, held)
    assert one.tenure is Tenure.LOST
    assert one.clash is not None
    assert [free.start - FIRST_START for free in one.clash.alternatives] == [timedelta(hours=-2), timedelta(hours=2), timedelta(hours=-2.5)]


def test_a_rival_whose_own_hold_ran_out_stands_in_nobodys_way(
    a_request: Make, office: Office, held: int, freeze: time_machine.Traveller
) -> None:
    freeze.move_to(HOLD_GONE)
    rival(a_request, office)
    freeze.move_to(FIRST_START - timedelta(hours=1))
    assert tenures(office, held) == [Tenure.EXPIRED]


def test_approval_books_for_good(office: Office, held: int) -> None:
    office.approve_by(held, "spec_omp", "zam")
    (one,) = booked(office, held)
    assert (one.tenure, one.until) == (Tenure.CONFIRMED, None)


def test_only_dates_to_come_and_not_called_off_are_told(a_request: Make, office: Office, freeze: time_machine.Traveller) -> None:
    dates = tuple(an_occurrence(FIRST_START + timedelta(days=7 * week)) for week in range(3))
    request_id = a_request(occurrences=dates).id
    office.submit(request_id)
    office.approve_by(request_id, "dir_pmc", "spec_omp", "zam")
    office.act(
        lambda now: operations.cancel(request_id, reason="Зал закрыт", occurrence_key=dates[1].key, by=office.by("dir_pmc"), now=now)
    )
    freeze.move_to(FIRST_START + timedelta(days=1))
    assert [one.occurrence.key for one in booked(office, request_id)] == [dates[2].key]


def test_a_venue_of_parallel_events_needs_no_booking(a_request: Make, office: Office) -> None:
    """Case 32."""
    request_id = a_request(venue="v13").id
    assert tenures(office, request_id) == [Tenure.SHARED]


def test_buffers_of_a_venue_keep_others_further_away(a_request: Make, office: Office, held: int, cast: Cast) -> None:
    """What stands keeps its time though the buffers came later; the free times offered are those of the event itself."""
    office.act(lambda now: keep_venue("v03", {"buffer_before": 30, "buffer_after": 15}, by=SYSTEM, now=now))
    assert tenures(office, held) == [Tenure.HELD]
    near = an_occurrence(FIRST_START + timedelta(hours=2, minutes=20))
    rival_id = a_request(occurrences=(near,)).id
    (one,) = booked(office, rival_id)
    assert (one.tenure, one.clash.span.start) == (Tenure.TAKEN, near.starts_at)  # type: ignore[union-attr]
    assert one.clash.alternatives[0].start == near.starts_at + timedelta(minutes=30)  # type: ignore[union-attr]
    office.approve_by(held, "spec_omp", "zam")
    assert tenures(office, held) == [Tenure.CONFIRMED]


def test_a_venue_of_two_at_once_is_taken_by_the_third(a_request: Make, office: Office) -> None:
    office.act(lambda now: keep_venue("v13", {"at_once": 2}, by=SYSTEM, now=now))
    ids = [a_request(venue="v13", late_reason="Так вышло.").id for _ in range(3)]
    for one in ids[:2]:
        office.submit(one)
    assert [tenures(office, one) for one in ids] == [[Tenure.HELD], [Tenure.HELD], [Tenure.TAKEN]]


def test_a_free_address_has_no_booking(a_request: Make, office: Office) -> None:
    assert booked(office, a_request(venue=None).id) == []


def test_a_series_asks_once_for_all_its_dates(a_request: Make, office: Office, cast: Cast, query_count: Any) -> None:
    """Sixty dates as much as one, and each is told what stands in its own way."""
    rival(a_request, office)
    venue = cast.venue("v03")
    dates = [an_occurrence(FIRST_START + timedelta(days=7 * week), key=str(week)) for week in range(60)]

    def ask(number: int) -> tuple[list[tuple[str, int]], int]:
        wanted = bookings.venue_needs(whole_content(venue_id=venue.id, occurrences=tuple(dates[:number])), {venue.id: venue})
        bookings.clashes(None, wanted, {venue.id: venue}, work.now())  # the rules are kept from here on
        with query_count() as sent:
            found = bookings.clashes(None, wanted, {venue.id: venue}, work.now())
        return [(one.occurrence_key, len(one.alternatives)) for one in found], len(sent)

    assert office.read(lambda: ask(60)) == office.read(lambda: ask(1)) == ([("0", 3)], 1)
