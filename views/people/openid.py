"""Signing in through the office's provider (OpenID Connect), proving oneself there once more, signing out there too.

Declared bare: the provider is asked over the network, which may take seconds. A sign-in through it counts with the provider's own second
factor: nothing is asked for beside it here, for the office's rules of sign-in stand at the provider.

What a browser on its way must bring back stands in its session, under the state: at most three ways at once, each for a quarter of an hour.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Response, current_app, flash, g, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from events.foundation import work
from events.foundation.text import N_, Phrase
from events.identities import operations as identities
from events.identities import queries as known
from events.identities.operations import Entrance
from events.people import operations as people
from events.people import queries
from events.people.vocabulary import AttemptKind
from forms.people import CarriedForm, SignInForm
from presenters.phrases import say
from views import access
from views.addresses import page_url
from views.people import provider, refused, typed_form
from views.people.accounts import begin, bp, present
from views.people.provider import Answer, Failed, gate, proved_since
from views.people.sign_in import LEAVING, SIGN_IN, open_sign_in, private, too_many

WAYS = "openid"
"""The name under which the browser's session keeps the ways it has begun."""
WAYS_AT_ONCE = 3
WAY_LASTS = timedelta(minutes=15)
LONGEST_CODE = 4000
LOST = N_("This sign-in was begun in another window or too long ago. Please begin again.")
CANCELLED = N_("You have not finished signing in at the provider. Please begin again or sign in another way.")
SOMEBODY_ELSE = N_("At the provider somebody else is signed in than here. Sign out there, then confirm once more.")
NOT_PROVED = N_("The provider has not asked who you are. Sign out here and sign in again.")


@dataclass(frozen=True)
class Way:
    """A way to the provider that was begun: what must come back from it, and where it leads. `proves`: whose sign-in it is to prove."""

    nonce: str
    verifier: str
    target: str
    began: datetime
    proves: int | None = None
    carried: str | None = None


@bp.get("/sign-in/openid")
@access.bare
def openid() -> ResponseReturnValue:
    """On to the provider; `again` in the query: to prove there who is sitting here."""
    asked = _set_out(access.safe_next(request.args.get("next")), again="again" in request.args)
    return private(make_response(redirect(asked, 303))) if isinstance(asked, str) else asked


@bp.post("/sign-in/openid")
@access.bare
def openid_carrying() -> ResponseReturnValue:
    """The same with a form that was typed when the sign-in ran out. The page leads on by itself: a form may lead nowhere but to us."""
    provider.provider_here()
    form = CarriedForm()
    if not form.validate():
        return _turned_away(LOST, None)
    carried = typed_form.carry(form.kept.data or "")
    asked = _set_out(access.safe_next(form.next.data), again=bool(form.again.data), carried=carried)
    return _leaving_page(asked, signing_out=False) if isinstance(asked, str) else asked


@bp.get("/sign-in/openid/back")
@access.bare
def openid_back() -> ResponseReturnValue:
    """Back from the provider: ask it who that is, then open the account or say why not."""
    ours, way = provider.provider_here(), _way(request.args.get("state", ""))
    if way is None:
        return _turned_away(LOST, None)
    code = request.args.get("code", "")
    if "error" in request.args:
        return _turned_away(CANCELLED if request.args["error"] == "access_denied" else provider.UNFIT, way)
    if not code or len(code) > LONGEST_CODE or request.args.get("iss", ours.issuer) != ours.issuer:
        return _turned_away(provider.UNFIT, way)
    admission = work.transaction(_admit)
    if admission.wait is not None:
        return too_many(admission.wait)
    try:
        answer = gate().answer(code, _back_url(), nonce=way.nonce, verifier=way.verifier)
    except Failed as failed:
        return _turned_away(failed.phrase, way)
    work.transaction(lambda: people.pass_attempt(admission.attempt_id or 0))
    return _enter(answer, way) if way.proves is None else _prove(answer, way, way.proves)


@bp.get("/sign-out/openid")
@access.bare
def openid_leave() -> ResponseReturnValue:
    """After signing out here: out at the provider too, if the sign-in came from it and it has a place for that."""
    provider.provider_here()
    token = session.pop(LEAVING, None)
    id_token = work.transaction(lambda: people.take_id_token(token)) if isinstance(token, str) else None
    url = None if id_token is None else gate().leaving(id_token, _absolute("people.sign_in"))
    return redirect(page_url("people.sign_in"), 303) if url is None else _leaving_page(url, signing_out=True)


