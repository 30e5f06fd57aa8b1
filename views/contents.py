"""What a request says, in the reader's words: its sections as names and values, and how they differ from an earlier revision."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any

from events.district import queries as district
from events.foundation.place import local
from events.foundation.text import N_, Phrase
from events.people.queries import Offices
from events.requests import bookings as request_bookings
from events.requests.bookings import Booked, Clash
from events.requests.fields import FIELDS, RISKS, SECTION_TITLES
from events.requests.models import EventRequest, Revision
from events.requests.sections import SECTION_FIELDS, Content, Occurrence, changed_sections
from events.requests.vocabulary import IN_FORCE, PriceType, RequestStatus, Section
from events.venues import queries as venues
from events.venues.models import Venue
from events.venues.vocabulary import Tenure
from forms.requests import LABELS, SOURCES
from views.presenting import clock, language, money, number, phone, say, short_day_time, span

LONG_TEXT = 60
"""From so many characters on a changed text is compared word by word."""


@dataclass(frozen=True)
class Item:
    """One value of a field: a text, or pieces of it marked «same», «added» or «removed»."""

    pieces: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Fact:
    """A field with its values; `changed` when the earlier revision said otherwise."""

    name: str
    label: str
    items: tuple[Item, ...]
    changed: bool = False


@dataclass(frozen=True)
class SectionView:
    """A section as a page shows it."""

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


def names_for(offices: Offices, *revisions: Revision | None) -> Names:
    """The names these revisions need."""
    there = [one for one in revisions if one is not None]
    ids = {venue for one in there for venue in one.content().venue_ids}
    column = "name_en" if language() == "en" else "name"
    directions = {one.code: getattr(one, column) for one in district.directions()}
    return Names(
        venues=venues.venues_by_id(ids),
        units={unit.id: unit.short_name for unit in offices.units.values()},
        words={
            "direction": directions,
            "extra_directions": directions,
            "event_type": {one.code: getattr(one, column) for one in district.event_types()},
            "source": {value: str(label) for value, label in SOURCES},
            **{name: {value: str(label) for value, label in pairs} for name, pairs in LABELS.items()},
        },
        people={one.responsible_id: one.responsible.full_name for one in there if one.responsible_id and one.responsible},
    )


def sections(
    content: Content, names: Names, before: Content | None = None, *, watched: Collection[str] = (), only_changed: bool = False
) -> list[SectionView]:
    """The seven sections; with `before`, what has changed since is marked. `watched`: sections the reader answers for."""
    changed = changed_sections(before, content) if before is not None else frozenset()
    shown = []
    for section in Section:
        facts = _facts(section, content, names, before)
        if only_changed:
            facts = tuple(one for one in facts if one.changed)
        if facts or not only_changed:
            shown.append(SectionView(section, SECTION_TITLES[section], facts, section.value in changed, section.value in watched))
    return shown


def differences(content: Content, names: Names, before: Content) -> list[SectionView]:
    """Only what differs, by section."""
    return sections(content, names, before, only_changed=True)


def _facts(section: Section, content: Content, names: Names, before: Content | None) -> tuple[Fact, ...]:
    """The fields of one section that say something, now or before."""
    found = []
    for name in SECTION_FIELDS[section]:
        now, was = _said(name, content, names), _said(name, before, names) if before is not None else None
        if was is not None and was != now:
            found.append(Fact(name, label(name), _compared(was, now), changed=True))
        elif now:
            found.append(Fact(name, label(name), tuple(Item((("same", one),)) for one in now)))
    return tuple(found)


def label(name: str) -> str:
    """The field's name as the form has it."""
    return say(FIELDS[name].label)


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
    """Each date with its set-up and its own venue."""
    return tuple(_date(one, names) for one in content.occurrences if one.starts_at and one.ends_at)


def _date(one: Occurrence, names: Names) -> str:
    """One date in words."""
    parts = [span(one.starts_at, one.ends_at)]  # type: ignore[arg-type]  # the caller knows both ends
    if one.setup_from:
        parts.append(say(N_("setting up from %(moment)s", moment=_beside(one.setup_from, one))))
    if one.teardown_to:
        parts.append(say(N_("clearing up until %(moment)s", moment=_beside(one.teardown_to, one))))
    if one.venue_id and one.venue_id in names.venues:
        parts.append(names.venues[one.venue_id].name)
    return "; ".join(parts)


def _beside(when: datetime, one: Occurrence) -> str:
    """A time of the date's own day, or the day with it."""
    same_day = one.starts_at is not None and local(when).date() == local(one.starts_at).date()
    return clock(when) if same_day else short_day_time(when)


