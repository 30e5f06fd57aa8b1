"""The plan of a route for one event: its stages with units and reasons, as stored with a round."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from events.approvals.conditions import Facts, explain, explain_absence
from events.approvals.reasons import Because, Reason
from events.approvals.route.definition import RouteDefinition, Rule, SlotDefinition, StageDefinition
from events.approvals.route.selection import min_lead_days
from events.approvals.vocabulary import SECTIONS, Relation, SlotKind, SlotRole
from events.foundation.document import DefinitionError
from events.foundation.text import N_, Name

SlotId = tuple[str, str, int]
"""Stage key, slot key, unit id: one slot within a round."""
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


@dataclass(frozen=True)
class PlannedSlot:
    """One unit's slot in a stage; `keys` are all slots merged into it, `key` the one it goes by (case 3)."""

    key: str
    unit: int
    relation: Relation | None
    """What the unit is to the event; None for a unit the route names."""
    role: SlotRole
    kind: SlotKind
    sla_hours: int | None
    watches: frozenset[str]
    reasons: tuple[Reason, ...]
    note: str
    keys: tuple[str, ...]
    confirms_booking: bool
    note_en: str = ""

    @property
    def noted(self) -> Name:
        """What the route says of the slot; empty where it says nothing."""
        return Name(self.note, self.note_en)


@dataclass(frozen=True)
class PlannedStage:
    """A stage with its slots; `skipped` says what is not required and why. Without slots it is passed at once (case 2)."""

    key: str
    title: str
    rule: Rule
    confirming: bool
    slots: tuple[PlannedSlot, ...]
    skipped: tuple[Reason, ...]
    title_en: str = ""

    @property
    def called(self) -> Name:
        """The stage by its title."""
        return Name(self.title, self.title_en)

    def ids(self, *kinds: SlotKind) -> tuple[SlotId, ...]:
        """The slots of these kinds, in order; of all kinds when none is named."""
        return tuple((self.key, slot.key, slot.unit) for slot in self.slots if not kinds or slot.kind in kinds)


@dataclass(frozen=True)
class Plan:
    """A round's way through the offices, stored with the round; days are working days."""

    route_key: str
    route_name: str
    reasons: tuple[Reason, ...]
    stages: tuple[PlannedStage, ...]
    target_working_days: int
    min_lead_days: int
    route_name_en: str = ""

    @property
    def can_be_submitted(self) -> bool:
        """Whether someone confirms at the end (case 2)."""
        return any(stage.confirming and stage.ids(SlotKind.GATE) for stage in self.stages)

    def stage(self, key: str) -> PlannedStage:
        """The stage of that key; KeyError if the plan has none."""
        return {stage.key: stage for stage in self.stages}[key]

    def slot(self, slot_id: SlotId) -> PlannedSlot:
        """The slot; KeyError if the plan has none."""
        stage, key, unit = slot_id
        return {(slot.key, slot.unit): slot for slot in self.stage(stage).slots}[key, unit]

    @property
    def lead_gates(self) -> tuple[SlotId, ...]:
        """The gates by which the lead unit answers for its own request: those of the first stage that has any (cases 6, 35)."""
        for stage in self.stages:
            found = tuple(
                (stage.key, slot.key, slot.unit) for slot in stage.slots if slot.kind is SlotKind.GATE and slot.relation is Relation.LEAD
            )
            if found:
                return found
        return ()

    @staticmethod
    def slot_from_plain(plain: Mapping[str, Any], slot_id: SlotId) -> PlannedSlot:
        """One slot of what `to_plain` wrote, without reading the rest of it: a list asks for one slot of many plans."""
        key, slot, unit = slot_id
        stage = next(one for one in plain["stages"] if one["key"] == key)
        return _slot_from_plain(next(one for one in stage["slots"] if (one["key"], one["unit"]) == (slot, unit)))

    def to_plain(self) -> dict[str, Any]:
        """What JSON can hold; `from_plain` gives the same plan back."""
        plain = asdict(replace(self, reasons=(), stages=()))
        plain["reasons"] = [reason.to_plain() for reason in self.reasons]
        plain["stages"] = [_stage_to_plain(stage) for stage in self.stages]
        return plain

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Plan":
        """The plan that `to_plain` wrote."""
        reasons = tuple(Reason.from_plain(one) for one in plain["reasons"])
        stages = tuple(_stage_from_plain(stage) for stage in plain["stages"])
        return cls(**{**plain, "reasons": reasons, "stages": stages})


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
        raise DefinitionError(path, N_("there is no unit “%(unit)s”", unit=slot.unit))
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


def _stage_to_plain(stage: PlannedStage) -> dict[str, Any]:
    return {
        "key": stage.key,
        "title": stage.title,
        "title_en": stage.title_en,
        "rule": stage.rule.to_plain(),
        "confirming": stage.confirming,
        "slots": [_slot_to_plain(slot) for slot in stage.slots],
        "skipped": [reason.to_plain() for reason in stage.skipped],
    }


def _stage_from_plain(plain: Mapping[str, Any]) -> PlannedStage:
    slots = tuple(_slot_from_plain(slot) for slot in plain["slots"])
    skipped = tuple(Reason.from_plain(one) for one in plain["skipped"])
    return PlannedStage(**{**plain, "rule": Rule.parse(plain["rule"]), "slots": slots, "skipped": skipped})


def _slot_to_plain(slot: PlannedSlot) -> dict[str, Any]:
    return {
        **{name: getattr(slot, name) for name in ("key", "unit", "sla_hours", "note", "note_en", "confirms_booking")},
        "relation": slot.relation.value if slot.relation else None,
        "role": slot.role.value,
        "kind": slot.kind.value,
        "watches": [section for section in SECTIONS if section in slot.watches],
        "reasons": [reason.to_plain() for reason in slot.reasons],
        "keys": list(slot.keys),
    }


def _slot_from_plain(plain: Mapping[str, Any]) -> PlannedSlot:
    typed = {
        "relation": Relation(plain["relation"]) if plain["relation"] else None,
        "role": SlotRole(plain["role"]),
        "kind": SlotKind(plain["kind"]),
        "watches": frozenset(plain["watches"]),
        "reasons": tuple(Reason.from_plain(one) for one in plain["reasons"]),
        "keys": tuple(plain["keys"]),
    }
    return PlannedSlot(**{**plain, **typed})
