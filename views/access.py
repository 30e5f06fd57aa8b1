"""Who may open a page: declared on every route, refused by default. A route without a declaration stops the start."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

import structlog
from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import Forbidden, Unauthorized

from events.district import queries as district
from events.foundation import work
from events.foundation.errors import NotNow, NotYours
from events.foundation.place import local_day
from events.foundation.text import N_, Phrase
from events.people import queries as people
from events.people.models import User
from events.people.vocabulary import Role
from views.addresses import page_url

log = structlog.get_logger()

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
POLICY = "policy"
HOUR = timedelta(hours=1)
FOREIGN = frozenset({"cross-site", "same-site"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Audience(Enum):
    """For whom a page is."""

    PUBLIC = "public"
    """Anyone; no session is opened for it."""
    BARE = "bare"
    """Anyone, without transaction or session: feeds, health, files."""
    STAFF = "staff"
    """Signed in; what of it one sees is decided by `visible_to`."""


@dataclass(frozen=True)
class Policy:
    """The declaration of one route; `roles` narrows staff to those who hold one of them anywhere."""

    audience: Audience
    roles: frozenset[Role] = field(default_factory=frozenset)
    reading: bool = False
    """A POST that changes nothing: it carries a whole form, but takes no writer's turn."""
    unsecured: bool = False
    """Open also to whoever has yet to set up the second step that a role needs."""


PUBLIC = Policy(Audience.PUBLIC)
BARE = Policy(Audience.BARE)
STAFF = Policy(Audience.STAFF)

_declared: dict[str, Policy] = {}


def public(view: View) -> View:
    """For anyone."""
    return _mark(view, PUBLIC)


def bare(view: View) -> View:
    """For anyone, served without transaction and session."""
    return _mark(view, BARE)


def staff(view: View) -> View:
    """For the signed in."""
    return _mark(view, STAFF)


def staff_reading(view: View) -> View:
    """For the signed in: a POST whose form is only looked at."""
    return _mark(view, Policy(Audience.STAFF, reading=True))


def staff_as(*roles: Role) -> Callable[[View], View]:
    """For the signed in who hold one of the roles in any unit."""
    return lambda view: _mark(view, Policy(Audience.STAFF, frozenset(roles)))


def while_unsecured(view: View) -> View:
    """Put over a declaration: open also to whoever has yet to set up the second step that a role needs."""
    return _mark(view, replace(getattr(view, POLICY), unsecured=True))


def declare(endpoint: str, policy: Policy) -> None:
    """Declare a route whose view is not ours (the account pages, static files)."""
    _declared[endpoint] = policy


def policy_of(app: Flask, endpoint: str | None) -> Policy | None:
    """What was declared for the endpoint."""
    if endpoint is None:
        return None
    if endpoint in _declared:
        return _declared[endpoint]
    return getattr(app.view_functions.get(endpoint), POLICY, None)


def undeclared(app: Flask) -> Collection[str]:
    """Endpoints nobody declared a policy for; the start refuses them."""
    return sorted({rule.endpoint for rule in app.url_map.iter_rules() if policy_of(app, rule.endpoint) is None})


def refuse_foreign() -> None:
    """Refuse a change asked for by a page of another site: a second fence beside the token of each form.

    Browsers say so in Sec-Fetch-Site, older ones in Origin; since our pages keep their address to themselves, theirs is «null».
    """
    if request.method in SAFE_METHODS:
        return
    site, origin = request.headers.get("Sec-Fetch-Site", "same-origin"), request.headers.get("Origin", "null")
    ours = {request.host, urlsplit(str(current_app.config["BASE_URL"])).netloc}
    if site in FOREIGN or (origin != "null" and _host_of(origin) not in ours):
        log.info("foreign_form", route=request.url_rule.rule if request.url_rule else None)
        raise ForeignForm


def guard(policy: Policy) -> None:
    """Let the request through, or answer it with the sign-in page or with whom the page is for."""
    if policy.audience is not Audience.STAFF:
        return
    if not current_user.is_authenticated:
        if request.method not in SAFE_METHODS:
            abort(401)
        abort(redirect(page_url("people.sign_in", next=request.full_path.rstrip("?")), 302))
    if policy.roles and not policy.roles & {membership.role for membership in current_user.memberships}:
        raise NotYours(for_whom(policy.roles))
    if not policy.unsecured:
        _demand_second_step()


def _demand_second_step() -> None:
    """Whoever has yet to set up the second step that a role needs is led there; what was typed meanwhile is shown, to be copied."""
    login: Login | None = g.get("login")
    today = local_day(work.now())
    if (login is not None and login.by_provider) or people.second_step_from(person(), today) != today:
        return
    if request.method in SAFE_METHODS:
        abort(redirect(url_for("people.security"), 303))
    raise NotNow(N_("Your role needs a second step at signing in now. Set it up first: your profile, “Sign-in and security”."))


def for_whom(roles: Collection[Role]) -> Phrase:
    """Whom a page narrowed to these roles is for."""
    return _FOR_WHOM[frozenset(roles)]


_FOR_WHOM = {
    frozenset({Role.ADMIN}): N_("Only the administrator of the district does this."),
    frozenset({Role.ADMIN, Role.COORDINATOR}): N_("This page is for the coordinator and the administrator of the district."),
}
"""For every set of roles that a route is narrowed to; a test looks whether one is missing."""


class ForeignForm(Forbidden):
    """A form that a page of another site has sent."""

    phrase = N_("This form was sent from a page of another site, so it has not been accepted. Open the page here and repeat the step.")


class ProofNeeded(Unauthorized):
    """Signed in, but too long ago for this: the password is asked again and what was typed is kept."""


@dataclass(frozen=True)
class Login:
    """The live sign-in behind the request; `views.people` puts it into `g.login`. Moments in UTC."""

    session_id: int
    user_id: int
    proved_at: datetime
    seen_at: datetime
    by_provider: bool = False
    """It counts with the second factor that the provider of sign-in asks for."""


def person() -> User:
    """Who is signed in, past the proxy that looks them up again at each word; on pages of the staff somebody always is."""
    found: User = current_user._get_current_object()
    return found


def proved_recently(now: datetime) -> bool:
    """Whether the password was typed within the hours the district has set (cases.md 45); within one hour nobody asks how many."""
    login: Login | None = g.get("login")
    if login is None:
        return False
    age = now - login.proved_at
    return age < HOUR or age < timedelta(hours=district.rules().decision_sign_in_hours)


def require_recent_proof(now: datetime) -> None:
    """Before a decision: ask for the password again when it was typed too long ago. Raises ProofNeeded."""
    if not proved_recently(now):
        raise ProofNeeded


def safe_next(target: str | None, default: str = "/desk") -> str:
    """Where to go after signing in: an address of ours, or `default`.

    Browsers read «\\» as «/» and skip tabs and line ends, so neither may stand in it; then it is resolved against our
    host and must stay there (reliability.md T11).
    """
    if not target or len(target) > 2000 or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return default
    if any(ord(char) <= 0x20 or ord(char) == 0x7F for char in target):
        return default
    try:
        ours, resolved = urlsplit(request.host_url), urlsplit(urljoin(request.host_url, target))
    except ValueError:
        return default
    return target if (resolved.scheme, resolved.netloc) == (ours.scheme, ours.netloc) else default


def _host_of(origin: str) -> str | None:
    """The host an Origin names; None for what is no address («http://[»)."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def _mark(view: View, policy: Policy) -> View:
    setattr(view, POLICY, policy)
    return view
