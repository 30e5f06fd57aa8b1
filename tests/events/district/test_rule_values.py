"""What a value of a rule may be, and the way to its row and back."""

from datetime import date, time

import pytest

from events.district.rule_values import Counts, DayOfYear, Declared, Matter, Measure, Scope, stored
from events.foundation.text import N_

SUMMER = DayOfYear(6, 1), DayOfYear(8, 31)
SCHOOL = DayOfYear(9, 1), DayOfYear(5, 25)


def declared(measure: Measure, **bounds: int) -> Declared:
    return Declared(None, measure, "", N_("how long tea lasts"), Scope(Matter.REQUEST, (), Counts.PRESENT), **bounds)


@pytest.mark.parametrize(
    ("measure", "plain", "value"),
    [
        (Measure.CLOCK, "21:30", time(21, 30)),
        (Measure.DAY_OF_YEAR, "02-29", DayOfYear(2, 29)),
        (Measure.LETTERS, "ММ", "ММ"),
        (Measure.WORKING_DAYS, 0, 0),
    ],
)
def test_read_and_stored_are_each_others_reverse(measure: Measure, plain: object, value: object):
    assert declared(measure).read(plain) == value
    assert stored(value) == plain


@pytest.mark.parametrize(
    ("measure", "plain"),
    [
        *((Measure.CLOCK, plain) for plain in ("24:00", "9:00", "21:30:15", "", None, 21)),
        *((Measure.DAY_OF_YEAR, plain) for plain in ("02-30", "13-01", "1-1", None, 901)),
        *((Measure.LETTERS, plain) for plain in ("", "мм", "М-М", "ДЕВЯТЬБУКВ", None, 1)),
        *((Measure.DAYS, plain) for plain in (0, 8, 1.5, "3", True, None, [3])),
    ],
)
def test_read_refuses_what_is_none_of_the_measure_or_out_of_bounds(measure: Measure, plain: object):
    with pytest.raises(ValueError, match="is not"):
        declared(measure, least=1, most=7).read(plain)


@pytest.mark.parametrize(
    ("span", "day", "within"),
    [
        (SUMMER, date(2026, 5, 31), False),
        (SUMMER, date(2026, 6, 1), True),
        (SUMMER, date(2026, 8, 31), True),
        (SUMMER, date(2026, 9, 1), False),
        (SCHOOL, date(2026, 8, 31), False),
        (SCHOOL, date(2026, 9, 1), True),
        (SCHOOL, date(2026, 12, 31), True),
        (SCHOOL, date(2027, 1, 1), True),
        (SCHOOL, date(2027, 5, 25), True),
        (SCHOOL, date(2027, 5, 26), False),
    ],
)
def test_a_span_of_the_year_holds_its_ends_and_may_run_over_new_year(span: tuple[DayOfYear, DayOfYear], day: date, within: bool):
    first, last = span
    assert first.until(last, day) is within
