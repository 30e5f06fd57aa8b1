"""I8 on PostgreSQL: the server's own role does everything the office asks and can neither change the log nor the tables."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from flask import Flask
from psycopg import sql
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from events.audit import operations as audit
from events.foundation import work
from events.foundation.db import db
from tests.fixtures.browsing import Client
from tests.fixtures.house import House

pytestmark = pytest.mark.engines("postgresql")

RIGHTS = Path(__file__).resolve().parents[2] / "docs" / "postgresql-rights.sql"
PASSWORD = "for-this-test-only"


@pytest.fixture
def database_url(database_url: str) -> Iterator[str]:
    """The same database, reached by a role that has what the file gives it."""
    role = sql.Identifier(f"office_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}")
    with psycopg.connect(database_url, autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(role, sql.Literal(PASSWORD)))
        owner.execute(RIGHTS.read_text().replace(':"role"', role.as_string(owner)).encode())
    parts = urlsplit(database_url)
    yield parts._replace(netloc=f"{role.as_string(None).strip(chr(34))}:{PASSWORD}@{parts.netloc.rpartition('@')[2]}").geturl()
    with psycopg.connect(database_url, autocommit=True) as owner:
        owner.execute(sql.SQL("DROP OWNED BY {}").format(role))
        owner.execute(sql.SQL("DROP ROLE {}").format(role))


def test_i8_the_office_works_under_a_role_without_other_rights(app: Flask, house: House, signed_in: Callable[[str], Client]) -> None:
    author = signed_in("spec_pmc")
    author.submit(author.get("/requests/new"), action="/requests/new", button="С нуля", expect_redirect=...)
    assert author.get(f"/events/{house.slug}").status == 200
    assert work.transaction(audit.verify, write=False).holds


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET action = 'nothing'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "DROP TRIGGER audit_entry_keeps ON audit_entry",
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
        "INSERT INTO audit_head (id, seq, hash) VALUES (2, 0, '')",
        "UPDATE alembic_version SET version_num = 'other'",
        "CREATE TABLE own (id integer)",
    ],
)
def test_i8_the_servers_role_can_change_neither_log_nor_tables(app: Flask, statement: str) -> None:
    with pytest.raises(ProgrammingError) as refused:
        work.transaction(lambda: db.session.execute(text(statement)))
    assert refused.value.orig is not None
    assert getattr(refused.value.orig, "sqlstate", "") == "42501"
