"""What was recorded about a request, as its history tells it outside the rounds."""

from collections.abc import Mapping
from dataclasses import dataclass

from events.audit.vocabulary import Action
from events.foundation.text import N_, Phrase
from events.requests.vocabulary import OccurrenceMark, RequestStatus


@dataclass(frozen=True, slots=True)
class ActionWords:
    """`sentence` of the whole event; `of_date` of one %(date)s; `of_change` of a change alone; `by_itself` where nobody did it.

    `mark`: what it leaves on one date; `status`: what it leaves the request in, where the request keeps why.
    """

    sentence: Phrase
    tone: str
    glyph: str
    of_date: Phrase | None = None
    of_change: Phrase | None = None
    by_itself: Phrase | None = None
    mark: OccurrenceMark | None = None
    status: RequestStatus | None = None


ACTIONS: Mapping[Action, ActionWords] = {
    Action.AMENDING: ActionWords(N_("A change of what was approved was begun"), "muted", "pencil-square"),
    Action.POSTPONED: ActionWords(
        N_("The event is being postponed"),
        "warn",
        "calendar-event",
        of_date=N_("The date %(date)s was put off"),
        mark=OccurrenceMark.POSTPONED,
    ),
    Action.CANCELLED: ActionWords(
        N_("The event was cancelled"),
        "bad",
        "slash-circle",
        of_date=N_("The date %(date)s was cancelled"),
        mark=OccurrenceMark.CANCELLED,
        status=RequestStatus.CANCELLED,
    ),
    Action.RESTORED: ActionWords(
        N_("The cancellation was taken back: the event will be held"),
        "good",
        "arrow-counterclockwise",
        of_date=N_("The cancellation of the date %(date)s was taken back"),
    ),
    Action.WITHDRAWN: ActionWords(
        N_("The request was withdrawn"),
        "muted",
        "arrow-counterclockwise",
        of_change=N_("The change was withdrawn"),
        by_itself=N_("The request was withdrawn by the system: its date had passed long ago"),
        status=RequestStatus.WITHDRAWN,
    ),
    Action.RECOUNTED: ActionWords(
        N_("The deadlines of open reviews were counted anew: the production calendar or the hours of a unit have changed"),
        "muted",
        "calendar-event",
    ),
    Action.HELD: ActionWords(N_("The event was held"), "good", "check-all"),
}
ENDED_BY: Mapping[RequestStatus, Action] = {words.status: action for action, words in ACTIONS.items() if words.status is not None}
"""The act that left a request in such a status."""
TOLD_BY_ROUNDS = frozenset(
    {
        Action.CREATED, Action.SUBMITTED, Action.RESUBMITTED, Action.ASSIGNED, Action.OPENED, Action.DECIDED, Action.RECALLED,
        Action.CARRIED, Action.REVOKED, Action.ANSWERED, Action.RETURNED, Action.TAKEN_BACK, Action.STOPPED, Action.LAPSED,
        Action.APPROVED, Action.REJECTED, Action.AMENDED,
    }
)  # fmt: skip
"""Acts of an approval: a round tells them from its reviews, decisions and remarks, with the words of whoever acted."""
NOT_OF_REQUESTS = frozenset(
    {
        Action.PUBLISHED, Action.PUBLICATION_CHANGED, Action.PUBLICATION_CANCELLED, Action.PUBLICATION_POSTPONED,
        Action.PUBLICATION_WITHDRAWN, Action.PUBLICATION_FAILED, Action.UNIT_ADDED, Action.USER_INVITED,
        Action.USER_DISMISSED, Action.USER_READMITTED, Action.HANDED_OVER, Action.ROLE_GRANTED, Action.ROLE_REVOKED,
        Action.SIGNED_IN, Action.SIGNED_OUT, Action.SESSION_ENDED, Action.SESSIONS_ENDED, Action.PASSWORD_CHANGED,
        Action.PASSWORD_PROVED, Action.PASSWORD_REFUSED, Action.RESET_ASKED, Action.LOCALE_SET, Action.EDITED,
        Action.APP_SET_UP, Action.APP_REMOVED, Action.RECOVERY_CODES_MADE, Action.RECOVERY_CODE_USED, Action.SECOND_STEP_REFUSED,
        Action.SECOND_STEP_RESET, Action.PASSKEY_ADDED, Action.PASSKEY_RENAMED, Action.PASSKEY_REMOVED, Action.PASSKEY_REFUSED,
        Action.PASSKEY_PROVED,
        Action.IDENTITY_BOUND, Action.IDENTITY_PARTED, Action.IDENTITY_REFUSED, Action.ROLE_BY_CLAIM,
        Action.CLAIM_ROLE_TAKEN, Action.CLAIM_NOT_FOLLOWED, Action.SIGN_IN_LINK_MADE, Action.PROVIDER_PROVED,
        Action.JOURNAL_EXPORTED, Action.JOURNAL_CHECK_ASKED,
    }
)  # fmt: skip
"""Recorded about publications, people and directories, of which no history is shown yet."""
