"""Turns of approval: the list, the page on which one decides, and acts on a whole request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from events.approvals import operations, queries, route
from events.approvals.models import Decision, Review
from events.approvals.operations import NewRemark
from events.approvals.vocabulary import Act, RemarkState, ReviewState, RoundState, SlotKind
from events.district import queries as district
from events.foundation import work
from events.foundation.errors import Conflict, Refused
from events.foundation.text import N_, Phrase
from events.people import queries as people
from events.people.models import User
from events.people.queries import Offices
from events.requests import queries as requests
from events.requests.models import EventRequest
from events.requests.vocabulary import Section
from forms.approvals import DateReasonForm, DecisionForm, ReasonForm, SeenForm, ShownForm, fresh_nonce
from views import access, contents, turns
from views.presenting import language, say, short_day_time

bp = Blueprint("approvals", __name__)
bp.app_context_processor(lambda: {"nonce": fresh_nonce})

PAGE_SIZE = 30


@dataclass(frozen=True)
class Queue:
    """A list of open turns: its name, how one page of it is read, and how all of it is counted."""

    title: Phrase
    ask: Callable[..., queries.ReviewPage]
    count: Callable[[User], int]


QUEUES = {
    "waiting": Queue(N_("Await me"), queries.waiting_for, queries.count_waiting),
    "informed": Queue(N_("For my information"), queries.to_acknowledge, queries.count_to_acknowledge),
    "orphaned": Queue(N_("Nobody can decide"), queries.orphaned, queries.count_orphaned),
}
"""By the word of the address."""


@bp.get("/reviews/")
@access.staff
def listing() -> ResponseReturnValue:
    """What waits for my decision, what I am told, what nobody can decide, or what I have decided."""
    show, now, offices = request.args.get("show"), work.now(), Offices()
    if show == "decided":
        found, more = queries.decided_by(current_user, before=request.args.get("before", type=int), size=PAGE_SIZE)
        rows = [{**turns.row(one, offices, now), "decision": decision, "state": turns.slot_state(one)} for decision, one in found]
        older = url_for("approvals.listing", show=show, before=found[-1][0].id) if more else None
        return render_template("approvals/list.html", choices=_choices(show), decided=rows, older_url=older)
    name = show if show in QUEUES and _is_offered(show) else "waiting"
    after = request.args.get("after", type=int)
    open_, more = QUEUES[name].ask(current_user, size=PAGE_SIZE, after=after)
    return render_template(
        "approvals/list.html",
        choices=_choices(name),
        queue=name,
        title=QUEUES[name].title,
        rows=[turns.row(one, offices, now) for one in open_],
        form=ShownForm([one.id for one in open_]),
        first_url=_queue_url(name) if after is not None else None,
        next_url=_queue_url(name, after=open_[-1].id) if more else None,
    )


@bp.post("/reviews/acknowledge")
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


@bp.get("/reviews/<int:review_id>")
@access.staff
def review(review_id: int) -> ResponseReturnValue:
    """Everything a decision needs, on one page."""
    found = queries.review(review_id, current_user)
    return _page(found, _form(found))


@bp.post("/reviews/<int:review_id>")
@access.staff
def decide(review_id: int) -> ResponseReturnValue:
    """Decide; refused or overtaken, the same page comes back with everything typed on it."""
    access.require_recent_proof(work.now())
    form = _form(queries.review_to_decide(review_id, current_user))
    if not form.validate_on_submit():
        return _page(queries.review(review_id, current_user), form, status=422)
    version, revision_no = form.seen
    try:
        operations.decide(
            review_id,
            verdict=form.verdict.data,
            version=version,
            revision_no=revision_no,
            comment=form.comment.data,
            remarks=[NewRemark(section, text) for section, text in form.remarks],
            reason_code=form.reason_code.data,
            by=current_user,
            now=work.now(),
        )
    except Refused as refused:
        return _page(queries.review(review_id, current_user), form, refusal=form.put_refusals(refused), status=422)
    except Conflict as conflict:
        return _overtaken(queries.review(review_id, current_user), form, conflict.phrase)
    return redirect(_next_address(review_id))


@bp.post("/reviews/<int:review_id>/recall")
@access.staff
def recall(review_id: int) -> ResponseReturnValue:
    """Take my decision back; its text stands in the form again."""
    operations.recall(review_id, by=current_user, now=work.now())
    flash(_("The decision has been recalled. Its text is kept below."))
    return redirect(url_for("approvals.review", review_id=review_id))


@bp.post("/reviews/<int:review_id>/acknowledge")
@access.staff
def acknowledge(review_id: int) -> ResponseReturnValue:
    """«Ознакомлен»."""
    operations.acknowledge(review_id, by=current_user, now=work.now())
    flash(_("Noted: you have been informed."))
    return redirect(url_for("desk.desk"))


@bp.post("/reviews/<int:review_id>/seen")
@access.staff
def seen(review_id: int) -> ResponseReturnValue:
    """The page was really opened, and how long it was worked on since the last report (cases.md 44)."""
    form = SeenForm()
    seconds = form.active_seconds.data if form.validate_on_submit() else 0
    operations.see(review_id, by=current_user, now=work.now())
    if seconds:
        operations.count_active(review_id, seconds, by=current_user)
    return Response(status=204, mimetype="text/plain")


def _is_offered(queue: str) -> bool:
    """Whether turns of that list can be there for the reader at all."""
    if queue == "informed":
        return queries.decides_somewhere(current_user)
    return queue == "waiting" or queries.answers_for_orphans(current_user)


def _choices(shown: str) -> list[dict[str, Any]]:
    """The lists the reader has, each with its count, and what was decided."""
    offered = [(name, one.title, one.count(current_user)) for name, one in QUEUES.items() if _is_offered(name)]
    made = {"label": N_("Made by me"), "url": _queue_url("decided"), "current": shown == "decided"}
    return [*({"label": title, "url": _queue_url(name), "current": shown == name, "count": n} for name, title, n in offered), made]


def _queue_url(queue: str, **edge: Any) -> str:
    """The address of a list of open turns; the one that waits has the plain one."""
    return url_for("approvals.listing", show=None if queue == "waiting" else queue, **edge)


# --- Acts on a whole request --------------------------------------------------------------------------------------------------------------


@bp.post("/requests/<int:request_id>/take-back")
@access.staff
def take_back(request_id: int) -> ResponseReturnValue:
    """«Забрать на доработку»."""
    operations.take_back(request_id, by=current_user, now=work.now())
    flash(_("The request is yours again. Mend it and submit it once more."))
    return redirect(url_for("requests.edit", request_id=request_id))


@bp.post("/requests/<int:request_id>/amend")
@access.staff
def amend(request_id: int) -> ResponseReturnValue:
    """Begin a change to what is approved."""
    operations.amend(request_id, by=current_user, now=work.now())
    flash(_("You are writing a change. What is approved stays in force until the change is approved too."))
    return redirect(url_for("requests.edit", request_id=request_id))


@bp.post("/requests/<int:request_id>/restore")
@access.staff
def restore(request_id: int) -> ResponseReturnValue:
    """Take a cancellation back."""
    operations.restore(request_id, by=current_user, now=work.now())
    return _back(request_id, _("The event is in force again."))


@bp.post("/requests/<int:request_id>/return-now")
@access.staff
def return_now(request_id: int) -> ResponseReturnValue:
    """«Вернуть сейчас»."""
    operations.return_now(request_id, by=current_user, now=work.now())
    return _back(request_id, _("The request has been returned to its author with the remarks at hand."))


@bp.route("/requests/<int:request_id>/stop", methods=["GET", "POST"])
@access.staff
def stop(request_id: int) -> ResponseReturnValue:
    """«Остановить»: back to the author with a reason."""
    return _with_reason(
        request_id, Act.STOP, lambda form: operations.stop(request_id, reason=form.reason.data, by=current_user, now=work.now())
    )


@bp.route("/requests/<int:request_id>/withdraw", methods=["GET", "POST"])
@access.staff
def withdraw(request_id: int) -> ResponseReturnValue:
    """The request leaves its route; a running change ends alone."""
    return _with_reason(
        request_id, Act.WITHDRAW, lambda form: operations.withdraw(request_id, reason=form.reason.data, by=current_user, now=work.now())
    )


@bp.route("/requests/<int:request_id>/postpone", methods=["GET", "POST"])
@access.staff
def postpone(request_id: int) -> ResponseReturnValue:
    """«Переносится»: the public is warned at once, and the change with the new date begins."""

    def act(form: Any) -> None:
        operations.postpone(request_id, occurrence_key=form.occurrence_key.data, reason=form.reason.data, by=current_user, now=work.now())

    return _with_reason(request_id, Act.POSTPONE, act)


@bp.route("/requests/<int:request_id>/cancel", methods=["GET", "POST"])
@access.staff
def cancel(request_id: int) -> ResponseReturnValue:
    """Cancel the event, or one of its dates."""

    def act(form: Any) -> None:
        operations.cancel(request_id, reason=form.reason.data, occurrence_key=form.occurrence_key.data, by=current_user, now=work.now())

    return _with_reason(request_id, Act.CANCEL, act)


_DONE: Mapping[Act, Phrase] = {
    Act.STOP: N_("The approval has been stopped; the request is back with its author."),
    Act.WITHDRAW: N_("Withdrawn. Those who were asked for a decision have been released."),
    Act.POSTPONE: N_("The public has been warned. Give the new date in the change and submit it."),
    Act.CANCEL: N_("Cancelled. Subscribers and approvers are told."),
}


def _with_reason(request_id: int, act: Act, carry_out: Callable[[Any], None]) -> ResponseReturnValue:
    """The small page that asks why, and the act."""
    event_request = requests.visible(request_id, current_user)
    if act not in queries.acts(current_user, event_request, queries.open_round(request_id), work.now()):
        raise Conflict(N_("This is not possible now: the request has moved on, or it is not yours to do. Look at its present state."))
    form = _dated_form(event_request, act) if act in (Act.POSTPONE, Act.CANCEL) else ReasonForm()
    refusal = None
    if form.validate_on_submit():
        try:
            carry_out(form)
            return _back(request_id, _DONE[act])
        except Refused as refused:
            refusal = form.put_refusals(refused)
    page = render_template(
        "approvals/act.html", form=form, act=act, event_request=event_request, amendment=_is_amended(event_request), refusal=refusal
    )
    return page, form.answer_status


def _is_amended(event_request: EventRequest) -> bool:
    """Whether a change to what is approved is under way."""
    working = requests.working(event_request)
    return working is not None and working.amendment


def _dated_form(event_request: EventRequest, act: Act) -> DateReasonForm:
    """The form with the approved dates that lie ahead and still stand; the last standing date is cancelled with the event."""
    now, fates = work.now(), requests.fates(event_request.id)
    approved = requests.in_force(event_request)
    standing = [one for one in approved.occurrences if one.key not in fates] if approved else []
    ahead = [(one.key, one.starts_at) for one in requests.dates_ahead(event_request, now) if one.key not in fates and one.starts_at]
    whole = _("the whole event, its new date is known") if act is Act.POSTPONE else _("the whole event")
    offered = ahead if act is Act.POSTPONE or len(standing) > 1 else []
    unknown = act is Act.POSTPONE
    return DateReasonForm([(key, _date_choice(starts, unknown=unknown)) for key, starts in offered], whole)


def _date_choice(starts: datetime, *, unknown: bool) -> str:
    """One date in the list."""
    when = short_day_time(starts)
    return _("%(date)s, the new date is not known yet", date=when) if unknown else when


def _back(request_id: int, said: Phrase | str) -> ResponseReturnValue:
    """To the request's page with the word of what was done."""
    flash(say(said))
    return redirect(url_for("request_page.show", request_id=request_id))


