"""What a changed basis does to drafts, without anybody acting: their last moment to submit is counted anew."""

from collections.abc import Collection
from datetime import datetime

from events.approvals import deadlines
from events.foundation import work
from events.people.queries import Offices
from events.requests import lifecycle as requests_lifecycle
from events.requests import queries as requests

BATCH = 100
"""Drafts counted in one transaction: nobody waits long for the lock of one."""


def count_drafts(now: datetime) -> int:
    """Keep the last moment to submit with every draft whose date lies ahead, where it was not counted for what is written, or what it was
    counted from has changed since; returns how many were counted.

    Opens its own transactions: one that reads for each batch, and a short writing one. A draft somebody is just saving waits for the next
    tick.
    """
    counted, after = 0, 0
    while found := work.transaction(lambda start=after: _to_count(start, now), write=False):  # type: ignore[misc]
        counted += work.transaction(lambda ids=found: _count(ids, now), moment=now)  # type: ignore[misc]
        after = found[-1]
    return counted


def _to_count(after: int, now: datetime) -> list[int]:
    """The next drafts that are to be counted."""
    return list(requests.counted_otherwise(deadlines.basis(Offices(), now), now, after=after, limit=BATCH))


def _count(request_ids: Collection[int], now: datetime) -> int:
    """Count what is written under the locks, so that no moment of an older text stands beside a younger one."""
    offices = Offices()
    basis = deadlines.basis(offices, now)
    found = requests.unlocked_drafts(request_ids)
    lasts = deadlines.last_moments({one.id: one.lead_unit_id for one in found}, offices, now)
    for one in found:
        requests_lifecycle.keep_last_moment(one, lasts[one.id], basis)
    return len(found)
