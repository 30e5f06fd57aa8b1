"""Rules of the office as their administrator reads them: what holds today, what comes, where it acts, what has been done."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from events.approvals.conditions import Condition
from events.approvals.route import RouteDefinition
from events.district.queries import WARNED_AHEAD, RuleChange
from events.district.rule_periods import Period, began, ended, holding, value_of
from events.district.rule_values import DayOfYear, Measure, Place, stored
from events.district.rules import DECLARED
from events.foundation.search import searched
from events.foundation.text import N_, Name, Phrase
from events.people.vocabulary import Role
from presenters.amounts import number
from presenters.moments import day_of_year
from presenters.phrases import Words, listed, say
from presenters.tables.roles import ROLES
from presenters.tables.rules import MATTERS, PLACES

ALWAYS = "always"
"""In addresses: the period that has no first day."""


class Standing(StrEnum):
    """How a period stands on a day."""

    PAST = "past"
    NOW = "now"
    RUN_OUT = "run_out"
    """Its last day is over, and it is followed until something else is said."""
    COMING = "coming"


@dataclass(frozen=True, slots=True)
class PeriodShown:
    """A value with its days; `name` stands for it in addresses. `editable`: more than its last day may be changed."""

    name: str
    value: Words
    source: str
    days: Phrase
    standing: Standing
    editable: bool


@dataclass(frozen=True, slots=True)
class RuleShown:
    """A rule with what it is today; `warning` where it runs out, `coming` what will be. `places` are where it acts."""

    key: str
    title: str
    value: Words
    source: str
    days: Phrase
    places: tuple[Words, ...]
    warning: Phrase | None
    coming: tuple[Phrase, ...]
    searched: str


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """What was done and when; `who` is None for a command. `gone` and `come`: values with their days, none where they were not kept."""

    at: datetime
    who: str | None
    gone: tuple[Phrase, ...]
    come: tuple[Phrase, ...]


def rule_title(key: str) -> str:
    """What it decides, as the beginning of a line."""
    said = say(DECLARED[key].decides)
    return said[:1].upper() + said[1:]


def rule_shown(key: str, periods: Sequence[Period], today: date, routes: Iterable[RouteDefinition]) -> RuleShown:
    """The rule on that day; `periods` are its own."""
    declared, present = DECLARED[key], period_of(key, periods, today)
    places = places_of(key, routes)
    coming = tuple(N_("from %(day)s on: %(value)s", day=one.valid_from, value=value_words(one)) for one in periods if began(one) > today)
    return RuleShown(
        key,
        rule_title(key),
        value_words(present),
        present.source,
        days_words(present),
        places,
        _warning(periods, today),
        coming,
        searched(key, rule_title(key), say(value_words(present)), present.source, say(MATTERS[declared.scope.matter]), say(places)),
    )


def period_of(key: str, periods: Sequence[Period], today: date) -> Period:
    """What is followed on the day: a period, or the default."""
    declared = DECLARED[key]
    return holding(periods, today) or Period(key, stored(declared.default), declared.source)


def period_shown(one: Period, periods: Sequence[Period], today: date) -> PeriodShown:
    """A period among all of its rule."""
    standing = Standing.PAST
    if began(one) > today:
        standing = Standing.COMING
    elif one == holding(periods, today):
        standing = Standing.NOW if ended(one) >= today else Standing.RUN_OUT
    return PeriodShown(period_name(one), value_words(one), one.source, days_words(one), standing, began(one) >= today)


def period_name(one: Period) -> str:
    """How addresses call it."""
    return one.valid_from.isoformat() if one.valid_from else ALWAYS


def days_words(one: Period) -> Phrase:
    """«с 1 января 2027 года», «бессрочно»"""
    if one.valid_from and one.valid_until:
        return N_("from %(first)s to %(last)s", first=one.valid_from, last=one.valid_until)
    if one.valid_from:
        return N_("from %(first)s on", first=one.valid_from)
    return N_("until %(last)s", last=one.valid_until) if one.valid_until else N_("without a term")


def value_words(one: Period) -> Words:
    """«22:00», «1 сентября», «50 человек»"""
    value, measure = value_of(one), DECLARED[one.key].measure
    if measure is Measure.ROLES:
        return listed([say(ROLES[role]) for role in Role if role in value]) or N_("no role")
    if isinstance(value, DayOfYear):
        return day_of_year(value.month, value.day)
    if measure is Measure.CLOCK:
        return f"{value:%H:%M}"
    if measure is Measure.PERCENT:
        return f"{number(value)}\u00a0%"
    return _counted(measure, value) if isinstance(value, int) else str(value)


def places_of(key: str, routes: Iterable[RouteDefinition]) -> tuple[Words, ...]:
    """Where it acts; routes whose conditions ask for it by their names."""
    scope = DECLARED[key].scope
    found: list[Words] = []
    for place in scope.places:
        asking = [one for one in routes if _asks(one, scope.fact)] if place is Place.ROUTES else []
        found += [N_("route %(key)s “%(name)s”", key=one.key, name=Name(one.name, one.name_en)) for one in asking] or [PLACES[place]]
    return tuple(found)


def people_in_routes(routes: Iterable[RouteDefinition]) -> list[int]:
    """From how many people on routes differ: what makes a mass event is said by their conditions."""
    return sorted(
        {
            int(test.value)
            for one in routes
            for condition in _conditions(one)
            for group in condition.groups
            for test in group
            if test.fact == "expected"
        }
    )


def change_shown(change: RuleChange, names: Mapping[int, str]) -> ChangeShown:
    """One line of the history; `names` of people by id."""
    was, now = change.was or (), change.now or ()
    gone, come = ([_period_words(one) for one in several if one not in others] for several, others in ((was, now), (now, was)))
    return ChangeShown(change.at, names.get(change.by_id) if change.by_id is not None else None, tuple(gone), tuple(come))


def _period_words(one: Period) -> Phrase:
    try:
        value = value_words(one)
    except ValueError:
        value = str(one.value)
    return N_("%(value)s, %(days)s (%(source)s)", value=value, days=days_words(one), source=one.source)


def _warning(periods: Sequence[Period], today: date) -> Phrase | None:
    last = max(periods, key=began, default=None)
    if last is None or last.valid_until is None or last.valid_until >= today + WARNED_AHEAD:
        return None
    if last.valid_until < today:
        return N_("held until %(day)s and is still followed", day=last.valid_until)
    return N_("ends on %(day)s", day=last.valid_until)


def _asks(route: RouteDefinition, fact: str) -> bool:
    return any(test.fact == fact for condition in _conditions(route) for group in condition.groups for test in group)


def _conditions(route: RouteDefinition) -> list[Condition]:
    """Of the route and of its slots."""
    found = [route.select, *(slot.when for stage in route.stages for slot in stage.slots)]
    return [one for one in found if one is not None]


def _counted(measure: Measure, n: int) -> Phrase:
    match measure:
        case Measure.YEARS:
            return N_("%(n)s year", "%(n)s years", n)
        case Measure.PEOPLE:
            return N_("%(n)s person", "%(n)s people", n)
        case Measure.DATES:
            return N_("%(n)s date", "%(n)s dates", n)
        case Measure.HOURS:
            return N_("%(n)s hour", "%(n)s hours", n)
        case Measure.DAYS:
            return N_("%(n)s day", "%(n)s days", n)
        case Measure.WORKING_HOURS:
            return N_("%(n)s working hour", "%(n)s working hours", n)
    return N_("%(n)s working day", "%(n)s working days", n)
