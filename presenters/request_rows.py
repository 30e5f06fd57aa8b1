"""A request as a row of a list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from events.approvals import deadlines
from events.people.models import Unit
from events.requests.queries import ListedRequest
from events.requests.vocabulary import IN_FORCE, RequestStatus
from presenters.phrases import Words
from presenters.request_flags import RequestFlag, being_moved, too_late, waits_for_a_date


@dataclass(frozen=True, slots=True)
class RequestRow:
    """`remarks`: how many have no answer, None where the list does not tell them; a draft opens in its form."""

    request_id: int
    title: str
    number: str | None
    when: datetime | None
    status: RequestStatus
    flags: tuple[RequestFlag, ...]
    remarks: int | None = None
    from_whom: Words = ""

    @property
    def is_draft(self) -> bool:
        """Whether it opens in its form."""
        return self.status is RequestStatus.DRAFT

    @property
    def is_change(self) -> bool:
        """Whether what waits for its author's hand is a change to what is approved: nobody has returned it."""
        return self.status in IN_FORCE


def request_rows(
    found: Sequence[ListedRequest], now: datetime, *, remarks: Mapping[int, int] | None = None, units: Mapping[int, Unit] | None = None
) -> tuple[RequestRow, ...]:
    """Requests as rows; `remarks`: how many wait for an answer, by request; `units`: by id, to say which of them leads each."""
    missed = deadlines.missed(found, now)
    return tuple(
        RequestRow(
            one.id,
            one.title,
            one.number,
            one.shown_start,
            one.status,
            _flags(one, missed.get(one.id), now),
            remarks.get(one.id, 0) if remarks is not None else None,
            units[one.lead_unit_id].called if units is not None else "",
        )
        for one in found
    )


def _flags(one: ListedRequest, missed: datetime | None, now: datetime) -> tuple[RequestFlag, ...]:
    """What stands beside its state; `missed`: a draft's last moment to submit, where it has passed."""
    late = (too_late(missed, one.first_start, now),) if missed is not None else ()
    return (*being_moved(one), *waits_for_a_date(one), *late)
