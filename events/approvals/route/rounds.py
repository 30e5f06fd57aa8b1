"""From round to round: which visas stay valid, and when all of it will be over."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from events.approvals.route.selection import Plan, PlannedSlot, PlannedStage, SlotId
from events.approvals.vocabulary import SlotKind


@dataclass(frozen=True)
class Visa:
    """A positive decision, of the revision and round it was really given on, not those it was carried into (case 19)."""

    stage: str
    slot: str
    unit: int
    kind: SlotKind
    revision_no: int
    round_no: int
    review_id: int
    watches: frozenset[str]


def widened(plan: Plan, remarked: Mapping[tuple[str, int], frozenset[str]]) -> Plan:
    """The plan in which whoever remarked on a section in the round before watches it now (case 18); `remarked` is by (slot, unit)."""
    wider = (replace(stage, slots=tuple(_widened(slot, remarked) for slot in stage.slots)) for stage in plan.stages)
    return replace(plan, stages=tuple(wider))


def carry_over(
    plan: Plan,
    visas: Iterable[Visa],
    changed_since: Mapping[int, frozenset[str]],
    returned_by: Collection[tuple[str, int]],
    remarked: Mapping[tuple[str, int], frozenset[str]],
) -> dict[SlotId, Visa]:
    """The turns of the new round that need not be asked again, each with the visa that stays valid (cases 9, 18, 19).

    A slot takes the latest visa of the same unit, kind and slot key, whatever its stage or route. It stays valid when the slot watches
    nothing new and nothing watched has changed since that revision (`changed_since`: revision no -> sections; a revision missing
    there cannot be compared and carries nothing). `returned_by` and `remarked` are of the round before, by (slot, unit); who returned
    decides anew.
    """
    latest: dict[tuple[str, int, SlotKind], Visa] = {}
    for visa in sorted(visas, key=lambda visa: (visa.round_no, visa.revision_no, visa.review_id)):
        latest[visa.slot, visa.unit, visa.kind] = visa
    carried: dict[SlotId, Visa] = {}
    for stage in plan.stages:
        for slot in stage.slots:
            held = latest.get((slot.key, slot.unit, slot.kind))
            returned = any((key, slot.unit) in returned_by for key in slot.keys)
            if held is not None and not returned and _stays_valid(held, slot, changed_since, remarked):
                carried[stage.key, slot.key, slot.unit] = held
    return carried


def _stays_valid(
    visa: Visa, slot: PlannedSlot, changed_since: Mapping[int, frozenset[str]], remarked: Mapping[tuple[str, int], frozenset[str]]
) -> bool:
    if visa.revision_no not in changed_since:
        return False
    watched = _widened(slot, remarked).watches
    seen = visa.watches | _remarked(slot, remarked)
    return watched <= seen and not watched & changed_since[visa.revision_no]


def _widened(slot: PlannedSlot, remarked: Mapping[tuple[str, int], frozenset[str]]) -> PlannedSlot:
    return replace(slot, watches=slot.watches | _remarked(slot, remarked))


def _remarked(slot: PlannedSlot, remarked: Mapping[tuple[str, int], frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*(remarked.get((key, slot.unit), frozenset()) for key in slot.keys))


@dataclass(frozen=True)
class Forecast:
    """When the round is over if every stage uses its whole SLA; per stage key the moments it opens and is due."""

    finish: datetime
    stages: tuple[tuple[str, datetime, datetime], ...]


def forecast(plan: Plan, carried: Collection[SlotId], start: datetime, due: Callable[[int, datetime, int], datetime]) -> Forecast:
    """The expected end; `due(unit, opened, hours)` counts in that unit's working hours. A stage passed at once takes no time."""
    moment, stages = start, []
    for stage in plan.stages:
        opens = moment
        moment = max((due(slot.unit, opens, slot.sla_hours or 0) for slot in _taking_time(stage, carried)), default=opens)
        stages.append((stage.key, opens, moment))
    return Forecast(moment, tuple(stages))


def _taking_time(stage: PlannedStage, carried: Collection[SlotId]) -> list[PlannedSlot]:
    """The slots a stage waits for: gates not carried, unless enough are; consultations where there is no gate."""
    gates = stage.ids(SlotKind.GATE)
    kept = sum(gate in carried for gate in gates)
    if gates and kept >= stage.rule.needed(len(gates)):
        return []
    kind = SlotKind.GATE if gates else SlotKind.CONSULT
    return [slot for slot in stage.slots if slot.kind is kind and (stage.key, slot.key, slot.unit) not in carried]
