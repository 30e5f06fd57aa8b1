"""What the rules declare of themselves."""

import pytest

from events.district.rule_values import stored
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
