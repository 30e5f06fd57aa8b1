"""What was recorded, as the journal of the whole office tells it: every act in words, the groups by which one looks for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from events.audit.vocabulary import Action
from events.foundation.text import N_, Phrase
from presenters.tables.account_acts import ACCOUNT_ACTS


class ActGroup(StrEnum):
    """Acts that are looked for together."""

    REQUESTS = "requests"
    PUBLICATIONS = "publications"
    PEOPLE = "people"
    SIGN_IN = "sign-in"
    DIRECTORIES = "directories"


@dataclass(frozen=True, slots=True)
class JournalWords:
    """`words`: what was done; `security`: whether it concerns who may come in, what they may do, and what was taken out."""

    group: ActGroup
    words: Phrase
    security: bool = False


def _of_account(group: ActGroup, action: Action) -> JournalWords:
    """As the history of the account tells it."""
    return JournalWords(group, ACCOUNT_ACTS[action], security=True)


_REQUEST, _PUBLIC, _PEOPLE, _SIGN_IN, _KEPT = ActGroup

GROUPS: Mapping[ActGroup, Phrase] = {
    ActGroup.REQUESTS: N_("requests"),
    ActGroup.PUBLICATIONS: N_("publications"),
    ActGroup.PEOPLE: N_("people and roles"),
    ActGroup.SIGN_IN: N_("sign-in and security"),
    ActGroup.DIRECTORIES: N_("directories and rules"),
}
JOURNAL: Mapping[Action, JournalWords] = {
    Action.CREATED: JournalWords(_REQUEST, N_("A draft was begun.")),
    Action.SUBMITTED: JournalWords(_REQUEST, N_("Submitted.")),
    Action.RESUBMITTED: JournalWords(_REQUEST, N_("Submitted again.")),
    Action.ASSIGNED: JournalWords(_REQUEST, N_("A decision was asked for.")),
    Action.OPENED: JournalWords(_REQUEST, N_("The review was opened.")),
    Action.DECIDED: JournalWords(_REQUEST, N_("Decided.")),
    Action.RECALLED: JournalWords(_REQUEST, N_("A decision was taken back.")),
    Action.CARRIED: JournalWords(_REQUEST, N_("An agreement of an earlier round still stands.")),
    Action.REVOKED: JournalWords(_REQUEST, N_("A review is no longer needed.")),
    Action.ANSWERED: JournalWords(_REQUEST, N_("A remark was answered.")),
    Action.RETURNED: JournalWords(_REQUEST, N_("Returned for revision.")),
    Action.TAKEN_BACK: JournalWords(_REQUEST, N_("Taken back by its author.")),
    Action.STOPPED: JournalWords(_REQUEST, N_("The approval was stopped.")),
    Action.LAPSED: JournalWords(_REQUEST, N_("Not decided before its date.")),
    Action.RECOUNTED: JournalWords(_REQUEST, N_("Deadlines of reviews were counted anew.")),
    Action.APPROVED: JournalWords(_REQUEST, N_("Approved.")),
    Action.REJECTED: JournalWords(_REQUEST, N_("Rejected.")),
    Action.WITHDRAWN: JournalWords(_REQUEST, N_("Withdrawn.")),
    Action.AMENDING: JournalWords(_REQUEST, N_("A change of what was approved was begun.")),
    Action.AMENDED: JournalWords(_REQUEST, N_("A change was approved.")),
    Action.POSTPONED: JournalWords(_REQUEST, N_("Postponed.")),
    Action.CANCELLED: JournalWords(_REQUEST, N_("Cancelled.")),
    Action.RESTORED: JournalWords(_REQUEST, N_("A cancellation was taken back.")),
    Action.HELD: JournalWords(_REQUEST, N_("The event was held.")),
    Action.PUBLISHED: JournalWords(_PUBLIC, N_("Published.")),
    Action.PUBLICATION_CHANGED: JournalWords(_PUBLIC, N_("The publication was changed.")),
    Action.PUBLICATION_CANCELLED: JournalWords(_PUBLIC, N_("The publication says: cancelled.")),
    Action.PUBLICATION_POSTPONED: JournalWords(_PUBLIC, N_("The publication says: postponed.")),
    Action.PUBLICATION_WITHDRAWN: JournalWords(_PUBLIC, N_("The publication was taken down.")),
    Action.PUBLICATION_FAILED: JournalWords(_PUBLIC, N_("The publication could not be made.")),
    Action.UNIT_ADDED: JournalWords(_KEPT, N_("A unit was added.")),
    Action.USER_INVITED: _of_account(_PEOPLE, Action.USER_INVITED),
    Action.USER_DISMISSED: _of_account(_PEOPLE, Action.USER_DISMISSED),
    Action.USER_READMITTED: _of_account(_PEOPLE, Action.USER_READMITTED),
    Action.HANDED_OVER: _of_account(_PEOPLE, Action.HANDED_OVER),
    Action.ROLE_GRANTED: _of_account(_PEOPLE, Action.ROLE_GRANTED),
    Action.ROLE_REVOKED: _of_account(_PEOPLE, Action.ROLE_REVOKED),
    Action.SIGNED_IN: _of_account(_SIGN_IN, Action.SIGNED_IN),
    Action.SIGNED_OUT: JournalWords(_SIGN_IN, N_("Signed out."), security=True),
    Action.SESSION_ENDED: JournalWords(_SIGN_IN, N_("A sign-in was ended."), security=True),
    Action.SESSIONS_ENDED: _of_account(_SIGN_IN, Action.SESSIONS_ENDED),
    Action.PASSWORD_CHANGED: _of_account(_SIGN_IN, Action.PASSWORD_CHANGED),
    Action.PASSWORD_PROVED: JournalWords(_SIGN_IN, N_("The password was typed again before a decision."), security=True),
    Action.PASSWORD_REFUSED: JournalWords(_SIGN_IN, N_("A wrong password."), security=True),
    Action.RESET_ASKED: _of_account(_SIGN_IN, Action.RESET_ASKED),
    Action.LOCALE_SET: JournalWords(_SIGN_IN, N_("The language of pages was chosen.")),
    Action.APP_SET_UP: _of_account(_SIGN_IN, Action.APP_SET_UP),
    Action.APP_REMOVED: _of_account(_SIGN_IN, Action.APP_REMOVED),
    Action.RECOVERY_CODES_MADE: _of_account(_SIGN_IN, Action.RECOVERY_CODES_MADE),
    Action.RECOVERY_CODE_USED: _of_account(_SIGN_IN, Action.RECOVERY_CODE_USED),
    Action.PASSKEY_ADDED: _of_account(_SIGN_IN, Action.PASSKEY_ADDED),
    Action.PASSKEY_RENAMED: _of_account(_SIGN_IN, Action.PASSKEY_RENAMED),
    Action.PASSKEY_REMOVED: _of_account(_SIGN_IN, Action.PASSKEY_REMOVED),
    Action.PASSKEY_PROVED: JournalWords(_SIGN_IN, N_("A passkey was shown before a decision."), security=True),
    Action.PASSKEY_REFUSED: _of_account(_SIGN_IN, Action.PASSKEY_REFUSED),
    Action.SECOND_STEP_REFUSED: _of_account(_SIGN_IN, Action.SECOND_STEP_REFUSED),
    Action.SECOND_STEP_RESET: _of_account(_SIGN_IN, Action.SECOND_STEP_RESET),
    Action.IDENTITY_BOUND: _of_account(_SIGN_IN, Action.IDENTITY_BOUND),
    Action.IDENTITY_PARTED: _of_account(_SIGN_IN, Action.IDENTITY_PARTED),
    Action.IDENTITY_REFUSED: _of_account(_SIGN_IN, Action.IDENTITY_REFUSED),
    Action.ROLE_BY_CLAIM: _of_account(_PEOPLE, Action.ROLE_BY_CLAIM),
    Action.CLAIM_ROLE_TAKEN: _of_account(_PEOPLE, Action.CLAIM_ROLE_TAKEN),
    Action.CLAIM_NOT_FOLLOWED: _of_account(_PEOPLE, Action.CLAIM_NOT_FOLLOWED),
    Action.PROVIDER_PROVED: JournalWords(_SIGN_IN, N_("Confirmed through the provider before a decision."), security=True),
    Action.SIGN_IN_LINK_MADE: _of_account(_SIGN_IN, Action.SIGN_IN_LINK_MADE),
    Action.EDITED: JournalWords(_KEPT, N_("Changed.")),
    Action.JOURNAL_EXPORTED: JournalWords(_SIGN_IN, N_("The journal was saved as a file."), security=True),
    Action.JOURNAL_CHECK_ASKED: JournalWords(_SIGN_IN, N_("A check of the whole journal was asked for."), security=True),
}
SECURITY = frozenset(action for action, one in JOURNAL.items() if one.security)
"""Security events."""


def acts_of(groups: frozenset[ActGroup]) -> frozenset[Action]:
    """The acts of these groups."""
    return frozenset(action for action, one in JOURNAL.items() if one.group in groups)


SUBJECTS: Mapping[str, Phrase] = {
    "request": N_("request"),
    "user": N_("person"),
    "unit": N_("unit"),
    "venue": N_("venue"),
    "direction": N_("direction"),
    "event_type": N_("type of event"),
    "reason_code": N_("reason of a return"),
    "directory": N_("directory loaded by a command"),
    "rule": N_("rule"),
    "route": N_("approval route"),
    "template": N_("template of a request"),
    "calendar_year": N_("production calendar"),
    "attempt": N_("attempt to sign in"),
    "journal": N_("journal"),
    "claim_role": N_("role by the provider"),
}
"""What something was done to, by kind of subject."""
