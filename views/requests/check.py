"""«Проверить и подать»: everything that is missing at once, the way ahead, and the submission itself."""

from collections.abc import Sequence
from dataclasses import replace

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from events.approvals import operations as approvals_operations
from events.approvals import planning
from events.approvals.planning import Hindered, Hindrances, Preview
from events.foundation import work
from events.foundation.errors import Refused
from events.foundation.text import N_, Phrase
from events.requests.rules import Finding
from forms.request_pages import SubmitForm
from presenters import preview
from presenters.preview import TakenVenue
from views import access
from views.missing_line import MissingLine
from views.requests.blueprint import bp, page_of
from views.requests.draft import Draft, open_draft


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
    form, refusal, ahead = SubmitForm(), None, None
    if form.validate_on_submit():
        try:
            approvals_operations.submit(
                request_id, version=form.seen_version, confirmed=form.confirm.data, by=current_user, now=work.now()
            )  # fmt: skip
            return redirect(page_of(request_id))
        except Refused as refused:
            form.put_refusals(refused)
            refusal = refused.phrase
            ahead = refused.ahead if isinstance(refused, Hindered) else None
    return _page(draft, form, refusal=refusal, ahead=ahead), 422


def _page(draft: Draft, form: SubmitForm, *, refusal: Phrase | None = None, ahead: Preview | None = None) -> str:
    """The check of what is stored; `ahead`: its preview, where it has been worked out already."""
    ahead = ahead or planning.preview(draft.event_request, draft.content, work.now())
    beside = preview.shown(draft.event_request, draft.content, ahead)
    return render_template(
        "requests/check.html",
        draft=draft,
        form=form,
        side=replace(beside, taken=(), overcrowded=()),  # they stand among what is missing, and are put right in the form
        missing=[_line(draft, one) for one in ahead.hindrances.problems] + _further(draft, ahead.hindrances, beside.taken),
        warnings=[_line(draft, one) for one in ahead.advice],
        refusal=refusal,
    )


def _line(draft: Draft, finding: Finding) -> MissingLine:
    rows = {one.key: f"occurrences-{place}-{finding.part}" for place, one in enumerate(draft.content.occurrences)}
    anchor = rows.get(finding.occurrence or "", finding.field)
    return MissingLine(
        finding.phrase, url_for("requests.edit", request_id=draft.event_request.id, missing=1, _anchor=anchor), finding.source
    )  # fmt: skip


def _further(draft: Draft, found: Hindrances, taken: Sequence[TakenVenue]) -> list[MissingLine]:
    """What no field of the form alone is to blame for: a taken venue, unanswered remarks, no route."""
    form = url_for("requests.edit", request_id=draft.event_request.id)
    lines = [
        MissingLine(N_("“%(venue)s” is taken on %(starts)s.", venue=one.venue, starts=one.span.start), f"{form}#occurrences-{one.row}-day")
        for one in taken
    ]
    if found.unanswered:
        lines.append(MissingLine(N_("Answer %(n)s remark.", "Answer %(n)s remarks.", found.unanswered), f"{form}#remarks"))
    if found.refusal:
        lines.append(MissingLine(found.refusal, None))
    return lines
