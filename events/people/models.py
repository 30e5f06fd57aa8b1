"""Units, people, what they may do, and where they are signed in."""

from datetime import datetime
from typing import Any

from flask_security import UserMixin
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from events.foundation import names
from events.foundation.acting import Actor
from events.foundation.db import Guard, Model, closed_set
from events.foundation.standing import renewed_by
from events.foundation.text import Name
from events.people.rules import FormerName, name_then
from events.people.vocabulary import AttemptKind, Role, UnitKind


class Unit(Model):
    """A part of the administration, a subordinate institution, or an outside service."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    """Names the unit in addresses of calendars and in routes; never changes."""
    code: Mapped[str] = mapped_column(String(20), unique=True)
    """Stands in the numbers of requests: ММ-ПМЦ-0123/2026. Numbers given stay as they were when it changes."""
    name: Mapped[str] = mapped_column(String(300))
    short_name: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(300), default="")
    kind: Mapped[UnitKind] = mapped_column(closed_set(UnitKind, "unit_kind"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    curator_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    office_hours: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """Own hours in the form of `OfficeHours.to_plain`; None means the district's."""
    email: Mapped[str] = mapped_column(String(254), default="")
    """Role address shown to the public as organiser."""
    phone: Mapped[str] = mapped_column(String(20), default="")
    active: Mapped[bool] = mapped_column(default=True)
    former_names: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list, server_default="[]")
    """What it was called before, in the form of `FormerName.to_plain`, the oldest first (decision 011)."""

    @property
    def called(self) -> Name:
        """What the unit is called in daily work."""
        return Name(self.short_name, self.name_en)

    def called_at(self, moment: datetime | None) -> Name:
        """What it was called in daily work at that moment; today's name where none is given."""
        then = name_then(map(FormerName.from_plain, self.former_names), moment)
        return Name(then.short_name, then.name_en) if then else self.called

    def titled_at(self, moment: datetime | None) -> Name:
        """What it was called in papers at that moment."""
        then = name_then(map(FormerName.from_plain, self.former_names), moment)
        return Name(then.name, then.name_en) if then else self.titled

    @property
    def titled(self) -> Name:
        """What it is called in papers."""
        return Name(self.name, self.name_en)


class User(Model, UserMixin):
    """A person of the staff. Accounts are made by `operations.invite`; there is no open registration."""

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    """In lower case."""
    password: Mapped[str] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    full_name: Mapped[str] = mapped_column(String(200))
    position: Mapped[str] = mapped_column(String(200), default="")
    locale: Mapped[str] = mapped_column(String(5), default="ru")
    memberships: Mapped[list["Membership"]] = relationship(back_populates="user", order_by="Membership.id")

    @property
    def actor(self) -> Actor:
        """This person for matters below people."""
        return Actor("user", self.id)

    @property
    def held(self) -> tuple[tuple[int, Role], ...]:
        """Roles by unit, in one order."""
        return tuple(sorted((one.unit_id, one.role) for one in self.memberships))

    @property
    def surname_initials(self) -> str:
        """«А. И. Ветрова» for pages and letters."""
        return names.initials_first(self.full_name)


class Membership(Model):
    """A role of a person in a unit."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("user_id", "unit_id", "role"), Index("ix_membership_unit_role", "unit_id", "role"))

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    role: Mapped[Role] = mapped_column(closed_set(Role, "role"))
    by_claim: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether it came from the provider of sign-in, which may take it again; one given by hand it leaves alone."""
    user: Mapped[User] = relationship(back_populates="memberships")
    unit: Mapped[Unit] = relationship()


class LoginSession(Model):
    """One sign-in. The cookie names it by a random token; only the token's SHA-256 is kept; ended means dead for good."""

    __tablename__ = "login_session"
    __table_args__ = (Index("ix_login_session_user_id_ended_at", "user_id", "ended_at"), Index("ix_login_session_seen_at", "seen_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    """Touched at most every five minutes (cases.md 44)."""
    proved_at: Mapped[datetime]
    """When the password was last typed: a decision needs it not older than a setting says (cases.md 45)."""
    ended_at: Mapped[datetime | None]
    agent: Mapped[str] = mapped_column(String(200), default="")
    id_token: Mapped[str | None] = mapped_column(Text, deferred=True)
    """What the provider of sign-in gave for it, shown to it again when signing out there; None of a sign-in by password."""


class AuthAttempt(Model):
    """A try to sign in or to reset a password, counted before any hash is computed. Keys are SHA-256, not addresses."""

    __tablename__ = "auth_attempt"
    __table_args__ = (
        Index("ix_auth_attempt_kind_account_at", "kind", "account", "at"),
        Index("ix_auth_attempt_kind_origin_at", "kind", "origin", "at"),
        CheckConstraint("length(account) = 64", name="account_hashed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[AttemptKind] = mapped_column(closed_set(AttemptKind, "attempt_kind"))
    account: Mapped[str] = mapped_column(String(64))
    origin: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    passed: Mapped[bool] = mapped_column(default=False)


guards: tuple[Guard, ...] = (*renewed_by("unit"), *renewed_by("user"), *renewed_by("membership"))
