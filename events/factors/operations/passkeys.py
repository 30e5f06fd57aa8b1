"""Passkeys: made, named, taken away, and answering a challenge.

By its defaults `webauthn` takes a key that has not verified its owner. Ours must (a finger, a face, a PIN): so a passkey stands for
password and second step in one.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update

from events.audit.operations import record
from events.audit.vocabulary import Action
from events.factors import queries
from events.factors.models import Passkey, SpentChallenge
from events.factors.operations.codes import codes_for_a_first
from events.factors.operations.holding import changed, hold, settle
from events.factors.rules import CHALLENGE_LASTS, MOST_PASSKEYS, Party, passkey_handle
from events.foundation.acting import SYSTEM, Actor
from events.foundation.db import db, inserting_new
from events.foundation.errors import NotFound, NotNow, Refused
from events.foundation.text import N_

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

NOT_MADE = N_("The passkey could not be made. Please try again.")
ALREADY = N_("This passkey is set up already.")
WAITS = int(CHALLENGE_LASTS.total_seconds()) * 1000
"""Milliseconds in which a browser waits for its owner."""


def creation_options(user_id: int, account: str, name: str, party: Party, challenge: bytes, keys: Sequence[str]) -> str:
    """What a browser is told to make a passkey of whatever kind, in a telephone, a computer or on a stick; JSON."""
    from webauthn import generate_registration_options, options_to_json  # noqa: PLC0415 -- heavy, and seldom needed (decision 010)
    from webauthn.helpers.structs import (  # noqa: PLC0415
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = generate_registration_options(
        rp_id=party.host,
        rp_name="Маршрут",
        user_id=_bytes(_handle(user_id, keys)),
        user_name=account,
        user_display_name=name,
        challenge=challenge,
        timeout=WAITS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=_descriptors(queries.credentials_of(user_id)),
    )
    return options_to_json(options)


def request_options(party: Party, challenge: bytes, user_id: int | None = None) -> str:
    """What a browser is told to sign in by a passkey: any that it knows, or one of the person's; JSON."""
    from webauthn import generate_authentication_options, options_to_json  # noqa: PLC0415
    from webauthn.helpers.structs import UserVerificationRequirement  # noqa: PLC0415

    known = queries.credentials_of(user_id) if user_id is not None else ()
    options = generate_authentication_options(
        rp_id=party.host,
        challenge=challenge,
        timeout=WAITS,
        allow_credentials=_descriptors(known) or None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def add_passkey(
    user_id: int, answer: str, name: str, party: Party, challenge: bytes, keys: Sequence[str], *, by: Actor, now: datetime
) -> list[str]:
    """Keep the passkey the browser has made. Returns recovery codes to be shown once; none when the person has some.

    Raises Refused when the answer is none to the challenge, comes a second time, or names a passkey that is kept already.
    """
    from webauthn import verify_registration_response  # noqa: PLC0415
    from webauthn.helpers import bytes_to_base64url  # noqa: PLC0415

    hold(user_id)
    _spend(challenge, now)
    if (db.session.scalar(select(func.count()).where(Passkey.user_id == user_id)) or 0) >= MOST_PASSKEYS:
        raise Refused(N_("More than %(most)s passkeys cannot be kept. Remove one that is needed no longer.", most=MOST_PASSKEYS))
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except _unreadable() as error:
        raise Refused(NOT_MADE) from error
    row = {
        "user_id": user_id,
        "credential": bytes_to_base64url(made.credential_id),
        "handle": _handle(user_id, keys),
        "public_key": bytes_to_base64url(made.credential_public_key),
        "uses": made.sign_count,
        "name": name,
        "created_at": now,
    }
    kept = db.session.scalar(inserting_new(Passkey, "credential").values(row).returning(Passkey.id))
    if kept is None:
        raise Refused(ALREADY)
    settle(user_id, now=now)
    record(Action.PASSKEY_ADDED, ("user", user_id), by=by, now=now, passkey=kept)
    return codes_for_a_first(user_id, keys, by=by, now=now)


def rename_passkey(user_id: int, passkey_id: int, name: str, *, by: Actor, now: datetime) -> None:
    """Give one of the person's passkeys another name. Raises NotFound for anybody else's."""
    if not changed(update(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user_id).values(name=name)):
        raise NotFound
    record(Action.PASSKEY_RENAMED, ("user", user_id), by=by, now=now, passkey=passkey_id)


def remove_passkey(user_id: int, passkey_id: int, *, by: Actor, now: datetime) -> None:
    """Take one of the person's passkeys away; nothing happens where it is gone."""
    hold(user_id)
    if changed(delete(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user_id)):
        record(Action.PASSKEY_REMOVED, ("user", user_id), by=by, now=now, passkey=passkey_id)
    settle(user_id, now=now)


def take_passkey(answer: str, party: Party, challenge: bytes, *, now: datetime, user_id: int | None = None) -> int | None:
    """Whose passkey has answered the challenge; None when the answer is not right, or not of the person asked for. What is not right of a
    passkey that is kept is recorded for its owner."""
    from webauthn import verify_authentication_response  # noqa: PLC0415
    from webauthn.helpers import bytes_to_base64url, parse_authentication_credential_json  # noqa: PLC0415

    _spend(challenge, now)
    try:
        said = parse_authentication_credential_json(answer)
    except _unreadable():
        return None
    row = db.session.scalar(select(Passkey).where(Passkey.credential == bytes_to_base64url(said.raw_id)))
    if row is None:
        return None
    handle = said.response.user_handle
    try:
        right = verify_authentication_response(
            credential=said,
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            credential_public_key=_bytes(row.public_key),
            credential_current_sign_count=row.uses,
            require_user_verification=True,
        )
    except _unreadable():
        right = None
    if right is None or user_id not in (None, row.user_id) or (handle and bytes_to_base64url(handle) != row.handle):
        record(Action.PASSKEY_REFUSED, ("user", row.user_id), by=SYSTEM, now=now, passkey=row.id)
        return None
    unchanged = update(Passkey).where(Passkey.id == row.id, Passkey.uses == row.uses)
    return row.user_id if changed(unchanged.values(uses=right.new_sign_count, used_at=now)) else None


def _spend(challenge: bytes, now: datetime) -> None:
    """Each challenge is answered once, right or wrong. Raises NotNow the second time."""
    digest = hashlib.sha256(challenge).hexdigest()
    if db.session.scalar(inserting_new(SpentChallenge, "digest").values(digest=digest, at=now).returning(SpentChallenge.digest)) is None:
        raise NotNow(N_("This was answered already. Please begin once more."))


def _unreadable() -> tuple[type[Exception], ...]:
    """What `webauthn` raises at an answer that is none; what stands in its parts may be of any kind."""
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    return (WebAuthnException, ValueError, TypeError, KeyError, RecursionError)


def _handle(user_id: int, keys: Sequence[str]) -> str:
    """Under which name passkeys know the person: that of those there are, so that a key keeps one and not two."""
    return queries.handle_of(user_id) or passkey_handle(user_id, keys)


def _descriptors(credentials: Sequence[str]) -> "list[PublicKeyCredentialDescriptor]":
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor  # noqa: PLC0415

    return [PublicKeyCredentialDescriptor(id=_bytes(one)) for one in credentials]


def _bytes(text: str) -> bytes:
    from webauthn.helpers import base64url_to_bytes  # noqa: PLC0415

    return base64url_to_bytes(text)
