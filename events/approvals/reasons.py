"""Why a route is taken and why a unit is asked or not: codes with their parameters, stored with the round and said at the screen."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any


class Because(StrEnum):
    """The kinds of reasons."""

    ALWAYS = "always"
    """The slot has no condition."""
    FACTS = "facts"
    """Every fact named holds."""
    NO_OTHER_ROUTE = "no_other_route"
    LOWER_ROUTE = "lower_route"
    """Another route fits too and stands lower (case 1); `routes` are the lower one and the one taken."""
    CO_ORGANIZER = "co_organizer"
    CO_ORGANIZER_AND_OWNER = "co_organizer_and_owner"
    VENUE_OWNER = "venue_owner"
    CURATOR = "curator"
    FACTS_WANTING = "facts_wanting"
    """Not required: the facts named are not so (case 2)."""
    NO_CO_ORGANIZERS = "no_co_organizers"
    NO_FOREIGN_VENUE = "no_foreign_venue"
    NO_CURATOR = "no_curator"
    TEXT = "text"
    """A sentence kept from a round older than these codes, for which none of them stands."""


@dataclass(frozen=True)
class Compared:
    """A fact of the event beside a limit; `sign` is one of = != >= > <= <, `value` and `limit` are of the fact's own type.

    `hour` is what a mark about the end of the day was measured against, «21:00»; «» with other facts and in rounds older than the rule.
    """

    fact: str
    sign: str
    limit: int | bool | Decimal
    value: int | bool | Decimal
    hour: str = ""

    def to_plain(self) -> list[object]:
        """[fact, sign, limit, value], with an hour after it if there is one; money as {"money": "1500.50"}."""
        plain = [self.fact, self.sign, _value_to_plain(self.limit), _value_to_plain(self.value)]
        return [*plain, self.hour] if self.hour else plain

    @classmethod
    def from_plain(cls, plain: list[Any]) -> "Compared":
        """What `to_plain` wrote."""
        fact, sign, limit, value, *hour = plain
        return cls(fact, sign, _value_from_plain(limit), _value_from_plain(value), *hour)


@dataclass(frozen=True)
class Reason:
    """One reason; which parameters it has is said at its kind."""

    code: Because
    facts: tuple[Compared, ...] = ()
    routes: tuple[str, ...] = ()
    text: str = ""

    def to_plain(self) -> dict[str, Any]:
        """What JSON can hold; `from_plain` gives the same reason back."""
        plain: dict[str, Any] = {"code": self.code.value}
        if self.facts:
            plain["facts"] = [one.to_plain() for one in self.facts]
        if self.routes:
            plain["routes"] = list(self.routes)
        if self.text:
            plain["text"] = self.text
        return plain

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Reason":
        """What `to_plain` wrote."""
        facts = tuple(Compared.from_plain(one) for one in plain.get("facts", ()))
        return cls(Because(plain["code"]), facts, tuple(plain.get("routes", ())), plain.get("text", ""))


ALWAYS = Reason(Because.ALWAYS)


def _value_to_plain(value: int | bool | Decimal) -> object:
    return {"money": str(value)} if isinstance(value, Decimal) else value


def _value_from_plain(plain: Any) -> int | bool | Decimal:
    if isinstance(plain, dict):
        return Decimal(plain["money"])
    value: int | bool = plain
    return value
