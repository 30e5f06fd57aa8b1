"""A review as a list reads it: plain columns instead of mapped rows."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, Text, cast

from events.approvals.models import Review, Round
from events.approvals.route import Plan, PlannedSlot, SlotId
from events.approvals.vocabulary import ReviewState, SlotKind, Verdict
from events.requests import queries as requests
from events.requests.models import EventRequest

Asked = Select[*tuple[Any, ...]]
"""A statement of more columns than are typed one by one."""


@dataclass(frozen=True, slots=True, eq=False)
class ListedReview:
    """What a row of a list says of a review, its round and its request; moments in UTC.

    `when`: the date by which a list shows the request (`requests.shown_date`); `plan`: the round's, as it is stored.
    """

    id: int
    request_id: int
    unit_id: int
    stage: str
    slot: str
    kind: SlotKind
    state: ReviewState
    verdict: Verdict | None
    confirming: bool
    by_submission: bool
    orphaned: bool
    opened_at: datetime | None
    due_at: datetime | None
    round_no: int
    amendment: bool
    plan: str
    title: str
    number: str | None
    lead_unit_id: int
    when: datetime | None

    @property
    def planned(self) -> PlannedSlot:
        """The review as it was planned: why it is asked for."""
        return _slot(self.plan, (self.stage, self.slot, self.unit_id))


@lru_cache(maxsize=256)
def _slot(wording: str, slot: SlotId) -> PlannedSlot:
    """A queue is looked at again and again, and the plan of a round stays as it was made: reading it took a sixth of a list."""
    return Plan.slot_from_plain(json.loads(wording), slot)


@dataclass(frozen=True, slots=True)
class MadeDecision:
    """A decision in force with its review."""

    id: int
    decided_at: datetime
    review: ListedReview


LISTED = (
    Review.id, Review.request_id, Review.unit_id, Review.stage, Review.slot, Review.kind, Review.state, Review.verdict, Review.confirming,
    Review.by_submission, Review.orphaned, Review.opened_at, Review.due_at, Round.no, Round.amendment, cast(Round.plan, Text),
    EventRequest.title, EventRequest.number, EventRequest.lead_unit_id, requests.SHOWN_DATE,
)  # fmt: skip
"""The columns of `ListedReview`, in its order."""
