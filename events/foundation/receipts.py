"""Form receipts: the same form sent twice has one effect, and the second answer shows the result (I16)."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from events.foundation.db import Model, db


class FormReceipt(Model):
    """One form sent by one user; `target` is the address its success led to."""

    __tablename__ = "form_receipt"
    __table_args__ = (UniqueConstraint("nonce", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    nonce: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[int]
    target: Mapped[str | None] = mapped_column(String(500))
    at: Mapped[datetime] = mapped_column(index=True)


_INSERT_IF_NEW = {
    dialect: insert(FormReceipt).on_conflict_do_nothing(index_elements=["nonce", "user_id"]).returning(FormReceipt.id)
    for dialect, insert in (("postgresql", postgresql.insert), ("sqlite", sqlite.insert))
}
_SETTLE = (
    update(FormReceipt)
    .where(FormReceipt.nonce == bindparam("of_nonce"), FormReceipt.user_id == bindparam("of_user"))
    .values(target=bindparam("led_to"))
)


def accept(nonce: str, user_id: int, now: datetime) -> str | None:
    """Take the form in: None when it is new, else the target of the first time («» while that had none).

    A form sent twice at once waits here for the first to commit.
    """
    added = db.session.scalar(_INSERT_IF_NEW[db.engine.dialect.name], {"nonce": nonce, "user_id": user_id, "at": now})
    if added is not None:
        return None
    return db.session.scalar(select(FormReceipt.target).where(FormReceipt.nonce == nonce, FormReceipt.user_id == user_id)) or ""


def settle(nonce: str, user_id: int, target: str) -> None:
    """Remember where the form's success led."""
    db.session.connection().execute(_SETTLE, {"of_nonce": nonce, "of_user": user_id, "led_to": target[:500]})


def forget(before: datetime) -> None:
    """Drop receipts older than `before`; nobody sends such a form again."""
    db.session.execute(delete(FormReceipt).where(FormReceipt.at < before))
