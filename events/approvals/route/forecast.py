"""When a round will be over."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime

from events.approvals.route.planned import Plan, PlannedSlot, PlannedStage, SlotId
from events.approvals.vocabulary import SlotKind


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


def remaining(
    plan: Plan, open_stage: str, agreed: Collection[SlotId], now: datetime, due: Callable[[int, datetime, int], datetime]
) -> datetime:
    """The expected end of a round whose `open_stage` has just opened; `agreed` are the slots that will not be asked (case 31)."""
    places = [stage.key for stage in plan.stages]
    return forecast(replace(plan, stages=plan.stages[places.index(open_stage) :]), agreed, now, due).finish


def _taking_time(stage: PlannedStage, carried: Collection[SlotId]) -> list[PlannedSlot]:
    """The slots a stage waits for: gates not carried, unless enough are; consultations where there is no gate."""
    gates = stage.ids(SlotKind.GATE)
    kept = sum(gate in carried for gate in gates)
    if gates and kept >= stage.rule.needed(len(gates)):
        return []
    kind = SlotKind.GATE if gates else SlotKind.CONSULT
    return [slot for slot in stage.slots if slot.kind is kind and (stage.key, slot.key, slot.unit) not in carried]
