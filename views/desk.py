"""The desk: what waits for me, and nothing else."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from events.approvals import queries
from events.approvals.models import Review
from events.foundation import work
from events.foundation.place import local_day
from events.foundation.text import N_, Phrase
from events.people.queries import Offices
from events.people.vocabulary import Role
from events.requests import queries as requests
from events.requests.models import EventRequest
from views import access
from views.turns import just_decided, row

bp = Blueprint("desk", __name__)

MOST_ROWS = 20
"""Decisions shown; a longer queue is worked through from its own list."""
DECIDERS = (Role.HEAD, Role.REVIEWER)


@bp.get("/desk")
@access.staff
def desk() -> ResponseReturnValue:
    """Decisions first, then what came back, drafts, events and reports; empty blocks are not there."""
    now, offices = work.now(), Offices()
    waiting, more = queries.waiting_for(current_user, size=MOST_ROWS)
    return render_template(
        "desk/desk.html",
        orphaned=_rows(queries.orphaned(current_user), offices, now),
        groups=grouped(waiting, offices, now),
        waiting=queries.count_waiting(current_user) if more else len(waiting),
        all_url=url_for("approvals.listing") if more else None,
        informed=_rows(queries.to_acknowledge(current_user), offices, now),
        returned=_returned(requests.returned(current_user)),
        drafts=[_own(one, "requests.edit") for one in requests.drafts(current_user)],
        coming=[_own(one) for one in requests.coming(current_user, now)],
        reports=[_own(one) for one in requests.to_report(current_user)],
        may_write=bool(requests.writing_units(current_user)),
        decides=any(one.role in DECIDERS for one in current_user.memberships),
        decided=just_decided(request.args.get("decided", type=int), current_user, now),
    )


def grouped(waiting: Sequence[Review], offices: Offices, now: datetime) -> list[tuple[Phrase, list[dict[str, Any]]]]:
    """Open turns by due: overdue, due today, the rest; groups with nothing in them are left out."""
    late = [one for one in waiting if one.due_at is not None and one.due_at < now]
    today = [one for one in waiting if one.due_at is not None and one.due_at >= now and local_day(one.due_at) == local_day(now)]
    rest = [one for one in waiting if one not in late and one not in today]
    named = ((N_("Overdue"), late), (N_("Due today"), today), (N_("Later"), rest))
    return [(title, _rows(reviews, offices, now)) for title, reviews in named if reviews]


def _rows(reviews: Sequence[Review], offices: Offices, now: datetime) -> list[dict[str, Any]]:
    """Turns as rows."""
    return [row(one, offices, now) for one in reviews]


def _returned(found: Sequence[EventRequest]) -> list[dict[str, Any]]:
    """What came back, with the number of remarks without an answer."""
    counts = queries.remark_counts([one.id for one in found])
    return [{**_own(one), "remarks": counts.get(one.id, 0)} for one in found]


def _own(event_request: EventRequest, endpoint: str = "request_page.show") -> dict[str, Any]:
    """A request of one's own as a row."""
    return {
        "url": url_for(endpoint, request_id=event_request.id),
        "title": event_request.title,
        "number": event_request.number,
        "when": event_request.first_start,
        "status": event_request.status,
        "postponing": event_request.postponing,
    }
