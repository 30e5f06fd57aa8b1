"""The profile: who I am here, my language, where I am signed in."""

from dataclasses import dataclass
from datetime import datetime

from flask import flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from events.foundation import work
from events.people import operations, queries
from events.people.models import User
from presenters.language import gettext as _
from views import access
from views.people.accounts import TOKEN, bp
from views.spoken import speak

BROWSERS = (
    ("YaBrowser", "Яндекс Браузер"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in that lasts; `device` is empty when the browser says nothing known, `present` is the one the page was asked with."""

    id: int
    device: str
    signed_in: datetime
    seen: datetime
    present: bool


@bp.get("/profile")
@access.staff
def profile() -> ResponseReturnValue:
    """Name, units, language, sign-ins."""
    person: User = current_user
    login: access.Login = g.login
    kept = [
        SignIn(one.id, device(one.agent), one.created_at, one.seen_at, present=one.id == login.session_id)
        for one in queries.live_sessions(person.id, work.now())
    ]
    return render_template("people/profile.html", person=person, sessions=kept)


@bp.post("/language")
@access.staff
def choose_language() -> ResponseReturnValue:
    """Pages and letters in the chosen language from now on."""
    speak(operations.set_locale(current_user, request.form.get("locale", ""), now=work.now()))
    return redirect(access.safe_next(request.form.get("next"), url_for("people.profile")), 303)


@bp.post("/profile/sessions/<int(max=2147483647):session_id>/end")
@access.staff
def end_session(session_id: int) -> ResponseReturnValue:
    """End one of my sign-ins."""
    operations.end_session(session_id, by=current_user, now=work.now())
    flash(_("That device has been signed out."))
    return redirect(url_for("people.profile"), 303)


@bp.post("/profile/sessions/end")
@access.staff
def end_other_sessions() -> ResponseReturnValue:
    """End every sign-in of mine but this one."""
    operations.end_sessions(current_user.id, by=current_user.actor, now=work.now(), except_token=session[TOKEN])
    flash(_("Other devices have been signed out."))
    return redirect(url_for("people.profile"), 303)


def device(agent: str) -> str:
    """«Firefox, Windows» of a browser's name for itself; «» when it says nothing known."""
    found = (next((name for mark, name in marks if mark in agent), "") for marks in (BROWSERS, SYSTEMS))
    return ", ".join(name for name in found if name)
