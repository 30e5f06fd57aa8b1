"""The production calendar, year by year: the coordinator reads it, the administrator says what single days are."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from events.foundation import work
from events.foundation.errors import Refused
from events.foundation.place import local_day
from events.foundation.text import N_, Phrase
from events.people import queries as people
from events.people.vocabulary import Role
from events.worktime import operations, queries
from events.worktime.hours import Calendar, Day, beside_decree, eves, months, warning
from events.worktime.models import CalendarYear
from forms.fields import EARLIEST, LATEST
from forms.worktime import ConfirmForm, DayForm, ProposalForm
from presenters.language import gettext as _
from presenters.phrases import say
from presenters.production_calendar import WEEKDAYS, change_shown, month_shown, weekday_heads, year_drawn
from presenters.tables.days import DAYS
from views import access

bp = Blueprint("worktime", __name__)

OUR_FILE = "ru_calendar.json"
"""By this name years loaded before the file named their decrees still go."""


@bp.get("/production-calendar")
@access.staff_as(Role.ADMIN, Role.COORDINATOR)
def this_year() -> ResponseReturnValue:
    """The year it is in Moscow."""
    return redirect(url_for(".show", year=local_day(work.now()).year))


@bp.get("/production-calendar/<int(min=2000, max=2100):year>")
@access.staff_as(Role.ADMIN, Role.COORDINATOR)
def show(year: int) -> ResponseReturnValue:
    """One year. `?day=` puts that day into the administrator's form."""
    calendar = queries.calendar()
    chosen = request.args.get("day", type=date.fromisoformat)
    day = calendar.day(chosen) if chosen is not None and chosen.year == year else None
    return _page(year, calendar, _form(year, day) if _may_edit() else None)


@bp.get("/production-calendar/<int(min=2000, max=2100):year>/days")
@access.staff_as(Role.ADMIN)
def days(year: int) -> ResponseReturnValue:
    """A refused form stands at this address; opened anew, it leads to its year."""
    return redirect(url_for(".show", year=year))


@bp.post("/production-calendar/<int(min=2000, max=2100):year>/days")
@access.staff_as(Role.ADMIN)
def set_day(year: int) -> ResponseReturnValue:
    """Say what one day is."""
    form = _form(year)
    if not form.validate_on_submit():
        return _page(year, queries.calendar(), form)
    wanted = form.wanted
    try:
        changed = operations.set_day(wanted.date, wanted.kind, wanted.short, wanted.works_as, by=current_user.actor, now=work.now())
    except Refused as refused:
        return _page(year, queries.calendar(), form, refusal=form.put_refusals(refused))
    shown = say(wanted.date)
    if changed:
        flash(_("%(day)s is saved. Deadlines of open reviews follow within a minute.", day=shown))
    else:
        flash(_("The calendar says so already: %(day)s.", day=shown))
    return redirect(url_for(".show", year=year), 303)


@bp.get("/production-calendar/<int(min=2000, max=2100):year>/proposal")
@access.staff_as(Role.ADMIN)
def proposal(year: int) -> ResponseReturnValue:
    """A refused form stands at this address; opened anew, it leads to its year."""
    return redirect(url_for(".show", year=year))


@bp.post("/production-calendar/<int(min=2000, max=2100):year>/proposal")
@access.staff_as(Role.ADMIN)
def propose(year: int) -> ResponseReturnValue:
    """Make a year that is not loaded what it will probably be, as a draft."""
    form = _proposal_form(year)
    if not form.validate_on_submit():
        return _page(year, queries.calendar(), _form(year), further=form)
    try:
        operations.propose_year(year, form.days, by=access.person().actor, now=work.now())
    except Refused as refused:
        return _page(year, queries.calendar(), _form(year), form.put_refusals(refused), further=form)
    flash(_("The proposal is kept as a draft. Confirm it when the decree is out."))
    return redirect(url_for(".show", year=year), 303)


@bp.get("/production-calendar/<int(min=2000, max=2100):year>/confirmation")
@access.staff_as(Role.ADMIN)
def confirmation(year: int) -> ResponseReturnValue:
    """A refused form stands at this address; opened anew, it leads to its year."""
    return redirect(url_for(".show", year=year))


@bp.post("/production-calendar/<int(min=2000, max=2100):year>/confirmation")
@access.staff_as(Role.ADMIN)
def confirm(year: int) -> ResponseReturnValue:
    """The draft is decreed as it stands."""
    form = ConfirmForm()
    if not form.validate_on_submit():
        return _page(year, queries.calendar(), _form(year), further=form)
    operations.confirm_year(year, form.source.data, by=access.person().actor, now=work.now())
    flash(_("The calendar of %(year)s is confirmed.", year=year))
    return redirect(url_for(".show", year=year), 303)


def _proposal_form(year: int) -> ProposalForm:
    return ProposalForm([(day, say(day)) for day in eves(year)])


def _page(
    year: int, calendar: Calendar, form: DayForm | None, refusal: Phrase | None = None, further: ProposalForm | ConfirmForm | None = None
) -> ResponseReturnValue:
    """The year, with the forms for whom may edit: of one day, and of the whole year where it is not decreed yet."""
    known = queries.year_of(year)
    if further is None and form is not None:
        further = _proposal_form(year) if known is None else ConfirmForm() if known.draft else None
    shown = months(calendar, year)
    done = queries.changes(year)
    beside = beside_decree(done)
    names = people.full_names({one.by_id for one in done if one.by_id is not None})
    page = render_template(
        "worktime/calendar.html",
        year=year,
        known=known,
        source=_source(year, known),
        warning=warning(frozenset({year}) - calendar.years),
        months=[month_shown(month, [calendar.day(day) for day in beside], beside) for month in shown],
        drawn=year_drawn(calendar, year),
        heads=weekday_heads(),
        beside=len(beside),
        changes=[change_shown(one, names) for one in reversed(done)],
        working_days=sum(month.working_days for month in shown),
        hours=sum(month.hours for month in shown),
        years=[one for one in (year - 1, year + 1) if EARLIEST.year <= one <= LATEST.year],
        form=form,
        further=further,
        refusal=refusal,
    )
    wrong = refusal or (form and form.errors) or (further and further.errors)
    return page, 422 if wrong else 200


def _source(year: int, known: CalendarYear | None) -> Phrase | str:
    """What the year rests on; the name of a file tells a reader nothing."""
    if known is None:
        return N_("weekends and the public holidays of the Labour Code, art. 112")
    if known.source.endswith(OUR_FILE) and not known.draft:
        return N_("government decree on the transfer of days off in %(year)s", year=str(year))
    return known.source if known.source and not known.source.endswith(".json") else N_("not stated")


def _form(year: int, day: Day | None = None) -> DayForm:
    """The form, empty or over what the calendar says of a day."""
    stored = {"day": day.date, "kind": day.kind, "short": day.short, "works_as": day.works_as} if day else {}
    kinds = [(kind, say(words.word)) for kind, words in DAYS.items()]
    return DayForm(year, kinds, [(number, say(name)) for number, name in enumerate(WEEKDAYS)], data=stored)


def _may_edit() -> bool:
    """Whether the reader is an administrator."""
    return any(held.role is Role.ADMIN for held in current_user.memberships)
