"""«Лист согласования»: who decided what and when, for the file and for the printer."""

from collections.abc import Mapping
from typing import Any

from flask import current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from events.approvals import queries
from events.approvals.models import Review, Round
from events.approvals.vocabulary import ReviewState, RoundState, SlotKind
from events.foundation import work
from events.foundation.errors import NotFound
from events.people.queries import Offices
from events.requests import queries as requests
from events.requests.vocabulary import RevisionState
from views import access, turns
from views.presenting import qr
from views.request_page.blueprint import bp
from views.request_page.page import round_name


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
    confirmed = [one for round_ in rounds if round_.state is RoundState.APPROVED for one in round_.reviews if _confirms(one)]
    revision = requests.in_force(event_request) or next(one for one in reversed(event_request.revisions) if one.hash)
    return render_template(
        "request_page/sheet.html",
        event_request=event_request,
        rounds=[_round(one, offices, answered, hides=hides) for one in reversed(rounds)],
        confirmed=[one for one in confirmed if one.round is confirmed[0].round] if confirmed else [],
        approved=event_request.approved_at,
        revision=revision,
        in_force=revision.state is RevisionState.APPROVED,
        address=address,
        qr=qr(address),
        now=work.now(),
    )


def _confirms(review: Review) -> bool:
    """A final approval that was given."""
    return review.confirming and review.kind is SlotKind.GATE and review.verdict is not None and review.verdict.positive


def _round(round_: Round, offices: Offices, answered: Mapping[int, str], *, hides: bool) -> dict[str, Any]:
    """A round as a table: turns that took part, in the order of the route."""
    asked = [one for one in round_.reviews if one.opened_at is not None or one.state is ReviewState.CARRIED]
    return {
        "title": round_name(round_),
        "revision": round_.revision.no,
        "rows": [_row(one, offices, answered, hides=hides) for one in asked],
    }


def _row(review: Review, offices: Offices, answered: Mapping[int, str], *, hides: bool) -> dict[str, Any]:
    """One line of the sheet."""
    return {
        "unit": review.unit.short_name,
        "person": review.decided_by,
        "acting": turns.acting(review),
        "received": review.opened_at,
        "state": turns.slot_state(review),
        "word": turns.slot_word(review),
        "decided": review.decided_at,
        "took": turns.taken(review, offices).get("took"),
        "remarks": [turns.remark(one, answered) for one in review.remarks if one.released or not hides],
    }
