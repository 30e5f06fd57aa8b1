"""What happens next in a round, given the reviews as they stand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from events.approvals.route.planned import Plan, PlannedStage, SlotId
from events.approvals.vocabulary import UNDECIDED, Outcome, ReviewState, SlotKind, StageState, Verdict


@dataclass(frozen=True)
class ReviewFact:
    """A review of the round as it stands; `due` is a UTC moment, set once it is open, never for an inform."""

    id: int
    stage: str
    slot: str
    unit: int
    kind: SlotKind
    state: ReviewState
    verdict: Verdict | None = None
    due: datetime | None = None

    @property
    def slot_id(self) -> SlotId:
        """The review it fills."""
        return (self.stage, self.slot, self.unit)

    @property
    def is_undecided(self) -> bool:
        """Whether an answer may still come."""
        return self.state in UNDECIDED

    @property
    def is_agreement(self) -> bool:
        """Whether it lets its stage pass."""
        if self.state is ReviewState.DECIDED:
            return self.verdict is not None and self.verdict.positive
        return self.state is ReviewState.CARRIED

    @property
    def is_return(self) -> bool:
        """Whether it sends the request back."""
        return self.state is ReviewState.DECIDED and self.verdict is Verdict.RETURN


@dataclass(frozen=True)
class Progress:
    """What has to happen now; once it has, asking again asks for nothing more.

    `to_revoke` are reviews «не потребовалось», `to_lapse` consultations «мнение не поступило».
    """

    open_stage: str | None = None
    to_open: tuple[SlotId, ...] = ()
    to_revoke: tuple[int, ...] = ()
    to_lapse: tuple[int, ...] = ()
    outcome: Outcome | None = None
    states: Mapping[str, StageState] = field(default_factory=dict)

    @property
    def is_idle(self) -> bool:
        """Whether nothing has to happen: the open stage goes on waiting."""
        return self.outcome is None and not (self.to_open or self.to_revoke or self.to_lapse)


def progress(plan: Plan, reviews: Sequence[ReviewFact], *, now: datetime, return_now: bool = False) -> Progress:
    """Which stage is open, whom to ask, whom to release, and the outcome.

    1. Stages go in order; one that needs nothing more is passed at once, so several may pass in one call.
    2. The first that cannot pass yet is open, or ends the round; what lies behind it waits.
    3. `return_now` is the coordinator's «Вернуть сейчас»: the return at hand is not made to wait for the other gates (case 12).

    Raises ValueError for a plan without a confirming gate, which nobody could ever approve.
    """
    if not plan.can_be_submitted:
        raise ValueError("a plan without a confirming gate has no outcome")
    by_slot = {review.slot_id: review for review in reviews}
    states = _stage_states(plan, by_slot, now, return_now=return_now)
    current = next((stage for stage in plan.stages if states[stage.key] not in (StageState.PASSED, StageState.NOT_REQUIRED)), None)
    if current is None:
        return _approved(plan, by_slot, states)
    if states[current.key] is StageState.OPEN:
        return _under_way(plan, current, by_slot, states)
    return _sent_back(current, by_slot, states)


def can_return_now(plan: Plan, reviews: Sequence[ReviewFact], *, now: datetime) -> bool:
    """Whether the coordinator may press «Вернуть сейчас»: a return exists and another gate is overdue (case 12)."""
    stage = progress(plan, reviews, now=now).open_stage
    gates = [review for review in reviews if review.stage == stage and review.kind is SlotKind.GATE]
    overdue = (gate for gate in gates if gate.state is ReviewState.OPEN and gate.due is not None and now > gate.due)
    return any(gate.is_return for gate in gates) and any(overdue)


def verdicts(kind: SlotKind, *, confirming: bool) -> tuple[Verdict, ...]:
    """What a review of this kind may decide; only a confirming gate may reject (case 13)."""
    if kind is SlotKind.CONSULT:
        return (Verdict.OPINION,)
    if kind is SlotKind.INFORM:
        return (Verdict.ACKNOWLEDGED,)
    usual = (Verdict.APPROVE, Verdict.APPROVE_WITH_REMARKS, Verdict.RETURN)
    return (*usual, Verdict.REJECT) if confirming else usual


def _stage_states(plan: Plan, by_slot: Mapping[SlotId, ReviewFact], now: datetime, *, return_now: bool) -> dict[str, StageState]:
    states: dict[str, StageState] = {}
    reached = True
    for stage in plan.stages:
        if not stage.slots:
            states[stage.key] = StageState.NOT_REQUIRED
        elif not reached:
            states[stage.key] = StageState.WAITING
        else:
            states[stage.key] = _stage_state(stage, by_slot, now, return_now=return_now)
            reached = states[stage.key] is StageState.PASSED
    return states


def _stage_state(stage: PlannedStage, by_slot: Mapping[SlotId, ReviewFact], now: datetime, *, return_now: bool) -> StageState:
    """How a stage stands whose turn has come.

    1. A rejection in a confirming stage ends it (case 13); enough agreements let it pass, carried ones count (case 11).
    2. It is lost when enough agreements can no longer come. Where every gate is needed, it then still waits for all of them, so that
       the author gets all remarks at once (case 12); where fewer are, the others are not required any more (case 11).
    3. Without gates it waits for consultations only until they are answered or due (case 15), and never for informs (case 16).
    """
    gates = stage.ids(SlotKind.GATE)
    if not gates:
        consults = stage.ids(SlotKind.CONSULT)
        return StageState.PASSED if all(_is_over(by_slot.get(consult), now) for consult in consults) else StageState.OPEN
    given = [by_slot[gate] for gate in gates if gate in by_slot]
    if stage.confirming and any(review.verdict is Verdict.REJECT and review.state is ReviewState.DECIDED for review in given):
        return StageState.REJECTED
    needed = stage.rule.needed(len(gates))
    agreements = sum(review.is_agreement for review in given)
    if agreements >= needed:
        return StageState.PASSED
    pending = len(gates) - len(given) + sum(review.is_undecided for review in given)
    lost = agreements + pending < needed
    waits_for_all = needed == len(gates) and pending > 0
    if (lost and not waits_for_all) or (return_now and any(review.is_return for review in given)):
        return StageState.RETURNED
    return StageState.OPEN


def _is_over(consult: ReviewFact | None, now: datetime) -> bool:
    """Whether nobody waits for this opinion any more; one not asked yet is still to come."""
    if consult is None or consult.state is ReviewState.WAITING:
        return False
    return consult.state is not ReviewState.OPEN or (consult.due is not None and now >= consult.due)


def _under_way(plan: Plan, current: PlannedStage, by_slot: Mapping[SlotId, ReviewFact], states: dict[str, StageState]) -> Progress:
    """Ask everyone whose turn has come; release the gates of passed stages. A confirming stage tells nobody yet (case 16)."""
    asked: list[SlotId] = []
    released: list[int] = []
    for stage in plan.stages[: plan.stages.index(current) + 1]:
        told = () if stage.confirming else (SlotKind.INFORM,)
        deciding = (SlotKind.GATE,) if stage is current else ()
        asked += _not_asked(stage.ids(SlotKind.CONSULT, *told, *deciding), by_slot)
        released += [] if stage is current else _undecided(stage.ids(SlotKind.GATE), by_slot, *UNDECIDED)
    return Progress(current.key, tuple(asked), tuple(released), states=states)


def _approved(plan: Plan, by_slot: Mapping[SlotId, ReviewFact], states: dict[str, StageState]) -> Progress:
    """Everyone who is to be told is told now; opinions that did not come are not awaited any more."""
    gates, consults, informs = ([slot for stage in plan.stages for slot in stage.ids(kind)] for kind in SlotKind)
    return Progress(
        to_open=_not_asked(informs, by_slot),
        to_revoke=(*_undecided(gates, by_slot, *UNDECIDED), *_undecided(consults, by_slot, ReviewState.WAITING)),
        to_lapse=_undecided(consults, by_slot, ReviewState.OPEN),
        outcome=Outcome.APPROVED,
        states=states,
    )


def _sent_back(current: PlannedStage, by_slot: Mapping[SlotId, ReviewFact], states: dict[str, StageState]) -> Progress:
    """The round is over: what is open or waiting is not required, an opinion that was asked for did not come."""
    lapsing = [review.id for review in by_slot.values() if review.kind is SlotKind.CONSULT and review.state is ReviewState.OPEN]
    return Progress(
        to_revoke=tuple(review.id for review in by_slot.values() if review.is_undecided and review.id not in lapsing),
        to_lapse=tuple(lapsing),
        outcome=Outcome(states[current.key].value),
        states=states,
    )


def _not_asked(slots: Iterable[SlotId], by_slot: Mapping[SlotId, ReviewFact]) -> tuple[SlotId, ...]:
    return tuple(slot for slot in slots if slot not in by_slot or by_slot[slot].state is ReviewState.WAITING)


def _undecided(slots: Iterable[SlotId], by_slot: Mapping[SlotId, ReviewFact], *states: ReviewState) -> tuple[int, ...]:
    return tuple(by_slot[slot].id for slot in slots if slot in by_slot and by_slot[slot].state in states)
