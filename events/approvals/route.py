"""The approval engine: which route an event takes, who decides in it, what happens next, which visas stay valid.

Everything here is a pure function of plain values. In the order in which an office meets it:
1. `parse_route`, `check_set` read the routes an administrator wrote;
2. `select` finds the route, `plan` its stages with units and reasons;
3. `progress` says what has to happen, given the reviews as they are;
4. `carry_over` keeps the visas that a new revision does not touch; `forecast` says when all of it will be over.

"Case N" in a docstring is the approval practice settled with the customer.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from events.approvals.vocabulary import (
    SECTIONS,
    Condition,
    DefinitionError,
    Facts,
    Node,
    Outcome,
    Relation,
    ReviewState,
    Rule,
    SlotKind,
    SlotRole,
    StageState,
    Verdict,
    explain,
    explain_absence,
    not_required,
)
from events.foundation.text import N_, Phrase

__all__ = [
    "Condition",
    "DefinitionError",
    "Facts",
    "Forecast",
    "NoRoute",
    "Plan",
    "PlannedSlot",
    "PlannedStage",
    "Progress",
    "ReviewFact",
    "RouteDefinition",
    "Selection",
    "SlotDefinition",
    "SlotId",
    "StageDefinition",
    "Units",
    "Visa",
    "can_return_now",
    "carry_over",
    "check_set",
    "explain",
    "explain_absence",
    "forecast",
    "min_lead_days",
    "parse_route",
    "phrase_from_plain",
    "phrase_to_plain",
    "plan",
    "progress",
    "select",
    "verdicts",
    "widened",
]

SlotId = tuple[str, str, int]
"""Stage key, slot key, unit id: one turn within a round."""

_STRENGTH = {SlotKind.GATE: 0, SlotKind.CONSULT: 1, SlotKind.INFORM: 2}
_UNDECIDED = (ReviewState.WAITING, ReviewState.OPEN)
_HEAD_ONLY = (Relation.LEAD, Relation.EACH_CO_ORGANIZER)


# --- The document ---------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SlotDefinition:
    """A turn as the administrator wrote it; exactly one of `unit` (a key) and `relation` is set; SLA in working hours."""

    key: str
    unit: str | None
    relation: Relation | None
    role: SlotRole
    kind: SlotKind
    sla_hours: int | None
    watches: frozenset[str]
    when: Condition | None = None
    note: str = ""


@dataclass(frozen=True)
class StageDefinition:
    """Turns taken side by side; only a confirming stage may reject."""

    key: str
    title: str
    rule: Rule
    confirming: bool
    slots: tuple[SlotDefinition, ...]


@dataclass(frozen=True)
class RouteDefinition:
    """A route; the one without `select` fits every event. Days are working days."""

    key: str
    name: str
    name_en: str
    priority: int
    select: Condition | None
    target_working_days: int
    min_lead_working_days: int
    min_lead_working_days_budget: int
    stages: tuple[StageDefinition, ...]


def parse_route(plain: object) -> RouteDefinition:
    """Read one route document; DefinitionError names route, stage, slot and field of the first fault."""
    root = Node(plain, _named(plain, "route"))
    got = root.members([name.name for name in fields(RouteDefinition)])
    stages = tuple(_parse_stage(Node(item.value, f"{root.path}/{_named(item.value, item.path)}")) for item in got["stages"].items())
    _refuse_twice(root, [stage.key for stage in stages])
    _refuse_twice(root, [slot.key for stage in stages for slot in stage.slots])
    if not any(_always_confirms(stage) for stage in stages):
        raise root.fail(N_("a confirming stage needs a gate without conditions, of a named unit or the lead"))
    return RouteDefinition(
        key=got["key"].key(),
        name=got["name"].text(),
        name_en=got["name_en"].text(),
        priority=got["priority"].whole(1),
        select=_parse_condition(got["select"]),
        target_working_days=got["target_working_days"].whole(1),
        min_lead_working_days=got["min_lead_working_days"].whole(0),
        min_lead_working_days_budget=got["min_lead_working_days_budget"].whole(0),
        stages=stages,
    )


def check_set(routes: Sequence[RouteDefinition]) -> tuple[RouteDefinition, ...]:
    """The routes as they are tried; DefinitionError unless keys and priorities differ and the last alone is unconditional (case 1)."""
    ordered = tuple(sorted(routes, key=lambda route: route.priority))
    root = Node(ordered, "routes")
    _refuse_twice(root, [route.key for route in ordered])
    _refuse_twice(root, [str(route.priority) for route in ordered])
    if [route.select is None for route in ordered] != [False] * (len(ordered) - 1) + [True]:
        raise root.fail(N_("exactly one route has no condition, and it is the last"))
    return ordered


def _parse_stage(node: Node) -> StageDefinition:
    got = node.members({"key", "title", "rule", "slots"}, {"confirming"})
    confirming = "confirming" in got and got["confirming"].truth()
    slots = (Node(item.value, f"{node.path}/{_named(item.value, item.path)}") for item in got["slots"].items())
    return StageDefinition(
        key=got["key"].key(),
        title=got["title"].text(),
        rule=Rule.parse(got["rule"].value, got["rule"].path),
        confirming=confirming,
        slots=tuple(_parse_slot(slot, confirming=confirming) for slot in slots),
    )


def _parse_slot(node: Node, *, confirming: bool) -> SlotDefinition:
    got = node.members({"key", "who", "role", "kind", "sla_hours", "watches"}, {"when", "note"})
    unit, relation = _parse_who(got["who"])
    role, kind = got["role"].choice(SlotRole), got["kind"].choice(SlotKind)
    if kind is SlotKind.GATE and role is not SlotRole.HEAD and (confirming or relation in _HEAD_ONLY):
        raise got["role"].fail(N_("only heads decide for the lead, for co-organizers and in confirming stages"))
    return SlotDefinition(
        key=got["key"].key(),
        unit=unit,
        relation=relation,
        role=role,
        kind=kind,
        sla_hours=_parse_sla(got["sla_hours"], kind),
        watches=_parse_watches(got["watches"], kind),
        when=_parse_condition(got["when"]) if "when" in got else None,
        note=got["note"].text() if "note" in got else "",
    )


def _parse_who(node: Node) -> tuple[str | None, Relation | None]:
    got = node.members((), {"unit", "relation"})
    if len(got) != 1:
        raise node.fail(N_("either a unit or a relation is expected here"))
    return (got["unit"].text(), None) if "unit" in got else (None, got["relation"].choice(Relation))


def _parse_condition(node: Node) -> Condition | None:
    return None if node.value is None else Condition.parse(node.value, node.path)


def _parse_sla(node: Node, kind: SlotKind) -> int | None:
    if kind is not SlotKind.INFORM:
        return node.whole(1)
    if node.value is not None:
        raise node.fail(N_("who is only informed has no due"))
    return None


def _parse_watches(node: Node, kind: SlotKind) -> frozenset[str]:
    if node.value == "all":
        return frozenset(SECTIONS)
    if node.value == [] and kind is not SlotKind.GATE:
        return frozenset()
    sections = [(item, item.text()) for item in node.items()]
    for item, section in sections:
        if section not in SECTIONS:
            raise item.fail(N_("there is no section “%(section)s”", section=section))
    return frozenset(section for _, section in sections)


def _named(plain: object, otherwise: str) -> str:
    """The piece's own key, by which its path reads «B/departments/sport»; a keyless one goes by its place."""
    key = plain.get("key") if isinstance(plain, Mapping) else None
    return key if isinstance(key, str) and key else otherwise.rpartition("/")[2]


