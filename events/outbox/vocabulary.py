"""Words of the outbox."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class MessageState(StrEnum):
    """The life of a message: waiting for its moment, taken by a worker, or done with."""

    PENDING = "pending"
    CLAIMED = "claimed"
    SENT = "sent"
    CANCELLED = "cancelled"
    FAILED = "failed"


class ChannelKind(StrEnum):
    """The ways by which people are told; each has a folder in `channels`."""

    EMAIL = "email"


@dataclass(frozen=True)
class Subject:
    """What a message is about: a kind and an id, and in `detail` whatever else makes it that very matter (a date's key and start)."""

    kind: str
    id: int
    detail: str = ""

    def __str__(self) -> str:
        """Its place in a dedupe key."""
        return f"{self.kind}.{self.id}@{self.detail}" if self.detail else f"{self.kind}.{self.id}"


def dedupe_key(kind: str, subject: Subject, level: str, recipient: int | str, channel: ChannelKind) -> str:
    """kind:subject:level:recipient:channel, the only identity a message has (architecture.md, «Messages»)."""
    return f"{kind}:{subject}:{level}:{recipient}:{channel}"


def kept_values(params: Mapping[str, Any], level: str) -> dict[str, Any]:
    """What a message keeps for its letter: the values it was planned with, and its level if it has one."""
    return {**params, "level": level} if level else dict(params)


_EVERYBODYS = (ChannelKind.EMAIL,)


def channels_for(recipient: int | None, kind: str) -> tuple[ChannelKind, ...]:
    """The channels on which a person is told messages of a kind, one message on each; None is somebody without an account."""
    return _EVERYBODYS
