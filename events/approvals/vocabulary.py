"""The words an approval route is written in: kinds and states, the facts of an event, and conditions over them.

A condition is data, never code: it is read once into tests (fact, operator, value), and an unknown word is refused by its path.
"""

import operator as op
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar

from events.foundation.text import N_, Phrase

SECTIONS = ("content", "schedule", "venue", "people", "money", "safety", "publicity")
"""The sections of a request that a slot can watch, in the order in which the form shows them."""


class SlotKind(StrEnum):
    """What a unit's turn means: a gate decides, a consult may give an opinion, an inform is only told."""

    GATE = "gate"
    CONSULT = "consult"
    INFORM = "inform"


class SlotRole(StrEnum):
    """Who of the unit decides; a reviewer's turn may fall back to the head, never the reverse (case 8)."""

    HEAD = "head"
    REVIEWER = "reviewer"


class Relation(StrEnum):
    """Units found from the request itself, where a slot names no unit."""

    LEAD = "lead"
    EACH_CO_ORGANIZER = "each_co_organizer"
    EACH_VENUE_OWNER_OUTSIDE = "each_venue_owner_outside"
    EACH_CURATOR = "each_curator"


class ReviewState(StrEnum):
    """The life of one review: it waits for its stage, is open, and ends in one of the other states."""

    WAITING = "waiting"
    OPEN = "open"
    DECIDED = "decided"
    CARRIED = "carried"
    REVOKED = "revoked"
    LAPSED = "lapsed"


class Verdict(StrEnum):
    """What was decided. Silence is never one of them."""

    APPROVE = "approve"
    APPROVE_WITH_REMARKS = "approve_with_remarks"
    RETURN = "return"
    REJECT = "reject"
    OPINION = "opinion"
    ACKNOWLEDGED = "acknowledged"

    @property
    def positive(self) -> bool:
        """Whether it is a visa, which lets the stage pass and may be carried into a later round."""
        return self in (Verdict.APPROVE, Verdict.APPROVE_WITH_REMARKS)


class Outcome(StrEnum):
    """How a round ended."""

    APPROVED = "approved"
    RETURNED = "returned"
    REJECTED = "rejected"


class StageState(StrEnum):
    """How a stage is drawn on the route picture."""

    WAITING = "waiting"
    OPEN = "open"
    PASSED = "passed"
    NOT_REQUIRED = "not_required"
    RETURNED = "returned"
    REJECTED = "rejected"


class RuleKind(StrEnum):
    """How many gates of a stage have to agree."""

    ALL = "all"
    ANY = "any"
    QUORUM = "quorum"


class DefinitionError(ValueError):
    """A route document that cannot be used: `path` says where (route/stage/slot/field), `phrase` says why."""

    def __init__(self, path: str, phrase: Phrase) -> None:
        super().__init__(f"{path}: {phrase.msgid % phrase.params}")
        self.path = path
        self.phrase = phrase


Word = TypeVar("Word", bound=StrEnum)
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")


@dataclass(frozen=True)
class Node:
    """A piece of a plain (JSON) document together with the path by which an error names it."""

    value: object
    path: str

    def fail(self, phrase: Phrase) -> DefinitionError:
        """The error to raise about this very place."""
        return DefinitionError(self.path, phrase)

    def under(self, name: str | int, value: object) -> "Node":
        """A piece standing below this one."""
        return Node(value, f"{self.path}/{name}")

    def members(self, required: Collection[str], optional: Collection[str] = ()) -> "dict[str, Node]":
        """The named members of an object; a missing or unknown name is refused, so a misspelt one cannot pass for absent."""
        if not isinstance(self.value, Mapping):
            raise self.fail(N_("an object is expected here"))
        for name in required:
            if name not in self.value:
                raise self.fail(N_("“%(name)s” is missing", name=name))
        for name in self.value:
            if name not in required and name not in optional:
                raise self.fail(N_("“%(name)s” is not known here", name=str(name)))
        return {name: self.under(name, value) for name, value in self.value.items()}

    def items(self) -> "list[Node]":
        """The items of a list that must not be empty."""
        if not isinstance(self.value, list | tuple) or not self.value:
            raise self.fail(N_("a list with at least one item is expected here"))
        return [self.under(number, value) for number, value in enumerate(self.value)]

    def text(self) -> str:
        """A text that is not blank."""
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.fail(N_("a text is expected here"))
        return self.value

    def key(self) -> str:
        """A stable key as the tables hold it: a Latin letter, then up to 39 letters, digits, hyphens or underscores."""
        if not _KEY.fullmatch(self.text()):
            raise self.fail(N_("a key is up to 40 Latin letters, digits and hyphens, the first a letter"))
        return self.text()

    def whole(self, least: int) -> int:
        """A whole number not below `least`."""
        if isinstance(self.value, bool) or not isinstance(self.value, int) or self.value < least:
            raise self.fail(N_("a whole number from %(least)s on is expected here", least=least))
        return self.value

    def truth(self) -> bool:
        """Yes or no."""
        if not isinstance(self.value, bool):
            raise self.fail(N_("true or false is expected here"))
        return self.value

    def choice(self, words: type[Word]) -> Word:
        """One word of a vocabulary."""
        if self.value not in list(words):
            raise self.fail(N_("“%(value)s” is none of: %(choices)s", value=str(self.value), choices=", ".join(words)))
        return words(str(self.value))


