"""Reading the outbox: what lies in it."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import Text, bindparam, cast, func, select

from events.foundation.db import db
from events.outbox.models import Message
from events.outbox.vocabulary import ChannelKind, MessageState


@dataclass(frozen=True)
class Envelope:
    """A message without its words: whom it is for and what it is about. Letters are rendered from it."""

    id: int
    dedupe_key: str
    kind: str
    recipient_id: int | None
    address: str
    request_id: int | None
    subject_kind: str
    subject_id: int
    params: dict[str, Any]
    due_at: datetime
    attempts: int
    lease_until: datetime | None
    channel: ChannelKind


ENVELOPE = (
    Message.id, Message.dedupe_key, Message.kind, Message.recipient_id, Message.address, Message.request_id,
    Message.subject_kind, Message.subject_id, Message.params, Message.due_at, Message.attempts, Message.lease_until, Message.channel,
)  # fmt: skip
"""The columns of an Envelope, in its order."""


class Entry(NamedTuple):
    """What reconciling compares, thousands at a time: where a message stands, when it should go and what it keeps for its letter."""

    id: int
    request_id: int | None
    dedupe_key: str
    kind: str
    state: MessageState
    due_at: datetime
    last_error: str
    params: Mapping[str, Any]


_ENTRIES = select(
    Message.id, Message.request_id, Message.dedupe_key, Message.kind,
    Message.state, Message.due_at, Message.last_error, cast(Message.params, Text),
).where(Message.request_id.in_(bindparam("ids", expanding=True)))  # fmt: skip


def entries(request_ids: Collection[int]) -> dict[int, list[Entry]]:
    """Every message about these requests, by request."""
    found: dict[int, list[Entry]] = {one: [] for one in request_ids}
    for row in db.session.connection().execute(_ENTRIES, {"ids": list(request_ids)}):
        entry = Entry._make((*row[:-1], _params(row[-1])))
        found[entry.request_id or 0].append(entry)
    return found


@lru_cache(maxsize=1024)
def _params(stored: str) -> Mapping[str, Any]:
    """What a message keeps, read-only: thousands keep the same few."""
    return MappingProxyType(json.loads(stored))


def status(now: datetime) -> dict[str, int]:
    """How many messages stand in each state, how many are overdue, and how long (seconds) the oldest of these has waited."""
    by_channel = status_by_channel(now).values()
    counts = {name: sum(one[name] for one in by_channel) for name in (*(state.value for state in MessageState), "due")}
    return {**counts, "oldest_due_seconds": max(one["oldest_due_seconds"] for one in by_channel)}


def status_by_channel(now: datetime) -> dict[ChannelKind, dict[str, int]]:
    """The same for each channel."""
    counting = select(Message.channel, Message.state, func.count()).group_by(Message.channel, Message.state)
    counted = {(channel, state): count for channel, state, count in db.session.execute(counting)}
    waiting = (
        select(Message.channel, func.count(), func.min(Message.due_at))
        .where(Message.state == MessageState.PENDING, Message.due_at <= now)
        .group_by(Message.channel)
    )
    late = {
        channel: {"due": due, "oldest_due_seconds": int((now - oldest).total_seconds())}
        for channel, due, oldest in db.session.execute(waiting)
    }
    none_late = {"due": 0, "oldest_due_seconds": 0}
    return {
        channel: {state.value: counted.get((channel, state), 0) for state in MessageState} | late.get(channel, none_late)
        for channel in ChannelKind
    }
