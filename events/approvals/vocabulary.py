"""The words of approval: kinds, roles, states and verdicts."""

from enum import StrEnum

from events.foundation.text import N_
from events.requests.vocabulary import Section

SECTIONS = tuple(section.value for section in Section)
"""The sections of a request that a slot can watch, as documents of routes and plans write them."""

CHOOSE_DECISION = N_("Choose one of the decisions offered.")
GIVE_REASON = N_("Give the reason: the people concerned will read it.")
OWN_REQUEST = N_("You have a hand in this request, so a colleague must decide on it.")
"""Said by the office's verbs, and where a form or a page knows the answer before them."""


class SlotKind(StrEnum):
    """What a unit's review means: a gate decides, a consult may give an opinion, an inform is only told."""

    GATE = "gate"
    CONSULT = "consult"
    INFORM = "inform"


class SlotRole(StrEnum):
    """Who of the unit decides; a reviewer's review may fall back to the head, never the reverse (case 8)."""

    HEAD = "head"
    REVIEWER = "reviewer"


class Relation(StrEnum):
    """Units found from the request itself, where a slot names no unit."""

    LEAD = "lead"
    EACH_CO_ORGANIZER = "each_co_organizer"
    EACH_VENUE_OWNER_OUTSIDE = "each_venue_owner_outside"
    EACH_CURATOR = "each_curator"


class ReviewState(StrEnum):
    """The life of one review: it waits for its stage, is open, and ends in one of the other states."""

    WAITING = "waiting"
    OPEN = "open"
    DECIDED = "decided"
    CARRIED = "carried"
    REVOKED = "revoked"
    LAPSED = "lapsed"


UNDECIDED = frozenset({ReviewState.WAITING, ReviewState.OPEN})
"""An answer may still come."""


class Verdict(StrEnum):
    """What was decided. Silence is never one of them."""

    APPROVE = "approve"
    APPROVE_WITH_REMARKS = "approve_with_remarks"
    RETURN = "return"
    REJECT = "reject"
    OPINION = "opinion"
    ACKNOWLEDGED = "acknowledged"

    @property
    def positive(self) -> bool:
        """Whether it is an agreement, which lets the stage pass and may be carried into a later round."""
        return self in (Verdict.APPROVE, Verdict.APPROVE_WITH_REMARKS)


class Outcome(StrEnum):
    """How a round ended."""

    APPROVED = "approved"
    RETURNED = "returned"
    REJECTED = "rejected"


class StageState(StrEnum):
    """How a stage is drawn on the route picture."""

    WAITING = "waiting"
    OPEN = "open"
    PASSED = "passed"
    NOT_REQUIRED = "not_required"
    RETURNED = "returned"
    REJECTED = "rejected"


class RuleKind(StrEnum):
    """How many gates of a stage have to agree."""

    ALL = "all"
    ANY = "any"
    QUORUM = "quorum"


class RoundState(StrEnum):
    """How a round stands: at work, or how it ended."""

    OPEN = "open"
    APPROVED = "approved"
    RETURNED = "returned"
    TAKEN_BACK = "taken_back"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class RemarkState(StrEnum):
    """The author's answer to a remark."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Act(StrEnum):
    """What a person may do with a whole request; one predicate serves button, page and operation."""

    EDIT = "edit"
    THROW_AWAY = "throw_away"
    TAKE_BACK = "take_back"
    WITHDRAW = "withdraw"
    AMEND = "amend"
    POSTPONE = "postpone"
    CANCEL = "cancel"
    RESTORE = "restore"
    RESTORE_DATE = "restore_date"
    STOP = "stop"
    RETURN_NOW = "return_now"
    COPY = "copy"
