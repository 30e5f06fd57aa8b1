"""The form of a request: every field of Content on one page, in its sections, and the way there and back.

Nothing is required here: a draft keeps whatever is missing, and what a submission needs is told by `events.requests.rules`.
What is refused here could not be stored at all (a word where a number belongs); such a value stays typed, the rest is saved.
"""

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import FieldList, FormField, HiddenField
from wtforms.fields.choices import SelectChoice

from events.foundation.place import local
from events.foundation.text import N_, Phrase
from events.requests.rules import Finding
from events.requests.sections import (
    EMPTY,
    SECTION_FIELDS,
    BudgetLine,
    Content,
    CoOrganizer,
    Occurrence,
    digest,
)
from events.requests.vocabulary import AgeMark, BudgetSource, Format, Level, PriceType, Registration, Section
from forms.fields import (
    BaseForm,
    ClockField,
    DayField,
    LineField,
    ManyOfField,
    MoneyField,
    OneOfField,
    Part,
    PhoneField,
    PickField,
    TextField,
    TickField,
    WholeField,
    moment_of,
    options,
)

LEVELS = (
    (Level.INSTITUTION, _("Of the institution")),
    (Level.DISTRICT, _("Of the district")),
    (Level.CITY, _("Of the city")),
    (Level.NATIONAL, _("National")),
)
FORMATS = (
    (Format.OFFLINE, _("In person")),
    (Format.ONLINE, _("Online")),
    (Format.MIXED, _("In person and online")),
)
SOURCES = (
    (BudgetSource.STATE_TASK, _("Subsidy for the state task")),
    (BudgetSource.TARGET_SUBSIDY, _("Targeted subsidy")),
    (BudgetSource.PROGRAMME_452, _("State programme, resolution No. 452")),
    (BudgetSource.OFF_BUDGET, _("Earned income")),
    (BudgetSource.SPONSOR, _("Sponsors")),
)
ENTRY = ((PriceType.FREE, _("Free")), (PriceType.PAID, _("Paid")))
SIGNING_UP = (
    (Registration.NONE, _("Not needed, everyone may come")),
    (Registration.EXTERNAL, _("By a link")),
)
LABELS = {"level": LEVELS, "format": FORMATS, "price_type": ENTRY, "registration": SIGNING_UP}
"""The words of closed lists, by field."""

SECTION_TITLES: Mapping[Section, Phrase] = {
    Section.CONTENT: N_("About the event"),
    Section.SCHEDULE: N_("Dates and times"),
    Section.VENUE: N_("Venue"),
    Section.PEOPLE: N_("Participants"),
    Section.MONEY: N_("Money"),
    Section.SAFETY: N_("Safety"),
    Section.PUBLICITY: N_("Publicity"),
}
ROW_FIELDS = ("occurrences", "budget", "co_organizers")
MOST_ROWS = 100

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_STAMP = re.compile(r"(\d{1,9})\.([0-9a-f]{16})")


@dataclass(frozen=True)
class Choices:
    """What can be chosen from, as (value, label); venues come grouped by their owner, with what rules ask about each."""

    directions: Sequence[tuple[str, str]] = ()
    event_types: Sequence[tuple[str, str]] = ()
    venues: Mapping[str, Sequence[tuple[int, str]]] | None = None
    units: Sequence[tuple[int, str]] = ()
    people: Sequence[tuple[int, str]] = ()


class RowsField(FieldList):  # type: ignore[misc]  # wtforms is untyped
    """Repeated rows. Only plain row numbers are read, so no posted name can break the form."""

    def __init__(self, part: type[Part], label: Any, **kwargs: Any) -> None:
        super().__init__(FormField(part), label, max_entries=MOST_ROWS, **kwargs)
        self.type = "FieldList"  # the page's macros know it by its WTForms name

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        """Row numbers in posted names."""
        row = re.compile(rf"{re.escape(prefix)}-([0-9]{{1,4}})-")
        return (int(match[1]) for name in formdata if (match := row.match(name)))


