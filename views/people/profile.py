"""The profile: who I am here, and my language."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from events.foundation import work
from events.people import operations
from views import access
from views.people.accounts import bp
from views.spoken import speak


@bp.get("/profile")
@access.staff
def profile() -> ResponseReturnValue:
    """Name, units, language."""
    return render_template("people/profile.html", person=access.person())


@bp.post("/language")
@access.while_unsecured
@access.staff
def choose_language() -> ResponseReturnValue:
    """Pages and letters in the chosen language from now on."""
    speak(operations.set_locale(current_user, request.form.get("locale", ""), now=work.now()))
    return redirect(access.safe_next(request.form.get("next"), url_for("people.profile")), 303)
