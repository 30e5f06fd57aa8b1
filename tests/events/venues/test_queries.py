"""What is read of venues and bookings, on real databases."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from events.foundation import work
from events.foundation.db import db
from events.venues import queries
from events.venues.conflicts import Span
from events.venues.models import Booking, Venue
from events.venues.vocabulary import BookingState
from tests.fixtures.cast import Cast
from tests.fixtures.moments import MONDAY

HELD, CONFIRMED, RELEASED = BookingState.HELD, BookingState.CONFIRMED, BookingState.RELEASED
OWN, OTHER = 1, 2


def at(hours: float) -> datetime:
    """So many hours after MONDAY."""
    return MONDAY + timedelta(hours=hours)


def span(start: float, end: float) -> Span:
    """Hours after MONDAY."""
    return Span(at(start), at(end))


def read(ask: Callable[[], Any]) -> Any:
    """What is stored."""
    return work.transaction(ask, write=False)


@pytest.fixture
def book(cast: Cast) -> Callable[..., None]:
    """`book(start, end, ...)`: a booking of the first venue as it stands in the table."""
    venue_id = cast.venue("v01").id

    def add(start: float, end: float, request_id: int = OTHER, state: BookingState = CONFIRMED, **more: Any) -> None:
        facts = {"venue_id": venue_id, "exclusive": True, "occurrence_key": f"{request_id}-{start}", "expires_at": None, **more}
        row = Booking(starts_at=at(start), ends_at=at(end), request_id=request_id, state=state, **facts)
        work.transaction(lambda: db.session.add(row))

    return add


@pytest.fixture
def clashing(cast: Cast) -> Callable[..., list[tuple[datetime, datetime]]]:
    """`clashing(start, end)`: what others have of the first venue then."""
    venue_id = cast.venue("v01").id

    def ask(start: float, end: float, request_id: int | None = OWN, now: datetime = MONDAY) -> list[tuple[datetime, datetime]]:
        found = read(lambda: queries.clashing(venue_id, span(start, end), request_id=request_id, now=now))
        return [(one.starts_at, one.ends_at) for one in found]

    return ask


def test_venues_in_use_by_name_with_their_owners(cast: Cast) -> None:
    everything = read(lambda: [(one.name, one.owner.key) for one in queries.venues()])
    names = [name for name, _ in everything]
    assert names.index("Парк «Александрино», поляна у пруда") < names.index("ПМК «Алый парус» (демо)")
    assert names == sorted(names, key=lambda name: name.lower().replace("«", ""))
    work.transaction(lambda: setattr(db.session.get_one(Venue, cast.venue("v01").id), "active", False))
    assert set(everything) - set(read(lambda: [(one.name, one.owner.key) for one in queries.venues()])) == {
        (cast.venue("v01").name, cast.venue("v01").owner.key)
    }


def test_venues_by_id_are_those_named_even_out_of_use(cast: Cast) -> None:
    first, second = cast.venue("v01").id, cast.venue("v02").id
    work.transaction(lambda: setattr(db.session.get_one(Venue, first), "active", False))
    assert set(read(lambda: queries.venues_by_id([first, second, 0]))) == {first, second}
    assert queries.venues_by_id([]) == {}


@pytest.mark.parametrize(("start", "end", "taken"), [(8, 10, False), (9, 11, True), (10.5, 11, True), (12, 14, False)])
def test_bookings_of_others_clash_where_they_overlap(
    book: Callable[..., None], clashing: Callable[..., Any], start: float, end: float, taken: bool
) -> None:
    book(10, 12)
    assert clashing(start, end) == ([(at(10), at(12))] if taken else [])


def test_own_released_and_parallel_bookings_and_other_venues_do_not_clash(
    cast: Cast, book: Callable[..., None], clashing: Callable[..., Any]
) -> None:
    book(10, 12, request_id=OWN)
    book(12, 14, state=RELEASED)
    book(14, 16, exclusive=False)
    book(16, 18, venue_id=cast.venue("v02").id)
    assert clashing(8, 20) == []
    assert clashing(8, 20, request_id=None) == [(at(10), at(12))]
    assert clashing(8, 20, request_id=OTHER) == [(at(10), at(12))]


def test_hold_clashes_until_it_runs_out(book: Callable[..., None], clashing: Callable[..., Any]) -> None:
    book(10, 12, state=HELD, expires_at=at(5))
    assert clashing(10, 12, now=at(5) - timedelta(seconds=1)) == [(at(10), at(12))]
    assert clashing(10, 12, now=at(5)) == []


def test_taken_times_come_earliest_first(cast: Cast, book: Callable[..., None]) -> None:
    book(14, 16)
    book(10, 12)
    venue_id = cast.venue("v01").id
    assert read(lambda: queries.taken(venue_id, span(0, 24), request_id=OWN, now=MONDAY)) == (span(10, 12), span(14, 16))


@pytest.fixture
def several(book: Callable[..., None]) -> None:
    """Bookings of one request in every state, and one of another."""
    book(14, 16, OWN, CONFIRMED)
    book(10, 12, OWN, HELD, expires_at=at(6))
    book(12, 14, OWN, HELD, expires_at=at(5))
    book(8, 10, OWN, RELEASED)
    book(18, 20, OTHER, HELD, expires_at=at(1))


@pytest.mark.usefixtures("several")
def test_bookings_of_a_request_are_those_that_stand_and_all_of_them_those_given_back_too() -> None:
    assert read(lambda: [one.starts_at for one in queries.bookings_of(OWN)]) == [at(10), at(12), at(14)]
    assert read(lambda: [one.starts_at for one in queries.all_bookings_of(OWN)]) == [at(8), at(10), at(12), at(14)]


@pytest.mark.usefixtures("several")
def test_holds_run_out_with_the_first_of_them() -> None:
    assert read(lambda: [queries.earliest_expiry(one) for one in (OWN, OTHER, 3)]) == [at(5), at(1), None]
