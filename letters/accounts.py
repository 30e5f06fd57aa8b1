"""Notices about accounts. Their links are made when the message goes out, so that no token ever lies in the database."""

from collections.abc import Sequence

from flask import current_app
from flask_security.recoverable import generate_reset_password_token

from events.outbox.notice import Notice
from events.outbox.queries import Envelope
from events.people import queries as people
from events.people.models import User
from presenters.language import LANGUAGES

TRIAL = "trial_letter"
SECURITY_KINDS = frozenset({"recovery_code_used", "second_step_reset"})
"""Kinds that tell of one's own sign-in and lead to the page where it is kept safe."""
ACCOUNT_KINDS = frozenset({"invitation", "password_reset", TRIAL}) | SECURITY_KINDS
"""Kinds about an account, queued by `people`, and the letter that only shows whether letters arrive (`beginning`)."""


def account_notices(envelopes: Sequence[Envelope]) -> dict[int, tuple[Notice, str]]:
    """What to tell, with its link, by message. Left out are those whose account is blocked."""
    users = people.active_users({one.subject_id for one in envelopes}) if envelopes else {}
    return {one.id: _told(one, users[one.subject_id]) for one in envelopes if one.subject_id in users}


def _told(one: Envelope, user: User) -> tuple[Notice, str]:
    notice = Notice(one.kind, "", user.full_name, user.email, user.locale, count=one.params.get("count", 1))
    return notice, _link(one.kind, user)


def _link(kind: str, user: User) -> str:
    """Where the letter leads."""
    if kind in SECURITY_KINDS:
        return f"{current_app.config['BASE_URL']}/profile/security"
    return f"{current_app.config['BASE_URL']}/desk" if kind == TRIAL else password_link(user)


def password_link(user: User) -> str:
    """The whole address at which the person sets a new password; good for a day and for one change.

    Built on MARSHRUT_BASE_URL, never on the request's host (reliability.md T12).
    """
    token = generate_reset_password_token(user)  # type: ignore[no-untyped-call]  # Flask-Security leaves it untyped
    values = {"token": token} if user.locale == LANGUAGES[0] else {"token": token, "lang": user.locale}
    path = current_app.url_map.bind("").build("people.open_reset", values)
    return f"{current_app.config['BASE_URL']}{path}"