def _venue(content: Content, names: Names) -> tuple[str, ...]:
    """The venue with its address and size."""
    venue = names.venues.get(content.venue_id or 0)
    if venue is None:
        return ()
    where = N_("%(name)s, %(address)s, up to %(n)s person", "%(name)s, %(address)s, up to %(n)s people", n=venue.capacity,
               name=venue.name, address=venue.address)  # fmt: skip
    return (say(where),)


def _budget(content: Content, names: Names) -> tuple[str, ...]:
    """The lines of the estimate and their sum."""
    lines = tuple(f"{line.name} — {money(line.amount)}, {_lower(names.words['source'][line.source])}" for line in content.budget)
    return (*lines, say(N_("Total %(sum)s", sum=money(content.budget_rub)))) if len(lines) > 1 else lines


def _co_organizers(content: Content, names: Names) -> tuple[str, ...]:
    """Who takes part and with what."""
    return tuple(
        f"{names.units[one.unit_id]}: {one.contributes}" if one.contributes else names.units[one.unit_id]
        for one in content.co_organizers
        if one.unit_id in names.units
    )


def _responsible(content: Content, names: Names) -> tuple[str, ...]:
    """The person in charge by name."""
    found = names.people.get(content.responsible_id or 0)
    return (found,) if found else ()


def _phone(content: Content, names: Names) -> tuple[str, ...]:
    """The telephone of the person in charge."""
    return (phone(content.responsible_phone),) if content.responsible_phone else ()


def _price(content: Content, names: Names) -> tuple[str, ...]:
    """The price of paid entry."""
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


def _compared(was: Sequence[str], now: Sequence[str]) -> tuple[Item, ...]:
    """A single text word by word when it is long; several values one by one."""
    if len(was) == len(now) == 1:
        return (Item(_pieces(was[0], now[0])),)
    gone = [Item((("removed", one),)) for one in was if one not in now]
    return (*gone, *(Item((("same" if one in was else "added", one),)) for one in now))


def _pieces(was: str, now: str) -> tuple[tuple[str, str], ...]:
    """The old text and the new one, or for long texts only the words that differ."""
    if min(len(was), len(now)) < LONG_TEXT:
        return (("removed", was), ("added", now))
    old, new = was.split(" "), now.split(" ")
    matched = SequenceMatcher(a=old, b=new, autojunk=False)
    if matched.ratio() < 0.4:  # hardly a word in common: two texts are read more easily than scraps
        return (("removed", was), ("added", now))
    return tuple(_merged(matched.get_opcodes(), old, new))


def _merged(steps: Iterable[Any], old: Sequence[str], new: Sequence[str]) -> Iterable[tuple[str, str]]:
    """The steps of a comparison as marked pieces."""
    for kind, start, end, from_, to in steps:
        if kind == "equal":
            yield "same", " ".join(new[from_:to])
            continue
        if start < end:
            yield "removed", " ".join(old[start:end])
        if from_ < to:
            yield "added", " ".join(new[from_:to])


# --- Six facts ----------------------------------------------------------------------------------------------------------------------------


def six_facts(content: Content, names: Names) -> list[dict[str, Any]]:
    """When, where, how many, age, money, risks: what a reviewer looks at first, as the macro `facts` takes them."""
    dates = content.dated
    first = span(dates[0].starts_at, dates[0].ends_at) if dates else say(N_("no date"))  # type: ignore[arg-type]  # dated have both ends
    more = N_("and %(n)s more date", "and %(n)s more dates", n=len(dates) - 1) if len(dates) > 1 else None
    budget = money(content.budget_rub) if content.budget else say(N_("without expenses"))
    sources = dict.fromkeys(_lower(names.words["source"][line.source]) for line in content.budget)
    return [
        {"name": N_("When"), "value": first, "note": more, "glyph": "calendar-event"},
        {"name": N_("Where"), "value": place(content, names), "note": _surroundings(content), "glyph": "geo-alt"},
        {"name": N_("How many"), "value": _how_many(content), "glyph": "people"},
        {"name": N_("Age"), "value": ages(content), "note": N_("minors take part") if content.minors else None, "glyph": "person"},
        {"name": N_("Money"), "value": budget, "note": ", ".join(sources) or None, "glyph": "wallet2"},
        {"name": N_("Risks"), "value": risks(content), "glyph": "shield-exclamation"},
    ]


def place(content: Content, names: Names) -> str:
    """Where it is held, shortly."""
    venue = names.venues.get(content.venue_id or 0)
    if venue is not None:
        return f"{venue.name}, {venue.address}"
    own = ", ".join(part for part in (content.place_name, content.place_address) if part)
    return own or (say(N_("online")) if content.online_url else say(N_("no place")))


