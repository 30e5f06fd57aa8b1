"""Days and moments as the screen writes them."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask_babel import force_locale

from events.foundation.text import clean_line
from presenters import moments
from presenters.phrases import say
from presenters.working_time import due_words

ROOT = Path(__file__).resolve().parents[2]
SATURDAY = datetime(2026, 6, 27, 15, 0, tzinfo=UTC)
NEXT_YEAR = datetime(2027, 1, 2, 15, 0, tzinfo=UTC)
OUR_TOPS = ("views", "presenters", "letters", "forms", "commands")
MAKERS = re.compile(r"format_date|format_datetime\(|strftime|:%[dBbAa]|%d\.%m|%Y-%m-%d")
NOT_FOR_READERS = frozenset({"presenters/moments.py", "views/feeds.py", "views/calendars.py"})
"""The one maker itself; a timestamp in the site map, and one in an address of Google's."""

pytestmark = pytest.mark.usefixtures("in_russian", "freeze")


def test_a_moment_is_said_on_the_moscow_clock():
    assert moments.short_day_time(SATURDAY) == "сб, 27\u00a0июня, 18:00"
    with force_locale("en"):
        assert moments.short_day_time(SATURDAY) == "Sat, 27\u00a0June, 18:00"


def test_late_evening_in_utc_is_the_next_moscow_day():
    late = datetime(2026, 6, 27, 22, 30, tzinfo=UTC)
    assert moments.short_day(late) == "вс, 28\u00a0июня"
    assert moments.day_heading(late) == "Воскресенье, 28\u00a0июня"


def test_a_heading_begins_large_and_says_what_is_today():
    day = date(2026, 6, 27)
    assert moments.day_heading(day) == moments.day_heading(day, date(2026, 6, 26)) == "Суббота, 27\u00a0июня"
    assert moments.day_heading(day, day) == "Сегодня, суббота, 27\u00a0июня"


def test_paper_names_the_year():
    assert moments.document_day(SATURDAY) == "27.06.2026"
    assert moments.document_time(SATURDAY) == "27.06.2026 18:00"
    with force_locale("en"):
        assert moments.document_time(SATURDAY) == "27\u00a0Jun 2026 18:00"


def test_year_is_named_only_when_it_is_another(freeze: time_machine.Traveller):
    assert moments.short_day_time(NEXT_YEAR) == "сб, 2\u00a0января\u00a02027\u00a0года, 18:00"
    assert moments.day(SATURDAY) == "27\u00a0июня"
    freeze.move_to(datetime(2026, 12, 31, 20, 59, tzinfo=UTC))
    assert moments.short_day(SATURDAY) == "сб, 27\u00a0июня"
    assert moments.letter_moment(SATURDAY, SATURDAY.replace(day=1)) == "27\u00a0июня, 18:00"
    freeze.move_to(datetime(2026, 12, 31, 21, tzinfo=UTC))
    assert moments.short_day(SATURDAY) == "сб, 27\u00a0июня\u00a02026\u00a0года"
    assert moments.day(SATURDAY) == "27\u00a0июня\u00a02026\u00a0года"
    with force_locale("en"):
        assert moments.short_day(SATURDAY) == "Sat, 27\u00a0June\u00a02026"


def test_month_name():
    assert moments.month_name(date(2026, 6, 1)) == "июнь 2026"


def test_a_moment_is_spelled_alike_wherever_it_stands(freeze: time_machine.Traveller):
    for now in (datetime(2026, 6, 23, 9, tzinfo=UTC), datetime(2026, 6, 20, 9, tzinfo=UTC), datetime(2026, 7, 15, 9, tzinfo=UTC)):
        freeze.move_to(now)
        assert moments.moment(SATURDAY) == moments.short_day_time(SATURDAY) == "сб, 27\u00a0июня, 18:00"
        assert moments.span(SATURDAY, SATURDAY.replace(hour=17)).startswith(moments.short_day_time(SATURDAY))
        assert moments.day(SATURDAY) in moments.short_day_time(SATURDAY)


@pytest.mark.parametrize(("day", "said"), [(27, "today, 18:00"), (26, "tomorrow, 18:00"), (28, "yesterday, 18:00")])
def test_moment_next_to_today_has_a_word_of_its_own(day: int, said: str):
    with force_locale("en"):
        assert moments.moment(SATURDAY, datetime(2026, 6, day, 9, tzinfo=UTC)) == said


def test_span_names_the_second_day_only_when_there_is_one():
    assert moments.span(SATURDAY, SATURDAY.replace(hour=17)) == "сб, 27\u00a0июня, 18:00–\u206020:00"
    assert moments.span(SATURDAY, SATURDAY.replace(hour=22)) == "сб, 27\u00a0июня, 18:00 — вс, 28\u00a0июня, 01:00"


def test_span_that_ends_at_midnight_closes_its_day():
    assert moments.span(SATURDAY, SATURDAY.replace(hour=21)) == "сб, 27\u00a0июня, 18:00–\u206024:00"
    assert moments.span(SATURDAY, SATURDAY.replace(day=28, hour=21)).endswith(" — вс, 28\u00a0июня, 24:00")


def test_span_pasted_into_a_field_is_plain():
    assert clean_line(moments.span(SATURDAY, SATURDAY.replace(hour=17))).endswith("июня, 18:00–20:00")


def test_nobody_else_spells_a_day():
    files = [file for top in OUR_TOPS for file in sorted((ROOT / top).rglob("*.py"))]
    found = [str(file.relative_to(ROOT)) for file in files if MAKERS.search(file.read_text())]
    assert frozenset(found) - NOT_FOR_READERS == frozenset()


def test_a_deadline_at_midnight_closes_its_day(freeze: time_machine.Traveller):
    """A unit open until 24:00 has until Tuesday 24:00, not until some 00:00 that is Wednesday's."""
    freeze.move_to(datetime(2026, 6, 22, 9, tzinfo=UTC))
    tuesday = datetime(2026, 6, 23, 21, tzinfo=UTC)
    assert moments.closing_moment(tuesday) == "завтра, 24:00"
    assert moments.closing_moment(tuesday).printed == "23\u00a0июня\u00a02026\u00a0года, 24:00"
    assert moments.closing_day_time(tuesday) == "вт, 23\u00a0июня, 24:00"
    assert moments.letter_closing(tuesday, datetime(2026, 6, 22, tzinfo=UTC)) == "вт 24:00"
    assert say(due_words(tuesday, datetime(2026, 6, 22, tzinfo=UTC))) == "срок — завтра, 24:00"
    assert moments.closing_moment(tuesday - timedelta(hours=3)) == "завтра, 21:00"
