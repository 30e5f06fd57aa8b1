"""The words of the production calendar."""

from enum import StrEnum


class DayKind(StrEnum):
    """What the production calendar says of a day; a unit's own office hours are laid over it."""

    WORKING = "working"
    OFF = "off"  # a weekend, or a weekday to which a day off was moved
    HOLIDAY = "holiday"  # a public holiday of the Labour Code, art. 112
