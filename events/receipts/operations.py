"""Taking forms in: once, with the result for whoever sends the same again; keeping the pages of those that led nowhere."""

import secrets
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update

from events.foundation.db import db, inserting_new
from events.receipts.models import FormReceipt, KeptAnswer

ANSWERS_OF_ONE = 20
"""Pages kept for one holder: nobody goes further back than that, and a form sent over and over fills no disk."""
_SETTLE = (
    update(FormReceipt)
    .where(FormReceipt.nonce == bindparam("of_nonce"), FormReceipt.holder == bindparam("of_holder"))
    .values(target=bindparam("led_to"))
)


def accept(nonce: str, holder: str, now: datetime) -> str | None:
    """Take the form in: None when it is new, else the target of the first time («» while that had none).

    A form sent twice at once waits here for the first to commit.
    """
    connection = db.session.connection()
    if connection.execute(_take(connection.dialect.name), {"nonce": nonce, "holder": holder, "at": now}).scalar() is not None:
        return None
    return db.session.scalar(select(FormReceipt.target).where(FormReceipt.nonce == nonce, FormReceipt.holder == holder)) or ""


@lru_cache
def _take(dialect: str) -> Any:
    """The row if it is new, in the dialect's own INSERT, put together once."""
    return inserting_new(FormReceipt, "nonce", "holder").returning(FormReceipt.id)


def settle(nonce: str, holder: str, target: str) -> None:
    """Remember where the form's success led."""
    db.session.connection().execute(_SETTLE, {"of_nonce": nonce, "of_holder": holder, "led_to": target[:500]})


def keep_answer(page: str, holder: str, now: datetime) -> str:
    """Keep the page that answers a form, with the newest of its holder; the token by which its holder opens it."""
    token = secrets.token_urlsafe(32)
    db.session.add(KeptAnswer(token=token, holder=holder, page=page, at=now))
    db.session.flush()
    newest = select(KeptAnswer.id).where(KeptAnswer.holder == holder).order_by(KeptAnswer.id.desc()).limit(ANSWERS_OF_ONE)
    oldest_kept = select(func.min(newest.subquery().c.id)).scalar_subquery()
    db.session.execute(delete(KeptAnswer).where(KeptAnswer.holder == holder, KeptAnswer.id < oldest_kept))
    return token


def kept_answer(token: str, holder: str) -> str | None:
    """The page; None for anybody else, and once it is forgotten."""
    return db.session.scalar(select(KeptAnswer.page).where(KeptAnswer.token == token, KeptAnswer.holder == holder))


def forget_answers_of(holder: str) -> None:
    """Drop every page kept for the holder, who comes no more: they hold what was typed."""
    db.session.execute(delete(KeptAnswer).where(KeptAnswer.holder == holder))


def forget_answers(before: datetime) -> None:
    """Drop pages older than `before`: they hold what people typed, and nobody goes back that far."""
    db.session.execute(delete(KeptAnswer).where(KeptAnswer.at < before))


def forget(before: datetime) -> None:
    """Drop receipts older than `before`; nobody sends such a form again."""
    db.session.execute(delete(FormReceipt).where(FormReceipt.at < before))
