"""The check that every rule of the office is read: what it finds, and that it finds nothing in the product."""

import ast
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from events.district.rule_values import stored
from events.district.rules import DECLARED

CHECK = Path(__file__).resolve().parents[2] / ".ci" / "rules.py"
TEA = "/".join(("events", "tea.py"))
"""A module there is none of."""
KEYS = {"tea_break_minutes": "how long tea lasts"}
ROWS = [(key, stored(one.default), one.source) for key, one in DECLARED.items()]


@pytest.fixture(scope="module")
def check() -> ModuleType:
    """`.ci/rules.py`, whose folder is no package."""
    spec = importlib.util.spec_from_file_location("ci_rules", CHECK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def found(check: ModuleType, code: str) -> list[str]:
    return list(check.unread(KEYS, [(TEA, ast.parse(code))]))


def test_the_product_reads_every_rule(check: ModuleType):
    assert list(check.unread({key: one.decides for key, one in DECLARED.items()}, check.modules())) == []


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
    (key, value, source), *others = ROWS
    assert list(check.misplaced(ROWS)) == []
    assert list(check.misplaced([*ROWS, ("tea", 1, "")])) == ["tea is stored and nothing declares it"]
    assert list(check.misplaced(others)) == [f"{key} is declared and no migration stores it"]
    assert list(check.misplaced([(key, 99, source), *others])) == [f"{key} is stored as {(99, source)} and declared as {(value, source)}"]
