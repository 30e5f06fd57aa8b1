"""The beginning of a request and its end before it was ever submitted: new, copied, thrown away."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from events.approvals.vocabulary import Act
from events.district import queries as district
from events.foundation import work
from events.foundation.errors import NotFound, NotYours
from events.foundation.search import search_form, searched
from events.foundation.text import N_
from events.people import queries as people
from events.requests import operations, queries
from events.requests.models import EventRequest, RequestTemplate
from events.requests.vocabulary import Section
from forms.request_pages import PlainForm, StartForm
from forms.requests import with_defaults
from presenters.phrases import say
from presenters.tables.acts import ACTS
from views import access
from views.requests.blueprint import bp
from views.requests.draft import with_facts_of_venue

FILED_BY = N_(
    "Requests are filed by authors and by heads of institutions. If this is your task too, ask the administrator for the role of an author."
)


@bp.route("/new", methods=["GET", "POST"])
@access.staff
def new() -> ResponseReturnValue:
    """Three ways to begin: a template, an earlier request, nothing."""
    units = [(one.unit_id, say(one.unit.called)) for one in queries.writing_units(current_user)]
    if not units:
        raise NotYours(FILED_BY)
    templates, earlier = queries.templates(), queries.earlier(current_user)
    form = StartForm(units, [one.key for one in templates], [one.id for one in earlier])
    if len(units) == 1 or not form.unit_id.data:
        form.unit_id.data = units[0][0]
    if form.validate_on_submit():
        made = _begin(form)
        return redirect(url_for("requests.edit", request_id=made.id))
    asked = request.args.get("text", "")
    page = render_template(
        "requests/new.html",
        form=form,
        units=units,
        templates=_matching(templates, asked),
        earlier=earlier,
        asked=asked,
    )
    return page, form.answer_status


@bp.post("/<int:request_id>/copy")
@access.staff
def copy(request_id: int) -> ResponseReturnValue:
    """A new draft that says what this request says."""
    if not PlainForm().validate_on_submit():
        raise NotFound
    made = operations.copy(request_id, by=current_user, now=work.now())
    return redirect(url_for("requests.edit", request_id=made.id))


@bp.post("/<int:request_id>/throw-away")
@access.staff
def throw_away(request_id: int) -> ResponseReturnValue:
    """Drop a draft; the form asked before."""
    if not PlainForm().validate_on_submit():
        raise NotFound
    operations.throw_away(request_id, by=current_user, now=work.now())
    flash(say(ACTS[Act.THROW_AWAY].done))
    return redirect(url_for("requests.listing"))


def _begin(form: StartForm) -> EventRequest:
    """The draft the pressed button asks for, with what goes without saying filled in."""
    now = work.now()
    if form.source.data:
        return operations.copy(form.source.data, by=current_user, now=now)
    made = operations.create(form.unit_id.data, template_key=form.template.data, by=current_user, now=now)
    rules = district.rules()
    content = with_defaults(
        queries.shown(made).content(),
        youngest=rules.youth_age_from,
        oldest=rules.youth_age_to,
        phone=people.unit(made.lead_unit_id).phone,
    )
    operations.save(made.id, with_facts_of_venue(content), sections=list(Section), versions={}, by=current_user, now=now)
    return made


def _matching(templates: Sequence[RequestTemplate], asked: str) -> list[RequestTemplate]:
    """Templates with every word asked for in title or summary."""
    wanted = search_form(asked).split()
    return [one for one in templates if all(word in searched(one.title, one.summary) for word in wanted)]
