"""A draft as its form's page needs it: what is stored, what can be chosen from, and how values are said."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from flask_login import current_user

from events.district import queries as district
from events.foundation.errors import NotFound
from events.foundation.text import N_, Phrase
from events.people import queries as people
from events.people.vocabulary import UnitKind
from events.requests import operations, queries
from events.requests.models import EventRequest, Revision
from events.requests.sections import SECTION_FIELDS, BudgetLine, Content, CoOrganizer, Occurrence
from events.requests.vocabulary import RevisionState, Section
from events.venues import queries as venues
from events.venues.models import Venue
from events.venues.vocabulary import VenueKind
from forms.requests import LABELS, Choices, RequestForm, with_venue_facts
from views.presenting import language, money, number, say, span


@dataclass(frozen=True)
class Draft:
    """A request in the hands of its author: `content` and `versions` as stored when the page was asked for."""

    event_request: EventRequest
    revision: Revision

    @cached_property
    def content(self) -> Content:
        """What is stored."""
        return self.revision.content()

    @property
    def versions(self) -> Mapping[str, int]:
        """The version of each section."""
        return self.revision.section_versions

    @cached_property
    def venues(self) -> Sequence[Venue]:
        """Every venue in use."""
        return venues.venues()

    @cached_property
    def choices(self) -> Choices:
        """What the form offers, in the reader's language."""
        name = "name_en" if language() == "en" else "name"
        grouped: dict[str, list[tuple[int, str]]] = {}
        for venue in sorted(self.venues, key=lambda one: (one.owner.short_name, one.name)):
            grouped.setdefault(venue.owner.short_name, []).append((venue.id, say(_venue_words(venue))))
        others = [unit for unit in people.units() if unit.kind is not UnitKind.OUTSIDE and unit.id != self.event_request.lead_unit_id]
        return Choices(
            directions=[(one.code, getattr(one, name)) for one in district.directions()],
            event_types=[(one.code, getattr(one, name)) for one in district.event_types()],
            venues=grouped,
            units=[(unit.id, unit.short_name) for unit in others],
            people=[(one.id, f"{one.full_name}, {one.position}" if one.position else one.full_name) for one in self._people()],
        )

    def form(self) -> RequestForm:
        """The form over what is stored, with what was posted."""
        return RequestForm(self.content, self.versions, self.choices)

    def _people(self) -> Iterable[Any]:
        """Who may be in charge: the institution's people, and the reader."""
        found = {one.id: one for one in people.people_of(self.event_request.lead_unit_id)}
        return {current_user.id: current_user, **found}.values()


def open_draft(request_id: int) -> Draft | None:
    """The draft for whom may write in it; None when it is under review or closed. NotFound for everybody else."""
    event_request = queries.visible(request_id, current_user)
    revision = queries.working(event_request)
    if revision is None or revision.state is not RevisionState.DRAFT:
        return None
    return Draft(event_request, operations.editable(event_request, current_user))


def closed_draft(request_id: int) -> Draft:
    """The request as it stands, for whom may write it though not now. NotFound for everybody else."""
    event_request = queries.visible(request_id, current_user)
    if not queries.may_write(current_user, event_request):
        raise NotFound
    return Draft(event_request, queries.shown(event_request))


def facts_of(every: Iterable[Venue]) -> dict[str, dict[str, Any]]:
    """What the form fills in when a venue is chosen, by the venue's id."""
    return {
        str(one.id): {"outdoor": one.kind is VenueKind.OUTDOOR, "accessibility": ", ".join(one.accessibility)}
        for one in every
    }  # fmt: skip


def with_facts_of_venue(content: Content) -> Content:
    """The content with its venue's facts where nothing else has been said."""
    found = venues.venues_by_id([content.venue_id] if content.venue_id else [])
    for venue in found.values():
        return with_venue_facts(content, outdoor=venue.kind is VenueKind.OUTDOOR, accessibility=", ".join(venue.accessibility))
    return content


def differences(draft: Draft, form: RequestForm, content: Content, sections: Collection[Section]) -> dict[str, list[dict[str, str]]]:
    """Per section the fields in which the stored text differs from the typed one, with what is stored, in words."""
    return {
        section.value: [
            {"name": str(form[name].label.text), "value": said(getattr(draft.content, name), name, draft.choices)}
            for name in SECTION_FIELDS[section]
            if getattr(draft.content, name) != getattr(content, name)
        ]
        for section in sections
    }


def typed_otherwise(draft: Draft, form: RequestForm, content: Content) -> dict[str, str]:
    """What was typed and is not what is stored, in words, by the field's label."""
    names = (name for section in SECTION_FIELDS.values() for name in section)
    typed = {name: getattr(content, name) for name in names if getattr(content, name) != getattr(draft.content, name)}
    return {str(form[name].label.text): said(value, name, draft.choices) for name, value in typed.items()}


def said(value: Any, name: str, choices: Choices) -> str:
    """A field's value as a reader would say it; «не заполнено» when there is none."""
    if isinstance(value, bool):
        return say(N_("yes") if value else N_("no"))
    if value is None or value in ("", ()):
        return say(N_("not filled in"))
    if isinstance(value, tuple):
        return "; ".join(said(one, name, choices) for one in value)
    if isinstance(value, Occurrence):
        return span(value.starts_at, value.ends_at) if value.starts_at and value.ends_at else say(N_("a date not filled in"))
    if isinstance(value, BudgetLine):
        return f"{value.name} — {money(value.amount)}"
    if isinstance(value, CoOrganizer):
        return said(value.unit_id, "co_organizers", choices)
    if isinstance(value, Decimal):
        return money(value)
    return _named(name, choices).get(value) or (number(value) if isinstance(value, int) else str(value))


def _named(name: str, choices: Choices) -> dict[Any, str]:
    """The labels of a field's choices by value."""
    offered: dict[str, Iterable[tuple[Any, str]]] = {
        "direction": choices.directions,
        "extra_directions": choices.directions,
        "event_type": choices.event_types,
        "venue_id": [pair for rows in (choices.venues or {}).values() for pair in rows],
        "co_organizers": choices.units,
        "responsible_id": choices.people,
        **LABELS,
    }
    return {value: str(label) for value, label in offered.get(name, ())}


def _venue_words(venue: Venue) -> Phrase:
    """«Большой зал, до 320 человек»"""
    return N_("%(name)s, up to %(n)s person", "%(name)s, up to %(n)s people", n=venue.capacity, name=venue.name)
