"""The list of requests: filters in the address, pages by keyset."""

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


@bp.get("/")
@access.staff
def listing() -> ResponseReturnValue:
    """One page of what the reader may see, newest first."""
    units = [(unit.id, say(unit.called)) for unit in people.units() if unit.kind is not UnitKind.OUTSIDE]
    asked = ListFilter(request.args, units)
    before, after = request.args.get("before", type=int), request.args.get("after", type=int)
    found, more = queries.page(current_user, _wish(asked), before=before, after=after)
    whole = before is None and after is None and not more
    return render_template(
        "requests/list.html",
        asked=asked,
        filtered=any(name in request.args for name in ASKED),
        statuses=[Box(one.data, one.label.text, one.checked) for one in asked.status],
        rows_found=request_rows(found, work.now(), of_units=True),
        count=len(found) if whole else None,
        more_than=None if whole else len(found),
        newer_url=_page_url(after=found[0].id) if found and (more if after is not None else before is not None) else None,
        older_url=_page_url(before=found[-1].id) if found and (more or after is not None) else None,
        may_write=bool(queries.writing_units(current_user)),
    )


def _wish(asked: ListFilter) -> Wish:
    """The filter as the query takes it; what could not be read is not asked for."""
    return Wish(
        text=asked.text.data if not asked.text.errors else "",
        statuses=frozenset(asked.status.data or ()) if not asked.status.errors else frozenset(),
        unit_id=asked.unit.data if not asked.unit.errors else None,
        mine=asked.mine.data,
        mending=asked.mending.data,
        begins_after=work.now() if asked.ahead.data else None,
        since=asked.since.data if not asked.since.errors else None,
        until=asked.until.data if not asked.until.errors else None,
        also=approvals.has_overdue(work.now()) if asked.overdue.data else None,
    )


def _page_url(**edge: Any) -> str:
    """The same list at another page."""
    kept: dict[str, Any] = {name: request.args.getlist(name) for name in ASKED if name in request.args}
    return url_for("requests.listing", **kept, **edge)
