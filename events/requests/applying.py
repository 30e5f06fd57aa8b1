"""Which answers of a request say anything beside the others.

A guest's name where no guest comes, the hall of an event that went online, the page where people once signed up: such an answer stays
in the draft, for whoever sets the tick again, and is nothing that reviewers, routes, bookings, calendars or letters know of. The
submission drops it for good (cases.md 46). `Field.applies` declares it of each field.

An online event is held at no place but one on the net, where the district has such: whoever asks names those, since their kind stands
in the directory of venues and not in the answers.
"""

from collections.abc import Collection
from dataclasses import fields, replace
from typing import Any

from events.requests.fields import FIELDS, Content
from events.requests.sections import EMPTY

SAID_OF_THE_NET = ("venue_id", "accessibility")
"""What an online event says of its place on the net."""


def said(answers: Any, name: str) -> Any:
    """What the field says, nothing where it does not apply. `answers` is a Content or a row with the columns that are asked about."""
    return getattr(answers if applies(answers, name) else EMPTY, name)


def applies(answers: Any, name: str) -> bool:
    """Whether the field says anything beside the other answers."""
    return FIELDS[name].applies(answers)


def applied(content: Content, on_the_net: Collection[int] = ()) -> Content:
    """The content with only those answers that apply; the dates of an event without a venue have none of their own either.

    `on_the_net`: the venues among those named that are no place to come to.
    """
    found = replace(content, **{name: said(content, name) for name in FIELDS})
    if applies(content, "venue_id") or not content.venue_ids:
        return found
    if content.venue_id in on_the_net:
        found = replace(found, **{name: getattr(content, name) for name in SAID_OF_THE_NET})
    dates = tuple(one if one.venue_id in on_the_net else replace(one, venue_id=None) for one in content.occurrences)
    return replace(found, occurrences=dates)


def left_out(content: Content, on_the_net: Collection[int] = ()) -> frozenset[str]:
    """The fields whose answers do not apply though they are given: a submission drops them."""
    kept = applied(content, on_the_net)
    return frozenset(one.name for one in fields(Content) if getattr(kept, one.name) != getattr(content, one.name))


def for_a_copy(content: Content) -> Content:
    """What a copy takes over of what is said: what is not of this one time only (cases.md 33)."""
    return replace(content, **{name: getattr(EMPTY, name) for name, one in FIELDS.items() if not one.copied})