def _set_out(target: str, *, again: bool, carried: str | None = None) -> str | ResponseReturnValue:
    """The provider's address, the way noted in the session; or the page that says why there is no way now."""
    provider.provider_here()
    account = present()
    if account is not None and not again:
        return redirect(target, 303)
    if account is None:
        again = False
    now = work.now()
    try:
        asked = gate().ask(_back_url(), anew=again)
    except Failed as failed:
        return _turned_away(failed.phrase, Way("", "", target, now, account.id if account else None))
    kept = {
        "nonce": asked.nonce,
        "verifier": asked.verifier,
        "target": target,
        "began": now.timestamp(),
        "proves": account.id if account else None,
        "carried": carried,
    }
    ways: dict[str, Any] = session.get(WAYS) or {}
    session[WAYS] = dict([*ways.items(), (asked.state, kept)][-WAYS_AT_ONCE:])
    return asked.url


def _way(state: str) -> Way | None:
    """The way with that state, once; None where this browser has begun none, or too long ago."""
    ways: dict[str, Any] = session.get(WAYS) or {}
    found = ways.get(state)
    session[WAYS] = {one: kept for one, kept in ways.items() if one != state}
    if found is None:
        return None
    way = Way(**{**found, "began": datetime.fromtimestamp(found["began"], UTC)})
    return way if work.now() - way.began < WAY_LASTS else None


def _enter(answer: Answer, way: Way) -> ResponseReturnValue:
    """Open the account, or say why not."""
    entrance, token = work.transaction(lambda: _open(answer))
    if entrance.user is None or token is None:
        return _turned_away(entrance.refusal or provider.UNFIT, way)
    begin(token, entrance.user)
    refused.forget()
    return _go_on(way, entrance.user.id)


def _open(answer: Answer) -> tuple[Entrance, str | None]:
    """Whose account it is, and the new sign-in's token."""
    entrance = identities.let_in(answer.said, now=work.now())
    if entrance.user is None:
        return entrance, None
    token, user = open_sign_in(entrance.user.id, "provider", answer.id_token)
    return Entrance(user), token


def _prove(answer: Answer, way: Way, user_id: int) -> ResponseReturnValue:
    """Note that whoever is signed in has proved themselves at the provider."""
    account = present()
    if account is None or account.id != user_id:
        return _turned_away(LOST, Way(way.nonce, way.verifier, way.target, way.began))
    if work.transaction(lambda: _owner(answer), write=False) != user_id:
        return _turned_away(SOMEBODY_ELSE, way)
    if not proved_since(answer, way.began):
        return _turned_away(NOT_PROVED, way)
    login: access.Login = g.login
    work.transaction(lambda: people.prove(login.session_id, by=queries.user(user_id), now=work.now(), by_provider=True))
    return _go_on(way, user_id)


def _owner(answer: Answer) -> int | None:
    found = known.identity(answer.said.issuer, answer.said.subject)
    return found.user_id if found else None


def _go_on(way: Way, user_id: int) -> ResponseReturnValue:
    """Back to the form that was left, or to the page that was wanted."""
    waiting = typed_form.carried(way.carried, user_id)
    if waiting is not None:
        return private(make_response(typed_form.offer(waiting, again=True)))
    return private(make_response(redirect(access.safe_next(way.target), 303)))


def _turned_away(refusal: Phrase, way: Way | None) -> ResponseReturnValue:
    """To the page from which the way was begun, with the reason."""
    target = way.target if way else ""
    if way is not None and way.proves is not None:
        flash(say(refusal), "warning")
        return private(make_response(redirect(url_for("people.sign_in_again", next=target), 303)))
    return private(make_response(refused.led(SIGN_IN, SignInForm(formdata=None), refusal, next=access.safe_next(target))))


def _admit() -> people.Admission:
    """Count the exchange of a code for each origin by itself: nobody makes us ask the provider without end."""
    return people.admit(AttemptKind.SIGN_IN, "openid", request.remote_addr, now=work.now(), proving=True)


def _leaving_page(url: str, *, signing_out: bool) -> Response:
    """A page that leads on by itself: a form's redirect would be stopped by form-action of our Content-Security-Policy."""
    response = private(make_response(render_template("people/leaving.html", url=url, signing_out=signing_out)))
    response.headers["Refresh"] = f"0;url={url}"
    return response


def _back_url() -> str:
    return _absolute("people.openid_back")


def _absolute(endpoint: str) -> str:
    """The address that the provider knows."""
    return f"{current_app.config['BASE_URL']}{url_for(endpoint)}"
