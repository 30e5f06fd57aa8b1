"""Whose account a sign-in at the provider opens, and which roles its claims give."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from events.foundation.db import Guard, Model, closed_set
from events.foundation.standing import renewed_by
from events.people.vocabulary import Role


class Identity(Model):
    """A person as a provider knows them. One subject opens one account, and an account has one subject of each provider."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"), UniqueConstraint("user_id", "issuer"))

    id: Mapped[int] = mapped_column(primary_key=True)
    issuer: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(String(255))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    bound_at: Mapped[datetime]


class ClaimRole(Model):
    """What a value of the provider's claim gives at the next sign-in: a role in a unit."""

    __tablename__ = "claim_role"
    __table_args__ = (UniqueConstraint("value", "unit_id", "role"), Index("ix_claim_role_unit_id", "unit_id"))

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))
    """As the provider writes it, capitals and all."""
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    role: Mapped[Role] = mapped_column(closed_set(Role, "claim_role_role"))
    active: Mapped[bool] = mapped_column(default=True, server_default=true())


guards: tuple[Guard, ...] = renewed_by("claim_role")