def _refuse_twice(node: Node, keys: list[str]) -> None:
    for key in keys:
        if keys.count(key) > 1:
            raise node.fail(N_("“%(key)s” stands here twice", key=key))


def _always_confirms(stage: StageDefinition) -> bool:
    """Whether the stage has a gate that no event can do without (case 2)."""
    sure = (slot for slot in stage.slots if slot.kind is SlotKind.GATE and slot.when is None)
    return stage.confirming and any(slot.unit or slot.relation is Relation.LEAD for slot in sure)


# --- Which route, and who takes part --------------------------------------------------------------------------------------------------


class NoRoute(Exception):
    """No route fits the event; submission is refused, naming the coordinator (case 1)."""


@dataclass(frozen=True)
class Selection:
    """The route taken, why, and which others would fit but stand lower."""

    route: RouteDefinition
    reasons: tuple[Phrase, ...]
    also_fits: tuple[RouteDefinition, ...]


def select(routes: Sequence[RouteDefinition], facts: Facts) -> Selection:
    """The first route by priority whose condition holds; raises NoRoute. The default, which fits always, is not told as a rival."""
    ordered = sorted(routes, key=lambda route: route.priority)
    fitting = [route for route in ordered if route.select is None or route.select.holds(facts)]
    if not fitting:
        raise NoRoute
    taken, *lower = fitting
    also = tuple(route for route in lower if route.select is not None)
    why = (N_("no other route applies"),) if taken.select is None else explain(taken.select, facts)
    rivals = (N_("route %(lower)s fits too, but %(taken)s stands higher", lower=route.key, taken=taken.key) for route in also)
    return Selection(taken, (*why, *rivals), also)


