"""What stays Russian on an English page says so."""

import pytest
from flask_babel import force_locale
from markupsafe import escape

from events.foundation.text import N_, Name
from views.other_language import theirs

pytestmark = pytest.mark.usefixtures("in_russian")


def test_an_english_page_marks_what_is_russian_and_escapes_it():
    with force_locale("en"):
        assert escape(theirs("Квиз <b>")) == '<span lang="ru">Квиз &lt;b&gt;</span>'
        assert escape(theirs(Name("Отдел культуры"))) == '<span lang="ru">Отдел культуры</span>'
        assert escape(theirs(Name("Отдел культуры", "Culture dept"))) == "Culture dept"
        assert escape(theirs("Quiz <b>")) == "Quiz &lt;b&gt;"
        assert escape(theirs(N_("Untitled"))) == "Untitled"


def test_a_russian_page_marks_nothing():
    assert escape(theirs("Квиз <b>")) == "Квиз &lt;b&gt;"
    assert escape(theirs(Name("Отдел культуры", "Culture dept"))) == "Отдел культуры"
