"""Sealing and checking the stored chain; forging it past every guard."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import text
from time_machine import Traveller

from events.audit import operations as audit
from events.foundation import work
from events.foundation.acting import SYSTEM, Actor
from events.foundation.db import db
from tests.fixtures.moments import MONDAY

ENTRIES = 6

Forge = Callable[[Callable[[], Any]], audit.chain.Verdict]


@pytest.fixture
def entries(empty_app: Flask) -> Forge:
    """Six sealed acts, two to a transaction; gives `forge(act)`: run `act` without the audit's triggers, check, undo it all."""
    for turn in range(ENTRIES // 2):
        work.transaction(lambda turn=turn: [_record(2 * turn + place) for place in (1, 2)])
    return lambda act: work.transaction(lambda: _forged(act), keep=lambda _: False)


def _record(number: int) -> None:
    audit.record("decided", ("review", number), by=Actor("user", number), now=MONDAY, verdict="approve", comment=None)


def _forged(act: Callable[[], Any]) -> audit.chain.Verdict:
    """What the check says after the forgery."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
    else:
        for name in ("audit_entry_keeps", "audit_entry_stays"):
            db.session.execute(text(f"DROP TRIGGER {name}"))
    act()
    return audit.verify()


def sql(statement: str, **values: Any) -> Callable[[], Any]:
    """A forger's statement."""
    return lambda: db.session.execute(text(statement), values)


def test_sealed_chain_holds(entries: Forge) -> None:
    verdict = work.transaction(audit.verify, write=False)
    assert (verdict.entries, verdict.broken_at) == (ENTRIES, None)


@pytest.mark.engines("postgresql")
def test_chain_holds_while_others_write(entries: Forge, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry sealed between the reading of the head and of the rows is no forgery."""
    read = audit._links

    def meanwhile(*asked: Any) -> Any:
        with ThreadPoolExecutor(1) as colleague:
            colleague.submit(_seal_one, current_app._get_current_object()).result()
        return read(*asked)

    monkeypatch.setattr(audit, "_links", meanwhile)
    assert work.transaction(audit.verify, write=False).holds
    monkeypatch.undo()
    assert work.transaction(audit.verify, write=False).entries == ENTRIES + 1


def _seal_one(app: Flask) -> None:
    """One more act by somebody else, committed."""
    with app.app_context():
        work.transaction(lambda: _record(7))
        db.session.remove()


def test_values_that_are_not_given_are_not_recorded(entries: Forge) -> None:
    data = work.transaction(lambda: db.session.scalars(text("SELECT data FROM audit_entry")).all(), write=False)
    assert {str(one).replace("'", '"') for one in data} == {'{"verdict": "approve"}'}


def test_i20_clock_stepping_back_does_not_reorder_the_chain(entries: Forge, freeze: Traveller) -> None:
    freeze.move_to(MONDAY.replace(year=2020))
    work.transaction(lambda: audit.record("decided", ("review", 7), by=SYSTEM, now=work.now()))
    assert work.transaction(audit.verify, write=False).holds


ALTERED = {
    "at": "'2026-06-01 07:00:00.000001+00:00'", "action": "'returned'", "subject_kind": "'request'", "subject_id": "99",
    "actor_kind": "'system'", "actor_id": "99", "data": "'{}'", "previous": "hash", "hash": "previous",
}  # fmt: skip


@pytest.mark.parametrize("column", ALTERED)
def test_i8_any_altered_column_of_any_entry_is_found(entries: Forge, column: str) -> None:
    value = "'2026-06-01 07:00:00.000001'" if column == "at" and db.engine.dialect.name == "sqlite" else ALTERED[column]
    found = [
        entries(sql(f"UPDATE audit_entry SET {column} = {value} WHERE seq = :seq", seq=seq)).broken_at for seq in range(1, ENTRIES + 1)
    ]
    assert found == [1, 2, 3, 4, 5, 6]


def test_i8_any_deleted_entry_is_found(entries: Forge) -> None:
    found = [entries(sql("DELETE FROM audit_entry WHERE seq = :seq", seq=seq)).broken_at for seq in range(1, ENTRIES + 1)]
    assert found == [1, 2, 3, 4, 5, 6]


def test_i8_any_two_swapped_entries_are_found(entries: Forge) -> None:
    def swap(seq: int) -> Callable[[], None]:
        def act() -> None:
            for old, new in ((seq, 100), (seq + 1, seq), (100, seq + 1)):
                db.session.execute(text("UPDATE audit_entry SET seq = :new WHERE seq = :old"), {"new": new, "old": old})

        return act

    assert [entries(swap(seq)).broken_at for seq in range(1, ENTRIES)] == [1, 2, 3, 4, 5]


def test_i8_any_inserted_entry_is_found(entries: Forge) -> None:
    columns = "at, action, subject_kind, subject_id, actor_kind, actor_id, data, previous, hash"

    def insert(seq: int) -> Callable[[], None]:
        def act() -> None:
            for old in range(ENTRIES, seq - 1, -1):
                db.session.execute(text("UPDATE audit_entry SET seq = seq + 1 WHERE seq = :old"), {"old": old})
            copied = f"INSERT INTO audit_entry (seq, {columns}) SELECT :seq, {columns} FROM audit_entry WHERE seq = :source"
            db.session.execute(text(copied), {"seq": seq, "source": seq + 1 if seq <= ENTRIES else ENTRIES})

        return act

    # A copy put in front of its own original is sound itself; the original after it is not.
    assert [entries(insert(seq)).broken_at for seq in range(1, ENTRIES + 2)] == [2, 3, 4, 5, 6, 7, 7]


def test_i8_cut_tail_is_found_by_the_stored_head_and_with_a_forged_head_only_by_an_outside_anchor(entries: Forge) -> None:
    anchor = work.transaction(audit.verify, write=False)
    cut = "DELETE FROM audit_entry WHERE seq > 4"
    assert entries(sql(cut)).broken_at == 5

    def act() -> None:
        db.session.execute(text(cut))
        db.session.execute(text("UPDATE audit_head SET seq = 4, hash = (SELECT hash FROM audit_entry WHERE seq = 4)"))

    forged = entries(act)
    assert forged.holds
    assert (forged.entries, forged.head) != (anchor.entries, anchor.head)


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET action = 'forged'", "DELETE FROM audit_entry"])
def test_i8_entries_are_neither_changed_nor_deleted(entries: Forge, statement: str) -> None:
    with pytest.raises(Exception, match="audit entries are never"):
        work.transaction(sql(statement))
    assert work.transaction(audit.verify, write=False).entries == ENTRIES


@pytest.mark.engines("postgresql")
def test_i8_entries_are_not_truncated(entries: Forge) -> None:
    with pytest.raises(Exception, match="audit entries are never deleted"):
        work.transaction(sql("TRUNCATE audit_entry"))


def test_there_is_one_head(entries: Forge) -> None:
    with pytest.raises(Exception, match="ck_audit_head_single"):
        work.transaction(sql("INSERT INTO audit_head (id, seq, hash) VALUES (2, 0, '')"))
