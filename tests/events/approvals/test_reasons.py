"""Reasons as stored: codes with parameters, read back as they were written."""

import json
from decimal import Decimal

import pytest

from events.approvals.reasons import ALWAYS, Because, Compared, Reason
from events.foundation.text import Phrase
from presenters import reasons


@pytest.mark.parametrize(
    ("reason", "plain"),
    [
        (ALWAYS, {"code": "always"}),
        (Reason(Because.LOWER_ROUTE, routes=("C", "B")), {"code": "lower_route", "routes": ["C", "B"]}),
        (
            Reason(Because.FACTS, (Compared("expected", ">=", 50, 250), Compared("outdoor", "=", True, True))),
            {"code": "facts", "facts": [["expected", ">=", 50, 250], ["outdoor", "=", True, True]]},
        ),
        (
            Reason(Because.FACTS_WANTING, (Compared("budget_rub", "<=", Decimal(0), Decimal("0.00")),)),
            {"code": "facts_wanting", "facts": [["budget_rub", "<=", {"money": "0"}, {"money": "0.00"}]]},
        ),
        (
            Reason(Because.FACTS, (Compared("ends_after_21", "=", True, True, "22:30"),)),
            {"code": "facts", "facts": [["ends_after_21", "=", True, True, "22:30"]]},
        ),
        (Reason(Because.TEXT, text="as it was said"), {"code": "text", "text": "as it was said"}),
    ],
)
def test_reason_is_stored_as_code_and_parameters(reason: Reason, plain: dict[str, object]):
    assert reason.to_plain() == plain
    assert Reason.from_plain(json.loads(json.dumps(plain))) == reason


@pytest.mark.parametrize("code", [code for code in Because if code not in (Because.FACTS, Because.FACTS_WANTING)])
def test_every_kind_of_reason_has_its_words(code: Because):
    assert reasons.said(Reason(code, routes=("C", "B"), text="as it was said"))


@pytest.mark.parametrize(("hour", "words"), [("", "ends after 21:00"), ("22:30", "ends after 22:30")])
def test_an_event_is_late_by_the_hour_its_round_was_measured_with(hour: str, words: str):
    phrase = reasons.said(Reason(Because.FACTS, (Compared("ends_after_21", "=", True, True, hour),)))
    assert isinstance(phrase, Phrase)
    assert phrase.msgid % phrase.params == words