class RussianPhoneField(PhoneField):
    """A telephone number; «8 (921) 123-45-67» becomes +79211234567, anything else stays as typed for the rule to judge."""

    longest = 20

    def _cleaned(self, text: str | None) -> str:
        """+7 and ten digits where the typed number is a Russian one."""
        typed = super()._cleaned(text)
        digits = re.sub(r"[\s()+.\-\u2010-\u2014]", "", typed)
        if re.fullmatch(r"[78][0-9]{10}", digits):
            return f"+7{digits[1:]}"
        return f"+7{digits}" if re.fullmatch(r"9[0-9]{9}", digits) else typed


class DateRow(Part):
    """One date. Times are Moscow's; a day without its time cannot be stored, so it is asked for at once."""

    key = HiddenField()
    day = DayField(_("Day"), required=False)
    begins = ClockField(_("Beginning"), required=False)
    ends = ClockField(_("End"), required=False)
    last_day = DayField(_("Last day, if it is another"), required=False)
    setup_at = ClockField(_("Setting up from"), required=False)
    setup_day = DayField(_("Day of setting up, if it is another"), required=False)
    teardown_at = ClockField(_("Clearing up until"), required=False)
    teardown_day = DayField(_("Day of clearing up, if it is another"), required=False)
    venue_id = PickField(_("Another venue on this date"), kind=int, required=False)

    def validate(self, extra_validators: Any = None) -> bool:
        """Every time has its day and every day its time."""
        super().validate(extra_validators)
        needs_day = any(field.data for field in (self.begins, self.ends, self.setup_at, self.teardown_at, self.last_day))
        _ask(self.day, needs_day, N_("Give the day: times are saved together with it."))
        needs_time = self.day.data and not self.ends.data
        _ask(self.begins, needs_time, N_("Give the beginning: the day is saved together with it."))
        _ask(self.ends, self.last_day.data, N_("Give the hour at which it ends on the last day."))
        _ask(self.setup_at, self.setup_day.data, N_("Give the hour from which you set up."))
        _ask(self.teardown_at, self.teardown_day.data, N_("Give the hour by which you have cleared up."))
        return not self.errors

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in the row."""
        return not any(field.data or (field.raw_data and field.raw_data[0]) for field in self if field.short_name != "key")

    def occurrence(self) -> Occurrence:
        """The date as a value, in UTC."""
        day, last = self.day.data, self.last_day.data or self.day.data
        return Occurrence(
            key=self.key.data if _UUID.fullmatch(self.key.data or "") else new_key(),
            starts_at=moment_of(day, self.begins.data),
            ends_at=moment_of(last, self.ends.data),
            setup_from=moment_of(self.setup_day.data or day, self.setup_at.data),
            teardown_to=moment_of(self.teardown_day.data or last, self.teardown_at.data),
            venue_id=self.venue_id.data,
        )


class BudgetRow(Part):
    """One line of the estimate."""

    name = LineField(_("What for"), required=False)
    amount = MoneyField(_("Amount"), required=False)
    source = PickField(_("Source of the money"), kind=BudgetSource, required=False)

    def validate(self, extra_validators: Any = None) -> bool:
        """A line is stored with its source."""
        super().validate(extra_validators)
        _ask(self.source, self.name.data or self.amount.data, N_("Choose the source of the money: the line is saved together with it."))
        return not self.errors

    def line(self) -> BudgetLine | None:
        """The line as a value; None for an empty row."""
        return BudgetLine(self.name.data, self.amount.data or Decimal(0), self.source.data) if self.source.data else None


class CoOrganizerRow(Part):
    """Another institution and what it gives."""

    unit_id = PickField(_("Institution"), kind=int, required=False)
    contributes = LineField(_("What it gives: place, people, money"), required=False, most=300)

    def validate(self, extra_validators: Any = None) -> bool:
        """A contribution is somebody's."""
        super().validate(extra_validators)
        _ask(self.unit_id, self.contributes.data, N_("Choose the institution."))
        return not self.errors


def _ask(field: Any, needed: Any, phrase: Phrase) -> None:
    """Put the sentence at an empty field that is needed, unless it has one already."""
    if needed and not field.data and not field.errors:
        field.errors = [phrase]


