"""The check of lengths: it finds a long module, and none in the product."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def check() -> ModuleType:
    """`.ci/modules.py`, whose folder is no package."""
    spec = importlib.util.spec_from_file_location("ci_modules", ROOT / ".ci" / "modules.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_module_of_301_lines_is_named(check: ModuleType, tmp_path: Path):
    for room in check.ROOMS:
        (tmp_path / room).write_text("") if room.endswith(".py") else (tmp_path / room).mkdir()
    (tmp_path / "events" / "fits.py").write_text("x = 1\n" * 300)
    (tmp_path / "events" / "grows.py").write_text("x = 1\n" * 301)
    assert check.too_long(tmp_path) == [f"{Path('events') / 'grows.py'}: 301 lines"]


def test_no_module_of_the_product_is_too_long(check: ModuleType):
    assert check.too_long(ROOT) == []
