"""Queueing messages and keeping those still waiting as they are wanted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Update, and_, bindparam, func, update

from events.foundation.db import db, inserting_new
from events.outbox.models import Message
from events.outbox.vocabulary import ChannelKind, MessageState, Subject, channels_for, dedupe_key, kept_values

_CANCEL = (
    update(Message)
    .where(Message.id.in_(bindparam("ids", expanding=True)), func.coalesce(Message.state, "") == MessageState.PENDING)
    .values(state=MessageState.CANCELLED)
)
"""Were the state bare, SQLite would go through every pending message by its index."""
CANCEL_ABOUT = (
    update(Message)
    .where(Message.request_id == bindparam("of_request"), Message.state == MessageState.PENDING)
    .where(Message.subject_kind == bindparam("of_kind"), Message.subject_id == bindparam("of_subject"))
    .values(state=MessageState.CANCELLED)
)
"""Cancels what still waits to be said about the subject of a request; told by `asked_about`."""


@dataclass(frozen=True)
class Draft:
    """A message to be queued."""

    kind: str
    subject: Subject
    recipient_id: int | None
    channel: ChannelKind
    due_at: datetime
    level: str = ""
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)
    request_id: int | None = None
    address: str = ""

    @property
    def key(self) -> str:
        """Its identity."""
        recipient = self.address if self.recipient_id is None else self.recipient_id
        return dedupe_key(self.kind, self.subject, self.level, recipient, self.channel)


def queue(
    kind: str,
    subject: Subject,
    recipient_id: int | None,
    *,
    due_at: datetime,
    now: datetime,
    level: str = "",
    params: Mapping[str, Any] | None = None,
    request_id: int | None = None,
    address: str = "",
) -> bool:
    """Queue a message on each of the person's channels; it is worded when it goes out. Returns False when it was queued before."""
    drafts = [
        Draft(kind, subject, recipient_id, channel, due_at, level, params or {}, request_id, address)
        for channel in channels_for(recipient_id, kind)
    ]
    return bool(queue_all(drafts, now=now))


def queue_all(drafts: Sequence[Draft], *, now: datetime) -> int:
    """Queue what is not there yet and return how many were new. One statement, safe against others doing the same."""
    if not drafts:
        return 0
    connection = db.session.connection()
    return len(connection.execute(_queueing(connection.dialect.name), [_row(draft, now) for draft in drafts]).all())


@lru_cache
def _queueing(dialect: str) -> Any:
    """Put together once, in the dialect's own INSERT."""
    return inserting_new(Message, "dedupe_key").returning(Message.id)


def cancel(ids: Collection[int]) -> int:
    """Cancel those still waiting; what is under way or sent stays."""
    return db.session.connection().execute(_CANCEL, {"ids": list(ids)}).rowcount


def cancel_about(subject: Subject, request_id: int) -> int:
    """Cancel what still waits to be said about the subject of a request."""
    return db.session.connection().execute(CANCEL_ABOUT, asked_about(subject, request_id)).rowcount


def cancel_about_account(user_id: int) -> int:
    """Cancel what still waits to be said to a person about their own account."""
    waiting = (Message.request_id.is_(None), Message.state == MessageState.PENDING)
    theirs = (Message.subject_kind == "user", Message.subject_id == user_id, Message.recipient_id == user_id)
    return _changed(update(Message).where(*waiting, *theirs).values(state=MessageState.CANCELLED))


def asked_about(subject: Subject, request_id: int) -> dict[str, Any]:
    """What `CANCEL_ABOUT` is told."""
    return {"of_kind": subject.kind, "of_subject": subject.id, "of_request": request_id}


def revive(drafts: Mapping[int, Draft]) -> int:
    """Let cancelled messages (by id) wait again, as they are drafted now."""
    return _plan_anew(drafts, MessageState.CANCELLED, state=MessageState.PENDING, attempts=0, last_error="")


def replan(drafts: Mapping[int, Draft]) -> int:
    """Give messages still waiting (by id) the moment and the values with which they are drafted now."""
    return _plan_anew(drafts, MessageState.PENDING)


def retry(now: datetime) -> int:
    """Let every failed message try again from the beginning."""
    return _changed(
        update(Message)
        .where(Message.state == MessageState.FAILED)
        .values(state=MessageState.PENDING, attempts=0, last_error="", due_at=now)
    )


def consider_sent(before: datetime) -> int:
    """Take everything due before a moment as told, without sending: for a history loaded, not lived (the demo)."""
    waiting = and_(Message.state == MessageState.PENDING, Message.due_at < before)
    return _changed(update(Message).where(waiting).values(state=MessageState.SENT, sent_at=Message.due_at))


def _plan_anew(drafts: Mapping[int, Draft], found: MessageState, **values: Any) -> int:
    """Those in that state, by one statement: a day declared off moves the letters of every open review."""
    if not drafts:
        return 0
    one = update(Message).where(Message.id == bindparam("message_id"), Message.state == found)
    planned = one.values(due_at=bindparam("planned_at"), params=bindparam("planned_params"), **values)
    rows = [
        {"message_id": identity, "planned_at": draft.due_at, "planned_params": kept_values(draft.params, draft.level)}
        for identity, draft in drafts.items()
    ]
    return db.session.connection().execute(planned, rows).rowcount


def _changed(statement: Update) -> int:
    """Run it past the session, which keeps no messages, and count the rows it changed."""
    return db.session.connection().execute(statement).rowcount


def _row(draft: Draft, now: datetime) -> dict[str, Any]:
    return {
        "dedupe_key": draft.key,
        "kind": draft.kind,
        "channel": draft.channel,
        "recipient_id": draft.recipient_id,
        "address": draft.address,
        "request_id": draft.request_id,
        "subject_kind": draft.subject.kind,
        "subject_id": draft.subject.id,
        "due_at": draft.due_at,
        "params": kept_values(draft.params, draft.level),
        "state": MessageState.PENDING,
        "attempts": 0,
        "last_error": "",
        "created_at": now,
    }