class Stamps(Part):
    """On what each section was written: its version and the digest of what stood in it, «3.0f…»."""

    content = HiddenField()
    schedule = HiddenField()
    venue = HiddenField()
    people = HiddenField()
    money = HiddenField()
    safety = HiddenField()
    publicity = HiddenField()


class RequestForm(BaseForm):
    """All of a request. Saving twice changes nothing the second time, so it needs no receipt."""

    nonce = None
    stamps = FormField(Stamps)
    facts_of = HiddenField()
    """The venue whose facts stand in the form; another one chosen without JavaScript has its facts filled in on saving."""

    title = LineField(_("Title"), required=False, most=300)
    short_desc = TextField(_("Announcement"), required=False, most=600)
    description = TextField(_("Description"), required=False, most=20_000)
    goal = TextField(_("Goal and expected result"), required=False, most=5000)
    direction = PickField(_("Direction of youth policy"), required=False)
    extra_directions = ManyOfField(_("Further directions"), required=False)
    event_type = PickField(_("Type of event"), required=False)
    level = PickField(_("Level"), kind=Level, required=False)
    format = OneOfField(_("How it is held"), kind=Format, required=False)
    co_organizers = RowsField(CoOrganizerRow, _("Co-organizers"))
    partners = TickField(_("Partners take part: companies, NGOs, foundations"))
    partners_note = TextField(_("Who the partners are and what they do"), required=False, most=1000)
    prizes = TickField(_("Prizes are awarded"))
    out_of_plan = TickField(_("The event is not in the district's plan"))
    out_of_plan_reason = TextField(_("Why it is not in the plan"), required=False, most=1000)
    late_reason = TextField(_("Why the request is late"), required=False, most=1000)

    occurrences = RowsField(DateRow, _("Dates"))

    venue_id = PickField(_("Venue"), kind=int, required=False)
    place_name = LineField(_("Another place"), required=False)
    place_address = LineField(_("Address of the place"), required=False, most=300)
    outdoor = TickField(_("In the open air"))
    rain_plan = TextField(_("What happens in bad weather"), required=False, most=1000)
    two_districts = TickField(_("Held in two or more districts"))
    accessibility = TextField(_("Accessibility"), required=False, most=500)
    online_url = LineField(_("Address of the broadcast"), required=False, most=500)

    expected = WholeField(_("Expected participants"), required=False)
    age_from = WholeField(_("Age from"), required=False)
    age_to = WholeField(_("Age to"), required=False)
    minors = TickField(_("Minors take part"))
    pupils = TickField(_("Organised groups from schools"))
    escort = TextField(_("Who escorts minors home, or how they get there"), required=False, most=1000)
    vip = TickField(_("The head of the district or official guests take part"))
    vip_note = LineField(_("Who exactly"), required=False, most=300)
    responsible_id = PickField(_("Person in charge"), kind=int, required=False)
    responsible_phone = RussianPhoneField(_("Phone of the person in charge"), required=False)

    budget = RowsField(BudgetRow, _("Estimate"))
    price_type = OneOfField(_("Entry"), kind=PriceType, required=False)
    price_rub = MoneyField(_("Price"), required=False)

    sound = TickField(_("Sound amplification"))
    stage = TickField(_("Stage, structures, generator"))
    sport = TickField(_("Sports competition"))
    food = TickField(_("Food or trade"))
    buses = TickField(_("Children are carried by bus"))
    street_closure = TickField(_("Streets are closed to traffic"))
    pyro = TickField(_("Pyrotechnics, open fire, drones, animals"))
    safety_note = TextField(_("Safety and evacuation"), required=False, most=2000)

    public = TickField(_("Publish in the public listing"))
    age_mark = PickField(_("Age mark"), kind=AgeMark, required=False)
    registration = OneOfField(_("Registration"), kind=Registration, required=False)
    registration_url = LineField(_("Address of the registration page"), required=False, most=500)
    photo = TickField(_("Photos or video are taken"))
    bring = LineField(_("What to bring"), required=False, most=300)
    comment = TextField(_("Comment for the reviewers"), required=False, most=1000)

    def __init__(self, content: Content, versions: Mapping[str, int], choices: Choices, *, posted: bool = True) -> None:
        """The form of what is stored, under what was posted if `posted`; `versions` are those of its sections."""
        super().__init__(data=_plain(content), **({} if posted else {"formdata": None}))
        self._offer(choices)
        if not posted or not self.is_submitted():
            self.stamp(content, versions)

    def stamp(self, content: Content, versions: Mapping[str, int], sections: Sequence[Section] = tuple(Section)) -> None:
        """Mark the sections as written on what is stored now."""
        for section in sections:
            self.stamps[section.value].data = f"{versions.get(section.value, 0)}.{_digest(content, section)}"
        self.facts_of.data = str(content.venue_id or "")

    def content(self, base: Content) -> Content:
        """What the form says over what is stored: a field that could not be read leaves its stored value. Call after `validate`."""
        plain = {name: self[name].data for name in _SINGLE if not self[name].errors}
        if "extra_directions" in plain:
            plain["extra_directions"] = tuple(plain["extra_directions"] or ())
        estimate = base.budget if self.budget.errors else tuple(line for row in self.budget.entries if (line := row.form.line()))
        helpers = base.co_organizers if self.co_organizers.errors else _each_once(row.form for row in self.co_organizers.entries)
        return replace(base, **plain, budget=estimate, co_organizers=helpers, occurrences=self._occurrences(base))

    def written(self, content: Content) -> tuple[Section, ...]:
        """The sections that say something else than when the page was opened."""
        return tuple(one for one in Section if self._stamp(one)[1] != _digest(content, one))

    def versions(self) -> dict[str, int]:
        """On which version of each section the text was written; -1 if that cannot be read."""
        return {one.value: self._stamp(one)[0] for one in Section}

    def drop_row(self, name: str, index: int) -> None:
        """Take a row out; one that is not there is gone already."""
        if name in ROW_FIELDS and 0 <= index < len(self[name].entries):
            self[name].pop_entry(index)

    def add_row(self, name: str) -> None:
        """One more empty row."""
        if name in ROW_FIELDS and len(self[name].entries) < MOST_ROWS:
            self._offer_row(name, self[name].append_entry({"key": new_key()} if name == "occurrences" else {}))

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Put what a submission still needs at its fields."""
        places = {row.form.key.data: row.form.day for row in self.occurrences.entries}
        for finding in findings:
            field = places.get(finding.occurrence or "", self[finding.field])
            field.errors = [*field.errors, finding.phrase]

    def _occurrences(self, base: Content) -> tuple[Occurrence, ...]:
        """The dates. A row that cannot be read stays as it is stored; an empty one is dropped unless it is; no key stands twice."""
        stored = {one.key: one for one in base.occurrences}
        found: dict[str, Occurrence] = {}
        for row in self.occurrences.entries:
            one = row.form.occurrence()
            if row.form.errors or row.form.is_blank:
                if one.key not in stored:
                    continue
                one = stored[one.key] if row.form.errors else one
            key = one.key if one.key not in found else new_key()
            found[key] = replace(one, key=key)
        return tuple(found.values())

    def _stamp(self, section: Section) -> tuple[int, str]:
        """Version and digest of the section when the page was opened."""
        match = _STAMP.fullmatch(self.stamps[section.value].data or "")
        return (int(match[1]), match[2]) if match else (-1, "")

    def _offer(self, choices: Choices) -> None:
        """Hand the choices to their fields."""
        nothing = str(_("not chosen"))
        self._choices = choices
        self.direction.choices = options(choices.directions, empty=nothing)
        self.extra_directions.choices = options(choices.directions)
        self.event_type.choices = options(choices.event_types, empty=nothing)
        self.level.choices = options(LEVELS, empty=nothing)
        self.format.choices, self.price_type.choices, self.registration.choices = options(FORMATS), options(ENTRY), options(SIGNING_UP)
        self.age_mark.choices = options([(mark, mark.value) for mark in AgeMark], empty=nothing)
        self.venue_id.choices = _venues(choices, str(_("another place, or none")))
        self.responsible_id.choices = options(choices.people, empty=nothing)
        for name in ROW_FIELDS:
            for row in self[name].entries:
                self._offer_row(name, row)

    def _offer_row(self, name: str, row: Any) -> None:
        """The same for one row."""
        if name == "occurrences":
            row.form.venue_id.choices = _venues(self._choices, str(_("the same venue")))
        elif name == "budget":
            row.form.source.choices = options(SOURCES, empty=str(_("not chosen")))
        else:
            row.form.unit_id.choices = options(self._choices.units, empty=str(_("not chosen")))


def new_key() -> str:
    """The identity of a date not stored yet."""
    return str(uuid.uuid4())


def with_defaults(content: Content, *, youngest: int, oldest: int, phone: str) -> Content:
    """What most requests of a district say: its young people, minors among them, reached at the institution's phone."""
    blank = content.age_from is None and content.age_to is None
    ages: dict[str, Any] = {"age_from": youngest, "age_to": oldest, "minors": True} if blank else {}
    return replace(content, **ages, responsible_phone=content.responsible_phone or phone)


