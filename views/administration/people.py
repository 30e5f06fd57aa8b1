"""People: a new account with its first roles, the roles of one who is there, a new link to set a password."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from events.approvals import operations as approvals
from events.approvals import queries as reviews
from events.district import operations
from events.district.columns import Column
from events.district.directory import Directory
from events.district.kinds import Line, Several
from events.factors import queries as factors
from events.foundation import work
from events.foundation.errors import NotFound, Refused
from events.foundation.text import N_, Phrase
from events.people import operations as people
from events.people import queries
from events.people.directories import PEOPLE, ROLES
from events.people.models import User
from events.people.vocabulary import Role
from events.requests import queries as requests
from forms.directories import DismissForm, EntryForm, entry_form
from presenters.language import gettext as _
from presenters.tables.directories import DIRECTORIES
from views import access
from views.administration.blueprint import bp, picks_of
from views.administration.entries import HeldRole, Roles, Told, entry_page, keep_row

UNIT = Column("unit", N_("Unit"), Line(40), of="units", required=N_("Please choose the unit."))
ROLES_IN_IT = Column("roles", N_("Roles in the unit"), Several(ROLES), required=N_("Please choose at least one role."))
FIRST = (*(one for one in PEOPLE.columns if one.paged), UNIT, ROLES_IN_IT)
"""What a new account is asked for."""


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """How much would wait for nobody, counted."""

    alone: int
    """Reviews nobody else may decide."""
    drafts: int
    on_the_way: int
    coming: int
    charged: int
    """Those of the coming events that name the person in charge."""


@bp.get("/people/new")
@access.staff_as(Role.ADMIN)
def new_person() -> ResponseReturnValue:
    """An empty form."""
    return _new_page(_first_form())


@bp.post("/people/new")
@access.staff_as(Role.ADMIN)
def invite() -> ResponseReturnValue:
    """Make the account and send its owner a link to set a password."""
    form = _first_form()
    if not form.validate_on_submit():
        return _new_page(form)
    typed = form.texts(FIRST)
    held = f"{typed.pop('unit')}: {', '.join(typed.pop('roles').split(';'))}"
    try:
        handle = operations.add_entry(DIRECTORIES["people"], {**typed, "held": held}, by=access.person().actor, now=work.now())
    except Refused as refused:
        return _new_page(form, form.put_refusals(refused))
    flash(_("The account is made. A letter with a link to set the password is on its way."))
    return redirect(url_for(".person", user_id=int(handle)), 303)


@bp.get("/people/rows/<int(max=2147483647):user_id>")
@access.staff_as(Role.ADMIN)
def person(user_id: int) -> ResponseReturnValue:
    """One person."""
    return _person_page(DIRECTORIES["people"], str(user_id))


@bp.post("/people/rows/<int(max=2147483647):user_id>")
@access.staff_as(Role.ADMIN)
def keep_person(user_id: int) -> ResponseReturnValue:
    """Store what is said of the person, and whether the account is open."""
    return keep_row(DIRECTORIES["people"], str(user_id), url_for(".person", user_id=user_id), _person_page)


@bp.post("/people/rows/<int(max=2147483647):user_id>/roles")
@access.staff_as(Role.ADMIN)
def grant(user_id: int) -> ResponseReturnValue:
    """Give roles in a unit; the person's sign-ins end, so that the next goes on with the new rights."""
    form = _role_form()
    if not form.validate_on_submit():
        return _person_page(DIRECTORIES["people"], str(user_id), role_form=form)
    typed, user = form.texts((UNIT, ROLES_IN_IT)), queries.user(user_id)
    unit = queries.unit_by_key(typed["unit"])
    if unit is None:
        raise NotFound
    wanted = [Role(one) for one in typed["roles"].split(";")]
    held = {one.role for one in user.memberships if one.unit_id == unit.id}
    for role in (one for one in wanted if one not in held):
        people.grant(user, unit.id, role, by=access.person().actor, now=work.now())
    flash(_("Saved."))
    return redirect(url_for(".person", user_id=user_id), 303)


@bp.post("/people/rows/<int(max=2147483647):user_id>/roles/end")
@access.staff_as(Role.ADMIN)
def revoke(user_id: int) -> ResponseReturnValue:
    """Take one role away."""
    user = queries.user(user_id)
    asked = (request.form.get("unit_id", type=int), request.form.get("role", ""))
    held = next((one for one in user.memberships if (one.unit_id, one.role.value) == asked), None)
    try:
        if held is None:
            raise Refused(N_("The person does not have this role."))
        people.revoke(user, held.unit_id, held.role, by=access.person().actor, now=work.now())
    except Refused as refused:
        return _person_page(DIRECTORIES["people"], str(user_id), told=Told(refused.phrase))
    flash(_("Saved."))
    return redirect(url_for(".person", user_id=user_id), 303)


