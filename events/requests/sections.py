"""What a request says, frozen: the one shape that form, rules, difference, missing fields and hash all take."""

import hashlib
import json
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from events.requests.vocabulary import AgeMark, BudgetSource, Format, Level, PriceType, Registration, Section


@dataclass(frozen=True)
class Occurrence:
    """One date of the event. Moments are UTC; `venue_id` None means the request's main venue."""

    key: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    setup_from: datetime | None = None
    teardown_to: datetime | None = None
    venue_id: int | None = None


@dataclass(frozen=True)
class BudgetLine:
    """One line of the estimate, in roubles."""

    name: str
    amount: Decimal
    source: BudgetSource


@dataclass(frozen=True)
class CoOrganizer:
    """Another institution taking part, and what it gives: place, people, money."""

    unit_id: int
    contributes: str = ""


@dataclass(frozen=True)
class Content:
    """The whole content of a revision. None and empty mean «not filled in yet»; drafts may hold any of it."""

    # content
    title: str = ""
    short_desc: str = ""
    description: str = ""
    goal: str = ""
    direction: str | None = None
    extra_directions: tuple[str, ...] = ()
    event_type: str | None = None
    level: Level | None = None
    format: Format | None = None
    out_of_plan: bool = False
    out_of_plan_reason: str = ""
    late_reason: str = ""
    co_organizers: tuple[CoOrganizer, ...] = ()
    partners: bool = False
    partners_note: str = ""
    prizes: bool = False
    # schedule
    occurrences: tuple[Occurrence, ...] = ()
    # venue
    venue_id: int | None = None
    place_name: str = ""
    place_address: str = ""
    outdoor: bool = False
    rain_plan: str = ""
    two_districts: bool = False
    accessibility: str = ""
    online_url: str = ""
    # people
    expected: int | None = None
    age_from: int | None = None
    age_to: int | None = None
    minors: bool = False
    pupils: bool = False
    escort: str = ""
    vip: bool = False
    vip_note: str = ""
    responsible_id: int | None = None
    responsible_phone: str = ""
    # money
    budget: tuple[BudgetLine, ...] = ()
    price_type: PriceType | None = None
    price_rub: Decimal | None = None
    # safety
    buses: bool = False
    street_closure: bool = False
    food: bool = False
    sound: bool = False
    stage: bool = False
    sport: bool = False
    pyro: bool = False
    safety_note: str = ""
    # publicity
    public: bool = True
    age_mark: AgeMark | None = None
    registration: Registration | None = None
    registration_url: str = ""
    photo: bool = False
    bring: str = ""
    comment: str = ""

    @property
    def budget_rub(self) -> Decimal:
        """The sum of the estimate."""
        return sum((line.amount for line in self.budget), Decimal(0))

    @property
    def dated(self) -> tuple[Occurrence, ...]:
        """The occurrences with both ends known, earliest first."""
        whole = [(one.starts_at, one.key, one) for one in self.occurrences if one.starts_at and one.ends_at]
        return tuple(one for _, _, one in sorted(whole, key=lambda item: item[:2]))

    @property
    def first_start(self) -> datetime | None:
        """When the event begins (UTC)."""
        return self.dated[0].starts_at if self.dated else None

    def venue_of(self, occurrence: Occurrence) -> int | None:
        """The venue of one date."""
        return occurrence.venue_id or self.venue_id

    @property
    def venue_ids(self) -> tuple[int, ...]:
        """Every distinct venue, in the order of the dates."""
        found = [self.venue_id, *(one.venue_id for one in self.occurrences)]
        return tuple(dict.fromkeys(venue for venue in found if venue))


SECTION_FIELDS: dict[Section, tuple[str, ...]] = {
    Section.CONTENT: (
        "title", "short_desc", "description", "goal", "direction", "extra_directions", "event_type", "level", "format",
        "out_of_plan", "out_of_plan_reason", "late_reason", "co_organizers", "partners", "partners_note", "prizes",
    ),
    Section.SCHEDULE: ("occurrences",),
    Section.VENUE: (
        "venue_id", "place_name", "place_address", "outdoor", "rain_plan", "two_districts", "accessibility", "online_url",
    ),
    Section.PEOPLE: (
        "expected", "age_from", "age_to", "minors", "pupils", "escort", "vip", "vip_note", "responsible_id", "responsible_phone",
    ),
    Section.MONEY: ("budget", "price_type", "price_rub"),
    Section.SAFETY: ("buses", "street_closure", "food", "sound", "stage", "sport", "pyro", "safety_note"),
    Section.PUBLICITY: ("public", "age_mark", "registration", "registration_url", "photo", "bring", "comment"),
}  # fmt: skip
"""Which fields stand in which section. `late_reason` and `comment` are for reviewers; no other section repeats a field."""

SECTION_OF: dict[str, Section] = {name: section for section, names in SECTION_FIELDS.items() for name in names}

EMPTY = Content()


def changed_fields(before: Content, after: Content) -> tuple[str, ...]:
    """The names of the fields in which two revisions differ, in the order of the form."""
    return tuple(one.name for one in fields(Content) if getattr(before, one.name) != getattr(after, one.name))


def changed_sections(before: Content, after: Content) -> frozenset[str]:
    """The sections in which two revisions differ. An occurrence moved to another venue changes schedule and venue."""
    found = {SECTION_OF[name].value for name in changed_fields(before, after)}
    if [one.venue_id for one in before.occurrences] != [one.venue_id for one in after.occurrences]:
        found.add(Section.VENUE.value)
    return frozenset(found)


def digest(content: Content) -> str:
    """SHA-256 of the content in canonical JSON, in hex: what a frozen revision says, to be shown on the approval sheet."""
    plain = {one.name: _plain(getattr(content, one.name)) for one in fields(content)}
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """JSON values only; moments in ISO form, money as text with two decimals."""
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, Occurrence | BudgetLine | CoOrganizer):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    return value
