"""I4: whole approvals played at random against a small reference office: stages in order, none skipped, one return per round.

The engine is asked anew after every act and sees only the reviews; the reference office remembers where it is and reacts to each act.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from events.approvals.route import (
    Agreement,
    Plan,
    PlannedSlot,
    PlannedStage,
    ReviewFact,
    Rule,
    SlotId,
    carry_over,
    progress,
    verdicts,
    widened,
)
from events.approvals.vocabulary import SECTIONS, Outcome, ReviewState, SlotKind, SlotRole, StageState, Verdict

START = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
SLA = timedelta(hours=8)
KINDS = st.sampled_from([SlotKind.GATE, SlotKind.GATE, SlotKind.GATE, SlotKind.CONSULT, SlotKind.INFORM])
RULES = st.sampled_from(["all", "all", "any", {"quorum": 2}, {"quorum": 9}]).map(Rule.parse)
SOME_SECTIONS = st.frozensets(st.sampled_from(SECTIONS), max_size=2)
WATCHED = st.frozensets(st.sampled_from(SECTIONS), min_size=1, max_size=4)

FINAL = "confirm"
EXAMPLES = int(os.environ.get("MARSHRUT_TESTS_EXAMPLES", "60"))


def stage(key: str, slots: Iterable[tuple[int, SlotKind, frozenset[str]]], rule_: Rule, *, confirming: bool) -> PlannedStage:
    """A stage whose slot s<n> belongs to unit n, so that a slot keeps its name wherever a later plan puts it."""
    slots = tuple(
        PlannedSlot(f"s{n}", n, None, SlotRole.HEAD, kind, None if kind is SlotKind.INFORM else 8, watches, (), "", (f"s{n}",), False)
        for n, kind, watches in slots
    )
    return PlannedStage(key, key, rule_, confirming, slots, ())


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Up to seven slots dealt into up to four stages, some of them empty, then a confirming stage with at least one gate."""
    slots = [(n, draw(KINDS), draw(WATCHED)) for n in range(1, draw(st.integers(0, 7)) + 1)]
    dealt = [draw(st.integers(0, 3)) for _ in slots]
    stages = [
        stage(f"stage{no}", [slot for slot, place in zip(slots, dealt, strict=True) if place == no], draw(RULES), confirming=False)
        for no in range(4)
    ]
    last = [(20, SlotKind.GATE, draw(WATCHED)), *((21 + no, draw(KINDS), draw(WATCHED)) for no in range(draw(st.integers(0, 2))))]
    return Plan("R", "Route", (), (*stages, stage(FINAL, last, draw(RULES), confirming=True)), 3, 5)


@dataclass
class ReferenceOffice:
    """One round kept by hand: the place it is at, and what has become of every slot."""

    stages: list[tuple[str, str, int, dict[SlotId, SlotKind]]]
    fate: dict[SlotId, str]
    asked: dict[SlotId, datetime] = field(default_factory=dict)
    fresh: set[SlotId] = field(default_factory=set)
    at: int = -1
    outcome: str | None = None

    def react(self, now: datetime) -> None:
        """Look after somebody's act; who is asked only within it and not needed by its end was never asked."""
        self.fresh.clear()
        self.look(now)

    def enter_next(self, now: datetime) -> None:
        self.at += 1
        if self.at == len(self.stages):
            return self.close("approved")
        for slot, kind in self.slots().items():
            if self.fate[slot] == "waiting" and not (kind is SlotKind.INFORM and self.stages[self.at][0] == FINAL):
                self.fate[slot], self.asked[slot] = "open", now
                self.fresh.add(slot)
        return self.look(now)

    def slots(self, kind: SlotKind | None = None) -> dict[SlotId, SlotKind]:
        return {slot: own for slot, own in self.stages[self.at][3].items() if kind in (None, own)}

    def look(self, now: datetime) -> None:
        if self.outcome:
            return None
        fates = [self.fate[slot] for slot in self.slots(SlotKind.GATE)]
        _, rule_, quorum, _ = self.stages[self.at]
        wanted = {"all": len(fates), "any": min(1, len(fates)), "quorum": min(quorum, len(fates))}[rule_]
        if "reject" in fates:
            return self.close("rejected")
        if not fates:
            consults = self.slots(SlotKind.CONSULT)
            busy = [slot for slot in consults if self.fate[slot] == "open" and now < self.asked[slot] + SLA]
            return None if busy else self.enter_next(now)
        if fates.count("yes") + fates.count("carried") >= wanted:
            for slot in self.slots(SlotKind.GATE):
                self.fate[slot] = "revoked" if self.fate[slot] == "open" else self.fate[slot]
            return self.enter_next(now)
        can_still_pass = len(fates) - fates.count("return") >= wanted
        if can_still_pass or (wanted == len(fates) and "open" in fates):
            return None
        return self.close("returned")

    def close(self, outcome: str) -> None:
        self.outcome = outcome
        for slot, kind in ((slot, kind) for *_, slots in self.stages for slot, kind in slots.items()):
            if self.fate[slot] == "open" and kind is SlotKind.CONSULT and slot not in self.fresh:
                self.fate[slot] = "lapsed"
            elif kind is SlotKind.INFORM and outcome == "approved":
                self.fate[slot] = "open" if self.fate[slot] == "waiting" else self.fate[slot]
            elif self.fate[slot] in ("waiting", "open"):
                self.fate[slot] = "revoked"


