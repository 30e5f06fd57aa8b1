"""Signing in once by a link that a command has printed: the way in for an administrator when the provider is away or lets nobody in."""

from flask import make_response, redirect, render_template, session
from flask.typing import ResponseReturnValue

from events.factors import operations as factors
from events.factors import queries as factors_held
from events.foundation import work
from events.identities import rules
from events.people import operations
from events.people.models import User
from forms.people import LinkForm
from views import access
from views.addresses import languages, page_url
from views.people import second_page
from views.people.accounts import begin, bp, keys
from views.people.sign_in import open_sign_in, private

LINK = "sign-in-link"
LONGEST_LINK = 1000


@bp.get("/sign-in/link/<string:token>")
@access.bare
def open_sign_in_link(token: str) -> ResponseReturnValue:
    """Take the token out of the address at once, so that it stays in no history (reliability.md T15)."""
    session[LINK] = token[:LONGEST_LINK]
    return private(make_response(redirect(page_url("people.sign_in_link"), 303)))


@bp.get("/sign-in/link")
@access.bare
def sign_in_link() -> ResponseReturnValue:
    """A button: what only looks at the address uses up nothing."""
    return _page(good=_linked() is not None)


@bp.post("/sign-in/link")
@access.bare
def use_sign_in_link() -> ResponseReturnValue:
    """Open the account, or ask for its second step."""
    linked = _linked() if LinkForm().validate() else None
    opened = work.transaction(lambda: _opened(*linked)) if linked else None
    if opened is None:
        session.pop(LINK, None)
        return _page(good=False)
    token, user = opened
    if user is None:
        session.pop(LINK, None)
        session[second_page.STEP] = token
        return redirect(page_url(second_page.ENDPOINT), 303)
    begin(token, user)
    return redirect(access.safe_next(None), 303)


def _opened(user_id: int, bound_to: str) -> tuple[str, User | None] | None:
    """The new sign-in's token, or that of one which waits for its second step; None where the link is dead."""
    if not operations.take_link(user_id, bound_to):
        return None
    if factors_held.is_secured(user_id):
        return factors.begin_step(user_id, now=work.now()), None
    return open_sign_in(user_id, "link")


def _linked() -> tuple[int, str] | None:
    """Whose link this browser holds and what it is bound to."""
    token = session.get(LINK)
    return rules.opened_link(token, keys()) if isinstance(token, str) else None


def _page(*, good: bool) -> ResponseReturnValue:
    page = render_template("people/sign_in_link.html", good=good, language_links=languages())
    return private(make_response(page, 200 if good else 410))
