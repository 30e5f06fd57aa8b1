"""One thing that happened, as a timeline shows it."""

from dataclasses import dataclass
from datetime import datetime

from events.approvals.models import Review
from presenters.phrases import Words
from presenters.remarks import RemarkShown


@dataclass(frozen=True, slots=True)
class Entry:
    """`who` in full, `acting` for whom; `took` with its `share` in percent; `place` orders what happened at once."""

    at: datetime
    act: Words
    tone: str
    glyph: str = ""
    place: int = 0
    unit: Words | None = None
    who: str | None = None
    acting: Words | None = None
    took: Words | None = None
    share: int | None = None
    remarks: tuple[RemarkShown, ...] = ()


def decider(review: Review) -> str | None:
    """The full name of who decided."""
    return review.decided_by.full_name if review.decided_by else None
