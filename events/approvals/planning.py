"""What way a request would go: the plan its facts give, its forecast, and what stands against it.

The form shows it before submission and submission rests on the same answer. Writes nothing.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from events.approvals import queries, route
from events.approvals.facts import facts
from events.approvals.findings import around_of
from events.approvals.route import Agreement, Forecast, Plan, Reason, SlotId
from events.approvals.vocabulary import SlotKind
from events.district.rules import Rules
from events.foundation.errors import Refused
from events.foundation.text import N_, Name, Phrase
from events.people.models import Unit
from events.people.queries import Offices
from events.requests import queries as requests
from events.requests import rules
from events.requests.applying import applied
from events.requests.bookings import Clash, clashes, venue_needs
from events.requests.fields import Content
from events.requests.models import EventRequest
from events.requests.rules import Around, Finding
from events.requests.sections import SECTION_OF, changed_sections
from events.requests.vocabulary import RevisionState
from events.venues import queries as venue_queries
from events.venues.lifecycle import Wanted
from events.venues.models import Venue
from events.worktime import hours


@dataclass(frozen=True)
class PreviewSlot:
    """One review of the plan as the author sees it before submitting."""

    unit: Unit
    kind: SlotKind
    reasons: tuple[Reason, ...]
    carried: bool
    carried_round: int | None
    orphaned: bool


@dataclass(frozen=True)
class PreviewStage:
    """One stage: its reviews, or what is not required; the moment it is due (UTC)."""

    called: Name
    slots: tuple[PreviewSlot, ...]
    skipped: tuple[Reason, ...]
    due: datetime


@dataclass(frozen=True)
class Hindrances:
    """What keeps a request from being submitted: findings at its fields, taken venues, `unanswered` remarks, a way it cannot go."""

    problems: tuple[Finding, ...]
    clashes: tuple[Clash, ...]
    unanswered: int
    refusal: Phrase | None


@dataclass(frozen=True)
class Preview:
    """Which way a request would go if submitted now, and what stands against it."""

    request_id: int
    content: Content
    around: Around
    plan: Plan | None = None
    reasons: tuple[Reason, ...] = ()
    stages: tuple[PreviewStage, ...] = ()
    finish: datetime | None = None
    last_moment: datetime | None = None
    late: bool = False
    clashes: tuple[Clash, ...] = ()
    warnings: tuple[Phrase, ...] = ()
    unknown_years: Phrase | None = None
    refusal: Phrase | None = None
    carried: Mapping[SlotId, Agreement] = field(default_factory=dict)
    pinned: tuple[int, ...] = ()
    forecast: Forecast | None = None
    wanted: tuple[Wanted, ...] = ()

    @cached_property
    def hindrances(self) -> Hindrances:
        """Everything that stands against the submission, the same for the page that asks and for the operation that refuses."""
        return Hindrances(self.problems, self.clashes, queries.unanswered(self.request_id, blocking=True), self.refusal)

    @cached_property
    def problems(self) -> tuple[Finding, ...]:
        """What its fields still need."""
        return rules.problems(self.content, self.around)

    @cached_property
    def advice(self) -> tuple[Finding, ...]:
        """What the author should look at again; none of it stops the submission."""
        return rules.warnings(self.content, self.around)


class Hindered(Refused):
    """A submission refused for what stands against it; `ahead` is the preview that found it, so that the page need not look again."""

    def __init__(self, phrase: Phrase, fields: Mapping[str, Phrase], ahead: Preview) -> None:
        super().__init__(phrase, dict(fields))
        self.ahead = ahead


def preview(event_request: EventRequest, content: Content, now: datetime, *, amendment: bool | None = None) -> Preview:
    """The plan of this content, its forecast, clashes and warnings, from the answers that apply. Writes nothing; submission rests on it."""
    is_amendment = requests.is_amendment(event_request) if amendment is None else amendment
    offices, named = Offices(), venue_queries.venues_by_id(content.venue_ids)
    content = applied(content, [key for key, venue in named.items() if venue.is_on_the_net])
    venues = {key: named[key] for key in content.venue_ids if key in named}
    around = _around(event_request, venues, offices, now)
    versions = queries.pinned_versions(event_request, now, amendment=is_amendment)
    known = facts(content, venues, offices.calendar, around)
    try:
        chosen = route.select([queries.parsed(wording) for wording in versions.values()], known)
        plan = route.plan(chosen.route, known, _units(event_request, content, venues, offices), reasons=chosen.reasons)
    except route.NoRoute:
        refusal = N_("No route fits this request. Ask the coordinator of the youth policy department to add one.")
        return Preview(event_request.id, content, around, refusal=refusal)
    except route.DefinitionError as broken:
        refusal = N_("The approval route cannot be used (%(fault)s). Ask the coordinator to mend it.", fault=broken.phrase)
        return Preview(event_request.id, content, around, refusal=refusal)
    return _preview_of(event_request, content, plan, around, offices, venues, tuple(versions), is_amendment)


def _preview_of(
    event_request: EventRequest,
    content: Content,
    plan: Plan,
    around: Around,
    offices: Offices,
    venues: Mapping[int, Venue],
    pinned: tuple[int, ...],
    amendment: bool,
) -> Preview:
    now = around.now
    dropped = requests.dropped(event_request)
    remarked = queries.remarked_sections(event_request.id, dropped) if event_request.submitted_at else {}  # no round comes before it
    plan = route.widened(plan, remarked)
    carried = _carried(event_request, content, plan, remarked, amendment, around.rules, dropped)
    ahead = route.forecast(plan, carried, now, offices.due)
    first = None if amendment else content.first_start
    last = offices.district.last_moment_before(first, plan.min_lead_days) if first else None
    around = replace(around, last_moment=last)
    stages = _stages(event_request.id, plan, carried, ahead, offices)
    wanted = venue_needs(content, venues, off=requests.called_off(event_request, content))
    return Preview(
        request_id=event_request.id,
        content=content,
        around=around,
        plan=plan,
        reasons=plan.reasons,
        stages=stages,
        finish=ahead.finish,
        last_moment=last,
        late=around.late,
        clashes=clashes(event_request.id, wanted, venues, now),
        warnings=_orphan_warnings(stages),
        unknown_years=hours.warning(offices.district.unknown_years(now, max(ahead.finish, last or now))),
        refusal=None if plan.can_be_submitted else N_("The route has no confirming stage. Ask the coordinator to mend it."),
        carried=carried,
        pinned=pinned,
        forecast=ahead,
        wanted=wanted,
    )


def _around(event_request: EventRequest, venues: Mapping[int, Venue], offices: Offices, now: datetime) -> Around:
    """What the pure rules need to know."""
    in_force = requests.in_force(event_request)
    approved = {one.key: one.starts_at for one in in_force.occurrences} if in_force else {}
    return around_of(event_request.lead_unit_id, venues, offices, now, approved=approved, handed_in=event_request.submitted_at)


def _units(event_request: EventRequest, content: Content, venues: Mapping[int, Venue], offices: Offices) -> route.Units:
    """Who is concerned, by unit id."""
    return route.Units(
        lead=event_request.lead_unit_id,
        co_organizers=tuple(dict.fromkeys(one.unit_id for one in content.co_organizers)),
        venue_owners=tuple(dict.fromkeys(venues[key].owner_id for key in content.venue_ids if key in venues)),
        curators={unit.id: unit.curator_id for unit in offices.units.values()},
        named={unit.key: unit.id for unit in offices.units.values()},
    )


def _carried(
    event_request: EventRequest,
    content: Content,
    plan: Plan,
    remarked: Mapping[tuple[str, int], frozenset[str]],
    amendment: bool,
    district_rules: Rules,
    dropped: Collection[int],
) -> Mapping[SlotId, Agreement]:
    """Agreements that stay valid for this content (cases.md 9, 18, 19, 20, 35); none of those given on the revisions `dropped`."""
    if event_request.submitted_at is None:
        return {}
    changed = {
        revision.no: _changed(revision.content(), content, amendment, district_rules)
        for revision in event_request.revisions
        if revision.state is not RevisionState.DRAFT
    }
    given, returned = queries.agreements(event_request.id, dropped), queries.last_returns(event_request.id, dropped)
    carried = route.carry_over(plan, given, changed, returned, remarked)
    if amendment:
        return {slot: agreement for slot, agreement in carried.items() if slot not in plan.lead_gates}
    return carried


def _changed(before: Content, after: Content, amendment: bool, district_rules: Rules) -> frozenset[str]:
    """Sections that count as changed: all of them before approval, only material fields' after it."""
    if not amendment:
        return changed_sections(before, after)
    return frozenset(SECTION_OF[name].value for name in rules.material_change(before, after, district_rules))


