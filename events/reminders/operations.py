"""Making the outbox match what the state of a request asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

import structlog
from sqlalchemy.exc import DBAPIError

from events.audit import queries as audit
from events.foundation import work
from events.foundation.db import db
from events.foundation.place import local, local_day
from events.outbox import operations as outbox
from events.outbox.operations import WITHHELD, Draft
from events.outbox.queries import Entry
from events.outbox.vocabulary import MessageState, Subject
from events.people import queries as people
from events.reminders import queries
from events.reminders.timetable import Planned
from events.reminders.vocabulary import JOURNAL_HEAD
from events.requests import lifecycle
from events.requests.queries import unlocked_now
from events.requests.vocabulary import InvolvedBy

BATCH = 200
"""Requests the tick compares at a time before it locks any."""

HEAD_TOLD = time(9)
"""From which hour of Moscow the end of the journal goes out by letter."""

_log = structlog.get_logger()


@dataclass(frozen=True)
class Changes:
    """What the outbox lacks or has too much of."""

    missing: list[Planned]
    unwanted: list[int]
    revived: dict[int, Planned]
    replanned: dict[int, Planned]

    def __bool__(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.missing or self.unwanted or self.revived or self.replanned)


def compare(wanted: Mapping[str, Planned], entries: Sequence[Entry], *, withheld_again: bool) -> Changes:
    """The difference between what should exist and what does. A sent message is never touched.

    One still to come is written anew, moment and values, when either differs from what is planned now (decision 005).
    A message withheld at its sending comes back only when something has happened since (`withheld_again`), and one put off
    after a failure keeps its pause and what it was to say then: otherwise the tick would send it round in circles.
    """
    known = {one.dedupe_key for one in entries}
    pending = [one for one in entries if one.state is MessageState.PENDING]
    revivable = [one for one in entries if one.state is MessageState.CANCELLED and (withheld_again or one.last_error != WITHHELD)]
    return Changes(
        missing=[one for key, one in wanted.items() if key not in known],
        unwanted=[one.id for one in pending if one.dedupe_key not in wanted],
        revived={one.id: wanted[one.dedupe_key] for one in revivable if one.dedupe_key in wanted},
        replanned={one.id: wanted[one.dedupe_key] for one in pending if one.dedupe_key in wanted and _differs(one, wanted)},
    )


def reconcile(touched: Sequence[work.Subject], now: datetime) -> None:
    """Follower: match the outbox for the requests touched, under the lock their operations hold.

    It never refuses: what goes wrong with one request is logged, the decision stands, and the tick makes it good. Only a
    deadlock or a lost connection goes up, since then the whole transaction begins again.
    """
    for request_id in dict.fromkeys(identity for kind, identity in touched if kind == "request"):
        try:
            with db.session.connection().begin_nested():  # nothing in it is written through the session
                _match(request_id, now, withheld_again=True)
        except DBAPIError as error:
            if work.is_transient(error) or work.is_unavailable(error):
                raise
            _log.exception("reminders_failed", request_id=request_id)
        except Exception:
            _log.exception("reminders_failed", request_id=request_id)


def catch_up(request_id: int, moment: datetime) -> None:
    """What `reconcile` would have left of a history played without it, whose last act was at that moment: curators see what they could
    have been asked for, and what the request asks for waits. Letters that would have been cancelled on the way are not there."""
    asked: dict[int, datetime] = {}
    for opened_at, curator in queries.curators_asked(request_id):
        asked.setdefault(curator, opened_at)
    for curator, opened_at in asked.items():
        lifecycle.involve(request_id, [curator], InvolvedBy.CURATOR, opened_at)
    _match(request_id, moment)


def tick(now: datetime) -> int:
    """Match the outbox for every request in which time or a change of staff may ask for a message; returns how many changed.

    Opens its own transactions: one that reads for each batch, and a short writing one for each request that differs. A
    request somebody is just working on is left to that person's own follower. One that fails is logged and passed over.
    """
    changed, after = 0, 0
    while found := work.transaction(lambda start=after: queries.candidates(now, start, BATCH), write=False):  # type: ignore[misc]
        for request_id in work.transaction(lambda ids=found: _differing(ids, now), write=False):  # type: ignore[misc]
            changed += _match_alone(request_id, now)
        after = found[-1]
    return changed


def tell_head(now: datetime) -> int:
    """Once a day of Moscow, from nine on: the end of the journal to each administrator, who keeps it outside; how many are told. A second
    tick of the day finds them told (I11)."""
    seq, digest = audit.head()
    if seq == 0 or local(now).time() < HEAD_TOLD:
        return 0
    subject = Subject("journal", 0, local_day(now).isoformat())
    told = {"seq": seq, "hash": digest}
    return sum(outbox.queue(JOURNAL_HEAD, subject, one, due_at=now, now=now, params=told) for one in people.administrators())


def _differing(request_ids: Sequence[int], now: datetime) -> list[int]:
    """Those of the requests whose messages are not as they should be; all of them when one cannot be compared, each then for itself."""
    try:
        entries = queries.entries(request_ids)
        wanted = queries.wanted(request_ids, now)
    except DBAPIError:
        raise
    except Exception:
        _log.exception("reminders_not_compared", requests=len(request_ids))
        return list(request_ids)
    return [one for one, planned in wanted.items() if compare(planned, entries[one], withheld_again=False)]


def _match_alone(request_id: int, now: datetime) -> bool:
    try:
        return work.transaction(lambda: unlocked_now(request_id) is not None and _match(request_id, now), moment=now)
    except Exception as error:
        if work.is_unavailable(error):
            raise
        _log.exception("reminders_failed", request_id=request_id)
        return False


def _match(request_id: int, now: datetime, *, withheld_again: bool = False) -> bool:
    """Insert what is missing, cancel what is no longer wanted, revive and plan the rest anew; whether anything changed."""
    wanted = queries.wanted([request_id], now).get(request_id, {})
    changes = compare(wanted, queries.entries([request_id])[request_id], withheld_again=withheld_again)
    if changes.unwanted:
        outbox.cancel(changes.unwanted)
    outbox.revive({key: _draft(request_id, one) for key, one in changes.revived.items()})
    outbox.replan({key: _draft(request_id, one) for key, one in changes.replanned.items()})
    _let_curators_in(request_id, [*changes.missing, *changes.revived.values(), *changes.replanned.values()], now)
    outbox.queue_all([_draft(request_id, one) for one in changes.missing], now=now)
    return bool(changes)


def _let_curators_in(request_id: int, planned: Sequence[Planned], now: datetime) -> None:
    """Whoever will be asked for help as a curator may see the request: a letter to somebody without access is never sent (I11)."""
    units = {one.params["curator"] for one in planned if one.params.get("curator") is not None}
    lifecycle.involve(request_id, sorted(units), InvolvedBy.CURATOR, now)


def _differs(entry: Entry, wanted: Mapping[str, Planned]) -> bool:
    """Whether its moment or its values are planned otherwise now; one waiting after a failure keeps both."""
    return not entry.last_error and not wanted[entry.dedupe_key].is_kept_as(entry.due_at, entry.params)


def _draft(request_id: int, planned: Planned) -> Draft:
    return Draft(
        planned.kind, planned.subject, planned.recipient, planned.channel, planned.due_at, planned.level, planned.params, request_id
    )
