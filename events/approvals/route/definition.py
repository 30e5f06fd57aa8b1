"""The document of a route: what an administrator wrote, read and checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from events.approvals.conditions import Condition
from events.approvals.vocabulary import SECTIONS, Relation, RuleKind, SlotKind, SlotRole
from events.foundation.document import Node
from events.foundation.text import N_
from events.worktime.hours import MOST_HOURS

MOST_DAYS = 366
"""Working days beyond which a number is a slip: forecasts are counted day by day."""
_HEAD_ONLY = (Relation.LEAD, Relation.EACH_CO_ORGANIZER)


@dataclass(frozen=True)
class Rule:
    """How many of a stage's gates have to agree before it passes; `n` counts only for a quorum."""

    kind: RuleKind
    n: int = 0

    @classmethod
    def parse(cls, plain: object, path: str = "rule") -> "Rule":
        """Read "all", "any" or {"quorum": 2}; raises DefinitionError."""
        node = Node(plain, path)
        if plain in ("all", "any"):
            return cls(node.choice(RuleKind))
        if not isinstance(plain, Mapping):
            raise node.fail(N_("the rule is “all”, “any” or a quorum"))
        return cls(RuleKind.QUORUM, node.members({"quorum"})["quorum"].whole(1))

    def to_plain(self) -> object:
        """The form that `parse` reads."""
        return {"quorum": self.n} if self.kind is RuleKind.QUORUM else self.kind.value

    def needed(self, gates: int) -> int:
        """How many positive decisions among `gates`; a quorum above them is lowered to them (case 11)."""
        wanted = {RuleKind.ALL: gates, RuleKind.ANY: 1, RuleKind.QUORUM: self.n}[self.kind]
        return min(wanted, gates)


@dataclass(frozen=True)
class SlotDefinition:
    """A slot as the administrator wrote it; exactly one of `unit` (a key) and `relation` is set; SLA in working hours."""

    key: str
    unit: str | None
    relation: Relation | None
    role: SlotRole
    kind: SlotKind
    sla_hours: int | None
    watches: frozenset[str]
    when: Condition | None = None
    note: str = ""
    note_en: str = ""


@dataclass(frozen=True)
class StageDefinition:
    """Slots taken side by side; only a confirming stage may reject."""

    key: str
    title: str
    rule: Rule
    confirming: bool
    slots: tuple[SlotDefinition, ...]
    title_en: str = ""


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
    root.refuse_twice(stage.key for stage in stages)
    root.refuse_twice(slot.key for stage in stages for slot in stage.slots)
    if not any(_always_confirms(stage) for stage in stages):
        raise root.fail(N_("a confirming stage needs a gate without conditions, of a named unit or the lead"))
    return RouteDefinition(
        key=got["key"].key(),
        name=got["name"].text(),
        name_en=got["name_en"].text(),
        priority=got["priority"].whole(1),
        select=_parse_condition(got["select"]),
        target_working_days=got["target_working_days"].whole(1, MOST_DAYS),
        min_lead_working_days=got["min_lead_working_days"].whole(0, MOST_DAYS),
        min_lead_working_days_budget=got["min_lead_working_days_budget"].whole(0, MOST_DAYS),
        stages=stages,
    )


def check_set(routes: Sequence[RouteDefinition]) -> tuple[RouteDefinition, ...]:
    """The routes as they are tried; DefinitionError unless keys and priorities differ and the last alone is unconditional (case 1)."""
    ordered = tuple(sorted(routes, key=lambda route: route.priority))
    root = Node(ordered, "routes")
    root.refuse_twice(route.key for route in ordered)
    root.refuse_twice(str(route.priority) for route in ordered)
    if [route.select is None for route in ordered] != [False] * (len(ordered) - 1) + [True]:
        raise root.fail(N_("exactly one route has no condition, and it is the last"))
    return ordered


def _parse_stage(node: Node) -> StageDefinition:
    got = node.members({"key", "title", "rule", "slots"}, {"confirming", "title_en"})
    confirming = "confirming" in got and got["confirming"].truth()
    slots = (Node(item.value, f"{node.path}/{_named(item.value, item.path)}") for item in got["slots"].items())
    return StageDefinition(
        key=got["key"].key(),
        title=got["title"].text(),
        rule=Rule.parse(got["rule"].value, got["rule"].path),
        confirming=confirming,
        slots=tuple(_parse_slot(slot, confirming=confirming) for slot in slots),
        title_en=got["title_en"].text() if "title_en" in got else "",
    )


def _parse_slot(node: Node, *, confirming: bool) -> SlotDefinition:
    got = node.members({"key", "who", "role", "kind", "sla_hours", "watches"}, {"when", "note", "note_en"})
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
        note_en=got["note_en"].text() if "note_en" in got else "",
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
        return node.whole(1, MOST_HOURS)
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


def _always_confirms(stage: StageDefinition) -> bool:
    """Whether the stage has a gate that no event can do without (case 2)."""
    sure = (slot for slot in stage.slots if slot.kind is SlotKind.GATE and slot.when is None)
    return stage.confirming and any(slot.unit or slot.relation is Relation.LEAD for slot in sure)
