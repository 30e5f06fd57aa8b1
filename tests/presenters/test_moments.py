"""Days and moments as the screen writes them."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from flask_babel import force_locale

from events.foundation.text import clean_line
from presenters import moments

pytestmark = pytest.mark.usefixtures("in_russian")

SATURDAY = datetime(2026, 6, 27, 15, 0, tzinfo=UTC)


def test_day_time_is_said_on_the_moscow_clock():
    assert moments.day_time(SATURDAY) == "27\u00a0июня 2026\u00a0г., суббота, 18:00"


def test_day_time_follows_the_language():
    with force_locale("en"):
        assert moments.day_time(SATURDAY) == "Saturday, 27\u00a0June 2026, 18:00"


def test_full_day_of_a_late_evening_in_utc_is_the_next_moscow_day():
    assert moments.full_day(datetime(2026, 6, 27, 22, 30, tzinfo=UTC)) == "28\u00a0июня 2026\u00a0г., воскресенье"


def test_paper_names_the_year():
    assert moments.document_time(SATURDAY) == "27.06.2026 18:00"
    with force_locale("en"):
        assert moments.document_time(SATURDAY) == "27\u00a0Jun 2026 18:00"


def test_short_day_names_the_year_only_when_it_is_another(freeze: time_machine.Traveller):
    assert moments.short_day_time(SATURDAY) == "сб, 27\u00a0июня, 18:00"
    freeze.move_to(datetime(2026, 12, 31, 20, 59, tzinfo=UTC))
    assert moments.short_day(SATURDAY) == "сб, 27\u00a0июня"
    freeze.move_to(datetime(2026, 12, 31, 21, tzinfo=UTC))
    assert moments.short_day(SATURDAY) == "сб, 27\u00a0июня 2026\u00a0г."
    with force_locale("en"):
        assert moments.short_day(SATURDAY) == "Sat, 27\u00a0June 2026"


def test_month_name():
    assert moments.month_name(date(2026, 6, 1)) == "июнь 2026"


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (datetime(2026, 6, 23, 9, tzinfo=UTC), "суббота, 18:00"),
        (datetime(2026, 6, 21, 9, tzinfo=UTC), "суббота, 18:00"),
        (datetime(2026, 6, 20, 9, tzinfo=UTC), "27\u00a0июня, 18:00"),
        (datetime(2026, 7, 15, 9, tzinfo=UTC), "27\u00a0июня, 18:00"),
        (datetime(2025, 12, 30, 9, tzinfo=UTC), "27\u00a0июня 2026\u00a0г., 18:00"),
    ],
)
def test_moment_is_named_as_shortly_as_is_honest(now: datetime, said: str):
    assert moments.moment(SATURDAY, now) == said


@pytest.mark.parametrize(("day", "said"), [(27, "today, 18:00"), (26, "tomorrow, 18:00"), (28, "yesterday, 18:00")])
def test_moment_next_to_today_has_a_word_of_its_own(day: int, said: str):
    with force_locale("en"):
        assert moments.moment(SATURDAY, datetime(2026, 6, day, 9, tzinfo=UTC)) == said


def test_span_names_the_second_day_only_when_there_is_one():
    assert moments.span(SATURDAY, SATURDAY.replace(hour=17)).endswith("суббота, 18:00–\u206020:00")
    assert moments.span(SATURDAY, SATURDAY.replace(hour=22)).endswith(", 18:00 — 28\u00a0июня 2026\u00a0г., воскресенье, 01:00")


def test_span_that_ends_at_midnight_closes_its_day():
    assert moments.span(SATURDAY, SATURDAY.replace(hour=21)).endswith("27\u00a0июня 2026\u00a0г., суббота, 18:00–\u206024:00")
    assert moments.span(SATURDAY, SATURDAY.replace(day=28, hour=21)).endswith(" — 29\u00a0июня 2026\u00a0г., понедельник, 00:00")


def test_span_pasted_into_a_field_is_plain():
    assert clean_line(moments.span(SATURDAY, SATURDAY.replace(hour=17))).endswith("суббота, 18:00–20:00")
