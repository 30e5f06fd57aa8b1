"""Keeping the directories: rows are added or renamed, never reused for another meaning."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select

from events.audit.operations import record
from events.audit.vocabulary import Action
from events.district import rule_periods
from events.district.models import Direction, EventType, ReasonCode, Rule
from events.district.queries import RULEBOOK
from events.district.rule_periods import Period
from events.district.rule_values import stored
from events.district.rules import DECLARED
from events.foundation import work
from events.foundation.acting import Actor
from events.foundation.db import db
from events.foundation.errors import Refused
from events.foundation.text import N_

Directory = type[Direction] | type[EventType] | type[ReasonCode]


def keep_directory(directory: Directory, rows: Iterable[Mapping[str, Any]], *, by: Actor, now: datetime) -> None:
    """Add the rows by code, or rename those that exist; the order given is the order shown."""
    count = 0
    for position, row in enumerate(rows):
        db.session.merge(directory(**row, position=position))
        count += 1
    record(Action.EDITED, ("directory", 0), by=by, now=now, directory=directory.__tablename__, rows=count)


def set_rule(
    key: str, value: Any, source: str, *, valid_from: date | None = None, valid_until: date | None = None, by: Actor, now: datetime
) -> None:
    """Set what a rule is on these days (both inclusive, None: open), as it is stored; it takes the place of the period beginning then.

    Refused when there is no such rule, when the value is none of its kind, or when another period shares a day.
    """
    others = [one for one in _periods(key) if one.valid_from != valid_from]
    keep_rule(key, [*others, Period(key, value, source, valid_from, valid_until)], by=by, now=now)


def keep_rule(key: str, periods: Sequence[Period], *, by: Actor, now: datetime) -> None:
    """Put these periods in the place of all the rule has had. Refused as `set_rule`."""
    before = _periods(key)
    for one in periods:
        _refuse_unreadable(one)
    if not rule_periods.is_in_order(periods):
        raise Refused(N_("The periods of the rule “%(key)s” overlap, or one ends before it begins. Correct their days.", key=key))
    if sorted(before, key=rule_periods.began) == sorted(periods, key=rule_periods.began):
        return
    db.session.execute(delete(Rule).where(Rule.key == key))
    db.session.add_all(Rule(**one._asdict()) for one in periods)
    db.session.flush()
    work.forget(RULEBOOK)
    record(Action.EDITED, ("rule", 0), by=by, now=now, key=key, periods=len(periods))


def begin_rules(*, by: Actor, now: datetime) -> None:
    """Every rule that has no row gets the one an installation starts with."""
    known = set(db.session.scalars(select(Rule.key)))
    for key, one in DECLARED.items():
        if key not in known:
            set_rule(key, stored(one.default), one.source, by=by, now=now)


def _periods(key: str) -> list[Period]:
    """The periods of a rule, under a lock: whoever changes the same rule at the same time waits."""
    rows = db.session.scalars(select(Rule).where(Rule.key == key).order_by(Rule.id).with_for_update())
    return [Period(one.key, one.value, one.source, one.valid_from, one.valid_until) for one in rows]


def _refuse_unreadable(period: Period) -> None:
    """A value the rule could not be read from never gets into the table."""
    try:
        rule_periods.value_of(period)
    except KeyError:
        raise Refused(N_("There is no rule “%(key)s”.", key=period.key)) from None
    except ValueError:
        phrase = N_("“%(value)s” is no possible value of the rule “%(key)s”.", value=str(period.value), key=period.key)
        raise Refused(phrase, {"value": phrase}) from None
