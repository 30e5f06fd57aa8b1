"""Rules over time: which value of each holds on a day, and which will soon hold no longer. Pure."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

from events.district.rules import DECLARED, Rules


class Period(NamedTuple):
    """A value of one rule with the days on which it holds, both inclusive; None is open. The value is as it is stored."""

    key: str
    value: Any
    source: str
    valid_from: date | None = None
    valid_until: date | None = None


class Rulebook:
    """All values of all rules. Unknown keys are left aside; a value that cannot be read raises ValueError naming its rule.

    A rule whose last period has ended keeps its value: a law that runs out is followed until somebody says what holds instead, and
    `ending` warns of it. Before its first period a rule has its default.
    """

    def __init__(self, periods: Iterable[Period]) -> None:
        self._periods: defaultdict[str, list[Period]] = defaultdict(list)
        for one in sorted(periods, key=began):
            if one.key in DECLARED:
                self._periods[one.key].append(one)
        self._turns = sorted({one.valid_from for several in self._periods.values() for one in several if one.valid_from})
        self._known: dict[int, Rules] = {}

    def on(self, day: date) -> Rules:
        """The rules of the day."""
        turn = bisect_right(self._turns, day)
        if turn not in self._known:
            self._known[turn] = self._read(day)
        return self._known[turn]

    def ending(self, before: date) -> Sequence[Period]:
        """The last periods of rules that end, or have ended, before the day without a successor; the first to end comes first."""
        last = [several[-1] for several in self._periods.values()]
        return sorted((one for one in last if one.valid_until and one.valid_until < before), key=lambda one: (ended(one), one.key))

    def _read(self, day: date) -> Rules:
        holding = {key: begun[-1] for key, several in self._periods.items() if (begun := [one for one in several if began(one) <= day])}
        return Rules(**{key: value_of(one) for key, one in holding.items()}, sources={key: one.source for key, one in holding.items()})


def value_of(period: Period) -> Any:
    """The value as the code uses it. Raises ValueError naming the rule, KeyError when there is no such rule."""
    try:
        return DECLARED[period.key].read(period.value)
    except ValueError as error:
        raise ValueError(f"rule {period.key}: {error}") from error


def began(period: Period) -> date:
    """The first day."""
    return period.valid_from or date.min


def ended(period: Period) -> date:
    """The last day."""
    return period.valid_until or date.max


def is_in_order(periods: Sequence[Period]) -> bool:
    """Whether no two periods of one rule share a day and none ends before it begins."""
    by_begin = sorted(periods, key=began)
    return all(began(one) <= ended(one) for one in by_begin) and all(ended(one) < began(other) for one, other in pairwise(by_begin))
