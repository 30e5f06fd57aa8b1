"""Signing in, proving the password once more, signing out; and a form that came when the sign-in had run out.

The views of passwords are declared bare: argon2 takes 0.2 s, and within the edge's transaction it would hold up every
writer. They open short transactions of their own.
"""

from datetime import timedelta
from math import ceil

from flask import Response, flash, g, make_response, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import Unauthorized

from events.factors import operations as factors
from events.factors import queries as factors_held
from events.foundation import work
from events.foundation.text import N_, Phrase
from events.people import operations, queries, rules
from events.people.models import User
from events.people.vocabulary import AttemptKind
from forms.people import PasskeyForm, ProofForm, SecondStepForm, SignInForm
from presenters.language import gettext as _
from views import access, errors
from views.addresses import languages, page_url
from views.people import refused, second_page, typed_form
from views.people.accounts import TOKEN, Account, begin, bp, plain, present
from views.people.challenges import party_here
from views.people.local_accounts import by_password
from views.people.provider import door, set_provider

SIGN_IN = "people.sign_in"
LEAVING = "leaving"
"""The name under which the browser's session keeps the token of a sign-in that has just ended, on its way to the provider."""
WRONG_PASSWORD = N_("This is not your password. Please try again.")
WRONG = N_("The address and the password do not match. Please try again.")


@bp.get("/sign-in")
@access.bare
def sign_in() -> ResponseReturnValue:
    """The form, or straight on for who is signed in."""
    target = access.safe_next(request.args.get("next"))
    if present() is not None:
        return redirect(target, 303)
    form = SignInForm(formdata=None, data={"next": target})
    return _sign_in_page(form, refusal=refused.recall(SIGN_IN, form), status=200)


@bp.post("/sign-in")
@access.bare
@by_password
def sign_in_submit() -> ResponseReturnValue:
    """Count the try, check the password, open the sign-in or ask for the second step."""
    form = SignInForm()
    if not form.validate():
        return _sign_in_again(form)
    admission = work.transaction(lambda: operations.admit(AttemptKind.SIGN_IN, form.email.data, request.remote_addr, now=work.now()))
    if admission.wait is not None:
        return too_many(admission.wait)
    account = work.transaction(lambda: _active(form.email.data), write=False)
    if not rules.password_matches(form.password.data, account.stored if account else None) or account is None:
        fail(admission, account)
        return _sign_in_again(form, WRONG)
    token, user = work.transaction(lambda: _open_or_ask(account, admission.attempt_id))
    if user is None:
        session[second_page.STEP] = token
        return second_page.lead_to(form)
    begin(token, user)
    return go_on(form, account)


@bp.get("/sign-in/again")
@access.bare
def sign_in_again() -> ResponseReturnValue:
    """Ask for the password before something weighty."""
    target = access.safe_next(request.args.get("next"))
    if present() is None:
        return redirect(page_url("people.sign_in", next=target), 303)
    return proof_page(ProofForm(formdata=None, data={"next": target}))


@bp.post("/sign-in/again")
@access.bare
@by_password
def sign_in_again_submit() -> ResponseReturnValue:
    """Check the password of who is signed in."""
    account, form = present(), ProofForm()
    if account is None:
        return redirect(page_url("people.sign_in", next=access.safe_next(form.next.data)), 303)
    if not form.validate():
        return proof_page(form)
    admission = admit_again(account)
    if admission.wait is not None:
        return too_many(admission.wait)
    if not rules.password_matches(form.password.data, account.stored):
        fail(admission, account)
        return proof_page(form, refusal=WRONG_PASSWORD)
    work.transaction(lambda: _prove(account, admission.attempt_id))
    return go_on(form, account)


@bp.post("/sign-out")
@access.while_unsecured
@access.staff
def sign_out() -> ResponseReturnValue:
    """End this sign-in for good."""
    operations.sign_out(session[TOKEN], now=work.now())
    token = session[TOKEN]
    session.clear()
    flash(_("You have signed out."))
    if set_provider() is not None:
        session[LEAVING] = token
        return redirect(page_url("people.openid_leave"), 303)
    return redirect(page_url("people.sign_in"), 303)


def too_many(wait: timedelta) -> Response:
    """Too many tries: when to come back, in words and in Retry-After."""
    seconds = max(1, ceil(wait.total_seconds()))
    response = make_response(render_template("people/too_many.html", minutes=ceil(seconds / 60), language_links=languages()), 429)
    response.headers["Retry-After"] = str(seconds)
    return private(response)


def admit_again(account: Account) -> operations.Admission:
    """Count a try of who is signed in already."""
    email, origin = account.email, request.remote_addr
    return work.transaction(lambda: operations.admit(AttemptKind.SIGN_IN, email, origin, now=work.now(), proving=True))


def fail(admission: operations.Admission, account: Account | None) -> None:
    """Record the wrong password, for an address without account as well."""
    work.transaction(lambda: operations.fail_attempt(admission.attempt_id or 0, account.id if account else None, now=work.now()))


