"""The approval engine, case by case (numbers are those of the settled approval practice) and on the district's own routes."""

import copy
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from events.approvals.conditions import ANSWERED, FACTS
from events.approvals.route import (
    Agreement,
    Because,
    Condition,
    DefinitionError,
    Facts,
    NoRoute,
    Plan,
    PlannedSlot,
    Progress,
    Reason,
    ReviewFact,
    RouteDefinition,
    Rule,
    SlotId,
    Units,
    can_return_now,
    carry_over,
    check_set,
    explain,
    explain_absence,
    forecast,
    min_lead_days,
    parse_route,
    plan,
    progress,
    select,
    verdicts,
    widened,
)
from events.approvals.vocabulary import Outcome, ReviewState, SlotKind, SlotRole, StageState, Verdict
from events.foundation.text import Name, Phrase
from presenters import reasons
from presenters.reasons import MARKS

DEMO = json.loads((Path(__file__).parents[3] / "data" / "demo.json").read_text(encoding="utf-8"))
ROUTES = check_set([parse_route(plain) for plain in DEMO["routes"]])
ROUTE = {route.key: route for route in ROUTES}
TEMPLATES = {template["key"]: template for template in DEMO["templates"]}
VENUES = {venue["key"]: venue for venue in DEMO["venues"]}
ID = {unit["key"]: number for number, unit in enumerate(DEMO["units"], start=1)}
CURATOR = {ID[unit["key"]]: ID.get(unit["curator"]) for unit in DEMO["units"]}

NOON = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


def event(**facts: bool | int | Decimal) -> Facts:
    """A quiet event of thirty adults, but for these facts."""
    quiet = {name: fact.kind(0) for name, fact in FACTS.items()}
    said = {**quiet, "expected": 30, "age_from": 18, "institutions": 1, **facts}
    return Facts({name: said.pop(name) for name in ANSWERED}, **said)


QUIET = event()


def said(words: Reason | Phrase | str) -> str:
    """The English of a reason or a phrase, as the screen would put it together."""
    phrase = reasons.said(words) if isinstance(words, Reason) else words
    if isinstance(phrase, str):
        return phrase
    msgid = phrase.msgid if phrase.plural is None or phrase.n == 1 else phrase.plural
    return msgid % {name: said(value) if isinstance(value, Phrase) else value for name, value in phrase.params.items()}


def units(lead: str = "pmc", co: tuple[str, ...] = (), owners: tuple[str, ...] = ()) -> Units:
    """The demo district around one event."""
    return Units(ID[lead], tuple(ID[key] for key in co), tuple(ID[key] for key in owners), CURATOR, ID)


def slots(planned: Plan, stage: str) -> dict[tuple[str, str], PlannedSlot]:
    """The slots of a stage by slot key and unit key."""
    unit_key = {number: key for key, number in ID.items()}
    return {(slot.key, unit_key[slot.unit]): slot for slot in planned.stage(stage).slots}


# --- Conditions and their words -------------------------------------------------------------------------------------------------------


def test_facts_are_those_of_the_demo_document() -> None:
    assert list(FACTS) == list(DEMO["facts"])


def test_every_mark_has_its_own_words() -> None:
    assert set(MARKS) == {name for name, fact in FACTS.items() if fact.kind is bool}
    assert len({phrase.msgid for phrase in MARKS.values()}) == len(MARKS)


@pytest.mark.parametrize(
    ("test", "holds"),
    [
        (["expected", "=", 50], True),
        (["expected", "!=", 50], False),
        (["expected", ">=", 50], True),
        (["expected", ">", 50], False),
        (["expected", "<=", 50], True),
        (["expected", "<", 50], False),
        (["budget_rub", ">", 0], True),
        (["budget_rub", ">=", "1500.51"], False),
        (["vip", "=", False], True),
        (["vip", "!=", False], False),
    ],
)
def test_condition_compares(test: list[object], holds: bool) -> None:
    facts = event(expected=50, budget_rub=Decimal("1500.50"))
    assert Condition.parse({"any": [[test]]}).holds(facts) is holds


