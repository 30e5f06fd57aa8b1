"""From round to round: which agreements stay valid for a new revision."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from events.approvals.route.planned import Plan, PlannedSlot, SlotId
from events.approvals.vocabulary import SlotKind


@dataclass(frozen=True)
class Agreement:
    """A positive decision, of the revision and round it was really given on, not those it was carried into (case 19)."""

    stage: str
    slot: str
    unit: int
    kind: SlotKind
    revision_no: int
    round_no: int
    review_id: int
    watches: frozenset[str]
    position: int
    """Of its stage in that round: stages run in order, so it tells what came before what, whatever a clock says."""


def widened(plan: Plan, remarked: Mapping[tuple[str, int], frozenset[str]]) -> Plan:
    """The plan in which whoever remarked on a section in the round before watches it now (case 18); `remarked` is by (slot, unit)."""
    wider = (replace(stage, slots=tuple(_widened(slot, remarked) for slot in stage.slots)) for stage in plan.stages)
    return replace(plan, stages=tuple(wider))


def carry_over(
    plan: Plan,
    agreements: Iterable[Agreement],
    changed_since: Mapping[int, frozenset[str]],
    last_returns: Mapping[int, tuple[int, int]],
    remarked: Mapping[tuple[str, int], frozenset[str]],
) -> dict[SlotId, Agreement]:
    """The reviews of the new round that need not be asked again, each with the agreement that stays valid (cases 9, 18, 19).

    A slot takes the latest agreement of the same unit, kind and slot key, whatever its stage or route. It stays valid when the slot watches
    nothing new and nothing watched has changed since that revision (`changed_since`: revision no -> sections; a revision missing
    there cannot be compared and carries nothing). `last_returns` says in which round and at which place of its plan each unit last
    returned or rejected the request: what it agreed to before that is agreed no more. `remarked` is of the round before, by (slot, unit).
    """
    latest: dict[tuple[str, int, SlotKind], Agreement] = {}
    for agreement in sorted(agreements, key=lambda agreement: (agreement.round_no, agreement.revision_no, agreement.review_id)):
        latest[agreement.slot, agreement.unit, agreement.kind] = agreement
    carried: dict[SlotId, Agreement] = {}
    for stage in plan.stages:
        for slot in stage.slots:
            held = latest.get((slot.key, slot.unit, slot.kind))
            if held is not None and not _taken_back(held, last_returns) and _stays_valid(held, slot, changed_since, remarked):
                carried[stage.key, slot.key, slot.unit] = held
    return carried


def _taken_back(agreement: Agreement, last_returns: Mapping[int, tuple[int, int]]) -> bool:
    """Whether its unit has returned the request since."""
    returned = last_returns.get(agreement.unit)
    return returned is not None and (agreement.round_no, agreement.position) <= returned


def _stays_valid(
    agreement: Agreement, slot: PlannedSlot, changed_since: Mapping[int, frozenset[str]], remarked: Mapping[tuple[str, int], frozenset[str]]
) -> bool:
    if agreement.revision_no not in changed_since:
        return False
    watched = _widened(slot, remarked).watches
    seen = agreement.watches | _remarked(slot, remarked)
    return watched <= seen and not watched & changed_since[agreement.revision_no]


def _widened(slot: PlannedSlot, remarked: Mapping[tuple[str, int], frozenset[str]]) -> PlannedSlot:
    return replace(slot, watches=slot.watches | _remarked(slot, remarked))


def _remarked(slot: PlannedSlot, remarked: Mapping[tuple[str, int], frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*(remarked.get((key, slot.unit), frozenset()) for key in slot.keys))
