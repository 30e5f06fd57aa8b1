"""The check of what templates are given: mypy with our plugin reads a module in which every second call hands over a dictionary."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLANTED = """
from dataclasses import dataclass

from flask import render_template, render_template_string
from jinja2 import Template

from views.choices import Box


def draw(page: Template, box: Box, raw: dict[str, str], boxes: dict[str, Box], by_id: dict[int, Box]) -> None:
    render_template("x.html", box=box, boxes=[box], by_id=by_id)
    render_template("x.html", box=raw)  # box is a dictionary by names
    render_template("x.html", rows=[(raw,)])  # rows[][] is a dictionary by names
    render_template("x.html", **boxes)  # **values has no names to check
    render_template_string("", box=raw)  # box is a dictionary by names
    page.render(box=box, title="Зал", by_id=by_id)
    page.render({"box": box})
    page.render(box=raw)  # box is a dictionary by names
    page.render({"box": raw})  # box is a dictionary by names
    page.render(boxes)  # a dictionary made elsewhere has no names to check
    page.render(**boxes)  # a dictionary made elsewhere has no names to check
    page.new_context({"box": box, "bullet": "–"})
    page.new_context({"remarks": [raw]})  # remarks[] is a dictionary by names
    page.new_context(boxes)  # a dictionary made elsewhere has no names to check
    page.new_context({**boxes})  # a dictionary made elsewhere has no names to check
    page.make_module(vars={"box": raw})  # box is a dictionary by names
    page.generate(box=raw)  # box is a dictionary by names
"""


@pytest.fixture(scope="module")
def check() -> ModuleType:
    """`.ci/view_models.py`, whose folder is no package."""
    spec = importlib.util.spec_from_file_location("ci_view_models", ROOT / ".ci" / "view_models.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> dict[int, str]:
    """What mypy says of each line, as `make check` runs it."""
    planted = tmp_path_factory.mktemp("planted") / "planted.py"
    planted.write_text(PLANTED, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--follow-imports=silent", f"--cache-dir={planted.parent / 'cache'}", str(planted)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 1, run.stdout + run.stderr
    return {int(line): said for line, said in re.findall(r"planted\.py:(\d+): error: (.*)", run.stdout)}


def test_a_dictionary_that_crosses_into_a_template_is_named_and_a_typed_value_is_not(reported: dict[int, str]):
    wanted = {no: line.partition("  # ")[2] for no, line in enumerate(PLANTED.splitlines(), 1) if "  # " in line}
    assert reported.keys() == wanted.keys()
    assert [(no, said) for no, said in reported.items() if wanted[no] not in said] == []


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("{{ row({'url': '#'}) }}", [1]),
        ("{{ facts([\n{'name': 'Где'}], columns=true) }}", [2]),
        ("{% for one in [{'url': '/desk'}] %}{% endfor %}", [1]),
        ("{% macro badge(tone) %}{{ icon({'good': 'check'}[tone]) }}{{ icon({'good': 'check'}.get(tone)) }}{% endmacro %}", []),
        ("{{ render_field(form.format, options_hints={'online': 'По ссылке'}) }}{{ facts([fact('Где', 'Зал')]) }}", []),
    ],
)
def test_a_record_written_out_in_a_template_is_named_by_its_line(check: ModuleType, source: str, lines: list[int]):
    assert [int(fault.partition(":")[0]) for fault in check.record_faults(source)] == lines


def test_the_product_hands_on_no_record_without_a_type(check: ModuleType):
    assert check.main() == 0
