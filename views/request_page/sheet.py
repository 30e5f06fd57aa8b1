"""«Лист согласования»: who decided what and when, for the file and for the printer."""

from flask import current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from events.approvals import queries
from events.foundation import work
from events.foundation.errors import NotFound
from events.people.queries import Offices
from events.requests import queries as requests
from events.requests.vocabulary import RevisionState
from presenters.approval_sheet import final_approvals, sheet_round
from views import access
from views.drawing import qr
from views.request_page.blueprint import bp


@bp.get("/<int:request_id>/sheet")
@access.staff
def sheet(request_id: int) -> ResponseReturnValue:
    """All rounds in order, the final approval, the fingerprint of what was approved."""
    event_request, rounds = requests.visible(request_id, current_user), queries.rounds(request_id)
    if not rounds:
        raise NotFound
    offices, address = Offices(), f"{current_app.config['BASE_URL']}{url_for('request_page.show', request_id=request_id)}"
    remarks = [remark for one in rounds for review in one.reviews for remark in review.remarks]
    answered = queries.answering_names(remarks)
    hides = requests.may_write(current_user, event_request)
    revision = requests.in_force(event_request) or next(one for one in reversed(event_request.revisions) if one.hash)
    return render_template(
        "request_page/sheet.html",
        event_request=event_request,
        rounds=[sheet_round(one, offices, answered, hides=hides) for one in reversed(rounds)],
        confirmed=final_approvals(rounds),
        approved=event_request.approved_at,
        revision=revision,
        in_force=revision.state is RevisionState.APPROVED,
        address=address,
        qr=qr(address),
        now=work.now(),
    )
