"""What is true today only is printed in full."""

from datetime import timedelta

import pytest
from markupsafe import Markup

from events.foundation.text import N_
from tests.fixtures.moments import MONDAY
from views.on_paper import moment, say

pytestmark = [pytest.mark.usefixtures("in_russian", "freeze")]

TOMORROW = MONDAY + timedelta(days=1)
MARKED = '<span data-print="2\u00a0июня\u00a02026\u00a0года, 10:00"><span>завтра, 10:00</span></span>'


def test_a_day_next_to_today_is_printed_in_full():
    assert str(moment(TOMORROW)) == str(say(TOMORROW)) == MARKED
    assert moment(MONDAY + timedelta(days=2)) == "ср, 3\u00a0июня, 10:00"


def test_a_sentence_keeps_its_words_and_escapes_what_people_wrote():
    said = say(N_("due %(moment)s", moment=TOMORROW))
    assert MARKED in str(said)
    nested = say([N_("due %(moment)s", moment=TOMORROW), "<b>"])
    assert (MARKED in str(nested), "&lt;b&gt;" in str(nested)) == (True, True)
    assert say("<b>") == "<b>"
    assert str(say(Markup("{}, {}").format("<b>", moment(TOMORROW)))) == f"&lt;b&gt;, {MARKED}"
