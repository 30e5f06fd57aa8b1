"""Conditions of routes over the facts of an event: data, never code.

A condition is read once into tests (fact, operator, value); an unknown word is refused by its path.
"""

import operator as op
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any

from events.approvals.reasons import ALWAYS, Because, Compared, Reason
from events.foundation.document import Node
from events.foundation.text import N_, Phrase
from events.requests.fields import FIELDS


@dataclass(frozen=True)
class Fact:
    """One thing routes may ask about, of int, bool or Decimal; `words` say it in a reason of approval, `absent` that a mark is not set."""

    kind: Any
    words: Phrase
    absent: Phrase | None = None


ANSWERED: Mapping[str, Fact] = {name: Fact(bool if one.tick else int, one.asked, one.absent) for name, one in FIELDS.items() if one.asked}
"""What a field of the request answers by itself; people are counted at the largest single occurrence, `outdoor` is true at a
venue in the open as well."""


def _said(words: Phrase, absent: Phrase | None = None) -> dict[str, Any]:
    """What is declared of a fact that no field answers by itself."""
    return {"said": (words, absent)}


@dataclass(frozen=True)
class Facts:
    """What routes ask about an event. In a series a number is the largest, a mark is true if true for any future date (case 10)."""

    answers: Mapping[str, int | bool]
    """Of each field in ANSWERED."""
    ends_after_21: bool = field(metadata=_said(N_("ends after %(hour)s", hour="21:00"), N_("ends by %(hour)s", hour="21:00")))
    """Any occurrence ends after the evening's hour or past midnight, teardown excluded; never one held online only. Routes know it by the
    hour of the first rule."""
    school_hours: bool = field(metadata=_said(N_("during school hours"), N_("outside school hours")))
    """An occurrence overlaps lessons: Monday to Friday, a working day of the school year."""
    budget_rub: Decimal = field(metadata=_said(N_("budget of %(amount)s roubles")))
    budget_needs_accounting: bool = field(
        metadata=_said(N_("money other than the state-task subsidy"), N_("no money other than the state-task subsidy"))
    )
    """Any budget line whose source is not the state-task subsidy."""
    institutions: int = field(metadata=_said(N_("%(count)s institution", "%(count)s institutions", 0)))
    """The lead and its co-organizers."""
    city_square: bool = field(metadata=_said(N_("on a city square"), N_("not on a city square")))
    evening: str = ""
    """The hour of `ends_after_21` by the district's rules, «21:00»; no fact of its own."""

    def __getitem__(self, name: str) -> int | bool | Decimal:
        """The event's own figure or mark."""
        value: int | bool | Decimal = self.answers[name] if name in ANSWERED else getattr(self, name)
        return value


FACTS: Mapping[str, Fact] = {
    **ANSWERED,
    **{one.name: Fact(one.type, *one.metadata["said"]) for one in fields(Facts) if "said" in one.metadata},
}
"""Every fact by its name."""

_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {"=": op.eq, "!=": op.ne, ">=": op.ge, ">": op.gt, "<=": op.le, "<": op.lt}
_OPPOSITE = {"=": "!=", "!=": "=", ">=": "<", ">": "<=", "<=": ">", "<": ">="}


@dataclass(frozen=True)
class Test:
    """One comparison of a fact with a value of the fact's own type."""

    fact: str
    operator: str
    value: int | bool | Decimal

    @classmethod
    def parse(cls, node: Node) -> "Test":
        """Read [fact, operator, value]; raises DefinitionError naming the path."""
        items = node.items()
        if len(items) != len(("fact", "operator", "value")):
            raise node.fail(N_("a test is a fact, an operator and a value"))
        fact, sign = items[0].text(), items[1].text()
        if fact not in FACTS:
            raise items[0].fail(N_("there is no fact “%(fact)s”", fact=fact))
        if sign not in _COMPARE or (FACTS[fact].kind is bool and sign not in ("=", "!=")):
            raise items[1].fail(N_("“%(sign)s” does not compare “%(fact)s”", sign=sign, fact=fact))
        return cls(fact, sign, _value_for(FACTS[fact].kind, items[2]))

    def holds(self, facts: Facts) -> bool:
        """Whether the event meets it."""
        return _COMPARE[self.operator](facts[self.fact], self.value)

    def compared(self, facts: Facts) -> Compared:
        """The event's own figure beside the limit; a test that fails is told the other way round («40 участников, меньше 50»)."""
        sign = self.operator if self.holds(facts) else _OPPOSITE[self.operator]
        hour = facts.evening if self.fact == "ends_after_21" else ""
        return Compared(self.fact, sign, self.value, facts[self.fact], hour)


@dataclass(frozen=True)
class Condition:
    """Holds when every test of any one group holds."""

    groups: tuple[tuple[Test, ...], ...]

    @classmethod
    def parse(cls, plain: object, path: str = "condition") -> "Condition":
        """Read {"any": [[[fact, operator, value], ...], ...]}; raises DefinitionError naming the path."""
        groups = Node(plain, path).members({"any"})["any"].items()
        return cls(tuple(tuple(Test.parse(test) for test in group.items()) for group in groups))

    def holds(self, facts: Facts) -> bool:
        """Whether the event meets it."""
        return any(_all_hold(group, facts) for group in self.groups)


def explain(condition: Condition | None, facts: Facts) -> tuple[Reason, ...]:
    """Why it applies, from the first group that holds: «участники с 14 лет (младше 18) и окончание после 21:00»; nothing if none does."""
    if condition is None:
        return (ALWAYS,)
    for group in condition.groups:
        if _all_hold(group, facts):
            return (Reason(Because.FACTS, tuple(test.compared(facts) for test in group)),)
    return ()


def explain_absence(condition: Condition, facts: Facts) -> Reason:
    """Why it does not apply: the first failing test of every group (case 2)."""
    failing = [next(test for test in group if not test.holds(facts)) for group in condition.groups]
    return Reason(Because.FACTS_WANTING, tuple(dict.fromkeys(test.compared(facts) for test in failing)))


def _all_hold(group: tuple[Test, ...], facts: Facts) -> bool:
    return all(test.holds(facts) for test in group)


def _value_for(kind: type, node: Node) -> int | bool | Decimal:
    """The value to compare with: a mark takes true or false, a count takes a whole number, money also takes "1500.50"."""
    if kind is bool:
        return node.truth()
    if kind is int or not isinstance(node.value, str):
        return Decimal(node.whole(0)) if kind is Decimal else node.whole(0)
    return node.amount()
