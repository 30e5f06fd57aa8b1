"""The desk: what waits for me, and nothing else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from events.approvals import queries
from events.approvals.models import Review
from events.foundation import work
from events.foundation.place import local_day
from events.foundation.text import N_, Phrase
from events.people.models import User
from events.people.queries import Offices, takes_care
from events.requests import queries as requests
from events.requests.models import EventRequest
from events.requests.vocabulary import IN_FORCE, RequestStatus
from presenters.ending_rules import ending_rules
from presenters.phrases import Words
from presenters.request_rows import RequestRow, request_rows
from presenters.reviews import ReviewRow, review_row
from views import access
from views.just_decided import just_decided

bp = Blueprint("desk", __name__)
Reviews = tuple[Sequence[Review], int]
"""The reviews shown of a block, and how many there are in all."""
Requests = tuple[Sequence[EventRequest], int]
"""The same of requests."""
AsRow = Callable[[Review], ReviewRow]

MOST_DECISIONS = 20
"""Decisions shown; a longer queue is worked through from its own list."""
MOST_ROWS = 10
"""Rows of any other block, so that a long one does not push the next out of sight; the rest stands in a list of its own."""


@dataclass(frozen=True, slots=True)
class ReviewBlock:
    """Reviews under their headings; `count` of all there are, `all_url` where they stand if those shown are not all."""

    groups: tuple["ReviewGroup", ...]
    count: int
    all_url: str | None


@dataclass(frozen=True, slots=True)
class ReviewGroup:
    """Reviews under one heading; without one where there is a single group. `why`: what all of them are asked for, where it is the same."""

    title: Phrase | None
    rows: tuple[ReviewRow, ...]
    why: Words | None = None


@dataclass(frozen=True, slots=True)
class RequestBlock:
    """Requests of one's own, with the same."""

    rows: tuple[RequestRow, ...]
    count: int
    all_url: str | None


@bp.get("/desk")
@access.staff
def desk() -> ResponseReturnValue:
    """Decisions first, then what came back, drafts and events; empty blocks are not there. Above them, which rules run out."""
    now, offices = work.now(), Offices()
    as_row = partial(review_row, offices=offices, now=now)
    waiting = _counted(queries.waiting_for, queries.count_waiting, MOST_DECISIONS)
    told = _counted(queries.to_acknowledge, queries.count_to_acknowledge, MOST_ROWS)
    return render_template(
        "desk/desk.html",
        orphaned=_reviews(_counted(queries.orphaned, queries.count_orphaned, MOST_ROWS), as_row, _reviews_url("orphaned")),
        waiting=ReviewBlock(grouped(waiting[0], as_row, now), waiting[1], _all_url(waiting, _reviews_url())),
        informed=_informed(told, as_row),
        returned=_returned(requests.returned(current_user, size=MOST_ROWS), now),
        drafts=_requests(requests.drafts(current_user, size=MOST_ROWS), now, _own_url(RequestStatus.DRAFT)),
        coming=_requests(requests.coming(current_user, now, size=MOST_ROWS), now, _own_url(*IN_FORCE, ahead=True)),
        may_write=bool(requests.writing_units(current_user)),
        decides=queries.decides_somewhere(current_user),
        ending=ending_rules(local_day(now)) if takes_care(current_user) else (),
        decided=just_decided(request.args.get("decided", type=int), current_user, now),
    )


def grouped(waiting: Sequence[Review], as_row: AsRow, now: datetime) -> tuple[ReviewGroup, ...]:
    """Open reviews by due: overdue, due today, the rest; groups with nothing in them are left out."""
    late = [one for one in waiting if one.due_at is not None and one.due_at < now]
    today = [one for one in waiting if one.due_at is not None and one.due_at >= now and local_day(one.due_at) == local_day(now)]
    rest = [one for one in waiting if one not in late and one not in today]
    named = ((N_("Overdue"), late), (N_("Due today"), today), (N_("Later"), rest))
    return tuple(ReviewGroup(title, tuple(as_row(one) for one in reviews)) for title, reviews in named if reviews)


def _counted(ask: Callable[..., queries.ReviewPage], count: Callable[[User], int], size: int) -> Reviews:
    """The first reviews, and how many there are in all: asked for only where there are more."""
    found, more = ask(current_user, size=size)
    return found, count(current_user) if more else len(found)


def _reviews(found: Reviews, as_row: AsRow, all_url: str) -> ReviewBlock:
    return ReviewBlock((ReviewGroup(None, tuple(as_row(one) for one in found[0])),), found[1], _all_url(found, all_url))


def _informed(found: Reviews, as_row: AsRow) -> ReviewBlock:
    """What I am told; several are marked as read in their list, so it is offered even where all of them are shown."""
    rows = tuple(as_row(one) for one in found[0])
    group = ReviewGroup(None, rows, rows[0].why if len(rows) > 1 and all(one.why == rows[0].why for one in rows) else None)
    return ReviewBlock((group,), found[1], _reviews_url("informed") if found[1] > 1 else None)


def _requests(found: Requests, now: datetime, all_url: str) -> RequestBlock:
    """Requests with how many there are in all."""
    return RequestBlock(request_rows(found[0], now), found[1], _all_url(found, all_url))


def _returned(found: Requests, now: datetime) -> RequestBlock:
    """What came back, with the number of remarks without an answer."""
    counts = queries.remark_counts([one.id for one in found[0]])
    return RequestBlock(request_rows(found[0], now, remarks=counts), found[1], _all_url(found, _own_url(mending=True)))


def _all_url(found: Reviews | Requests, all_url: str) -> str | None:
    """Where all of them stand if those shown are not all."""
    shown, count = found
    return all_url if count > len(shown) else None


def _reviews_url(show: str | None = None) -> str:
    """The whole list of such reviews."""
    return url_for("reviews.listing", show=show)


def _own_url(*statuses: RequestStatus, mending: bool = False, ahead: bool = False) -> str:
    """The list of requests, narrowed to one's own that stand so."""
    return url_for("requests.listing", mine="y", status=sorted(statuses), mending="y" if mending else None, ahead="y" if ahead else None)
