"""Codes of an app and of the paper: each serves once, also for two at the same instant; nothing outlives its account."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from events.audit.models import AuditEntry
from events.factors import operations, queries, rules
from events.factors.models import Authenticator, RecoveryCode, SecondStep, SecuredAccount
from events.foundation import work
from events.foundation.acting import SYSTEM
from events.foundation.db import db
from events.foundation.errors import NotNow, Refused
from events.outbox.models import Message
from events.people import operations as people
from events.people import queries as persons
from tests.fixtures.cast import Cast
from tests.fixtures.crowds import at_once

KEYS = ("a-key-of-the-tests", "an-earlier-key")
STEP = timedelta(seconds=rules.CODE_SECONDS)


def read(ask: Callable[[], object]) -> object:
    return work.transaction(ask, write=False)


@pytest.fixture
def secret(cast: Cast, now: datetime) -> str:
    """The secret of an app that is set up for spec_pmc, by a code of the step before last."""
    user_id = cast.spec_pmc.id
    work.transaction(lambda: operations.propose_app(user_id, KEYS, now=now - 2 * STEP))
    shown = read(lambda: queries.proposed_secret(user_id, KEYS, now))
    assert isinstance(shown, str)
    confirm(user_id, pyotp.TOTP(shown).at(now - 2 * STEP), now - 2 * STEP)
    return shown


def confirm(user_id: int, code: str, at: datetime) -> list[str]:
    return work.transaction(lambda: operations.confirm_app(user_id, code, KEYS, by=SYSTEM, now=at))


def codes_of(user_id: int, now: datetime) -> list[str]:
    return work.transaction(lambda: operations.renew_codes(user_id, KEYS, by=SYSTEM, now=now))


def taking_app(user_id: int, code: str, at: datetime) -> Callable[[], bool]:
    return lambda: work.transaction(lambda: operations.take_app_code(user_id, code, KEYS, now=at))


def taking_paper(user_id: int, code: str, at: datetime) -> Callable[[], bool]:
    digits = rules.bare_code(code) or ""
    return lambda: work.transaction(lambda: operations.take_recovery_code(user_id, digits, KEYS, by=SYSTEM, now=at))


def noted(acts: list[bool], act: Callable[[], bool]) -> Callable[[], None]:
    return lambda: acts.append(act())


def test_a_code_of_the_app_serves_once(cast: Cast, secret: str, now: datetime):
    code, user_id = pyotp.TOTP(secret).at(now), cast.spec_pmc.id
    assert [taking_app(user_id, code, now)() for _ in range(2)] == [True, False]
    assert not taking_app(user_id, pyotp.TOTP(secret).at(now - STEP), now)(), "an earlier one is dead with it"
    assert taking_app(user_id, pyotp.TOTP(secret).at(now + STEP), now)(), "clocks differ by a step"
    assert not taking_app(user_id, pyotp.TOTP(secret).at(now + 3 * STEP), now + STEP)()


def test_of_one_code_typed_by_many_at_once_one_is_taken(app: Flask, cast: Cast, secret: str, now: datetime):
    taken, code, user_id = list[bool](), pyotp.TOTP(secret).at(now), cast.spec_pmc.id
    at_once(app, [noted(taken, taking_app(user_id, code, now)) for _ in range(6)])
    assert sorted(taken) == [False] * 5 + [True]


def test_a_recovery_code_serves_once_also_at_once_and_its_owner_is_told(app: Flask, cast: Cast, secret: str, now: datetime):
    user_id = cast.spec_pmc.id
    first, second, *_ = codes_of(user_id, now)
    assert [taking_paper(user_id, first, now)() for _ in range(2)] == [True, False]
    taken = list[bool]()
    at_once(app, [noted(taken, taking_paper(user_id, f" {second.replace('-', ' ')}", now + STEP)) for _ in range(6)])
    assert sorted(taken) == [False] * 5 + [True]
    assert read(lambda: queries.held(user_id).codes_left) == 8
    told = db.session.scalars(select(Message.params).where(Message.kind == "recovery_code_used").order_by(Message.id)).all()
    assert [one["count"] for one in told] == [9, 8]


def test_new_recovery_codes_are_the_only_ones(cast: Cast, secret: str, now: datetime):
    user_id = cast.spec_pmc.id
    old, new = codes_of(user_id, now), codes_of(user_id, now)
    assert len(set(new)) == rules.RECOVERY_CODES
    assert not taking_paper(user_id, old[0], now)()
    assert not taking_paper(cast.spec_dm.id, new[0], now)(), "somebody else's"
    assert taking_paper(user_id, new[0], now)()


def test_nothing_secret_lies_open_in_the_database_and_a_row_cannot_be_given_to_another(cast: Cast, secret: str, now: datetime):
    user_id = cast.spec_pmc.id
    made = codes_of(user_id, now)
    row = db.session.get_one(Authenticator, user_id)
    stored = repr([row.sealed, row.proposed, *db.session.scalars(select(RecoveryCode.digest))])
    assert secret not in stored
    assert not any(code.replace("-", "") in stored for code in made)
    assert rules.unseal(row.sealed, user_id, KEYS) == secret
    assert rules.unseal(row.sealed, cast.spec_dm.id, KEYS) is None
    assert rules.unseal(row.sealed, user_id, ("another-key",)) is None


def test_what_was_kept_under_an_earlier_key_is_read(cast: Cast, secret: str, now: datetime):
    user_id, renewed = cast.spec_pmc.id, ("the-next-key", *KEYS)
    code = codes_of(user_id, now)[0].replace("-", "")
    assert work.transaction(lambda: operations.take_app_code(user_id, pyotp.TOTP(secret).at(now), renewed, now=now))
    assert work.transaction(lambda: operations.take_recovery_code(user_id, code, renewed, by=SYSTEM, now=now))


def test_an_app_is_asked_for_only_after_its_first_code(cast: Cast, now: datetime):
    user_id = cast.spec_pmc.id
    work.transaction(lambda: operations.propose_app(user_id, KEYS, now=now))
    shown = read(lambda: queries.proposed_secret(user_id, KEYS, now))
    right = pyotp.TOTP(str(shown)).at(now)
    with pytest.raises(Refused) as refused:
        confirm(user_id, "000000" if right != "000000" else "111111", now)
    assert list(refused.value.fields) == ["code"]
    assert not read(lambda: queries.is_secured(user_id))
    with pytest.raises(NotNow):
        confirm(user_id, right, now + rules.PROPOSAL_LASTS)
    assert len(confirm(user_id, right, now)) == rules.RECOVERY_CODES
    assert read(queries.secured) == {user_id}


def test_with_the_app_its_recovery_codes_go(cast: Cast, secret: str, now: datetime):
    user_id = cast.spec_pmc.id
    work.transaction(lambda: operations.remove_app(user_id, by=SYSTEM, now=now))
    assert db.session.scalars(select(RecoveryCode)).all() == []
    assert read(queries.secured) == frozenset()


def test_one_of_two_goes_on_with_a_sign_in_that_waits(app: Flask, cast: Cast, now: datetime):
    token = work.transaction(lambda: operations.begin_step(cast.spec_pmc.id, now=now))
    step_id = work.transaction(lambda: queries.waiting_step(token, now).id, write=False)
    passing = [lambda: work.transaction(lambda: operations.pass_step(step_id, now=now))] * 4
    assert at_once(app, passing) == {"done": 1, "NotNow": 3}


def test_a_sign_in_waits_ten_minutes(cast: Cast, now: datetime):
    token = work.transaction(lambda: operations.begin_step(cast.spec_pmc.id, now=now))
    late = now + rules.STEP_LASTS
    assert read(lambda: queries.waiting_step(token, late - timedelta(seconds=1)) is not None)
    assert read(lambda: queries.waiting_step(token, late)) is None
    work.transaction(lambda: people.sweep(now=late))
    assert db.session.scalars(select(SecondStep)).all() == []


@pytest.mark.parametrize("ending", [people.dismiss, people.reset_second_step])
def test_dismissal_and_reset_end_all_that_could_be_shown(cast: Cast, secret: str, now: datetime, ending: Callable[..., None]):
    user_id = cast.spec_pmc.id
    work.transaction(lambda: operations.begin_step(user_id, now=now))
    work.transaction(lambda: ending(persons.user(user_id), by=SYSTEM, now=now))
    for kind in (Authenticator, RecoveryCode, SecondStep, SecuredAccount):
        assert db.session.scalars(select(kind)).all() == [], kind.__tablename__


def test_every_act_stands_in_the_journal(cast: Cast, secret: str, now: datetime):
    user_id = cast.spec_pmc.id
    code = codes_of(user_id, now)[0]
    taking_paper(user_id, code, now)()
    work.transaction(lambda: operations.remove_app(user_id, by=SYSTEM, now=now))
    work.transaction(lambda: people.reset_second_step(persons.user(user_id), by=SYSTEM, now=now))
    asked = select(AuditEntry.action).where(AuditEntry.subject_kind == "user", AuditEntry.subject_id == user_id).order_by(AuditEntry.seq)
    assert db.session.scalars(asked).all()[1:] == [
        "app_set_up", "recovery_codes_made", "recovery_codes_made", "recovery_code_used", "app_removed", "second_step_reset",
    ]  # fmt: skip
