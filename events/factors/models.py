"""What people show beside the password, and sign-ins that wait for it."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from events.foundation.db import Guard, Model
from events.foundation.standing import renewed_by


class SecuredAccount(Model):
    """Whose sign-in needs a second step: there is an app or a passkey. A table of its own, for every process keeps it (decision 006)."""

    __tablename__ = "secured_account"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True, autoincrement=False)
    since: Mapped[datetime]


class Authenticator(Model):
    """An app on a telephone that shows codes: one for each person. Secrets are sealed (`rules.seal`)."""

    __tablename__ = "authenticator"
    __table_args__ = (CheckConstraint("(sealed = '') = (confirmed_at IS NULL)", name="confirmed"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True, autoincrement=False)
    sealed: Mapped[str] = mapped_column(String(300), default="")
    """The secret at work; empty until the first code was right."""
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(default=0)
    """The time step of the last code that was taken: each serves once."""
    proposed: Mapped[str] = mapped_column(String(300), default="")
    """A secret that is shown and waits for its first code; empty when there is none."""
    proposed_at: Mapped[datetime | None]


class RecoveryCode(Model):
    """A code for when the telephone is lost; of it only a digest under the installation's key is kept."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("user_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    digest: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


class Passkey(Model):
    """A key in a telephone, a computer or on a stick that signs in by itself (WebAuthn); what is kept of it is public. One person may have
    several."""

    __tablename__ = "passkey"
    __table_args__ = (Index("ix_passkey_user_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    credential: Mapped[str] = mapped_column(String(1364), unique=True)
    """Its id: at most 1,023 bytes, in base64url (WebAuthn, 4)."""
    handle: Mapped[str] = mapped_column(String(86))
    """Under which random name the key knows the person: the same in all of one person's."""
    public_key: Mapped[str] = mapped_column(String(2000))
    """COSE, in base64url."""
    uses: Mapped[int] = mapped_column(BigInteger)
    """The key's own count of uses: one that does not rise tells of a copy. 0 for keys that do not count."""
    name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SpentChallenge(Model):
    """A challenge that was answered: each is answered once. It stood in the browser's signed session until then."""

    __tablename__ = "spent_challenge"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class SecondStep(Model):
    """A sign-in whose password was right and that waits for the second step. The browser's cookie names it by a random token, of which only
    the SHA-256 is kept."""

    __tablename__ = "second_step"
    __table_args__ = (Index("ix_second_step_user_id", "user_id"), Index("ix_second_step_begun_at", "begun_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    begun_at: Mapped[datetime]
    failures: Mapped[int] = mapped_column(default=0)


guards: tuple[Guard, ...] = renewed_by("secured_account")
