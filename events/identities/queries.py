"""Reading identities and what claims give."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select

from events.foundation.db import db
from events.identities.models import ClaimRole, Identity
from events.people.models import Unit
from events.people.vocabulary import Role


def identity(issuer: str, subject: str) -> Identity | None:
    """Whom the provider's subject is bound to."""
    return db.session.scalar(select(Identity).where(Identity.issuer == issuer, Identity.subject == subject))


def identity_of(user_id: int, issuer: str) -> Identity | None:
    """By which subject the provider knows the account."""
    return db.session.scalar(select(Identity).where(Identity.user_id == user_id, Identity.issuer == issuer))


def roles_for(values: Collection[str]) -> Mapping[tuple[int, Role], str]:
    """Roles (unit id, role) that these values give now, each with the code of the row that gives it; units out of use give none."""
    rows = db.session.execute(
        select(ClaimRole.value, ClaimRole.unit_id, ClaimRole.role, ClaimRole.code)
        .join(Unit, Unit.id == ClaimRole.unit_id)
        .where(ClaimRole.active, Unit.active)
        .order_by(ClaimRole.code)
    )
    found: dict[tuple[int, Role], str] = {}
    for row in rows:
        if row.value in values:
            found.setdefault((row.unit_id, row.role), row.code)
    return found


def twin(values: Mapping[str, Any], besides: str | None) -> str | None:
    """The code of another row that says the same."""
    same = select(ClaimRole.code).where(
        ClaimRole.value == values["value"], ClaimRole.unit_id == values["unit_id"], ClaimRole.role == values["role"]
    )
    return db.session.scalar(same.where(ClaimRole.code != besides) if besides else same)
