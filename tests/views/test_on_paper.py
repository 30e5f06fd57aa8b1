"""What is true today or this year only is printed in full."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from markupsafe import Markup

from events.foundation.text import N_
from presenters import moments
from tests.fixtures.moments import MONDAY
from views.on_paper import drawing, say

pytestmark = [pytest.mark.usefixtures("in_russian", "freeze")]

TOMORROW = MONDAY + timedelta(days=1)
moment = drawing(moments.moment)
YEAR = "2026\u00a0года"
MARKED = '<span data-print="2\u00a0июня\u00a02026\u00a0года, 10:00"><span>завтра, 10:00</span></span>'


def test_a_day_next_to_today_is_printed_in_full():
    assert str(moment(TOMORROW)) == str(say(TOMORROW)) == MARKED
    assert (
        moment(MONDAY + timedelta(days=2))
        == f'<span data-print="ср, 3\u00a0июня\u00a0{YEAR}, 10:00"><span>ср, 3\u00a0июня, 10:00</span></span>'
    )


@pytest.mark.parametrize(
    ("spelling", "on_screen", "on_paper"),
    [
        (lambda: moments.day(MONDAY), "1\u00a0июня", f"1\u00a0июня\u00a0{YEAR}"),
        (lambda: moments.short_day(MONDAY.date()), "пн, 1\u00a0июня", f"пн, 1\u00a0июня\u00a0{YEAR}"),
        (
            lambda: moments.span(MONDAY, MONDAY + timedelta(hours=2)),
            "пн, 1\u00a0июня, 10:00–\u206012:00",
            f"пн, 1\u00a0июня\u00a0{YEAR}, 10:00–\u206012:00",
        ),
        (
            lambda: moments.span(MONDAY, MONDAY + timedelta(days=1)),
            "пн, 1\u00a0июня, 10:00 — вт, 2\u00a0июня, 10:00",
            f"пн, 1\u00a0июня\u00a0{YEAR}, 10:00 — вт, 2\u00a0июня\u00a0{YEAR}, 10:00",
        ),
        (
            lambda: moments.without_hours(MONDAY.date()),
            "пн, 1\u00a0июня, часы пока не указаны",
            f"пн, 1\u00a0июня\u00a0{YEAR}, часы пока не указаны",
        ),
        (lambda: moments.joined([moments.day(MONDAY), "<зал>"], "; "), "1\u00a0июня; &lt;зал&gt;", f"1\u00a0июня\u00a0{YEAR}; &lt;зал&gt;"),
    ],
)
def test_a_day_of_this_year_is_printed_with_it(spelling: Callable[[], moments.Spelt], on_screen: str, on_paper: str):
    """Paper outlives the year."""
    said = spelling()
    drawn = f'<span data-print="{on_paper}"><span>{on_screen}</span></span>'
    assert str(say(said)) == drawn
    assert drawn in str(say(N_("due %(moment)s", moment=said)))


def test_a_day_of_another_year_reads_alike_on_screen_and_paper():
    there = MONDAY + timedelta(days=365)
    assert str(moment(there)) == str(say(there)) == "вт, 1\u00a0июня\u00a02027\u00a0года, 10:00"
    assert str(say(there.date())) == "1\u00a0июня\u00a02027\u00a0года"


def test_a_sentence_keeps_its_words_and_escapes_what_people_wrote():
    said = say(N_("due %(moment)s", moment=TOMORROW))
    assert MARKED in str(said)
    nested = say([N_("due %(moment)s", moment=TOMORROW), "<b>"])
    assert (MARKED in str(nested), "&lt;b&gt;" in str(nested)) == (True, True)
    assert say("<b>") == "<b>"
    assert str(say(Markup("{}, {}").format("<b>", moment(TOMORROW)))) == f"&lt;b&gt;, {MARKED}"
