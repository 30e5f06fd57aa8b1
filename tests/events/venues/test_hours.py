"""When a venue can be used: opening hours and closures, to the minute, on the office's clock."""

from datetime import date, datetime, timedelta

import pytest

from events.foundation.place import MOSCOW
from events.venues.hours import Closure, Opening, closed_for

MON, SAT = date(2026, 7, 6), date(2026, 7, 11)
HOURS = {"0": [["10:00", "13:00"], ["14:00", "21:00"]], "4": [["18:00", "24:00"]], "5": [["00:00", "02:00"], ["11:00", "18:00"]]}


def at(day: date, clock: str) -> datetime:
    """That time of the day in Moscow; «24:00» is the next day's midnight."""
    hour, _, minute = clock.partition(":")
    return datetime(day.year, day.month, day.day, tzinfo=MOSCOW) + timedelta(hours=int(hour), minutes=int(minute))


@pytest.mark.parametrize(
    ("day", "starts", "ends", "shut"),
    [
        (MON, "10:00", "13:00", None),
        (MON, "09:59", "11:00", MON),
        (MON, "20:00", "21:01", MON),
        (MON, "12:00", "15:00", MON),  # the break in between
        (MON + timedelta(1), "10:00", "11:00", MON + timedelta(1)),
        (SAT - timedelta(1), "22:00", "24:00", None),
        (SAT - timedelta(1), "22:00", "26:00", None),
        (SAT - timedelta(1), "22:00", "26:01", SAT),
        (MON, "10:00", f"{5 * 24 + 18}:00", None),  # an exhibition: begins and ends while it is open
        (MON, "10:00", f"{5 * 24 + 19}:00", SAT),
        (MON, "09:00", f"{5 * 24 + 18}:00", MON),
    ],
)
def test_a_date_lies_within_one_opening(day: date, starts: str, ends: str, shut: date | None) -> None:
    opening = Opening.from_plain({"weekdays": HOURS})
    assert opening.shut(at(day, starts), at(day, ends), lambda _: False) == shut


@pytest.mark.parametrize(("open_on_holidays", "shut"), [(False, MON), (True, None)])
def test_on_a_holiday_it_is_open_where_it_says_so(open_on_holidays: bool, shut: date | None) -> None:
    opening = Opening.from_plain({"weekdays": HOURS, "open_on_holidays": open_on_holidays})
    assert opening.shut(at(MON, "10:00"), at(MON, "11:00"), lambda day: day == MON) == shut


@pytest.mark.parametrize(
    ("starts", "ends", "closed"),
    [("-2:00", "00:00", False), ("-2:00", "00:01", True), ("23:00", "25:00", True), ("48:00", "50:00", False)],
)
def test_a_closure_reaches_from_its_first_midnight_to_its_last(starts: str, ends: str, closed: bool) -> None:
    repair = Closure(MON, MON + timedelta(1), "ремонт")
    assert (closed_for([repair], at(MON, starts), at(MON, ends)) is repair) is closed


def test_of_several_closures_the_first_is_named() -> None:
    first, second = Closure(MON, MON, "ремонт"), Closure(SAT, SAT, "выборы")
    assert closed_for([second, first], at(MON, "10:00"), at(SAT, "12:00")) == first
