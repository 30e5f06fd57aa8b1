"""The check that every rule of the office is read: what it finds, and that it finds nothing in the product."""

import ast
import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from events.district.rule_values import stored
from events.district.rules import DECLARED

CHECKS = Path(__file__).resolve().parents[2] / ".ci"
TEA = "/".join(("events", "tea.py"))
"""A module there is none of."""
KEYS = {"tea_break_minutes": "how long tea lasts"}
COUNTED = re.compile(
    r"\b(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|fourteen|twenty|thirty|sixty|ninety)[ -]"
    r"(?:working |calendar )?(?:days?|hours?|weeks?|months?|years?|people|persons?|dates|percent)\b",
    re.IGNORECASE,
)
"""A count of what rules count, written into a sentence."""
EXCUSED = {
    "To begin, choose a password. The link is good for one day and for one use; a new one can be asked for on the sign-in page.": "link",
    "It is good for one use and one day, and a new one takes its place at each start. Whoever runs the server can print another:": "link",
    "The link is good for one day and for one use. If it was not you, simply forget this letter: nothing changes.": "link",
    "Give the participants' age, from 0 to 99 years.": "a number that is no number (decision 005)",
    "Hours at a 40-hour week": "the production calendar's own column",
    "Set one day": "no count of the office's",
    "Load one year from FILE, which has the shape of data/ru_calendar.json.": "a file of the calendar",
}
"""Sentences that may say such a count, and of what it is: none of them of a rule."""
ROWS = [(key, stored(one.default), one.source, one.until) for key, one in DECLARED.items()]


def program(name: str) -> ModuleType:
    """`.ci/<name>.py`, whose folder is no package."""
    spec = importlib.util.spec_from_file_location(f"ci_{name}", CHECKS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look for themselves there
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def check() -> ModuleType:
    """The check itself."""
    return program("rules")


def found(check: ModuleType, code: str) -> list[str]:
    return list(check.unread(KEYS, [(TEA, ast.parse(code))]))


def test_the_product_reads_every_rule(check: ModuleType):
    assert list(check.unread({key: one.decides.msgid for key, one in DECLARED.items()}, check.modules())) == []


@pytest.mark.parametrize(
    "code", ["x = rules.tea_break_minutes", "x = queries.rules().tea_break_minutes + 1", "f(around.law(one).tea_break_minutes)"]
)
def test_a_rule_is_read_where_an_attribute_of_its_name_is(check: ModuleType, code: str):
    assert found(check, code) == []


@pytest.mark.parametrize(
    "code", ["", "tea_break_minutes = 15", "rules.tea_break_minutes = 15", "x = 'tea_break_minutes'", "Rules(tea_break_minutes=15)"]
)
def test_a_rule_that_is_only_named_is_read_nowhere(check: ModuleType, code: str):
    assert found(check, code) == ["tea_break_minutes is read nowhere: how long tea lasts"]


@pytest.mark.parametrize("member", ["tea_break_minutes: int", "tea_break_minutes = 15", "def tea_break_minutes(self): ..."])
def test_a_name_shared_with_another_class_would_hide_an_unread_rule(check: ModuleType, member: str):
    code = f"class Kitchen:\n    {member}\nx = kitchen.tea_break_minutes"
    assert found(check, code) == [f"tea_break_minutes is also a name in {TEA}: Kitchen: give one of them another"]


def test_what_is_stored_and_what_is_declared_must_agree(check: ModuleType):
    (key, value, source, until), *others = ROWS
    assert list(check.misplaced(ROWS)) == []
    assert list(check.misplaced([*ROWS, ("tea", 1, "", None)])) == ["tea is stored and nothing declares it"]
    assert list(check.misplaced(others)) == [f"{key} is declared and no migration stores it"]
    told = f"{key} is stored as {(99, source, until)} and declared as {(value, source, until)}"
    assert list(check.misplaced([(key, 99, source, until), *others])) == [told]


def test_no_sentence_says_in_its_own_words_what_a_rule_counts():
    sentences = program("translations").collect().values()
    assert {one.msgid for one in sentences if one.plural is None and COUNTED.search(one.msgid)} == EXCUSED.keys()
