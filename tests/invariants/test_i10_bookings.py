"""I10: a venue never has more active bookings at once than it takes; half-open, so touching is allowed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from events.foundation.db import db
from events.venues.models import Booking
from events.venues.vocabulary import BookingState
from tests.fixtures.cast import Cast
from tests.fixtures.moments import MONDAY

Trying = Callable[[Callable[[], Any]], Any]
HELD, CONFIRMED, RELEASED = BookingState.HELD, BookingState.CONFIRMED, BookingState.RELEASED


def at(hours: float) -> datetime:
    """So many hours after MONDAY."""
    return MONDAY + timedelta(hours=hours)


def book(
    venue_id: int, starts: float, ends: float, state: BookingState = HELD, *, exclusive: bool = True, at_once: int | None = None
) -> bool:
    """Whether the database takes the booking; a refused one leaves nothing."""
    savepoint = db.session.begin_nested()
    try:
        db.session.add(
            Booking(
                venue_id=venue_id,
                starts_at=at(starts),
                ends_at=at(ends),
                state=state,
                exclusive=exclusive,
                at_once=at_once,
                request_id=1,
                occurrence_key="k",
            )
        )
        db.session.flush()
    except IntegrityError as error:
        savepoint.rollback()
        if "ex_booking_overlap" in str(error.orig):
            return False
        raise
    savepoint.commit()
    return True


SECOND = 1 / 3600


@pytest.mark.parametrize(
    ("starts", "ends", "taken"),
    [
        (10, 12, False),
        (10.5, 11.5, False),
        (9, 13, False),
        (8, 10 + SECOND, False),
        (12 - SECOND, 14, False),
        (8, 10, True),
        (12, 14, True),
        (34, 36, True),
    ],
)
@pytest.mark.parametrize("state", [HELD, CONFIRMED])
def test_i10_second_booking_against_one_of_10_to_12(
    cast: Cast, trying: Trying, starts: float, ends: float, taken: bool, state: BookingState
):
    venue = cast.venue("v01").id
    assert trying(lambda: (book(venue, 10, 12, CONFIRMED), book(venue, starts, ends, state))) == (True, taken)


def test_i10_released_and_parallel_bookings_and_other_venues_do_not_count(cast: Cast, trying: Trying):
    first, second = cast.venue("v01").id, cast.venue("v02").id

    def act() -> list[bool]:
        return [
            book(first, 10, 12, RELEASED),
            book(first, 10, 12, exclusive=False),
            book(first, 10, 12),
            book(first, 10, 12, exclusive=False),
            book(second, 10, 12),
            book(first, 10, 12),
        ]

    assert trying(act) == [True, True, True, True, True, False]


@pytest.mark.parametrize(
    "change", [{"state": CONFIRMED}, {"exclusive": True, "state": HELD}, {"venue_id": "v01"}, {"ends_at": at(10.5)}, {"starts_at": at(9)}]
)
def test_i10_booking_does_not_move_into_another_one(cast: Cast, trying: Trying, change: dict[str, Any]):
    values = {**change, **({"venue_id": cast.venue("v01").id} if "venue_id" in change else {})}
    aside = {
        "state": {"state": RELEASED}, "exclusive": {"exclusive": False}, "venue_id": {"venue_id": cast.venue("v02").id},
        "ends_at": {"starts_at": at(8), "ends_at": at(10)}, "starts_at": {"starts_at": at(12), "ends_at": at(13)},
    }[next(iter(change))]  # fmt: skip
    first = cast.venue("v01").id

    def act() -> None:
        book(first, 10, 12)
        plain = {"venue_id": first, "starts_at": at(10), "ends_at": at(12), "state": HELD, "exclusive": True, "request_id": 2}
        other = Booking(**{**plain, **aside}, occurrence_key="other")
        db.session.add(other)
        db.session.flush()
        for name, value in values.items():
            setattr(other, name, value)
        db.session.flush()

    with pytest.raises(IntegrityError, match="ex_booking_overlap"):
        trying(act)


def test_i10_backward_and_empty_bookings_are_refused(cast: Cast, trying: Trying):
    venue = cast.venue("v01").id
    for ends in (10, 9):
        with pytest.raises(Exception, match=r"ck_booking_forward|range lower bound"):
            trying(lambda ends=ends: book(venue, 10, ends))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wishes=st.lists(st.tuples(st.integers(0, 10), st.integers(1, 4), st.sampled_from([HELD, CONFIRMED, RELEASED])), max_size=8))
def test_i10_what_the_database_takes_never_overlaps(cast: Cast, trying: Trying, wishes: list[tuple[int, int, BookingState]]):
    venue = cast.venue("v01").id

    def act() -> list[bool]:
        return [book(venue, starts, starts + length, state) for starts, length, state in wishes]

    held: list[tuple[int, int]] = []
    expected = []
    for starts, length, state in wishes:
        free = state is RELEASED or all(starts >= end or starts + length <= begin for begin, end in held)
        expected.append(free)
        if free and state is not RELEASED:
            held.append((starts, starts + length))
    assert trying(act) == expected


def book_counted(venue_id: int, starts: float, ends: float, at_once: int | None) -> bool:
    """The same of a venue that takes several at once; None: of one that takes one."""
    return book(venue_id, starts, ends, exclusive=at_once is None, at_once=at_once)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(most=st.integers(2, 3), wishes=st.lists(st.tuples(st.integers(0, 8), st.integers(1, 4)), max_size=9))
def test_i10_a_venue_never_has_more_at_once_than_it_takes(cast: Cast, trying: Trying, most: int, wishes: list[tuple[int, int]]):
    venue = cast.venue("v12").id
    held: list[tuple[int, int]] = []
    expected = []
    for starts, length in wishes:
        fits = all(sum(begin <= hour < end for begin, end in held) < most for hour in range(starts, starts + length))
        expected.append(fits)
        if fits:
            held.append((starts, starts + length))
    assert trying(lambda: [book_counted(venue, starts, starts + length, most) for starts, length in wishes]) == expected


def test_i10_bookings_of_a_time_when_the_venue_took_another_number_count(cast: Cast, trying: Trying):
    venue = cast.venue("v12").id

    def act() -> list[bool]:
        return [
            book_counted(venue, 10, 12, 2),
            book_counted(venue, 11, 13, None),
            book_counted(venue, 12, 14, None),
            book_counted(venue, 13, 15, 2),
            book_counted(venue, 13, 15, 2),
        ]

    assert trying(act) == [True, False, True, True, False]


def test_i10_a_number_of_events_at_once_is_of_a_venue_that_takes_several(cast: Cast, trying: Trying):
    for at_once, exclusive in ((1, False), (2, True)):
        with pytest.raises(Exception, match=r"ck_booking_at_once"):
            trying(lambda at_once=at_once, exclusive=exclusive: book(cast.venue("v12").id, 10, 12, exclusive=exclusive, at_once=at_once))
