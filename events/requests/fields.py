"""Every field of a request, declared once: its place, its name, and what forms, checks, routes, pages and calendars make of it.

A new field is a line here, a column of `Revision` and a place in its section of the form. A tick of «Safety» takes its place by
itself. Pages and differences say whatever is declared; with `asked` routes may ask it. `applies` says beside which answers a field says
anything at all: `applying.py` drops the others.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, auto
from functools import partial
from typing import Any

from events.foundation.text import N_, Phrase
from events.requests import choices
from events.requests.beside import Applies, at_a_place, at_a_place_of_its_own, chosen, in_the_open, ticked, with_minors
from events.requests.vocabulary import AgeMark, BudgetSource, Format, Level, PriceType, Registration, Section

SECTION_TITLES: Mapping[Section, Phrase] = {
    Section.CONTENT: N_("About the event"),
    Section.SCHEDULE: N_("Dates and times"),
    Section.VENUE: N_("Venue"),
    Section.PEOPLE: N_("Participants"),
    Section.MONEY: N_("Money"),
    Section.SAFETY: N_("Safety"),
    Section.PUBLICITY: N_("Publicity"),
}


class Material(Enum):
    """Which change of an approved field needs a new approval by everyone who watches it (cases.md 35)."""

    NO = auto()
    ANY = auto()
    DEARER = auto()
    """A higher sum of the estimate."""
    MANY_MORE = auto()
    """A number above the approved one by more than the share that the district allows."""


@dataclass(frozen=True)
class Field:
    """What is declared of one field."""

    section: Section
    label: Phrase
    tick: bool = False
    missing: Phrase | None = None
    """Said at submission when nothing is chosen; None if it may stay empty or a check of its section judges it."""
    words: Mapping[Any, Phrase] = field(default_factory=dict)
    """Of a closed list: how each value is said."""
    material: Material = Material.NO
    asked: Phrase | None = None
    """How a reason of approval says it, if routes may ask for it: a tick as it stands, a number before its limit."""
    absent: Phrase | None = None
    """How a reason says that a tick which routes may ask for is not set."""
    gathered: bool = False
    """Whether routes ask of it by a fact that is worked out, in `approvals.facts`."""
    risk: int = 0
    """Its place among the dangers a reviewer is told first; 0 if it is none."""
    public: bool = False
    """Whether calendars and the programme may say it."""
    personal: bool = False
    """Whether it names a person or a way to reach one (152-ФЗ)."""
    applies: Applies = lambda _: True
    """Beside which other answers it says anything; `applying.py` drops it beside the others."""
    copied: bool = True
    """Whether a copy of the request takes it over: what is true of one time only, links of that time too, it does not (cases.md 33)."""


def _declared(empty: Any, section: Section, label: Phrase, **more: Any) -> Any:
    """A field of Content with its default and what is declared of it."""
    return field(default=empty, metadata={"declared": Field(section, label, **more)})


text, choice, number, several = partial(_declared, ""), partial(_declared, None), partial(_declared, None), partial(_declared, ())


def tick(section: Section, label: Phrase, *, ticked: bool = False, **more: Any) -> Any:
    """A field that is said by a mark alone; `ticked` in a new request."""
    return _declared(ticked, section, label, tick=True, **more)


@dataclass(frozen=True)
class Occurrence:
    """One date of the event. Moments are UTC; `venue_id` None means the request's main venue.

    `day`, on the office's clock, is what a draft knows of a date that has no hours yet; with hours it is empty.
    """

    key: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    setup_from: datetime | None = None
    teardown_to: datetime | None = None
    venue_id: int | None = None
    day: date | None = None


def new_key() -> str:
    """The identity of a new date, kept across revisions."""
    return str(uuid.uuid4())


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


ABOUT, SCHEDULE, VENUE, PEOPLE = Section.CONTENT, Section.SCHEDULE, Section.VENUE, Section.PEOPLE
MONEY, SAFETY, PUBLICITY = Section.MONEY, Section.SAFETY, Section.PUBLICITY
ANY = Material.ANY


@dataclass(frozen=True)
class Content:
    """The whole content of a revision. None and empty mean «not filled in yet»; drafts may hold any of it."""

    title: str = text(ABOUT, N_("Title"), material=ANY, public=True)
    short_desc: str = text(ABOUT, N_("Announcement"), public=True)
    description: str = text(ABOUT, N_("Description"), public=True)
    goal: str = text(ABOUT, N_("Goal and expected result"))
    direction: str | None = choice(ABOUT, N_("Direction of youth policy"), missing=N_("Choose the direction of youth policy."), public=True)
    extra_directions: tuple[str, ...] = several(ABOUT, N_("Further directions"))
    event_type: str | None = choice(ABOUT, N_("Type of event"), missing=N_("Choose the type of event."), public=True)
    level: Level | None = choice(ABOUT, N_("Level"), missing=N_("Choose the level of the event."), words=choices.LEVELS)
    format: Format | None = choice(
        ABOUT,
        N_("How it is held"),
        missing=N_("Choose whether it is held in person, online or both."),
        words=choices.FORMATS,
        gathered=True,
        public=True,
    )
    out_of_plan: bool = tick(ABOUT, N_("The event is not in the district's plan"), copied=False)
    out_of_plan_reason: str = text(ABOUT, N_("Why it is not in the plan"), applies=ticked("out_of_plan"), copied=False)
    late_reason: str = text(ABOUT, N_("Why the request is late"), copied=False)
    co_organizers: tuple[CoOrganizer, ...] = several(ABOUT, N_("Co-organizers"), material=ANY, gathered=True)
    partners: bool = tick(
        ABOUT, N_("Partners take part: companies, NGOs, foundations"), asked=N_("partners take part"), absent=N_("no partners")
    )
    partners_note: str = text(ABOUT, N_("Who the partners are and what they do"), applies=ticked("partners"))
    prizes: bool = tick(ABOUT, N_("Prizes are awarded"), asked=N_("prizes are given"), absent=N_("no prizes"))

    occurrences: tuple[Occurrence, ...] = several(SCHEDULE, N_("Dates"), material=ANY, gathered=True, public=True, copied=False)

    venue_id: int | None = choice(VENUE, N_("Venue"), material=ANY, gathered=True, public=True, applies=at_a_place)
    place_name: str = text(VENUE, N_("Another place"), material=ANY, public=True, applies=at_a_place_of_its_own)
    place_address: str = text(VENUE, N_("Address of the place"), material=ANY, public=True, applies=at_a_place_of_its_own)
    outdoor: bool = tick(VENUE, N_("In the open air"), material=ANY, asked=N_("outdoors"), absent=N_("not outdoors"), applies=at_a_place)
    rain_plan: str = text(VENUE, N_("What happens in bad weather"), material=ANY, applies=in_the_open)
    two_districts: bool = tick(
        VENUE, N_("Held in two or more districts"), asked=N_("in two or more districts"), absent=N_("in one district")
    )
    accessibility: str = text(VENUE, N_("Accessibility"), public=True, applies=at_a_place)
    online_url: str = text(
        VENUE, N_("Address of the broadcast"), public=True, applies=chosen("format", Format.ONLINE, Format.MIXED), copied=False
    )

    expected: int | None = number(
        PEOPLE, N_("Expected participants"), material=Material.MANY_MORE,
        asked=N_("%(count)s participant", "%(count)s participants", 0),
    )  # fmt: skip
    age_from: int | None = number(
        PEOPLE, N_("Age from"), public=True,
        asked=N_("participants from %(count)s year", "participants from %(count)s years", 0),
    )  # fmt: skip
    age_to: int | None = number(PEOPLE, N_("Age to"), public=True)
    minors: bool = tick(PEOPLE, N_("Minors take part"))
    pupils: bool = tick(
        PEOPLE,
        N_("Organised groups from schools"),
        asked=N_("organised groups of pupils"),
        absent=N_("no organised groups of pupils"),
        risk=9,
    )
    escort: str = text(PEOPLE, N_("Who escorts minors home, or how they get there"), material=ANY, personal=True, applies=with_minors)
    vip: bool = tick(
        PEOPLE,
        N_("The head of the district or official guests take part"),
        asked=N_("the head or guests of honour take part"),
        absent=N_("without the head or guests of honour"),
        risk=8,
    )
    vip_note: str = text(PEOPLE, N_("Who exactly"), personal=True, applies=ticked("vip"))
    responsible_id: int | None = choice(PEOPLE, N_("Person in charge"), missing=N_("Name the person in charge."), personal=True)
    responsible_phone: str = text(PEOPLE, N_("Phone of the person in charge"), personal=True)

    budget: tuple[BudgetLine, ...] = several(MONEY, N_("Estimate"), material=Material.DEARER, gathered=True)
    price_type: PriceType | None = choice(MONEY, N_("Entry"), missing=N_("Say whether entry is free."), words=choices.ENTRY, public=True)
    price_rub: Decimal | None = number(MONEY, N_("Price"), public=True, applies=chosen("price_type", PriceType.PAID))

    buses: bool = tick(
        SAFETY, N_("Children are carried by bus"), material=ANY, asked=N_("transport by bus"), absent=N_("no transport by bus"), risk=4
    )
    street_closure: bool = tick(
        SAFETY, N_("Streets are closed to traffic"), material=ANY, asked=N_("traffic is stopped"), absent=N_("traffic goes on"), risk=5
    )
    food: bool = tick(SAFETY, N_("Food or trade"), material=ANY, asked=N_("food or trade"), absent=N_("no food or trade"), risk=3)
    sound: bool = tick(
        SAFETY, N_("Sound amplification"), material=ANY, asked=N_("sound amplification"), absent=N_("no sound amplification"), risk=1
    )
    stage: bool = tick(
        SAFETY, N_("Stage, structures, generator"), material=ANY, asked=N_("a stage is set up"), absent=N_("no stage"), risk=2
    )
    sport: bool = tick(
        SAFETY, N_("Sports competition"), material=ANY, asked=N_("sporting event"), absent=N_("not a sporting event"), risk=6
    )
    pyro: bool = tick(
        SAFETY, N_("Pyrotechnics, open fire, drones, animals"), material=ANY, asked=N_("pyrotechnics"), absent=N_("no pyrotechnics"), risk=7
    )
    safety_note: str = text(SAFETY, N_("Safety and evacuation"), material=ANY, personal=True)

    public: bool = tick(
        PUBLICITY,
        N_("Publish in the public listing"),
        ticked=True,
        asked=N_("announced to the public"),
        absent=N_("not announced to the public"),
        public=True,
    )
    age_mark: AgeMark | None = choice(
        PUBLICITY, N_("Age mark"), missing=N_("Choose the age mark: it must stand on the poster."), public=True
    )
    registration: Registration | None = choice(
        PUBLICITY, N_("Registration"), missing=N_("Say whether participants sign up beforehand."), words=choices.SIGNING_UP, public=True
    )
    registration_url: str = text(
        PUBLICITY, N_("Address of the registration page"), public=True, applies=chosen("registration", Registration.EXTERNAL), copied=False
    )
    photo: bool = tick(PUBLICITY, N_("Photos or video are taken"))
    bring: str = text(PUBLICITY, N_("What to bring"), public=True)
    comment: str = text(PUBLICITY, N_("Comment for the reviewers"), copied=False)

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

    @property
    def online(self) -> bool:
        """Whether nobody comes anywhere: no curfew, no way out of a hall."""
        return self.format is Format.ONLINE

    def venue_of(self, occurrence: Occurrence) -> int | None:
        return occurrence.venue_id or self.venue_id

    @property
    def venue_ids(self) -> tuple[int, ...]:
        """Every distinct venue, in the order of the dates."""
        found = [self.venue_id, *(one.venue_id for one in self.occurrences)]
        return tuple(dict.fromkeys(venue for venue in found if venue))


FIELDS: Mapping[str, Field] = {one.name: one.metadata["declared"] for one in fields(Content)}
"""Every field by its name, section by section."""

FOR_ROUTES = tuple(name for name, one in FIELDS.items() if one.asked or one.gathered)
"""What routes, and with them the last moment to submit, depend on; beside which answers it applies is among it."""

RISKS = tuple(sorted((name for name, one in FIELDS.items() if one.risk), key=lambda name: FIELDS[name].risk))
"""The dangers in the order in which a reviewer is told of them."""
