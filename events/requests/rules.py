"""What a request must say before it is submitted, and what deserves a warning: pure, used by form, page and operation.

Each finding stands at a field of Content and is one plain sentence. Sources: domain.md sections 2.3 and 3.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from events.district.rules import Rules
from events.foundation.place import local
from events.foundation.text import N_, Phrase
from events.requests.sections import SECTION_OF, Content, Occurrence
from events.requests.vocabulary import Format, PriceType, Registration, Section

PHONE = re.compile(r"\+7\d{10}")
WEB_ADDRESS = re.compile(r"https://[^\s/]+\.[^\s]+")


@dataclass(frozen=True)
class VenueFacts:
    """What rules ask about a venue."""

    name: str
    capacity: int
    online: bool = False
    exclusive: bool = True


@dataclass(frozen=True)
class Around:
    """What stands around a request when it is checked. `now` and `last_moment` are UTC; `last_moment` is the latest
    submission the route's lead time allows (cases.md 28), None while unknown."""

    now: datetime
    rules: Rules
    venues: Mapping[int, VenueFacts]
    lead_unit_id: int
    is_day_off: Callable[[date], bool] = lambda day: day.weekday() >= 5
    last_moment: datetime | None = None
    approved: Mapping[str, datetime | None] = field(default_factory=dict)
    """Beginnings of the dates in force, by key: in an amendment a date already held may stay as it was (cases.md 35)."""

    @property
    def late(self) -> bool:
        """Whether submission now is later than the norm."""
        return self.last_moment is not None and self.now > self.last_moment


@dataclass(frozen=True)
class Finding:
    """One sentence at one field; `occurrence` names the date it concerns, `source` the law it rests on."""

    field: str
    phrase: Phrase
    source: str = ""
    occurrence: str | None = None

    @property
    def section(self) -> Section:
        """Where the field stands."""
        return SECTION_OF[self.field]


Check = Callable[[Content, Around], Iterator[Finding]]


def problems(content: Content, around: Around) -> tuple[Finding, ...]:
    """Everything that keeps the request from being submitted, in the order of the form."""
    return _in_form_order(finding for check in _REQUIRED for finding in check(content, around))


def warnings(content: Content, around: Around) -> tuple[Finding, ...]:
    """What the author should look at again; none of it stops the submission."""
    return _in_form_order(finding for check in _ADVISED for finding in check(content, around))


def _in_form_order(findings: Iterator[Finding]) -> tuple[Finding, ...]:
    """As the form reads from top to bottom."""
    places = {name: place for place, name in enumerate(SECTION_OF)}
    return tuple(sorted(findings, key=lambda finding: places[finding.field]))


def _texts(content: Content, around: Around) -> Iterator[Finding]:
    """Texts of the афиша and of the plan, with their lengths."""
    if not 8 <= len(content.title) <= 150:
        yield Finding("title", N_("Give the event a title of 8 to 150 characters."))
    if not 50 <= len(content.short_desc) <= 300:
        yield Finding("short_desc", N_("Write an announcement of 50 to 300 characters: it stands in the listings."))
    if not content.description:
        yield Finding("description", N_("Describe the event: what will happen and for whom."))
    elif len(content.description) > 4000:
        yield Finding("description", N_("Shorten the description to 4,000 characters."))
    if not content.goal:
        yield Finding("goal", N_("State the goal and the expected result: the report is compared with it."))
    elif len(content.goal) > 1000:
        yield Finding("goal", N_("Shorten the goal to 1,000 characters."))


