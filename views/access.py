"""Who may open a page: declared on every route, refused by default. A route without a declaration stops the start."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeVar

from flask import Flask, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from events.people.vocabulary import Role

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
POLICY = "policy"
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


def staff_as(*roles: Role) -> Callable[[View], View]:
    """For the signed in who hold one of the roles in any unit."""
    return lambda view: _mark(view, Policy(Audience.STAFF, frozenset(roles)))


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


def guard(policy: Policy) -> None:
    """Let the request through, or answer it with the sign-in page or with «no such page»."""
    if policy.audience is not Audience.STAFF:
        return
    if not current_user.is_authenticated:
        if request.method not in SAFE_METHODS:
            abort(401)
        abort(redirect(url_for("people.sign_in", next=request.full_path.rstrip("?")), 302))
    if policy.roles and not policy.roles & {membership.role for membership in current_user.memberships}:
        abort(404)


def _mark(view: View, policy: Policy) -> View:
    """Hang the declaration on the view."""
    setattr(view, POLICY, policy)
    return view
