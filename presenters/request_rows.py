"""A request as a row of a list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from events.approvals import deadlines
from events.requests.models import EventRequest
from events.requests.vocabulary import RequestStatus
from presenters.phrases import Words
from presenters.request_flags import RequestFlag, being_moved, too_late


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


def request_rows(
    found: Sequence[EventRequest], now: datetime, *, remarks: Mapping[int, int] | None = None, of_units: bool = False
) -> tuple[RequestRow, ...]:
    """Requests as rows; `remarks`: how many wait for an answer, by request; `of_units`: with their lead units."""
    missed = deadlines.missed(found, now)
    return tuple(
        RequestRow(
            one.id,
            one.title,
            one.number,
            one.first_start,
            one.status,
            (*being_moved(one), *([too_late(missed[one.id], one.first_start, now)] if one.id in missed else [])),
            remarks.get(one.id, 0) if remarks is not None else None,
            one.lead_unit.called if of_units else "",
        )
        for one in found
    )
