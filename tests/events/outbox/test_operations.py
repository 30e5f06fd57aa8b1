"""Messages on their way: queued once, claimed by one, sent or put off, never lost (reliability.md 1.4, 1.5, I11, T22)."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from events.foundation import work
from events.foundation.db import db
from events.outbox import operations, queries
from events.outbox.channels import Interrupted, Undeliverable, Unreachable
from events.outbox.channels.email import Letter
from events.outbox.models import Message
from events.outbox.operations import BACKOFF, FRESH, LEASE, OUTAGE_PAUSE, PORTION, Draft, Judge, Rendering, Tally
from events.outbox.queries import Envelope
from events.outbox.vocabulary import ChannelKind, MessageState, Subject, channels_for
from tests.fixtures.moments import MONDAY

MINUTE = timedelta(minutes=1)


@dataclass
class Post:
    """A channel that keeps what it is given, or fails as told: one entry of `troubles` per letter."""

    kind = ChannelKind.EMAIL

    sent: list[str] = field(default_factory=list)
    troubles: list[Exception | None] = field(default_factory=list)

    def send(self, letter: Letter, address: str, message_id: str) -> None:
        """Take the letter."""
        trouble = self.troubles.pop(0) if self.troubles else None
        if trouble is not None:
            raise trouble
        assert not db.session().in_transaction(), "no transaction is open while a letter is being sent"
        self.sent.append(message_id)

    def close(self) -> None:
        """Nothing is open."""


def the_words() -> Letter:
    """Every message is the same letter."""
    return Letter("subject", "text", address="someone@demo.example")


def words(envelopes: Sequence[Envelope]) -> dict[int, Rendering]:
    """Every message may leave."""
    return dict.fromkeys([one.id for one in envelopes], the_words)


@dataclass
class Clock:
    """Moves on with every letter sent, by as much as the mail server takes for one."""

    now: datetime
    letter_takes: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        """The moment."""
        return self.now


@dataclass
class SlowPost(Post):
    """A mail server that takes its time."""

    clock: Clock = field(default_factory=lambda: Clock(MONDAY))

    def send(self, letter: Letter, address: str, message_id: str) -> None:
        """Take the letter, slowly."""
        super().send(letter, address, message_id)
        self.clock.now += self.clock.letter_takes


def queue(count: int, now: datetime, *, due_at: datetime | None = None) -> None:
    """So many messages, due now unless said otherwise."""
    drafts = [
        operations.Draft("assigned", Subject("review", number), 1, ChannelKind.EMAIL, due_at or now) for number in range(1, count + 1)
    ]
    assert work.transaction(lambda: operations.queue_all(drafts, now=now), moment=now) == count


def states() -> list[str]:
    """The state of every message, by id."""
    return work.transaction(lambda: [one.value for one in db.session.scalars(select(Message.state).order_by(Message.id))], write=False)


def the_message() -> Message:
    """The only one."""
    return work.transaction(lambda: db.session.scalars(select(Message)).one(), write=False)


def deliver(post: Post, now: datetime, judge: Judge = words, limit: int = 100) -> Tally:
    """One batch with the clock standing at `now`."""
    return operations.deliver(judge, post, limit=limit, time=lambda: now)


def test_i11_same_matter_is_queued_once(app: Flask, now: datetime):
    def again() -> bool:
        return operations.queue("assigned", Subject("review", 1), 1, due_at=now, now=now)

    assert [work.transaction(again), work.transaction(again)] == [True, False]


def test_message_is_queued_on_every_channel_of_its_recipient(app: Flask, now: datetime):
    work.transaction(lambda: operations.queue("assigned", Subject("review", 1), 1, due_at=now, now=now))
    rows = work.transaction(lambda: db.session.execute(select(Message.channel, Message.dedupe_key)).all(), write=False)
    assert [tuple(row) for row in rows] == [(one, f"assigned:review.1::1:{one}") for one in channels_for(1, "assigned")]


def test_due_message_is_sent_once_under_its_own_id(app: Flask, now: datetime):
    queue(1, now)
    post = Post()
    assert deliver(post, now) == Tally(sent=1)
    assert deliver(post, now + LEASE * 2) == Tally()
    assert post.sent == [f"message-{the_message().id:08d}"]
    assert the_message().sent_at == now


def test_message_of_later_waits(app: Flask, now: datetime):
    queue(1, now, due_at=now + MINUTE)
    assert deliver(Post(), now) == Tally()
    assert deliver(Post(), now + MINUTE * 60) == Tally(sent=1)


def test_unwanted_message_is_cancelled_at_its_sending(app: Flask, now: datetime):
    queue(1, now)
    assert deliver(Post(), now, lambda _: {}) == Tally(cancelled=1)
    assert states() == ["cancelled"]


def test_refused_letter_is_put_off_ever_longer_then_fails_and_can_be_retried(app: Flask, now: datetime):
    queue(1, now)
    moment, pauses = now, []
    for _ in BACKOFF:
        assert deliver(Post(troubles=[Undeliverable("550")]), moment) == Tally(failed=1)
        pauses.append(the_message().due_at - moment)
        assert deliver(Post(), moment) == Tally()
        moment = the_message().due_at
    assert pauses == list(BACKOFF)
    assert deliver(Post(troubles=[Undeliverable("550")]), moment) == Tally(failed=1)
    assert states() == ["failed"]
    assert work.transaction(lambda: operations.retry(moment)) == 1
    assert deliver(Post(), moment) == Tally(sent=1)


def test_one_letter_that_cannot_be_written_stops_no_other(app: Flask, now: datetime):
    queue(3, now)

    def judge(envelopes: Sequence[Envelope]) -> dict[int, Rendering]:
        return {one.id: broken if one.subject_id == 2 else the_words for one in envelopes}

    def broken() -> Letter:
        raise KeyError("title")

    assert deliver(Post(), now, judge) == Tally(sent=2, failed=1)
    assert states() == ["sent", "pending", "sent"]


def test_one_letter_that_cannot_be_judged_stops_no_other(app: Flask, now: datetime):
    queue(5, now)
    asked: list[list[int]] = []

    def judge(envelopes: Sequence[Envelope]) -> dict[int, Rendering]:
        asked.append([one.subject_id for one in envelopes])
        if 3 in asked[-1]:
            raise KeyError("starts_at")
        return words(envelopes)

    assert deliver(Post(), now, judge) == Tally(sent=4, failed=1)
    assert states() == ["sent", "sent", "pending", "sent", "sent"]
    assert asked == [[1, 2, 3, 4, 5], [1], [2], [3], [4], [5]]


def test_batch_is_judged_in_portions(app: Flask, now: datetime):
    queue(PORTION + 2, now)
    asked: list[int] = []

    def judge(envelopes: Sequence[Envelope]) -> dict[int, Rendering]:
        asked.append(len(envelopes))
        return words(envelopes)

    assert deliver(Post(), now, judge) == Tally(sent=PORTION + 2)
    assert asked == [PORTION, 2]


@pytest.mark.parametrize("takes", [FRESH * 0.4, timedelta(hours=-1)], ids=["slow mail server", "clock set back"])
def test_i11_no_letter_leaves_on_a_judgement_that_is_stale(app: Flask, now: datetime, takes: timedelta):
    queue(6, now)
    clock = Clock(now, takes)
    judged: list[int] = []

    def judge(envelopes: Sequence[Envelope]) -> dict[int, Rendering]:
        judged.append(len(envelopes))
        return words(envelopes) if len(judged) == 1 else {}

    tally = operations.deliver(judge, SlowPost(clock=clock), time=clock)
    fresh = 3 if takes > timedelta(0) else 1
    assert tally == Tally(sent=fresh, cancelled=6 - fresh)
    assert judged == [6, 6 - fresh]


def test_i11_no_letter_leaves_on_a_judgement_that_was_to_be_replaced(app: Flask, now: datetime):
    """Of three letters the first leaves, the second cannot be judged again, and meanwhile the third is no longer wanted."""
    queue(3, now)
    clock = Clock(now, FRESH)
    asked: list[list[int]] = []

    def judge(envelopes: Sequence[Envelope]) -> dict[int, Rendering]:
        asked.append([one.subject_id for one in envelopes])
        if 2 in asked[-1] and len(asked) > 1:
            raise KeyError("starts_at")
        return words(envelopes) if len(asked) == 1 else {}

    assert operations.deliver(judge, SlowPost(clock=clock), time=clock) == Tally(sent=1, failed=1, cancelled=1)
    assert states() == ["sent", "pending", "cancelled"]
    assert asked == [[1, 2, 3], [2, 3], [2], [3]]


def test_slow_judge_is_asked_about_fewer_letters_until_they_leave_in_time(app: Flask, now: datetime):
    """A tenth of a second a letter; a new batch begins with a whole portion."""
    queue(80, now)
    clock = Clock(now)
    judged: list[int] = []

    def judge(envelopes: Sequence[Envelope]) -> dict[int, Rendering]:
        judged.append(len(envelopes))
        clock.now += FRESH / 10 * len(envelopes)
        return words(envelopes)

    for _ in range(2):
        assert operations.deliver(judge, Post(), limit=40, time=clock) == Tally(sent=40)
    assert judged == [PORTION, 15, 7, 7, 7, 7, 7, 3] * 2


def test_judge_that_is_never_quick_enough_is_asked_letter_by_letter(app: Flask, now: datetime):
    queue(10, now)
    clock = Clock(now)
    judged: list[int] = []

    def judge(envelopes: Sequence[Envelope]) -> dict[int, Rendering]:
        judged.append(len(envelopes))
        clock.now += FRESH
        return words(envelopes)

    assert operations.deliver(judge, Post(), time=clock) == Tally(sent=10)
    assert judged == [10, 9, 7, 3, *[1] * 6]


def test_outage_of_any_length_loses_and_doubles_nothing(app: Flask, now: datetime):
    queue(5, now)
    post, moment = Post(troubles=[None, None]), now
    post.troubles.append(Unreachable("ConnectionRefusedError"))
    assert deliver(post, moment) == Tally(sent=2, postponed=3)
    for _ in range(30):
        moment += OUTAGE_PAUSE
        assert deliver(Post(troubles=[Unreachable("ConnectionRefusedError")]), moment) == Tally(postponed=3)
    moment += OUTAGE_PAUSE
    assert deliver(post, moment) == Tally(sent=3)
    assert len(set(post.sent)) == len(post.sent) == 5


def test_outage_of_a_channel_holds_up_no_message_of_another(app: Flask, now: datetime):
    """The other channel is one that this version does not know, as after a step back."""
    queue(4, now)
    _hand_over_to_pigeons("3, 4")
    assert deliver(Post(troubles=[Unreachable("ConnectionRefusedError")]), now) == Tally(postponed=2)
    later = work.transaction(lambda: db.session.scalars(select(Message.due_at).order_by(Message.id)).all(), write=False)
    assert later == [now + OUTAGE_PAUSE] * 2 + [now] * 2
    post = Post()
    assert deliver(post, now + OUTAGE_PAUSE) == Tally(sent=2)
    assert deliver(post, now + LEASE * 2) == Tally()
    assert states() == ["sent", "sent", "pending", "pending"]


def _hand_over_to_pigeons(ids: str) -> None:
    """Let these messages go by a channel of another house, past the closed set."""
    with db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA ignore_check_constraints=on")
        else:
            connection.exec_driver_sql("ALTER TABLE message DROP CONSTRAINT ck_message_message_channel")
        connection.exec_driver_sql(f"UPDATE message SET channel = 'pigeons' WHERE id IN ({ids})")


def test_letter_that_breaks_the_connection_off_holds_up_no_other(app: Flask, now: datetime):
    queue(6, now)

    @dataclass
    class Strict(Post):
        """Hangs up whenever it is given the first letter."""

        def send(self, letter: Letter, address: str, message_id: str) -> None:
            """Take the others."""
            if message_id.endswith("01"):
                raise Interrupted("SMTPServerDisconnected")
            super().send(letter, address, message_id)

    post, moment = Strict(), now
    assert deliver(post, moment) == Tally(sent=5, failed=1)
    assert states() == ["pending", *["sent"] * 5]
    for _ in BACKOFF:
        moment += BACKOFF[-1]
        assert deliver(post, moment) == Tally(failed=1)
    assert states() == ["failed", *["sent"] * 5]


def test_server_that_breaks_off_again_and_again_rests(app: Flask, now: datetime):
    queue(6, now)
    ill = Post(troubles=[Interrupted("TimeoutError")] * 6)
    assert deliver(ill, now) == Tally(failed=2, postponed=4)
    assert deliver(Post(), now) == Tally()
    attempts = work.transaction(lambda: list(db.session.scalars(select(Message.attempts).order_by(Message.id))), write=False)
    assert attempts == [1, 1, 0, 0, 0, 0]
    post = Post()
    assert deliver(post, now + OUTAGE_PAUSE) == Tally(sent=6)
    assert len(set(post.sent)) == 6


def test_worker_that_died_is_relieved_when_its_lease_ends(app: Flask, now: datetime):
    queue(2, now)
    assert len(work.transaction(lambda: operations.claim(ChannelKind.EMAIL, now=now))) == 2
    assert deliver(Post(), now + LEASE - MINUTE) == Tally()
    assert deliver(Post(), now + LEASE) == Tally(sent=2)


def test_slow_worker_hands_back_before_its_lease_ends(app: Flask, now: datetime):
    queue(4, now)
    clock = Clock(now, LEASE)
    tally = operations.deliver(words, SlowPost(clock=clock), time=clock)
    assert (tally.sent, tally.postponed) == (1, 3)
    assert states() == ["sent", "pending", "pending", "pending"]


def test_stopping_worker_finishes_the_letter_in_hand_and_hands_back_the_rest(app: Flask, now: datetime):
    queue(4, now)
    going_on = iter([True, True, False])
    assert operations.deliver(words, Post(), going_on=lambda: next(going_on), time=lambda: now) == Tally(sent=2, postponed=2)
    assert deliver(Post(), now) == Tally(sent=2)


def test_mark_of_a_lost_claim_changes_nothing_but_sent_is_for_good(app: Flask, now: datetime):
    queue(1, now)
    [first] = work.transaction(lambda: operations.claim(ChannelKind.EMAIL, now=now))
    [second] = work.transaction(lambda: operations.claim(ChannelKind.EMAIL, now=now + LEASE))
    assert not work.transaction(lambda: operations.mark_failed(first, "late", now=now))
    assert not work.transaction(lambda: operations.mark_cancelled(first))
    assert work.transaction(lambda: operations.mark_sent(first, now=now + LEASE))
    assert not work.transaction(lambda: operations.mark_sent(second, now=now + LEASE * 2))
    assert not work.transaction(lambda: operations.mark_failed(second, "x", now=now + LEASE * 2))
    assert states() == ["sent"]


def test_sent_message_is_neither_cancelled_nor_revived_nor_planned_anew(app: Flask, now: datetime):
    queue(1, now)
    deliver(Post(), now)
    one = the_message().id
    draft = Draft("due", Subject("review", 1), None, ChannelKind.EMAIL, now + MINUTE, params={"days": 9}, address="a@x.example")
    changes = (lambda: operations.cancel([one]), lambda: operations.revive({one: draft}), lambda: operations.replan({one: draft}))
    assert [work.transaction(change) for change in changes] == [0, 0, 0]
    assert states() == ["sent"]
    assert (the_message().due_at, the_message().params) == (now, {})


def test_history_that_was_loaded_is_not_sent(app: Flask, now: datetime):
    queue(2, now, due_at=now - MINUTE)
    assert work.transaction(lambda: operations.consider_sent(now)) == 2
    assert deliver(Post(), now) == Tally()


def test_status_counts_by_state_and_tells_how_long_the_oldest_waits(app: Flask, now: datetime):
    queue(3, now)
    deliver(Post(), now, limit=1)
    counts = work.transaction(lambda: queries.status(now + MINUTE), write=False)
    assert counts == {"pending": 2, "claimed": 0, "sent": 1, "cancelled": 0, "failed": 0, "due": 2, "oldest_due_seconds": 60}


def test_status_of_every_channel_adds_up(app: Flask, now: datetime):
    queue(3, now)
    deliver(Post(), now, limit=1)
    counts, by_channel = work.transaction(lambda: (queries.status(now), queries.status_by_channel(now)), write=False)
    assert by_channel == {ChannelKind.EMAIL: counts}


@pytest.mark.parametrize("workers", [8])
def test_t22_many_workers_send_each_message_once(app: Flask, now: datetime, workers: int):
    queue(120, now)
    posts: Sequence[Post] = [Post() for _ in range(workers)]

    def run(post: Post) -> None:
        with app.app_context():
            while deliver(post, now, limit=7).total:
                pass

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(run, posts))
    sent = [one for post in posts for one in post.sent]
    assert len(sent) == len(set(sent)) == 120
    assert set(states()) == {MessageState.SENT.value}
