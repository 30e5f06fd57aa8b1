"""Passkeys on the real database: what is taken, what is not, and that a challenge is answered once."""

import json
import secrets
from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from events.audit.models import AuditEntry
from events.factors import operations, queries, rules
from events.factors.models import Passkey, RecoveryCode
from events.factors.rules import Party, party_at
from events.foundation import work
from events.foundation.acting import SYSTEM
from events.foundation.db import db
from events.foundation.errors import NotFound, NotNow, Refused
from events.people import operations as people
from events.people import queries as persons
from tests.fixtures.cast import Cast
from tests.fixtures.crowds import at_once
from tests.fixtures.passkeys import SoftKey, text

KEYS = ("a-key-of-the-tests",)
HERE = Party("localhost", "http://localhost:8000")


def challenge() -> bytes:
    return secrets.token_bytes(32)


def added(user_id: int, key: SoftKey, now: datetime, name: str = "ключ") -> list[str]:
    asked = challenge()

    def act() -> list[str]:
        answer = key.made(operations.creation_options(user_id, "a@x.example", "Имя", HERE, asked, KEYS))
        return operations.add_passkey(user_id, answer, name, HERE, asked, KEYS, by=SYSTEM, now=now)

    return work.transaction(act)


def shown(key: SoftKey, now: datetime, *, asked: bytes | None = None, user_id: int | None = None, **otherwise: object) -> int | None:
    asked = asked or challenge()

    def act() -> int | None:
        answer = key.shown(operations.request_options(HERE, asked, user_id), **otherwise)
        return operations.take_passkey(answer, HERE, asked, now=now, user_id=user_id)

    return work.transaction(act)


def test_a_passkey_signs_in_alone_and_secures_the_account(cast: Cast, now: datetime):
    key, user_id = SoftKey(), cast.spec_pmc.id
    assert len(added(user_id, key, now)) == rules.RECOVERY_CODES
    assert added(user_id, SoftKey(), now, "второй") == [], "there are codes already"
    assert shown(key, now) == user_id
    held = work.transaction(lambda: queries.held(user_id), write=False)
    assert [(one.name, one.used) for one in held.passkeys] == [("ключ", now), ("второй", None)]
    assert work.transaction(queries.secured, write=False) == {user_id}


def test_options_leave_every_kind_of_key_open_and_ask_for_its_owner(cast: Cast, now: datetime):
    added(cast.spec_pmc.id, key := SoftKey(), now)
    told = json.loads(operations.creation_options(cast.spec_pmc.id, "a@x.example", "Имя", HERE, challenge(), KEYS))
    assert told["authenticatorSelection"] == {"residentKey": "required", "requireResidentKey": True, "userVerification": "required"}
    assert [one["id"] for one in told["excludeCredentials"]] == [text(key.id)]
    assert told["user"]["id"] == text(key.handle)
    assert json.loads(operations.request_options(HERE, challenge()))["userVerification"] == "required"


def test_what_is_not_right_is_not_taken_and_recorded(cast: Cast, now: datetime):
    user_id = cast.spec_pmc.id
    key, lazy, elsewhere = SoftKey(), SoftKey(), SoftKey()
    for one in (key, lazy, elsewhere):
        added(user_id, one, now)
    lazy.verifies = False
    elsewhere.origin = "https://evil.example"
    assert shown(lazy, now) is None, "nobody has put a finger on it"
    assert shown(elsewhere, now) is None, "another site has asked"
    assert shown(key, now, user_id=cast.spec_dm.id) is None, "somebody else is signing in"
    assert shown(key, now, userHandle=text(b"another")) is None
    assert shown(SoftKey(), now) is None, "unknown"
    asked = select(AuditEntry.action).where(AuditEntry.subject_id == user_id, AuditEntry.action == "passkey_refused")
    assert len(db.session.scalars(asked).all()) == 4
    db.session.rollback()
    assert shown(key, now) == user_id


def test_a_copy_is_told_by_its_count(cast: Cast, now: datetime):
    key = SoftKey()
    added(cast.spec_pmc.id, key, now)
    key.uses = 5
    assert shown(key, now) == cast.spec_pmc.id
    key.uses = 5
    assert shown(key, now) is None


def test_one_answer_sent_by_many_at_once_signs_in_once(app: Flask, cast: Cast, now: datetime):
    key, asked = SoftKey(), challenge()
    added(cast.spec_pmc.id, key, now)
    answer = work.transaction(lambda: key.shown(operations.request_options(HERE, asked)), write=False)

    def sending() -> None:
        assert work.transaction(lambda: operations.take_passkey(answer, HERE, asked, now=now)) is not None

    assert at_once(app, [sending] * 4) == {"done": 1, "NotNow": 3}


