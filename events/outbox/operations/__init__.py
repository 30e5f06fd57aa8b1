"""Verbs of the outbox: queue, cancel, revive, replan; claim, deliver, mark."""

from events.outbox.operations.claims import (
    BACKOFF,
    LEASE,
    WITHHELD,
    claim,
    hand_back,
    mark_cancelled,
    mark_failed,
    mark_sent,
)
from events.outbox.operations.delivery import FRESH, INTERRUPTIONS, OUTAGE_PAUSE, PORTION, Judge, Rendering, Tally, deliver
from events.outbox.operations.queueing import Draft, cancel, consider_sent, queue, queue_all, replan, retry, revive

__all__ = [
    "BACKOFF",
    "FRESH",
    "INTERRUPTIONS",
    "LEASE",
    "OUTAGE_PAUSE",
    "PORTION",
    "WITHHELD",
    "Draft",
    "Judge",
    "Rendering",
    "Tally",
    "cancel",
    "claim",
    "consider_sent",
    "deliver",
    "hand_back",
    "mark_cancelled",
    "mark_failed",
    "mark_sent",
    "queue",
    "queue_all",
    "replan",
    "retry",
    "revive",
]
