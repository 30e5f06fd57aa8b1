"""How far the demo has come, and whether anybody has worked in it meanwhile."""

from collections.abc import Collection

from sqlalchemy import Select, exists, or_, select

from events.audit.models import AuditEntry
from events.audit.vocabulary import Action
from events.demo.models import DemoPlay
from events.foundation.db import db
from events.people.models import User
from events.requests.models import EventRequest, Revision

LOOKING_IN = (
    Action.SIGNED_IN, Action.SIGNED_OUT, Action.SESSION_ENDED, Action.SESSIONS_ENDED, Action.PASSWORD_REFUSED, Action.PASSWORD_PROVED,
    Action.LOCALE_SET,
)  # fmt: skip
"""Acts that leave nothing anybody would miss."""


def play() -> DemoPlay | None:
    """The play that has not come to its end; None where the demo is whole, or never was."""
    return db.session.get(DemoPlay, 1)


def percent() -> int | None:
    """How much of the demo has been played; None where nothing is left to play."""
    return db.session.scalar(select(DemoPlay.percent).where(DemoPlay.id == 1))


def is_untouched(one: DemoPlay, emails: Collection[str]) -> bool:
    """Whether there is nothing but what the play itself has written, up to its moment, and its people, who have these addresses."""
    others = (
        select(User.id).where(User.email.not_in(emails)),
        select(EventRequest.id).where(or_(~EventRequest.demo, EventRequest.created_at > one.moment)),
        select(Revision.id).where(Revision.saved_at > one.moment),
        select(AuditEntry.seq).where(AuditEntry.at > one.moment, AuditEntry.action.not_in(LOOKING_IN)),
    )
    return not any(map(_any, others))


def _any(rows: Select[int]) -> bool:
    return bool(db.session.scalar(select(exists(rows))))
