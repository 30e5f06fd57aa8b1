"""Reading the district's directories and rules."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Text, cast, select

from events.district.models import Direction, EventType, ReasonCode, Rule
from events.district.rule_periods import Period, Rulebook, began
from events.district.rules import Rules
from events.foundation import work
from events.foundation.db import db
from events.foundation.place import local_day

RULEBOOK = "rulebook"
"""Under this name the running transaction keeps the rules it has read."""

WARNED_AHEAD = timedelta(days=60)
"""How long before its end a rule is named as running out: time enough to look for what the law says next and to load it."""

Stored = tuple[Any, ...]
"""Key, value as JSON text, source, first and last day of one row."""

_RULES = select(Rule.key, cast(Rule.value, Text), Rule.source, Rule.valid_from, Rule.valid_until)
_REASON_CODES = select(ReasonCode).order_by(ReasonCode.position, ReasonCode.code)


def rules(on: date | None = None) -> Rules:
    """The rules of the day, in Moscow; of today when none is given. Read at most once in a transaction."""
    return rulebook().on(on or local_day(work.now()))


def rulebook() -> Rulebook:
    """The rules of every day, for what asks about several."""
    return work.once(RULEBOOK, lambda: _rulebook(_stored()))


def rules_ending(today: date) -> Sequence[Period]:
    """The last periods of rules that have ended or end soon without a successor: somebody has to say what holds then."""
    return rulebook().ending(today + WARNED_AHEAD)


def periods() -> Sequence[Period]:
    """Every value of every rule, as it is stored, in the order of keys and days."""
    return sorted(_periods(_stored()), key=lambda one: (one.key, began(one)))


def _stored() -> tuple[Stored, ...]:
    """Plain columns, past the session: nearly every page of the staff asks."""
    return tuple(tuple(row) for row in db.session.connection().execute(_RULES))


@lru_cache(maxsize=4)
def _rulebook(rows: tuple[Stored, ...]) -> Rulebook:
    """Read anew when the rows differ, which they seldom do."""
    return Rulebook(_periods(rows))


def _periods(rows: Iterable[Stored]) -> Iterator[Period]:
    return (Period(key, json.loads(value), *rest) for key, value, *rest in rows)


def directions() -> Sequence[Direction]:
    """Directions of youth policy, in the order of the law."""
    return db.session.scalars(select(Direction).order_by(Direction.position, Direction.code)).all()


def event_types() -> Sequence[EventType]:
    return db.session.scalars(select(EventType).order_by(EventType.position, EventType.name)).all()


def reason_codes() -> Sequence[ReasonCode]:
    return db.session.scalars(_REASON_CODES).all()
