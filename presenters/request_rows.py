"""A request as a row of a list."""

from dataclasses import dataclass
from datetime import datetime

from events.requests.models import EventRequest
from events.requests.vocabulary import RequestStatus
from presenters.phrases import Words
from presenters.request_flags import RequestFlag, being_moved


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


def request_row(event_request: EventRequest, *, remarks: int | None = None, from_whom: Words = "") -> RequestRow:
    return RequestRow(
        event_request.id,
        event_request.title,
        event_request.number,
        event_request.first_start,
        event_request.status,
        being_moved(event_request),
        remarks,
        from_whom,
    )
