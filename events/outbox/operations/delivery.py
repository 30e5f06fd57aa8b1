"""Getting messages out: claim, render, send with no transaction open, mark (reliability.md 1.4, 1.5)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

import structlog

from events.foundation import clock, work
from events.outbox.channels import Channel, Interrupted, Undeliverable, Unreachable, Worded
from events.outbox.operations.claims import LEASE, claim, hand_back, mark_cancelled, mark_failed, mark_sent
from events.outbox.queries import Envelope

LEASE_RESERVE = timedelta(minutes=1)
"""A worker hands the rest of a batch back when so little of its lease is left: nothing goes out twice because it was slow."""
OUTAGE_PAUSE = timedelta(minutes=1)
"""Pause of a channel when its server itself is away; it counts against no letter."""
INTERRUPTIONS = 2
"""Letters of one batch with which the channel may break off before the server is taken to be ill and the rest pauses."""
PORTION = 30
"""Letters judged together: what their matters have in common is read once."""
FRESH = timedelta(seconds=1)
"""How long a judgement stands: behind a slow mail server the rest is judged again, so that no letter leaves on an older state."""

_log = structlog.get_logger()

Words = TypeVar("Words", bound=Worded)

Rendering = Callable[[], Words]
"""Puts one message into the words of its channel; asks the database for nothing."""
Judge = Callable[[Sequence[Envelope]], Mapping[int, Rendering[Words]]]
"""Which of the messages may leave as things stand, by id; those left out are withheld."""


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
    judge: Judge[Words],
    channel: Channel[Words],
    *,
    limit: int = 100,
    lease: timedelta = LEASE,
    going_on: Callable[[], bool] = lambda: True,
    time: Callable[[], datetime] = clock.now,
) -> Tally:
    """Send one batch of what is due on one channel; whatever becomes of it, no other waits for it.

    Opens its own short transactions; none is open while a letter is being sent.

    When `going_on()` turns false, the channel closes or the lease runs short, the rest of the batch is handed back. A letter
    with which the channel broke off counts as failed, so that it waits ever longer and never stands in the way of others.
    A crash between sending and marking repeats that one letter, under the same Message-ID; nothing else does.
    """
    begun, interruptions = time(), 0
    claimed = work.transaction(lambda: claim(channel.kind, limit, now=begun, lease=lease), moment=begun)
    judgement, outcomes = _Judgement(judge, time), {"sent": 0, "cancelled": 0, "failed": 0}
    try:
        for position in range(len(claimed)):
            waiting = claimed[position:]
            if not going_on() or time() > begun + lease - LEASE_RESERVE:
                return _postpone(waiting, outcomes)
            try:
                outcomes[_deliver_first(waiting, judgement, channel, time)] += 1
            except Unreachable as error:
                _log.warning("channel_unreachable", channel=channel.kind.value, error=str(error), waiting=len(waiting))
                return _postpone(waiting, outcomes, str(error), time() + OUTAGE_PAUSE)
            except Interrupted as error:
                outcomes["failed"] += 1
                interruptions += 1
                if interruptions == INTERRUPTIONS:
                    return _postpone(waiting[1:], outcomes, str(error), time() + OUTAGE_PAUSE)
        return Tally(**outcomes)
    finally:
        channel.close()


class _Judgement(Generic[Words]):
    """What may leave of a batch. It is judged in portions, each when its first letter is about to leave and again once it is stale.

    A portion that goes stale before it is used up was too large for this database and mail server: the next one is half as large.
    A letter that cannot be judged stops no other: what follows is then judged one by one.
    """

    def __init__(self, judge: Judge[Words], time: Callable[[], datetime]) -> None:
        self._judge, self._time, self._portion = judge, time, PORTION
        self._read_at: datetime | None = None
        self._renderings: Mapping[int, Rendering[Words]] = {}
        self._judged: frozenset[int] = frozenset()

    def words(self, waiting: Sequence[Envelope]) -> Words | None:
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


def _deliver_first(waiting: Sequence[Envelope], judgement: _Judgement[Words], channel: Channel[Words], time: Callable[[], datetime]) -> str:
    """Render, send, mark. A letter that cannot be judged, rendered or sent is postponed, not looped. Raises Interrupted once marked."""
    message = waiting[0]
    try:
        words = judgement.words(waiting)
        if words is None:
            _mark(lambda: mark_cancelled(message))
            return "cancelled"
        channel.send(words, message.address or words.address, f"message-{message.id:08d}")
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
