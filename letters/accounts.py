"""Links of the account letters. Made when the letter goes out, so that no token ever lies in the database."""

from flask import current_app
from flask_security.recoverable import generate_reset_password_token

from events.people.models import User


def password_link(user: User) -> str:
    """The whole address at which the person sets a new password; good for a day and for one change.

    Built on MARSHRUT_BASE_URL, never on the request's host (reliability.md T12).
    """
    token = generate_reset_password_token(user)  # type: ignore[no-untyped-call]  # Flask-Security leaves it untyped
    path = current_app.url_map.bind("").build("people.open_reset", {"token": token})
    return f"{current_app.config['BASE_URL']}{path}"
