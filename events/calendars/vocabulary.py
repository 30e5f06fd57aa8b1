"""Words of the calendars: what became of a publication."""

from enum import StrEnum


class PublicationStatus(StrEnum):
    """What the public is told of one occurrence."""

    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"
    """No longer public: subscribers get the cancellation without details, then nothing (calendar.md rule 6)."""
    POSTPONED = "postponed"
    """Called off for a day not yet known; the same UID revives with the new date (cases.md 36)."""
