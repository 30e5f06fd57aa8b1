"""Who is signed in: the cookie's token against the sign-ins the server keeps, on top of Flask-Security and Flask-Login.

The cookie holds a random token and nothing about the person but a language that is not Russian (views/spoken.py). Flask-Security
signs reset links and finds their accounts; its own pages are not registered, for they know neither our throttle nor the transaction
edge.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from flask import Blueprint, Flask, Request, Response, current_app, g, request, session
from flask_login import current_user
from flask_login.utils import _user_context_processor
from flask_security import RoleMixin, Security, UserDatastore

from events.foundation import work
from events.people import operations, queries, rules
from events.people.models import User
from events.people.vocabulary import Role
from presenters.phrases import say
from views import access, awaiting
from views.spoken import speak

TOKEN = "login"  # noqa: S105 -- the name under which the session keeps it
RESET_LASTS = timedelta(days=1)

bp = Blueprint("people", __name__)
log = structlog.get_logger()


class _Accounts(UserDatastore):  # type: ignore[no-any-unimported,misc,unused-ignore]  # the wheel's base is partly untyped
    """What Flask-Security may ask about accounts; they are made and changed by our operations only."""

    def __init__(self) -> None:
        super().__init__(User, RoleMixin)

    def find_user(self, case_insensitive: bool = False, **criteria: Any) -> User | None:
        """The account a reset link names."""
        return queries.user_by_uniquifier(str(criteria["fs_uniquifier"]))


@dataclass(frozen=True)
class Account:
    """An account in plain values, good outside any transaction. `stored` is the password's hash."""

    id: int
    email: str
    stored: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is signed in, for the menu of every page."""

    id: int
    name: str
    unit: str
    keeps_calendar: bool
    """Whether the production calendar is theirs to read."""
    administers: bool
    """Whether the pages of the administrator are."""
    awaits: int
    """How much waits for them, 0 too where that is not known."""


def wire(app: Flask) -> None:
    """Wire accounts into the application.

    Two hooks are taken out again: both open the session on every request, and public pages set no cookie. A third looks the
    person up for every page rendered, the one that says that the database is away among them; ours looks when a page asks.
    """
    app.config.update(
        SECURITY_REGISTERABLE=False,
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 -- the name of an algorithm
        SECURITY_PASSWORD_SINGLE_HASH=["argon2"],
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_RESET_PASSWORD_WITHIN=RESET_LASTS,
        SECURITY_HASHING_SCHEMES=["hex_sha256"],
    )
    security = Security(app, _Accounts(), register_blueprint=False)
    security.login_manager.request_loader(_signed_in)
    security.login_manager.session_protection = None
    app.before_request_funcs[None].remove(security.principal._on_before_request)
    app.after_request_funcs[None].remove(security.login_manager._update_remember_cookie)
    app.template_context_processors[None].remove(_user_context_processor)
    app.context_processor(lambda: {"current_user": current_user})
    app.context_processor(_account_menu)
    app.after_request(_note_use)


def begin(token: str, user: User) -> None:
    """Start a fresh session for the sign-in: nothing of the one before is left (fixation)."""
    session.clear()
    g.pop("csrf_token", None)
    session[TOKEN] = token
    speak(user.locale)


def present() -> Account | None:
    """Who is signed in, for a view that keeps its own transactions; None for nobody."""
    return work.transaction(lambda: plain(current_user) if current_user.is_authenticated else None, write=False)


def plain(user: User) -> Account:
    """The account in plain values."""
    return Account(user.id, user.email, user.password)


def keys() -> tuple[str, ...]:
    """MARSHRUT_SECRET_KEY: the present one and those of before, under which secrets of people may still be kept."""
    return (str(current_app.secret_key), *(current_app.config["SECRET_KEY_FALLBACKS"] or ()))


def _signed_in(_: Request) -> User | None:
    """The person behind the cookie, in one query."""
    token = session.get(TOKEN)
    found = queries.live_session(rules.token_hash(token), work.now()) if isinstance(token, str) else None
    if found is None:
        return None
    g.login = access.Login(found.session_id, found.user.id, found.proved_at, found.seen_at, found.by_provider)
    speak(found.user.locale)
    g.signed_in = found.user
    try:
        g.awaits = awaiting.count(found.user, found.history) if request.method in access.SAFE_METHODS else 0
    except Exception:
        g._login_user = found.user
        raise
    return found.user


def _account_menu() -> dict[str, Any]:
    """For the staff layout: who is signed in, if the request has asked. Reads no database."""
    person: User | None = g.get("signed_in")
    if person is None:
        return {"account": None}
    held = person.memberships
    unit = say(held[0].unit.called) if held else ""
    administers = any(one.role is Role.ADMIN for one in held)
    return {"account": Reader(person.id, person.full_name, unit, queries.takes_care(person), administers, g.get("awaits", 0))}


def _note_use(response: Response) -> Response:
    """Note that the sign-in is in use, in a short transaction of its own after the answer is made."""
    login: access.Login | None = g.get("login")
    now = work.now()
    if login is not None and now - login.seen_at >= rules.TOUCH_EVERY:
        try:
            work.transaction(lambda: operations.touch_session(login.session_id, now=now), attempts=1)
        except Exception as error:  # the answer is made already, and the next request will note it
            log.warning("session_not_touched", error=type(error).__name__)
    return response
