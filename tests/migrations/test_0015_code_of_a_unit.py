"""One code of two units: the database refuses it, an upgrade that finds it says plainly what to do, and that is possible then."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from events.foundation.db import db, writing
from events.people.models import Unit
from tests.fixtures.cast import Cast
from tests.fixtures.direct_sql import refusal

SAME_CODE = "UPDATE unit SET code = (SELECT code FROM unit WHERE key = 'pmc') WHERE key = 'dm'"


def test_database_refuses_a_code_used_twice(cast: Cast, trying: Callable[[Callable[[], Any]], Any]):
    assert cast.unit("dm").code != cast.unit("pmc").code
    db.session.rollback()
    assert "unit" in (trying(lambda: refusal(SAME_CODE)) or "")


@pytest.fixture
def doubled(app: Flask, cast: Cast) -> Flask:
    """A database of before, in which two units have one code, written in another case, too."""
    db.session.rollback()
    assert _run(app, "db", "downgrade", "0014")[0] == 0
    token = writing.set(True)
    with db.engine.begin() as connection:
        connection.execute(text(SAME_CODE))
        connection.execute(text("UPDATE unit SET code = 'кц' WHERE key = 'kdc'"))
        connection.execute(text("UPDATE unit SET code = 'КЦ' WHERE key = 'omp'"))
    writing.reset(token)
    return app


def test_upgrade_names_the_units_and_what_to_do_and_goes_on_after_it(doubled: Flask):
    code, said = _run(doubled, "db", "upgrade")
    assert code == 1
    assert "код «ПМЦ» — у " in said
    assert "pmc (заявок с номером: 0)" in said
    assert "dm (заявок с номером: 0)" in said
    assert "код «кц» — у " in said or "код «КЦ» — у " in said
    assert "flask --app app district code КЛЮЧ НОВЫЙ_КОД" in said
    assert "Traceback" not in said
    assert _run(doubled, "district", "code", "dm", "ДМ-2") == (
        0,
        "Код подразделения dm теперь ДМ-2. Прежние номера заявок остались как были.\n",
    )
    assert _run(doubled, "district", "code", "omp", "ОМП")[0] == 0
    assert _run(doubled, "db", "upgrade")[0] == 0
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(text(SAME_CODE))


@pytest.mark.parametrize(
    ("key", "code", "said"),
    [
        ("nobody", "Н", "Нет подразделения с ключом «nobody»."),
        ("dm", "ПМЦ", "код «ПМЦ» уже есть у подразделения pmc, и номера заявок повторялись бы"),
        ("dm", "пмц", "код «пмц» отличается от «ПМЦ» подразделения pmc только прописными буквами"),
        ("dm", "Дом молодёжи", "до 20 букв, цифр и дефисов"),
    ],
)
def test_a_code_that_cannot_be_given_is_refused_by_a_sentence(app: Flask, cast: Cast, key: str, code: str, said: str):
    before = {unit.key: unit.code for unit in db.session.query(Unit)}
    db.session.rollback()
    status, output = _run(app, "district", "code", key, code)
    assert status == 1
    assert said in output.replace("\u00a0", " ")
    assert {unit.key: unit.code for unit in db.session.query(Unit)} == before


def _run(app: Flask, *words: str) -> tuple[int, str]:
    """The command's exit status and what it says."""
    done = app.test_cli_runner().invoke(args=list(words))
    return done.exit_code, done.output
