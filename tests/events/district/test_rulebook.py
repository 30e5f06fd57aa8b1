"""Which value of a rule holds on which day."""

from datetime import date, timedelta

import pytest

from events.district.rule_periods import Period, Rulebook, is_in_order
from events.district.rules import Rules

KEY = "most_dates"
DAY = timedelta(days=1)
TURN = date(2027, 1, 1)
UNTIL_TURN = Period(KEY, 40, "старый приказ", None, TURN - DAY)
FROM_TURN = Period(KEY, 50, "новый приказ", TURN)


@pytest.mark.parametrize(("day", "most"), [(date(2000, 1, 1), 40), (TURN - DAY, 40), (TURN, 50), (date(2100, 1, 1), 50)])
@pytest.mark.parametrize("periods", [[UNTIL_TURN, FROM_TURN], [FROM_TURN, UNTIL_TURN]])
def test_each_day_has_the_value_of_its_period_both_ends_inclusive(periods: list[Period], day: date, most: int):
    assert Rulebook(periods).on(day) == Rules(most_dates=most)


def test_the_source_is_that_of_the_period():
    book = Rulebook([UNTIL_TURN, FROM_TURN])
    assert [book.on(day).source(KEY) for day in (TURN - DAY, TURN)] == ["старый приказ", "новый приказ"]


def test_a_rule_that_has_run_out_keeps_its_value_and_one_not_begun_has_its_default():
    assert Rulebook([UNTIL_TURN]).on(TURN + DAY) == Rules(most_dates=40)
    assert Rulebook([FROM_TURN]).on(TURN - DAY) == Rules()
    assert Rulebook([]).on(TURN) == Rules()


def test_in_a_gap_between_two_periods_the_earlier_one_goes_on():
    book = Rulebook([UNTIL_TURN, FROM_TURN._replace(valid_from=TURN + 7 * DAY)])
    assert [book.on(TURN + days * DAY).most_dates for days in (0, 6, 7)] == [40, 40, 50]


def test_the_last_periods_that_end_are_told_the_first_to_end_first():
    other = Period("news_days", 9, "", None, TURN - 7 * DAY)
    assert Rulebook([UNTIL_TURN, other]).ending(TURN) == [other, UNTIL_TURN]
    assert Rulebook([UNTIL_TURN, other]).ending(TURN - DAY) == [other]
    assert Rulebook([UNTIL_TURN, FROM_TURN]).ending(date.max) == []


def test_unknown_keys_are_left_aside_and_a_broken_value_names_its_rule():
    assert Rulebook([Period("of_a_later_release", 1, "")]).on(TURN) == Rules()
    with pytest.raises(ValueError, match="most_dates"):
        Rulebook([Period(KEY, "many", "")]).on(TURN)


@pytest.mark.parametrize(
    ("periods", "in_order"),
    [
        ([UNTIL_TURN, FROM_TURN], True),
        ([FROM_TURN, UNTIL_TURN], True),
        ([UNTIL_TURN, FROM_TURN._replace(valid_from=TURN - DAY)], False),
        ([FROM_TURN, FROM_TURN], False),
        ([Period(KEY, 1, ""), FROM_TURN], False),
        ([FROM_TURN._replace(valid_until=TURN - DAY)], False),
        ([FROM_TURN._replace(valid_until=TURN)], True),
        ([], True),
    ],
)
def test_periods_are_in_order_when_no_day_has_two_values(periods: list[Period], in_order: bool):
    assert is_in_order(periods) is in_order
