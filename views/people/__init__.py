"""Account pages: signing in and out, passwords, the profile."""

from flask import Flask
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import Unauthorized

from views.people import accounts, by_passkey, passkeys, passwords, profile, second_step, security, set_up, sign_in
from views.people.accounts import bp

__all__ = ["bp", "by_passkey", "init_accounts", "passkeys", "passwords", "profile", "second_step", "security", "set_up"]


def init_accounts(app: Flask) -> None:
    """Wire accounts into the application. Call it after the error pages, two of which get richer ones here."""
    accounts.wire(app)
    app.register_error_handler(Unauthorized, sign_in.signed_out)
    app.register_error_handler(CSRFError, sign_in.token_refused)
