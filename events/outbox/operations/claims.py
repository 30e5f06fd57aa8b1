"""Claims: who has which messages in hand, and what became of each (reliability.md 1.4, 1.5)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, select, update

from events.foundation.db import db
from events.outbox.models import Message
from events.outbox.queries import ENVELOPE, Envelope
from events.outbox.vocabulary import ChannelKind, MessageState

LEASE = timedelta(minutes=15)
"""How long a worker may keep what it has claimed; afterwards another takes it over."""
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440))
"""Pauses after a refused letter; after the last one it has failed for good."""
WITHHELD = "withheld"
"""Why a message was cancelled at its very sending: no longer wanted, or its recipient may no longer see the matter."""

_SENT = (
    update(Message)
    .where(Message.id == bindparam("message"), Message.state != MessageState.SENT)
    .values(state=MessageState.SENT, sent_at=bindparam("moment"), lease_until=None, last_error="")
)
"""The mark of every letter, put together once and run past the session: that takes as long as running it."""


def claim(channel: ChannelKind, limit: int = 100, *, now: datetime, lease: timedelta = LEASE) -> list[Envelope]:
    """Take up to `limit` messages of one channel that are due, the longest waiting first; nobody else gets them until the lease ends.

    Messages of a worker that died are due again when its lease has run out.
    """
    takable = or_(
        and_(Message.state == MessageState.PENDING, Message.channel == channel, Message.due_at <= now),
        and_(Message.state == MessageState.CLAIMED, Message.channel == channel, Message.lease_until <= now),
    )
    chosen = select(Message.id).where(takable).order_by(Message.due_at, Message.id).limit(limit).with_for_update(skip_locked=True)
    ids = db.session.scalars(chosen).all()  # apart from the UPDATE: a plan that runs the subquery twice would take more than `limit`
    taken = (
        update(Message)
        .where(Message.id.in_(ids), takable)
        .values(state=MessageState.CLAIMED, lease_until=now + lease)
        .returning(*ENVELOPE)
        .execution_options(synchronize_session=False)
    )
    return sorted((Envelope(*row) for row in db.session.execute(taken)), key=lambda one: (one.due_at, one.id))


def mark_sent(message: Envelope, *, now: datetime) -> bool:
    """It has gone out: whatever happened to the row meanwhile, it never goes again."""
    return bool(db.session.connection().execute(_SENT, {"message": message.id, "moment": now}).rowcount)


def mark_cancelled(message: Envelope) -> bool:
    """It was no longer wanted, or no longer allowed, when it was to go out."""
    return _settle(message, _still_ours(message), state=MessageState.CANCELLED, last_error=WITHHELD)


def mark_failed(message: Envelope, error: str, *, now: datetime) -> bool:
    """This letter was refused: try again after a growing pause, in the end give up."""
    attempts = message.attempts + 1
    if attempts > len(BACKOFF):
        return _settle(message, _still_ours(message), state=MessageState.FAILED, attempts=attempts, last_error=error[:500])
    due = now + BACKOFF[attempts - 1]
    return _settle(message, _still_ours(message), state=MessageState.PENDING, attempts=attempts, due_at=due, last_error=error[:500])


def hand_back(messages: Sequence[Envelope], error: str = "", *, due_at: datetime | None = None) -> None:
    """Return claimed messages untried; with `due_at` not before that moment. Counts against none of them."""
    for message in messages:
        later = {"due_at": due_at, "last_error": error[:500]} if due_at else {}
        _settle(message, _still_ours(message), state=MessageState.PENDING, **later)


def _settle(message: Envelope, unless: ColumnElement[bool], **values: Any) -> bool:
    return bool(
        db.session.connection().execute(update(Message).where(Message.id == message.id, unless).values(lease_until=None, **values)).rowcount
    )


def _still_ours(message: Envelope) -> ColumnElement[bool]:
    """The claim has not passed to another worker."""
    return and_(Message.state == MessageState.CLAIMED, Message.lease_until == message.lease_until)
