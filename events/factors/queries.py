"""Who has which second step, and which sign-ins wait for one."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from events.factors import rules
from events.factors.models import Authenticator, RecoveryCode, SecondStep, SecuredAccount
from events.foundation import standing
from events.foundation.db import db


@dataclass(frozen=True, slots=True)
class Held:
    """What a person has to show beside the password."""

    app_since: datetime | None
    """When the app was set up; None without one."""
    codes_left: int

    @property
    def secured(self) -> bool:
        """Whether signing in needs a second step."""
        return self.app_since is not None


def is_secured(user_id: int) -> bool:
    """Whether signing in needs a second step; asked when somebody signs in."""
    return db.session.get(SecuredAccount, user_id) is not None


def secured() -> Collection[int]:
    """Everybody whose sign-in needs one, as every process keeps it: asked with every page, it costs no statement."""
    return standing.kept("secured accounts", lambda: frozenset(db.session.scalars(select(SecuredAccount.user_id))))


def held(user_id: int) -> Held:
    """What the person has set up."""
    confirmed = select(Authenticator.confirmed_at).where(Authenticator.user_id == user_id)
    left = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return Held(db.session.scalar(confirmed), db.session.scalar(left) or 0)


def proposed_secret(user_id: int, keys: Sequence[str], now: datetime) -> str | None:
    """The secret that is shown to the person and waits for its first code; None when there is none or it was shown too long ago."""
    row = db.session.get(Authenticator, user_id)
    if row is None or row.proposed_at is None or row.proposed_at <= now - rules.PROPOSAL_LASTS:
        return None
    return rules.unseal(row.proposed, user_id, keys)


def waiting_step(token: str, now: datetime) -> SecondStep | None:
    """The sign-in of the token that waits for its second step and has not run out."""
    named = SecondStep.token_hash == token_hash(token)
    return db.session.scalar(select(SecondStep).where(named, SecondStep.begun_at > now - rules.STEP_LASTS))


def token_hash(token: str) -> str:
    """What is kept of a random token: its SHA-256 in hex."""
    return hashlib.sha256(token.encode()).hexdigest()
