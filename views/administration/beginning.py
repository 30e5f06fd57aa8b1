"""The first steps: what is still missing before a request can go its way, and the places that have no directory of their own."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from events.beginning import example, operations, queries
from events.beginning.operations import missing_units
from events.district import operations as district_operations
from events.district import queries as district_queries
from events.district.directory import stamp
from events.foundation import work
from events.foundation.errors import Refused
from events.foundation.text import N_, Name, Phrase
from events.people.vocabulary import Role
from forms.administration import DistrictForm
from presenters.first_steps import faults_said, letter_missing
from presenters.language import gettext as _
from views import access
from views.administration.blueprint import bp
from views.first_steps import has_mail_server, led_steps


@dataclass(frozen=True, slots=True)
class LackingUnit:
    """A unit that the routes of the example ask and that is not there."""

    key: str
    called: Name


OVERTAKEN = N_(
    "Somebody has changed this meanwhile. What you typed is below; what is stored now: %(name)s, %(address)s. Save it again to keep yours."
)


@bp.get("/first-steps")
@access.staff_as(Role.ADMIN)
def first_steps() -> ResponseReturnValue:
    """All steps, done or not."""
    return render_template("administration/first_steps.html", steps=led_steps(work.now()))


@bp.post("/first-steps/fold")
@access.staff_as(Role.ADMIN)
def fold_first_steps() -> ResponseReturnValue:
    """Away from the reader's desk."""
    operations.fold(access.person().id)
    flash(_("The list is off your desk. It stays under Administration, First steps."))
    return redirect(url_for("desk.desk"), 303)


@bp.get("/first-steps/routes")
@access.staff_as(Role.ADMIN)
def first_routes() -> ResponseReturnValue:
    """Which routes are in force, and which of the units they ask cannot decide."""
    return _routes_page()


@bp.post("/first-steps/routes")
@access.staff_as(Role.ADMIN)
def take_routes() -> ResponseReturnValue:
    """Begin with the routes of the example."""
    try:
        operations.take_routes(by=access.person().actor, now=work.now())
    except Refused as refused:
        return _routes_page(refused.phrase)
    flash(_("The routes of the example are in force."))
    return redirect(url_for(".first_routes"), 303)


@bp.post("/first-steps/units")
@access.staff_as(Role.ADMIN)
def add_missing_units() -> ResponseReturnValue:
    """Add the units that the routes of the example ask."""
    try:
        operations.add_missing_units(by=access.person().actor, now=work.now())
    except Refused as refused:
        return _routes_page(refused.phrase)
    flash(_("The units are added. Their names and codes can be changed under Units."))
    return redirect(url_for(".first_routes"), 303)


@bp.get("/first-steps/letter")
@access.staff_as(Role.ADMIN)
def first_letter() -> ResponseReturnValue:
    """What has become of the last trial letter."""
    letter = queries.trial_letter()
    return render_template(
        "administration/first_letter.html",
        address=access.person().email,
        missing=letter_missing(letter, mail_server=has_mail_server()),
        sent_at=letter.sent_at if letter else None,
        error=letter.last_error if letter and letter.sent_at is None else "",
    )


@bp.post("/first-steps/letter")
@access.staff_as(Role.ADMIN)
def send_trial_letter() -> ResponseReturnValue:
    """Queue one to the reader."""
    operations.send_trial(access.person(), now=work.now())
    flash(_("The trial letter is queued. Reload the page in a minute."))
    return redirect(url_for(".first_letter"), 303)


@bp.get("/district")
@access.staff_as(Role.ADMIN)
def district() -> ResponseReturnValue:
    """What the district is called and where its administration is."""
    stands = _stands()
    return _district_page(DistrictForm(formdata=None, data={**stands, "seen": stamp(stands)}))


@bp.post("/district")
@access.staff_as(Role.ADMIN)
def keep_district() -> ResponseReturnValue:
    """Store it; who was overtaken sees what the other has written."""
    form, stands = DistrictForm(), _stands()
    if not form.validate():
        return _district_page(form)
    if form.seen.data != stamp(stands):
        form.seen.process_data(stamp(stands))
        return _district_page(form, Phrase(OVERTAKEN.msgid, params=stands), 409)
    try:
        district_operations.name_district(form["name"].data, form.address.data, by=access.person().actor, now=work.now())
    except Refused as refused:
        return _district_page(form, form.put_refusals(refused))
    flash(_("Saved."))
    return redirect(url_for(".district"), 303)


def _routes_page(refusal: Phrase | None = None) -> ResponseReturnValue:
    now = work.now()
    in_force = queries.routes_named(now)
    lacking = [] if in_force else [LackingUnit(row["key"], Name(row["ru"], row.get("en", ""))) for row in missing_units(example.read())]
    page = render_template(
        "administration/first_routes.html",
        routes=in_force,
        lacking=lacking,
        faults=faults_said(queries.route_faults(now)),
        refusal=refusal,
    )
    return page, 422 if refusal else 200


def _district_page(form: DistrictForm, refusal: Phrase | None = None, status: int | None = None) -> ResponseReturnValue:
    page = render_template("administration/district.html", form=form, refusal=refusal)
    return page, status or (422 if refusal else form.answer_status)


def _stands() -> dict[str, str]:
    """What is stored now."""
    present = district_queries.present_district()
    return {"name": present.name, "address": present.address} if present else {"name": "", "address": ""}