def _stages(
    request_id: int | None, plan: Plan, carried: Mapping[SlotId, Agreement], ahead: Forecast, offices: Offices
) -> tuple[PreviewStage, ...]:
    """The plan with people's names on it."""
    able = queries.able_deciders(request_id, {slot.unit for stage in plan.stages for slot in stage.slots})
    shown = []
    for stage, (_, _, due) in zip(plan.stages, ahead.stages, strict=True):
        slots = []
        for slot in stage.slots:
            agreement = carried.get((stage.key, slot.key, slot.unit))
            alone = slot.kind is SlotKind.GATE and not agreement and not able[slot.unit, slot.role]
            slots.append(
                PreviewSlot(
                    offices.units[slot.unit], slot.kind, slot.reasons, bool(agreement), agreement.round_no if agreement else None, alone
                )
            )
        shown.append(PreviewStage(stage.called, tuple(slots), stage.skipped, due))
    return tuple(shown)


def _orphan_warnings(stages: Iterable[PreviewStage]) -> tuple[Phrase, ...]:
    """Units in which nobody can decide; the request may be submitted all the same (cases.md 8)."""
    return tuple(
        N_("“%(unit)s” has nobody who could decide. Their curator and the coordinator will be told.", unit=slot.unit.called)
        for stage in stages
        for slot in stage.slots
        if slot.orphaned
    )
