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


class Tenure(StrEnum):
    """How a date stands with its venue (cases.md 31, 32)."""

    CONFIRMED = "confirmed"
    HELD = "held"
    EXPIRED = "expired"
    """The hold has run out, and nobody else has taken the venue yet."""
    LOST = "lost"
    """The hold has run out, and others have taken the venue since."""
    UNHELD = "unheld"
    """Nothing has been asked for yet: a hold begins with the submission."""
    TAKEN = "taken"
    """The same, and others have the venue for this time."""
    SHARED = "shared"
    """The venue takes several events at once, so there is nothing to hold."""
