"""What is read of venues and bookings, on real databases."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert

from events.foundation import work
from events.foundation.db import db
from events.venues import queries
from events.venues.conflicts import Span
from events.venues.models import Booking, Venue
from events.venues.vocabulary import BookingState
from tests.fixtures.cast import Cast
from tests.fixtures.moments import MONDAY
from tests.fixtures.plans import plans_of

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
        (found,) = read(lambda: queries.taken([(venue_id, span(start, end))], request_id=request_id, now=now))
        return [(one.start, one.end) for one in found]

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
    assert read(lambda: queries.taken([(venue_id, span(0, 24))], request_id=OWN, now=MONDAY)) == [(span(10, 12), span(14, 16))]


def test_each_of_many_times_is_told_by_itself(cast: Cast, book: Callable[..., None], query_count: Any) -> None:
    """A booking may lie within several of them, and the same time may be asked of two venues."""
    first, second = cast.venue("v01").id, cast.venue("v02").id
    book(10, 12)
    book(34, 36, venue_id=second)
    asked = [(first, span(8, 11)), (second, span(8, 11)), (first, span(11, 40)), (second, span(30, 35)), (first, span(12, 13))]
    asked += [(first, span(24 * day, 24 * day + 2)) for day in range(2, 60)]

    def ask() -> Any:
        with query_count() as sent:
            return queries.taken(asked, request_id=OWN, now=MONDAY), len(sent)

    found, statements = read(ask)
    assert found[:5] == [(span(10, 12),), (), (span(10, 12),), (span(34, 36),), ()]
    assert (len(found), set(found[5:]), statements) == (63, {()}, 1)


def test_nothing_is_asked_of_no_time(query_count: Any) -> None:
    with query_count() as sent:
        assert read(lambda: queries.taken([], request_id=OWN, now=MONDAY)) == []
    assert sent == []


def test_indexes_are_used_for_what_is_taken(cast: Cast) -> None:
    """PostgreSQL looks for both ends of a time in the index of the constraint that refuses overlaps, which fits only what is of its own
    types; whoever sends a small number as int2 has it read the whole table (performance.md 4)."""
    venue_id = cast.venue("v01").id
    rows = [
        {
            "venue_id": venue_id, "starts_at": at(24 * day), "ends_at": at(24 * day + 2), "state": CONFIRMED.value, "exclusive": True,
            "request_id": OTHER, "occurrence_key": str(day),
        }
        for day in range(2000)
    ]  # fmt: skip
    work.transaction(lambda: db.session.execute(insert(Booking), rows))
    plans: list[str] = []

    def explain(connection: Connection, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "booking" in statement and not statement.startswith("EXPLAIN"):
            how = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
            plans.append("\n".join(str(tuple(row)) for row in connection.exec_driver_sql(f"{how}{statement}", parameters)))

    def ask() -> Any:
        db.session.connection().exec_driver_sql("ANALYZE booking")
        event.listen(db.engine, "before_cursor_execute", explain)
        try:
            asked = [(venue_id, span(24 * day, 24 * day + 2)) for day in range(60)]
            for _ in range(8):
                found = queries.taken(asked, request_id=OWN, now=MONDAY)
            return found
        finally:
            event.remove(db.engine, "before_cursor_execute", explain)

    assert [len(spans) for spans in work.transaction(ask)] == [1] * 60
    assert len(plans) == 8
    for plan in plans:
        assert ("ix_booking_venue_id_starts_at_ends_at (venue_id=? AND starts_at<?)" in plan) or ("ex_booking_overlap" in plan), plan
        assert "Seq Scan on booking" not in plan


def test_what_is_held_is_looked_for_among_itself(cast: Cast):
    """The worker asks every minute, and the bookings of years are all over."""
    venue_id = cast.venue("v01").id
    rows = [
        {"venue_id": venue_id, "starts_at": at(3 * n), "ends_at": at(3 * n + 2), "state": CONFIRMED, "exclusive": True, "request_id": OTHER,
         "occurrence_key": str(n), "expires_at": None}
        for n in range(3000)
    ]  # fmt: skip
    work.transaction(lambda: db.session.execute(insert(Booking), rows))

    def ask() -> list[str]:
        db.session.connection().exec_driver_sql("ANALYZE booking")
        with plans_of("booking") as plans:
            assert queries.hold_ends() == {}
        return plans

    (plan,) = read(ask)
    assert "ix_booking_held" in plan, plan


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
def test_ends_of_holds_are_told_by_request() -> None:
    assert read(queries.hold_ends) == {OWN: {at(5), at(6)}, OTHER: {at(1)}}
    assert read(lambda: [queries.hold_ends(one) for one in (OWN, 3)]) == [{OWN: {at(5), at(6)}}, {}]
