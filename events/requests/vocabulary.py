"""Words of requests: states, sections and the closed lists of the form."""

from enum import StrEnum

MOST_ACTIVE_SECONDS = 300
"""One report of active time on a page of form or decision; idle beyond five minutes is cut (domain.md section 5, M4)."""
ADULT = 18
"""From this age on nobody is a minor."""


class RequestStatus(StrEnum):
    """The life of a request (domain.md section 2.1)."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    APPROVED = "approved"
    PUBLISHED = "published"
    COMPLETED = "completed"
    REPORTED = "reported"
    CLOSED = "closed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


TRANSITIONS: dict[RequestStatus, frozenset[RequestStatus]] = {
    RequestStatus.DRAFT: frozenset({RequestStatus.IN_REVIEW, RequestStatus.WITHDRAWN}),
    RequestStatus.IN_REVIEW: frozenset(
        {RequestStatus.RETURNED, RequestStatus.APPROVED, RequestStatus.REJECTED, RequestStatus.WITHDRAWN},
    ),
    RequestStatus.RETURNED: frozenset({RequestStatus.IN_REVIEW, RequestStatus.WITHDRAWN}),
    RequestStatus.APPROVED: frozenset({RequestStatus.PUBLISHED, RequestStatus.COMPLETED, RequestStatus.CANCELLED}),
    RequestStatus.PUBLISHED: frozenset({RequestStatus.COMPLETED, RequestStatus.CANCELLED}),
    RequestStatus.COMPLETED: frozenset({RequestStatus.REPORTED}),
    RequestStatus.REPORTED: frozenset({RequestStatus.CLOSED, RequestStatus.COMPLETED}),
    RequestStatus.CLOSED: frozenset(),
    RequestStatus.REJECTED: frozenset(),
    RequestStatus.WITHDRAWN: frozenset(),
    RequestStatus.CANCELLED: frozenset({RequestStatus.APPROVED}),
}
"""Every move there is; the database refuses any other (I17). Cancelled goes back only by the head's restoring (cases.md 37)."""

IN_FORCE = frozenset({RequestStatus.APPROVED, RequestStatus.PUBLISHED})
"""An approved revision is in force and may be amended, postponed or cancelled."""
ON_THE_WAY = frozenset({RequestStatus.IN_REVIEW, RequestStatus.RETURNED})
"""Submitted and not settled yet: with its reviewers, or back with its author."""
LIVE = ON_THE_WAY | IN_FORCE
"""It is still to be held: its venues matter, and time alone, or a change of staff, may ask for a message."""


class RevisionState(StrEnum):
    """The state of one revision; all but a draft are frozen."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    APPROVED = "approved"
    SUPERSEDED = "superseded"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Section(StrEnum):
    """The parts of a request that reviews watch and remarks belong to, in the order in which the form shows them."""

    CONTENT = "content"
    SCHEDULE = "schedule"
    VENUE = "venue"
    PEOPLE = "people"
    MONEY = "money"
    SAFETY = "safety"
    PUBLICITY = "publicity"


class AuthorHow(StrEnum):
    """How someone came to have a hand in a request: whoever has, never decides on it (I1)."""

    CREATED = "created"
    EDITED = "edited"
    SUBMITTED = "submitted"


class InvolvedBy(StrEnum):
    """Why a unit sees a request."""

    LEAD = "lead"
    CO_ORGANIZER = "co_organizer"
    VENUE_OWNER = "venue_owner"
    REVIEW = "review"
    CURATOR = "curator"


class OccurrenceMark(StrEnum):
    """What has happened to one date after approval."""

    CANCELLED = "cancelled"
    POSTPONED = "postponed"


class Level(StrEnum):
    """The level of an event."""

    INSTITUTION = "institution"
    DISTRICT = "district"
    CITY = "city"
    NATIONAL = "national"


class Format(StrEnum):
    """In person, online, or both."""

    OFFLINE = "offline"
    ONLINE = "online"
    MIXED = "mixed"


class AgeMark(StrEnum):
    """The mark of information for children (436-ФЗ)."""

    ZERO = "0+"
    SIX = "6+"
    TWELVE = "12+"
    SIXTEEN = "16+"
    EIGHTEEN = "18+"

    @property
    def years(self) -> int:
        """The age the mark begins at."""
        return int(self.value.rstrip("+"))


class BudgetSource(StrEnum):
    """Where money comes from; only the state-task subsidy needs no accounting review (data/demo.json, facts)."""

    STATE_TASK = "state_task"
    TARGET_SUBSIDY = "target_subsidy"
    PROGRAMME_452 = "programme_452"
    OFF_BUDGET = "off_budget"
    SPONSOR = "sponsor"


class Registration(StrEnum):
    """Whether participants sign up."""

    NONE = "none"
    EXTERNAL = "external"


class PriceType(StrEnum):
    """Free or paid entry."""

    FREE = "free"
    PAID = "paid"
