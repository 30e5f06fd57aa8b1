"""What was done to an account, as its history tells it."""

from collections.abc import Mapping

from events.audit.vocabulary import Action
from events.foundation.text import N_, Phrase

ACCOUNT_ACTS: Mapping[Action, Phrase] = {
    Action.USER_INVITED: N_("Invited."),
    Action.USER_DISMISSED: N_("Dismissed: the account is blocked, all sign-ins have ended."),
    Action.HANDED_OVER: N_("Work was handed over to %(person)s."),
    Action.USER_READMITTED: N_("Admitted again."),
    Action.ROLE_GRANTED: N_("Given a role: %(role)s, %(unit)s."),
    Action.ROLE_REVOKED: N_("A role was taken away: %(role)s, %(unit)s."),
    Action.PASSWORD_CHANGED: N_("The password was changed."),
    Action.RESET_ASKED: N_("A link to set a password was asked for."),
    Action.SIGNED_IN: N_("Signed in."),
    Action.SESSIONS_ENDED: N_("Sign-ins were ended."),
    Action.APP_SET_UP: N_("An app with codes was set up for the second step."),
    Action.APP_REMOVED: N_("The app with codes was removed."),
    Action.RECOVERY_CODES_MADE: N_("New recovery codes were made."),
    Action.RECOVERY_CODE_USED: N_("A recovery code was used."),
    Action.PASSKEY_ADDED: N_("A passkey was added."),
    Action.PASSKEY_RENAMED: N_("A passkey was given another name."),
    Action.PASSKEY_REMOVED: N_("A passkey was removed."),
    Action.PASSKEY_REFUSED: N_("A passkey was refused."),
    Action.SECOND_STEP_REFUSED: N_("The second step failed."),
    Action.SECOND_STEP_RESET: N_("The second step was reset by an administrator."),
    Action.IDENTITY_BOUND: N_("Bound to a sign-in of the provider."),
    Action.IDENTITY_PARTED: N_("No longer bound to a sign-in of the provider."),
    Action.IDENTITY_REFUSED: N_("The sign-in through the provider was refused."),
    Action.ROLE_BY_CLAIM: N_("The provider gave a role: %(role)s, %(unit)s."),
    Action.CLAIM_ROLE_TAKEN: N_("The provider took a role away: %(role)s, %(unit)s."),
    Action.CLAIM_NOT_FOLLOWED: N_("The last administrator kept a role that the provider no longer gives: %(role)s, %(unit)s."),
    Action.SIGN_IN_LINK_MADE: N_("A one-time link to sign in was made by a command."),
}
"""Sentences; of a role they name it and its unit, of work who took it over."""
