"""Reasons of approval in words: «250 участников ≥ 50», «не требуется: нет соорганизаторов»."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from events.approvals.conditions import FACTS
from events.approvals.reasons import Because, Compared, Reason
from events.foundation.text import N_, Phrase

MARKS: Mapping[str, Phrase] = {name: fact.words for name, fact in FACTS.items() if fact.kind is bool}
"""How each yes-or-no fact is said; the hour of the evening is that of rounds older than the rule."""

_SIGNS = {"=": "=", "!=": "≠", ">=": "≥", ">": ">", "<=": "≤", "<": "<"}
_PLAIN: Mapping[Because, Phrase] = {
    Because.ALWAYS: N_("always takes part"),
    Because.NO_OTHER_ROUTE: N_("no other route applies"),
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
            return N_("route %(lower)s fits too, but %(taken)s stands higher", lower=lower, taken=taken)
        case Because.TEXT:
            return reason.text
    plain = _PLAIN.get(reason.code)
    return plain if plain is not None else _not_required(_NOT_REQUIRED[reason.code])


def compared(one: Compared) -> Phrase:
    """A fact beside its limit; money against nothing is said without one."""
    if one.fact in MARKS:
        mark = replace(MARKS[one.fact], params={"hour": one.hour}) if one.hour else MARKS[one.fact]
        return mark if one.value else N_("no mark “%(mark)s”", mark=mark)
    fact, shown = FACTS[one.fact], {"sign": _SIGNS[one.sign], "limit": one.limit}
    if fact.kind is int:
        return Phrase(fact.words.msgid, fact.words.plural, int(one.value), {"count": one.value, **shown})
    if one.limit == 0 and one.sign in (">", "<=", "="):
        return N_("budget of %(amount)s roubles", amount=one.value) if one.value else N_("no budget")
    return Phrase(fact.words.msgid, params={"amount": one.value, **shown})


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
