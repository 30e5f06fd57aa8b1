"""The second step of signing in: a code of the app or of the paper, after the password.

Declared bare, since what was wrong has to be counted whatever is answered. The sign-in that waits is a row, bound to the browser by a
token in its session; it runs out after ten minutes and after five wrong codes.
"""

from flask import flash, redirect, request, session
from flask.typing import ResponseReturnValue

from events.factors import operations as factors
from events.factors import rules
from events.foundation import work
from events.foundation.errors import NotNow
from events.foundation.text import N_
from events.people import operations, queries
from events.people.models import User
from events.people.vocabulary import AttemptKind
from forms.people import SecondStepForm
from presenters.phrases import say
from views import access
from views.addresses import page_url
from views.people import refused, second_page
from views.people.accounts import begin, bp, keys
from views.people.second_page import Waiting
from views.people.sign_in import go_on, open_sign_in, sign_in_anew, too_many

WRONG_CODE = N_("This code is not right, or was used already. Please try again.")
TOO_OFTEN = N_("Five wrong codes. Please begin again with the password.")


@bp.get("/sign-in/second-step")
@access.bare
def second_step() -> ResponseReturnValue:
    """Ask for a code."""
    target = access.safe_next(request.args.get("next"))
    if second_page.waiting() is None:
        session.pop(second_page.STEP, None)
        return redirect(page_url("people.sign_in", next=target), 303)
    form = SecondStepForm(formdata=None, data={"next": target})
    return second_page.page(form, refused.recall(second_page.ENDPOINT, form), status=200)


@bp.post("/sign-in/second-step")
@access.bare
def second_step_submit() -> ResponseReturnValue:
    """Count the try, check the code, open the sign-in."""
    form = SecondStepForm()
    waiting = second_page.waiting()
    if waiting is None:
        session.pop(second_page.STEP, None)
        return sign_in_anew(factors.OVER, target=form.next.data or "", kept=form.kept.data or "")
    if not form.validate():
        return second_page.again(form)
    admission = work.transaction(lambda: _admit(waiting))
    if admission.wait is not None:
        return too_many(admission.wait)
    try:
        opened = work.transaction(lambda: _go_in(waiting, form.code.data, admission.attempt_id))
    except NotNow as over:
        session.pop(second_page.STEP, None)
        return sign_in_anew(over.phrase, target=form.next.data or "", kept=form.kept.data or "")
    if opened is None:
        return _wrong(waiting, form)
    begin(*opened)
    refused.forget()
    return go_on(form, waiting.account)


def _wrong(waiting: Waiting, form: SecondStepForm) -> ResponseReturnValue:
    """Once more, or from the password on."""
    if work.transaction(lambda: factors.fail_step(waiting.step_id, waiting.account.id, now=work.now())):
        form.code.errors = [WRONG_CODE]
        return second_page.again(form)
    session.pop(second_page.STEP, None)
    flash(say(TOO_OFTEN))
    return redirect(page_url("people.sign_in", next=access.safe_next(form.next.data)), 303)


def _admit(waiting: Waiting) -> operations.Admission:
    """Count the try, apart from those of passwords: a right password must not forget wrong codes."""
    return operations.admit(AttemptKind.SIGN_IN, f"second step of {waiting.account.id}", request.remote_addr, now=work.now())


def _go_in(waiting: Waiting, typed: str, attempt_id: int | None) -> tuple[str, User] | None:
    """The new sign-in's token and whose it is; None where the code is wrong. Raises NotNow when another has gone on with this one."""
    digits, user_id, now = rules.bare_code(typed) or "", waiting.account.id, work.now()
    if len(digits) == rules.CODE_DIGITS:
        shown, right = "app", factors.take_app_code(user_id, digits, keys(), now=now)
    else:
        by = queries.user(user_id).actor
        shown, right = "recovery code", factors.take_recovery_code(user_id, digits, keys(), by=by, now=now)
    if not right:
        return None
    factors.pass_step(waiting.step_id, now=now)
    operations.pass_attempt(attempt_id or 0)
    return open_sign_in(user_id, shown)