def min_lead_days(route: RouteDefinition, facts: Facts) -> int:
    """Working days the route wants between submission and the first occurrence; more when there is money to provide."""
    return route.min_lead_working_days_budget if facts.budget_rub > 0 else route.min_lead_working_days


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
    """One unit's turn in a stage; `keys` are all slots merged into it, `key` the one it goes by (case 3)."""

    key: str
    unit: int
    role: SlotRole
    kind: SlotKind
    sla_hours: int | None
    watches: frozenset[str]
    reasons: tuple[Phrase, ...]
    note: str
    keys: tuple[str, ...]
    confirms_booking: bool


@dataclass(frozen=True)
class PlannedStage:
    """A stage with its turns; `skipped` says what is not required and why. Without slots it is passed at once (case 2)."""

    key: str
    title: str
    rule: Rule
    confirming: bool
    slots: tuple[PlannedSlot, ...]
    skipped: tuple[Phrase, ...]

    def ids(self, *kinds: SlotKind) -> tuple[SlotId, ...]:
        """The turns of these kinds, in order; of all kinds when none is named."""
        return tuple((self.key, slot.key, slot.unit) for slot in self.slots if not kinds or slot.kind in kinds)


@dataclass(frozen=True)
class Plan:
    """A round's way through the offices, stored with the round; days are working days."""

    route_key: str
    route_name: str
    reasons: tuple[Phrase, ...]
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
        """The turn; KeyError if the plan has none."""
        stage, key, unit = slot_id
        return {(slot.key, slot.unit): slot for slot in self.stage(stage).slots}[key, unit]

    @staticmethod
    def slot_from_plain(plain: Mapping[str, Any], slot_id: SlotId) -> PlannedSlot:
        """One turn of what `to_plain` wrote, without reading the rest of it: a list asks for one turn of many plans."""
        key, slot, unit = slot_id
        stage = next(one for one in plain["stages"] if one["key"] == key)
        return _slot_from_plain(next(one for one in stage["slots"] if (one["key"], one["unit"]) == (slot, unit)))

    def to_plain(self) -> dict[str, Any]:
        """What JSON can hold; `from_plain` gives the same plan back."""
        plain = asdict(replace(self, reasons=(), stages=()))
        plain["reasons"] = [phrase_to_plain(phrase) for phrase in self.reasons]
        plain["stages"] = [_stage_to_plain(stage) for stage in self.stages]
        return plain

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Plan":
        """The plan that `to_plain` wrote."""
        reasons = tuple(phrase_from_plain(phrase) for phrase in plain["reasons"])
        stages = tuple(_stage_from_plain(stage) for stage in plain["stages"])
        return cls(**{**plain, "reasons": reasons, "stages": stages})


def plan(route: RouteDefinition, facts: Facts, units: Units, *, reasons: tuple[Phrase, ...] = ()) -> Plan:
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
    skipped: list[Phrase] = []
    for slot in stage.slots:
        taking = _taking_part(f"{route.key}/{stage.key}/{slot.key}", slot, units)
        if slot.when is not None and not slot.when.holds(facts):
            skipped.append(explain_absence(slot.when, facts))
        elif not taking:
            skipped.append(not_required(_nobody(slot.relation)))
        else:
            slots += [_planned_slot(slot, unit, facts, units) for unit in taking]
    return PlannedStage(stage.key, stage.title, stage.rule, stage.confirming, _merged(slots), tuple(dict.fromkeys(skipped)))


def _taking_part(path: str, slot: SlotDefinition, units: Units) -> tuple[int, ...]:
    if slot.relation is not None:
        return units.related(slot.relation)
    unit = units.named.get(slot.unit or "")
    if unit is None:
        raise DefinitionError(path, N_("there is no unit “%(unit)s”", unit=slot.unit))
    return (unit,)


def _planned_slot(slot: SlotDefinition, unit: int, facts: Facts, units: Units) -> PlannedSlot:
    """One turn; a co-organizer who owns the venue confirms the booking too (case 4)."""
    owner = slot.relation is Relation.EACH_VENUE_OWNER_OUTSIDE
    organizer_and_owner = slot.relation is Relation.EACH_CO_ORGANIZER and unit in units.venue_owners
    return PlannedSlot(
        key=slot.key,
        unit=unit,
        role=slot.role,
        kind=slot.kind,
        sla_hours=slot.sla_hours,
        watches=slot.watches | {"venue"} if organizer_and_owner else slot.watches,
        reasons=_reasons(slot, facts, organizer_and_owner=organizer_and_owner),
        note=slot.note,
        keys=(slot.key,),
        confirms_booking=owner or organizer_and_owner,
    )


