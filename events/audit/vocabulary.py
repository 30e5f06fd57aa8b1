"""Words of the audit."""

from enum import StrEnum


class Action(StrEnum):
    """What was done. Stored under these words for ever: a word is never renamed or given another meaning (domain.md section 5)."""

    # Requests and their rounds
    CREATED = "created"
    SUBMITTED = "submitted"
    RESUBMITTED = "resubmitted"
    ASSIGNED = "assigned"
    OPENED = "opened"
    DECIDED = "decided"
    RECALLED = "recalled"
    CARRIED = "carried"
    REVOKED = "revoked"
    ANSWERED = "answered"
    RETURNED = "returned"
    TAKEN_BACK = "taken_back"
    STOPPED = "stopped"
    LAPSED = "lapsed"
    RECOUNTED = "recounted"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    AMENDING = "amending"
    AMENDED = "amended"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"
    RESTORED = "restored"
    HELD = "held"

    # Publication
    PUBLISHED = "published"
    PUBLICATION_CHANGED = "publication_changed"
    PUBLICATION_CANCELLED = "publication_cancelled"
    PUBLICATION_POSTPONED = "publication_postponed"
    PUBLICATION_WITHDRAWN = "publication_withdrawn"
    PUBLICATION_FAILED = "publication_failed"

    # People
    UNIT_ADDED = "unit_added"
    USER_INVITED = "user_invited"
    USER_DISMISSED = "user_dismissed"
    USER_READMITTED = "user_readmitted"
    HANDED_OVER = "handed_over"
    ROLE_GRANTED = "role_granted"
    ROLE_REVOKED = "role_revoked"
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    SESSION_ENDED = "session_ended"
    SESSIONS_ENDED = "sessions_ended"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 -- the name of an act
    PASSWORD_PROVED = "password_proved"  # noqa: S105 -- the name of an act
    PASSWORD_REFUSED = "password_refused"  # noqa: S105 -- the name of an act
    RESET_ASKED = "reset_asked"
    LOCALE_SET = "locale_set"
    APP_SET_UP = "app_set_up"
    APP_REMOVED = "app_removed"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_USED = "recovery_code_used"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_RENAMED = "passkey_renamed"
    PASSKEY_REMOVED = "passkey_removed"
    PASSKEY_PROVED = "passkey_proved"
    PASSKEY_REFUSED = "passkey_refused"
    SECOND_STEP_REFUSED = "second_step_refused"
    SECOND_STEP_RESET = "second_step_reset"
    IDENTITY_BOUND = "identity_bound"
    IDENTITY_PARTED = "identity_parted"
    PROVIDER_PROVED = "provider_proved"
    IDENTITY_REFUSED = "identity_refused"
    ROLE_BY_CLAIM = "role_by_claim"
    CLAIM_ROLE_TAKEN = "claim_role_taken"
    CLAIM_NOT_FOLLOWED = "claim_not_followed"
    SIGN_IN_LINK_MADE = "sign_in_link_made"

    # Directories
    EDITED = "edited"

    # The journal itself
    JOURNAL_EXPORTED = "journal_exported"
    JOURNAL_CHECK_ASKED = "journal_check_asked"