def private(response: Response) -> Response:
    """Never stored: bare pages get no such header from the edge."""
    response.headers["Cache-Control"] = "no-store"
    return response


def signed_out(error: Unauthorized) -> Response:
    """A form came from nobody known, or the password was typed too long ago: sign in, nothing typed is lost."""
    signed = typed_form.keep()
    target = request.full_path.rstrip("?") if request.method == "GET" else ""
    data = {"next": access.safe_next(target), "kept": signed or ""}
    if isinstance(error, access.ProofNeeded):
        return proof_page(ProofForm(formdata=None, data=data), status=401)
    return _sign_in_page(SignInForm(formdata=None, data=data), status=401)


def token_refused(error: CSRFError) -> Response:
    """The form's token is not of this sign-in: after signing in elsewhere offer to send the form again, else sign in first."""
    account = present()
    if account is None:
        return signed_out(Unauthorized())
    form = typed_form.opened(typed_form.keep(), account.id) if typed_form.came_from_us() else None
    if form is None:
        return errors.page(400, expired=True)
    return private(make_response(typed_form.offer(form, again=False), 400))


def sign_in_anew(refusal: Phrase, *, target: str, kept: str) -> ResponseReturnValue:
    """From the password on, with the reason, and what is carried along."""
    form = SignInForm(formdata=None, data={"next": access.safe_next(target), "kept": kept})
    return _sign_in_again(form, refusal)


def _sign_in_again(form: SignInForm, refusal: Phrase | None = None) -> ResponseReturnValue:
    """The page says why nobody was signed in. A form that was kept is carried on by the page itself: no cookie would hold it."""
    target = {"next": access.safe_next(form.next.data)} if form.next.data else {}
    led = None if form.kept.data else refused.lead_to(SIGN_IN, form, refusal, **target)
    return led or _sign_in_page(form, refusal=refusal)


def _sign_in_page(form: SignInForm, *, status: int | None = None, refusal: Phrase | None = None) -> Response:
    """The sign-in page; refused, it stands under 422."""
    shown = status or (422 if refusal else form.answer_status)
    links = [] if form.kept.data else languages()
    body = render_template(
        "people/sign_in.html", form=form, refusal=refusal, passkeys=party_here() is not None, door=door(), language_links=links
    )
    return private(make_response(body, shown))


def proof_page(form: ProofForm, *, status: int | None = None, refusal: Phrase | None = None) -> Response:
    """The page that asks for the password once more."""
    shown = status or (422 if refusal else form.answer_status)
    account = present()
    body = render_template(
        "people/sign_in_again.html",
        form=form,
        refusal=refusal,
        passkeys=_has_passkeys(),
        door=door(account.id if account else None),
        has_password=account is not None and rules.has_password(account.stored),
    )
    return private(make_response(body, shown))


def _has_passkeys() -> bool:
    """Whether who is signed in may show a passkey instead."""
    account = present()
    return account is not None and party_here() is not None and work.transaction(lambda: _keys_of(account.id), write=False)


def _keys_of(user_id: int) -> bool:
    return bool(factors_held.credentials_of(user_id))


def go_on(form: SignInForm | ProofForm | SecondStepForm | PasskeyForm, account: Account) -> ResponseReturnValue:
    """Back to the form that was kept, or to the page that was wanted."""
    waiting = typed_form.opened(form.kept.data, account.id)
    if waiting is not None:
        return private(make_response(typed_form.offer(waiting, again=True)))
    return redirect(access.safe_next(form.next.data), 303)


def _active(email: str) -> Account | None:
    """The account of the address, unless it is blocked."""
    user = queries.user_by_email(email)
    return plain(user) if user is not None and user.active else None


def _open_or_ask(account: Account, attempt_id: int | None) -> tuple[str, User | None]:
    """The new sign-in's token, or that of one which waits for its second step. The try counts no more."""
    operations.pass_attempt(attempt_id or 0)
    if factors_held.is_secured(account.id):
        return factors.begin_step(account.id, now=work.now()), None
    return open_sign_in(account.id)


def open_sign_in(user_id: int, shown: str | None = None, id_token: str | None = None) -> tuple[str, User]:
    """The new sign-in's token; the one this browser had before ends. `shown`: what was shown beside the password or instead of it;
    `id_token`: what the provider gave."""
    if TOKEN in session:
        operations.sign_out(str(session[TOKEN]), now=work.now())
    user = queries.user(user_id)
    return operations.sign_in(user, request.headers.get("User-Agent", ""), now=work.now(), shown=shown, id_token=id_token), user


def _prove(account: Account, attempt_id: int | None) -> None:
    """The password was right."""
    operations.pass_attempt(attempt_id or 0)
    if current_user.is_authenticated:
        operations.prove(g.login.session_id, by=queries.user(account.id), now=work.now())
