"""The states of a request: on its badge, and in the first sentence of its page when nothing is under way."""

from collections.abc import Mapping
from dataclasses import dataclass

from events.foundation.text import N_, Phrase
from events.requests.vocabulary import RequestStatus

NOT_SUBMITTED = N_("A draft, not submitted yet.")


@dataclass(frozen=True, slots=True)
class StatusWords:
    """The badge's word, tone and glyph; `sentence` with %(day)s in the tone `said_as`; `with_reason`: why it ended is told with it."""

    word: Phrase
    tone: str
    glyph: str
    sentence: Phrase = NOT_SUBMITTED
    said_as: str = "active"
    with_reason: bool = False


STATUSES: Mapping[RequestStatus, StatusWords] = {
    RequestStatus.DRAFT: StatusWords(N_("Draft"), "muted", "pencil"),
    RequestStatus.IN_REVIEW: StatusWords(N_("In review"), "active", "record-circle"),
    RequestStatus.RETURNED: StatusWords(N_("Returned for revision"), "bad", "arrow-return-left"),
    RequestStatus.APPROVED: StatusWords(N_("Approved"), "good", "check-lg", N_("Approved on %(day)s."), "good"),
    RequestStatus.PUBLISHED: StatusWords(N_("Published"), "good", "megaphone", N_("Approved on %(day)s and published."), "good"),
    RequestStatus.COMPLETED: StatusWords(N_("Took place"), "good", "flag", N_("The event took place."), "good"),
    RequestStatus.REPORTED: StatusWords(N_("Report in review"), "active", "clipboard-check", N_("The report is being looked at.")),
    RequestStatus.CLOSED: StatusWords(N_("Closed"), "muted", "archive", N_("The event took place, its report is accepted."), "good"),
    RequestStatus.REJECTED: StatusWords(N_("Rejected"), "bad", "x-lg", N_("Rejected on %(day)s."), "bad", with_reason=True),
    RequestStatus.WITHDRAWN: StatusWords(N_("Withdrawn"), "muted", "arrow-counterclockwise", N_("Withdrawn on %(day)s."), with_reason=True),
    RequestStatus.CANCELLED: StatusWords(N_("Cancelled"), "bad", "slash-circle", N_("Cancelled on %(day)s."), "bad", with_reason=True),
}
