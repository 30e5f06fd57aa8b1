"""The first start: whoever holds the one-time address names the district and becomes its first administrator.

Declared bare, as the views of passwords are: argon2 takes 0.2 s.
"""

from flask import Response, flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from events.beginning import operations, queries
from events.beginning.operations import Founding
from events.foundation import work
from events.foundation.errors import Refused
from events.foundation.text import Phrase
from events.people import operations as people
from events.people import rules
from events.people.models import User
from events.people.vocabulary import AttemptKind
from forms.people import SetUpForm
from presenters.language import gettext as _
from views import access
from views.addresses import languages, page_url
from views.people.accounts import begin, bp
from views.people.sign_in import private, too_many

SET_UP = "set-up"
LONGEST_LINK = 100
GUESSED = "set-up"
"""In the place of an account: under this name tries are counted, for each origin by itself."""


@bp.get("/set-up/<string:token>")
@access.bare
def open_set_up(token: str) -> ResponseReturnValue:
    """Take the token out of the address at once, so that it stays in no history (reliability.md T15)."""
    session[SET_UP] = token[:LONGEST_LINK]
    return private(make_response(redirect(page_url("people.set_up"), 303)))


@bp.get("/set-up")
@access.bare
def set_up() -> ResponseReturnValue:
    """The form, while the address is good."""
    return _page(SetUpForm(formdata=None)) if work.transaction(_is_good, write=False) else _over()


@bp.post("/set-up")
@access.bare
def set_up_submit() -> ResponseReturnValue:
    """Make the first administrator and sign them in."""
    admission = work.transaction(_admit)
    if admission.wait is not None:
        return too_many(admission.wait)
    if not work.transaction(_is_good, write=False):
        return _over()
    work.transaction(lambda: people.pass_attempt(admission.attempt_id or 0))
    form = SetUpForm()
    if not form.validate():
        return _page(form)
    said = _said(form)
    try:
        found = work.transaction(lambda: _found(said))
    except Refused as refused:
        return _page(form, refusal=form.put_refusals(refused))
    if found is None:
        return _over()
    begin(*found)
    flash(_("The system is set up, and you are its administrator. What comes next stands on this page."))
    return redirect(url_for("desk.desk"), 303)


def _said(form: SetUpForm) -> Founding:
    """What was typed, the password as its hash."""
    return Founding(
        form.district.data,
        form.address.data,
        form.full_name.data,
        form.email.data,
        rules.hash_password(form.new.data),
        form.example.data,
    )


def _found(said: Founding) -> tuple[str, User] | None:
    """The new sign-in's token and whose it is; None where somebody was faster."""
    user = operations.found(_token(), said, now=work.now())
    return None if user is None else (people.sign_in(user, request.headers.get("User-Agent", ""), now=work.now()), user)


def _admit() -> people.Admission:
    """Count the try: one with a good address counts no more as soon as that is seen."""
    return people.admit(AttemptKind.RESET, GUESSED, request.remote_addr, now=work.now(), proving=True)


def _is_good() -> bool:
    return queries.is_good(_token(), work.now())


def _token() -> str:
    """The address this browser was led here by."""
    return str(session.get(SET_UP, ""))


def _page(form: SetUpForm, *, refusal: Phrase | None = None) -> Response:
    page = render_template("people/set_up.html", form=form, refusal=refusal, shortest=rules.SHORTEST_PASSWORD, language_links=languages())
    return private(make_response(page, 422 if refusal else form.answer_status))


def _over() -> Response:
    """The address was used, has run out, was replaced by another, or is not ours; or somebody has an account already."""
    session.pop(SET_UP, None)
    inhabited = work.transaction(queries.is_inhabited, write=False)
    return private(make_response(render_template("people/set_up_over.html", inhabited=inhabited, language_links=languages()), 410))
