"""What routes are told of an event, by the rules of the district."""

from datetime import date, time, timedelta

import pytest

from events.approvals.conditions import Facts
from events.approvals.facts import facts
from events.district.rule_values import DayOfYear
from events.district.rules import Rules
from events.foundation.place import at_local
from events.requests.rules import Around
from events.requests.vocabulary import Format
from tests.fixtures.moments import MONDAY
from tests.fixtures.requests import an_occurrence, whole_content
from tests.fixtures.timetables import schedule

TERM, HOLIDAYS, SATURDAY = date(2026, 9, 1), date(2026, 6, 2), date(2026, 9, 5)


def told(day: date, starts: time, hours: float, known: Rules | None = None, held: Format = Format.OFFLINE, **around: object) -> Facts:
    content = whole_content(occurrences=(an_occurrence(at_local(day, starts), hours),), format=held)
    return facts(content, {}, schedule().calendar, Around(MONDAY, known or Rules(), {}, 1, **around))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("hours", "known", "late"),
    [
        (2, Rules(), False),
        (2.1, Rules(), True),
        (6, Rules(), True),
        (2.1, Rules(evening_after=time(22)), False),
        (2, Rules(evening_after=time(20, 30)), True),
    ],
)
def test_the_evening_begins_when_the_district_says(hours: float, known: Rules, late: bool):
    found = told(TERM, time(19), hours, known)
    assert (found.ends_after_21, found.evening) == (late, f"{known.evening_after:%H:%M}")


@pytest.mark.parametrize(
    ("starts", "hours", "held", "late"),
    [
        (time(12), 13 * 24 + 6, Format.OFFLINE, False),
        (time(12), 13 * 24 + 10, Format.MIXED, True),
        (time(22), 3, Format.OFFLINE, True),
        (time(19), 3, Format.ONLINE, False),
    ],
)
def test_closing_in_the_daytime_and_a_broadcast_are_not_late(starts: time, hours: float, held: Format, late: bool):
    assert told(TERM, starts, hours, held=held).ends_after_21 is late


@pytest.mark.parametrize(
    ("day", "starts", "hours", "known", "during"),
    [
        (TERM, time(14), 2, Rules(), True),
        (TERM, time(15), 2, Rules(), False),
        (TERM, time(7), 1.5, Rules(), False),
        (TERM, time(7), 1.6, Rules(), True),
        (TERM, time(15), 2, Rules(school_day_to=time(16)), True),
        (TERM, time(7), 1.6, Rules(school_day_from=time(9)), False),
        (SATURDAY, time(10), 2, Rules(), False),
        (HOLIDAYS, time(10), 2, Rules(), False),
        (HOLIDAYS, time(10), 2, Rules(school_year_to=DayOfYear(6, 30)), True),
        (date(2026, 5, 25), time(10), 2, Rules(), True),
        (date(2026, 5, 26), time(10), 2, Rules(), False),
        (date(2026, 8, 31), time(10), 2, Rules(), False),
        (date(2026, 8, 31), time(10), 2, Rules(school_year_from=DayOfYear(8, 31)), True),
        (date(2027, 1, 1), time(10), 2, Rules(), False),
        (date(2027, 1, 11), time(10), 2, Rules(), True),
    ],
)
def test_school_hours_follow_the_lessons_and_the_school_year(day: date, starts: time, hours: float, known: Rules, during: bool):
    assert told(day, starts, hours, known).school_hours is during


def test_the_school_year_is_that_of_the_day_of_the_event():
    later = Rules(school_year_from=DayOfYear(10, 1))
    by_day = {"rules_on": lambda day: later if day >= TERM else Rules()}
    assert told(TERM, time(10), 2).school_hours is True
    assert told(TERM, time(10), 2, **by_day).school_hours is False
    assert told(TERM + timedelta(days=30), time(10), 2, **by_day).school_hours is True
