"""Setters of requests and revisions. Only the verbs of upper matters call them, with the request's row locked."""

from events.requests.lifecycle.dates import mark_date, put_off_with_event, restore_date, warn
from events.requests.lifecycle.hands import author, involve, uninvolve
from events.requests.lifecycle.status import (
    approve,
    approve_first,
    complete,
    end,
    end_amendment,
    enter_review,
    freeze,
    mark_published,
    next_draft,
    passed,
    restore,
    send_back,
    touch_version,
)
from events.requests.lifecycle.writing import forget_last_moment, forget_read, keep_last_moment, list_anew, rewrite, show, write

__all__ = [
    "approve",
    "approve_first",
    "author",
    "complete",
    "end",
    "end_amendment",
    "enter_review",
    "forget_last_moment",
    "forget_read",
    "freeze",
    "involve",
    "keep_last_moment",
    "list_anew",
    "mark_date",
    "mark_published",
    "next_draft",
    "passed",
    "put_off_with_event",
    "restore",
    "restore_date",
    "rewrite",
    "send_back",
    "show",
    "touch_version",
    "uninvolve",
    "warn",
    "write",
]
