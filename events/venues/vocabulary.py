"""Words of venues."""

from enum import StrEnum


class VenueKind(StrEnum):
    """Under a roof, in the open, or on the net."""

    INDOOR = "indoor"
    OUTDOOR = "outdoor"
    ONLINE = "online"


class BookingState(StrEnum):
    """A hold is preliminary and expires; a confirmed booking follows approval."""

    HELD = "held"
    CONFIRMED = "confirmed"
    RELEASED = "released"
