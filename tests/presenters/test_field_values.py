"""What a colleague has saved, said beside what was typed."""

from dataclasses import replace

import pytest

from events.requests.fields import BudgetLine
from events.requests.sections import EMPTY
from events.requests.vocabulary import BudgetSource, Section
from presenters.facts import NamedFact
from presenters.field_values import differing

pytestmark = pytest.mark.usefixtures("in_russian")


def test_only_what_differs_is_told_in_the_order_of_the_form():
    stored = replace(EMPTY, title="Квиз", expected=1200, outdoor=True, budget=(BudgetLine("Призы", 5400, BudgetSource.SPONSOR),))  # type: ignore[arg-type]  # an amount
    typed = replace(EMPTY, title="Квиз", venue_id=7)
    assert differing(stored, typed, {"venue_id": {7: "Большой зал"}}) == (
        NamedFact("Площадка", "не заполнено"),
        NamedFact("На открытом воздухе", "да"),
        NamedFact("Ожидаемое число участников", "1\u00a0200"),
        NamedFact("Смета", "Призы — 5\u00a0400\u00a0₽"),
    )
    assert differing(typed, stored, {"venue_id": {7: "Большой зал"}}, [Section.VENUE])[0] == NamedFact("Площадка", "Большой зал")
