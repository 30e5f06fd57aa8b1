"""Are the translations complete? Every sentence of code and templates against the catalogues in `translations/`.

A catalogue must hold each sentence with all its forms and the same placeholders, nothing fuzzy, and nothing nobody says any more.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from jinja2 import Environment
from jinja2.ext import babel_extract

ROOT = Path(__file__).resolve().parents[1]
CODE = ("app.py", "settings.py", "events", "presenters", "forms", "letters", "views", "commands")
LOCALES = ("ru", "en")
SINGLE, PLURAL = frozenset({"_", "N_", "gettext", "lazy_gettext"}), frozenset({"ngettext", "lazy_ngettext", "N_"})
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]")
COUNTS = frozenset({"n", "num"})
"""Placeholders a singular may leave out: «Остался один рабочий час»."""
LOOSE = re.compile(
    r"%\((?:n|num|count|hours|minutes|days|least|most|max|age|amount|capacity|year)\)s (?!(?:и|или|до|с|в|из|не|на|по|для|от)\b)[а-яё₽]"
)
"""A number that may stand at the end of a line while its noun begins the next: the space between them must not break (U+00A0)."""


@dataclass
class Sentence:
    """One sentence as it stands in the source."""

    msgid: str
    plural: str | None = None
    places: list[str] = field(default_factory=list)


def main() -> int:
    """Print what is wrong; the exit status says whether anything is."""
    sentences = collect()
    found = [fault for locale in LOCALES for fault in faults(locale, sentences)]
    sys.stdout.writelines(f"{fault}\n" for fault in found)
    sys.stdout.write(f"translations: {len(sentences)} sentences, {len(found)} faults\n")
    return bool(found)


def collect() -> dict[str, Sentence]:
    """Every sentence by its msgid."""
    found: dict[str, Sentence] = {}
    for place, msgid, plural in (*_in_code(), *_in_templates()):
        sentence = found.setdefault(msgid, Sentence(msgid))
        sentence.plural = sentence.plural or plural
        sentence.places.append(place)
    return found


def faults(locale: str, sentences: dict[str, Sentence]) -> Iterator[str]:
    """What is wrong with one catalogue. English sentences need no translation, so the English one may hold as few as it likes."""
    path = ROOT / "translations" / locale / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        if locale != "en":
            yield f"{path.relative_to(ROOT)} is missing"
        return
    with path.open("rb") as file:
        catalogue = read_po(file, locale=locale)
    stored = {_first(one): one for one in catalogue if one.id}
    for msgid, sentence in sentences.items():
        if msgid not in stored and locale != "en":
            yield f"{locale}: untranslated: {msgid!r} ({sentence.places[0]})"
        elif msgid in stored:
            yield from _message_faults(locale, sentence, stored[msgid], catalogue.num_plurals)
    yield from (f"{locale}: nobody says {msgid!r} any more" for msgid in stored if msgid not in sentences)


def _message_faults(locale: str, sentence: Sentence, message: Message, forms: int) -> Iterator[str]:
    """Empty, fuzzy, short of a form, or with other placeholders."""
    strings = [one or "" for one in (message.string if isinstance(message.string, tuple | list) else (message.string,))]
    if message.fuzzy:
        yield f"{locale}: fuzzy: {sentence.msgid!r}"
    if not all(strings):
        yield f"{locale}: empty: {sentence.msgid!r} ({sentence.places[0]})"
        return
    if sentence.plural and len(strings) != forms:
        yield f"{locale}: {len(strings)} of {forms} plural forms: {sentence.msgid!r}"
    wanted = _placeholders(sentence.plural or sentence.msgid) | _placeholders(sentence.msgid)
    for string in strings:
        if _placeholders(string) - wanted or wanted - _placeholders(string) - (COUNTS if sentence.plural else frozenset()):
            yield f"{locale}: other placeholders: {sentence.msgid!r} -> {string!r}"
        if LOOSE.search(string):
            yield f"{locale}: the space after a number must be a no-break one (U+00A0): {string!r}"


def _in_code() -> Iterator[tuple[str, str, str | None]]:
    """Sentences in Python: constant arguments of the marker functions."""
    for top in CODE:
        path = ROOT / top
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text())):
                place = f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
                if isinstance(node, ast.Call):
                    yield from _called(node, place)
                if top == "commands":
                    yield from ((place, text, None) for text in _help(node))


def _help(node: ast.AST) -> Iterator[str]:
    """What `--help` says: the docstring of a command, `help=` of a group or an option."""
    if isinstance(node, ast.FunctionDef):
        makers = (one.func for one in node.decorator_list if isinstance(one, ast.Call))
        if any(isinstance(one, ast.Attribute) and one.attr == "command" for one in makers) and not _has_help(node):
            yield ast.get_docstring(node) or ""
    elif isinstance(node, ast.Call):
        yield from (text for one in node.keywords if one.arg == "help" and (text := _constant(one.value)))


def _has_help(node: ast.FunctionDef) -> bool:
    """Whether the command's help stands beside its docstring."""
    makers = [one for one in node.decorator_list if isinstance(one, ast.Call) and getattr(one.func, "attr", "") == "command"]
    return any(given.arg == "help" for one in makers for given in one.keywords)


def _called(node: ast.Call, place: str) -> Iterator[tuple[str, str, str | None]]:
    """The sentence of one call, if it is a marker's."""
    name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
    if name not in SINGLE | PLURAL or not node.args:
        return
    by_name = [one.value for one in node.keywords if one.arg == "plural"]
    texts = [_constant(one) for one in [*node.args[:2], *by_name]]
    if texts[0] is not None:
        yield place, texts[0], next((text for text in texts[1:] if text), None) if name in PLURAL else None


def _constant(node: ast.expr) -> str | None:
    """A text written out in the source."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _in_templates() -> Iterator[tuple[str, str, str | None]]:
    """Sentences in Jinja templates."""
    options = {"extensions": "jinja2.ext.i18n,jinja2.ext.do", "silent": "false"}
    for file in sorted((ROOT / "templates").rglob("*.*")):
        Environment(autoescape=True).parse(file.read_text())
        with file.open("rb") as source:
            for line, function, texts, _ in babel_extract(source, ["_", "gettext", "ngettext"], [], options):
                parts = texts if isinstance(texts, tuple | list) else (texts,)
                if parts and parts[0]:
                    yield f"{file.relative_to(ROOT)}:{line}", str(parts[0]), str(parts[1]) if function == "ngettext" else None


def _placeholders(text: str) -> frozenset[str]:
    """Names of the values in a sentence."""
    return frozenset(PLACEHOLDER.findall(text))


def _first(message: Message) -> str:
    """The msgid, of a plural its singular."""
    return str(message.id[0]) if isinstance(message.id, tuple | list) else str(message.id)


if __name__ == "__main__":
    sys.exit(main())
