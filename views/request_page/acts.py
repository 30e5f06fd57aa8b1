"""What is done with a whole request under approval and after it: at once, or on a small page that asks for the reason."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from events.approvals import operations, queries
from events.approvals.vocabulary import Act
from events.district import queries as district
from events.foundation import work
from events.foundation.errors import Refused
from events.requests import queries as requests
from events.requests.models import EventRequest
from forms.approvals import DateForm, DateReasonForm, ReasonForm
from presenters.language import gettext as _
from presenters.moments import short_day_time
from presenters.phrases import say
from presenters.tables.acts import ACTS, offered_act
from views import access
from views.request_page.blueprint import bp


@bp.post("/<int:request_id>/take-back")
@access.staff
def take_back(request_id: int) -> ResponseReturnValue:
    """«Забрать на доработку»."""
    operations.take_back(request_id, by=current_user, now=work.now())
    return _on(request_id, Act.TAKE_BACK, "requests.edit")


@bp.post("/<int:request_id>/amend")
@access.staff
def amend(request_id: int) -> ResponseReturnValue:
    """Begin a change to what is approved."""
    operations.amend(request_id, by=current_user, now=work.now())
    return _on(request_id, Act.AMEND, "requests.edit")


@bp.post("/<int:request_id>/restore")
@access.staff
def restore(request_id: int) -> ResponseReturnValue:
    """Take a cancellation back."""
    operations.restore(request_id, by=current_user, now=work.now())
    return _on(request_id, Act.RESTORE)


@bp.post("/<int:request_id>/return-now")
@access.staff
def return_now(request_id: int) -> ResponseReturnValue:
    """«Вернуть сейчас»."""
    operations.return_now(request_id, by=current_user, now=work.now())
    return _on(request_id, Act.RETURN_NOW)


@bp.route("/<int:request_id>/stop", methods=["GET", "POST"])
@access.staff
def stop(request_id: int) -> ResponseReturnValue:
    """«Остановить»: back to the author with a reason."""
    return _with_reason(
        request_id, Act.STOP, lambda form: operations.stop(request_id, reason=form.reason.data, by=current_user, now=work.now())
    )


@bp.route("/<int:request_id>/withdraw", methods=["GET", "POST"])
@access.staff
def withdraw(request_id: int) -> ResponseReturnValue:
    """The request leaves its route; a running change ends alone."""
    return _with_reason(
        request_id, Act.WITHDRAW, lambda form: operations.withdraw(request_id, reason=form.reason.data, by=current_user, now=work.now())
    )


@bp.route("/<int:request_id>/postpone", methods=["GET", "POST"])
@access.staff
def postpone(request_id: int) -> ResponseReturnValue:
    """«Переносится»: the public is warned at once, and the change with the new date begins."""

    def act(form: Any) -> None:
        operations.postpone(request_id, occurrence_key=form.occurrence_key.data, reason=form.reason.data, by=current_user, now=work.now())

    return _with_reason(request_id, Act.POSTPONE, act)


@bp.route("/<int:request_id>/cancel", methods=["GET", "POST"])
@access.staff
def cancel(request_id: int) -> ResponseReturnValue:
    """Cancel the event, or one of its dates."""

    def act(form: Any) -> None:
        operations.cancel(request_id, reason=form.reason.data, occurrence_key=form.occurrence_key.data, by=current_user, now=work.now())

    return _with_reason(request_id, Act.CANCEL, act)


@bp.route("/<int:request_id>/restore-date", methods=["GET", "POST"])
@access.staff
def restore_date(request_id: int) -> ResponseReturnValue:
    """Take the cancelling of one date back."""

    def act(form: Any) -> None:
        operations.restore_date(request_id, occurrence_key=form.occurrence_key.data, by=current_user, now=work.now())

    return _with_reason(request_id, Act.RESTORE_DATE, act)


def _with_reason(request_id: int, act: Act, carry_out: Callable[[Any], None]) -> ResponseReturnValue:
    """The small page that asks why, and the act."""
    event_request = requests.visible(request_id, current_user)
    queries.refuse_impossible(act, current_user, event_request, queries.open_round(request_id), work.now())
    form = _form(event_request, act)
    refusal = None
    if form.validate_on_submit():
        try:
            carry_out(form)
            return _on(request_id, act)
        except Refused as refused:
            refusal = form.put_refusals(refused)
    offered = offered_act(act, district.rules, of_change=requests.is_amendment(event_request))
    page = render_template("request_page/act.html", form=form, offered=offered, event_request=event_request, refusal=refusal)
    return page, form.answer_status


def _form(event_request: EventRequest, act: Act) -> DateReasonForm | DateForm | ReasonForm:
    """What the act asks: the reason, which of the dates it is offered for, or both. The last date that stands goes with the event."""
    now, dates = work.now(), requests.approved_dates(event_request)
    if act is Act.POSTPONE:
        offered = [(one.key, _("%(date)s, the new date is not known yet", date=_when(one))) for one in dates.to_put_off(now)]
        return DateReasonForm(offered, _("the whole event, its new date is known"))
    if act is Act.CANCEL:
        put_off = dates.put_off
        named = [(one.key, _("%(date)s, put off", date=_when(one)) if one in put_off else _when(one)) for one in dates.to_call_off(now)]
        return DateReasonForm(named if len(dates.standing) > 1 else [], _("the whole event"))
    if act is Act.RESTORE_DATE:
        return DateForm([(one.key, _when(one)) for one in queries.to_restore(dates, now)])
    return ReasonForm()


def _when(one: requests.Dated) -> str:
    """The date as a choice is called."""
    return short_day_time(one.starts_at) if one.starts_at else ""


def _on(request_id: int, act: Act, endpoint: str = "request_page.show") -> ResponseReturnValue:
    """To the request with the word of what was done."""
    done = ACTS[act].done
    if done is not None:
        flash(say(done))
    return redirect(url_for(endpoint, request_id=request_id))
