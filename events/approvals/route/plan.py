"""How a route becomes the plan of one event: who takes part in each stage, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from events.approvals.conditions import Facts, explain, explain_absence
from events.approvals.reasons import Because, Reason
from events.approvals.route.definition import RouteDefinition, SlotDefinition, StageDefinition
from events.approvals.route.planned import Plan, PlannedSlot, PlannedStage
from events.approvals.route.selection import min_lead_days
from events.approvals.vocabulary import Relation, SlotKind, SlotRole
from events.foundation.document import DefinitionError
from events.people.vocabulary import no_such_unit

_STRENGTH = {SlotKind.GATE: 0, SlotKind.CONSULT: 1, SlotKind.INFORM: 2}
_RELATED = {
    Relation.EACH_CO_ORGANIZER: Because.CO_ORGANIZER,
    Relation.EACH_VENUE_OWNER_OUTSIDE: Because.VENUE_OWNER,
    Relation.EACH_CURATOR: Because.CURATOR,
}
_NOBODY = {
    Relation.EACH_CO_ORGANIZER: Because.NO_CO_ORGANIZERS,
    Relation.EACH_VENUE_OWNER_OUTSIDE: Because.NO_FOREIGN_VENUE,
    Relation.EACH_CURATOR: Because.NO_CURATOR,
}
"""Why a relation found no unit; the lead is always there."""


@dataclass(frozen=True)
class Units:
    """Who is concerned by an event, by unit id; `named` resolves the unit keys a route speaks of."""

    lead: int
    co_organizers: tuple[int, ...]
    venue_owners: tuple[int, ...]
    curators: Mapping[int, int | None]
    named: Mapping[str, int]

    @property
    def participants(self) -> tuple[int, ...]:
        """The lead and its co-organizers, each once."""
        return tuple(dict.fromkeys((self.lead, *self.co_organizers)))

    def related(self, relation: Relation) -> tuple[int, ...]:
        """The distinct units standing in this relation to the event."""
        if relation is Relation.LEAD:
            return (self.lead,)
        if relation is Relation.EACH_CO_ORGANIZER:
            return self.participants[1:]
        if relation is Relation.EACH_VENUE_OWNER_OUTSIDE:
            return tuple(dict.fromkeys(unit for unit in self.venue_owners if unit not in self.participants))
        curators = (self.curators.get(unit) for unit in self.participants)
        return tuple(dict.fromkeys(unit for unit in curators if unit is not None))


def plan(route: RouteDefinition, facts: Facts, units: Units, *, reasons: tuple[Reason, ...] = ()) -> Plan:
    """The stages of the route for this event, with units and reasons; DefinitionError when a named unit no longer exists."""
    return Plan(
        route_key=route.key,
        route_name=route.name,
        reasons=reasons,
        stages=tuple(_planned_stage(route, stage, facts, units) for stage in route.stages),
        target_working_days=route.target_working_days,
        min_lead_days=min_lead_days(route, facts),
        route_name_en=route.name_en,
    )


def _planned_stage(route: RouteDefinition, stage: StageDefinition, facts: Facts, units: Units) -> PlannedStage:
    slots: list[PlannedSlot] = []
    skipped: list[Reason] = []
    for slot in stage.slots:
        taking = _taking_part(f"{route.key}/{stage.key}/{slot.key}", slot, units)
        if slot.when is not None and not slot.when.holds(facts):
            skipped.append(explain_absence(slot.when, facts))
        elif not taking:
            skipped.append(Reason(_NOBODY[slot.relation or Relation.LEAD]))
        else:
            slots += [_planned_slot(slot, unit, facts, units) for unit in taking]
    return PlannedStage(stage.key, stage.title, stage.rule, stage.confirming, _merged(slots), tuple(dict.fromkeys(skipped)), stage.title_en)


def _taking_part(path: str, slot: SlotDefinition, units: Units) -> tuple[int, ...]:
    if slot.relation is not None:
        return units.related(slot.relation)
    unit = units.named.get(slot.unit or "")
    if unit is None:
        raise DefinitionError(path, no_such_unit(slot.unit or ""))
    return (unit,)


def _planned_slot(slot: SlotDefinition, unit: int, facts: Facts, units: Units) -> PlannedSlot:
    """One slot; a co-organizer who owns the venue confirms the booking too (case 4)."""
    owner = slot.relation is Relation.EACH_VENUE_OWNER_OUTSIDE
    organizer_and_owner = slot.relation is Relation.EACH_CO_ORGANIZER and unit in units.venue_owners
    return PlannedSlot(
        key=slot.key,
        unit=unit,
        relation=slot.relation,
        role=slot.role,
        kind=slot.kind,
        sla_hours=slot.sla_hours,
        watches=slot.watches | {"venue"} if organizer_and_owner else slot.watches,
        reasons=_reasons(slot, facts, organizer_and_owner=organizer_and_owner),
        note=slot.note,
        keys=(slot.key,),
        confirms_booking=owner or organizer_and_owner,
        note_en=slot.note_en,
    )


def _reasons(slot: SlotDefinition, facts: Facts, *, organizer_and_owner: bool) -> tuple[Reason, ...]:
    """The relation to the event, then the condition that holds."""
    if slot.relation is None or slot.relation is Relation.LEAD:
        return explain(slot.when, facts)
    related = Because.CO_ORGANIZER_AND_OWNER if organizer_and_owner else _RELATED[slot.relation]
    return (Reason(related), *(explain(slot.when, facts) if slot.when else ()))


def _merged(slots: list[PlannedSlot]) -> tuple[PlannedSlot, ...]:
    """One slot per unit, standing where the unit's first one stood (case 3)."""
    by_unit: dict[int, list[PlannedSlot]] = {}
    for slot in slots:
        by_unit.setdefault(slot.unit, []).append(slot)
    return tuple(_merge(same) for same in by_unit.values())


def _merge(same: list[PlannedSlot]) -> PlannedSlot:
    """The strongest kind, its key, everything watched, the longest SLA; the head if any slot of that kind wants the head, the lead's
    if any of that kind is the lead's, so that its head's submission counts for it (case 6)."""
    strongest = min(same, key=lambda slot: _STRENGTH[slot.kind])
    heads = any(slot.role is SlotRole.HEAD for slot in same if slot.kind is strongest.kind)
    leads = any(slot.relation is Relation.LEAD for slot in same if slot.kind is strongest.kind)
    return replace(
        strongest,
        relation=Relation.LEAD if leads else strongest.relation,
        role=SlotRole.HEAD if heads else SlotRole.REVIEWER,
        sla_hours=max((slot.sla_hours for slot in same if slot.sla_hours is not None), default=None),
        watches=frozenset().union(*(slot.watches for slot in same)),
        reasons=tuple(dict.fromkeys(reason for slot in same for reason in slot.reasons)),
        note="; ".join(dict.fromkeys(slot.note for slot in same if slot.note)),
        note_en=_joined_english(same),
        keys=tuple(key for slot in same for key in slot.keys),
        confirms_booking=any(slot.confirms_booking for slot in same),
    )


def _joined_english(same: list[PlannedSlot]) -> str:
    """The notes in English; none where a note has no English text, lest a reader of English miss it."""
    noted = [slot for slot in same if slot.note]
    return "; ".join(dict.fromkeys(slot.note_en for slot in noted)) if all(slot.note_en for slot in noted) else ""
