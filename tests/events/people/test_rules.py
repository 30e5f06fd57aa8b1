"""Passwords, the throttle and the keys under which tries are counted."""

from datetime import UTC, datetime, timedelta

import pytest
from argon2 import extract_parameters
from flask import Flask
from flask_security.utils import verify_password

from events.people import rules

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


def minutes_ago(*minutes: int) -> list[datetime]:
    return [NOON - timedelta(minutes=each) for each in minutes]


def test_password_matches_in_either_unicode_form():
    stored = rules.hash_password("Ёжик и йод")
    assert stored.startswith("$argon2id$")
    assert rules.password_matches("\u0415\u0308жик и йод", stored)
    assert not rules.password_matches("Ежик и йод", stored)


def test_password_of_nobody_costs_as_much_as_one_that_is_stored():
    """RFC 9106, second recommendation; otherwise the time would tell which addresses have accounts (reliability.md T14)."""
    cost = extract_parameters(rules._NOBODYS)
    assert cost == extract_parameters(rules.hash_password("Ёжик и йод"))
    assert (cost.memory_cost, cost.time_cost, cost.parallelism) == (64 * 1024, 3, 4)


@pytest.mark.parametrize("stored", [None, "", "!", "!abc", "not a hash"])
def test_password_never_matches_without_a_hash(stored: str | None):
    assert not rules.password_matches("", stored)
    assert not rules.password_matches("!", stored)


@pytest.mark.engines("sqlite")
def test_hash_is_one_flask_security_verifies(app: Flask):
    normal = app.extensions["security"]._password_util.normalize("Ёжик и йод в тумане")
    with app.test_request_context():
        assert verify_password(normal, rules.hash_password("Ёжик и йод в тумане"))


@pytest.mark.parametrize(
    ("plain", "wrong"),
    [
        ("короткий", "at least"),
        ("а" * 12, "repeat less"),
        ("x1y2" * 60, "at most"),
        ("Vetrova, весна на дворе", "your address"),
        ("три кота на крыше", None),
    ],
)
def test_new_password_is_judged_by_length_not_by_kinds_of_characters(plain: str, wrong: str | None):
    weakness = rules.password_weakness(plain, email="vetrova@pmc.example")
    assert (weakness is None) if wrong is None else (weakness is not None and wrong in weakness.msgid)


@pytest.mark.parametrize(
    "plain",
    [
        "123456789012", "0987654321qw", "password1234", "P@ssw0rd-2026", "qwertyuiop12", "1qaz2wsx3edc", "qazwsxedcrfv", "!@#$%^&*()_+",
        "йцукенгшщзхъ", "фывапролджэ1", "Пароль 2026 2026", "marshrut2026", "Кировский 2026", "администратор1", "лето2026лето",
        "маринамарина", "+79219365518", "12.05.1990 12",
    ],
)  # fmt: skip
def test_new_password_is_not_one_of_those_tried_first(plain: str):
    """ASVS 5.0, 6.2.4, by rule: no list stands in the repository."""
    weakness = rules.password_weakness(plain, email="vetrova@pmc.example")
    assert weakness is not None
    assert "harder to guess" in weakness.msgid


@pytest.mark.parametrize(
    "plain",
    [
        "kT9#x2Lq!v7P", "a#9-!v$2@L^&", "8f3a9c27d1e6", "correct horse battery", "sad-tree-blue-1999", "админ любит крепкий чай",
        "Над городом протест и полёт", "proof of password 77 z",
    ],
)  # fmt: skip
def test_new_password_of_ones_own_is_taken_whatever_it_is_made_of(plain: str):
    assert rules.password_weakness(plain, email="vetrova@pmc.example") is None


@pytest.mark.parametrize(("email", "refused"), [("z@pmc.example", False), ("kot@pmc.example", False), ("kota@pmc.example", True)])
def test_new_password_may_contain_the_letters_of_a_short_address(email: str, refused: bool):
    assert (rules.password_weakness("зебра, z, kot и kota", email=email) is not None) is refused


@pytest.mark.parametrize(
    ("failures", "wait"),
    [
        ([], None),
        (minutes_ago(1, 2, 3, 4), None),
        (minutes_ago(1, 2, 3, 4, 14), timedelta(minutes=1)),
        (minutes_ago(1, 2, 3, 4, 15), None),
        (minutes_ago(9, 1, 2, 3, 4, 14), timedelta(minutes=6)),
    ],
)
def test_wait_ends_when_fewer_failures_than_the_limit_are_in_the_window(failures: list[datetime], wait: timedelta | None):
    assert rules.wait_after(failures, 5, NOON) == wait


def test_origin_is_an_address_or_a_subscriber_network():
    assert rules.origin_key("2001:db8:1:2::1") == rules.origin_key("2001:db8:1:2:ffff::9")
    assert rules.origin_key("2001:db8:1:2::1") != rules.origin_key("2001:db8:1:3::1")
    assert rules.origin_key("192.0.2.1") != rules.origin_key("192.0.2.2")
    assert rules.origin_key(None) == rules.origin_key("nonsense")


def test_account_is_counted_in_one_spelling():
    assert rules.account_key(" Vetrova@PMC.example ") == rules.account_key("vetrova@pmc.example")
