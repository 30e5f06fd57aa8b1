"""«Проверить и подать»: everything that is missing at once, the way ahead, and the submission itself."""

from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from events.approvals import operations as approvals_operations
from events.approvals import queries as approvals
from events.foundation import work
from events.foundation.errors import Refused
from events.foundation.text import N_
from events.requests.fields import SECTION_TITLES
from events.requests.rules import Finding
from forms.request_pages import SubmitForm
from views import access
from views.requests.blueprint import bp, page_of
from views.requests.draft import Draft, open_draft
from views.requests.picture import Side, side_of


@bp.get("/<int:request_id>/check")
@access.staff
def check(request_id: int) -> ResponseReturnValue:
    """What is missing, each linked to its field; warnings apart; the route and when it would end."""
    draft = open_draft(request_id)
    if draft is None:
        return redirect(page_of(request_id))
    return _page(draft, SubmitForm(data={"version": draft.event_request.version}))


@bp.post("/<int:request_id>/submit")
@access.staff
def submit(request_id: int) -> ResponseReturnValue:
    """Hand it in; when that is refused, the same page says why."""
    draft = open_draft(request_id)
    if draft is None:
        return redirect(page_of(request_id))
    form, refusal = SubmitForm(), None
    if form.validate_on_submit():
        try:
            approvals_operations.submit(
                request_id, version=form.seen_version, confirmed=form.confirm.data, by=current_user, now=work.now()
            )  # fmt: skip
            return redirect(page_of(request_id))
        except Refused as refused:
            form.put_refusals(refused)
            refusal = refused.phrase
    return _page(draft, form, refusal=refusal), 422


def _page(draft: Draft, form: SubmitForm, **values: Any) -> str:
    """The check of what is stored."""
    beside = side_of(draft.event_request, draft.content, work.now())
    waiting = approvals.unanswered(draft.event_request.id, blocking=True)
    missing = [_line(draft, one) for one in beside.problems] + _hindrances(draft, beside, waiting)
    return render_template(
        "requests/check.html", draft=draft, form=form, side=beside, missing=missing,
        warnings=[_line(draft, one) for one in beside.warnings], **values,
    )  # fmt: skip


def _line(draft: Draft, finding: Finding) -> dict[str, Any]:
    """One finding with the way to its field."""
    rows = {one.key: f"occurrences-{place}-day" for place, one in enumerate(draft.content.occurrences)}
    anchor = rows.get(finding.occurrence or "", finding.field)
    url = url_for("requests.edit", request_id=draft.event_request.id, missing=1, _anchor=anchor)
    return {"text": finding.phrase, "url": url, "source": finding.source, "section": SECTION_TITLES[finding.section]}


def _hindrances(draft: Draft, beside: Side, waiting: int) -> list[dict[str, Any]]:
    """What no field of the form alone is to blame for: a taken venue, unanswered remarks, no route."""
    form = url_for("requests.edit", request_id=draft.event_request.id)
    found = [
        {
            "text": N_("“%(venue)s” is taken on %(starts)s.", venue=clash["venue"], starts=clash["span"].start),
            "url": f"{form}#occurrences-{clash['row']}-day",
        }
        for clash in beside.clashes
    ]
    if waiting:
        found.append({"text": N_("Answer %(n)s remark.", "Answer %(n)s remarks.", waiting), "url": f"{form}#remarks"})
    if beside.preview.refusal:
        found.append({"text": beside.preview.refusal, "url": None})
    return found
