"""Account pages: signing in and out, passwords, the profile."""

from flask import Flask
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import Unauthorized

from views.people import accounts, by_passkey, openid, passkeys, passwords, profile, second_step, security, set_up, sign_in, sign_in_link
from views.people.accounts import bp
from views.people.provider import Gate

__all__ = [
    "bp", "by_passkey", "init_accounts", "openid", "passkeys", "passwords", "profile", "second_step", "security", "set_up", "sign_in_link",
]  # fmt: skip


def init_accounts(app: Flask) -> None:
    """Wire accounts into the application. Call it after the error pages, two of which get richer ones here."""
    accounts.wire(app)
    app.extensions["openid"] = Gate()
    app.register_error_handler(Unauthorized, sign_in.signed_out)
    app.register_error_handler(CSRFError, sign_in.token_refused)
