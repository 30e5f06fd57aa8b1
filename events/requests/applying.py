"""Which answers of a request say anything beside the others.

A guest's name where no guest comes, the hall of an event that went online, the page where people once signed up: such an answer stays
in the draft, for whoever sets the tick again, and is nothing that reviewers, routes, bookings, calendars or letters know of. The
submission drops it for good (cases.md 46). `Field.applies` declares it of each field.
"""

from dataclasses import fields, replace
from typing import Any

from events.requests.fields import FIELDS, Content
from events.requests.sections import EMPTY


def said(answers: Any, name: str) -> Any:
    """What the field says, nothing where it does not apply. `answers` is a Content or a row with the columns that are asked about."""
    return getattr(answers if applies(answers, name) else EMPTY, name)


def applies(answers: Any, name: str) -> bool:
    """Whether the field says anything beside the other answers."""
    return FIELDS[name].applies(answers)


def applied(content: Content) -> Content:
    """The content with only those answers that apply; the dates of an event without a venue have none of their own either."""
    found = replace(content, **{name: said(content, name) for name in FIELDS})
    if applies(content, "venue_id") or not any(one.venue_id for one in content.occurrences):
        return found
    return replace(found, occurrences=tuple(replace(one, venue_id=None) for one in content.occurrences))


def left_out(content: Content) -> frozenset[str]:
    """The fields whose answers do not apply though they are given: a submission drops them."""
    kept = applied(content)
    return frozenset(one.name for one in fields(Content) if getattr(kept, one.name) != getattr(content, one.name))


def for_a_copy(content: Content) -> Content:
    """What a copy takes over: what applies, and is not of this one time only (cases.md 33)."""
    return replace(applied(content), **{name: getattr(EMPTY, name) for name, one in FIELDS.items() if not one.copied})
