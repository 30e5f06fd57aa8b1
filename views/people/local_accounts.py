"""Where everybody signs in through the provider, there are no passwords: no page of them opens, no form of them is taken."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from flask import make_response, render_template
from flask.typing import ResponseReturnValue

from views.addresses import languages
from views.people.provider import door, passwords_open

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


def by_password(view: View) -> View:
    """Only where people sign in by passwords; elsewhere the page says how."""

    @wraps(view)
    def guarded(*args: object, **kwargs: object) -> ResponseReturnValue:
        if passwords_open():
            return view(*args, **kwargs)
        response = make_response(render_template("people/no_passwords.html", door=door(), language_links=languages()), 403)
        response.headers["Cache-Control"] = "no-store"
        return response

    return guarded  # type: ignore[return-value]  # the same view, guarded
