"""A forgotten password, a new one by the link of a letter, a changed one."""

import time

from flask import Response, flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security.recoverable import reset_password_token_status

from events.foundation import work
from events.people import operations, queries, rules
from events.people.vocabulary import AttemptKind
from forms.people import ChangePasswordForm, ForgottenForm, NewPasswordForm
from presenters.language import gettext as _
from views import access, form_again
from views.addresses import languages, page_url
from views.people import refused
from views.people.accounts import TOKEN, Account, bp, plain, present
from views.people.local_accounts import by_password
from views.people.sign_in import WRONG_PASSWORD, admit_again, fail, private, too_many

RESET = "reset"
LONGEST_LINK = 1000
ASKING_TAKES = 0.25
"""Seconds. Queueing a letter takes some milliseconds, which would tell an address with an account from one without."""


@bp.get("/password/forgotten")
@access.bare
@by_password
def forgotten() -> ResponseReturnValue:
    """Ask for the address."""
    return _asking_page("forgotten", ForgottenForm(formdata=None))


@bp.post("/password/forgotten")
@access.bare
@by_password
def forgotten_submit() -> ResponseReturnValue:
    """Send a link if there is such an account; the answer does not tell (reliability.md T14)."""
    form = ForgottenForm()
    if not form.validate():
        return refused.lead_to("people.forgotten", form) or _page("forgotten", form)
    refused.forget()
    admission = work.transaction(lambda: operations.admit(AttemptKind.RESET, form.email.data, request.remote_addr, now=work.now()))
    if admission.wait is not None:
        return too_many(admission.wait)
    begun = time.perf_counter()
    work.transaction(lambda: _ask(form.email.data))
    time.sleep(max(0.0, begun + ASKING_TAKES - time.perf_counter()))
    return redirect(page_url("people.forgotten_sent"), 303)


@bp.get("/password/forgotten/sent")
@access.bare
@by_password
def forgotten_sent() -> ResponseReturnValue:
    """What happens next."""
    return private(make_response(render_template("people/forgotten_sent.html", language_links=languages())))


@bp.get("/password/reset/<string:token>")
@access.bare
@by_password
def open_reset(token: str) -> ResponseReturnValue:
    """Take the token out of the address at once, so that it stays in no history (reliability.md T15)."""
    session[RESET] = token[:LONGEST_LINK]
    return private(make_response(redirect(page_url("people.new_password"), 303)))


@bp.get("/password/new")
@access.bare
@by_password
def new_password() -> ResponseReturnValue:
    """Set a password by the link of a letter."""
    account = _of_link()
    if account is None:
        return _dead_link()
    return _asking_page("new_password", NewPasswordForm(formdata=None, email=account.email))


@bp.post("/password/new")
@access.bare
@by_password
def new_password_submit() -> ResponseReturnValue:
    """Set it; the link is used up and every sign-in of the account ends."""
    account = _of_link()
    if account is None:
        return redirect(page_url("people.new_password"), 303) if form_again.sent_from_window() else _dead_link()
    form = NewPasswordForm(email=account.email)
    if not form.validate():
        return refused.lead_to("people.new_password", form) or _page("new_password", form)
    _change(account, rules.hash_password(form.new.data))
    session.clear()
    flash(_("The password is set. Please sign in with it."))
    return redirect(page_url("people.sign_in"), 303)


@bp.get("/password/change")
@access.bare
@by_password
def change_password() -> ResponseReturnValue:
    """Change the password of who is signed in."""
    account = present()
    if account is None:
        return redirect(page_url("people.sign_in", next=request.path), 303)
    return _page("change_password", ChangePasswordForm(formdata=None, email=account.email))


@bp.post("/password/change")
@access.bare
@by_password
def change_password_submit() -> ResponseReturnValue:
    """Check the present one, set the new one, end every other sign-in."""
    account = present()
    if account is None:
        return redirect(page_url("people.sign_in", next=url_for("people.change_password")), 303)
    form = ChangePasswordForm(email=account.email)
    if not form.validate():
        return _page("change_password", form)
    admission = admit_again(account)
    if admission.wait is not None:
        return too_many(admission.wait)
    if not rules.password_matches(form.present.data, account.stored):
        fail(admission, account)
        form.present.errors = [WRONG_PASSWORD]
        return _page("change_password", form)
    work.transaction(lambda: operations.pass_attempt(admission.attempt_id or 0))
    _change(account, rules.hash_password(form.new.data), except_token=session[TOKEN])
    flash(_("The password is changed. Other devices have been signed out."))
    return redirect(url_for("people.security"), 303)


def _asking_page(name: str, form: ForgottenForm | NewPasswordForm) -> Response:
    """The form, with what was said of it when the address leads back from a refusal."""
    refused.recall(f"people.{name}", form)
    return _page(name, form, status=200)


def _page(name: str, form: ForgottenForm | NewPasswordForm, *, status: int | None = None) -> Response:
    page = render_template(f"people/{name}.html", form=form, shortest=rules.SHORTEST_PASSWORD, language_links=languages())
    return private(make_response(page, status or form.answer_status))


def _dead_link() -> Response:
    """The link has been used, is older than a day, or is not ours."""
    session.pop(RESET, None)
    return private(make_response(render_template("people/dead_link.html", language_links=languages()), 400))


def _ask(email: str) -> None:
    """Queue the letter for an active account."""
    user = queries.user_by_email(email)
    if user is not None and user.active:
        operations.ask_reset(user, now=work.now())


def _of_link() -> Account | None:
    """The account the link was made for."""
    token = session.get(RESET)
    return work.transaction(lambda: _linked(token), write=False) if isinstance(token, str) else None


def _linked(token: str) -> Account | None:
    """The active account of a good token."""
    expired, invalid, user = reset_password_token_status(token)  # type: ignore[no-untyped-call]  # Flask-Security leaves it untyped
    return plain(user) if user is not None and user.active and not expired and not invalid else None


def _change(account: Account, new_hash: str, except_token: str | None = None) -> None:
    """Set the password in a transaction of its own."""

    def act() -> None:
        user = queries.user(account.id)
        operations.change_password(user, new_hash, seen_hash=account.stored, by=user.actor, now=work.now(), except_token=except_token)

    work.transaction(act)
