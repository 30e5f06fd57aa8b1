"""What the timetable needs to know of one request: values that `queries` reads and `timetable` judges."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from events.approvals.vocabulary import ReviewState, RoundState, SlotKind
from events.requests.vocabulary import RequestStatus


@dataclass(frozen=True)
class ReviewFacts:
    """One review of the latest round; people are ids of active users."""

    id: int
    unit_id: int
    kind: SlotKind
    state: ReviewState
    position: int
    opened_at: datetime | None = None
    due_at: datetime | None = None
    holders: tuple[int, ...] = ()
    heads: tuple[int, ...] = ()
    curator: int | None = None
    """The unit that curates it."""
    curator_heads: tuple[int, ...] = ()
    orphaned: bool = False
    """Said to be nobody's when it opened; it is also nobody's once its last holder has left."""


@dataclass(frozen=True)
class RoundFacts:
    """The latest round of a request."""

    id: int
    state: RoundState
    closed_at: datetime | None = None
    amendment: bool = False
    reviews: tuple[ReviewFacts, ...] = ()


@dataclass(frozen=True)
class DateFacts:
    """One date of the approved revision, or one cancelled or put off alone at `called_off_at` and at the time it then had, whatever a
    change has made of it since."""

    key: str
    starts_at: datetime
    called_off_at: datetime | None = None
    mark: str = ""
    at_it: tuple[int, ...] = ()
    """Who was responsible for one called off and spoke for its co-organizers then: a change may leave them out before the letter leaves."""


@dataclass(frozen=True)
class RemarkFacts:
    """The remarks of one review given with an approval and not answered; `since` is the oldest."""

    review_id: int
    since: datetime


@dataclass(frozen=True)
class RequestFacts:
    """What the timetable needs of one request; people are ids of active users."""

    id: int
    status: RequestStatus
    lead_unit_id: int
    ended_at: datetime | None = None
    first_start: datetime | None = None
    """When its first date begins, approved or not."""
    postponing: bool = False
    """Everybody has been told that it will not be held when it was to be (cases.md 36)."""
    authors: tuple[int, ...] = ()
    joined: Mapping[int, datetime] = field(default_factory=dict, hash=False)
    """Since when each author, those who have left too, has had a hand in it; whoever came later is not told how an earlier round ended."""
    organisers: tuple[int, ...] = ()
    """Authors and the person responsible for the day."""
    lead_heads: tuple[int, ...] = ()
    partners: tuple[int, ...] = ()
    """Who speaks for the co-organizers: their heads, without a head their authors."""
    approvers: tuple[int, ...] = ()
    """Those on whose decisions the approval in force rests; for one who has left, whoever would be asked there today."""
    caretakers: tuple[int, ...] = ()
    """Coordinators and administrators of the district."""
    round: RoundFacts | None = None
    dates: tuple[DateFacts, ...] = ()
    remarks: tuple[RemarkFacts, ...] = ()

    @property
    def starts(self) -> list[datetime]:
        """When its dates begin that have not been called off; of a text that is not in force only the first is known."""
        off = {one.starts_at for one in self.dates if one.called_off_at is not None}
        known = [one.starts_at for one in self.dates if one.called_off_at is None]
        return [*known, *([self.first_start] if self.first_start and self.first_start not in off else [])]
