"""Whether an event is in the open air: one answer for routes, dangers, hours of quiet and the first facts."""

from collections.abc import Mapping
from typing import Protocol

from events.requests.fields import Content


class Place(Protocol):
    """What is asked of a venue here."""

    @property
    def is_outdoor(self) -> bool:
        """Whether it lies in the open air."""
        ...


def in_the_open(content: Content, venues: Mapping[int, Place]) -> bool:
    """Whether people come together in the open air: so the author says, or so lies a venue of any date (cases.md 10)."""
    return not content.online and (content.outdoor or any(venues[key].is_outdoor for key in content.venue_ids if key in venues))