@dataclass(frozen=True)
class Rule:
    """How many of a stage's gates have to agree before it passes; `n` counts only for a quorum."""

    kind: RuleKind
    n: int = 0

    @classmethod
    def parse(cls, plain: object, path: str = "rule") -> "Rule":
        """Read "all", "any" or {"quorum": 2}; raises DefinitionError."""
        node = Node(plain, path)
        if plain in ("all", "any"):
            return cls(node.choice(RuleKind))
        if not isinstance(plain, Mapping):
            raise node.fail(N_("the rule is “all”, “any” or a quorum"))
        return cls(RuleKind.QUORUM, node.members({"quorum"})["quorum"].whole(1))

    def to_plain(self) -> object:
        """The form that `parse` reads."""
        return {"quorum": self.n} if self.kind is RuleKind.QUORUM else self.kind.value

    def needed(self, gates: int) -> int:
        """How many positive decisions among `gates`; a quorum above them is lowered to them (case 11)."""
        wanted = {RuleKind.ALL: gates, RuleKind.ANY: 1, RuleKind.QUORUM: self.n}[self.kind]
        return min(wanted, gates)


@dataclass(frozen=True)
class Facts:
    """What routes ask about an event. In a series a number is the largest, a mark is true if true for any future date (case 10)."""

    expected: int
    """People at the largest single occurrence."""
    outdoor: bool
    age_from: int
    ends_after_21: bool
    """Any occurrence ends after 21:00 or past midnight, teardown excluded."""
    school_hours: bool
    """An occurrence overlaps Mon-Fri 08:30-15:00 of a working day from 1 September to 25 May."""
    pupils: bool
    """Organised groups from schools."""
    budget_rub: Decimal
    budget_needs_accounting: bool
    """Any budget line whose source is not the state-task subsidy."""
    institutions: int
    """The lead and its co-organizers."""
    two_districts: bool
    city_square: bool
    public: bool
    vip: bool
    buses: bool
    street_closure: bool
    food: bool
    sound: bool
    stage: bool
    sport: bool
    prizes: bool
    partners: bool
    pyro: bool


FACT_TYPES: Mapping[str, Any] = {fact.name: fact.type for fact in fields(Facts)}
"""Name of a fact -> int, bool or Decimal."""

MARKS: Mapping[str, Phrase] = {
    "outdoor": N_("outdoors"),
    "ends_after_21": N_("ends after 21:00"),
    "school_hours": N_("during school hours"),
    "pupils": N_("organised groups of pupils"),
    "budget_needs_accounting": N_("money other than the state-task subsidy"),
    "two_districts": N_("in two or more districts"),
    "city_square": N_("on a city square"),
    "public": N_("announced to the public"),
    "vip": N_("the head or guests of honour take part"),
    "buses": N_("transport by bus"),
    "street_closure": N_("traffic is stopped"),
    "food": N_("food or trade"),
    "sound": N_("sound amplification"),
    "stage": N_("a stage is set up"),
    "sport": N_("sporting event"),
    "prizes": N_("prizes are given"),
    "partners": N_("partners take part"),
    "pyro": N_("pyrotechnics"),
}
"""How each yes-or-no fact is said."""

