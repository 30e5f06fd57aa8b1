"""Phrases as sentences of the reader's language."""

from datetime import date
from decimal import Decimal

import pytest
from flask_babel import force_locale

from events.foundation.text import N_, Name
from presenters import phrases

pytestmark = pytest.mark.usefixtures("in_russian")


def test_say_puts_phrases_dates_and_numbers_into_a_phrase():
    phrase = N_("%(who)s by %(due)s: %(sum)s", who=N_("Accounting"), due=date(2026, 6, 27), sum=Decimal("16.9"))
    assert phrases.say(phrase) == "Accounting by 27\u00a0июня: 16,9"


def test_say_chooses_the_plural_by_the_number():
    with force_locale("en"):
        assert phrases.say(N_("%(n)s remark", "%(n)s remarks", n=1)) == "1 remark"
        assert phrases.say(N_("%(n)s remark", "%(n)s remarks", n=3)) == "3 remarks"


def test_say_leaves_a_percent_sign_of_plain_text_alone():
    assert phrases.say("выросло на 20 %") == "выросло на 20 %"
    assert phrases.say(N_("grew by 20 %")) == "grew by 20 %"


def test_number_of_a_phrase_is_grouped_and_stays_with_its_noun():
    assert phrases.say(N_("%(n)s person", "%(n)s people", n=10_000)) == "10\u00a0000\u00a0человек"
    with force_locale("en"):
        assert phrases.say(N_("%(n)s person", "%(n)s people", n=10_000)) == "10,000 people"


def test_a_name_is_said_in_the_language_of_the_reader_and_in_russian_where_it_has_no_other():
    named = N_("You decide for: %(unit)s", unit=Name("Отдел культуры", "Culture dept"))
    assert phrases.say(named) == "Вы решаете за: Отдел культуры"
    with force_locale("en"):
        assert phrases.say(named) == "You decide for: Culture dept"
        assert phrases.say(Name("Отдел культуры")) == "Отдел культуры"
