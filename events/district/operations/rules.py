"""Keeping the rules of the office: what holds from which day on. Pages, commands and files act by these verbs."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select

from events.audit.operations import record
from events.audit.vocabulary import Action
from events.district import rule_periods
from events.district.models import Rule
from events.district.rule_periods import Period
from events.district.rule_values import impossible, no_such_rule, stored
from events.district.rules import DECLARED
from events.foundation.acting import Actor
from events.foundation.db import db
from events.foundation.errors import Conflict, NotFound, Refused
from events.foundation.place import local_day
from events.foundation.standing import TOKEN
from events.foundation.text import N_, clean_line

LONGEST_SOURCE = 300


def set_from(new: Period, seen: str, *, by: Actor, now: datetime) -> None:
    """Set what a rule is from a day on; what it was ends the day before. The rule is as it was `seen` (`rule_periods.stamp`).

    Conflict when somebody has changed it meanwhile; Refused at each part that cannot be, and when it would act in the past.
    """
    before = _seen_periods(new.key, seen)
    new = _with_source(new)
    _refuse_unreadable(new)
    _keep(new.key, before, rule_periods.with_value(before, new, local_day(now)), by=by, now=now)


def change_period(first: date | None, new: Period, seen: str, *, by: Actor, now: datetime) -> None:
    """Put another value, with other days, in the place of one that has not acted before today. NotFound when none begins on that day,
    Refused when it has acted already; else as `set_from`."""
    before = _seen_periods(new.key, seen)
    old = _period(before, first)
    _refuse_acted(old, local_day(now))
    new = _with_source(new)
    _refuse_unreadable(new)
    _keep(new.key, before, rule_periods.with_value(before, new, local_day(now), instead_of=old), by=by, now=now)


def end_period(key: str, first: date | None, last: date | None, source: str, seen: str, *, by: Actor, now: datetime) -> None:
    """Say until when what holds today goes on (None: until further notice), and what it rests on. As `set_from`."""
    before = _seen_periods(key, seen)
    old, today = _period(before, first), local_day(now)
    if old != rule_periods.holding(before, today):
        raise Refused(N_("This value holds no longer, and what has been is not changed."))
    _keep(key, before, rule_periods.with_end(before, old, last, _with_source(old._replace(source=source)).source, today), by=by, now=now)


def remove_period(key: str, first: date | None, seen: str, *, goes_on: bool, by: Actor, now: datetime) -> None:
    """Take back a value that has not acted before today; `goes_on`: the one before it holds on. As `change_period`."""
    before = _seen_periods(key, seen)
    old = _period(before, first)
    _refuse_acted(old, local_day(now))
    _keep(key, before, rule_periods.without(before, old, goes_on=goes_on), by=by, now=now)


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
    _keep(key, before, periods, by=by, now=now)


def begin_rules(*, by: Actor, now: datetime) -> None:
    """Every rule that has no row gets the one an installation starts with."""
    known = set(db.session.scalars(select(Rule.key)))
    for key, one in DECLARED.items():
        if key not in known:
            set_rule(key, stored(one.default), one.source, valid_until=one.until, by=by, now=now)


def _keep(key: str, before: Sequence[Period], periods: Sequence[Period], *, by: Actor, now: datetime) -> None:
    """Store them, and in the audit what was and what is."""
    was, becomes = (sorted(several, key=rule_periods.began) for several in (before, periods))
    if not rule_periods.is_in_order(becomes):
        raise Refused(N_("The periods of the rule “%(key)s” overlap, or one ends before it begins. Correct their days.", key=key))
    if was == becomes:
        return
    db.session.execute(delete(Rule).where(Rule.key == key))
    db.session.add_all(Rule(**one._asdict()) for one in periods)
    db.session.flush()
    record(
        Action.EDITED,
        ("rule", 0),
        by=by,
        now=now,
        key=key,
        periods=len(periods),
        was=[rule_periods.as_plain(one) for one in was],
        becomes=[rule_periods.as_plain(one) for one in becomes],
    )


def _periods(key: str) -> list[Period]:
    """The periods of a rule. Whoever changes rules at the same time waits before reading them: the rows themselves are no hold, for a
    change puts others in their place."""
    db.session.execute(TOKEN.with_for_update())
    rows = db.session.scalars(select(Rule).where(Rule.key == key).order_by(Rule.id), execution_options={"populate_existing": True})
    return [Period(one.key, one.value, one.source, one.valid_from, one.valid_until) for one in rows]


def _seen_periods(key: str, seen: str) -> list[Period]:
    """The same, as long as they are what the page showed."""
    if key not in DECLARED:
        raise NotFound
    found = _periods(key)
    if rule_periods.stamp(found) != seen:
        raise Conflict(
            N_("Somebody has changed this rule meanwhile. What you typed is still here: look at what holds now, then save again.")
        )
    return found


def _period(periods: Sequence[Period], first: date | None) -> Period:
    """The one that begins on the day."""
    found = next((one for one in periods if one.valid_from == first), None)
    if found is None:
        raise NotFound
    return found


def _refuse_acted(one: Period, today: date) -> None:
    if rule_periods.began(one) < today:
        raise Refused(N_("This value has been followed already, and what has been is not changed. Set another one from a day on."))


def _with_source(one: Period) -> Period:
    """With its source as one line."""
    source = clean_line(one.source)
    if not source or len(source) > LONGEST_SOURCE:
        phrase = N_("Say which law or order it rests on, in up to %(most)s characters.", most=LONGEST_SOURCE)
        raise Refused(phrase, {"source": phrase})
    return one._replace(source=source)


def _refuse_unreadable(period: Period) -> None:
    """A value the rule could not be read from never gets into the table."""
    try:
        rule_periods.value_of(period)
    except KeyError:
        raise Refused(no_such_rule(period.key)) from None
    except ValueError:
        phrase = impossible(period.value, period.key)
        raise Refused(phrase, {"value": phrase}) from None
