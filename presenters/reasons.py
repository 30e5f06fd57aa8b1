"""Reasons of approval in words: «250 участников (50 и больше)», «не требуется: нет соорганизаторов»."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

from events.approvals.conditions import FACTS
from events.approvals.reasons import Because, Compared, Reason
from events.foundation.text import N_, Phrase

MARKS: Mapping[str, Phrase] = {name: fact.words for name, fact in FACTS.items() if fact.kind is bool}
"""How each yes-or-no fact is said; the hour of the evening is that of rounds older than the rule."""
ABSENT: Mapping[str, Phrase] = {name: fact.absent for name, fact in FACTS.items() if fact.absent is not None}
"""How it is said that such a fact is not so."""

_LIMITS: Mapping[str, Phrase] = {
    "!=": N_("%(fact)s (not %(limit)s)"),
    ">=": N_("%(fact)s (%(limit)s or more)"),
    ">": N_("%(fact)s (more than %(limit)s)"),
    "<=": N_("%(fact)s (at most %(limit)s)"),
    "<": N_("%(fact)s (less than %(limit)s)"),
}
"""How a number is said beside its limit; `_AGES` where it is an age."""
_AGES: Mapping[str, Phrase] = {
    **_LIMITS,
    ">=": N_("%(fact)s (%(limit)s or older)"),
    ">": N_("%(fact)s (older than %(limit)s)"),
    "<=": N_("%(fact)s (%(limit)s or younger)"),
    "<": N_("%(fact)s (younger than %(limit)s)"),
}
_PLAIN: Mapping[Because, Phrase] = {
    Because.ALWAYS: N_("always takes part"),
    Because.NO_OTHER_ROUTE: N_("no other route fits"),
    Because.CO_ORGANIZER: N_("co-organizer"),
    Because.CO_ORGANIZER_AND_OWNER: N_("co-organizer and venue owner"),
    Because.VENUE_OWNER: N_("venue owner"),
    Because.CURATOR: N_("curator of a participating institution"),
}
_NOT_REQUIRED: Mapping[Because, Phrase] = {
    Because.NO_CO_ORGANIZERS: N_("there are no co-organizers"),
    Because.NO_FOREIGN_VENUE: N_("no venue of another institution"),
    Because.NO_CURATOR: N_("the participants have no curator"),
}


def said(reason: Reason) -> Phrase | str:
    """The reason in words. A sentence kept from an older round is said as it stands."""
    match reason.code:
        case Because.FACTS:
            return _joined([compared(one) for one in reason.facts], _and)
        case Because.FACTS_WANTING:
            return _not_required(_joined(list(dict.fromkeys(compared(one) for one in reason.facts)), _comma))
        case Because.LOWER_ROUTE:
            lower, taken = reason.routes
            return N_("route %(lower)s fits too, but route %(taken)s is tried first", lower=lower, taken=taken)
        case Because.TEXT:
            return reason.text
    plain = _PLAIN.get(reason.code)
    return plain if plain is not None else _not_required(_NOT_REQUIRED[reason.code])


def compared(one: Compared) -> Phrase:
    """A fact beside its limit; money against nothing is said without one."""
    fact = FACTS[one.fact]
    if fact.kind is bool:
        mark = (MARKS if one.value else ABSENT)[one.fact]
        return replace(mark, params={"hour": one.hour}) if one.hour else mark
    if fact.kind is int:
        counted = Phrase(fact.words.msgid, fact.words.plural, int(one.value), {"count": Decimal(one.value)})
        return _limited(counted, _AGES if one.fact == "age_from" else _LIMITS, one.sign, Decimal(one.limit))
    if not one.value:
        return N_("no budget")
    spent = replace(fact.words, params={"amount": one.value})
    return _limited(spent, _LIMITS, one.sign, N_("%(amount)s roubles", amount=one.limit)) if one.limit else spent


def _limited(fact: Phrase, limits: Mapping[str, Phrase], sign: str, limit: Phrase | Decimal) -> Phrase:
    """The fact with its limit; one that equals it needs none."""
    return fact if sign == "=" else replace(limits[sign], params={"fact": fact, "limit": limit})


def _not_required(why: Phrase) -> Phrase:
    """«не требуется: …»"""
    return N_("not required: %(why)s", why=why)


def _and(first: Phrase, rest: Phrase) -> Phrase:
    return N_("%(first)s and %(rest)s", first=first, rest=rest)


def _comma(first: Phrase, rest: Phrase) -> Phrase:
    return N_("%(first)s, %(rest)s", first=first, rest=rest)


def _joined(phrases: list[Phrase], by: Callable[[Phrase, Phrase], Phrase]) -> Phrase:
    """The phrases as one, each next nested in the one before it."""
    first, *rest = phrases
    return by(first, _joined(rest, by)) if rest else first
