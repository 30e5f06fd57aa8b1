"""Rules of the office that run out without a successor, as the office is warned of them."""

from datetime import date
from itertools import groupby

from events.district import queries as district
from events.district.rule_periods import Period, ended
from events.district.rules import DECLARED
from events.foundation.text import N_, Phrase


def ending_rules(today: date) -> tuple[Phrase, ...]:
    """A sentence for each, the first to end first; one for all that rest on the same law and end with it. None when every rule goes on."""
    found = sorted(district.rules_ending(today), key=lambda one: (ended(one), one.source))
    return tuple(_warning(list(several), today) for _, several in groupby(found, key=lambda one: (ended(one), one.source)))


def _warning(periods: list[Period], today: date) -> Phrase:
    rules, last = [DECLARED[one.key].decides for one in periods], ended(periods[0])
    if len(periods) > 1:
        law = periods[0].source
        if last < today:
            return N_("Rules by “%(law)s” held until %(day)s: %(rules)s. They are still followed: say what holds instead.",
                      law=law, day=last, rules=rules)  # fmt: skip
        return N_("Rules by “%(law)s” hold until %(day)s: %(rules)s. Say what holds afterwards.", law=law, day=last, rules=rules)
    if last < today:
        return N_("The rule “%(rule)s” held until %(day)s. It is still followed: say what holds instead.", rule=rules[0], day=last)
    return N_("The rule “%(rule)s” holds until %(day)s. Say what holds afterwards.", rule=rules[0], day=last)
