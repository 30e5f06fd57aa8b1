"""In which language the reader is spoken to."""

import pytest
from flask import Flask
from flask_babel import force_locale, refresh

from presenters.language import gettext, language, lazy_gettext, ngettext


def test_a_context_follows_every_change_of_its_language(in_russian: Flask) -> None:
    title = lazy_gettext("Title")
    assert (language(), gettext("Title"), str(title)) == ("ru", "Наименование", "Наименование")
    with force_locale("en"):
        assert (language(), gettext("Title"), str(title)) == ("en", "Title", "Title")
        with force_locale("ru"):
            assert gettext("Title") == "Наименование"
        assert gettext("Title") == "Title"
    assert (language(), gettext("Title"), str(title)) == ("ru", "Наименование", "Наименование")
    in_russian.extensions["babel"].locale_selector = lambda: "en"
    assert gettext("Title") == "Наименование", "the reader is asked once"
    refresh()
    assert (language(), gettext("Title")) == ("en", "Title")


def test_outside_of_any_context_a_sentence_stands_as_it_is_written() -> None:
    assert (language(), gettext("Title"), gettext("100 %")) == ("ru", "Title", "100 %")


@pytest.mark.parametrize(("count", "said"), [(1, "1\N{NO-BREAK SPACE}день"), (2, "2\N{NO-BREAK SPACE}дня"), (5, "5\N{NO-BREAK SPACE}дней")])
def test_a_count_takes_its_form(in_russian: Flask, count: int, said: str) -> None:
    assert ngettext("%(num)s day", "%(num)s days", count) == said
