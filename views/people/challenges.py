"""Challenges to passkeys: each stands in the browser's signed session until it is answered, for one purpose and five minutes.

That it is answered once is kept by the database (`SpentChallenge`): a session that was copied brings back no challenge.
"""

import secrets
from enum import StrEnum

from flask import current_app, request, session

from events.factors import rules
from events.factors.rules import Party
from events.foundation import work

CHALLENGE = "challenge"


class Purpose(StrEnum):
    """What a passkey is asked for."""

    ADD = "add"
    ALONE = "alone"
    SECOND = "second"
    AGAIN = "again"


def purpose_of(word: str | None) -> Purpose:
    """What a form says the passkey is asked for; by itself where it says nothing known."""
    return next((one for one in Purpose if one.value == word), Purpose.ALONE)


def party() -> Party | None:
    """For whom passkeys of this installation are made; None where browsers make none."""
    return rules.party_at(str(current_app.config["BASE_URL"]))


def party_here() -> Party | None:
    """The same where the page is shown under that very address: nowhere else a browser would answer."""
    found = party()
    return found if found is not None and request.host_url.rstrip("/") == found.origin else None


def new_challenge(purpose: Purpose) -> bytes:
    """32 random bytes; the one before is forgotten."""
    challenge = secrets.token_bytes(32)
    session[CHALLENGE] = {"of": purpose.value, "bytes": challenge.hex(), "at": work.now().timestamp()}
    return challenge


def asked_challenge(purpose: Purpose) -> bytes | None:
    """The challenge that this browser was given for the purpose, which then is forgotten; None when there is none or it is too old."""
    kept = session.pop(CHALLENGE, None)
    if not isinstance(kept, dict) or kept.get("of") != purpose.value:
        return None
    age = work.now().timestamp() - kept["at"]
    return bytes.fromhex(kept["bytes"]) if 0 <= age < rules.CHALLENGE_LASTS.total_seconds() else None
