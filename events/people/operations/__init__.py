"""Verbs of people: units and accounts, signing in and out, passwords. Every one is audited by ids only (152-ФЗ).

Passwords arrive here as hashes: `rules.hash_password` takes 0.2 s and is called before the transaction begins.
"""

from events.people.operations.accounts import (
    Accounts,
    ask_reset,
    change_password,
    dismiss,
    grant,
    invite,
    readmit,
    reset_second_step,
    revoke,
    set_locale,
)
from events.people.operations.signing_in import (
    Admission,
    admit,
    end_session,
    end_sessions,
    fail_attempt,
    note_link,
    pass_attempt,
    prove,
    sign_in,
    sign_out,
    sweep,
    take_id_token,
    take_link,
    touch_session,
)
from events.people.operations.units import add_unit, recode

__all__ = [
    "Accounts",
    "Admission",
    "add_unit",
    "admit",
    "ask_reset",
    "change_password",
    "dismiss",
    "end_session",
    "end_sessions",
    "fail_attempt",
    "grant",
    "invite",
    "note_link",
    "pass_attempt",
    "prove",
    "readmit",
    "recode",
    "reset_second_step",
    "revoke",
    "set_locale",
    "sign_in",
    "sign_out",
    "sweep",
    "take_id_token",
    "take_link",
    "touch_session",
]
