"""What several verbs of people need to store a row: a refusal at its field, one at a time, what a link is bound to."""

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import CursorResult
from sqlalchemy.exc import IntegrityError

from events.foundation.db import db
from events.foundation.errors import Refused
from events.foundation.text import Phrase
from events.people.models import Unit, User


def refuse_wrong(faults: Mapping[str, Phrase]) -> None:
    """Refused with the first sentence, each at its field."""
    for phrase in faults.values():
        raise Refused(phrase, faults)


def insert(row: Unit | User, taken: Mapping[str, tuple[str, Phrase]]) -> None:
    """Insert the row; a violated UNIQUE constraint becomes a refusal at its field."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:
        for constraint, (field, phrase) in taken.items():
            if _violates(error, constraint):
                raise Refused(phrase, {field: phrase}) from error
        raise


def _violates(error: IntegrityError, constraint: str) -> bool:
    """Whether it was this UNIQUE constraint: PostgreSQL names it, SQLite names table and column («user.email»)."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return bool(diagnosis.constraint_name == constraint)
    table, column = constraint.removeprefix("uq_").split("_", 1)
    return str(error.orig) == f"UNIQUE constraint failed: {table}.{column}"


def uniquifier() -> str:
    """What reset links are bound to."""
    return secrets.token_hex(32)


def rows(result: Any) -> int:
    """How many rows a statement changed."""
    return result.rowcount if isinstance(result, CursorResult) else 0
