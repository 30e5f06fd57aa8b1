"""Setters that every verb of factors shares: one at a time for each person, and whether the sign-in needs a second step."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, select

from events.factors.models import Authenticator, Passkey, RecoveryCode, SecondStep, SecuredAccount
from events.foundation.db import db, inserting_new, one_at_a_time


def hold(user_id: int) -> None:
    """Whoever changes the same person's factors waits for the commit."""
    one_at_a_time(f"factors {user_id}")


def settle(user_id: int, *, now: datetime) -> bool:
    """Keep whether the person's sign-in needs a second step; with the last factor its recovery codes go. Returns whether it does."""
    db.session.flush()
    if _has_one(user_id):
        db.session.execute(inserting_new(SecuredAccount, "user_id").values(user_id=user_id, since=now))
        return True
    for kind in (SecuredAccount, RecoveryCode):
        db.session.execute(delete(kind).where(kind.user_id == user_id))
    return False


def forget_all(user_id: int) -> None:
    """Everything the person could show, and sign-ins that wait for it."""
    kinds: tuple[Any, ...] = (Authenticator, Passkey, RecoveryCode, SecondStep, SecuredAccount)
    for kind in kinds:
        db.session.execute(delete(kind).where(kind.user_id == user_id))


def changed(statement: Any) -> int:
    """Run it past the session, which keeps none of these rows, and count the rows it changed."""
    return db.session.connection().execute(statement).rowcount


def _has_one(user_id: int) -> bool:
    app = exists().where(Authenticator.user_id == user_id, Authenticator.confirmed_at.is_not(None))
    return bool(db.session.scalar(select(app | exists().where(Passkey.user_id == user_id))))
