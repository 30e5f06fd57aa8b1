"""What the rules declare of themselves."""

import pytest

from events.approvals.conditions import FACTS
from events.district.rule_values import Place, stored
from events.district.rules import CURFEW, DECLARED, Rules


@pytest.mark.parametrize("key", DECLARED)
def test_every_rule_says_what_it_decides_and_what_it_rests_on(key: str):
    one = DECLARED[key]
    assert one.decides
    assert one.source
    assert one.read(stored(one.default)) == one.default == getattr(Rules(), key)


def test_a_rule_rests_on_its_row_and_else_on_what_it_was_declared_with():
    rules = Rules(sources={"noise_from": "приказ № 5"})
    assert (rules.source("noise_from"), rules.source("curfew_under_18")) == ("приказ № 5", CURFEW)
    with pytest.raises(KeyError):
        rules.source("no_such_rule")


@pytest.mark.parametrize("key", DECLARED)
def test_every_rule_says_where_it_acts_and_in_routes_by_which_fact(key: str):
    scope = DECLARED[key].scope
    assert scope.places
    assert (Place.ROUTES in scope.places) == bool(scope.fact)
    assert not scope.fact or scope.fact in FACTS
