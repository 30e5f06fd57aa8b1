"""Verbs of units."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from events.audit.operations import record
from events.audit.vocabulary import Action
from events.foundation.acting import Actor
from events.foundation.db import db, one_at_a_time
from events.foundation.text import N_
from events.people import rules
from events.people.models import Unit
from events.people.operations.storing import insert, refuse_wrong
from events.people.vocabulary import UnitKind


def add_unit(key: str, code: str, name: str, short_name: str, kind: UnitKind, *, by: Actor, now: datetime, **details: Any) -> Unit:
    """Add a unit; `details` are its further columns (parent_id, curator_id, name_en, office_hours, email, phone).

    Raises Refused at `key` or `code` when another unit has it, at `email` when that is no address, at `phone` when it is no number.
    """
    given = (str(details.get(name, "")) for name in ("email", "phone"))
    refuse_wrong(rules.unit_faults(code, _codes(), *given))
    unit = Unit(key=key, code=code, name=name, short_name=short_name, kind=kind, **details)
    insert(unit, {"uq_unit_key": ("key", N_("There is a unit with this key already."))})
    record(Action.UNIT_ADDED, ("unit", unit.id), by=by, now=now)
    return unit


def recode(unit: Unit, code: str, *, by: Actor, now: datetime) -> None:
    """Give the unit another code for the numbers to come; those given stay. Raises Refused at `code` when it is none or another unit's."""
    refuse_wrong(rules.unit_faults(code, _codes(besides=unit.id), ""))
    if unit.code != code:
        unit.code = code
        record(Action.EDITED, ("unit", unit.id), by=by, now=now, fields=["code"])


def _codes(*, besides: int = 0) -> Mapping[str, str]:
    """The codes of all other units with their keys; nobody adds to them or changes one until the commit."""
    one_at_a_time("unit.code")
    return {row.code: row.key for row in db.session.execute(select(Unit.code, Unit.key).where(Unit.id != besides).order_by(Unit.id))}
