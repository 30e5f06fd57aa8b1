"""In which language the reader is spoken to.

1. The language of the account, where the page has asked who is signed in.
2. `?lang=` of the address, by which public pages need no cookie.
3. What this browser's last sign-in spoke: what goes wrong before anybody is looked up, or without a database, is said in it too.
"""

from flask import current_app, g, has_request_context, request, session
from flask_babel import refresh

from presenters.language import LANGUAGES
from views import access
from views.access import Audience

LAST_SPOKEN = "language"


def chosen() -> str | None:
    """The language; None where none is known, and outside of any request."""
    if not has_request_context():
        return None
    known = (g.get("locale"), request.args.get("lang"), last_spoken())
    return next((one for one in known if one in LANGUAGES), None)


def last_spoken() -> str | None:
    """What the session remembers; nothing on public pages, which open none."""
    policy = access.policy_of(current_app, request.endpoint)
    if policy is not None and policy.audience is Audience.PUBLIC:
        return None
    return session.get(LAST_SPOKEN) if current_app.config["SESSION_COOKIE_NAME"] in request.cookies else None


def speak(language: str) -> None:
    """From now on, in this request and after it, the language of who is signed in. The session keeps only what is not the usual one."""
    g.locale = language
    if language == LANGUAGES[0]:
        if LAST_SPOKEN in session:  # taking out what is not there would sign the cookie anew with every page
            session.pop(LAST_SPOKEN)
    elif session.get(LAST_SPOKEN) != language:
        session[LAST_SPOKEN] = language
    refresh()
