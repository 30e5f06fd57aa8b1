"""«Sign-in and security»: the password, what is shown beside it, and where one is signed in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from events.factors import operations as factors
from events.factors import queries as factors_held
from events.factors import rules
from events.factors.queries import Held
from events.foundation import work
from events.foundation.errors import NotNow, Refused
from events.foundation.place import local_day
from events.people import operations, queries
from forms.people import AppCodeForm
from presenters.devices import device
from presenters.language import gettext as _
from presenters.phrases import say
from views import access
from views.drawing import qr_once
from views.people import refused
from views.people.accounts import TOKEN, bp, keys
from views.people.challenges import party, party_here
from views.people.provider import passwords_open

FRESH = timedelta(minutes=15)
"""How old a sign-in may be at a change of what is shown beside the password: nobody adds theirs at a desk left for a while."""
CODES = "recovery-codes"
CODES_LAST = timedelta(minutes=10)
APP = "people.app"


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in that lasts; `device` is empty when the browser says nothing known, `present` is the one the page was asked with."""

    id: int
    device: str
    signed_in: datetime
    seen: datetime
    present: bool


@dataclass(frozen=True, slots=True)
class SecretShown:
    """A new secret: as a picture, in groups to be typed, and as an address for an app on the same telephone."""

    picture: Markup
    grouped: str
    address: str


@bp.get("/profile/security")
@access.while_unsecured
@access.staff
def security() -> ResponseReturnValue:
    """All of it."""
    user_id, login = access.person().id, g.login
    sessions = [
        SignIn(one.id, device(one.agent), one.created_at, one.seen_at, present=one.id == login.session_id)
        for one in queries.live_sessions(user_id, work.now())
    ]
    held: Held = factors_held.held(user_id)
    today = local_day(work.now())
    needed = queries.second_step_from(access.person(), today)
    return render_template(
        "people/security.html",
        held=held,
        all_codes=rules.RECOVERY_CODES,
        sessions=sessions,
        party=party(),
        here=party_here() is not None,
        needed=needed,
        now_needed=needed == today,
        passwords=passwords_open(),
    )


@bp.post("/profile/security/app")
@access.while_unsecured
@access.staff
def propose_app() -> ResponseReturnValue:
    """Make a secret, then show it."""
    if not is_fresh():
        return prove_first()
    factors.propose_app(access.person().id, keys(), now=work.now())
    return redirect(url_for("people.app"), 303)


@bp.get("/profile/security/app")
@access.while_unsecured
@access.staff
def app() -> ResponseReturnValue:
    """The secret, until its first code was typed."""
    if not is_fresh():
        return prove_first()
    form = AppCodeForm(formdata=None)
    refused.recall(APP, form)
    return _app_page(form, status=200)


@bp.post("/profile/security/app/code")
@access.while_unsecured
@access.staff
def confirm_app() -> ResponseReturnValue:
    """The first code: from now on the app is asked for. A refusal leads back, for no page with the secret is to be kept."""
    if not is_fresh():
        return prove_first()
    form, person = AppCodeForm(), access.person()
    if not form.validate():
        return refused.lead_to(APP, form) or _app_page(form)
    try:
        code = rules.bare_code(form.code.data) or ""
        made = factors.confirm_app(person.id, code, keys(), by=person.actor, now=work.now())
    except NotNow as late:
        flash(say(late.phrase))
        return redirect(url_for("people.security"), 303)
    except Refused as wrong:
        form.put_refusals(wrong)
        return refused.lead_to(APP, form) or _app_page(form)
    refused.forget()
    flash(_("The app is set up. From now on its code is asked for after the password."))
    return on_with(made)


@bp.post("/profile/security/app/remove")
@access.staff
def remove_app() -> ResponseReturnValue:
    """Ask for it no longer."""
    if not is_fresh():
        return prove_first()
    factors.remove_app(access.person().id, by=access.person().actor, now=work.now())
    flash(_("The app is no longer asked for."))
    return redirect(url_for("people.security"), 303)


@bp.post("/profile/security/codes")
@access.while_unsecured
@access.staff
def renew_codes() -> ResponseReturnValue:
    """Ten new codes instead of those left."""
    person = access.person()
    if not is_fresh():
        return prove_first()
    if not factors_held.is_secured(person.id):
        return redirect(url_for("people.security"), 303)
    return on_with(factors.renew_codes(person.id, keys(), by=person.actor, now=work.now()))


@bp.get("/profile/security/codes")
@access.while_unsecured
@access.staff
def codes() -> ResponseReturnValue:
    """The codes just made, once: they come sealed in the browser's own cookie and are kept nowhere."""
    sealed = session.pop(CODES, None)
    plain = rules.unseal(sealed, access.person().id, keys(), within=CODES_LAST) if isinstance(sealed, str) else None
    if plain is None:
        return redirect(url_for("people.security"), 303)
    return render_template("people/recovery_codes.html", codes=plain.split())


@bp.post("/profile/sessions/<int(max=2147483647):session_id>/end")
@access.while_unsecured
@access.staff
def end_session(session_id: int) -> ResponseReturnValue:
    """End one of my sign-ins."""
    operations.end_session(session_id, by=access.person(), now=work.now())
    flash(_("That device has been signed out."))
    return redirect(url_for("people.security"), 303)


@bp.post("/profile/sessions/end")
@access.while_unsecured
@access.staff
def end_other_sessions() -> ResponseReturnValue:
    """End every sign-in of mine but this one."""
    person = access.person()
    operations.end_sessions(person.id, by=person.actor, now=work.now(), except_token=session[TOKEN])
    flash(_("Other devices have been signed out."))
    return redirect(url_for("people.security"), 303)


def _app_page(form: AppCodeForm, *, status: int = 422) -> ResponseReturnValue:
    person = access.person()
    secret = factors_held.proposed_secret(person.id, keys(), work.now())
    if secret is None:
        return redirect(url_for("people.security"), 303)
    address = rules.provisioning(secret, person.email)
    grouped = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    shown = SecretShown(qr_once(address), grouped, address)
    return render_template("people/app.html", form=form, shown=shown), status


def on_with(made: list[str]) -> ResponseReturnValue:
    """To the codes that are shown once, where there are some."""
    if not made:
        return redirect(url_for("people.security"), 303)
    session[CODES] = rules.seal("\n".join(made), access.person().id, keys())
    return redirect(url_for("people.codes"), 303)


def is_fresh() -> bool:
    """Whether the person has shown lately who is sitting here."""
    login: access.Login = g.login
    return work.now() - login.proved_at < FRESH


def prove_first() -> ResponseReturnValue:
    """To the password, then back to where the wish can be repeated."""
    target = request.path if request.method == "GET" else url_for("people.security")
    return redirect(url_for("people.sign_in_again", next=target), 303)
