"""Reasons of approval in words: «250 участников ≥ 50», «не требуется: нет соорганизаторов»."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from events.approvals.reasons import Because, Compared, Reason
from events.foundation.text import N_, Phrase

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
        mark = MARKS[one.fact]
        return mark if one.value else N_("no mark “%(mark)s”", mark=mark)
    shown = {"sign": _SIGNS[one.sign], "limit": one.limit}
    if one.fact == "expected":
        return _counted(N_("%(count)s participant %(sign)s %(limit)s", "%(count)s participants %(sign)s %(limit)s", 0), one, shown)
    if one.fact == "age_from":
        return _counted(N_("from %(count)s year %(sign)s %(limit)s", "from %(count)s years %(sign)s %(limit)s", 0), one, shown)
    if one.fact == "institutions":
        return _counted(N_("%(count)s institution %(sign)s %(limit)s", "%(count)s institutions %(sign)s %(limit)s", 0), one, shown)
    if one.limit == 0 and one.sign in (">", "<=", "="):
        return N_("budget of %(amount)s roubles", amount=one.value) if one.value else N_("no budget")
    return N_("budget of %(amount)s roubles %(sign)s %(limit)s", amount=one.value, sign=_SIGNS[one.sign], limit=one.limit)


def _counted(pattern: Phrase, one: Compared, shown: Mapping[str, str | int | bool | Decimal]) -> Phrase:
    """A number of people, years or institutions in its plural form."""
    return Phrase(pattern.msgid, pattern.plural, int(one.value), {"count": one.value, **shown})


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
