"""The desk: what waits for me, and nothing else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from events.approvals import queries
from events.approvals.queries import ListedReview
from events.demo import queries as plays
from events.foundation import work
from events.foundation.place import local_day
from events.foundation.text import N_, Phrase
from events.people import queries as people
from events.people.queries import Offices, takes_care
from events.requests import queries as requests
from events.requests.vocabulary import IN_FORCE, RequestStatus
from presenters.ending_rules import ending_rules
from presenters.moments import closing_day
from presenters.phrases import Words
from presenters.request_rows import RequestRow, request_rows
from presenters.reviews import ReviewRow, review_row
from views import access
from views.first_steps import steps_on_desk
from views.just_decided import just_decided

bp = Blueprint("desk", __name__)
AsRow = Callable[[ListedReview], ReviewRow]

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


NONE = RequestBlock((), 0, None)
"""What stands in the lists of one's own requests of somebody who never had a hand in any."""


@bp.get("/desk")
@access.staff
def desk() -> ResponseReturnValue:
    """Decisions first, then what came back, drafts and events; empty blocks are not there. Above them, which rules run out."""
    now, offices, reader = work.now(), Offices(), access.person()
    as_row = partial(review_row, offices=offices, now=now)
    waiting = queries.first_waiting(reader, now=now, size=MOST_DECISIONS)
    may_write = bool(requests.writing_units(reader))
    own = may_write or requests.has_written(reader)
    return render_template(
        "desk/desk.html",
        orphaned=_reviews(queries.first_orphaned(reader, now=now, size=MOST_ROWS), as_row, _reviews_url("orphaned")),
        waiting=ReviewBlock(_grouped(waiting[0], as_row, now), waiting[1], _all_url(waiting, _reviews_url())),
        informed=_informed(queries.first_to_acknowledge(reader, now=now, size=MOST_ROWS), as_row),
        returned=_returned(requests.returned(reader, now, size=MOST_ROWS), now) if own else NONE,
        drafts=_requests(requests.drafts(reader, now, size=MOST_ROWS), now, _own_url(RequestStatus.DRAFT)) if own else NONE,
        coming=_requests(requests.coming(reader, now, size=MOST_ROWS), now, _own_url(*IN_FORCE, ahead=True)) if own else NONE,
        may_write=may_write,
        decides=queries.decides_somewhere(reader),
        cares=takes_care(reader),
        ending=ending_rules(local_day(now)) if takes_care(reader) else (),
        decided=just_decided(request.args.get("decided", type=int), reader, now),
        steps=steps_on_desk(reader, now) if takes_care(reader) else (),
        second_step=people.second_step_from(reader, local_day(now)),
        loading=plays.percent() if current_app.config["DEMO"] else None,
    )


def _grouped(waiting: Sequence[ListedReview], as_row: AsRow, now: datetime) -> tuple[ReviewGroup, ...]:
    """Open reviews by due: overdue, due today, the rest; groups with nothing in them are left out."""
    late, today, later = list[ReviewRow](), list[ReviewRow](), list[ReviewRow]()
    for one in waiting:
        overdue, closes = one.due_at is not None and one.due_at < now, closing_day(one.due_at) if one.due_at is not None else None
        (late if overdue else today if closes == local_day(now) else later).append(as_row(one))
    named = ((N_("Overdue"), late), (N_("Due today"), today), (N_("Later"), later))
    return tuple(ReviewGroup(title, tuple(rows)) for title, rows in named if rows)


def _reviews(found: queries.Counted, as_row: AsRow, all_url: str) -> ReviewBlock:
    return ReviewBlock((ReviewGroup(None, tuple(as_row(one) for one in found[0])),), found[1], _all_url(found, all_url))


def _informed(found: queries.Counted, as_row: AsRow) -> ReviewBlock:
    """What I am told; several are marked as read in their list, so it is offered even where all of them are shown."""
    rows = tuple(as_row(one) for one in found[0])
    group = ReviewGroup(None, rows, rows[0].why if len(rows) > 1 and all(one.why == rows[0].why for one in rows) else None)
    return ReviewBlock((group,), found[1], _reviews_url("informed") if found[1] > 1 else None)


def _requests(found: requests.Counted, now: datetime, all_url: str) -> RequestBlock:
    """Requests with how many there are in all."""
    return RequestBlock(request_rows(found[0], now), found[1], _all_url(found, all_url))


def _returned(found: requests.Counted, now: datetime) -> RequestBlock:
    """What came back, with the number of remarks without an answer."""
    counts = queries.remark_counts([one.id for one in found[0]])
    return RequestBlock(request_rows(found[0], now, remarks=counts), found[1], _all_url(found, _own_url(mending=True)))


def _all_url(found: queries.Counted | requests.Counted, all_url: str) -> str | None:
    """Where all of them stand if those shown are not all."""
    shown, count = found
    return all_url if count > len(shown) else None


def _reviews_url(show: str | None = None) -> str:
    """The whole list of such reviews."""
    return url_for("reviews.listing", show=show)


def _own_url(*statuses: RequestStatus, mending: bool = False, ahead: bool = False) -> str:
    """The list of requests, narrowed to one's own that stand so."""
    return url_for("requests.listing", mine="y", status=sorted(statuses), mending="y" if mending else None, ahead="y" if ahead else None)
