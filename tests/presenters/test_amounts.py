"""Money as the screen writes it."""

from decimal import Decimal

import pytest

from presenters import amounts

pytestmark = pytest.mark.usefixtures("in_russian")


def test_money_shows_kopecks_only_where_there_are_some():
    assert amounts.money(Decimal("45000.00")) == "45\u00a0000\u00a0₽"
    assert amounts.money(Decimal("1200.50")) == "1\u00a0200,50\u00a0₽"
