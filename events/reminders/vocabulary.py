"""Words of reminders: what people are told."""

from enum import StrEnum


class Kind(StrEnum):
    """The kinds of messages that follow from the state of a request."""

    ASSIGNED = "assigned"
    INFORMED = "informed"
    DUE_SOON = "due_soon"
    DUE = "due"
    OVERDUE_HEAD = "overdue_head"
    OVERDUE_CURATOR = "overdue_curator"
    ORPHANED = "orphaned"
    RETURNED = "returned"
    DATE_PASSED = "date_passed"
    APPROVED = "approved"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    DATE_CALLED_OFF = "date_called_off"
    EVENT_TOMORROW = "event_tomorrow"
    REMARKS_UNANSWERED = "remarks_unanswered"


HALF_TIME, LAST_HOUR, HEAD = "half", "hour", "head"
"""Levels of one kind: halfway to the deadline, shortly before it; the head after the author."""

FAREWELLS = frozenset({Kind.WITHDRAWN, Kind.CANCELLED, Kind.DATE_CALLED_OFF})
"""Told even to those whose access ended together with the matter: it says no more than that it is over."""

JOURNAL_HEAD = "journal_head"
"""The kind of the daily letter that keeps the end of the journal outside of it."""
