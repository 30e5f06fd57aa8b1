"""Passkeys of one's own: adding, naming, removing."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from events.factors import operations as factors
from events.factors.rules import LONGEST_ANSWER
from events.foundation import work
from events.foundation.errors import NotNow, Refused
from events.foundation.text import Phrase
from forms.people import NewPasskeyForm, PasskeyNameForm
from presenters.devices import device
from presenters.language import gettext as _
from presenters.phrases import say
from views import access
from views.people import refused
from views.people.accounts import bp, keys
from views.people.by_passkey import told
from views.people.challenges import Purpose, asked_challenge, new_challenge, party_here
from views.people.security import is_fresh, on_with, prove_first

NEW = "people.new_passkey"


@bp.get("/profile/security/passkeys/new")
@access.while_unsecured
@access.staff
def new_passkey() -> ResponseReturnValue:
    """Ask for a name; the browser then makes the passkey."""
    if not is_fresh():
        return prove_first()
    form = NewPasskeyForm(formdata=None, data={"name": device(request.headers.get("User-Agent", ""))})
    return _new_page(form, refused.recall(NEW, form), status=200)


@bp.post("/profile/security/passkeys/options")
@access.while_unsecured
@access.staff_reading
def passkey_options() -> ResponseReturnValue:
    """What the browser is told to make."""
    here, person = party_here(), access.person()
    if here is None or not is_fresh():
        return told("{}", 409)
    return told(factors.creation_options(person.id, person.email, person.full_name, here, new_challenge(Purpose.ADD), keys()))


@bp.post("/profile/security/passkeys/new")
@access.while_unsecured
@access.staff
def add_passkey() -> ResponseReturnValue:
    """Keep what the browser has made."""
    form, here, person = NewPasskeyForm(), party_here(), access.person()
    if not is_fresh():
        return prove_first()
    if not form.validate():
        return _new_again(form)
    challenge, answer = asked_challenge(Purpose.ADD), form.answer.data or ""
    if here is None or challenge is None or len(answer) > LONGEST_ANSWER:
        return _new_again(form, factors.NOT_MADE)
    try:
        made = factors.add_passkey(person.id, answer, form.name.data, here, challenge, keys(), by=person.actor, now=work.now())
    except (Refused, NotNow) as wrong:
        return _new_again(form, wrong.phrase)
    refused.forget()
    flash(_("The passkey is added. You can sign in with it alone, or show it after the password."))
    return on_with(made)


@bp.post("/profile/security/passkeys/<int(max=2147483647):passkey_id>/name")
@access.while_unsecured
@access.staff
def rename_passkey(passkey_id: int) -> ResponseReturnValue:
    """Another name."""
    form, person = PasskeyNameForm(), access.person()
    if not form.validate():
        flash(say(form.name.errors[0]) if form.name.errors else _("The page had been open for too long. Please send it once more."))
        return redirect(url_for("people.security"), 303)
    factors.rename_passkey(person.id, passkey_id, form.name.data, by=person.actor, now=work.now())
    flash(_("Saved."))
    return redirect(url_for("people.security"), 303)


@bp.post("/profile/security/passkeys/<int(max=2147483647):passkey_id>/remove")
@access.staff
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    """It opens nothing any more."""
    if not is_fresh():
        return prove_first()
    person = access.person()
    factors.remove_passkey(person.id, passkey_id, by=person.actor, now=work.now())
    flash(_("The passkey is removed: it opens nothing here any more. Delete it in the device as well."))
    return redirect(url_for("people.security"), 303)


def _new_again(form: NewPasskeyForm, refusal: Phrase | None = None) -> ResponseReturnValue:
    return refused.lead_to(NEW, form, refusal) or _new_page(form, refusal, status=422)


def _new_page(form: NewPasskeyForm, refusal: Phrase | None, *, status: int) -> ResponseReturnValue:
    return render_template("people/new_passkey.html", form=form, refusal=refusal, here=party_here() is not None), status
