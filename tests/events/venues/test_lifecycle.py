"""Holding, confirming and giving back a venue, on real databases (cases.md 31)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from events.foundation import work
from events.foundation.db import db
from events.foundation.errors import Refused
from events.venues import lifecycle
from events.venues.conflicts import Span
from events.venues.lifecycle import Wanted
from events.venues.models import Booking
from events.venues.vocabulary import BookingState
from tests.fixtures.cast import Cast
from tests.fixtures.moments import MONDAY

HELD, CONFIRMED, RELEASED = BookingState.HELD, BookingState.CONFIRMED, BookingState.RELEASED
OWN, OTHER = 1, 2
SOON, LATER = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)

Want = Callable[..., Wanted]
Row = tuple[float, float, BookingState, datetime | None]


@pytest.fixture
def want(cast: Cast) -> Want:
    """`want(start, end)`: the first venue from one hour after MONDAY to another."""
    venues = {key: cast.venue(key).id for key in ("v01", "v02")}

    def wanted(
        start: float,
        end: float,
        key: str = "k",
        venue: str = "v01",
        *,
        exclusive: bool = True,
        at_once: int | None = None,
        buffer: float = 0,
    ) -> Wanted:
        hours = [MONDAY + timedelta(hours=one) for one in (start - buffer, end + buffer, start, end)]
        return Wanted(key, venues[venue], exclusive, Span(*hours[:2]), at_once, Span(*hours[2:]))

    return wanted


def hold(request_id: int, *wanted: Wanted, until: datetime = SOON, now: datetime = MONDAY) -> None:
    """In a transaction of its own."""
    work.transaction(lambda: lifecycle.hold(request_id, wanted, expires_at=until, now=now))


def confirm(request_id: int, *wanted: Wanted, now: datetime = MONDAY) -> None:
    """In a transaction of its own."""
    work.transaction(lambda: lifecycle.confirm(request_id, wanted, now))


def booked(request_id: int) -> list[Row]:
    """Hours, state and end of every booking of the request, by time."""

    def ask() -> list[Row]:
        rows = db.session.scalars(select(Booking).where(Booking.request_id == request_id).order_by(Booking.starts_at, Booking.id))
        return [(_hour(one.starts_at), _hour(one.ends_at), one.state, one.expires_at) for one in rows]

    return work.transaction(ask, write=False)


def _hour(moment: datetime) -> float:
    return (moment - MONDAY) / timedelta(hours=1)


def test_hold_takes_what_is_wanted_until_it_runs_out(want: Want) -> None:
    hold(OWN, want(10, 12), want(34, 36, "l"))
    assert booked(OWN) == [(10, 12, HELD, SOON), (34, 36, HELD, SOON)]


def test_hold_again_takes_only_what_is_not_held_and_lasts_longer(want: Want) -> None:
    hold(OWN, want(10, 12))
    hold(OWN, want(9, 13), until=LATER)
    assert booked(OWN) == [(9, 10, HELD, LATER), (10, 12, HELD, LATER), (12, 13, HELD, LATER)]


def test_hold_of_other_times_gives_the_needless_ones_back_for_good(want: Want) -> None:
    hold(OWN, want(10, 12), want(14, 16, "l"), want(10, 12, "m", "v02"))
    hold(OWN, want(11, 13), want(20, 22, "l"))
    assert booked(OWN) == [(10, 12, HELD, SOON), (12, 13, HELD, SOON), (20, 22, HELD, SOON)]


def test_hold_leaves_what_is_confirmed(want: Want) -> None:
    confirm(OWN, want(10, 12))
    hold(OWN, want(11, 14))
    assert booked(OWN) == [(10, 12, CONFIRMED, None), (12, 14, HELD, SOON)]


@pytest.mark.parametrize("take", [hold, confirm])
def test_what_another_has_is_refused_at_the_dates_and_nothing_is_kept(want: Want, take: Callable[..., None]) -> None:
    hold(OTHER, want(10, 12))
    hold(OWN, want(20, 22))
    with pytest.raises(Refused) as refused:
        take(OWN, want(20, 22), want(11, 13, "l"))
    assert list(refused.value.fields) == ["occurrences"]
    assert booked(OWN) == [(20, 22, HELD, SOON)]
    assert booked(OTHER) == [(10, 12, HELD, SOON)]


@pytest.mark.parametrize("take", [hold, confirm])
def test_hold_of_another_that_has_run_out_makes_room(want: Want, take: Callable[..., None]) -> None:
    hold(OTHER, want(10, 12), want(10, 12, "l", "v02"))
    take(OWN, want(11, 13), now=SOON)
    assert booked(OTHER) == [(10, 12, RELEASED, None), (10, 12, HELD, SOON)], "its other venue is asked for by nobody"
    assert [row[:2] for row in booked(OWN)] == [(11, 13)]


def test_places_with_parallel_events_take_everybody(want: Want) -> None:
    hold(OTHER, want(10, 12, exclusive=False))
    confirm(OWN, want(10, 12, exclusive=False))
    assert booked(OWN) == [(10, 12, CONFIRMED, None)]


def test_confirmation_replaces_whatever_the_request_had(want: Want) -> None:
    hold(OWN, want(10, 12))
    confirm(OWN, want(11, 13), want(34, 36, "l"))
    assert booked(OWN) == [(10, 12, RELEASED, None), (11, 13, CONFIRMED, None), (34, 36, CONFIRMED, None)]
    confirm(OWN, want(12, 14))
    assert [row[:3] for row in booked(OWN)][1:] == [(11, 13, RELEASED), (12, 14, CONFIRMED), (34, 36, RELEASED)]


def test_extension_moves_the_end_of_holds_only(want: Want) -> None:
    confirm(OWN, want(10, 12))
    hold(OWN, want(10, 12), want(14, 16, "l"))
    hold(OTHER, want(20, 22))
    work.transaction(lambda: lifecycle.extend(OWN, LATER))
    assert booked(OWN) == [(10, 12, CONFIRMED, None), (14, 16, HELD, LATER)]
    assert booked(OTHER) == [(20, 22, HELD, SOON)]


def test_release_gives_back_everything_one_date_or_the_holds(want: Want) -> None:
    confirm(OWN, want(10, 12), want(14, 16, "l"))
    hold(OWN, want(10, 12), want(14, 16, "l"), want(20, 22, "m"))
    hold(OTHER, want(30, 32))
    work.transaction(lambda: lifecycle.release(OWN, holds_only=True))
    assert [row[2] for row in booked(OWN)] == [CONFIRMED, CONFIRMED, RELEASED]
    work.transaction(lambda: lifecycle.release(OWN, occurrence_key="l"))
    assert [row[2] for row in booked(OWN)] == [CONFIRMED, RELEASED, RELEASED]
    work.transaction(lambda: lifecycle.release(OWN))
    assert [row[2:] for row in booked(OWN)] == [(RELEASED, None)] * 3
    assert booked(OTHER) == [(30, 32, HELD, SOON)]


def test_buffers_keep_others_away(want: Want) -> None:
    hold(OTHER, want(10, 12, buffer=1))
    for start, end in ((8, 9.5), (12.5, 14)):
        with pytest.raises(Refused):
            hold(OWN, want(start, end))
    hold(OWN, want(13, 14))
    assert booked(OTHER) == [(9, 13, HELD, SOON)]


def test_buffers_set_wider_since_take_what_is_free_and_refuse_nothing(want: Want) -> None:
    """Both stood side by side when the buffers were set; the approval of either goes through, and so does a hold renewed."""
    hold(OWN, want(10, 12), want(12, 13, "l"))
    hold(OTHER, want(13.5, 15))
    hold(OWN, want(10, 12, buffer=1), want(12, 13, "l", buffer=1))
    assert booked(OWN) == [(9, 10, HELD, SOON), (10, 12, HELD, SOON), (12, 13, HELD, SOON)]
    confirm(OWN, want(10, 12, buffer=1), want(12, 13, "l", buffer=1))
    assert [row[:2] for row in booked(OWN) if row[2] is CONFIRMED] == [(9, 12), (12, 13)]


def test_a_new_time_is_refused_for_its_buffers(want: Want) -> None:
    hold(OWN, want(10, 12))
    hold(OTHER, want(13, 15))
    with pytest.raises(Refused):
        confirm(OWN, want(10.5, 12.5, buffer=1))


def test_a_venue_of_several_at_once_takes_so_many(want: Want) -> None:
    two = {"exclusive": False, "at_once": 2}
    hold(OTHER, want(10, 12, **two))
    hold(OWN, want(11, 13, **two))
    with pytest.raises(Refused):
        hold(3, want(11, 14, **two))
    hold(3, want(12, 14, **two))
    confirm(OWN, want(11, 13, **two))
    assert [row[:3] for row in booked(OWN)] == [(11, 13, RELEASED), (11, 13, CONFIRMED)]


def test_dates_of_one_request_each_need_a_place_of_their_own(want: Want) -> None:
    two = {"exclusive": False, "at_once": 2}
    hold(OWN, want(10, 12, **two), want(10, 12, "l", **two))
    with pytest.raises(Refused):
        hold(OTHER, want(11, 13, **two))