def _choices(content: Content, around: Around) -> Iterator[Finding]:
    """Closed lists that must be chosen from."""
    wanted = {
        "direction": N_("Choose the direction of youth policy."),
        "event_type": N_("Choose the type of event."),
        "level": N_("Choose the level of the event."),
        "format": N_("Choose whether it is held in person, online or both."),
        "age_mark": N_("Choose the age mark: it must stand on the poster."),
        "registration": N_("Say whether participants sign up beforehand."),
        "price_type": N_("Say whether entry is free."),
        "responsible_id": N_("Name the person in charge."),
    }
    for name, phrase in wanted.items():
        if not getattr(content, name):
            yield Finding(name, phrase)
    if len(content.extra_directions) > 2:
        yield Finding("extra_directions", N_("Leave at most two further directions."))


def _plan_and_partners(content: Content, around: Around) -> Iterator[Finding]:
    """Late is not out of plan: two fields with two reasons (cases.md 29)."""
    if content.out_of_plan and not content.out_of_plan_reason:
        yield Finding("out_of_plan_reason", N_("Explain why the event is not in the plan."))
    if around.late and not content.late_reason:
        yield Finding(
            "late_reason", N_("The usual time for submission has passed. Explain the delay: the request will still be considered.")
        )
    if any(one.unit_id == around.lead_unit_id for one in content.co_organizers):
        yield Finding("co_organizers", N_("The lead institution cannot be its own co-organizer: remove it from the list."))
    if content.partners and not content.partners_note:
        yield Finding("partners_note", N_("Name the partners and what they do."))


def _dates(content: Content, around: Around) -> Iterator[Finding]:
    """Every date is whole, runs forward, and lies ahead."""
    if not content.occurrences:
        yield Finding("occurrences", N_("Add at least one date."))
    if len(content.occurrences) > around.rules.most_dates:
        yield Finding("occurrences", N_("Leave at most %(most)s dates in one request.", most=around.rules.most_dates))
    for one in content.occurrences:
        yield from _one_date(one, around)
    yield from _own_clashes(content, around)


def _own_clashes(content: Content, around: Around) -> Iterator[Finding]:
    """Two dates of the same request that need one venue at once, set-up and clearing included."""
    taken: dict[int, datetime] = {}
    for one in sorted(content.dated, key=lambda date: (date.setup_from or date.starts_at or around.now, date.key)):
        venue_id = content.venue_of(one)
        venue = around.venues.get(venue_id or 0)
        begins, ends = one.setup_from or one.starts_at, one.teardown_to or one.ends_at
        if venue is None or not venue.exclusive or begins is None or ends is None or venue_id is None:
            continue
        if venue_id in taken and begins < taken[venue_id]:
            yield Finding("occurrences", N_("This date overlaps another date of this request at the same venue."), occurrence=one.key)
        taken[venue_id] = max(ends, taken.get(venue_id, ends))


def _one_date(one: Occurrence, around: Around) -> Iterator[Finding]:
    """A single date, I20."""
    if one.starts_at is None or one.ends_at is None:
        yield Finding("occurrences", N_("Fill in the day, the beginning and the end."), occurrence=one.key)
        return
    if one.ends_at <= one.starts_at:
        yield Finding("occurrences", N_("The end must be later than the beginning."), occurrence=one.key)
    elif one.ends_at - one.starts_at > timedelta(days=around.rules.longest_event_days):
        days = around.rules.longest_event_days
        yield Finding(
            "occurrences", N_("One date may last at most %(days)s days: add further dates instead.", days=days), occurrence=one.key
        )
    if one.setup_from and one.setup_from > one.starts_at:
        yield Finding("occurrences", N_("Setting up must begin before the event."), occurrence=one.key)
    if one.teardown_to and one.teardown_to < one.ends_at:
        yield Finding("occurrences", N_("Clearing up must end after the event."), occurrence=one.key)
    if one.starts_at <= around.now and around.approved.get(one.key) != one.starts_at:
        yield Finding("occurrences", N_("This date has passed: choose a new one."), occurrence=one.key)
    elif local(one.starts_at).year > 2100:
        yield Finding("occurrences", N_("Check the year of this date."), occurrence=one.key)


