"""Reading what was recorded."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select

from events.audit import chain
from events.audit.models import AuditCheck, AuditEntry, AuditHead
from events.audit.vocabulary import Action
from events.foundation import work
from events.foundation.db import db

SCANNED = 200_000
"""Entries looked through for one page at most: what is rare is then looked for a part of the log at a time."""
PORTION = 1000
"""Entries read at a time for a file."""
SLACK = timedelta(days=1)
"""Entries go by number, and a clock may step back (I20): so far from a period the first and last of its entries are looked for."""
_NAMED = {Action.PASSWORD_REFUSED: "user", Action.HANDED_OVER: "to"}
"""Acts that name a person who is neither their subject nor who acted."""

HISTORY = select(AuditHead.hash).where(AuditHead.id == 1)
"""A word for all that was ever done: the chain's last hash. What is derived from the log (I9) holds while it stays the same."""


@dataclass(frozen=True)
class Wish:
    """What of the log is asked for; None is everything. `people`: who acted, and to whom something was done. Moments from `since` to before
    `until`."""

    people: frozenset[int] | None = None
    subject: work.Subject | None = None
    kind: str | None = None
    actions: frozenset[str] | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Found:
    """Entries, newest first. `older`: go on before this entry, `newer`: after that one; None where nothing is left. `whole`: all that was
    asked for up to the last of them was looked through, not a part of the log alone."""

    entries: Sequence[AuditEntry]
    older: int | None
    newer: int | None
    whole: bool = True


def entries_about(subject: work.Subject, actions: Collection[str]) -> Sequence[AuditEntry]:
    """The entries of these actions about one subject, oldest first."""
    kind, identity = subject
    asked = select(AuditEntry).where(AuditEntry.subject_kind == kind, AuditEntry.subject_id == identity, AuditEntry.action.in_(actions))
    return db.session.scalars(asked.order_by(AuditEntry.seq)).all()


def page(wish: Wish, *, before: int | None = None, after: int | None = None, size: int) -> Found:
    """A page of the log: the newest entries, those before one, or those after one. Never counts, never passes over rows."""
    first, last = _bounds(wish)
    if after is not None:
        begin = max(first, after + 1)
        end = min(last, begin + SCANNED - 1) if _scans(wish) else last
        found = _read(wish, begin, end, size + 1, newest_first=False)
        more, shown = len(found) > size, found[:size][::-1]
        newer = shown[0].seq if more else (end if end < last else None)
        return Found(shown, shown[-1].seq if shown else begin, newer, more or end == last)
    end = last if before is None else min(last, before - 1)
    begin = max(first, end - SCANNED + 1) if _scans(wish) else first
    found = _read(wish, begin, end, size + 1, newest_first=True)
    more, shown = len(found) > size, found[:size]
    older = shown[-1].seq if more else (begin if begin > first else None)
    newer = None if before is None else (shown[0].seq if shown else end)
    return Found(shown, older, newer, more or begin == first)


def newest(wish: Wish, upto: int, most: int) -> Iterator[Sequence[AuditEntry]]:
    """The newest entries asked for, from one place back, `most` of them in all, a portion at a time, which is all that is held."""
    before: int | None = upto + 1
    while before is not None and most > 0:
        found = page(wish, before=before, size=min(PORTION, most))
        yield found.entries
        most -= len(found.entries)
        before = found.older


def head() -> tuple[int, str]:
    """Place and hash of the last entry."""
    row = db.session.execute(select(AuditHead.seq, AuditHead.hash)).one()
    return row.seq, row.hash


def holds(seq: int, digest: str) -> bool:
    """Whether the log has an entry at that place with that hash, and it says what the hash was made of."""
    entry = db.session.get(AuditEntry, seq)
    if entry is None or entry.hash != digest:
        return False
    found = link_of(entry)
    return chain.link(found.previous, found.seq, found.payload) == digest


def link_of(entry: AuditEntry) -> chain.Link:
    """A stored entry as a link of the chain."""
    subject, by = (entry.subject_kind, entry.subject_id), (entry.actor_kind, entry.actor_id)
    payload = chain.payload(entry.at, entry.action, subject, by, entry.data)
    return chain.Link(entry.seq, payload, entry.previous, entry.hash)


def running_check() -> AuditCheck | None:
    """The check of the chain that is under way."""
    return db.session.scalar(select(AuditCheck).where(AuditCheck.running == 1))


def last_check() -> AuditCheck | None:
    """The newest check that has ended."""
    return db.session.scalar(select(AuditCheck).where(AuditCheck.running.is_(None)).order_by(AuditCheck.id.desc()).limit(1))


def _scans(wish: Wish) -> bool:
    """Whether entries are looked for one by one: nothing keeps them in order but their numbers and, of one subject, its index."""
    return wish.subject is None and not (wish.people is None and wish.kind is None and wish.actions is None)


def _bounds(wish: Wish) -> tuple[int, int]:
    """The first and the last place where something asked for may stand."""
    last, _ = head()
    first = 1
    if wish.since is not None:
        first = _first_from(wish.since - SLACK, last)
    if wish.until is not None:
        last = _first_from(wish.until + SLACK, last) - 1
    return first, last


def _first_from(moment: datetime, last: int) -> int:
    """The first place that is not before the moment, by halving what is left: places are consecutive, moments rise with them but for a
    clock set back."""
    low, high = 1, last + 1
    while low < high:
        middle = (low + high) // 2
        at = db.session.scalar(select(AuditEntry.at).where(AuditEntry.seq >= middle).order_by(AuditEntry.seq).limit(1))
        if at is not None and at < moment:
            low = middle + 1
        else:
            high = middle
    return low


def _read(wish: Wish, begin: int, end: int, most: int, *, newest_first: bool) -> Sequence[AuditEntry]:
    if end < begin:
        return []
    asked = select(AuditEntry).where(AuditEntry.seq >= begin, AuditEntry.seq <= end, *_narrowing(wish))
    return db.session.scalars(asked.order_by(AuditEntry.seq.desc() if newest_first else AuditEntry.seq).limit(most)).all()


def _narrowing(wish: Wish) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wish.since is not None:
        found.append(AuditEntry.at >= wish.since)
    if wish.until is not None:
        found.append(AuditEntry.at < wish.until)
    if wish.subject is not None:
        found += [AuditEntry.subject_kind == wish.subject[0], AuditEntry.subject_id == wish.subject[1]]
    if wish.kind is not None:
        found.append(AuditEntry.subject_kind == wish.kind)
    if wish.actions is not None:
        found.append(AuditEntry.action.in_(sorted(wish.actions)))
    if wish.people is not None:
        ids = sorted(wish.people)
        by = and_(AuditEntry.actor_kind == "user", AuditEntry.actor_id.in_(ids))
        to = and_(AuditEntry.subject_kind == "user", AuditEntry.subject_id.in_(ids))
        named = [and_(AuditEntry.action == action, AuditEntry.data[key].as_integer().in_(ids)) for action, key in _NAMED.items()]
        found.append(or_(by, to, *named))
    return found
