"""The hash chain of the audit, pure: canonical bytes, linking, and the search for the first break."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

GENESIS = "0" * 64


@dataclass(frozen=True)
class Link:
    """One stored entry: its place, what it says, the hash before it and its own."""

    seq: int
    payload: Mapping[str, Any]
    previous: str
    hash: str


@dataclass(frozen=True)
class Verdict:
    """What a check of the whole chain found: how many entries, the last hash, the first broken seq or None."""

    entries: int
    head: str
    broken_at: int | None

    @property
    def holds(self) -> bool:
        """Whether no break was found."""
        return self.broken_at is None


def payload(at: datetime, action: str, subject: tuple[str, int], by: tuple[str, int | None], data: Mapping[str, Any]) -> dict[str, Any]:
    """What is hashed: the act in plain JSON values, its moment in UTC to the microsecond."""
    return {
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "action": action,
        "subject": list(subject),
        "by": list(by),
        "data": data,
    }


def canonical(payload: Mapping[str, Any]) -> bytes:
    """The payload's only byte form: JSON, keys sorted, no spaces, UTF-8."""
    return json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def link(previous: str, seq: int, payload: Mapping[str, Any]) -> str:
    """SHA-256 over the previous hash, the place in the chain and the payload, in hex (reliability.md I8)."""
    return hashlib.sha256(previous.encode() + str(seq).encode() + b"\n" + canonical(payload)).hexdigest()


def verify(links: Iterable[Link], *, after: tuple[int, str] = (0, GENESIS), expected: tuple[int, str] | None = None) -> Verdict:
    """Walk the chain from its beginning, or from `after` an entry (seq, hash) that was found sound. `expected` is an outside anchor
    (seq, head hash): the only way to see a cut tail."""
    (entries, head), broken = after, None
    for item in links:
        entries += 1
        intact = item.seq == entries and item.previous == head and item.hash == link(head, item.seq, item.payload)
        if not intact and broken is None:
            broken = entries
        head = item.hash
    if broken is None and expected is not None and expected != (entries, head):
        broken = min(entries, expected[0]) + 1
    return Verdict(entries, head, broken)