def _reasons(slot: SlotDefinition, facts: Facts, *, organizer_and_owner: bool) -> tuple[Phrase, ...]:
    """The relation to the event, then the condition that holds."""
    if slot.relation in (None, Relation.LEAD):
        return explain(slot.when, facts)
    related = {
        Relation.EACH_CO_ORGANIZER: N_("co-organizer and venue owner") if organizer_and_owner else N_("co-organizer"),
        Relation.EACH_VENUE_OWNER_OUTSIDE: N_("venue owner"),
        Relation.EACH_CURATOR: N_("curator of a participating institution"),
    }[slot.relation]
    return (related, *(explain(slot.when, facts) if slot.when else ()))


def _nobody(relation: Relation | None) -> Phrase:
    if relation is Relation.EACH_CO_ORGANIZER:
        return N_("there are no co-organizers")
    if relation is Relation.EACH_VENUE_OWNER_OUTSIDE:
        return N_("no venue of another institution")
    return N_("the participants have no curator")


def _merged(slots: list[PlannedSlot]) -> tuple[PlannedSlot, ...]:
    """One turn per unit, standing where the unit's first one stood (case 3)."""
    by_unit: dict[int, list[PlannedSlot]] = {}
    for slot in slots:
        by_unit.setdefault(slot.unit, []).append(slot)
    return tuple(_merge(same) for same in by_unit.values())


def _merge(same: list[PlannedSlot]) -> PlannedSlot:
    """The strongest kind, its key, everything watched, the longest SLA; the head if any slot of that kind wants the head."""
    strongest = min(same, key=lambda slot: _STRENGTH[slot.kind])
    heads = any(slot.role is SlotRole.HEAD for slot in same if slot.kind is strongest.kind)
    return replace(
        strongest,
        role=SlotRole.HEAD if heads else SlotRole.REVIEWER,
        sla_hours=max((slot.sla_hours for slot in same if slot.sla_hours is not None), default=None),
        watches=frozenset().union(*(slot.watches for slot in same)),
        reasons=tuple(dict.fromkeys(reason for slot in same for reason in slot.reasons)),
        note="; ".join(dict.fromkeys(slot.note for slot in same if slot.note)),
        keys=tuple(key for slot in same for key in slot.keys),
        confirms_booking=any(slot.confirms_booking for slot in same),
    )


def phrase_to_plain(phrase: Phrase) -> dict[str, Any]:
    """A phrase as JSON can hold it; its values are texts, whole numbers, Decimals or phrases, else TypeError."""
    params = {name: _param_to_plain(value) for name, value in phrase.params.items()}
    return {"msgid": phrase.msgid, "plural": phrase.plural, "n": phrase.n, "params": params}


def phrase_from_plain(plain: Mapping[str, Any]) -> Phrase:
    """The phrase that `phrase_to_plain` wrote."""
    params = {name: _param_from_plain(value) for name, value in plain["params"].items()}
    return Phrase(plain["msgid"], plain["plural"], plain["n"], params)


def _param_to_plain(value: object) -> object:
    if isinstance(value, Phrase):
        return {"phrase": phrase_to_plain(value)}
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, str | int):
        return value
    raise TypeError(f"a stored phrase cannot hold {type(value).__name__}")