def ages(content: Content) -> str:
    """«14–35 лет», «с 18 лет»"""
    if content.age_from is None and content.age_to is None:
        return say(N_("any age"))
    if content.age_to is None:
        return say(N_("from %(n)s year", "from %(n)s years", n=content.age_from))
    return say(N_("%(least)s–%(n)s year", "%(least)s–%(n)s years", n=content.age_to, least=content.age_from or 0))


def risks(content: Content) -> str:
    """The ticked dangers, with the open air and guests of honour."""
    ticked = [label(name) for name in RISKS if getattr(content, name)]
    return "; ".join(_lower(one) for one in ticked) or say(N_("none named"))


def _how_many(content: Content) -> str:
    """«120 человек»"""
    if content.expected is None:
        return say(N_("not given"))
    return say(N_("%(n)s person", "%(n)s people", n=content.expected))


def _surroundings(content: Content) -> Phrase | None:
    """In the open air."""
    return N_("in the open air") if content.outdoor else None


def _lower(text: str) -> str:
    """With a small first letter, unless it begins an abbreviation."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


# --- How its dates stand with their venues ------------------------------------------------------------------------------------------------

LIVE = IN_FORCE | {RequestStatus.IN_REVIEW, RequestStatus.RETURNED}
"""While a request is at work or in force its venues matter."""

_TENURES: dict[Tenure, tuple[Phrase, str]] = {
    Tenure.CONFIRMED: (N_("booked"), "good"),
    Tenure.EXPIRED: (N_("the hold has run out"), "warn"),
    Tenure.LOST: (N_("taken by another event"), "bad"),
    Tenure.TAKEN: (N_("taken by another event"), "bad"),
    Tenure.UNHELD: (N_("not held yet: the hold begins with the submission"), "muted"),
    Tenure.SHARED: (N_("no booking needed: the place takes several events at once"), "muted"),
}


def bookings(event_request: EventRequest, revision: Revision, now: datetime) -> dict[str, Any]:
    """`venues`: a line for each venue and state; `lost`: dates whose venue others have taken; `run_out`: a sentence
    for each venue whose hold has run out."""
    found = request_bookings.booked(event_request, revision.content(), now) if event_request.status in LIVE else ()
    lines = _booking_lines(found)
    return {
        "venues": lines,
        "lost": [_lost(one, one.clash) for one in found if one.clash is not None],
        "run_out": [_run_out(line["venue"], event_request.status) for line in lines if line["tenure"] is Tenure.EXPIRED],
    }


def _booking_lines(found: Sequence[Booked]) -> list[dict[str, Any]]:
    """Dates alike in one line: a series of twenty evenings is not told twenty times."""
    lines: dict[Any, dict[str, Any]] = {}
    for one in found:
        word, tone = _tenure_word(one)
        line = lines.setdefault(
            (one.venue.id, one.tenure, one.until), {"venue": one.venue.name, "tenure": one.tenure, "word": word, "tone": tone, "dates": []}
        )
        line["dates"].append(one.occurrence.starts_at)
    return list(lines.values())


def _tenure_word(one: Booked) -> tuple[Phrase, str]:
    """The state in words and its tone."""
    if one.tenure is Tenure.HELD and one.until is not None:
        return N_("held until %(moment)s", moment=short_day_time(one.until)), "active"
    return _TENURES[one.tenure]


def _run_out(venue: str, status: RequestStatus) -> Phrase:
    """What will become of a hold that has run out."""
    if status is RequestStatus.RETURNED:
        return N_("“%(venue)s” is still free. It is held again when the request is submitted.", venue=venue)
    return N_("“%(venue)s” is still free. It is booked with the final approval, unless another event takes it before.", venue=venue)


def _lost(one: Booked, clash: Clash) -> dict[str, Any]:
    """A date whose venue others have, with the nearest times at which the event would find it free."""
    starts, ends = one.occurrence.starts_at, one.occurrence.ends_at
    sentence = N_("“%(venue)s”, %(when)s: another event has the venue at this time.", venue=one.venue.name, when=short_day_time(starts))  # type: ignore[arg-type]  # dated have both ends
    if one.tenure is Tenure.LOST:
        sentence = N_("“%(venue)s”, %(when)s: the hold had run out, and another event has taken the venue since.", **sentence.params)
    shifts = [free.start - clash.span.start for free in clash.alternatives]
    return {"sentence": sentence, "free": [span(starts + shift, ends + shift) for shift in shifts]}  # type: ignore[arg-type, operator]  # dated have both ends
