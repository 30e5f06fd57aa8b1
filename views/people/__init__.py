"""Account pages: signing in and out, passwords, the profile."""

from views.people import passwords, profile, sign_in
from views.people.accounts import bp, init_accounts

__all__ = ["bp", "init_accounts", "passwords", "profile", "sign_in"]
