"""Reading the district's directories and rules."""

from collections.abc import Sequence

from sqlalchemy import select

from events.district import rules as district_rules
from events.district.models import Direction, EventType, ReasonCode, Setting
from events.district.rules import Rules
from events.foundation.db import db

_REASON_CODES = select(ReasonCode).order_by(ReasonCode.position, ReasonCode.code)


def rules() -> Rules:
    """The thresholds in force."""
    return district_rules.read(dict(db.session.execute(select(Setting.key, Setting.value)).all()))


def directions() -> Sequence[Direction]:
    """Directions of youth policy, in the order of the law."""
    return db.session.scalars(select(Direction).order_by(Direction.position, Direction.code)).all()


def event_types() -> Sequence[EventType]:
    """Types of events by name."""
    return db.session.scalars(select(EventType).order_by(EventType.position, EventType.name)).all()


def reason_codes() -> Sequence[ReasonCode]:
    """Reasons of a return."""
    return db.session.scalars(_REASON_CODES).all()