def _param_from_plain(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return phrase_from_plain(value["phrase"]) if "phrase" in value else Decimal(value["decimal"])


def _stage_to_plain(stage: PlannedStage) -> dict[str, Any]:
    return {
        "key": stage.key,
        "title": stage.title,
        "rule": stage.rule.to_plain(),
        "confirming": stage.confirming,
        "slots": [_slot_to_plain(slot) for slot in stage.slots],
        "skipped": [phrase_to_plain(phrase) for phrase in stage.skipped],
    }


def _stage_from_plain(plain: Mapping[str, Any]) -> PlannedStage:
    slots = tuple(_slot_from_plain(slot) for slot in plain["slots"])
    skipped = tuple(phrase_from_plain(phrase) for phrase in plain["skipped"])
    return PlannedStage(**{**plain, "rule": Rule.parse(plain["rule"]), "slots": slots, "skipped": skipped})


def _slot_to_plain(slot: PlannedSlot) -> dict[str, Any]:
    return {
        **{name: getattr(slot, name) for name in ("key", "unit", "sla_hours", "note", "confirms_booking")},
        "role": slot.role.value,
        "kind": slot.kind.value,
        "watches": [section for section in SECTIONS if section in slot.watches],
        "reasons": [phrase_to_plain(phrase) for phrase in slot.reasons],
        "keys": list(slot.keys),
    }


def _slot_from_plain(plain: Mapping[str, Any]) -> PlannedSlot:
    typed = {
        "role": SlotRole(plain["role"]),
        "kind": SlotKind(plain["kind"]),
        "watches": frozenset(plain["watches"]),
        "reasons": tuple(phrase_from_plain(phrase) for phrase in plain["reasons"]),
        "keys": tuple(plain["keys"]),
    }
    return PlannedSlot(**{**plain, **typed})


# --- What happens next ----------------------------------------------------------------------------------------------------------------


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
        """The turn it fills."""
        return (self.stage, self.slot, self.unit)

    @property
    def is_undecided(self) -> bool:
        """Whether an answer may still come."""
        return self.state in _UNDECIDED

    @property
    def is_visa(self) -> bool:
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

    `to_revoke` are reviews «не потребовалось», `to_lapse` consultations «мнение не поступило»; `returned_by` are (slot, unit).
    """

    open_stage: str | None = None
    to_open: tuple[SlotId, ...] = ()
    to_revoke: tuple[int, ...] = ()
    to_lapse: tuple[int, ...] = ()
    outcome: Outcome | None = None
    returned_by: tuple[tuple[str, int], ...] = ()
    states: Mapping[str, StageState] = field(default_factory=dict)


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
    """What a turn of this kind may decide; only a confirming gate may reject (case 13)."""
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

    1. A rejection in a confirming stage ends it (case 13); enough visas let it pass, carried ones count (case 11).
    2. It is lost when enough visas can no longer come. Where every gate is needed, it then still waits for all of them, so that
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
    visas = sum(review.is_visa for review in given)
    if visas >= needed:
        return StageState.PASSED
    pending = len(gates) - len(given) + sum(review.is_undecided for review in given)
    lost = visas + pending < needed
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
        released += [] if stage is current else _undecided(stage.ids(SlotKind.GATE), by_slot, *_UNDECIDED)
    return Progress(current.key, tuple(asked), tuple(released), states=states)


def _approved(plan: Plan, by_slot: Mapping[SlotId, ReviewFact], states: dict[str, StageState]) -> Progress:
    """Everyone who is to be told is told now; opinions that did not come are not awaited any more."""
    gates, consults, informs = ([slot for stage in plan.stages for slot in stage.ids(kind)] for kind in SlotKind)
    return Progress(
        to_open=_not_asked(informs, by_slot),
        to_revoke=(*_undecided(gates, by_slot, *_UNDECIDED), *_undecided(consults, by_slot, ReviewState.WAITING)),
        to_lapse=_undecided(consults, by_slot, ReviewState.OPEN),
        outcome=Outcome.APPROVED,
        states=states,
    )


def _sent_back(current: PlannedStage, by_slot: Mapping[SlotId, ReviewFact], states: dict[str, StageState]) -> Progress:
    """The round is over: what is open or waiting is not required, an opinion that was asked for did not come."""
    lapsing = [review.id for review in by_slot.values() if review.kind is SlotKind.CONSULT and review.state is ReviewState.OPEN]
    gates = [by_slot[gate] for gate in current.ids(SlotKind.GATE) if gate in by_slot]
    return Progress(
        to_revoke=tuple(review.id for review in by_slot.values() if review.is_undecided and review.id not in lapsing),
        to_lapse=tuple(lapsing),
        outcome=Outcome(states[current.key].value),
        returned_by=tuple((gate.slot, gate.unit) for gate in gates if gate.is_return),
        states=states,
    )


def _not_asked(slots: Iterable[SlotId], by_slot: Mapping[SlotId, ReviewFact]) -> tuple[SlotId, ...]:
    return tuple(slot for slot in slots if slot not in by_slot or by_slot[slot].state is ReviewState.WAITING)


def _undecided(slots: Iterable[SlotId], by_slot: Mapping[SlotId, ReviewFact], *states: ReviewState) -> tuple[int, ...]:
    return tuple(by_slot[slot].id for slot in slots if slot in by_slot and by_slot[slot].state in states)


# --- From round to round, and when it will end ----------------------------------------------------------------------------------------


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