# --- The page of a decision ---------------------------------------------------------------------------------------------------------------


def _form(found: Review) -> DecisionForm:
    """The form with what this turn may decide."""
    column = "name_en" if language() == "en" else "name"
    reasons = [(one.code, getattr(one, column)) for one in district.reason_codes()]
    first = next((section for section in Section if section.value in found.watches), Section.CONTENT)
    form = DecisionForm(route.verdicts(found.kind, confirming=found.confirming), reasons, first, found.draft_comment)
    if not form.is_submitted():
        form.version.data, form.revision_no.data = str(found.version), str(found.round.revision.no)
    return form


def _overtaken(found: Review, form: DecisionForm, conflict: Phrase) -> ResponseReturnValue:
    """The page as things stand now, with what was typed; whoever reads on may send it again."""
    form.version.data, form.revision_no.data = str(found.version), str(found.round.revision.no)
    return _page(found, form, conflict=conflict, status=409)


def _page(
    found: Review, form: DecisionForm, *, refusal: Phrase | None = None, conflict: Phrase | None = None, status: int = 200
) -> ResponseReturnValue:
    """The page, under the status of what came of the form."""
    now, offices = work.now(), Offices()
    earlier = queries.earlier_decision(found)
    revision = found.round.revision
    before = earlier.round.revision if earlier else None
    names = contents.names_for(offices, revision, before)
    content = revision.content()
    old = before.content() if before is not None and before.no != revision.no else None
    remarks = sorted(queries.earlier_remarks(found), key=lambda one: one.review.unit_id != found.unit_id)
    answered = queries.answering_names(remarks)
    able = queries.may_decide(current_user, found) and not queries.is_author(current_user, found.request_id)
    return (
        render_template(
            "approvals/review.html",
            form=form,
            review=found,
            revision=revision,
            event_request=found.round.event_request,
            lead=people.unit(found.round.event_request.lead_unit_id),
            task=turns.why(queries.planned(found)),
            note=queries.planned(found).note,
            time=turns.time_of(found, offices, now) if found.state is ReviewState.OPEN else {},
            may_decide=able and found.state is ReviewState.OPEN,
            own=queries.is_author(current_user, found.request_id),
            sections=contents.sections(content, names, old, watched=found.watches),
            changes=contents.differences(content, names, old) if old is not None else None,
            earlier=earlier,
            facts=contents.six_facts(content, names),
            bookings=contents.bookings(found.round.event_request, revision, now),
            remarks=[turns.remark(one, answered) for one in remarks],
            unanswered=sum(one.state is RemarkState.OPEN for one in remarks),
            own_remarks=[turns.remark(one, {}) for one in found.remarks],
            stages=turns.picture(found.round, offices, now, names={}, mine=[]),
            verdicts=route.verdicts(found.kind, confirming=found.confirming),
            recallable=turns.recallable(found, current_user, now),
            decision=_readable_decision(found, now),
            present=_present(found),
            next_url=_another(found.id),
            decided=turns.just_decided(request.args.get("decided", type=int), current_user, now),
            refusal=refusal,
            conflict=conflict,
        ),
        status,
    )