@bp.post("/people/rows/<int(max=2147483647):user_id>/link")
@access.staff_as(Role.ADMIN)
def send_link(user_id: int) -> ResponseReturnValue:
    """Send a new link to set a password: invitations get lost, and end after a day."""
    user = queries.user(user_id)
    if not user.active:
        raise Refused(N_("The account is blocked. Admit the person again first."))
    people.ask_reset(user, by=access.person().actor, now=work.now())
    flash(_("A letter with a link to set the password is on its way."))
    return redirect(url_for(".person", user_id=user_id), 303)


@bp.post("/people/rows/<int(max=2147483647):user_id>/second-step")
@access.staff_as(Role.ADMIN)
def reset_second_step(user_id: int) -> ResponseReturnValue:
    """Telephone and paper are lost: the person signs in with the password alone, until a second step is set up again."""
    people.reset_second_step(queries.user(user_id), by=access.person().actor, now=work.now())
    flash(_("The second step is reset. The person is told by letter."))
    return redirect(url_for(".person", user_id=user_id), 303)


@bp.get("/people/rows/<int(max=2147483647):user_id>/dismiss")
@access.staff_as(Role.ADMIN)
def dismissal(user_id: int) -> ResponseReturnValue:
    """What waits for the person, and who could go on with it."""
    return _dismissal_page(queries.user(user_id))


@bp.post("/people/rows/<int(max=2147483647):user_id>/dismiss")
@access.staff_as(Role.ADMIN)
def dismiss(user_id: int) -> ResponseReturnValue:
    """Dismiss the person and hand everything over, in one step."""
    leaving = queries.user(user_id)
    form = DismissForm(_successors(leaving))
    if not form.validate_on_submit():
        return _dismissal_page(leaving, form)
    successor = queries.user(form.successor.data) if form.successor.data else None
    try:
        handed = approvals.dismiss(leaving, successor, by=access.person().actor, now=work.now())
    except Refused as refused:
        return _dismissal_page(leaving, form, form.put_refusals(refused))
    flash(_("The account is closed, all sign-ins have ended."))
    if successor is not None:
        flash(_("%(person)s goes on with the roles and %(count)s requests.", person=successor.full_name, count=len(handed)))
    return redirect(url_for(".person", user_id=user_id), 303)


@bp.post("/people/rows/<int(max=2147483647):user_id>/readmit")
@access.staff_as(Role.ADMIN)
def readmit(user_id: int) -> ResponseReturnValue:
    """Open a closed account again, with the roles it has."""
    user = queries.user(user_id)
    if not user.active:
        people.readmit(user, by=access.person().actor, now=work.now())
    flash(_("Saved."))
    return redirect(url_for(".person", user_id=user_id), 303)


def _dismissal_page(leaving: User, form: DismissForm | None = None, refusal: Phrase | None = None) -> ResponseReturnValue:
    form = form or DismissForm(_successors(leaving))
    page = render_template(
        "administration/dismiss.html",
        user_id=leaving.id,
        name=leaving.full_name,
        roles=_held(leaving),
        left=_left_behind(leaving),
        form=form,
        refusal=refusal,
    )
    return page, 422 if refusal else form.answer_status


def _left_behind(leaving: User) -> LeftBehind:
    left = requests.in_hand(leaving.id)
    return LeftBehind(reviews.waiting_for_alone(leaving), len(left.drafts), len(left.on_the_way), len(left.in_force), len(left.charged))


def _successors(leaving: User) -> list[tuple[int, str]]:
    """Everybody else who works here, the person's own units first."""
    own = {one.unit_id for one in leaving.memberships}
    others = [one for one in queries.users() if one.active and one.id != leaving.id]
    others.sort(key=lambda one: own.isdisjoint(held.unit_id for held in one.memberships))
    return [(one.id, f"{one.full_name}, {one.position}" if one.position else one.full_name) for one in others]


def _new_page(form: EntryForm, refusal: Phrase | None = None) -> ResponseReturnValue:
    page = render_template("administration/new.html", directory=PEOPLE, table=PEOPLE.key, columns=list(FIRST), form=form, refusal=refusal)
    return page, 422 if refusal else form.answer_status


def _person_page(
    directory: Directory, code: str, form: EntryForm | None = None, told: Told | None = None, role_form: EntryForm | None = None
) -> ResponseReturnValue:
    """The row as every directory shows it, and the roles."""
    user = queries.user(int(code))
    roles = Roles(_held(user), role_form or _role_form(), user.active, factors.is_secured(user.id))
    return entry_page(directory, code, form, told, roles)


def _held(user: User) -> tuple[HeldRole, ...]:
    return tuple(HeldRole(one.unit_id, one.role.value, one.unit.called, ROLES[one.role]) for one in user.memberships)


def _first_form() -> EntryForm:
    return entry_form(FIRST, picks_of(FIRST, PEOPLE.offers(), None), {})


def _role_form() -> EntryForm:
    columns = (UNIT, ROLES_IN_IT)
    return entry_form(columns, picks_of(columns, PEOPLE.offers(), None), {})
