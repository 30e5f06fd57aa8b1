"""Writing to the audit: operations record, the transaction seals."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from events.audit import chain, queries
from events.audit.models import AuditCheck, AuditEntry, AuditHead
from events.audit.vocabulary import Action
from events.foundation import work
from events.foundation.acting import Actor
from events.foundation.db import db, inserting_new

_HEAD = select(AuditHead.seq, AuditHead.hash).with_for_update()
_APPEND = insert(AuditEntry)
_ADVANCE = update(AuditHead).values(seq=bindparam("seq"), hash=bindparam("hash"))
_COLUMNS = AuditEntry.__table__.columns
_APPEND_ONE = (
    insert(AuditEntry)
    .values({name: bindparam(f"new_{name}", type_=column.type) for name, column in _COLUMNS.items()})
    .add_cte(update(AuditHead).values(seq=bindparam("new_seq"), hash=bindparam("new_hash")).cte("head"))
)
"""An entry and the head in one statement, which only PostgreSQL knows."""


@dataclass(frozen=True)
class Record:
    """An act waiting for the seal. `data` holds plain JSON values: ids, codes, counts, moments as text."""

    at: datetime
    action: Action
    subject: work.Subject
    by: Actor
    data: dict[str, Any]


def record(action: Action, subject: work.Subject, *, by: Actor, now: datetime, touched: bool = True, **data: Any) -> None:
    """Keep the act for the seal of the running transaction and mark its subject as touched, unless its operation says what was.

    Kept outside the session, so a failed flush loses the act together with the transaction.
    """
    work.current().records.append(Record(now, action, subject, by, {key: value for key, value in data.items() if value is not None}))
    if touched:
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
        digest = chain.link(previous, seq, chain.payload(item.at, item.action, item.subject, (item.by.kind, item.by.id), item.data))
        rows.append(_row(item, seq, previous, digest))
        previous = digest
    if len(rows) == 1 and connection.dialect.name == "postgresql":
        connection.execute(_APPEND_ONE, {f"new_{name}": value for name, value in rows[0].items()})
        return
    connection.execute(_APPEND, rows)
    connection.execute(_ADVANCE, {"seq": seq, "hash": previous})


def verify() -> chain.Verdict:
    """Check the whole chain against its hashes and its stored head.

    What others seal meanwhile is left out; what stands beyond the head of the same moment was put there past us.
    """
    head = db.session.execute(select(AuditHead.seq, AuditHead.hash)).one()
    verdict = chain.verify(_links(head.seq), expected=head)
    beyond = _beyond()
    return replace(verdict, broken_at=beyond) if verdict.holds and beyond is not None else verdict


def _beyond() -> int | None:
    """The first entry past the head of the same moment: it was put there past us."""
    return db.session.scalar(select(func.min(AuditEntry.seq)).where(AuditEntry.seq > select(AuditHead.seq).scalar_subquery()))


def _links(last: int, *, after: int | None = None) -> Iterator[chain.Link]:
    """The stored entries up to `last` in order, from the first or `after` one, a thousand at a time."""
    asked = select(AuditEntry).where(AuditEntry.seq <= last).order_by(AuditEntry.seq)
    if after is not None:
        asked = asked.where(AuditEntry.seq > after)
    for entry in db.session.execute(asked.execution_options(yield_per=1000)).scalars():
        yield queries.link_of(entry)


def ask_check(*, by: Actor, now: datetime) -> bool:
    """Ask the worker to check the whole chain as it stands now. False where a check is under way already."""
    seq, digest = queries.head()
    asked = {"running": 1, "asked_at": now, "asked_by": by.id, "end_seq": seq, "end_hash": digest, "seq": 0, "hash": chain.GENESIS}
    begun = db.session.scalar(inserting_new(AuditCheck, "running").values(asked).returning(AuditCheck.id))
    if begun is None:
        return False
    record(Action.JOURNAL_CHECK_ASKED, ("journal", begun), by=by, now=now)
    return True


def check_further(most: int) -> bool:
    """Walk the next entries of the check that is under way, `most` of them; whether there is more to do.

    Opens its own transactions: one that reads and computes, so that no writer waits, and a short one that keeps how far it has come.
    """
    step = work.transaction(lambda: _walk(most), write=False)
    return step is not None and work.transaction(lambda: _keep(step))


@dataclass(frozen=True)
class _Step:
    """How far a check has come: from one entry to another, and what was found."""

    check_id: int
    since: int
    seq: int
    hash: str
    over: bool
    broken_at: int | None


def _walk(most: int) -> _Step | None:
    check = queries.running_check()
    if check is None:
        return None
    last = min(check.seq + most, check.end_seq)
    over = last == check.end_seq
    expected = (last, check.end_hash) if over else None
    verdict = chain.verify(_links(last, after=check.seq), after=(check.seq, check.hash), expected=expected)
    broken = verdict.broken_at
    if broken is None and verdict.entries < last:
        broken = verdict.entries + 1
    if broken is None and over:
        broken = _beyond()
    return _Step(check.id, check.seq, last, verdict.head, over or broken is not None, broken)


def _keep(step: _Step) -> bool:
    """Keep the step unless another worker has taken it; whether there is more to do."""
    ended = {"running": None, "finished_at": work.now(), "broken_at": step.broken_at} if step.over else {}
    taken = update(AuditCheck).where(AuditCheck.id == step.check_id, AuditCheck.running == 1, AuditCheck.seq == step.since)
    kept = db.session.connection().execute(taken.values(seq=step.seq, hash=step.hash, **ended)).rowcount == 1
    return kept and not step.over


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
