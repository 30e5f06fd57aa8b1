"""Rows of the audit: entries nobody can change, and the head that hands out their places."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from events.foundation.db import Guard, Model, refusing_guard


class AuditEntry(Model):
    """One act. Holds ids only, never a name, address or text of a person (152-ФЗ, I22)."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject_kind", "subject_id", "seq"),)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    action: Mapped[str] = mapped_column(String(40))
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int]
    actor_kind: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[int | None]
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditHead(Model):
    """The end of the chain, locked while entries are appended: a single row, id 1, put there by the migration."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class AuditCheck(Model):
    """A check of the whole chain that an administrator has asked for; the worker walks it a part at a time and keeps how far it has come.
    One runs at a time."""

    __tablename__ = "audit_check"
    __table_args__ = (
        UniqueConstraint("running"),
        CheckConstraint("running = 1", name="running_or_not"),
        CheckConstraint("(running IS NULL) = (finished_at IS NOT NULL)", name="finished_when_not_running"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    running: Mapped[int | None]
    asked_at: Mapped[datetime]
    asked_by: Mapped[int | None]
    """The id of a user."""
    end_seq: Mapped[int]
    """The last entry when it was asked for, and its hash: what must be found in the end."""
    end_hash: Mapped[str] = mapped_column(String(64))
    seq: Mapped[int] = mapped_column(default=0)
    """The last entry looked at, and its hash."""
    hash: Mapped[str] = mapped_column(String(64))
    finished_at: Mapped[datetime | None]
    broken_at: Mapped[int | None]
    """The first entry that is not sound."""


guards: tuple[Guard, ...] = (
    refusing_guard("audit_entry_keeps", "audit_entry", "BEFORE UPDATE", "audit entries are never changed"),
    refusing_guard("audit_entry_stays", "audit_entry", "BEFORE DELETE", "audit entries are never deleted"),
    Guard(
        "audit_entry_whole",
        sqlite=(),
        postgresql=(
            "CREATE FUNCTION audit_entry_whole() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'audit entries are never deleted' USING ERRCODE = 'integrity_constraint_violation'; END $$",
            "CREATE TRIGGER audit_entry_whole BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_whole()",
        ),
    ),
)
