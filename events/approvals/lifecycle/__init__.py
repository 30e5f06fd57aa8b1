"""How a round moves. Only this matter's verbs call it, with the request's row locked."""

from events.approvals.lifecycle.approving import approve_first, is_first_approval
from events.approvals.lifecycle.course import advance, note_orphans, recount
from events.approvals.lifecycle.ending import close_returned, drop_change, drop_round, lapse_informs
from events.approvals.lifecycle.holding import recount_holds
from events.approvals.lifecycle.opening import open_round

__all__ = [
    "advance",
    "approve_first",
    "close_returned",
    "drop_change",
    "drop_round",
    "is_first_approval",
    "lapse_informs",
    "note_orphans",
    "open_round",
    "recount",
    "recount_holds",
]