def _readable_decision(found: Review, now: datetime) -> Decision | None:
    """The decision in force with what was said; the author's side reads it only once the stage is over (cases.md 12)."""
    if found.state is not ReviewState.DECIDED:
        return None
    authors = requests.may_write(current_user, found.round.event_request) and found.decided_by_id != current_user.id
    return None if authors and operations.can_be_recalled(found, now) else queries.effective_decision(found.id)


def _present(found: Review) -> dict[str, Any]:
    """How a turn stands that can no longer be decided, and where its successor is."""
    newer = None
    if found.round.state is not RoundState.OPEN:
        current = queries.open_round(found.request_id)
        same = (one for one in current.reviews if one.unit_id == found.unit_id and one.kind is not SlotKind.INFORM) if current else ()
        newer = next((one for one in same if one.state is ReviewState.OPEN), None)
    return {"state": turns.slot_state(found), "word": turns.slot_word(found), "newer": newer}


def _another(review_id: int) -> str | None:
    """The next turn that waits for me."""
    following = queries.next_waiting(current_user, besides=review_id)
    return url_for("approvals.review", review_id=following) if following else None


def _next_address(review_id: int) -> str:
    """Where one goes after deciding: the next turn, else the desk; either says what was decided and how to take it back."""
    following = queries.next_waiting(current_user, besides=review_id)
    if following is None:
        return url_for("desk.desk", decided=review_id)
    return url_for("approvals.review", review_id=following, decided=review_id)