def _place(content: Content, around: Around) -> Iterator[Finding]:
    """A venue or an address, and room enough."""
    online = content.format is Format.ONLINE
    if not content.venue_id and not online:
        if not content.place_name:
            yield Finding("venue_id", N_("Choose a venue or name another place."))
        elif not content.place_address:
            yield Finding("place_address", N_("Give the address of the place."))
    if content.outdoor and len(content.rain_plan) < 20:
        yield Finding("rain_plan", N_("Say in a sentence what happens in bad weather (at least 20 characters)."))
    if content.format in {Format.ONLINE, Format.MIXED} and not WEB_ADDRESS.fullmatch(content.online_url):
        yield Finding("online_url", N_("Give the address of the broadcast, beginning with https://."))
    for venue in (around.venues[key] for key in content.venue_ids if key in around.venues):
        if content.expected and content.expected > venue.capacity:
            yield Finding(
                "expected",
                N_(
                    "“%(venue)s” holds %(capacity)s people: reduce the number or choose another venue.",
                    venue=venue.name,
                    capacity=venue.capacity,
                ),
            )


def _people(content: Content, around: Around) -> Iterator[Finding]:
    """How many, what age, who answers for it."""
    if content.expected is None or not 1 <= content.expected <= 100_000:
        yield Finding("expected", N_("Give the expected number of participants, from 1 to 100,000."))
    ages = (content.age_from, content.age_to)
    if content.age_from is None or content.age_to is None or not all(age is not None and 0 <= age <= 99 for age in ages):
        yield Finding("age_from", N_("Give the participants' age, from 0 to 99 years."))
    elif content.age_from > content.age_to:
        yield Finding("age_to", N_("The upper age must not be below the lower one."))
    if not PHONE.fullmatch(content.responsible_phone):
        yield Finding("responsible_phone", N_("Give the phone of the person in charge as +7 and ten digits."))
    if _minors_out_late(content, around.rules) and not content.escort:
        yield Finding(
            "escort",
            N_("It ends late and minors take part: say who escorts them home or how they get there."),
            source="Закон СПб от 19.02.2014 № 48-14",
        )


def _minors_out_late(content: Content, rules: Rules) -> bool:
    """Someone under 18 leaves at or after the evening limit, or after midnight."""
    if content.age_from is None or content.age_from >= 18:
        return False
    return any(ends_late(one, rules.escort_needed_from) for one in content.dated)


def ends_late(one: Occurrence, limit: time) -> bool:
    """Whether the date ends at or after `limit` on the office's clock, or on a later day than it begins."""
    if one.starts_at is None or one.ends_at is None:
        return False
    return local(one.ends_at).date() > local(one.starts_at).date() or local(one.ends_at).time() >= limit


def _age_mark(content: Content, around: Around) -> Iterator[Finding]:
    """436-ФЗ: the mark must not be above the youngest participant."""
    if content.age_mark and content.age_from is not None and content.age_mark.years > content.age_from:
        yield Finding(
            "age_mark",
            N_(
                "The mark %(mark)s does not fit participants from %(age)s years: lower the mark or raise the age.",
                mark=content.age_mark.value,
                age=content.age_from,
            ),
            source="436-ФЗ",
        )


def _money_and_entry(content: Content, around: Around) -> Iterator[Finding]:
    """A price for paid entry, an address for outside registration, whole budget lines."""
    if content.price_type is PriceType.PAID and not content.price_rub:
        yield Finding("price_rub", N_("Give the price in roubles."))
    if content.registration is Registration.EXTERNAL and not WEB_ADDRESS.fullmatch(content.registration_url):
        yield Finding("registration_url", N_("Give the address of the registration page, beginning with https://."))
    if any(not line.name or line.amount <= 0 for line in content.budget):
        yield Finding("budget", N_("Name each line of the estimate and give its amount."))


