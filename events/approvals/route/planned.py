"""A plan: the stages of a route for one event with units and reasons, and how it is stored with its round."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from events.approvals.reasons import Reason
from events.approvals.route.definition import Rule
from events.approvals.vocabulary import SECTIONS, Relation, SlotKind, SlotRole
from events.foundation.text import Name

SlotId = tuple[str, str, int]
"""Stage key, slot key, unit id: one slot within a round."""


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
