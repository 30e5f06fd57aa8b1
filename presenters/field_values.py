"""A field's value as it would be said beside the form: what is stored against what was typed."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from events.foundation.text import N_
from events.requests.fields import BudgetLine, Content, CoOrganizer, Occurrence
from events.requests.sections import SECTION_FIELDS
from events.requests.vocabulary import Section
from presenters.amounts import money, number
from presenters.facts import NamedFact
from presenters.field_labels import label
from presenters.moments import span, without_hours
from presenters.phrases import say

Offered = Mapping[str, Mapping[Any, str]]
"""What the fields' choices are called, by field and value."""


def differing(shown: Content, other: Content, offered: Offered, sections: Collection[Section] = tuple(Section)) -> tuple[NamedFact, ...]:
    """What `shown` says in the fields of these sections in which `other` says something else."""
    names = (name for section in sections for name in SECTION_FIELDS[section])
    differ = [name for name in names if getattr(shown, name) != getattr(other, name)]
    return tuple(NamedFact(label(name), _said(getattr(shown, name), name, offered)) for name in differ)


def _said(value: Any, name: str, offered: Offered) -> str:
    """A field's value; «не заполнено» when there is none."""
    if isinstance(value, bool):
        return say(N_("yes") if value else N_("no"))
    if value is None or value in ("", ()):
        return say(N_("not filled in"))
    if isinstance(value, tuple):
        return "; ".join(_said(one, name, offered) for one in value)
    if isinstance(value, Occurrence):
        if value.starts_at and value.ends_at:
            return span(value.starts_at, value.ends_at)
        return without_hours(value.day) if value.day else say(N_("a date not filled in"))
    if isinstance(value, BudgetLine):
        return f"{value.name} — {money(value.amount)}"
    if isinstance(value, CoOrganizer):
        return _said(value.unit_id, "co_organizers", offered)
    if isinstance(value, Decimal):
        return money(value)
    return offered.get(name, {}).get(value) or (number(value) if isinstance(value, int) else str(value))