@pytest.mark.parametrize(
    ("plain", "message"),
    [
        (None, "when: an object is expected here"),
        ({"all": []}, "when: “any” is missing"),
        ({"any": []}, "when/any: a list with at least one item is expected here"),
        ({"any": [[]]}, "when/any/0: a list with at least one item is expected here"),
        ({"any": [[["expected", ">="]]]}, "when/any/0/0: a test is a fact, an operator and a value"),
        ({"any": [[["expected", ">=", 5], ["weather", "=", True]]]}, "when/any/0/1/0: there is no fact “weather”"),
        ({"any": [[["expected", "~", 5]]]}, "when/any/0/0/1: “~” does not compare “expected”"),
        ({"any": [[["vip", ">", True]]]}, "when/any/0/0/1: “>” does not compare “vip”"),
        ({"any": [[["vip", "=", 1]]]}, "when/any/0/0/2: true or false is expected here"),
        ({"any": [[["expected", "=", True]]]}, "when/any/0/0/2: a whole number from 0 on is expected here"),
        ({"any": [[["expected", "=", "50"]]]}, "when/any/0/0/2: a whole number from 0 on is expected here"),
        ({"any": [[["budget_rub", ">", "NaN"]]]}, "when/any/0/0/2: an amount of money is expected here"),
        ({"any": [[["budget_rub", ">", "a lot"]]]}, "when/any/0/0/2: an amount of money is expected here"),
        ({"any": [[["__class__", "=", 1]]]}, "when/any/0/0/0: there is no fact “__class__”"),
    ],
)
def test_condition_refuses_naming_the_path(plain: object, message: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        Condition.parse(plain, "when")
    assert str(caught.value) == message


def test_explain_says_the_first_group_that_holds() -> None:
    condition = Condition.parse(
        {"any": [[["expected", ">=", 50]], [["age_from", "<", 18], ["ends_after_21", "=", True]], [["vip", "=", True]]]}
    )
    assert [said(why) for why in explain(condition, event(expected=250, vip=True))] == ["250 participants (50 or more)"]
    late = event(age_from=14, ends_after_21=True)
    assert [said(why) for why in explain(condition, late)] == ["participants from 14 years (younger than 18) and ends after 21:00"]
    assert explain(condition, QUIET) == ()
    assert [said(why) for why in explain(None, QUIET)] == ["always takes part"]


def test_explain_says_a_mark_that_must_be_absent() -> None:
    condition = Condition.parse({"any": [[["public", "=", False], ["outdoor", "=", True], ["budget_rub", ">", 0]]]})
    facts = event(outdoor=True, budget_rub=Decimal("45000"))
    assert [said(why) for why in explain(condition, facts)] == ["not announced to the public and outdoors and budget of 45000 roubles"]


def test_explain_absence_says_what_fails_in_every_group() -> None:
    condition = Condition.parse({"any": [[["expected", ">", 500]], [["vip", "=", True], ["expected", ">", 500]], [["budget_rub", ">", 0]]]})
    assert said(explain_absence(condition, QUIET)) == (
        "not required: 30 participants (at most 500), without the head or guests of honour, no budget"
    )


# --- The document ---------------------------------------------------------------------------------------------------------------------


def test_the_three_routes_of_the_district_load() -> None:
    assert [(route.key, len(route.stages)) for route in ROUTES] == [("B", 6), ("C", 6), ("A", 4)]
    assert ROUTE["A"].select is None
    lead = ROUTE["A"].stages[0].slots[0]
    assert lead.watches == {"content", "schedule", "venue", "people", "money", "safety", "publicity"}
    assert (lead.role, lead.kind, lead.sla_hours) == (SlotRole.HEAD, SlotKind.GATE, 4)


def broken(change: Mapping[str, object], *path: str | int) -> dict[str, Any]:
    """Route A with members of one piece of it replaced; None as a member's value removes it."""
    route: dict[str, Any] = copy.deepcopy(next(plain for plain in DEMO["routes"] if plain["key"] == "A"))
    piece: Any = route
    for step in path:
        piece = piece[step]
    piece.update(change)
    for name in [name for name, value in change.items() if value is ...]:
        del piece[name]
    return route


SPORT = ("stages", 1, "slots", 5)


@pytest.mark.parametrize(
    ("plain", "message"),
    [
        ([], "route: an object is expected here"),
        (broken({"stages": []}), "A/stages: a list with at least one item is expected here"),
        (broken({"stages": ...}), "A: “stages” is missing"),
        (broken({"prioritiy": 1}), "A: “prioritiy” is not known here"),
        (broken({"priority": 0}), "A/priority: a whole number from 1 on is expected here"),
        (broken({"name": " "}), "A/name: a text is expected here"),
        (broken({"key": "Маршрут"}), "Маршрут/key: a key is up to 40 Latin letters, digits and hyphens, the first a letter"),
        (broken({"rule": "most"}, "stages", 1), "A/departments/rule: the rule is “all”, “any” or a quorum"),
        (broken({"rule": {"quorum": 0}}, "stages", 1), "A/departments/rule/quorum: a whole number from 1 on is expected here"),
        (broken({"key": "lead"}, "stages", 1), "A: “lead” stands here twice"),
        (broken({"key": "legal"}, *SPORT), "A: “legal” stands here twice"),
        (broken({"kind": "veto"}, *SPORT), "A/departments/sport/kind: “veto” is none of: gate, consult, inform"),
        (broken({"kind": []}, *SPORT), "A/departments/sport/kind: “[]” is none of: gate, consult, inform"),
        (broken({"sla_hours": None}, *SPORT), "A/departments/sport/sla_hours: a whole number from 1 on is expected here"),
        (broken({"kind": "inform"}, *SPORT), "A/departments/sport/sla_hours: who is only informed has no due"),
        (broken({"watches": []}, *SPORT), "A/departments/sport/watches: a list with at least one item is expected here"),
        (broken({"watches": ["weather"]}, *SPORT), "A/departments/sport/watches/0: there is no section “weather”"),
        (broken({"who": {}}, *SPORT), "A/departments/sport/who: either a unit or a relation is expected here"),
        (
            broken({"who": {"unit": "osport", "relation": "lead"}}, *SPORT),
            "A/departments/sport/who: either a unit or a relation is expected here",
        ),
        (
            broken({"who": {"relation": "neighbour"}}, *SPORT),
            "A/departments/sport/who/relation: “neighbour” is none of: lead, each_co_organizer, each_venue_owner_outside, each_curator",
        ),
        (broken({"when": {"any": [[["heat", ">", 30]]]}}, *SPORT), "A/departments/sport/when/any/0/0/0: there is no fact “heat”"),
        (broken({"key": ...}, *SPORT), "A/departments/5: “key” is missing"),
        (
            broken({"role": "reviewer"}, "stages", 2, "slots", 0),
            "A/deputy-head/deputy-head/role: only heads decide for the lead, for co-organizers and in confirming stages",
        ),
        (
            broken({"confirming": False}, "stages", 2),
            "A: a confirming stage needs a gate without conditions, of a named unit or the lead",
        ),
    ],
)
def test_parse_route_names_stage_and_slot(plain: object, message: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        parse_route(plain)
    assert str(caught.value) == message


def test_rule_reads_and_writes_and_lowers_the_quorum() -> None:
    for plain, needed in [("all", [0, 1, 3]), ("any", [0, 1, 1]), ({"quorum": 2}, [0, 1, 2])]:
        rule = Rule.parse(plain)
        assert rule.to_plain() == plain
        assert [rule.needed(gates) for gates in (0, 1, 3)] == needed


# --- Case 1: which route --------------------------------------------------------------------------------------------------------------


def facts_of(template: Mapping[str, Any]) -> Facts:
    """The obvious facts of a demo template: its own numbers, its venue's marks, its needs; shown to the public, in the evening."""
    venue, needs = VENUES[template["venue"]], template["needs"]
    marks = {name: needs[name] for name in ("buses", "food", "sound", "stage", "sport", "prizes", "partners", "vip", "pupils")}
    return event(
        **marks,
        expected=template["expected"],
        age_from=template["age_from"],
        outdoor=venue["kind"] == "outdoor",
        city_square=venue["city_square"],
        budget_rub=Decimal(template["budget_rub"]),
        budget_needs_accounting=template["budget_rub"] > 0 and template["budget_source"] != "state_task",
        institutions=1 + len(template["co"]),
        public=True,
    )


@pytest.mark.parametrize("key", TEMPLATES)
def test_every_demo_template_selects_its_declared_route(key: str) -> None:
    assert select(ROUTES, facts_of(TEMPLATES[key])).route.key == TEMPLATES[key]["route"]


def test_select_says_why_and_which_other_route_fits() -> None:
    selection = select(tuple(reversed(ROUTES)), facts_of(TEMPLATES["t12"]))
    assert selection.route is ROUTE["B"]
    assert [reason.routes for reason in selection.reasons if reason.code is Because.LOWER_ROUTE] == [("C", "B")]
    assert [said(why) for why in selection.reasons] == [
        "outdoors and 120 participants (50 or more)",
        "route C fits too, but route B is tried first",
    ]
    assert [said(why) for why in select(ROUTES, QUIET).reasons] == ["no other route fits"]


def test_select_without_default_has_no_route() -> None:
    with pytest.raises(NoRoute):
        select([ROUTE["B"], ROUTE["C"]], QUIET)


@pytest.mark.parametrize(
    ("routes", "message"),
    [
        ([], "routes: exactly one route has no condition, and it is the last"),
        ([ROUTE["B"], ROUTE["C"]], "routes: exactly one route has no condition, and it is the last"),
        ([ROUTE["B"], replace(ROUTE["A"], priority=0)], "routes: exactly one route has no condition, and it is the last"),
        ([ROUTE["A"], replace(ROUTE["A"], key="D", priority=4)], "routes: exactly one route has no condition, and it is the last"),
        ([ROUTE["A"], replace(ROUTE["B"], priority=3)], "routes: “3” stands here twice"),
        ([ROUTE["A"], replace(ROUTE["B"], key="A")], "routes: “A” stands here twice"),
    ],
)
def test_check_set_wants_one_default_and_distinct_priorities(routes: list[RouteDefinition], message: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        check_set(routes)
    assert str(caught.value) == message


# --- Cases 2, 3, 4: the plan ----------------------------------------------------------------------------------------------------------


def test_case_2_stage_without_slots_says_what_is_not_required() -> None:
    planned = plan(ROUTE["B"], event(expected=300), units())
    assert planned.stage("co-organizers").slots == ()
    assert [said(why) for why in planned.stage("co-organizers").skipped] == ["not required: there are no co-organizers"]
    assert [said(why) for why in planned.stage("head").skipped] == [
        "not required: 300 participants (at most 500), without the head or guests of honour"
    ]


def test_case_2_plan_without_confirming_gate_cannot_be_submitted() -> None:
    planned = plan(ROUTE["A"], QUIET, units())
    assert planned.can_be_submitted
    lacking = replace(planned, stages=planned.stages[:2])
    assert not lacking.can_be_submitted
    with pytest.raises(ValueError, match="confirming gate"):
        progress(lacking, [], now=NOON)


def test_case_3_same_unit_twice_in_a_stage_is_one_slot() -> None:
    planned = plan(ROUTE["C"], event(institutions=3), units("pmc", co=("dm", "kdc")))
    together = slots(planned, "youth-and-curators")
    assert list(together) == [("youth", "omp"), ("curator", "okult")]
    merged = together["youth", "omp"]
    assert merged.keys == ("youth", "curator")
    assert merged.watches == {"content", "schedule", "people", "publicity", "money"}
    assert [said(why) for why in merged.reasons] == ["always takes part", "curator of a participating institution"]


def test_case_3_strongest_kind_longest_sla_and_the_key_of_the_strongest() -> None:
    changes = {"who": {"unit": "omp"}, "kind": "consult", "sla_hours": 24, "role": "head", "watches": ["venue"], "note": "мнение"}
    route = parse_route(broken({"slots": [{"key": "early", **changes}, *broken({})["stages"][1]["slots"]]}, "stages", 1))
    merged = slots(plan(route, QUIET, units()), "departments")["youth", "omp"]
    assert (merged.kind, merged.role, merged.sla_hours, merged.note) == (SlotKind.GATE, SlotRole.REVIEWER, 24, "мнение")
    assert merged.keys == ("early", "youth")
    assert "venue" in merged.watches


@pytest.mark.parametrize(("kind", "gates"), [("gate", (("lead", "early", ID["pmc"]),)), ("consult", ())])
def test_case_6_a_gate_into_which_the_leads_own_was_merged_is_the_leads(kind: str, gates: tuple[SlotId, ...]) -> None:
    early = {"key": "early", "who": {"unit": "pmc"}, "kind": "gate", "role": "head", "sla_hours": 24, "watches": ["venue"]}
    (own,) = broken({})["stages"][0]["slots"]
    route = parse_route(broken({"slots": [early, {**own, "kind": kind}]}, "stages", 0))
    planned = plan(route, QUIET, units("pmc"))
    assert slots(planned, "lead")["early", "pmc"].keys == ("early", "lead-head")
    assert planned.lead_gates == gates


def test_case_3_same_unit_in_different_stages_stays_two_slots() -> None:
    planned = plan(ROUTE["A"], QUIET, units("omp"))
    assert planned.stage("lead").ids() == (("lead", "lead-head", ID["omp"]),)
    assert ("departments", "youth", ID["omp"]) in planned.stage("departments").ids()


def test_case_4_co_organizer_who_owns_the_venue_has_one_slot() -> None:
    planned = plan(ROUTE["C"], event(institutions=3), units("pmc", co=("dm", "kdc"), owners=("dm", "pmc", "cfk")))
    co = slots(planned, "co-organizers")
    assert [said(why) for why in co["co-organizer", "dm"].reasons] == ["co-organizer and venue owner"]
    assert [said(why) for why in co["co-organizer", "kdc"].reasons] == ["co-organizer"]
    assert (co["co-organizer", "dm"].confirms_booking, co["co-organizer", "kdc"].confirms_booking) == (True, False)
    owners = slots(planned, "departments")
    assert list(owners) == [("venue-owner", "cfk")]
    assert owners["venue-owner", "cfk"].confirms_booking
    assert [said(why) for why in owners["venue-owner", "cfk"].reasons] == ["venue owner"]


def test_case_4_co_organizer_who_owns_the_venue_watches_it_even_if_the_route_forgot() -> None:
    slot = replace(ROUTE["C"].stages[1].slots[0], watches=frozenset({"money"}))
    stage = replace(ROUTE["C"].stages[1], slots=(slot,))
    route = replace(ROUTE["C"], stages=(ROUTE["C"].stages[0], stage, *ROUTE["C"].stages[2:]))
    co = slots(plan(route, QUIET, units("pmc", co=("dm", "kdc"), owners=("dm",))), "co-organizers")
    assert co["co-organizer", "dm"].watches == {"money", "venue"}
    assert co["co-organizer", "kdc"].watches == {"money"}


def test_case_4_one_slot_per_distinct_owner() -> None:
    planned = plan(ROUTE["A"], QUIET, units("pmc", owners=("dm", "kdc", "dm")))
    assert [key for key in slots(planned, "departments") if key[0] == "venue-owner"] == [("venue-owner", "dm"), ("venue-owner", "kdc")]


def test_units_count_a_lead_named_as_its_own_co_organizer_once() -> None:
    assert units("pmc", co=("pmc", "dm", "dm")).participants == (ID["pmc"], ID["dm"])


def test_plan_refuses_a_unit_that_no_longer_exists() -> None:
    with pytest.raises(DefinitionError) as caught:
        plan(ROUTE["A"], QUIET, replace(units(), named={}))
    assert str(caught.value) == "A/departments/youth: there is no unit “omp”"


def test_plan_survives_json() -> None:
    facts = facts_of(TEMPLATES["t07"])
    selection = select(ROUTES, facts)
    planned = plan(selection.route, facts, units("pmc", co=("kdc", "cfk", "vol"), owners=("pmc", "cfk")), reasons=selection.reasons)
    assert Plan.from_plain(json.loads(json.dumps(planned.to_plain()))) == planned
    assert planned.reasons == selection.reasons


def test_stages_and_slots_have_an_english_text_where_the_route_gives_one() -> None:
    planned = plan(ROUTE["C"], event(institutions=2), units("pmc", co=("dm",)))
    stage = planned.stage("co-organizers")
    assert stage.called == Name("Соорганизаторы", "Co-organizers")
    assert slots(planned, "co-organizers")["co-organizer", "dm"].noted.en == "confirms what it gives: venue, people, money"
    wanting = parse_route(broken({"title_en": ...}, "stages", 1))
    assert plan(wanting, QUIET, units()).stage("departments").called == Name("Профильные отделы")


def test_notes_of_a_merged_slot_are_english_together_or_not_at_all() -> None:
    own = broken({})["stages"][1]["slots"]
    for english, joined in (({"note_en": "opinion"}, "opinion"), ({}, "")):
        early = {
            "key": "early",
            "who": {"unit": "omp"},
            "kind": "consult",
            "sla_hours": 24,
            "role": "head",
            "watches": [],
            "note": "мнение",
        }
        route = parse_route(broken({"slots": [{**early, "note": "мнение", **english}, *own]}, "stages", 1))
        assert slots(plan(route, QUIET, units()), "departments")["youth", "omp"].noted == Name("мнение", joined)


def test_a_plan_older_than_english_titles_is_read() -> None:
    plain = plan(ROUTE["C"], event(institutions=2), units("pmc", co=("dm",))).to_plain()
    for stage in plain["stages"]:
        del stage["title_en"]
        for slot in stage["slots"]:
            del slot["note_en"]
    read = Plan.from_plain(plain)
    assert read.stage("co-organizers").called == Name("Соорганизаторы")
    assert slots(read, "co-organizers")["co-organizer", "dm"].noted.en == ""


def test_min_lead_days_is_longer_with_a_budget() -> None:
    assert min_lead_days(ROUTE["A"], QUIET) == 5
    assert min_lead_days(ROUTE["A"], event(budget_rub=Decimal("0.01"))) == 10
    assert plan(ROUTE["A"], QUIET, units()).min_lead_days == 5


# --- Cases 11-16: what happens next ---------------------------------------------------------------------------------------------------

YES, REMARKS, BACK, NO = Verdict.APPROVE, Verdict.APPROVE_WITH_REMARKS, Verdict.RETURN, Verdict.REJECT
OPINION = Verdict.OPINION


def small_plan(*stages: tuple[str, object, str], confirm: str = "gate") -> Plan:
    """Stages (key, rule, kinds), then a confirming stage «confirm»; a stage's slots are s1, s2, ... of units 1, 2, ..."""
    base = plan(ROUTE["A"], QUIET, units())
    pattern = base.stages[0]

    def built(key: str, rule: object, kinds: str, *, confirming: bool = False) -> Any:
        slots = tuple(
            replace(pattern.slots[0], key=f"s{no}", keys=(f"s{no}",), unit=no, kind=SlotKind(kind), watches=frozenset({"content"}))
            for no, kind in enumerate(kinds.split(), start=1)
        )
        return replace(pattern, key=key, rule=Rule.parse(rule), slots=slots, confirming=confirming)

    return replace(base, stages=(*(built(*stage) for stage in stages), built("confirm", "all", confirm, confirming=True)))


class Office:
    """Keeps the reviews of one round and does what `progress` asks, as the operations do."""

    def __init__(self, planned: Plan, carried: set[SlotId] | None = None) -> None:
        self.plan, self.now = planned, NOON
        self.reviews: dict[SlotId, ReviewFact] = {}
        for number, slot_id in enumerate((slot for stage in planned.stages for slot in stage.ids()), start=1):
            state = ReviewState.CARRIED if slot_id in (carried or set()) else ReviewState.WAITING
            self.reviews[slot_id] = ReviewFact(number, *slot_id, planned.slot(slot_id).kind, state)

    def go_on(self, *, return_now: bool = False) -> Progress:
        """Apply what is asked for; asking again must ask for nothing more."""
        first = self.ask(return_now=return_now)
        self.set_states(first.to_open, ReviewState.OPEN)
        by_id = {review.id: slot_id for slot_id, review in self.reviews.items()}
        self.set_states([by_id[number] for number in first.to_revoke], ReviewState.REVOKED)
        self.set_states([by_id[number] for number in first.to_lapse], ReviewState.LAPSED)
        again = self.ask()
        assert (again.to_open, again.to_revoke, again.to_lapse) == ((), (), ())
        assert (again.open_stage, again.outcome) == (first.open_stage, first.outcome)
        return first

    def ask(self, *, return_now: bool = False) -> Progress:
        return progress(self.plan, list(self.reviews.values()), now=self.now, return_now=return_now)

    def set_states(self, slot_ids: Any, state: ReviewState) -> None:
        for slot_id in slot_ids:
            due = self.now + timedelta(hours=8) if state is ReviewState.OPEN and self.reviews[slot_id].kind is not SlotKind.INFORM else None
            self.reviews[slot_id] = replace(self.reviews[slot_id], state=state, due=due)

    def decide(self, stage: str, number: int, verdict: Verdict) -> Progress:
        slot_id = (stage, f"s{number}", number)
        assert self.reviews[slot_id].state is ReviewState.OPEN
        self.reviews[slot_id] = replace(self.reviews[slot_id], state=ReviewState.DECIDED, verdict=verdict)
        return self.go_on()

    def state(self, stage: str, number: int) -> ReviewState:
        return self.reviews[stage, f"s{number}", number].state


def test_stages_open_in_order() -> None:
    office = Office(small_plan(("one", "all", "gate gate"), ("two", "all", "gate")))
    assert office.go_on().to_open == (("one", "s1", 1), ("one", "s2", 2))
    assert office.decide("one", 1, YES).open_stage == "one"
    second = office.decide("one", 2, REMARKS)
    assert (second.open_stage, second.to_open) == ("two", (("two", "s1", 1),))
    assert second.states == {"one": StageState.PASSED, "two": StageState.OPEN, "confirm": StageState.WAITING}
    assert office.decide("two", 1, YES).open_stage == "confirm"
    assert office.decide("confirm", 1, YES).outcome is Outcome.APPROVED


def test_progress_opens_slots_that_have_no_review_yet() -> None:
    assert progress(small_plan(("one", "all", "gate")), [], now=NOON).to_open == (("one", "s1", 1),)


def test_case_2_empty_stage_is_passed_at_once() -> None:
    office = Office(small_plan(("none", "all", ""), ("one", "all", "gate")))
    first = office.go_on()
    assert (first.open_stage, first.states["none"]) == ("one", StageState.NOT_REQUIRED)


def test_case_2_stage_of_informs_only_never_holds() -> None:
    office = Office(small_plan(("told", "all", "inform inform"), ("one", "all", "gate")))
    first = office.go_on()
    assert first.open_stage == "one"
    assert first.to_open == (("told", "s1", 1), ("told", "s2", 2), ("one", "s1", 1))


def test_case_11_any_passes_at_the_first_visa_and_releases_the_others() -> None:
    office = Office(small_plan(("one", "any", "gate gate gate")))
    office.go_on()
    assert office.decide("one", 1, BACK).open_stage == "one"
    passed = office.decide("one", 2, YES)
    assert (passed.open_stage, len(passed.to_revoke)) == ("confirm", 1)
    assert office.state("one", 3) is ReviewState.REVOKED


def test_case_11_quorum_returns_only_once_out_of_reach() -> None:
    office = Office(small_plan(("one", {"quorum": 2}, "gate gate gate gate")))
    office.go_on()
    office.decide("one", 1, BACK)
    assert office.decide("one", 2, BACK).outcome is None
    lost = office.decide("one", 3, BACK)
    assert lost.outcome is Outcome.RETURNED
    assert office.state("one", 4) is ReviewState.REVOKED


def test_case_11_carried_visas_count_and_quorum_is_lowered_to_the_slots() -> None:
    office = Office(small_plan(("one", {"quorum": 2}, "gate gate gate")), carried={("one", "s2", 2)})
    office.go_on()
    assert office.decide("one", 1, YES).open_stage == "confirm"
    lowered = Office(small_plan(("one", {"quorum": 5}, "gate gate")))
    lowered.go_on()
    lowered.decide("one", 1, YES)
    assert lowered.decide("one", 2, YES).open_stage == "confirm"


def test_case_12_a_return_waits_for_all_gates_and_comes_once() -> None:
    office = Office(small_plan(("one", "all", "gate gate gate"), ("two", "all", "gate")))
    office.go_on()
    assert office.decide("one", 1, BACK).outcome is None
    assert office.decide("one", 2, YES).outcome is None
    returned = office.decide("one", 3, BACK)
    assert (returned.outcome, returned.open_stage) == (Outcome.RETURNED, None)
    assert (office.state("two", 1), office.state("confirm", 1)) == (ReviewState.REVOKED, ReviewState.REVOKED)
    assert returned.states == {"one": StageState.RETURNED, "two": StageState.WAITING, "confirm": StageState.WAITING}


def test_case_12_coordinator_returns_now_when_another_gate_is_overdue() -> None:
    office = Office(small_plan(("one", "all", "gate gate")))
    office.go_on()
    assert office.go_on(return_now=True).outcome is None
    office.decide("one", 1, BACK)
    office.now += timedelta(hours=8)
    assert not can_return_now(office.plan, list(office.reviews.values()), now=office.now)
    office.now += timedelta(microseconds=1)
    assert can_return_now(office.plan, list(office.reviews.values()), now=office.now)
    returned = office.go_on(return_now=True)
    assert returned.outcome is Outcome.RETURNED
    assert office.state("one", 2) is ReviewState.REVOKED


def test_case_12_nothing_to_return_now_without_a_return() -> None:
    office = Office(small_plan(("one", "all", "gate gate")))
    office.go_on()
    office.now += timedelta(days=30)
    assert not can_return_now(office.plan, list(office.reviews.values()), now=office.now)


def test_case_13_reject_in_a_confirming_stage_ends_at_once() -> None:
    office = Office(small_plan(("one", "all", "gate"), confirm="gate gate"))
    office.go_on()
    office.decide("one", 1, YES)
    rejected = office.decide("confirm", 1, NO)
    assert rejected.outcome is Outcome.REJECTED
    assert rejected.states["confirm"] is StageState.REJECTED
    assert office.state("confirm", 2) is ReviewState.REVOKED


def test_case_13_only_a_confirming_gate_is_offered_reject() -> None:
    assert verdicts(SlotKind.GATE, confirming=True) == (YES, REMARKS, BACK, NO)
    assert verdicts(SlotKind.GATE, confirming=False) == (YES, REMARKS, BACK)
    assert verdicts(SlotKind.CONSULT, confirming=True) == (OPINION,)
    assert verdicts(SlotKind.INFORM, confirming=True) == (Verdict.ACKNOWLEDGED,)


def test_case_13_a_reject_slipped_into_an_ordinary_stage_only_returns() -> None:
    office = Office(small_plan(("one", "all", "gate gate")))
    office.go_on()
    assert office.decide("one", 1, NO).outcome is None
    assert office.decide("one", 2, YES).outcome is Outcome.RETURNED


def test_case_14_a_recalled_decision_is_open_again_and_holds_the_stage() -> None:
    office = Office(small_plan(("one", "all", "gate gate")))
    office.go_on()
    before = office.reviews["one", "s1", 1]
    office.decide("one", 1, YES)
    office.reviews["one", "s1", 1] = before
    assert office.decide("one", 2, YES).open_stage == "one"


def test_case_15_consult_never_blocks_and_a_late_opinion_is_awaited_until_the_end() -> None:
    office = Office(small_plan(("one", "all", "gate consult consult")))
    office.go_on()
    assert office.decide("one", 1, YES).open_stage == "confirm"
    assert (office.state("one", 2), office.state("one", 3)) == (ReviewState.OPEN, ReviewState.OPEN)
    office.decide("one", 2, OPINION)
    approved = office.decide("confirm", 1, YES)
    assert (approved.outcome, approved.to_revoke) == (Outcome.APPROVED, ())
    assert (office.state("one", 2), office.state("one", 3)) == (ReviewState.DECIDED, ReviewState.LAPSED)


def test_case_15_an_opinion_that_did_not_come_lapses_when_the_round_is_returned() -> None:
    office = Office(small_plan(("one", "all", "gate consult")))
    office.go_on()
    assert len(office.decide("one", 1, BACK).to_revoke) == 1
    assert (office.state("one", 2), office.state("confirm", 1)) == (ReviewState.LAPSED, ReviewState.REVOKED)


def test_case_15_an_opinion_never_asked_for_is_not_required() -> None:
    office = Office(small_plan(confirm="gate consult"), carried={("confirm", "s1", 1)})
    assert office.go_on().outcome is Outcome.APPROVED
    assert office.state("confirm", 2) is ReviewState.REVOKED


def test_case_15_consult_only_stage_closes_when_answered() -> None:
    office = Office(small_plan(("ask", "all", "consult consult")))
    office.go_on()
    assert office.decide("ask", 1, OPINION).open_stage == "ask"
    assert office.decide("ask", 2, OPINION).open_stage == "confirm"


def test_case_15_consult_only_stage_closes_at_due() -> None:
    office = Office(small_plan(("ask", "all", "consult")))
    office.go_on()
    office.now += timedelta(hours=8) - timedelta(microseconds=1)
    assert office.go_on().open_stage == "ask"
    office.now += timedelta(microseconds=1)
    assert office.go_on().open_stage == "confirm"
    assert office.state("ask", 1) is ReviewState.OPEN


def test_case_16_inform_opens_with_its_stage_and_blocks_nothing() -> None:
    office = Office(small_plan(("one", "all", "gate inform")))
    assert office.go_on().to_open == (("one", "s1", 1), ("one", "s2", 2))
    assert office.decide("one", 1, YES).open_stage == "confirm"


def test_case_16_in_a_confirming_stage_nobody_is_told_before_confirmation() -> None:
    office = Office(small_plan(("one", "all", "gate"), confirm="gate inform"))
    office.go_on()
    assert office.decide("one", 1, YES).to_open == (("confirm", "s1", 1),)
    assert office.decide("confirm", 1, YES).to_open == (("confirm", "s2", 2),)
    assert office.state("confirm", 2) is ReviewState.OPEN


def test_case_16_with_two_confirming_stages_they_are_told_after_the_last() -> None:
    planned = small_plan(confirm="gate inform")
    last = replace(planned.stages[0], key="head", slots=planned.stages[0].slots[:1])
    office = Office(replace(planned, stages=(*planned.stages, last)))
    office.go_on()
    assert office.decide("confirm", 1, YES).to_open == (("head", "s1", 1),)
    assert office.decide("head", 1, NO).outcome is Outcome.REJECTED
    assert office.state("confirm", 2) is ReviewState.REVOKED


def test_case_19_fully_carried_stage_passes_at_once() -> None:
    office = Office(small_plan(("one", "all", "gate gate"), ("two", "all", "gate")), carried={("one", "s1", 1), ("one", "s2", 2)})
    assert office.go_on().open_stage == "two"


def test_case_30_a_lapsed_gate_can_only_return() -> None:
    office = Office(small_plan(("one", "all", "gate gate")))
    office.go_on()
    for slot_id in office.plan.stages[0].ids():
        office.set_states([slot_id], ReviewState.LAPSED)
    assert office.go_on().outcome is Outcome.RETURNED


# --- Cases 9, 18, 19: from round to round ---------------------------------------------------------------------------------------------


def agreement(planned: Plan, stage: str, key: str, unit: str, *, revision: int = 1, round_no: int = 1) -> Agreement:
    slot = slots(planned, stage)[key, unit]
    place = [one.key for one in planned.stages].index(stage)
    return Agreement(stage, key, slot.unit, slot.kind, revision, round_no, round_no * 100, slot.watches, place)


ORDINARY = plan(ROUTE["A"], event(expected=60), units("pmc", owners=("dm",)))
YOUTH = agreement(ORDINARY, "departments", "youth", "omp")
SAFETY = agreement(ORDINARY, "departments", "safety", "ozpb")
AT_YOUTH, AT_SAFETY = ("departments", "youth", ID["omp"]), ("departments", "safety", ID["ozpb"])


def test_case_19_visa_stays_unless_a_watched_section_changed() -> None:
    assert carry_over(ORDINARY, [YOUTH, SAFETY], {1: frozenset({"safety"})}, {}, {}) == {AT_YOUTH: YOUTH}
    assert carry_over(ORDINARY, [YOUTH, SAFETY], {1: frozenset()}, {}, {}) == {AT_YOUTH: YOUTH, AT_SAFETY: SAFETY}


def test_case_19_who_returned_is_never_carried() -> None:
    assert carry_over(ORDINARY, [YOUTH, SAFETY], {1: frozenset()}, {ID["omp"]: (2, 1)}, {}) == {AT_SAFETY: SAFETY}


def test_case_19_visa_older_than_its_units_return_is_none_any_more() -> None:
    unchanged = {1: frozenset[str](), 2: frozenset[str](), 3: frozenset[str]()}
    again = agreement(ORDINARY, "departments", "youth", "omp", revision=3, round_no=3)
    assert carry_over(ORDINARY, [YOUTH], unchanged, {ID["omp"]: (2, 1)}, {}) == {}
    assert carry_over(ORDINARY, [YOUTH, again], unchanged, {ID["omp"]: (2, 1)}, {}) == {AT_YOUTH: again}


def test_case_19_visa_given_in_a_later_stage_than_the_return_stays() -> None:
    """A stage that needs one of two passes although a unit has returned; what that unit approves further on is its later word."""
    assert carry_over(ORDINARY, [YOUTH], {1: frozenset()}, {ID["omp"]: (1, YOUTH.position - 1)}, {}) == {AT_YOUTH: YOUTH}
    assert carry_over(ORDINARY, [YOUTH], {1: frozenset()}, {ID["omp"]: (1, YOUTH.position + 1)}, {}) == {}


def test_case_19_compares_with_the_revision_the_visa_was_given_on() -> None:
    changed_since = {1: frozenset[str](), 2: frozenset({"content"})}
    assert carry_over(ORDINARY, [YOUTH], changed_since, {}, {}) == {AT_YOUTH: YOUTH}
    again = replace(YOUTH, revision_no=2, round_no=2)
    assert carry_over(ORDINARY, [again, YOUTH], changed_since, {}, {}) == {}


def test_case_19_a_slot_that_watches_more_asks_again() -> None:
    narrow = replace(SAFETY, watches=SAFETY.watches - {"safety"})
    assert carry_over(ORDINARY, [narrow], {1: frozenset()}, {}, {}) == {}
    wide = replace(SAFETY, watches=SAFETY.watches | {"money"})
    assert carry_over(ORDINARY, [wide], {1: frozenset({"money"})}, {}, {}) == {AT_SAFETY: wide}


def test_case_19_a_revision_that_cannot_be_compared_carries_nothing() -> None:
    assert carry_over(ORDINARY, [YOUTH], {}, {}, {}) == {}


def test_case_19_carries_by_unit_and_kind() -> None:
    assert carry_over(ORDINARY, [replace(YOUTH, unit=ID["okult"])], {1: frozenset()}, {}, {}) == {}
    assert carry_over(ORDINARY, [replace(YOUTH, kind=SlotKind.CONSULT)], {1: frozenset()}, {}, {}) == {}


def test_case_9_visas_carry_when_the_route_changes() -> None:
    mass = plan(ROUTE["B"], event(expected=300), units("pmc", owners=("dm",)))
    kept = carry_over(mass, [YOUTH, SAFETY], {1: frozenset({"money"})}, {}, {})
    assert kept == {("youth", "youth", ID["omp"]): YOUTH, AT_SAFETY: SAFETY}


def test_case_18_who_remarked_on_a_section_watches_it_in_the_next_round() -> None:
    remarked = {("youth", ID["omp"]): frozenset({"money"})}
    assert carry_over(ORDINARY, [YOUTH], {1: frozenset({"money"})}, {}, {}) == {AT_YOUTH: YOUTH}
    assert carry_over(ORDINARY, [YOUTH], {1: frozenset({"money"})}, {}, remarked) == {}
    assert carry_over(ORDINARY, [YOUTH], {1: frozenset({"venue"})}, {}, remarked) == {AT_YOUTH: YOUTH}
    wider = widened(ORDINARY, remarked)
    assert wider.slot(AT_YOUTH).watches == YOUTH.watches | {"money"}
    assert wider.slot(AT_SAFETY) == ORDINARY.slot(AT_SAFETY)
    assert carry_over(wider, [YOUTH], {1: frozenset({"venue"})}, {}, remarked) == {AT_YOUTH: YOUTH}


# --- When it will be over -------------------------------------------------------------------------------------------------------------


def full_sla_hours(planned: Plan, carried: tuple[SlotId, ...] = ()) -> int:
    """The critical path in working hours: a clock on which every hour is a working hour."""
    finish = forecast(planned, carried, NOON, lambda _unit, opened, hours: opened + timedelta(hours=hours)).finish
    return int((finish - NOON) / timedelta(hours=1))


FULL_SLA = {
    **dict.fromkeys(("t01", "t02", "t03", "t10", "t14", "t18", "t19"), 20),
    **dict.fromkeys(("t04", "t11", "t15", "t16", "t17"), 36),
    **dict.fromkeys(("t05", "t09", "t12", "t13", "t20"), 44),
    **dict.fromkeys(("t06", "t07", "t08"), 52),
}


@pytest.mark.parametrize("key", TEMPLATES)
def test_demo_template_full_sla_stays_within_the_target(key: str) -> None:
    template = TEMPLATES[key]
    facts = facts_of(template)
    route = select(ROUTES, facts).route
    planned = plan(route, facts, units(template["lead"], tuple(template["co"]), (VENUES[template["venue"]]["owner"],)))
    assert full_sla_hours(planned) == FULL_SLA[key]
    assert full_sla_hours(planned) <= route.target_working_days * 8


def test_forecast_gives_every_stage_its_moments_and_none_to_what_is_carried() -> None:
    planned = plan(ROUTE["A"], QUIET, units())
    carried = [("departments", "youth", ID["omp"])]
    expected = forecast(planned, carried, NOON, lambda _unit, opened, hours: opened + timedelta(hours=hours))
    four, twelve = NOON + timedelta(hours=4), NOON + timedelta(hours=12)
    assert expected.stages == (("lead", NOON, four), ("departments", four, four), ("deputy-head", four, twelve), ("head", twelve, twelve))
    assert expected.finish == twelve


def test_forecast_waits_for_the_longest_gate_or_for_opinions_where_there_is_no_gate() -> None:
    planned = small_plan(("one", "any", "gate gate consult"), ("ask", "all", "consult inform"))
    hours = {1: 3, 2: 5, 3: 40}
    expected = forecast(planned, (), NOON, lambda unit, opened, _hours: opened + timedelta(hours=hours[unit]))
    assert [int((due - NOON) / timedelta(hours=1)) for _, _, due in expected.stages] == [5, 8, 11]
    enough = forecast(planned, {("one", "s2", 2)}, NOON, lambda unit, opened, _hours: opened + timedelta(hours=hours[unit]))
    assert enough.stages[0] == ("one", NOON, NOON)