def with_venue_facts(content: Content, *, outdoor: bool, accessibility: str) -> Content:
    """The content with what is known of its venue, where nothing else has been said."""
    return replace(content, outdoor=content.outdoor or outdoor, accessibility=content.accessibility or accessibility)


def moved(content: Content, key: str, minutes: int) -> Content:
    """The content with one date moved whole, set-up and clearing up included."""
    by = timedelta(minutes=minutes)
    return replace(content, occurrences=tuple(_moved(one, by) if one.key == key else one for one in content.occurrences))


def _moved(one: Occurrence, by: timedelta) -> Occurrence:
    """One date moved."""
    moments = {name: getattr(one, name) for name in ("starts_at", "ends_at", "setup_from", "teardown_to")}
    return replace(one, **{name: moment + by for name, moment in moments.items() if moment})


def _each_once(rows: Iterator[Any]) -> tuple[CoOrganizer, ...]:
    """Co-organizers; the same institution chosen again adds nothing."""
    found: dict[int, CoOrganizer] = {}
    for row in rows:
        if row.unit_id.data:
            found.setdefault(row.unit_id.data, CoOrganizer(row.unit_id.data, row.contributes.data))
    return tuple(found.values())


def _digest(content: Content, section: Section) -> str:
    """What a section says, in sixteen hex digits."""
    return digest(replace(EMPTY, **{name: getattr(content, name) for name in SECTION_FIELDS[section]}))[:16]


