"""The list of requests: filters in the address, pages by keyset."""

from datetime import datetime
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from events.approvals import queries as approvals
from events.foundation import work
from events.people import queries as people
from events.people.vocabulary import UnitKind
from events.requests import queries
from events.requests.queries import Wish
from forms.request_pages import ListFilter
from presenters.phrases import say
from presenters.request_rows import request_rows
from views import access
from views.choices import Box
from views.requests.blueprint import bp

ASKED = ("text", "status", "unit", "mine", "mending", "ahead", "overdue", "since", "until")
"""What of the address narrows the list."""
PAGE_SIZE = queries.PAGE_SIZE
MOST_COUNTED = 1000
"""Beyond it nobody needs the number to the last, and the list would cost more every year."""


@bp.get("/")
@access.staff
def listing() -> ResponseReturnValue:
    """One page of what the reader may see, newest first."""
    units = [(unit.id, say(unit.called)) for unit in people.units() if unit.kind is not UnitKind.OUTSIDE]
    asked = ListFilter(request.args, units)
    now = work.now()
    before, after = request.args.get("before", type=int), request.args.get("after", type=int)
    wish = _wish(asked, now)
    found, more = queries.page(current_user, wish, now, before=before, after=after, size=PAGE_SIZE)
    whole = before is None and after is None and not more
    count, more_than = (len(found), None) if whole else _count(wish, now, len(found), further=before is not None)
    return render_template(
        "requests/list.html",
        asked=asked,
        filtered=_narrowed(),
        statuses=[Box(one.data, one.label.text, one.checked) for one in asked.status],
        rows_found=request_rows(found, now, units=people.Offices().units),
        count=count,
        more_than=more_than,
        newer_url=_page_url(after=found[0].id) if found and (more if after is not None else before is not None) else None,
        older_url=_page_url(before=found[-1].id) if found and (more or after is not None) else None,
        may_write=bool(queries.writing_units(current_user)),
    )


def _narrowed() -> bool:
    """Whether the address asks for a part of the list."""
    return any(name in request.args for name in ASKED)


def _count(wish: Wish, now: datetime, shown: int, *, further: bool) -> tuple[int | None, int | None]:
    """How many requests there are, or than how many there are more. Whoever answers for all of them is told how many the filters find, as
    far as counting costs little; else one sees that there is more than a page, since nobody needs the number of all there ever were.
    `further`: older ones are shown, and a page of newer ones stands before them.
    """
    if not shown:
        return None, None
    if not _narrowed() or not people.takes_care(current_user):
        return None, PAGE_SIZE if further else shown
    found = queries.count(current_user, wish, now, most=MOST_COUNTED)
    return (found, None) if found <= MOST_COUNTED else (None, MOST_COUNTED)


def _wish(asked: ListFilter, now: datetime) -> Wish:
    """The filter as the query takes it; what could not be read is not asked for."""
    return Wish(
        text=asked.text.data if not asked.text.errors else "",
        statuses=frozenset(asked.status.data or ()) if not asked.status.errors else frozenset(),
        unit_id=asked.unit.data if not asked.unit.errors else None,
        mine=asked.mine.data,
        mending=asked.mending.data,
        begins_after=now if asked.ahead.data else None,
        since=asked.since.data if not asked.since.errors else None,
        until=asked.until.data if not asked.until.errors else None,
        also=approvals.OVERDUE if asked.overdue.data else None,
    )


def _page_url(**edge: Any) -> str:
    """The same list at another page."""
    kept: dict[str, Any] = {name: request.args.getlist(name) for name in ASKED if name in request.args}
    return url_for("requests.listing", **kept, **edge)
