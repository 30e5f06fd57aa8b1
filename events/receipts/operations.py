"""Taking forms in: once, with the result for whoever sends the same again; keeping the pages of those that led nowhere."""

import secrets
from datetime import datetime

from sqlalchemy import bindparam, delete, select, update

from events.foundation.db import db, inserting_new
from events.receipts.models import FormReceipt, KeptAnswer

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


def keep_answer(page: str, holder: str, now: datetime) -> str:
    """Keep the page that answers a form; the token by which its holder opens it."""
    token = secrets.token_urlsafe(32)
    db.session.add(KeptAnswer(token=token, holder=holder, page=page, at=now))
    return token


def kept_answer(token: str, holder: str) -> str | None:
    """The page; None for anybody else, and once it is forgotten."""
    return db.session.scalar(select(KeptAnswer.page).where(KeptAnswer.token == token, KeptAnswer.holder == holder))


def forget_answers(before: datetime) -> None:
    """Drop pages older than `before`: they hold what people typed, and nobody goes back that far."""
    db.session.execute(delete(KeptAnswer).where(KeptAnswer.at < before))


def forget(before: datetime) -> None:
    """Drop receipts older than `before`; nobody sends such a form again."""
    db.session.execute(delete(FormReceipt).where(FormReceipt.at < before))
