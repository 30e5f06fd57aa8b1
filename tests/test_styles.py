"""The look as a whole: each page has the sheets of all it draws, each rule is for something, each file keeps to its layer.

That no page lacks a sheet is asked of every page any test fetches (tests/fixtures/proofreading.py).
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import html5lib
import pytest

import app as assembler
from settings import Settings
from tests.fixtures import stylesheets
from tests.fixtures.browsing import Client
from tests.fixtures.cast import sign_in_as
from tests.fixtures.proofreading import faults
from tests.fixtures.stylesheets import FOLDER, ROOT, rules

pytestmark = pytest.mark.engines("sqlite")

SHEETS = {path.stem: path for path in sorted(FOLDER.rglob("*.css"))}
FOLDER_OF_TEMPLATES = ROOT / "templates"
TEMPLATES = {path: re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL) for path in sorted(FOLDER_OF_TEMPLATES.rglob("*.html"))}

_CLASS = re.compile(r'\bclass_?="([^"]*)')
_BODY = re.compile(r"\{% block (?:main|body)_class %\}([^{]*)\{%")
_STYLES = re.compile(r"\{% block (?:frame_)?styles %\}([^{]*)\{%")
_PART = re.compile(r'(?:from|include) "([^"]+)"')
_TAG = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
_LITERAL = re.compile(r"""(?<![\w"']=)(?:"([^"]*)"|'([^']*)')""")
_BEGUN = re.compile(r"([a-z][\w-]*-)\{\{")
"""A class begun in the template and ended by a value: `stage-{{ stage.state }}`."""


def own(path: Path) -> list[str]:
    """The sheets a template names itself."""
    found = _STYLES.findall(TEMPLATES[path]) + re.findall(r'for names in \("([a-z -]+)"', TEMPLATES[path])
    return [name for names in found for name in names.split()]


def whole(path: Path) -> list[str]:
    """The sheets of a page: its own and those of the layouts it extends."""
    layout = re.search(r'\{% extends "([^"]+)"', TEMPLATES[path])
    return own(path) + (whole(FOLDER_OF_TEMPLATES / layout[1]) if layout else [])


def parts(path: Path) -> set[Path]:
    """The template with every template it imports or includes."""
    found = {path}
    for _ in range(len(TEMPLATES)):
        named = {name for one in found for name in _PART.findall(TEMPLATES[one])}
        more = {one for one in TEMPLATES for name in named if str(one.relative_to(FOLDER_OF_TEMPLATES)).startswith(name)}
        if more <= found:
            break
        found |= more
    return found


def written(paths: Iterable[Path]) -> set[str]:
    """The classes written out in these templates."""
    found: set[str] = set()
    for text in map(TEMPLATES.__getitem__, paths):
        found.update(word for names in (*_CLASS.findall(text), *_BODY.findall(text)) for word in re.findall(r"[\w-]+", names))
        found.update(word for tag in _TAG.findall(text) for literal in _LITERAL.findall(tag) for word in "".join(literal).split())
    return found


def composed(paths: Iterable[Path]) -> set[str]:
    """The classes these templates may compose: a beginning of theirs and any word said in a template or in what it is given, or a
    digit. Tones and looks stand in presenters; the domain says none, so a word of its own excuses no class."""
    begun = {start for path in paths for start in _BEGUN.findall(TEMPLATES[path])}
    python = [path.read_text() for folder in ("views", "presenters") for path in sorted((ROOT / folder).rglob("*.py"))]
    ends = {word for text in (*TEMPLATES.values(), *python) for word in re.findall(r"""["']([\w-]+)["']""", text)}
    return {start + end for start in begun for end in (*ends, *map(str, range(10)))}


def scripted() -> set[str]:
    """The classes that scripts put on elements, and those of what Python draws."""
    drawn = [path.read_text() for path in sorted((ROOT / "views").rglob("*.py"))]
    return {word for text in drawn for names in _CLASS.findall(text) for word in names.split()}.union(
        *(stylesheets.added_by_scripts(path.stem) for path in stylesheets.SCRIPTS.glob("*.js"))
    )


def test_a_page_that_lacks_a_sheet_is_found():
    page = """<!DOCTYPE html><html lang="ru"><head><title>x</title><link rel="stylesheet" href="/styles/{}?v=1"></head>
        <body data-copy><p class="row-meta muted">x</p></body></html>"""
    parse = html5lib.HTMLParser(namespaceHTMLElements=False).parse
    assert list(stylesheets.missing(parse(page.format("tokens+rows+words")))) == []
    assert list(stylesheets.missing(parse(page.format("tokens+words")))) == [
        "«.row-meta» is styled by rows.css, which the page does not name"
    ]
    assert [one for one in faults(page.format("rows")) if "styled by" in one] == [
        "«.muted» is styled by words.css, which the page does not name"
    ]


def test_what_a_script_adds_counts_as_drawn():
    page = """<html><head><link rel="stylesheet" href="/styles/{}?v=1"></head><body><form data-keep-typed></form></body></html>"""
    parse = html5lib.HTMLParser(namespaceHTMLElements=False).parse
    assert list(stylesheets.missing(parse(page.format("note")))) == []
    assert "«.note» is styled by note.css, which the page does not name" in list(stylesheets.missing(parse(page.format("rows"))))


def test_the_style_guide_draws_nothing_without_its_sheet(settings: Settings, app: object):
    """It is served in demo mode only, so no other test meets it."""
    client = Client(assembler.create_app(replace(settings, demo=True)))
    sign_in_as(client, "spec_pmc")
    page = client.http.get("/styleguide", base_url="http://127.0.0.1:8000").get_data(as_text=True)
    assert "swatches" in page
    assert list(stylesheets.missing(html5lib.parse(page, namespaceHTMLElements=False))) == []
    assert [fault for fault in faults(page) if "leads nowhere" in fault or "empty" in fault] == []


def test_every_class_that_is_styled_is_drawn_somewhere():
    drawn = written(TEMPLATES) | composed(TEMPLATES) | scripted()
    styled = {name: rule.sheet for rule in rules() for name in rule.classes}
    assert {name: sheet for name, sheet in styled.items() if name not in drawn} == {}


def test_every_sheet_is_named_by_a_template():
    assert {name for path in TEMPLATES for name in own(path)} == SHEETS.keys()


def test_a_page_names_a_sheet_once():
    counted = {str(path): [name for name, count in Counter(whole(path)).items() if count > 1] for path in TEMPLATES}
    assert {path: twice for path, twice in counted.items() if twice} == {}


def test_a_page_names_no_sheet_of_which_it_draws_nothing():
    classes = {name: {one for rule in rules() if rule.sheet == name for one in rule.classes} for name in SHEETS}
    pages = [path for path in TEMPLATES if path.parent.name != "layout" and own(path)]
    drawn = {path: written(parts(path)) | composed(parts(path)) for path in pages}
    assert [(path.name, name) for path in pages for name in own(path) if not drawn[path] & classes[name]] == []


def test_a_file_has_one_name_and_keeps_to_its_layer():
    """A folder is a layer; what stands on paper is the last layer, open to every file."""
    paths = sorted(FOLDER.rglob("*.css"))
    assert len(paths) == len(SHEETS)
    strangers = {rule.sheet: rule.layer for rule in rules() if rule.layer not in {SHEETS[rule.sheet].parent.name, "print"}}
    assert strangers == {}


def test_the_layers_are_those_of_the_folders():
    ordered = re.search(r"^@layer ([\w, ]+);$", (FOLDER / "base" / "layers.css").read_text(), flags=re.MULTILINE)
    assert ordered is not None
    assert [*ordered[1].split(", ")] == ["base", "components", "pages", "print"]
    assert {path.name for path in FOLDER.iterdir()} == {"base", "components", "pages"}
