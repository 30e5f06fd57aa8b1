"""Directories of the district: what an administrator edits and code never hard-codes."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from events.foundation.db import Guard, Model
from events.foundation.standing import renewed_by


class District(Model):
    """The district whose office this is: a single row, id 1, none where it was never said."""

    __tablename__ = "district"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(300), default="")
    """Where its administration is, for the public."""


class Direction(Model):
    """A direction of youth policy (489-ФЗ, статья 6)."""

    __tablename__ = "direction"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    law: Mapped[str] = mapped_column(String(40), default="")
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Whether it may still be chosen; what has been chosen keeps its name."""


class EventType(Model):
    """A type of event: quiz, lecture, festival."""

    __tablename__ = "event_type"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str] = mapped_column(String(100))
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Whether it may still be chosen; what has been chosen keeps its name."""


class ReasonCode(Model):
    """Why a request was returned: one word for the lean figures (domain.md section 5)."""

    __tablename__ = "reason_code"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str] = mapped_column(String(100))
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Whether it may still be chosen; what has been chosen keeps its name."""


class Rule(Model):
    """What the office has laid down for a while: a threshold, limit or lead with the source it rests on. No two periods overlap."""

    __tablename__ = "rule"
    __table_args__ = (
        UniqueConstraint("key", "valid_from", postgresql_nulls_not_distinct=True),
        CheckConstraint("valid_until >= valid_from", name="forward"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60))
    """The name of a field of `events.district.rules.Rules`."""
    value: Mapped[Any] = mapped_column(JSON)
    source: Mapped[str] = mapped_column(String(300))
    valid_from: Mapped[date | None]
    """The first day, in Moscow; null: ever since."""
    valid_until: Mapped[date | None]
    """The last day, in Moscow; null: until further notice."""


class LoadedFile(Model):
    """A file read in for a directory, kept while its reader looks at what it would change. It may name people, and goes after a day."""

    __tablename__ = "loaded_file"
    __table_args__ = (Index("ix_loaded_file_at", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(43), unique=True)
    directory: Mapped[str] = mapped_column(String(40))
    user_id: Mapped[int]
    """Whose it is: nobody else opens it."""
    name: Mapped[str] = mapped_column(String(200))
    rows: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    """Texts by the names of columns, with «№» for the line of the file."""
    at: Mapped[datetime]


def _overlap_guard(action: str, itself: str) -> Guard:
    """Two values of one rule on one day are refused."""
    name, message = f"rule_overlap_{action.lower()}", "two values of one rule on one day"
    overlaps = (
        f"EXISTS (SELECT 1 FROM rule AS other WHERE other.key = NEW.key{itself} "
        "AND coalesce(other.valid_from, '0001-01-01') <= coalesce(NEW.valid_until, '9999-12-31') "
        "AND coalesce(NEW.valid_from, '0001-01-01') <= coalesce(other.valid_until, '9999-12-31'))"
    )
    return Guard(
        name,
        sqlite=(
            f"CREATE TRIGGER {name} BEFORE {action} ON rule FOR EACH ROW WHEN ({overlaps}) BEGIN SELECT RAISE(ABORT, '{message}'); END",
        ),
        postgresql=(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {overlaps} THEN RAISE EXCEPTION '{message}' "
            "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
            f"CREATE TRIGGER {name} BEFORE {action} ON rule FOR EACH ROW EXECUTE FUNCTION {name}()",
        ),
    )


guards: tuple[Guard, ...] = (
    _overlap_guard("INSERT", ""),
    _overlap_guard("UPDATE", " AND other.id <> NEW.id"),
    *(one for table in ("rule", "direction", "event_type", "reason_code") for one in renewed_by(table)),
)