FATE_OF = {
    Verdict.APPROVE: "yes",
    Verdict.APPROVE_WITH_REMARKS: "yes",
    Verdict.RETURN: "return",
    Verdict.REJECT: "reject",
    Verdict.OPINION: "said",
    Verdict.ACKNOWLEDGED: "said",
}


@dataclass(frozen=True)
class Given:
    """A positive decision as the reference remembers it."""

    slot: str
    unit: int
    kind: SlotKind
    revision: int
    watches: frozenset[str]
    forgotten: bool = False
    """Its unit has returned the request since."""


class Approval(RuleBasedStateMachine):
    """A request going through rounds; each act is done both ways and the two must agree."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.revisions: list[dict[str, int]] = []
        self.agreements: list[Agreement] = []
        self.given: list[Given] = []
        self.last_returns: dict[int, tuple[int, int]] = {}
        self.remarked: dict[tuple[str, int], frozenset[str]] = {}
        self.round_no = 0

    @initialize(plan=plans())
    def submit(self, plan: Plan) -> None:
        self.start_round(plan, dict.fromkeys(SECTIONS, 0))

    @precondition(lambda self: self.reference.outcome in ("returned", "approved"))
    @rule(plan=plans(), same_plan=st.booleans(), changed=SOME_SECTIONS)
    def resubmit_or_amend(self, plan: Plan, same_plan: bool, changed: frozenset[str]) -> None:
        """Two values per section, so that a section may come back to what it was."""
        content = {section: 1 - value if section in changed else value for section, value in self.revisions[-1].items()}
        self.start_round(self.plan if same_plan else plan, content)

    @precondition(lambda self: self.reference.outcome == "rejected")
    @rule(plan=plans())
    def submit_another_request(self, plan: Plan) -> None:
        """A rejection is the end; what follows is a new request without agreements."""
        self.revisions, self.agreements, self.given = [], [], []
        self.last_returns, self.remarked = {}, {}
        self.submit(plan)

    def start_round(self, plan: Plan, content: dict[str, int]) -> None:
        self.round_no += 1
        self.revisions.append(content)
        self.plan = widened(plan, self.remarked)
        then = {no: frozenset(name for name in SECTIONS if old[name] != content[name]) for no, old in enumerate(self.revisions, start=1)}
        carried = carry_over(plan, self.agreements, then, self.last_returns, self.remarked)
        assert carried == carry_over(self.plan, self.agreements, then, self.last_returns, self.remarked)
        assert set(carried) == {slot for slot in self.all_slots() if self.still_agrees(slot)}
        self.reviews = {}
        for number, slot in enumerate(self.all_slots(), start=self.round_no * 100):
            state = ReviewState.CARRIED if slot in carried else ReviewState.WAITING
            self.reviews[slot] = ReviewFact(number, *slot, self.plan.slot(slot).kind, state)
        self.reference = ReferenceOffice(
            [
                (each.key, each.rule.kind.value, each.rule.n, {slot: self.plan.slot(slot).kind for slot in each.ids()})
                for each in plan.stages
            ],
            {slot: "carried" if slot in carried else "waiting" for slot in self.all_slots()},
        )
        self.remarked = {}
        self.reference.enter_next(self.now)
        self.go_on()

    def still_agrees(self, slot: SlotId) -> bool:
        """The reference's answer to whether this review need not be asked again."""
        planned, who = self.plan.slot(slot), slot[1:]
        mine = [given for given in self.given if (given.slot, given.unit, given.kind) == (*who, planned.kind)]
        if not mine or mine[-1].forgotten:
            return False
        then, today = self.revisions[mine[-1].revision - 1], self.revisions[-1]
        known = mine[-1].watches | self.remarked.get(who, frozenset())
        return all(section in known and then[section] == today[section] for section in planned.watches)

    def place_of(self, slot: SlotId) -> int:
        """Where its stage stands in the plan."""
        return [each.key for each in self.plan.stages].index(slot[0])

    def all_slots(self) -> list[SlotId]:
        return [slot for each in self.plan.stages for slot in each.ids()]

    def go_on(self, *, return_now: bool = False) -> None:
        """Do what the engine asks, then see that it asks for nothing more."""
        step = progress(self.plan, list(self.reviews.values()), now=self.now, return_now=return_now)
        by_id = {review.id: slot for slot, review in self.reviews.items()}
        for slot in step.to_open:
            assert self.reviews[slot].state is ReviewState.WAITING
            self.reviews[slot] = replace(self.reviews[slot], state=ReviewState.OPEN, due=self.now + SLA)
        for ids, state in ((step.to_revoke, ReviewState.REVOKED), (step.to_lapse, ReviewState.LAPSED)):
            for number in ids:
                assert self.reviews[by_id[number]].is_undecided
                self.reviews[by_id[number]] = replace(self.reviews[by_id[number]], state=state)
        self.step = progress(self.plan, list(self.reviews.values()), now=self.now)
        assert (self.step.to_open, self.step.to_revoke, self.step.to_lapse) == ((), (), ())
        assert (self.step.outcome, self.step.open_stage, self.step.states) == (step.outcome, step.open_stage, step.states)

    def open_slots(self) -> list[SlotId]:
        return [slot for slot, review in self.reviews.items() if review.state is ReviewState.OPEN]

    @precondition(lambda self: self.reference.outcome is None and self.open_slots())
    @rule(data=st.data())
    def decide(self, data: Any) -> None:
        slot: SlotId = data.draw(st.sampled_from(self.open_slots()))
        kind = self.reviews[slot].kind
        verdict = data.draw(st.sampled_from(verdicts(kind, confirming=slot[0] == FINAL)))
        self.reviews[slot] = replace(self.reviews[slot], state=ReviewState.DECIDED, verdict=verdict)
        if verdict in (Verdict.RETURN, Verdict.APPROVE_WITH_REMARKS):
            self.remarked[slot[1:]] = data.draw(SOME_SECTIONS)
        if verdict is Verdict.RETURN:
            self.last_returns[slot[2]] = (self.round_no, self.place_of(slot))
            self.given = [replace(given, forgotten=given.forgotten or given.unit == slot[2]) for given in self.given]
        if verdict.positive:
            watches, revision = self.plan.slot(slot).watches, len(self.revisions)
            self.agreements.append(Agreement(*slot, kind, revision, self.round_no, self.reviews[slot].id, watches, self.place_of(slot)))
            self.given.append(Given(slot[1], slot[2], kind, revision, watches))
        self.reference.fate[slot] = FATE_OF[verdict]
        self.reference.react(self.now)
        self.go_on()

    @precondition(lambda self: self.reference.outcome is None)
    @rule(hours=st.integers(1, 9))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.reference.react(self.now)
        self.go_on()

    @precondition(lambda self: self.reference.outcome is None)
    @rule()
    def coordinator_returns_now(self) -> None:
        if "return" in [self.reference.fate[slot] for slot in self.reference.slots(SlotKind.GATE)]:
            self.reference.close("returned")
        self.go_on(return_now=True)

    @invariant()
    def both_tell_the_same(self) -> None:
        assert self.step.outcome == (Outcome(self.reference.outcome) if self.reference.outcome else None)
        assert self.step.open_stage == (None if self.reference.outcome else self.reference.stages[self.reference.at][0])
        told = {slot: FATE_OF[review.verdict] if review.verdict else review.state.value for slot, review in self.reviews.items()}
        assert told == self.reference.fate

    @invariant()
    def stages_run_in_order_and_none_is_skipped(self) -> None:
        done = (StageState.PASSED, StageState.NOT_REQUIRED)
        states = [self.step.states[each.key] for each in self.plan.stages]
        passed = next((no for no, state in enumerate(states) if state not in done), len(states))
        assert all(state in (StageState.WAITING, StageState.NOT_REQUIRED) for state in states[passed + 1 :])
        untouched = {each.key for each in self.plan.stages[passed + 1 :]}
        assert not [slot for slot in self.open_slots() if slot[0] in untouched]

    @invariant()
    def a_round_ends_with_nobody_left_waiting(self) -> None:
        if self.step.outcome is not None:
            assert {self.reviews[slot].kind for slot in self.open_slots()} <= {SlotKind.INFORM}
            assert ReviewState.WAITING not in {review.state for review in self.reviews.values()}

    @invariant()
    def nobody_is_approved_by_silence(self) -> None:
        if self.step.outcome is Outcome.APPROVED:
            for each in self.plan.stages:
                gates = each.ids(SlotKind.GATE)
                assert sum(self.reviews[gate].is_agreement for gate in gates) >= each.rule.needed(len(gates))


TestI4Approval = Approval.TestCase
TestI4Approval.settings = settings(max_examples=EXAMPLES, stateful_step_count=40, deadline=None)
