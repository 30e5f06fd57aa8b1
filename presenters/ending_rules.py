"""Rules of the office that run out without a successor, as the office is warned of them."""

from datetime import date

from events.district import queries as district
from events.district.rule_periods import Period, ended
from events.district.rules import DECLARED
from events.foundation.text import N_, Phrase


def ending_rules(today: date) -> tuple[Phrase, ...]:
    """A sentence for each, the first to end first; none when every rule goes on."""
    return tuple(_warning(one, today) for one in district.rules_ending(today))


def _warning(period: Period, today: date) -> Phrase:
    rule, last = DECLARED[period.key].decides, ended(period)
    if last < today:
        return N_("The rule “%(rule)s” held until %(day)s. It is still followed: say what holds instead.", rule=rule, day=last)
    return N_("The rule “%(rule)s” holds until %(day)s. Say what holds afterwards.", rule=rule, day=last)
