"""The verbs of people on the real database: accounts, sign-ins, passwords, the throttle."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from events.audit.models import AuditEntry
from events.foundation import work
from events.foundation.acting import SYSTEM
from events.foundation.db import db
from events.foundation.errors import Conflict, NotFound, Refused
from events.outbox.models import Message
from events.people import operations, queries, rules
from events.people.models import LoginSession, User
from events.people.vocabulary import AttemptKind, Role, UnitKind
from tests.fixtures.cast import Cast
from tests.fixtures.crowds import at_once

HOUR = timedelta(hours=1)


def signed_in(user_id: int, **moment: Any):
    return work.transaction(lambda: operations.sign_in(queries.user(user_id), "Firefox", now=work.now()), **moment)


def is_live(token: str, at: datetime):
    found = queries.live_session(rules.token_hash(token), at)
    db.session.rollback()
    return found is not None


def actions(user_id: int) -> list[str]:
    asked = select(AuditEntry.action).where(AuditEntry.subject_kind == "user", AuditEntry.subject_id == user_id).order_by(AuditEntry.seq)
    return list(db.session.scalars(asked))


def test_invite_keeps_the_address_in_lower_case_and_sends_a_link(cast: Cast, now: datetime):
    unit_id = cast.unit("pmc").id

    def act() -> int:
        return operations.invite(" New.Person@X.Example ", "Новикова  Анна", "", [(unit_id, Role.AUTHOR)] * 2, by=SYSTEM, now=now).id

    made = work.transaction(act)
    person = queries.user(made)
    assert (person.email, person.full_name, person.password) == ("new.person@x.example", "Новикова Анна", rules.NO_PASSWORD)
    assert [(held.unit_id, held.role) for held in person.memberships] == [(unit_id, Role.AUTHOR)]
    assert db.session.scalars(select(Message.kind).where(Message.recipient_id == made)).all() == ["invitation"]
    assert actions(made) == ["user_invited"]


def test_invite_refuses_a_taken_address_at_its_field_and_writes_nothing(cast: Cast, now: datetime):
    taken = cast.spec_pmc.email.upper()
    with pytest.raises(Refused) as refused:
        work.transaction(lambda: operations.invite(taken, "Другой Человек", "", [], "x", by=SYSTEM, now=now))
    assert refused.value.fields == {"email": refused.value.phrase}


def test_add_unit_refuses_a_taken_key_and_the_transaction_goes_on(cast: Cast, now: datetime):
    def act() -> int:
        with pytest.raises(Refused) as refused:
            operations.add_unit("pmc", "X", "Другой", "Другой", UnitKind.INSTITUTION, by=SYSTEM, now=now)
        assert list(refused.value.fields) == ["key"]
        return operations.add_unit("new", "НОВ", "Новый дом", "Дом", UnitKind.INSTITUTION, by=SYSTEM, now=now).id

    assert work.transaction(act) == queries.unit_by_key("new").id


def test_add_unit_refuses_what_is_no_phone(cast: Cast, now: datetime):
    with pytest.raises(Refused) as refused:
        work.transaction(lambda: operations.add_unit("new", "НОВ", "Дом", "Дом", UnitKind.INSTITUTION, by=SYSTEM, now=now, phone="доб. 12"))
    assert list(refused.value.fields) == ["phone"]


def test_a_code_wanted_by_many_units_at_once_goes_to_one(app: Flask, cast: Cast, now: datetime):
    def wanting(key: str, code: str) -> Callable[[], object]:
        return lambda: work.transaction(lambda: operations.recode(cast.unit(key), code, by=SYSTEM, now=now))

    assert at_once(app, [wanting("pmc", "ОБЩ"), wanting("omp", "общ"), wanting("ozpb", "ОБЩ")]) == {"done": 1, "Refused": 2}


def test_sign_in_lives_until_idle_or_absolute_limit(cast: Cast, now: datetime):
    token = signed_in(cast.spec_pmc.id)
    assert is_live(token, now + 8 * HOUR - timedelta(seconds=1))
    assert not is_live(token, now + 8 * HOUR)
    for hours in (4, 8, 11):
        seen = queries.live_session(rules.token_hash(token), now + hours * HOUR).session_id
        work.transaction(lambda seen=seen, at=now + hours * HOUR: operations.touch_session(seen, now=at))
    assert is_live(token, now + 12 * HOUR - timedelta(seconds=1))
    assert not is_live(token, now + 12 * HOUR)


def test_touch_writes_at_most_every_five_minutes(cast: Cast, now: datetime):
    signed_in(cast.spec_pmc.id)
    opened = db.session.scalars(select(LoginSession)).one().id
    for minutes, seen in ((4, 0), (5, 5), (9, 5), (10, 10)):
        work.transaction(lambda at=now + timedelta(minutes=minutes): operations.touch_session(opened, now=at))
        assert db.session.get(LoginSession, opened).seen_at == now + timedelta(minutes=seen)
        db.session.rollback()


def test_only_the_hash_of_a_token_is_kept(cast: Cast):
    token = signed_in(cast.spec_pmc.id)
    assert db.session.scalars(select(LoginSession.token_hash)).all() == [rules.token_hash(token)]


def test_sign_out_is_for_good_and_audited_once(cast: Cast, now: datetime):
    token = signed_in(cast.spec_pmc.id)
    for _ in range(2):
        work.transaction(lambda: operations.sign_out(token, now=now))
    assert not is_live(token, now)
    assert actions(cast.spec_pmc.id) == ["user_invited", "signed_in", "signed_out"]


def test_end_session_is_for_own_sign_ins_only(cast: Cast, now: datetime):
    token = signed_in(cast.spec_pmc.id)
    opened, stranger = db.session.scalars(select(LoginSession.id)).one(), cast.spec_dm.id
    with pytest.raises(NotFound):
        work.transaction(lambda: operations.end_session(opened, by=queries.user(stranger), now=now))
    assert is_live(token, now)


def test_new_password_ends_every_other_sign_in_and_every_link(cast: Cast, now: datetime):
    person = cast.spec_pmc.id
    kept, other = signed_in(person), signed_in(person)
    before = (cast.spec_pmc.fs_uniquifier, cast.spec_pmc.password)

    def change() -> None:
        user = queries.user(person)
        operations.change_password(user, "new", seen_hash=before[1], by=user.actor, now=now, except_token=kept)

    work.transaction(change)
    assert (is_live(kept, now), is_live(other, now)) == (True, False)
    assert queries.user_by_uniquifier(before[0]) is None
    with pytest.raises(Conflict):
        work.transaction(change)


def test_dismissal_ends_everything_and_keeps_the_name(cast: Cast, now: datetime):
    person, uniquifier = cast.spec_pmc.id, cast.spec_pmc.fs_uniquifier
    tokens = [signed_in(person), signed_in(person)]
    work.transaction(lambda: operations.dismiss(queries.user(person), by=SYSTEM, now=now))
    assert [is_live(token, now) for token in tokens] == [False, False]
    assert queries.user_by_uniquifier(uniquifier) is None
    with pytest.raises(NotFound):
        signed_in(person)
    assert queries.user(person).full_name == "Ветрова Алина Игоревна"
    work.transaction(lambda: operations.readmit(queries.user(person), by=SYSTEM, now=now))
    assert not is_live(tokens[0], now)
    assert actions(person) == ["user_invited", "signed_in", "signed_in", "user_dismissed", "sessions_ended", "user_readmitted"]


def admitted(email: str, origin: str = "192.0.2.1", moment: datetime | None = None):
    return work.transaction(lambda: operations.admit(AttemptKind.SIGN_IN, email, origin, now=work.now()), moment=moment)


def test_sixth_try_at_an_account_waits_whether_it_exists_or_not(app: Flask, now: datetime):
    for email in ("spec_pmc@demo.example", "nobody@demo.example"):
        for _ in range(5):
            assert admitted(email, "198.51.100.1").wait is None
        assert admitted(email.upper(), "198.51.100.1").wait == rules.THROTTLE_WINDOW
        assert admitted(email, "192.0.2.1").wait is None, "elsewhere the account is open"
        assert admitted(email, "198.51.100.1", now + rules.THROTTLE_WINDOW).wait is None


def test_a_success_forgets_the_accounts_failures_from_its_origin(app: Flask):
    tries = [admitted("a@x.example") for _ in range(5)]
    work.transaction(lambda: operations.pass_attempt(tries[-1].attempt_id))
    assert [admitted("a@x.example").wait for _ in range(6)] == [None] * 5 + [rules.THROTTLE_WINDOW]


def test_an_origin_waits_after_twenty_failures_over_many_accounts(app: Flask):
    for number in range(20):
        assert admitted(f"a{number}@x.example").wait is None
    assert admitted("a99@x.example").wait == rules.THROTTLE_WINDOW
    assert admitted("a99@x.example", "192.0.2.2").wait is None


def test_ask_reset_twice_in_a_minute_sends_one_letter(cast: Cast, now: datetime):
    for seconds in (0, 30, 60):
        at = now + timedelta(seconds=seconds)
        work.transaction(lambda at=at: operations.ask_reset(cast.spec_pmc, now=at))
    assert len(db.session.scalars(select(Message.id).where(Message.kind == "password_reset")).all()) == 2


def test_set_locale_takes_known_languages_only(cast: Cast, now: datetime):
    for asked, kept in (("en", "en"), ("de", "en"), ("", "en")):
        work.transaction(lambda asked=asked: operations.set_locale(cast.spec_pmc, asked, now=now))
        assert cast.spec_pmc.locale == kept


def test_sweep_drops_what_nobody_needs(cast: Cast, now: datetime):
    admitted("a@x.example")
    signed_in(cast.spec_pmc.id)
    work.transaction(lambda: operations.sweep(now=now + timedelta(hours=25)))
    assert len(db.session.scalars(select(LoginSession.id)).all()) == 1
    work.transaction(lambda: operations.sweep(now=now + timedelta(days=91)))
    assert db.session.scalars(select(LoginSession.id)).all() == []
    assert db.session.scalar(select(User.id).where(User.id == cast.spec_pmc.id)) == cast.spec_pmc.id
