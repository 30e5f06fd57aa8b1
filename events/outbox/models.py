"""Messages to people: one row per person, matter, level and channel, so that nothing is lost and nothing is told twice."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from events.foundation.db import Model, closed_set
from events.outbox.vocabulary import ChannelKind, MessageState


class Message(Model):
    """One message to one person on one channel. `dedupe_key` = kind:subject:level:recipient:channel; a sent row never moves again (I11)."""

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_state_channel_due_at", "state", "channel", "due_at"),
        Index("ix_message_request_id_state", "request_id", "state"),
        CheckConstraint("(state = 'claimed') = (lease_until IS NOT NULL)", name="claimed_with_lease"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_with_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dedupe_key: Mapped[str] = mapped_column(String(240), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    channel: Mapped[ChannelKind] = mapped_column(closed_set(ChannelKind, "message_channel"))
    recipient_id: Mapped[int | None]
    """A user; None when `address` names someone without an account."""
    address: Mapped[str] = mapped_column(String(254), default="")
    request_id: Mapped[int | None]
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int]
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Ids and plain values the letter needs, written anew while unsent; texts are read afresh when it is rendered."""
    due_at: Mapped[datetime]
    """When it should go out (UTC); may move while unsent."""
    state: Mapped[MessageState] = mapped_column(closed_set(MessageState, "message_state"), default=MessageState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime]