_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {"=": op.eq, "!=": op.ne, ">=": op.ge, ">": op.gt, "<=": op.le, "<": op.lt}
_SIGNS = {"=": "=", "!=": "≠", ">=": "≥", ">": ">", "<=": "≤", "<": "<"}
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
        if fact not in FACT_TYPES:
            raise items[0].fail(N_("there is no fact “%(fact)s”", fact=fact))
        if sign not in _COMPARE or (FACT_TYPES[fact] is bool and sign not in ("=", "!=")):
            raise items[1].fail(N_("“%(sign)s” does not compare “%(fact)s”", sign=sign, fact=fact))
        return cls(fact, sign, _value_for(FACT_TYPES[fact], items[2]))

    def holds(self, facts: Facts) -> bool:
        """Whether the event meets it."""
        return _COMPARE[self.operator](getattr(facts, self.fact), self.value)

    def said(self, facts: Facts) -> Phrase:
        """The comparison in words, with the event's own figure; one that fails is said the other way round («40 участников < 50»)."""
        sign = self.operator if self.holds(facts) else _OPPOSITE[self.operator]
        if self.fact in MARKS:
            mark = MARKS[self.fact]
            return mark if getattr(facts, self.fact) else N_("no mark “%(mark)s”", mark=mark)
        return _compared(self.fact, getattr(facts, self.fact), sign, self.value)


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


def explain(condition: Condition | None, facts: Facts) -> tuple[Phrase, ...]:
    """Why it applies, from the first group that holds: «с 14 лет < 18 и окончание после 21:00»; nothing if none does."""
    if condition is None:
        return (N_("always takes part"),)
    for group in condition.groups:
        if _all_hold(group, facts):
            return (_joined([test.said(facts) for test in group], _and),)
    return ()


def explain_absence(condition: Condition, facts: Facts) -> Phrase:
    """Why it does not apply: the first failing test of every group (case 2)."""
    failing = [next(test for test in group if not test.holds(facts)) for group in condition.groups]
    return not_required(_joined(list(dict.fromkeys(test.said(facts) for test in failing)), _comma))


def not_required(why: Phrase) -> Phrase:
    """«не требуется: …»"""
    return N_("not required: %(why)s", why=why)


def _all_hold(group: tuple[Test, ...], facts: Facts) -> bool:
    return all(test.holds(facts) for test in group)


def _and(first: Phrase, rest: Phrase) -> Phrase:
    return N_("%(first)s and %(rest)s", first=first, rest=rest)


def _comma(first: Phrase, rest: Phrase) -> Phrase:
    return N_("%(first)s, %(rest)s", first=first, rest=rest)


def _joined(phrases: list[Phrase], by: Callable[[Phrase, Phrase], Phrase]) -> Phrase:
    """The phrases as one, each next nested in the one before it."""
    first, *rest = phrases
    return by(first, _joined(rest, by)) if rest else first


def _value_for(kind: type, node: Node) -> int | bool | Decimal:
    """The value to compare with: a mark takes true or false, a count takes a whole number, money also takes "1500.50"."""
    if kind is bool:
        return node.truth()
    if kind is int or not isinstance(node.value, str):
        return Decimal(node.whole(0)) if kind is Decimal else node.whole(0)
    try:
        amount = Decimal(node.value)
    except InvalidOperation:
        raise node.fail(N_("an amount of money is expected here")) from None
    if not amount.is_finite() or amount < 0:
        raise node.fail(N_("an amount of money is expected here"))
    return amount


def _compared(fact: str, value: Any, sign: str, limit: Any) -> Phrase:
    """A figure beside its limit; money against nothing is said without one."""
    said = {"sign": _SIGNS[sign], "limit": limit}
    if fact == "expected":
        return N_("%(count)s participant %(sign)s %(limit)s", "%(count)s participants %(sign)s %(limit)s", value, count=value, **said)
    if fact == "age_from":
        return N_("from %(count)s year %(sign)s %(limit)s", "from %(count)s years %(sign)s %(limit)s", value, count=value, **said)
    if fact == "institutions":
        return N_("%(count)s institution %(sign)s %(limit)s", "%(count)s institutions %(sign)s %(limit)s", value, count=value, **said)
    if limit == 0 and sign in (">", "<=", "="):
        return N_("budget of %(amount)s roubles", amount=value) if value else N_("no budget")
    return N_("budget of %(amount)s roubles %(sign)s %(limit)s", amount=value, **said)


class RoundState(StrEnum):
    """How a round stands: at work, or how it ended."""

    OPEN = "open"
    APPROVED = "approved"
    RETURNED = "returned"
    TAKEN_BACK = "taken_back"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class RemarkState(StrEnum):
    """The author's answer to a remark."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Act(StrEnum):
    """What a person may do with a whole request; one predicate serves button, page and operation."""

    EDIT = "edit"
    THROW_AWAY = "throw_away"
    TAKE_BACK = "take_back"
    WITHDRAW = "withdraw"
    AMEND = "amend"
    POSTPONE = "postpone"
    CANCEL = "cancel"
    RESTORE = "restore"
    STOP = "stop"
    RETURN_NOW = "return_now"
    COPY = "copy"