def _venues(choices: Choices, nothing: str) -> list[SelectChoice]:
    """Venues under their owners."""
    groups = (choices.venues or {}).items()
    return [SelectChoice("", nothing), *(SelectChoice(str(key), name, optgroup=owner) for owner, rows in groups for key, name in rows)]


def _plain(content: Content) -> dict[str, Any]:
    """Content as the form's own data."""
    plain = {name: getattr(content, name) for name in _SINGLE}
    return {
        **plain,
        "extra_directions": list(content.extra_directions),
        "occurrences": [_date_row(one) for one in content.occurrences] or [{"key": new_key()}],
        "budget": [{"name": line.name, "amount": line.amount or None, "source": line.source} for line in content.budget],
        "co_organizers": [{"unit_id": one.unit_id, "contributes": one.contributes} for one in content.co_organizers],
    }


def _date_row(one: Occurrence) -> dict[str, Any]:
    """A date on the Moscow clock; days that go without saying are left empty."""
    starts, ends = _shown(one.starts_at), _shown(one.ends_at)
    setup, teardown = _shown(one.setup_from), _shown(one.teardown_to)
    day = starts.date() if starts else ends.date() if ends else None
    last = ends.date() if ends else day
    return {
        "key": one.key,
        "day": day,
        "begins": starts and starts.time(),
        "ends": ends and ends.time(),
        "last_day": last if last != day else None,
        "setup_at": setup and setup.time(),
        "setup_day": setup.date() if setup and setup.date() != day else None,
        "teardown_at": teardown and teardown.time(),
        "teardown_day": teardown.date() if teardown and teardown.date() != last else None,
        "venue_id": one.venue_id,
    }


def _shown(moment: datetime | None) -> datetime | None:
    """The moment on the office's clock."""
    return local(moment) if moment else None


_SINGLE = tuple(name for names in SECTION_FIELDS.values() for name in names if name not in ROW_FIELDS)
