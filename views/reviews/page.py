"""Everything a decision needs, on one page."""

from dataclasses import dataclass
from datetime import datetime

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from events.approvals import operations, queries, route
from events.approvals.models import Decision, Review
from events.approvals.vocabulary import OWN_REQUEST, RemarkState, ReviewState, RoundState, SlotKind, Verdict
from events.district import queries as district
from events.foundation import work
from events.foundation.text import Phrase
from events.people.queries import Offices
from events.requests import queries as requests
from events.requests.rules import evident_dangers
from events.requests.vocabulary import Section
from forms.approvals import ApprovalForm, DecisionForm, is_bare_approval
from presenters import content
from presenters.bookings import bookings
from presenters.directories import names_by_code
from presenters.main_facts import main_facts
from presenters.remarks import remark_shown
from presenters.reviews import review_task, standing_word
from presenters.route_picture import route_picture
from presenters.tables.verdicts import VERDICTS
from presenters.working_time import time_left
from views import access
from views.form_again import NotTaken
from views.just_decided import just_decided, recallable
from views.reviews.blueprint import bp


@dataclass(frozen=True, slots=True)
class Present:
    """How a review stands now, and the open one of a later round that took its place."""

    word: Phrase
    newer: Review | None


@bp.get("/<int:review_id>")
@access.staff
def review(review_id: int) -> ResponseReturnValue:
    """The review to decide, or how it was decided."""
    found = queries.review(review_id, current_user)
    return review_page(found, decision_form(found))


def decision_form(found: Review) -> DecisionForm:
    """The form with what this review may decide."""
    reasons = names_by_code(one for one in district.reason_codes() if one.active).items()
    first = next((section for section in Section if section.value in found.watches), Section.CONTENT)
    form = DecisionForm(route.verdicts(found.kind, confirming=found.confirming), reasons, first, found.draft_comment)
    if not form.is_submitted():
        seen_now(form, found)
    return form


def sent_form(review_id: int) -> ApprovalForm | DecisionForm:
    """The form as it was sent. A bare approval asks for nothing of the review; what it may decide, the operation says."""
    return ApprovalForm() if is_bare_approval(request.form) else decision_form(queries.review_to_decide(review_id, current_user))


def undecided_page(not_taken: NotTaken, review_id: int) -> ResponseReturnValue:
    """The page as things stand now, with what was typed; whoever was overtaken and reads on may send it again."""
    found = queries.review(review_id, current_user)
    form = _whole_form(not_taken.form, found)
    if not_taken.conflict:
        seen_now(form, found)
    return review_page(found, form, refusal=not_taken.refusal, conflict=not_taken.conflict, status=not_taken.status)


def _whole_form(sent: ApprovalForm | DecisionForm, found: Review) -> DecisionForm:
    """The form with a field for each section, and the errors of the one that was sent."""
    if isinstance(sent, DecisionForm):
        return sent
    whole = decision_form(found)
    for name, field in sent._fields.items():
        whole[name].errors = field.errors
    return whole


def seen_now(form: DecisionForm, found: Review) -> None:
    """Mark the form as one of what stands now."""
    form.version.data, form.revision_no.data = str(found.version), str(found.round.revision.no)


def review_page(
    found: Review, form: DecisionForm, *, refusal: Phrase | None = None, conflict: Phrase | None = None, status: int = 200
) -> ResponseReturnValue:
    """The page, under the status of what came of the form."""
    now, offices = work.now(), Offices()
    unit = offices.units[found.unit_id].called
    earlier = queries.earlier_decision(found)
    event_request = requests.reading(found.request_id, current_user)
    revision = requests.revision(event_request, found.round.revision.no)
    before = requests.revision(event_request, earlier.round.revision.no) if earlier else None
    names = content.names_for(offices, revision, before)
    said = revision.content()
    old = before.content() if before is not None and before.no != revision.no else None
    own_remarks, others = queries.remarks_beside(found)
    remarks = sorted(others, key=lambda one: one.review.unit_id != found.unit_id)
    answered = queries.answering_names(remarks)
    own, is_open = event_request.own, found.state is ReviewState.OPEN
    verdicts = route.verdicts(found.kind, confirming=found.confirming)
    page = render_template(
        "reviews/review.html",
        form=form,
        review=found,
        revision=revision,
        public=said.public,
        event_request=event_request,
        lead=offices.units[event_request.lead_unit_id],
        unit=unit,
        task=review_task(found, queries.planned(found), unit, public=said.public),
        time=time_left(found, offices, now) if is_open else None,
        may_decide=queries.may_decide(current_user, found) and not own and is_open,
        left_to_colleagues=OWN_REQUEST if own and is_open else None,
        sections=content.sections(said, names, old, watched=found.watches),
        changes=content.differences(said, names, old) if old is not None else None,
        earlier=earlier,
        facts=main_facts(said, names, evident_dangers(said, names.venues, district.rules(), district.rules)),
        bookings=bookings(event_request, revision, now),
        remarks=[remark_shown(one, offices, answered) for one in remarks],
        unanswered=sum(one.state is RemarkState.OPEN and not one.moot for one in remarks),
        own_remarks=[remark_shown(one, offices, {}) for one in own_remarks],
        stages=route_picture(found.round, offices, now, names={}),
        verdicts={one: VERDICTS[one] for one in verdicts},
        may_return=Verdict.RETURN in verdicts,
        recallable=recallable(found, current_user, now),
        decision=_readable_decision(found, now),
        present=_present(found),
        next_url=_another(found.id),
        decided=just_decided(request.args.get("decided", type=int), current_user, now),
        refusal=refusal,
        conflict=conflict,
    )
    return page, status


def _readable_decision(found: Review, now: datetime) -> Decision | None:
    """The decision in force with what was said; the author's side reads it only once the stage is over (cases.md 12)."""
    if found.state is not ReviewState.DECIDED:
        return None
    authors = requests.may_write(current_user, found.round.event_request) and found.decided_by_id != current_user.id
    return None if authors and operations.can_be_recalled(found, now) else queries.effective_decision(found.id)


def _present(found: Review) -> Present:
    """How a review stands that can no longer be decided, and where its successor is."""
    newer = None
    if found.round.state is not RoundState.OPEN:
        current = queries.open_round(found.request_id)
        same = (one for one in current.reviews if one.unit_id == found.unit_id and one.kind is not SlotKind.INFORM) if current else ()
        newer = next((one for one in same if one.state is ReviewState.OPEN), None)
    return Present(standing_word(found), newer)


def _another(review_id: int) -> str | None:
    """The next review that waits for me."""
    following = queries.next_waiting(current_user, besides=review_id)
    return url_for("reviews.review", review_id=following) if following else None
