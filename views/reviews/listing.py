"""Lists of reviews: what waits for the reader, what he is told, what nobody can decide, what he has decided."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from events.approvals import operations, queries
from events.foundation import work
from events.foundation.text import N_, Phrase
from events.people.models import User
from events.people.queries import Offices
from forms.approvals import ShownForm
from presenters.language import gettext as _
from presenters.language import ngettext
from presenters.reviews import decided_row, review_row
from views import access
from views.choices import Choice
from views.reviews.blueprint import bp

PAGE_SIZE = 30


@dataclass(frozen=True)
class Queue:
    """A list of open reviews: its name, how one page of it is read, and how all of it is counted.

    `empty` and `to_come` are said when there is nothing in it, `hint` above its rows. `others`: the rows say whose review it is;
    `noted`: all that is shown can be marked at once, and the next event stands first.
    """

    title: Phrase
    ask: Callable[..., queries.ReviewPage]
    count: Callable[[User], int]
    empty: Phrase
    to_come: Phrase
    hint: Phrase | None = None
    others: bool = False
    noted: bool = False


QUEUES = {
    "waiting": Queue(
        N_("Await me"),
        queries.waiting_for,
        queries.count_waiting,
        N_("Nothing awaits you"),
        N_("Requests that need your decision will stand here."),
    ),
    "informed": Queue(
        N_("For my information"),
        queries.to_acknowledge,
        queries.count_to_acknowledge,
        N_("Nothing to take note of"),
        N_("What your unit is told about, without having to decide, will stand here."),
        hint=N_("The next event comes first; events that are over, called off or without a date come last."),
        noted=True,
    ),
    "orphaned": Queue(
        N_("Nobody can decide"),
        queries.orphaned,
        queries.count_orphaned,
        N_("Every review has somebody to decide it"),
        N_("Reviews by units in which nobody may decide will stand here."),
        others=True,
    ),
}
"""By the word of the address."""


@bp.get("/")
@access.staff
def listing() -> ResponseReturnValue:
    """What waits for my decision, what I am told, what nobody can decide, or what I have decided."""
    show, now, offices = request.args.get("show"), work.now(), Offices()
    if show == "decided":
        found, more = queries.decided_by(current_user, now=now, before=request.args.get("before", type=int), size=PAGE_SIZE)
        rows = [decided_row(one, offices) for one in found]
        older = url_for("reviews.listing", show=show, before=found[-1].id) if more else None
        return render_template("reviews/list.html", choices=_choices(show), decided=rows, older_url=older)
    name = show if show in QUEUES and _is_offered(show) else "waiting"
    after = request.args.get("after", type=int)
    open_, more = QUEUES[name].ask(current_user, now=now, size=PAGE_SIZE, after=after)
    return render_template(
        "reviews/list.html",
        choices=_choices(name),
        queue=QUEUES[name],
        rows=[review_row(one, offices, now) for one in open_],
        form=ShownForm([one.id for one in open_]),
        first_url=_queue_url(name) if after is not None else None,
        next_url=_queue_url(name, after=open_[-1].id) if more else None,
    )


@bp.post("/acknowledge")
@access.staff
def acknowledge_shown() -> ResponseReturnValue:
    """«Ознакомлен» with all that one page of the list showed."""
    form = ShownForm()
    noted = operations.acknowledge_all(form.review_ids[:PAGE_SIZE], by=current_user, now=work.now()) if form.validate_on_submit() else 0
    if noted:
        flash(ngettext("Noted: you have been informed of %(num)s request.", "Noted: you have been informed of %(num)s requests.", noted))
    else:
        flash(_("Nothing was left to note: the list has changed meanwhile."))
    return redirect(_queue_url("informed"))


def _is_offered(queue: str) -> bool:
    """Whether reviews of that list can be there for the reader at all."""
    if queue == "informed":
        return queries.decides_somewhere(current_user)
    return queue == "waiting" or queries.answers_for_orphans(current_user)


def _choices(shown: str) -> list[Choice]:
    """The lists the reader has, each with its count, and what was decided."""
    offered = [(name, one) for name, one in QUEUES.items() if _is_offered(name)]
    return [
        *(Choice(one.title, _queue_url(name), shown == name, one.count(current_user)) for name, one in offered),
        Choice(N_("Made by me"), _queue_url("decided"), shown == "decided"),
    ]


def _queue_url(queue: str, *, after: int | None = None) -> str:
    """The address of a list of reviews; the one that waits has the plain one."""
    return url_for("reviews.listing", show=None if queue == "waiting" else queue, after=after)
