"""Verbs of approval: submit, decide, recall, answer, take back, and what may happen after approval.

Every verb locks the request's row first and reads again; what it does is recorded in the audit.
"""

from events.approvals.operations.acts import amend, cancel, postpone, restore, restore_date, return_now, stop, take_back, withdraw
from events.approvals.operations.deciding import NewRemark, decide
from events.approvals.operations.decisions import (
    acknowledge,
    acknowledge_all,
    answer_remark,
    can_be_recalled,
    count_active,
    recall,
    see,
)
from events.approvals.operations.drafts import count_drafts
from events.approvals.operations.expiry import TICK_SIZE, pass_time, tick
from events.approvals.operations.routes import keep_routes
from events.approvals.operations.staff import dismiss
from events.approvals.operations.submission import submit

__all__ = [
    "TICK_SIZE",
    "NewRemark",
    "acknowledge",
    "acknowledge_all",
    "amend",
    "answer_remark",
    "can_be_recalled",
    "cancel",
    "count_active",
    "count_drafts",
    "decide",
    "dismiss",
    "keep_routes",
    "pass_time",
    "postpone",
    "recall",
    "restore",
    "restore_date",
    "return_now",
    "see",
    "stop",
    "submit",
    "take_back",
    "tick",
    "withdraw",
]
