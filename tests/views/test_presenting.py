"""Words, dates and money as the screen says them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask_babel import Babel, force_locale

from events.foundation.text import N_, clean_line
from views import presenting

ROOT = Path(__file__).resolve().parents[2]
SATURDAY = datetime(2026, 6, 27, 15, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_russian() -> Iterator[Flask]:
    app = Flask("presenting", root_path=str(ROOT))
    Babel(app, default_locale="ru")
    presenting.register(app)
    with app.test_request_context():
        yield app


def test_day_time_is_said_on_the_moscow_clock():
    assert presenting.day_time(SATURDAY) == "27\u00a0июня 2026\u00a0г., суббота, 18:00"


def test_day_time_follows_the_language():
    with force_locale("en"):
        assert presenting.day_time(SATURDAY) == "Saturday, 27\u00a0June 2026, 18:00"


def test_full_day_of_a_late_evening_in_utc_is_the_next_moscow_day():
    assert presenting.full_day(datetime(2026, 6, 27, 22, 30, tzinfo=UTC)) == "28\u00a0июня 2026\u00a0г., воскресенье"


def test_paper_names_the_year():
    assert presenting.document_time(SATURDAY) == "27.06.2026 18:00"
    with force_locale("en"):
        assert presenting.document_time(SATURDAY) == "27\u00a0Jun 2026 18:00"


def test_short_day_names_the_year_only_when_it_is_another(freeze: time_machine.Traveller):
    assert presenting.short_day_time(SATURDAY) == "сб, 27\u00a0июня, 18:00"
    freeze.move_to(datetime(2026, 12, 31, 20, 59, tzinfo=UTC))
    assert presenting.short_day(SATURDAY) == "сб, 27\u00a0июня"
    freeze.move_to(datetime(2026, 12, 31, 21, tzinfo=UTC))
    assert presenting.short_day(SATURDAY) == "сб, 27\u00a0июня 2026\u00a0г."
    with force_locale("en"):
        assert presenting.short_day(SATURDAY) == "Sat, 27\u00a0June 2026"


def test_month_name():
    assert presenting.month_name(date(2026, 6, 1)) == "июнь 2026"


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
    assert presenting.moment(SATURDAY, now) == said


@pytest.mark.parametrize(("day", "said"), [(27, "today, 18:00"), (26, "tomorrow, 18:00"), (28, "yesterday, 18:00")])
def test_moment_next_to_today_has_a_word_of_its_own(day: int, said: str):
    with force_locale("en"):
        assert presenting.moment(SATURDAY, datetime(2026, 6, day, 9, tzinfo=UTC)) == said


def test_span_names_the_second_day_only_when_there_is_one():
    assert presenting.span(SATURDAY, SATURDAY.replace(hour=17)).endswith("суббота, 18:00–\u206020:00")
    assert presenting.span(SATURDAY, SATURDAY.replace(hour=22)).endswith(", 18:00 — 28\u00a0июня 2026\u00a0г., воскресенье, 01:00")


def test_span_pasted_into_a_field_is_plain():
    assert clean_line(presenting.span(SATURDAY, SATURDAY.replace(hour=17))).endswith("суббота, 18:00–20:00")


def test_money_shows_kopecks_only_where_there_are_some():
    assert presenting.money(Decimal("45000.00")) == "45\u00a0000\u00a0₽"
    assert presenting.money(Decimal("1200.50")) == "1\u00a0200,50\u00a0₽"


def test_short_name_keeps_the_initials_together():
    assert presenting.short_name("Ветрова Алина Игоревна") == "Ветрова\u00a0А.\u00a0И."
    assert presenting.short_name("Ким") == "Ким"
    assert presenting.short_name("") == ""


def test_say_puts_phrases_dates_and_numbers_into_a_phrase():
    phrase = N_("%(who)s by %(due)s: %(sum)s", who=N_("Accounting"), due=date(2026, 6, 27), sum=Decimal("16.9"))
    assert presenting.say(phrase) == "Accounting by 27\u00a0июня 2026\u00a0г.: 16,9"


def test_say_chooses_the_plural_by_the_number():
    with force_locale("en"):
        assert presenting.say(N_("%(n)s remark", "%(n)s remarks", n=1)) == "1 remark"
        assert presenting.say(N_("%(n)s remark", "%(n)s remarks", n=3)) == "3 remarks"


def test_say_leaves_a_percent_sign_of_plain_text_alone():
    assert presenting.say("выросло на 20 %") == "выросло на 20 %"
    assert presenting.say(N_("grew by 20 %")) == "grew by 20 %"


def test_icon_is_decoration_unless_it_has_a_label():
    assert 'aria-hidden="true"' in presenting.icon("check-lg")
    assert 'role="img" aria-label="&lt;готово&gt;"' in presenting.icon("check-lg", "<готово>")


def test_icon_unknown_is_a_fault_of_the_page():
    with pytest.raises(KeyError):
        presenting.icon("no-such-icon")


def test_static_url_changes_with_the_file(tmp_path: Path):
    style = tmp_path / "page.css"
    style.write_text("a{}")
    app = Flask("static", static_folder=str(tmp_path))
    with app.test_request_context():
        first = presenting.static_url("page.css")
        style.write_text("body{}")
        assert first.split("=")[0].endswith("/page.css?v")
        assert presenting.static_url("page.css") != first


def test_static_url_of_a_module_changes_with_its_neighbour(tmp_path: Path):
    (tmp_path / "main.js").write_text("1")
    app = Flask("static", static_folder=str(tmp_path))
    with app.test_request_context():
        first = presenting.static_url("main.js")
        (tmp_path / "other.js").write_text("2")
        assert presenting.static_url("main.js") != first


@pytest.mark.parametrize(
    ("typed", "said"),
    [("+79211234567", "+7\u00a0921\u00a0123-45-67"), ("8 (812) 1", "8 (812) 1"), ("+792112345678", "+792112345678"), ("", "")],
)
def test_phone_is_written_in_groups(typed: str, said: str):
    assert presenting.phone(typed) == said


def test_number_of_a_phrase_is_grouped_and_stays_with_its_noun():
    assert presenting.say(N_("%(n)s person", "%(n)s people", n=10_000)) == "10\u00a0000\u00a0человек"
    with force_locale("en"):
        assert presenting.say(N_("%(n)s person", "%(n)s people", n=10_000)) == "10,000 people"
