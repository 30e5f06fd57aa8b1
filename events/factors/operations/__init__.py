"""Verbs of the second step. Every one that changes what a person can show is audited.

Two at once for one person wait for each other where rows are made or taken away; codes are taken by conditional statements.
"""

from events.factors.operations.authenticators import confirm_app, propose_app, remove_app, take_app_code
from events.factors.operations.codes import renew_codes, take_recovery_code
from events.factors.operations.holding import forget_all
from events.factors.operations.passkeys import (
    NOT_MADE,
    add_passkey,
    creation_options,
    remove_passkey,
    rename_passkey,
    request_options,
    take_passkey,
)
from events.factors.operations.steps import OVER, begin_step, end_steps, fail_step, pass_step, sweep

__all__ = [
    "NOT_MADE",
    "OVER",
    "add_passkey",
    "begin_step",
    "confirm_app",
    "creation_options",
    "end_steps",
    "fail_step",
    "forget_all",
    "pass_step",
    "propose_app",
    "remove_app",
    "remove_passkey",
    "rename_passkey",
    "renew_codes",
    "request_options",
    "sweep",
    "take_app_code",
    "take_passkey",
    "take_recovery_code",
]
