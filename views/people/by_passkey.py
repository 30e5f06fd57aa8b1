"""Signing in by a passkey alone; showing one after the password, or before something weighty.

Declared bare, as everything before a sign-in is: what was wrong is counted whatever is answered.
"""

import hashlib
from dataclasses import dataclass

from flask import Response, g, request
from flask.typing import ResponseReturnValue

from events.factors import operations as factors
from events.factors.rules import LONGEST_ANSWER, Party
from events.foundation import work
from events.foundation.errors import NotNow
from events.foundation.text import N_
from events.people import operations, queries
from events.people.models import User
from events.people.vocabulary import AttemptKind
from forms.people import PasskeyForm, ProofForm, SecondStepForm
from views import access
from views.people import refused, second_page
from views.people.accounts import Account, begin, bp, plain, present
from views.people.challenges import Purpose, asked_challenge, new_challenge, party_here, purpose_of
from views.people.provider import passwords_open
from views.people.sign_in import go_on, open_sign_in, proof_page, sign_in_anew, too_many

NOT_RIGHT = N_("This passkey does not open the account here. Please try once more or another way.")


@dataclass(frozen=True)
class Asked:
    """Of whom a passkey is asked: of anybody, of whoever typed the password (`step_id`), or of who is signed in."""

    purpose: Purpose
    account: Account | None = None
    step_id: int | None = None


@bp.post("/sign-in/passkey/options")
@access.bare
def passkey_wanted() -> ResponseReturnValue:
    """What the browser is told to ask for."""
    here, asked = party_here(), _asked(purpose_of(request.form.get("purpose")))
    if here is None or asked is None:
        return told("{}", 409)
    challenge, user_id = new_challenge(asked.purpose), asked.account.id if asked.account else None
    return told(work.transaction(lambda: factors.request_options(here, challenge, user_id), write=False))


@bp.post("/sign-in/passkey")
@access.bare
def sign_in_by_passkey() -> ResponseReturnValue:
    """Count the try, check the answer, open the sign-in or note that it was proved."""
    form, here = PasskeyForm(), party_here()
    purpose, valid = purpose_of(form.purpose.data), form.validate()
    asked, challenge, answer = _asked(purpose), asked_challenge(purpose), form.answer.data or ""
    switched_off = purpose is Purpose.ALONE and not passwords_open()
    if switched_off or not valid or here is None or challenge is None or asked is None or len(answer) > LONGEST_ANSWER:
        return _refused(form, purpose)
    admission = work.transaction(lambda: _admit(asked, answer))
    if admission.wait is not None:
        return too_many(admission.wait)
    try:
        shown = work.transaction(lambda: _shown(asked, answer, here, challenge, admission.attempt_id or 0))
    except NotNow:
        return _refused(form, purpose)
    if shown is None:
        if asked.step_id is not None and asked.account is not None:
            step_id, user_id = asked.step_id, asked.account.id
            work.transaction(lambda: factors.fail_step(step_id, user_id, now=work.now()))
        return _refused(form, purpose)
    account, opened = shown
    if opened is not None:
        begin(*opened)
    refused.forget()
    return go_on(form, account)


def told(text: str, status: int = 200) -> Response:
    """JSON for the browser's script."""
    response = Response(text, status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def _asked(purpose: Purpose) -> Asked | None:
    """Of whom it is asked now; None where the purpose needs somebody who is not there."""
    if purpose is Purpose.ALONE:
        return Asked(purpose)
    if purpose is Purpose.SECOND:
        waiting = second_page.waiting()
        return Asked(purpose, waiting.account, waiting.step_id) if waiting else None
    account = present()
    return Asked(purpose, account) if account and purpose is Purpose.AGAIN else None


def _admit(asked: Asked, answer: str) -> operations.Admission:
    """Count the try for whoever it is asked of, or for what the answer names."""
    counted = f"passkey of {asked.account.id}" if asked.account else f"passkey {hashlib.sha256(answer[:200].encode()).hexdigest()}"
    return operations.admit(AttemptKind.SIGN_IN, counted, request.remote_addr, now=work.now(), proving=asked.purpose is Purpose.AGAIN)


def _shown(asked: Asked, answer: str, here: Party, challenge: bytes, attempt_id: int) -> tuple[Account, tuple[str, User] | None] | None:
    """Whose passkey it is, and the new sign-in; None where it is not right. Raises NotNow when another has gone on meanwhile."""
    now = work.now()
    owner = factors.take_passkey(answer, here, challenge, now=now, user_id=asked.account.id if asked.account else None)
    if owner is None:
        return None
    operations.pass_attempt(attempt_id)
    user = queries.user(owner)
    if asked.purpose is Purpose.AGAIN:
        login: access.Login = g.login
        operations.prove(login.session_id, by=user, now=now, by_passkey=True)
        return plain(user), None
    if asked.step_id is not None:
        factors.pass_step(asked.step_id, now=now)
    return plain(user), open_sign_in(owner, "passkey")


def _refused(form: PasskeyForm, purpose: Purpose) -> ResponseReturnValue:
    """The page from which it was shown, with the reason and what is carried along."""
    carried = {"next": access.safe_next(form.next.data), "kept": form.kept.data or ""}
    if purpose is Purpose.SECOND and second_page.waiting() is not None:
        return second_page.again(SecondStepForm(formdata=None, data=carried), NOT_RIGHT)
    if purpose is Purpose.AGAIN and present() is not None:
        return proof_page(ProofForm(formdata=None, data=carried), refusal=NOT_RIGHT)
    return sign_in_anew(NOT_RIGHT, target=carried["next"], kept=carried["kept"])
