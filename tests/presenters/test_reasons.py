"""Reasons of approval as a colleague would say them."""

from decimal import Decimal

import pytest
from flask_babel import force_locale

from events.approvals.conditions import FACTS
from events.approvals.reasons import Because, Compared, Reason
from presenters.phrases import say
from presenters.reasons import ABSENT, MARKS, compared, said

pytestmark = pytest.mark.usefixtures("in_russian")


@pytest.mark.parametrize(
    ("one", "russian", "english"),
    [
        (Compared("expected", ">=", 50, 120), "120 участников (50 и больше)", "120 participants (50 or more)"),
        (Compared("expected", ">", 500, 1200), "1\u00a0200 участников (больше 500)", "1,200 participants (more than 500)"),
        (Compared("expected", "<=", 500, 41), "41 участник (не больше 500)", "41 participants (at most 500)"),
        (Compared("age_from", "<", 18, 14), "участники с 14 лет (младше 18)", "participants from 14 years (younger than 18)"),
        (Compared("age_from", ">=", 18, 21), "участники с 21 года (18 и старше)", "participants from 21 years (18 or older)"),
        (Compared("institutions", "=", 2, 2), "2 учреждения", "2 institutions"),
        (Compared("institutions", "!=", 2, 3), "3 учреждения (не 2)", "3 institutions (not 2)"),
        (Compared("budget_rub", ">", Decimal(0), Decimal(8000)), "бюджет 8 000 ₽", "budget of 8,000 roubles"),
        (
            Compared("budget_rub", ">", Decimal(500000), Decimal(600000)),
            "бюджет 600 000 ₽ (больше 500 000 ₽)",
            "budget of 600,000 roubles (more than 500,000 roubles)",
        ),
        (Compared("budget_rub", "<=", Decimal(0), Decimal(0)), "бюджета нет", "no budget"),
        (Compared("vip", "!=", True, value=False), "без главы и почётных гостей", "without the head or guests of honour"),
        (Compared("ends_after_21", "!=", True, value=False, hour="22:00"), "окончание не позже 22:00", "ends by 22:00"),
    ],
)
def test_a_fact_reads_as_a_person_would_say_it(one: Compared, russian: str, english: str):
    assert say(compared(one)).replace("\u00a0", " ") == russian.replace("\u00a0", " ")
    with force_locale("en"):
        assert say(compared(one)) == english


def test_several_facts_are_one_sentence():
    late = Reason(Because.FACTS, (Compared("age_from", "<", 18, 14), Compared("ends_after_21", "=", True, value=True, hour="21:00")))
    wanting = Reason(Because.FACTS_WANTING, (Compared("expected", "<=", 500, 120), Compared("vip", "!=", True, value=False)))
    assert say(said(late)).replace("\u00a0", " ") == "участники с 14 лет (младше 18) и окончание после 21:00"
    assert say(said(wanting)).replace("\u00a0", " ") == "не требуется: 120 участников (не больше 500), без главы и почётных гостей"


def test_every_mark_has_words_for_its_absence_and_nothing_else_has():
    assert ABSENT.keys() == MARKS.keys()
    assert all(fact.absent is None for fact in FACTS.values() if fact.kind is not bool)
