"""Keeping the directories: rows are added or renamed, never reused for another meaning."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from events.audit.operations import record
from events.audit.vocabulary import Action
from events.district.models import Direction, EventType, ReasonCode, Setting
from events.foundation.acting import Actor
from events.foundation.db import db

Directory = type[Direction] | type[EventType] | type[ReasonCode]


def keep_directory(directory: Directory, rows: Iterable[Mapping[str, Any]], *, by: Actor, now: datetime) -> None:
    """Add the rows by code, or rename those that exist; the order given is the order shown."""
    count = 0
    for position, row in enumerate(rows):
        db.session.merge(directory(**row, position=position))
        count += 1
    record(Action.EDITED, ("directory", 0), by=by, now=now, directory=directory.__tablename__, rows=count)


def set_rule(key: str, value: Any, source: str, *, by: Actor, now: datetime) -> None:
    """Set one threshold with the source it rests on."""
    db.session.merge(Setting(key=key, value=value, source=source))
    record(Action.EDITED, ("setting", 0), by=by, now=now, key=key)
