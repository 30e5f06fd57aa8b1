"""Writing to the audit: operations record, the transaction seals."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from events.audit import chain
from events.audit.models import AuditEntry, AuditHead
from events.audit.vocabulary import Action
from events.foundation import work
from events.foundation.acting import Actor
from events.foundation.db import db

_HEAD = select(AuditHead.seq, AuditHead.hash).with_for_update()
_APPEND = insert(AuditEntry)
_ADVANCE = update(AuditHead).values(seq=bindparam("seq"), hash=bindparam("hash"))


@dataclass(frozen=True)
class Record:
    """An act waiting for the seal. `data` holds plain JSON values: ids, codes, counts, moments as text."""

    at: datetime
    action: Action
    subject: work.Subject
    by: Actor
    data: dict[str, Any]


def record(action: Action, subject: work.Subject, *, by: Actor, now: datetime, **data: Any) -> None:
    """Keep the act for the seal of the running transaction and mark its subject as touched.

    Kept outside the session, so a failed flush loses the act together with the transaction.
    """
    work.current().records.append(Record(now, action, subject, by, {key: value for key, value in data.items() if value is not None}))
    work.touch(*subject)


def seal(records: list[Record]) -> None:
    """Append the records as the last statement before the commit: lock the head, number, hash, insert.

    The head is locked last of all rows (architecture.md, «Lock order»): locked first it would queue whole decisions.
    """
    connection = db.session.connection()
    seq, previous = connection.execute(_HEAD).one()
    rows = []
    for item in records:
        seq += 1
        digest = chain.link(previous, seq, _payload(item.at, item.action, item.subject, item.by, item.data))
        rows.append(_row(item, seq, previous, digest))
        previous = digest
    connection.execute(_APPEND, rows)
    connection.execute(_ADVANCE, {"seq": seq, "hash": previous})


def verify() -> chain.Verdict:
    """Check the whole chain against its hashes and its stored head.

    What others seal meanwhile is left out; what stands beyond the head of the same moment was put there past us.
    """
    head = db.session.execute(select(AuditHead.seq, AuditHead.hash)).one()
    verdict = chain.verify(_links(head.seq), expected=head)
    beyond = db.session.scalar(select(func.min(AuditEntry.seq)).where(AuditEntry.seq > select(AuditHead.seq).scalar_subquery()))
    return replace(verdict, broken_at=beyond) if verdict.holds and beyond is not None else verdict


def _links(last: int) -> Iterator[chain.Link]:
    """The stored entries up to `last` in order, a thousand at a time."""
    asked = select(AuditEntry).where(AuditEntry.seq <= last).order_by(AuditEntry.seq)
    for entry in db.session.execute(asked.execution_options(yield_per=1000)).scalars():
        by = Actor(entry.actor_kind, entry.actor_id)  # type: ignore[arg-type]  # stored from an Actor
        subject = (entry.subject_kind, entry.subject_id)
        yield chain.Link(entry.seq, _payload(entry.at, entry.action, subject, by, entry.data), entry.previous, entry.hash)


def _payload(at: datetime, action: str, subject: work.Subject, by: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """What is hashed: the act in plain JSON values, its moment in UTC to the microsecond."""
    return {
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "action": action,
        "subject": list(subject),
        "by": [by.kind, by.id],
        "data": data,
    }


def _row(item: Record, seq: int, previous: str, digest: str) -> dict[str, Any]:
    return {
        "seq": seq,
        "at": item.at,
        "action": item.action,
        "subject_kind": item.subject[0],
        "subject_id": item.subject[1],
        "actor_kind": item.by.kind,
        "actor_id": item.by.id,
        "data": item.data,
        "previous": previous,
        "hash": digest,
    }
