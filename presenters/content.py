"""What a request says, in the reader's words: its sections as names and values, and how they differ from an earlier revision."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from events.district import queries as district
from events.foundation import phones
from events.foundation.place import local_day
from events.foundation.text import N_, Phrase
from events.people.queries import Offices
from events.requests.fields import SECTION_TITLES, Content, Occurrence
from events.requests.queries import OneRevision
from events.requests.sections import SECTION_FIELDS, changed_sections
from events.requests.vocabulary import PriceType, Section
from events.venues import queries as venues
from events.venues.models import Venue
from presenters.amounts import money, number
from presenters.comparison import Value, compared, unchanged
from presenters.directories import names_by_code
from presenters.facts import dialled
from presenters.field_labels import choice_words, label
from presenters.moments import clock, joined, short_day_time, span, without_hours
from presenters.phrases import inside_sentence, say


@dataclass(frozen=True, slots=True)
class Fact:
    """A field with its values; `changed` when the earlier revision said otherwise. `url`: where what it says now leads, if anywhere."""

    name: str
    label: str
    values: tuple[Value, ...]
    changed: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class SectionFacts:
    """A section with the fields that say something. `watched`: the reader answers for it."""

    section: Section
    title: Phrase
    facts: tuple[Fact, ...]
    changed: bool
    watched: bool = False


@dataclass(frozen=True)
class Names:
    """Directories by which codes and ids are said."""

    venues: Mapping[int, Venue]
    units: Mapping[int, str]
    words: Mapping[str, Mapping[Any, str]]
    people: Mapping[int, str] = field(default_factory=dict)


def names_for(offices: Offices, *revisions: OneRevision | None) -> Names:
    """The names these revisions need."""
    there = [one for one in revisions if one is not None]
    ids = {venue for one in there for venue in one.content().venue_ids}
    directions = names_by_code(district.directions())
    return Names(
        venues=venues.venues_by_id(ids),
        units={unit.id: say(unit.called) for unit in offices.units.values()},
        words={
            "direction": directions,
            "extra_directions": directions,
            "event_type": names_by_code(district.event_types()),
            **choice_words(),
        },
        people={one.responsible_id: one.responsible_name for one in there if one.responsible_id and one.responsible_name},
    )


def sections(
    content: Content, names: Names, before: Content | None = None, *, watched: Collection[str] = (), only_changed: bool = False
) -> tuple[SectionFacts, ...]:
    """The seven sections; with `before`, what has changed since is marked. `watched`: sections the reader answers for."""
    changed = changed_sections(before, content) if before is not None else frozenset()
    shown = []
    for section in Section:
        facts = _facts(section, content, names, before)
        if only_changed:
            facts = tuple(one for one in facts if one.changed)
        if facts or not only_changed:
            shown.append(SectionFacts(section, SECTION_TITLES[section], facts, section.value in changed, section.value in watched))
    return tuple(shown)


def differences(content: Content, names: Names, before: Content) -> tuple[SectionFacts, ...]:
    """Only what differs, by section."""
    return sections(content, names, before, only_changed=True)


def _facts(section: Section, content: Content, names: Names, before: Content | None) -> tuple[Fact, ...]:
    """The fields of one section that say something, now or before."""
    found = []
    for name in SECTION_FIELDS[section]:
        now, was = _said(name, content, names), _said(name, before, names) if before is not None else None
        url = dialled(content.responsible_phone) if name == "responsible_phone" else ""
        if was is not None and was != now:
            found.append(Fact(name, label(name), compared(was, now), changed=True, url=url))
        elif now:
            found.append(Fact(name, label(name), tuple(unchanged(one) for one in now), url=url))
    return tuple(found)


def _said(name: str, content: Content, names: Names) -> tuple[str, ...]:
    """A field's values in words; nothing when it is empty or an unticked mark."""
    value = getattr(content, name)
    special = _SPECIAL.get(name)
    if special is not None:
        return special(content, names)
    if value is None or value in ("", (), False):
        return ()
    if value is True:
        return (say(N_("yes")),)
    if name in names.words:
        found = names.words[name]
        return tuple(found.get(one, str(one)) for one in (value if isinstance(value, tuple) else (value,)))
    return (number(value) if isinstance(value, int) else str(value),)


def _occurrences(content: Content, names: Names) -> tuple[str, ...]:
    """Each date with its set-up and its own venue; of one without hours its day."""
    return tuple(said for one in content.occurrences if (said := _date_or_day(one, names)))


def _date_or_day(one: Occurrence, names: Names) -> str:
    if one.starts_at and one.ends_at:
        return _date(one, names)
    return without_hours(one.day) if one.day else ""


def _date(one: Occurrence, names: Names) -> str:
    parts: list[str] = [span(one.starts_at, one.ends_at)]  # type: ignore[arg-type]  # the caller knows both ends
    if one.setup_from:
        parts.append(say(N_("setting up from %(moment)s", moment=_beside(one.setup_from, one))))
    if one.teardown_to:
        parts.append(say(N_("clearing up until %(moment)s", moment=_beside(one.teardown_to, one))))
    if one.venue_id and one.venue_id in names.venues:
        parts.append(names.venues[one.venue_id].name)
    return joined(parts, "; ")


def _beside(when: datetime, one: Occurrence) -> str:
    """A time of the date's own day, or the day with it."""
    same_day = one.starts_at is not None and local_day(when) == local_day(one.starts_at)
    return clock(when) if same_day else short_day_time(when)


def _venue(content: Content, names: Names) -> tuple[str, ...]:
    venue = names.venues.get(content.venue_id or 0)
    if venue is None:
        return ()
    where = N_("%(name)s, %(address)s, up to %(n)s person", "%(name)s, %(address)s, up to %(n)s people", n=venue.capacity,
               name=venue.name, address=venue.address)  # fmt: skip
    return (say(where),)


def _budget(content: Content, names: Names) -> tuple[str, ...]:
    """The lines of the estimate and their sum."""
    lines = tuple(f"{line.name} — {money(line.amount)}, {inside_sentence(names.words['source'][line.source])}" for line in content.budget)
    return (*lines, say(N_("Total %(sum)s", sum=money(content.budget_rub)))) if len(lines) > 1 else lines


def _co_organizers(content: Content, names: Names) -> tuple[str, ...]:
    return tuple(
        f"{names.units[one.unit_id]}: {one.contributes}" if one.contributes else names.units[one.unit_id]
        for one in content.co_organizers
        if one.unit_id in names.units
    )


def _responsible(content: Content, names: Names) -> tuple[str, ...]:
    found = names.people.get(content.responsible_id or 0)
    return (found,) if found else ()


def _phone(content: Content, names: Names) -> tuple[str, ...]:
    """The telephone of the person in charge."""
    return (phones.grouped(content.responsible_phone),) if content.responsible_phone else ()


def _price(content: Content, names: Names) -> tuple[str, ...]:
    return (money(content.price_rub),) if content.price_rub is not None and content.price_type is PriceType.PAID else ()


_SPECIAL: Mapping[str, Callable[[Content, Names], tuple[str, ...]]] = {
    "occurrences": _occurrences,
    "venue_id": _venue,
    "budget": _budget,
    "co_organizers": _co_organizers,
    "responsible_id": _responsible,
    "responsible_phone": _phone,
    "price_rub": _price,
}
