"""How a review stands: what its state, its verdict and its kind come to for a reader."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from events.approvals.vocabulary import ReviewState, SlotKind
from events.foundation.text import N_, Phrase


class ReviewStanding(StrEnum):
    """Everything a reader distinguishes; finer than the state of the review."""

    WAITING = "waiting"
    OPEN = "open"
    INFORMED = "informed"
    ORPHANED = "orphaned"
    APPROVED = "approved"
    REMARKS = "remarks"
    RETURNED = "returned"
    REJECTED = "rejected"
    CONFIRMED = "confirmed"
    SUBMITTED = "submitted"
    OPINION = "opinion"
    ACKNOWLEDGED = "acknowledged"
    CARRIED = "carried"
    REVOKED = "revoked"
    SILENT = "silent"
    UNDECIDED = "undecided"
    UNNOTED = "unnoted"


@dataclass(frozen=True, slots=True)
class StandingWords:
    """`word` of an agreement that stands has the round it was given in, %(no)s."""

    word: Phrase
    tone: str
    glyph: str


STANDINGS: Mapping[ReviewStanding, StandingWords] = {
    ReviewStanding.WAITING: StandingWords(N_("awaits its turn"), "muted", "hourglass"),
    ReviewStanding.OPEN: StandingWords(N_("under consideration"), "active", "record-circle"),
    ReviewStanding.INFORMED: StandingWords(N_("sent for information"), "muted", "envelope"),
    ReviewStanding.ORPHANED: StandingWords(N_("nobody to decide"), "warn", "person-exclamation"),
    ReviewStanding.APPROVED: StandingWords(N_("agreed"), "good", "check-lg"),
    ReviewStanding.REMARKS: StandingWords(N_("agreed with remarks"), "warn", "chat-left-dots"),
    ReviewStanding.RETURNED: StandingWords(N_("returned for revision"), "bad", "arrow-return-left"),
    ReviewStanding.REJECTED: StandingWords(N_("rejected"), "bad", "x-lg"),
    ReviewStanding.CONFIRMED: StandingWords(N_("approved finally"), "good", "check-all"),
    ReviewStanding.SUBMITTED: StandingWords(N_("agreed by submitting"), "good", "send-check"),
    ReviewStanding.OPINION: StandingWords(N_("opinion received"), "good", "chat-left-text"),
    ReviewStanding.ACKNOWLEDGED: StandingWords(N_("informed"), "good", "eye"),
    ReviewStanding.CARRIED: StandingWords(N_("agreement stands, round %(no)s"), "good", "arrow-repeat"),
    ReviewStanding.REVOKED: StandingWords(N_("no longer needed"), "muted", "dash-lg"),
    ReviewStanding.SILENT: StandingWords(N_("no opinion received"), "muted", "chat-left"),
    ReviewStanding.UNDECIDED: StandingWords(N_("not decided: the date passed"), "muted", "chat-left"),
    ReviewStanding.UNNOTED: StandingWords(N_("was told, did not confirm"), "muted", "chat-left"),
}


REVIEW_STATES: Mapping[ReviewState, ReviewStanding | None] = {
    ReviewState.WAITING: ReviewStanding.WAITING,
    ReviewState.OPEN: ReviewStanding.OPEN,
    ReviewState.DECIDED: None,
    ReviewState.CARRIED: ReviewStanding.CARRIED,
    ReviewState.REVOKED: ReviewStanding.REVOKED,
    ReviewState.LAPSED: ReviewStanding.SILENT,
}
"""Where the kind of the review does not say it more precisely; how a decided one stands is in the table of verdicts."""


YOU_DECIDE = N_("You decide for: %(unit)s")


@dataclass(frozen=True, slots=True)
class KindWords:
    """What a review is for, with its reasons %(why)s and without; `beside` stands by the unit's name; how it stands open and unanswered.

    On its page: `asked` names the %(unit)s, `about` says what kind of answer is meant, `opinion` captions the comment where that is the
    answer itself; of what is not `to_decide` one only takes note.
    """

    task: Phrase
    task_because: Phrase
    beside: Phrase | None
    open: ReviewStanding
    lapsed: ReviewStanding
    asked: Phrase = YOU_DECIDE
    about: Phrase | None = None
    opinion: Phrase | None = None
    to_decide: bool = True


KINDS: Mapping[SlotKind, KindWords] = {
    SlotKind.GATE: KindWords(N_("approval"), N_("approval: %(why)s"), None, ReviewStanding.OPEN, ReviewStanding.UNDECIDED),
    SlotKind.CONSULT: KindWords(
        N_("opinion"),
        N_("opinion: %(why)s"),
        N_("asked for an opinion"),
        ReviewStanding.OPEN,
        ReviewStanding.SILENT,
        about=N_("You are asked for an opinion; nobody waits for it to go on."),
        opinion=N_("Your opinion"),
    ),
    SlotKind.INFORM: KindWords(
        N_("for information"),
        N_("for information: %(why)s"),
        N_("for information"),
        ReviewStanding.INFORMED,
        ReviewStanding.UNNOTED,
        asked=N_("For the information of: %(unit)s"),
        about=N_("Nothing has to be decided."),
        to_decide=False,
    ),
}
