"""The desk: what waits for me, and nothing else."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from events.approvals import queries
from events.approvals.models import Review
from events.foundation import work
from events.foundation.place import local_day
from events.foundation.text import N_, Phrase
from events.people.models import User
from events.people.queries import Offices
from events.requests import queries as requests
from events.requests.models import EventRequest
from events.requests.vocabulary import IN_FORCE, RequestStatus
from views import access
from views.turns import just_decided, row

bp = Blueprint("desk", __name__)
Counted = tuple[Sequence[Any], int]
"""What is shown of a block, and how many there are in all."""
Row = Callable[[Any], dict[str, Any]]

MOST_DECISIONS = 20
"""Decisions shown; a longer queue is worked through from its own list."""
MOST_ROWS = 10
"""Rows of any other block, so that a long one does not push the next out of sight; the rest stands in a list of its own."""


@bp.get("/desk")
@access.staff
def desk() -> ResponseReturnValue:
    """Decisions first, then what came back, drafts, events and reports; empty blocks are not there."""
    now, offices = work.now(), Offices()
    turn = partial(row, offices=offices, now=now)
    waiting = _counted(queries.waiting_for, queries.count_waiting, MOST_DECISIONS)
    return render_template(
        "desk/desk.html",
        orphaned=_block(_counted(queries.orphaned, queries.count_orphaned, MOST_ROWS), turn, _turns_url("orphaned")),
        waiting={"groups": grouped(waiting[0], turn, now), **_extent(waiting, _turns_url())},
        informed=_informed(_counted(queries.to_acknowledge, queries.count_to_acknowledge, MOST_ROWS), turn),
        returned=_returned(requests.returned(current_user, size=MOST_ROWS)),
        drafts=_block(requests.drafts(current_user, size=MOST_ROWS), _draft, _own_url(RequestStatus.DRAFT)),
        coming=_block(requests.coming(current_user, now, size=MOST_ROWS), _own, _own_url(*IN_FORCE, ahead=True)),
        reports=_block(requests.to_report(current_user, size=MOST_ROWS), _own, _own_url(RequestStatus.COMPLETED)),
        may_write=bool(requests.writing_units(current_user)),
        decides=queries.decides_somewhere(current_user),
        decided=just_decided(request.args.get("decided", type=int), current_user, now),
    )


def grouped(waiting: Sequence[Review], as_row: Row, now: datetime) -> list[tuple[Phrase, list[dict[str, Any]]]]:
    """Open turns by due: overdue, due today, the rest; groups with nothing in them are left out."""
    late = [one for one in waiting if one.due_at is not None and one.due_at < now]
    today = [one for one in waiting if one.due_at is not None and one.due_at >= now and local_day(one.due_at) == local_day(now)]
    rest = [one for one in waiting if one not in late and one not in today]
    named = ((N_("Overdue"), late), (N_("Due today"), today), (N_("Later"), rest))
    return [(title, [as_row(one) for one in reviews]) for title, reviews in named if reviews]


def _counted(ask: Callable[..., queries.ReviewPage], count: Callable[[User], int], size: int) -> Counted:
    """The first turns, and how many there are in all: asked for only where there are more."""
    found, more = ask(current_user, size=size)
    return found, count(current_user) if more else len(found)


def _block(found: Counted, as_row: Row, all_url: str) -> dict[str, Any]:
    """Rows with how many there are in all."""
    return {"rows": [as_row(one) for one in found[0]], **_extent(found, all_url)}


def _extent(found: Counted, all_url: str) -> dict[str, Any]:
    """How many there are in all, and where all of them stand if those shown are not all."""
    shown, count = found
    return {"count": count, "all_url": all_url if count > len(shown) else None}


def _informed(found: Counted, turn: Row) -> dict[str, Any]:
    """What I am told; several are marked as read in their list, so it is offered even where all of them are shown."""
    return {**_block(found, turn, ""), "all_url": _turns_url("informed") if found[1] > 1 else None}


def _returned(found: Counted) -> dict[str, Any]:
    """What came back, with the number of remarks without an answer."""
    counts = queries.remark_counts([one.id for one in found[0]])
    return _block(found, lambda one: {**_own(one), "remarks": counts.get(one.id, 0)}, _own_url(mending=True))


def _turns_url(show: str | None = None) -> str:
    """The whole list of such turns."""
    return url_for("approvals.listing", show=show)


def _own_url(*statuses: RequestStatus, mending: bool = False, ahead: bool = False) -> str:
    """The list of requests, narrowed to one's own that stand so."""
    return url_for("requests.listing", mine="y", status=sorted(statuses), mending="y" if mending else None, ahead="y" if ahead else None)


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


def _draft(event_request: EventRequest) -> dict[str, Any]:
    """A draft opens in its form."""
    return _own(event_request, "requests.edit")