def _safety(content: Content, around: Around) -> Iterator[Finding]:
    """From the district's threshold on, who is responsible for safety and evacuation."""
    least = around.rules.safety_note_from_people
    if (content.expected or 0) >= least and not content.safety_note:
        yield Finding(
            "safety_note",
            N_("From %(least)s people on, say who is responsible for safety and how people are led out.", least=least),
            source="ПП РФ № 272; 35-ФЗ, ст. 3, п. 6",
        )


def _title_in_capitals(content: Content, around: Around) -> Iterator[Finding]:
    """A title that shouts."""
    if len(content.title) > 8 and content.title.isupper():
        yield Finding("title", N_("The title is written in capitals only; ordinary letters read better."))


def _outside_youth(content: Content, around: Around) -> Iterator[Finding]:
    """Younger or older participants are welcome; they are counted apart."""
    rules = around.rules
    if (
        content.age_from is not None
        and content.age_to is not None
        and (content.age_from < rules.youth_age_from or content.age_to > rules.youth_age_to)
    ):
        yield Finding(
            "age_from",
            N_(
                "Youth are people of %(low)s to %(high)s; others are counted apart in the report.",
                low=rules.youth_age_from,
                high=rules.youth_age_to,
            ),
            source="489-ФЗ, ст. 2",
        )


def _noise(content: Content, around: Around) -> Iterator[Finding]:
    """Sound in the open during the hours of quiet."""
    if not (content.outdoor and content.sound):
        return
    for one in content.dated:
        if _in_quiet_hours(one, around):
            yield Finding(
                "occurrences",
                N_("Sound in the open falls into the hours of quiet."),
                source="Закон СПб № 273-70, ст. 8",
                occurrence=one.key,
            )


def _in_quiet_hours(one: Occurrence, around: Around) -> bool:
    """Begins (set-up included) before the quiet ends, or ends after it begins."""
    if one.starts_at is None or one.ends_at is None:
        return False
    begins, ends = local(one.setup_from or one.starts_at), local(one.ends_at)
    quiet_until = around.rules.noise_until_weekend if around.is_day_off(begins.date()) else around.rules.noise_until_weekday
    return begins.time() < quiet_until or ends.time() > around.rules.noise_from or ends.date() > begins.date()


def _late(content: Content, around: Around) -> Iterator[Finding]:
    """Submission after the norm: possible, counted, explained."""
    if around.late:
        yield Finding("late_reason", N_("The request is submitted later than the norm; this will be visible in the figures."))


def _no_children_mark(content: Content, around: Around) -> Iterator[Finding]:
    """The box for minors contradicts the ages."""
    if content.age_from is not None and content.age_from < 18 and not content.minors:
        yield Finding("minors", N_("Participants from %(age)s years are expected: tick that minors take part.", age=content.age_from))


_REQUIRED: tuple[Check, ...] = (
    _texts, _choices, _plan_and_partners, _dates, _place, _people, _age_mark, _money_and_entry, _safety,
)  # fmt: skip
_ADVISED: tuple[Check, ...] = (_title_in_capitals, _outside_youth, _noise, _late, _no_children_mark)


def material_change(approved: Content, wanted: Content, rules: Rules) -> tuple[str, ...]:
    """The fields whose change needs a new approval by everyone who watches them (cases.md 35); the rest is editorial."""
    changed = {name for name in _MATERIAL if getattr(approved, name) != getattr(wanted, name)}
    if wanted.budget_rub > approved.budget_rub:
        changed.add("budget")
    limit = (approved.expected or 0) * (100 + rules.material_people_percent)
    if (wanted.expected or 0) * 100 > limit:
        changed.add("expected")
    return tuple(name for name in SECTION_OF if name in changed)


_MATERIAL = frozenset(
    {"title", "occurrences", "venue_id", "place_name", "place_address", "outdoor", "co_organizers", "safety_note", "escort", "rain_plan"}
    | {name for name, section in SECTION_OF.items() if section is Section.SAFETY}
)
