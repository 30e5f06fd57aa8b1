"""Rules over time: which value of each holds on a day, and which will soon hold no longer. Pure."""

import hashlib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from events.district.rules import DECLARED, Rules
from events.foundation.errors import Refused
from events.foundation.text import N_, Phrase

A_DAY = timedelta(days=1)
BEGINS, ENDS = "valid_from", "valid_until"


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
    `ending` warns of it and its source says until when it held. Before its first period a rule has its default.
    """

    def __init__(self, periods: Iterable[Period]) -> None:
        self._periods: defaultdict[str, list[Period]] = defaultdict(list)
        for one in sorted(periods, key=began):
            if one.key in DECLARED:
                self._periods[one.key].append(one)
        begins = {one.valid_from for one in self.periods if one.valid_from}
        self._turns = sorted(begins | {one.valid_until + A_DAY for one in self.periods if one.valid_until and one.valid_until < date.max})
        self._known: dict[int, Rules] = {}

    def on(self, day: date) -> Rules:
        """The rules of the day."""
        turn = bisect_right(self._turns, day)
        if turn not in self._known:
            self._known[turn] = self._read(day)
        return self._known[turn]

    @property
    def periods(self) -> Sequence[Period]:
        """Every value of every rule that is known."""
        return [one for several in self._periods.values() for one in several]

    def ending(self, before: date) -> Sequence[Period]:
        """The last periods of rules that end, or have ended, before the day without a successor; the first to end comes first."""
        last = [several[-1] for several in self._periods.values()]
        return sorted((one for one in last if one.valid_until and one.valid_until < before), key=lambda one: (ended(one), one.key))

    def _read(self, day: date) -> Rules:
        holding = {key: begun[-1] for key, several in self._periods.items() if (begun := [one for one in several if began(one) <= day])}
        return Rules(
            **{key: value_of(one) for key, one in holding.items()}, sources={key: _resting(one, day) for key, one in holding.items()}
        )


def value_of(period: Period) -> Any:
    """The value as the code uses it. Raises ValueError naming the rule, KeyError when there is no such rule."""
    try:
        return DECLARED[period.key].read(period.value)
    except ValueError as error:
        raise ValueError(f"rule {period.key}: {error}") from error


def _resting(one: Period, day: date) -> str:
    """What the value rests on: a law that has run out is named with its last day."""
    return one.source if day <= ended(one) or not one.source else f"{one.source} (действовало по {ended(one):%d.%m.%Y})"


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


def as_plain(period: Period) -> dict[str, Any]:
    """As files and the audit keep it."""
    days = {name: day.isoformat() if (day := getattr(period, name)) else None for name in (BEGINS, ENDS)}
    return {"value": period.value, "source": period.source, **days}


def from_plain(key: str, plain: Mapping[str, Any]) -> Period:
    """The reverse of `as_plain`. ValueError when a day is none."""
    first, last = (date.fromisoformat(plain[name]) if plain.get(name) else None for name in (BEGINS, ENDS))
    return Period(key, plain["value"], plain["source"], first, last)


def stamp(periods: Iterable[Period]) -> str:
    """Names one state of a rule: what a page was opened with is compared by it with what is stored."""
    return hashlib.sha256(repr([tuple(one) for one in sorted(periods, key=began)]).encode()).hexdigest()[:32]


def holding(periods: Iterable[Period], day: date) -> Period | None:
    """The period whose value is followed on the day, whether or not it has run out; None while the default is."""
    return max((one for one in periods if began(one) <= day), key=began, default=None)


def with_value(periods: Sequence[Period], new: Period, today: date, *, instead_of: Period | None = None) -> list[Period]:
    """The periods with a value that holds from a day on; the period in which it begins ends the day before, and one without a last day
    ends before the next begins. `instead_of`: a period that has not acted yet, in whose place it is put.

    Refused at the days when it would act in the past or share a day with a period that begins later.
    """
    first = new.valid_from
    if first is None or first < today:
        raise _refused(BEGINS, N_("A rule is changed from today on at the earliest: please give %(day)s or a later day.", day=today))
    if new.valid_until is not None and new.valid_until < first:
        raise _refused(ENDS, N_("The last day must not be before the first one."))
    others = sorted((one for one in periods if one != instead_of), key=began)
    before, after = [one for one in others if began(one) < first], [one for one in others if began(one) >= first]
    if after and after[0].valid_from == first:
        raise _refused(BEGINS, N_("From %(day)s on another value is set already. Change that one, or choose another day.", day=first))
    new = _until_next(new, after)
    if before and (ended(before[-1]) >= first or _adjoins(before[-1], instead_of)):
        before[-1] = before[-1]._replace(valid_until=first - A_DAY)
    return [*before, new, *after]


def with_end(periods: Sequence[Period], one: Period, last: date | None, source: str, today: date) -> list[Period]:
    """The periods with another last day and source of one that holds now. Refused when the day is past or belongs to another period."""
    if last is not None and last < today:
        raise _refused(ENDS, N_("What has been followed until today cannot end before: please give %(day)s or a later day.", day=today))
    after = sorted((other for other in periods if began(other) > began(one)), key=began)
    changed = _until_next(one._replace(valid_until=last, source=source), after)
    return [changed if other == one else other for other in periods]


def without(periods: Sequence[Period], one: Period, *, goes_on: bool) -> list[Period]:
    """The periods without one that has not acted yet; `goes_on`: the value that ends the day before takes its days."""
    return [other._replace(valid_until=one.valid_until) if goes_on and _adjoins(other, one) else other for other in periods if other != one]


def _until_next(one: Period, after: Sequence[Period]) -> Period:
    """The period, which ends before the next begins."""
    next_from = after[0].valid_from if after else None
    if next_from is None:
        return one
    if one.valid_until is None:
        return one._replace(valid_until=next_from - A_DAY)
    if one.valid_until >= next_from:
        phrase = N_("From %(day)s on another value is set already: give an earlier last day, or none.", day=next_from)
        raise _refused(ENDS, phrase)
    return one


def _adjoins(one: Period, following: Period | None) -> bool:
    """Whether it ends the day before the other begins."""
    return following is not None and following.valid_from is not None and one.valid_until == following.valid_from - A_DAY


def _refused(field: str, phrase: Phrase) -> Refused:
    return Refused(phrase, {field: phrase})
