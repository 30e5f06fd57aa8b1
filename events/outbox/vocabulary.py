"""Words of the outbox."""

from enum import StrEnum


class MessageState(StrEnum):
    """The life of a message: waiting for its moment, taken by a worker, or done with."""

    PENDING = "pending"
    CLAIMED = "claimed"
    SENT = "sent"
    CANCELLED = "cancelled"
    FAILED = "failed"
