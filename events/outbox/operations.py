"""Queueing messages and getting them out: claim, render, send with no transaction open, mark (reliability.md 1.4, 1.5)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, CursorResult, Update, and_, bindparam, or_, select, update

from events.foundation import clock, work
from events.foundation.db import db, inserting
from events.outbox.channels import Channel, Interrupted, Letter, Undeliverable, Unreachable
from events.outbox.models import Message
from events.outbox.queries import ENVELOPE, Envelope
from events.outbox.vocabulary import MessageState, Subject, dedupe_key

LEASE = timedelta(minutes=15)
"""How long a worker may keep what it has claimed; afterwards another takes it over."""
LEASE_RESERVE = timedelta(minutes=1)
"""A worker hands the rest of a batch back when so little of its lease is left: nothing goes out twice because it was slow."""
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440))
"""Pauses after a refused letter; after the last one it has failed for good."""
OUTAGE_PAUSE = timedelta(minutes=1)
"""Pause when the mail server itself is away; it counts against no letter."""
INTERRUPTIONS = 2
"""Letters of one batch with which the channel may break off before the server is taken to be ill and the rest pauses."""
PORTION = 30
"""Letters judged together: what their matters have in common is read once."""
FRESH = timedelta(seconds=1)
"""How long a judgement stands: behind a slow mail server the rest is judged again, so that no letter leaves on an older state."""
WITHHELD = "withheld"
"""Why a message was cancelled at its very sending: no longer wanted, or its recipient may no longer see the matter."""

_SENT = (
    update(Message)
    .where(Message.id == bindparam("message"), Message.state != MessageState.SENT)
    .values(state=MessageState.SENT, sent_at=bindparam("moment"), lease_until=None, last_error="")
)
"""The mark of every letter, put together once and run past the session: that takes as long as running it."""

_log = structlog.get_logger()

Rendering = Callable[[], Letter]
"""Puts one letter into words; asks the database for nothing."""
Judge = Callable[[Sequence[Envelope]], Mapping[int, Rendering]]
"""Which of the messages may leave as things stand, by id; those left out are withheld."""


@dataclass(frozen=True)
class Draft:
    """A message to be queued."""

    kind: str
    subject: Subject
    recipient_id: int | None
    due_at: datetime
    level: str = ""
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)
    request_id: int | None = None
    address: str = ""

    @property
    def key(self) -> str:
        """Its identity."""
        return dedupe_key(self.kind, self.subject, self.level, self.address if self.recipient_id is None else self.recipient_id)


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
    """Queue one message, whose text is rendered when it goes out. Returns False when it was queued before."""
    return bool(queue_all([Draft(kind, subject, recipient_id, due_at, level, params or {}, request_id, address)], now=now))


def queue_all(drafts: Sequence[Draft], *, now: datetime) -> int:
    """Queue what is not there yet and return how many were new. One statement, safe against others doing the same."""
    if not drafts:
        return 0
    new = inserting(Message).values([_row(draft, now) for draft in drafts]).on_conflict_do_nothing(index_elements=["dedupe_key"])
    return len(db.session.scalars(new.returning(Message.id)).all())


def cancel(ids: Collection[int]) -> int:
    """Cancel those still waiting; what is under way or sent stays."""
    return _changed(update(Message).where(Message.id.in_(ids), Message.state == MessageState.PENDING).values(state=MessageState.CANCELLED))


def revive(dues: Mapping[int, datetime]) -> int:
    """Let cancelled messages (id -> moment) wait again."""
    waiting = {"state": MessageState.PENDING, "attempts": 0, "last_error": ""}
    return sum(_changed(_if_state(one, MessageState.CANCELLED).values(due_at=due, **waiting)) for one, due in dues.items())


def move(dues: Mapping[int, datetime]) -> int:
    """Move the moment (id -> moment) of messages still waiting."""
    return sum(_changed(_if_state(one, MessageState.PENDING).values(due_at=due)) for one, due in dues.items())


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


def claim(limit: int = 100, *, now: datetime, lease: timedelta = LEASE) -> list[Envelope]:
    """Take up to `limit` messages that are due, the longest waiting first; nobody else gets them until the lease ends.

    Messages of a worker that died are due again when its lease has run out.
    """
    takable = or_(
        and_(Message.state == MessageState.PENDING, Message.due_at <= now),
        and_(Message.state == MessageState.CLAIMED, Message.lease_until <= now),
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


@dataclass(frozen=True)
class Tally:
    """What became of one batch."""

    sent: int = 0
    cancelled: int = 0
    failed: int = 0
    postponed: int = 0

    @property
    def total(self) -> int:
        """Messages claimed."""
        return self.sent + self.cancelled + self.failed + self.postponed


def deliver(
    judge: Judge,
    channel: Channel,
    *,
    limit: int = 100,
    lease: timedelta = LEASE,
    going_on: Callable[[], bool] = lambda: True,
    time: Callable[[], datetime] = clock.now,
) -> Tally:
    """Send one batch of what is due. Opens its own short transactions; none is open while a letter is being sent.

    When `going_on()` turns false, the channel closes or the lease runs short, the rest of the batch is handed back. A letter
    with which the channel broke off counts as failed, so that it waits ever longer and never stands in the way of others.
    A crash between sending and marking repeats that one letter, under the same Message-ID; nothing else does.
    """
    begun, interruptions = time(), 0
    claimed = work.transaction(lambda: claim(limit, now=begun, lease=lease), moment=begun)
    judgement, outcomes = _Judgement(judge, time), {"sent": 0, "cancelled": 0, "failed": 0}
    try:
        for position in range(len(claimed)):
            waiting = claimed[position:]
            if not going_on() or time() > begun + lease - LEASE_RESERVE:
                return _postpone(waiting, outcomes)
            try:
                outcomes[_deliver_first(waiting, judgement, channel, time)] += 1
            except Unreachable as error:
                _log.warning("mail_unreachable", error=str(error), waiting=len(waiting))
                return _postpone(waiting, outcomes, str(error), time() + OUTAGE_PAUSE)
            except Interrupted as error:
                outcomes["failed"] += 1
                interruptions += 1
                if interruptions == INTERRUPTIONS:
                    return _postpone(waiting[1:], outcomes, str(error), time() + OUTAGE_PAUSE)
        return Tally(**outcomes)
    finally:
        channel.close()


class _Judgement:
    """What may leave of a batch. It is judged in portions, each when its first letter is about to leave and again once it is stale.

    A portion that goes stale before it is used up was too large for this database and mail server: the next one is half as large.
    A letter that cannot be judged stops no other: what follows is then judged one by one.
    """

    def __init__(self, judge: Judge, time: Callable[[], datetime]) -> None:
        self._judge, self._time, self._portion = judge, time, PORTION
        self._read_at: datetime | None = None
        self._renderings: Mapping[int, Rendering] = {}
        self._judged: frozenset[int] = frozenset()

    def letter(self, waiting: Sequence[Envelope]) -> Letter | None:
        """The first of those waiting, in words; None when it must not leave."""
        first = waiting[0]
        if first.id not in self._judged:
            self._read(waiting[: self._portion])
        elif not self._is_fresh():
            self._portion = max(1, self._portion // 2)
            self._read(waiting[: self._portion])
        rendering = self._renderings.get(first.id)
        return rendering() if rendering else None

    def _is_fresh(self) -> bool:
        """Whether what was read is young enough to act upon, whatever the clock has done meanwhile."""
        return self._read_at is not None and timedelta(0) <= self._time() - self._read_at < FRESH

    def _read(self, portion: Sequence[Envelope]) -> None:
        """Judge these together. What was judged before is forgotten first, so that nothing leaves on it when this fails."""
        self._read_at, self._judged, self._renderings = self._time(), frozenset(), {}
        try:
            self._renderings = work.transaction(lambda: self._judge(portion), write=False)
        except Exception:
            if len(portion) == 1:
                raise
            _log.exception("portion_not_judged", messages=len(portion))
            self._portion = 1
            self._read(portion[:1])
        else:
            self._judged = frozenset(one.id for one in portion)


def _deliver_first(waiting: Sequence[Envelope], judgement: _Judgement, channel: Channel, time: Callable[[], datetime]) -> str:
    """Render, send, mark. A letter that cannot be judged, rendered or sent is postponed, not looped. Raises Interrupted once marked."""
    message = waiting[0]
    try:
        letter = judgement.letter(waiting)
        if letter is None:
            _mark(lambda: mark_cancelled(message))
            return "cancelled"
        channel.send(letter, message.address or letter.address, f"message-{message.id:08d}")
    except Unreachable:
        raise
    except Exception as error:  # whatever one letter does, the others go out
        reason = str(error) if isinstance(error, Undeliverable) else type(error).__name__
        _log.error("message_failed", message=message.id, kind=message.kind, error=reason, exc_info=not isinstance(error, Undeliverable))
        _mark(lambda: mark_failed(message, reason, now=time()))
        if isinstance(error, Interrupted):
            raise
        return "failed"
    _mark(lambda: mark_sent(message, now=time()))
    return "sent"


def _postpone(rest: Sequence[Envelope], outcomes: Mapping[str, int], error: str = "", due_at: datetime | None = None) -> Tally:
    """Hand the rest of a batch back."""
    _mark(lambda: hand_back(rest, error, due_at=due_at))
    return Tally(**outcomes, postponed=len(rest))


def _mark(act: Callable[[], Any]) -> None:
    """A short transaction of its own; tried long, since a mark that fails means a letter sent twice."""
    work.transaction(act, attempts=10)


def _settle(message: Envelope, unless: ColumnElement[bool], **values: Any) -> bool:
    """End a claim."""
    return bool(_changed(update(Message).where(Message.id == message.id, unless).values(lease_until=None, **values)))


def _still_ours(message: Envelope) -> ColumnElement[bool]:
    """The claim has not passed to another worker."""
    return and_(Message.state == MessageState.CLAIMED, Message.lease_until == message.lease_until)


def _if_state(identity: int, state: MessageState) -> Update:
    return update(Message).where(Message.id == identity, Message.state == state)


def _changed(statement: Update) -> int:
    """Run it and count the rows it changed; the session keeps no messages to bring in step."""
    result = db.session.execute(statement, execution_options={"synchronize_session": False})
    assert isinstance(result, CursorResult)  # noqa: S101 -- what every UPDATE gives
    return result.rowcount


def _row(draft: Draft, now: datetime) -> dict[str, Any]:
    """The columns of one message."""
    return {
        "dedupe_key": draft.key,
        "kind": draft.kind,
        "recipient_id": draft.recipient_id,
        "address": draft.address,
        "request_id": draft.request_id,
        "subject_kind": draft.subject.kind,
        "subject_id": draft.subject.id,
        "params": {**draft.params, "level": draft.level} if draft.level else dict(draft.params),
        "due_at": draft.due_at,
        "state": MessageState.PENDING,
        "attempts": 0,
        "last_error": "",
        "created_at": now,
    }
