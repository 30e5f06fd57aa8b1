"""A draft as its form's page needs it: what is stored, and what can be chosen from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask_login import current_user

from events.district import queries as district
from events.foundation import standing
from events.foundation.names import alphabetical
from events.foundation.text import N_, Phrase
from events.people import queries as people
from events.people.vocabulary import UnitKind
from events.requests import applying, operations, queries
from events.requests.fields import Content
from events.requests.models import EventRequest, Revision
from events.requests.vocabulary import RevisionState
from events.venues import queries as venues
from events.venues.models import Venue
from events.venues.vocabulary import VenueKind
from forms.requests import RequestForm, with_venue_facts
from presenters.directories import names_by_code
from presenters.field_labels import choice_words
from presenters.field_values import Offered as Named
from presenters.language import language
from presenters.phrases import say

Pairs = Sequence[tuple[Any, str]]


@dataclass(frozen=True, slots=True)
class VenueFacts:
    """What a chosen venue says of the event."""

    outdoor: bool
    accessibility: str


@dataclass(frozen=True)
class Offered:
    """What the form of a request offers, in the reader's language; each list is gathered when a field asks for it. `content` is what is
    stored: what stands in it is offered though it is in use no more, saving must not lose it."""

    content: Content
    lead_unit_id: int
    minutes: int | None

    @cached_property
    def directions(self) -> Pairs:
        """By code."""
        kept = {self.content.direction, *self.content.extra_directions}
        return list(names_by_code(one for one in district.directions() if one.active or one.code in kept).items())

    @cached_property
    def event_types(self) -> Pairs:
        """By code."""
        kept = self.content.event_type
        return list(names_by_code(one for one in district.event_types() if one.active or one.code == kept).items())

    @cached_property
    def places(self) -> Sequence[Venue]:
        """Every venue in use, and those that stand in the draft."""
        in_use = venues.venues()
        known = {one.id for one in in_use}
        return [*in_use, *venues.venues_by_id(key for key in self.content.venue_ids if key not in known).values()]

    @cached_property
    def venues(self) -> Mapping[str, Pairs]:
        """Venues by their owners."""
        if self.places == venues.venues():
            return standing.kept(("venues by owner", language()), lambda: _by_owner(self.places))
        return _by_owner(self.places)

    @cached_property
    def units(self) -> Pairs:
        """Institutions that may take part, and those that do."""
        kept = {one.unit_id for one in self.content.co_organizers}
        mine = self.lead_unit_id
        others = [one for one in people.units(kept) if one.id in kept or (one.kind is not UnitKind.OUTSIDE and one.id != mine)]
        return [(unit.id, say(unit.called)) for unit in others]

    @cached_property
    def people(self) -> Pairs:
        """Who may be in charge: the institution's people, and the reader."""
        found = {one.id: one for one in people.people_of(self.lead_unit_id)}
        every = {current_user.id: current_user, **found}.values()
        return [(one.id, f"{one.full_name}, {one.position}" if one.position else one.full_name) for one in every]


@dataclass(frozen=True)
class Draft:
    """A request in the hands of its author: `content` and `versions` as stored when the page was asked for."""

    event_request: EventRequest
    revision: Revision

    @cached_property
    def content(self) -> Content:
        """What is stored."""
        return self.revision.written()

    @cached_property
    def left_out(self) -> frozenset[str]:
        """The fields whose answers do not apply beside the others: a submission drops them."""
        return applying.left_out(self.content, self.on_the_net)

    @cached_property
    def on_the_net(self) -> Sequence[int]:
        """Venues at which an online event may be held."""
        return [one.id for one in self.choices.places if one.is_on_the_net]

    @property
    def versions(self) -> Mapping[str, int]:
        """The version of each section."""
        return self.revision.section_versions

    @cached_property
    def venues(self) -> Sequence[Venue]:
        """Every venue in use."""
        return venues.venues()

    @cached_property
    def choices(self) -> Offered:
        """What the form offers, in the reader's language."""
        request = self.event_request
        return Offered(self.content, request.lead_unit_id, request.usual_minutes)

    @property
    def offered(self) -> Named:
        """What the form's choices are called, by field and value."""
        choices = self.choices
        return {
            "direction": dict(choices.directions),
            "extra_directions": dict(choices.directions),
            "event_type": dict(choices.event_types),
            "venue_id": {key: name for rows in (choices.venues or {}).values() for key, name in rows},
            "co_organizers": dict(choices.units),
            "responsible_id": dict(choices.people),
            **choice_words(),
        }

    def form(self) -> RequestForm:
        """The form over what is stored, with what was posted."""
        return RequestForm(self.content, self.versions, self.choices)


def open_draft(request_id: int) -> Draft | None:
    """The draft for whom may write in it; None when it is under review or closed. NotYours for its readers, NotFound for others."""
    event_request = queries.visible(request_id, current_user)
    queries.refuse_reader(current_user, event_request)
    revision = queries.working(event_request)
    if revision is None or revision.state is not RevisionState.DRAFT:
        return None
    return Draft(event_request, operations.editable(event_request, current_user))


def closed_draft(request_id: int) -> Draft:
    """The request as it stands, for whom may write it though not now. NotYours for its readers, NotFound for others."""
    event_request = queries.visible(request_id, current_user)
    queries.refuse_reader(current_user, event_request)
    return Draft(event_request, queries.shown(event_request))


def facts_of(every: Iterable[Venue]) -> dict[int, VenueFacts]:
    """What the form fills in when a venue is chosen, by the venue's id."""
    return {one.id: VenueFacts(one.kind is VenueKind.OUTDOOR, one.ways_in) for one in every}


def with_facts_of_venue(content: Content) -> Content:
    """The content with its venue's facts where nothing else has been said."""
    found = venues.venues_by_id([content.venue_id] if content.venue_id else [])
    for venue in found.values():
        return with_venue_facts(content, outdoor=venue.kind is VenueKind.OUTDOOR, accessibility=venue.ways_in)
    return content


def _by_owner(places: Sequence[Venue]) -> Mapping[str, Pairs]:
    """Venues by what their owners are called, in the order of their names."""
    grouped: dict[str, list[tuple[int, str]]] = {}
    owners = {one.owner_id: say(one.owner.called) for one in places}
    for venue in sorted(places, key=lambda one: alphabetical(owners[one.owner_id])):
        grouped.setdefault(owners[venue.owner_id], []).append((venue.id, say(_venue_words(venue))))
    return grouped


def _venue_words(venue: Venue) -> Phrase:
    """«Большой зал, до 320 человек»"""
    return N_("%(name)s, up to %(n)s person", "%(name)s, up to %(n)s people", n=venue.capacity, name=venue.name)
