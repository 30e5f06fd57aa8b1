"""Form receipts: a form sent twice has one effect, and the second answer shows the result."""

from datetime import timedelta

import pytest
from flask import Flask

from events.foundation import work
from events.receipts import operations as receipts
from tests.fixtures.moments import MONDAY


def accepted(nonce: str = "form", holder: str = "user:1") -> str | None:
    """Take the form in, in a transaction of its own."""
    return work.transaction(lambda: receipts.accept(nonce, holder, MONDAY))


def test_new_form_is_taken_in(app: Flask) -> None:
    assert accepted() is None


def test_form_sent_again_is_answered_with_its_target(app: Flask) -> None:
    def act() -> None:
        receipts.accept("form", "user:1", MONDAY)
        receipts.settle("form", "user:1", "/requests/5")

    work.transaction(act)
    assert accepted() == "/requests/5"


def test_form_sent_again_before_it_had_a_target_is_not_new(app: Flask) -> None:
    accepted()
    assert accepted() == ""


def test_same_nonce_of_another_holder_is_another_form(app: Flask) -> None:
    accepted(holder="user:1")
    assert accepted(holder="visitor:2") is None


def test_form_whose_transaction_failed_is_new_again(app: Flask) -> None:
    def act() -> None:
        receipts.accept("form", "user:1", MONDAY)
        raise LookupError

    with pytest.raises(LookupError):
        work.transaction(act)
    assert accepted() is None


def test_old_receipts_are_forgotten(app: Flask) -> None:
    accepted()
    work.transaction(lambda: receipts.forget(MONDAY))
    assert accepted() == ""
    work.transaction(lambda: receipts.forget(MONDAY + timedelta(seconds=1)))
    assert accepted() is None


def test_target_longer_than_its_column_is_cut(app: Flask) -> None:
    def act() -> None:
        receipts.accept("form", "user:1", MONDAY)
        receipts.settle("form", "user:1", "/" + "x" * 600)

    work.transaction(act)
    assert accepted() == "/" + "x" * 499


def test_only_the_newest_answers_of_a_holder_are_kept(app: Flask) -> None:
    """Whoever sends a wrong form a thousand times takes as much room as whoever sends twenty, and nobody else's."""

    def keep(holder: str) -> str:
        return work.transaction(lambda: receipts.keep_answer(f"<p>{holder}</p>", holder, MONDAY))

    theirs = keep("user:2")
    mine = [keep("user:1") for _ in range(receipts.ANSWERS_OF_ONE + 3)]
    found = [receipts.kept_answer(token, "user:1") is not None for token in mine]
    assert found == [False] * 3 + [True] * receipts.ANSWERS_OF_ONE
    assert receipts.kept_answer(theirs, "user:2") == "<p>user:2</p>"
