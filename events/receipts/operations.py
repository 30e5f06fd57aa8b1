"""Taking forms in: once, with the result for whoever sends the same again."""

from datetime import datetime

from sqlalchemy import bindparam, delete, select, update

from events.foundation.db import db, inserting_new
from events.receipts.models import FormReceipt

_SETTLE = (
    update(FormReceipt)
    .where(FormReceipt.nonce == bindparam("of_nonce"), FormReceipt.holder == bindparam("of_holder"))
    .values(target=bindparam("led_to"))
)


def accept(nonce: str, holder: str, now: datetime) -> str | None:
    """Take the form in: None when it is new, else the target of the first time («» while that had none).

    A form sent twice at once waits here for the first to commit.
    """
    new = inserting_new(FormReceipt, [{"nonce": nonce, "holder": holder, "at": now}], unique=["nonce", "holder"])
    if db.session.scalar(new.returning(FormReceipt.id)) is not None:
        return None
    return db.session.scalar(select(FormReceipt.target).where(FormReceipt.nonce == nonce, FormReceipt.holder == holder)) or ""


def settle(nonce: str, holder: str, target: str) -> None:
    """Remember where the form's success led."""
    db.session.connection().execute(_SETTLE, {"of_nonce": nonce, "of_holder": holder, "led_to": target[:500]})


def forget(before: datetime) -> None:
    """Drop receipts older than `before`; nobody sends such a form again."""
    db.session.execute(delete(FormReceipt).where(FormReceipt.at < before))
