"""Reasons as stored: codes with parameters, read back as they were written."""

import json
from decimal import Decimal

import pytest

from events.approvals.reasons import ALWAYS, Because, Compared, Reason
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
        (Reason(Because.TEXT, text="as it was said"), {"code": "text", "text": "as it was said"}),
    ],
)
def test_reason_is_stored_as_code_and_parameters(reason: Reason, plain: dict[str, object]):
    assert reason.to_plain() == plain
    assert Reason.from_plain(json.loads(json.dumps(plain))) == reason


@pytest.mark.parametrize("code", [code for code in Because if code not in (Because.FACTS, Because.FACTS_WANTING)])
def test_every_kind_of_reason_has_its_words(code: Because):
    assert reasons.said(Reason(code, routes=("C", "B"), text="as it was said"))
