"""Who has which second step, and which sign-ins wait for one."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from events.factors import rules
from events.factors.models import Authenticator, Passkey, RecoveryCode, SecondStep, SecuredAccount
from events.foundation import standing
from events.foundation.db import db


@dataclass(frozen=True, slots=True)
class HeldPasskey:
    """A passkey as its owner knows it; `used` is None until it has signed in."""

    id: int
    name: str
    created: datetime
    used: datetime | None


@dataclass(frozen=True, slots=True)
class Held:
    """What a person has to show beside the password."""

    app_since: datetime | None
    """When the app was set up; None without one."""
    codes_left: int
    passkeys: tuple[HeldPasskey, ...]

    @property
    def secured(self) -> bool:
        """Whether signing in needs a second step."""
        return self.app_since is not None or bool(self.passkeys)


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
    keys = select(Passkey.id, Passkey.name, Passkey.created_at, Passkey.used_at).where(Passkey.user_id == user_id).order_by(Passkey.id)
    passkeys = tuple(HeldPasskey(*row) for row in db.session.execute(keys))
    return Held(db.session.scalar(confirmed), db.session.scalar(left) or 0, passkeys)


def credentials_of(user_id: int) -> Sequence[str]:
    """The ids of the person's passkeys, in base64url."""
    return db.session.scalars(select(Passkey.credential).where(Passkey.user_id == user_id).order_by(Passkey.id)).all()


def handle_of(user_id: int) -> str | None:
    """Under which name the person's passkeys know them; None for whoever has none."""
    return db.session.scalar(select(Passkey.handle).where(Passkey.user_id == user_id).limit(1))


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