def test_a_passkey_is_kept_once_and_only_by_a_key_that_verifies_its_owner(cast: Cast, now: datetime):
    key = SoftKey()
    added(cast.spec_pmc.id, key, now)
    for again in (lambda: added(cast.spec_dm.id, key, now), lambda: added(cast.spec_dm.id, SoftKey(verifies=False), now)):
        with pytest.raises(Refused):
            again()
    assert len(db.session.scalars(select(Passkey)).all()) == 1


HOSTILE = (
    "", "null", "[]", "{}", "[" * 5000, '{"id":1}', json.dumps({"id": "a", "rawId": "a", "type": "public-key", "response": []}),
    json.dumps({"id": "YQ", "rawId": "YQ", "type": "public-key", "response": dict.fromkeys(
        ("clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"), "я")}),
    json.dumps({"id": "YQ", "rawId": "YQ", "type": "public-key", "response": dict.fromkeys(
        ("clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"), text(b"\x9f" * 300))}),
)  # fmt: skip


@pytest.mark.parametrize("answer", HOSTILE)
def test_an_answer_that_is_none_is_refused_in_words(cast: Cast, now: datetime, answer: str):
    assert work.transaction(lambda: operations.take_passkey(answer, HERE, challenge(), now=now)) is None
    with pytest.raises(Refused):
        work.transaction(lambda: operations.add_passkey(cast.spec_pmc.id, answer, "x", HERE, challenge(), KEYS, by=SYSTEM, now=now))


def test_parts_of_a_known_passkey_that_are_none_are_refused_too(cast: Cast, now: datetime):
    key = SoftKey()
    added(cast.spec_pmc.id, key, now)
    for name in ("authenticatorData", "signature"):
        for part in ("я", text(b"\x9f" * 300), ""):
            assert shown(key, now, **{name: part}) is None


def test_a_challenge_is_answered_once(cast: Cast, now: datetime):
    key, asked = SoftKey(), challenge()
    added(cast.spec_pmc.id, key, now)
    shown(key, now, asked=asked)
    with pytest.raises(NotNow):
        shown(key, now, asked=asked)


def test_names_and_removal_are_for_own_passkeys_and_codes_go_with_the_last(cast: Cast, now: datetime):
    user_id = cast.spec_pmc.id
    added(user_id, SoftKey(), now)
    passkey_id = db.session.scalars(select(Passkey.id)).one()
    db.session.rollback()
    with pytest.raises(NotFound):
        work.transaction(lambda: operations.rename_passkey(cast.spec_dm.id, passkey_id, "моё", by=SYSTEM, now=now))
    work.transaction(lambda: operations.remove_passkey(cast.spec_dm.id, passkey_id, by=SYSTEM, now=now))
    work.transaction(lambda: operations.rename_passkey(user_id, passkey_id, "брелок", by=SYSTEM, now=now))
    assert db.session.scalars(select(Passkey.name)).all() == ["брелок"]
    db.session.rollback()
    work.transaction(lambda: operations.remove_passkey(user_id, passkey_id, by=SYSTEM, now=now))
    assert db.session.scalars(select(RecoveryCode)).all() == []
    db.session.rollback()
    assert work.transaction(queries.secured, write=False) == frozenset()


@pytest.mark.parametrize("ending", [people.dismiss, people.reset_second_step])
def test_dismissal_and_reset_end_passkeys(cast: Cast, now: datetime, ending: Callable[..., None]):
    key = SoftKey()
    added(cast.spec_pmc.id, key, now)
    work.transaction(lambda: ending(persons.user(cast.spec_pmc.id), by=SYSTEM, now=now))
    assert shown(key, now) is None


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("https://events.example.org", Party("events.example.org", "https://events.example.org")),
        ("https://events.example.org:8443", Party("events.example.org", "https://events.example.org:8443")),
        ("http://127.0.0.1:8000", Party("localhost", "http://localhost:8000")),
        ("http://localhost", Party("localhost", "http://localhost")),
        ("http://events.example.org", None),
        ("https://192.0.2.1", None),
        ("http://192.0.2.1", None),
    ],
)
def test_passkeys_are_made_for_the_public_address(address: str, found: Party | None):
    assert party_at(address) == found
