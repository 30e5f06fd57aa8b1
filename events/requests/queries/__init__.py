"""Reading requests: one request, its dates, lists of them, and what a user may see and write."""

from events.requests.queries.dates import called_off, dates_ahead, fates, forgotten, over, put_off
from events.requests.queries.lists import PAGE_SIZE, Counted, Wish, coming, drafts, earlier, page, returned, templates, to_report
from events.requests.queries.permissions import may_see, may_write, seen_by_each, visible, visible_to, writing_units
from events.requests.queries.request import (
    amendment,
    authors,
    in_force,
    is_amendment,
    locked,
    revision,
    shown,
    unlocked_now,
    with_revisions,
    working,
)

__all__ = [
    "PAGE_SIZE",
    "Counted",
    "Wish",
    "amendment",
    "authors",
    "called_off",
    "coming",
    "dates_ahead",
    "drafts",
    "earlier",
    "fates",
    "forgotten",
    "in_force",
    "is_amendment",
    "locked",
    "may_see",
    "may_write",
    "over",
    "page",
    "put_off",
    "returned",
    "revision",
    "seen_by_each",
    "shown",
    "templates",
    "to_report",
    "unlocked_now",
    "visible",
    "visible_to",
    "with_revisions",
    "working",
    "writing_units",
]
