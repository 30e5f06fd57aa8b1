"""Rules of the office: all of them with what holds today, and one with its periods, its history and what will hold."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from events.approvals import queries as approvals
from events.district import operations, queries
from events.district.rule_periods import Period, began, stamp
from events.district.rule_values import Counts, Matter, Measure, stored
from events.district.rules import DECLARED
from events.foundation import work
from events.foundation.errors import Conflict, NotFound, Refused
from events.foundation.place import local_day
from events.foundation.search import search_form
from events.foundation.text import N_, Phrase
from events.people import queries as people
from events.people.vocabulary import Role
from forms.rules import EndForm, RemoveForm, RuleForm, rule_form
from presenters.language import gettext as _
from presenters.rules import (
    RuleShown,
    Standing,
    change_shown,
    people_in_routes,
    period_name,
    period_of,
    period_shown,
    rule_shown,
    rule_title,
)
from presenters.tables.rules import COUNTED, MATTERS
from views import access
from views.administration.blueprint import bp

A_DAY = timedelta(days=1)
Form = TypeVar("Form", RuleForm, EndForm, RemoveForm)


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """Rules of one matter; `running_out`: those that end or have ended, of whatever matter."""

    title: Phrase
    rows: tuple[RuleShown, ...]
    running_out: bool = False


@bp.get("/rules/")
@access.staff_as(Role.ADMIN)
def rules() -> ResponseReturnValue:
    """Every rule; those that run out come first."""
    today, routes, text = local_day(work.now()), approvals.routes_in_force(work.now()), request.args.get("text", "")
    words = search_form(text).split()
    periods = queries.periods()
    rows = [rule_shown(key, [one for one in periods if one.key == key], today, routes) for key in DECLARED]
    found = [one for one in rows if all(word in one.searched for word in words)]
    ending = tuple(one for one in found if one.warning)
    groups = [RuleGroup(N_("They run out"), ending, running_out=True)] if ending else []
    for matter in Matter:
        own = tuple(one for one in found if DECLARED[one.key].scope.matter is matter and not one.warning)
        groups += [RuleGroup(MATTERS[matter], own)] if own else []
    return render_template(
        "administration/rules.html", groups=groups, text=text, count=len(found), people=people_in_routes(routes), filtered=bool(words)
    )


@bp.get("/rules/<string:rule_key>")
@access.staff_as(Role.ADMIN)
def rule(rule_key: str) -> ResponseReturnValue:
    """One rule."""
    return _rule_page(rule_key, _new_form(rule_key))


@bp.post("/rules/<string:rule_key>")
@access.staff_as(Role.ADMIN)
def set_rule(rule_key: str) -> ResponseReturnValue:
    """Another value from a day on."""
    form = _new_form(rule_key)
    if not form.validate_on_submit():
        return _rule_page(rule_key, form)
    try:
        operations.set_from(_typed(rule_key, form), form.seen.data or "", by=access.person().actor, now=work.now())
    except Conflict as conflict:
        return _rule_page(rule_key, _renewed(form, rule_key), refusal=conflict.phrase, status=409)
    except Refused as refused:
        return _rule_page(rule_key, form, refusal=form.put_refusals(refused))
    return _saved(rule_key)


@bp.get("/rules/<string:rule_key>/periods/<string:first>")
@access.staff_as(Role.ADMIN)
def period(rule_key: str, first: str) -> ResponseReturnValue:
    """One value with its days: all of it where it has not acted yet, its end and source where it holds."""
    one = _period(rule_key, first)
    return _period_page(rule_key, one, _form_of(rule_key, one))


@bp.post("/rules/<string:rule_key>/periods/<string:first>")
@access.staff_as(Role.ADMIN)
def change_period(rule_key: str, first: str) -> ResponseReturnValue:
    """Change it; what was typed over one that has gone or begun to act meanwhile stands in the form for a new one."""
    one = _found(rule_key, first)
    if one is None or ("value" in request.form and began(one) < local_day(work.now())):
        form = _new_form(rule_key)
        form.validate()
        gone = N_(
            "This value has been taken back or has begun to act meanwhile. What you typed stands here: "
            "save it as a new one if it is needed."
        )
        return _rule_page(rule_key, _renewed(form, rule_key), refusal=gone, status=409)
    form = _form_of(rule_key, one)
    if not form.validate_on_submit():
        return _period_page(rule_key, one, form)
    by, now, seen = access.person().actor, work.now(), form.seen.data or ""
    try:
        if isinstance(form, RuleForm):
            operations.change_period(one.valid_from, _typed(rule_key, form), seen, by=by, now=now)
        else:
            operations.end_period(rule_key, one.valid_from, form.valid_until.data, form.source.data, seen, by=by, now=now)
    except Conflict as conflict:
        return _period_page(rule_key, one, _renewed(form, rule_key), refusal=conflict.phrase, status=409)
    except Refused as refused:
        return _period_page(rule_key, one, form, refusal=form.put_refusals(refused))
    return _saved(rule_key)


@bp.post("/rules/<string:rule_key>/periods/<string:first>/remove")
@access.staff_as(Role.ADMIN)
def remove_period(rule_key: str, first: str) -> ResponseReturnValue:
    """Take it back."""
    one = _period(rule_key, first)
    form = RemoveForm()
    if not form.validate_on_submit():
        return _period_page(rule_key, one, _form_of(rule_key, one, posted=False), removing=form, status=422)
    try:
        operations.remove_period(
            rule_key, one.valid_from, form.seen.data or "", goes_on=form.goes_on.data, by=access.person().actor, now=work.now()
        )
    except Conflict as conflict:
        return _period_page(
            rule_key, one, _form_of(rule_key, one, posted=False), removing=_renewed(form, rule_key), refusal=conflict.phrase, status=409
        )
    except Refused as refused:
        return _period_page(rule_key, one, _form_of(rule_key, one, posted=False), removing=form, refusal=refused.phrase)
    return _saved(rule_key)


def _rule_page(key: str, form: RuleForm, *, refusal: Phrase | None = None, status: int | None = None) -> ResponseReturnValue:
    """The rule with the form for another value."""
    today, periods = local_day(work.now()), queries.periods_of(key)
    acts = queries.rule_changes(key)
    names = people.full_names({one.by_id for one in acts if one.by_id is not None})
    page = render_template(
        "administration/rule.html",
        rule=rule_shown(key, periods, today, approvals.routes_in_force(work.now())),
        counted=COUNTED[DECLARED[key].scope.counts],
        keeps=DECLARED[key].scope.counts in (Counts.EVENT, Counts.HANDING_IN),
        periods=[period_shown(one, periods, today) for one in periods],
        done=[change_shown(one, names) for one in acts],
        form=form,
        refusal=refusal,
    )
    return page, status or (422 if refusal else form.answer_status)


def _period_page(
    key: str,
    one: Period,
    form: EndForm,
    *,
    removing: RemoveForm | None = None,
    refusal: Phrase | None = None,
    status: int | None = None,
) -> ResponseReturnValue:
    """One period with its forms."""
    today, periods = local_day(work.now()), queries.periods_of(key)
    shown = period_shown(one, periods, today)
    if shown.editable and removing is None:
        removing = RemoveForm(formdata=None, data={"seen": stamp(periods), "goes_on": True})
    page = render_template(
        "administration/period.html",
        key=key,
        title=rule_title(key),
        counted=COUNTED[DECLARED[key].scope.counts],
        period=shown,
        others=[period_shown(other, periods, today) for other in periods if other != one],
        form=form,
        removing=removing if shown.editable else None,
        refusal=refusal,
    )
    return page, status or (422 if refusal else form.answer_status)


def _new_form(key: str) -> RuleForm:
    """What holds, from tomorrow on, to be written over."""
    if key not in DECLARED:
        raise NotFound
    today, periods = local_day(work.now()), queries.periods_of(key)
    tomorrow = today + A_DAY
    data = {"value": DECLARED[key].read(period_of(key, periods, today).value), "valid_from": tomorrow, "seen": stamp(periods)}
    return rule_form(DECLARED[key], data=data)


def _form_of(key: str, one: Period, *, posted: bool = True) -> EndForm:
    """The form over a period: whole where it has not acted before today."""
    data: dict[str, Any] = {"valid_until": one.valid_until, "source": one.source, "seen": stamp(queries.periods_of(key))}
    own: dict[str, Any] = {} if posted else {"formdata": None}
    if began(one) < local_day(work.now()):
        return EndForm(data=data, **own)
    return rule_form(DECLARED[key], data={**data, "value": DECLARED[key].read(one.value), "valid_from": one.valid_from}, **own)


def _period(key: str, first: str) -> Period:
    """The period that the address names."""
    found = _found(key, first)
    if found is None:
        raise NotFound
    return found


def _found(key: str, first: str) -> Period | None:
    """The same, None where there is none; one that is over has no page."""
    if key not in DECLARED:
        raise NotFound
    periods, today = queries.periods_of(key), local_day(work.now())
    found = next((one for one in periods if period_name(one) == first), None)
    return None if found is None or period_shown(found, periods, today).standing is Standing.PAST else found


def _typed(key: str, form: RuleForm) -> Period:
    """What stands in the form, as it is stored."""
    value = form["value"].data
    if DECLARED[key].measure is Measure.ROLES:
        value = frozenset(role.value for role in value or ())
    return Period(key, stored(value), form.source.data or "", form.valid_from.data, form.valid_until.data)


def _renewed(form: Form, key: str) -> Form:
    """The form with what was typed, over the state that stands now."""
    form.seen.data = form.seen.raw_data = None
    form.seen.process_data(stamp(queries.periods_of(key)))
    return form


def _saved(key: str) -> ResponseReturnValue:
    flash(_("Saved."))
    return redirect(url_for(".rule", rule_key=key), 303)
