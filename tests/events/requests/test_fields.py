"""Fields are declared once: rows, form, facts of routes and public outputs agree with what `requests/fields.py` says of each."""

import ast
from enum import StrEnum
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from events.approvals.conditions import FACTS
from events.requests.fields import FIELDS, RISKS, SECTION_TITLES, Content, Material
from events.requests.models import PART_FIELDS, Revision
from events.requests.sections import EMPTY, SECTION_FIELDS
from events.requests.vocabulary import Section
from forms.requests import ROW_FIELDS, RequestForm

ROOT = Path(__file__).parents[3]
PUBLIC_READERS = sorted(
    [*(ROOT / "events" / "calendars").rglob("*.py"), *(ROOT / "views" / f"{name}.py" for name in ("programme", "feeds"))]
)
OWN_COLUMNS = {
    "id", "request_id", "no", "state", "amendment", "section_versions", "created_at", "saved_at", "submitted_at", "submitted_by_id", "hash",
    "active_seconds",
}  # fmt: skip
"""What a revision is, beside what it says."""
TYPES = get_type_hints(Content)


def test_every_field_is_kept_by_the_revision():
    columns = set(Revision.__table__.columns.keys()) - OWN_COLUMNS
    assert set(FIELDS) - PART_FIELDS - columns == set(), "declared in requests/fields.py, but no column of Revision keeps them"
    assert columns - set(FIELDS) == set(), "columns of Revision that requests/fields.py does not declare"
    assert set(PART_FIELDS) == set(ROW_FIELDS)


def test_a_new_revision_says_what_an_empty_content_says():
    kept = {name: Revision.__table__.c[name].default for name in FIELDS if name not in PART_FIELDS}
    said = {name: one.arg if one is not None and one.is_scalar else None for name, one in kept.items() if name != "extra_directions"}
    assert said == {name: getattr(EMPTY, name) for name in said}


def test_every_field_stands_in_the_form():
    assert [name for name in FIELDS if not hasattr(RequestForm, name)] == [], (
        "declared in requests/fields.py, but the form has no such field"
    )


def test_sections_hold_every_field_once_in_the_order_of_the_declaration():
    assert [name for section in Section for name in SECTION_FIELDS[section]] == list(FIELDS)
    assert set(SECTION_TITLES) == set(Section)


def test_each_field_has_a_name_of_its_own():
    assert len({one.label.msgid for one in FIELDS.values()}) == len(FIELDS)


@pytest.mark.parametrize("name", FIELDS)
def test_declaration_fits_the_kind_of_the_field(name: str):
    one, kinds = FIELDS[name], [kind for kind in get_args(TYPES[name]) or (TYPES[name],) if kind is not type(None)]
    assert one.tick is (kinds == [bool])
    assert one.asked is None or kinds in ([bool], [int]), "routes compare ticks and whole numbers only"
    assert one.risk == 0 or one.tick, "a danger is a tick"
    assert not (one.personal and one.public), "what names a person is never announced"
    if one.words:
        assert list(one.words) == list(kinds[0]), "every value of the closed list has its words"
    assert one.words or not (isinstance(kinds[0], type) and issubclass(kinds[0], StrEnum)) or name == "age_mark"


def test_dangers_are_told_in_one_order():
    assert [FIELDS[name].risk for name in RISKS] == list(range(1, len(RISKS) + 1))


def test_whatever_concerns_safety_is_material():
    assert {FIELDS[name].material for name in SECTION_FIELDS[Section.SAFETY]} == {Material.ANY}


def test_routes_may_ask_for_every_field_declared_so():
    assert {name for name, one in FIELDS.items() if one.asked} <= set(FACTS)


# --- What the public may read -------------------------------------------------------------------------------------------------------------


def read_of_revisions(path: Path) -> set[str]:
    """Fields that this module reads of a revision or of its content."""
    nodes = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Attribute)]
    of_revisions = [one.attr for one in nodes if isinstance(one.value, ast.Name) and one.value.id in ("Revision", "revision", "content")]
    return set(FIELDS).intersection(of_revisions)


@pytest.mark.parametrize("path", PUBLIC_READERS, ids=lambda path: path.stem)
def test_calendars_and_programme_read_public_fields_only(path: Path):
    assert {name for name in read_of_revisions(path) if not FIELDS[name].public} == set(), "not declared public in requests/fields.py"


def test_every_public_field_is_read_by_the_calendars():
    read = set().union(*(read_of_revisions(path) for path in PUBLIC_READERS))
    assert {name for name, one in FIELDS.items() if one.public} - PART_FIELDS == read
