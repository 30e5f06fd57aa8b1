"""The sentences that the product says: those its catalogues are checked against."""

import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

CHECK = Path(__file__).resolve().parents[2] / ".ci" / "translations.py"
OTHER_WORDS = re.compile(r"\b(visas?|turns?)\b", re.IGNORECASE)
"""What a review was also called."""


@pytest.fixture(scope="module")
def check() -> Iterator[ModuleType]:
    """`.ci/translations.py`, whose folder is no package."""
    spec = importlib.util.spec_from_file_location("ci_translations", CHECK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def test_a_review_is_called_nothing_else_in_english(check: ModuleType):
    """One word a thing (domain.md section 10); what waits «awaits its turn» as anything does."""
    assert [one for one in check.collect() if OTHER_WORDS.search(one)] == ["awaits its turn"]


def test_what_a_file_of_a_district_is_refused_for_is_written_once(check: ModuleType):
    """Where the commands ask what the matters ask again, both say it by one function."""
    files = re.compile(r"/(district|venue)_file\b")
    places = {one.msgid: one.places for one in check.collect().values() if any(map(files.search, one.places))}
    assert len(places) >= 10
    assert {msgid: where for msgid, where in places.items() if len(where) > 1} == {}
