"""Is every rule of the office read, and is every stored one declared? Declarations against the product's code and a migrated database.

A rule is read where an attribute of its name is read; so that this means the rule and nothing else, no other class may have the name.
"""

import ast
import logging
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

import flask_migrate
from sqlalchemy import select

import app as assembler
from events.district.models import Rule
from events.district.rule_values import stored
from events.district.rules import DECLARED, Rules
from events.foundation.db import db
from tests.fixtures.databases import settings_for

ROOT = Path(__file__).resolve().parents[1]
CODE = ("app.py", "settings.py", "events", "presenters", "forms", "letters", "views", "commands")

Row = tuple[str, object, str, date | None]
"""Key, value, source and last day of a stored rule."""


def main() -> int:
    """Print what is wrong; the exit status says whether anything is."""
    logging.disable(logging.INFO)
    keys = {key: one.decides.msgid for key, one in DECLARED.items()}
    found = [*unread(keys, modules()), *misplaced(_rows())]
    sys.stdout.writelines(f"{fault}\n" for fault in found)
    sys.stdout.write(f"rules: {len(keys)} declared, {len(found)} faults\n")
    return bool(found)


def unread(keys: Mapping[str, str], trees: Iterable[tuple[str, ast.Module]]) -> Iterator[str]:
    """Rules (key -> what it decides) that no module reads, and rules whose name is not theirs alone. `trees` are modules by path."""
    read, owners = set[str](), defaultdict[str, list[str]](list)
    for path, tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                read.add(node.attr)
            elif isinstance(node, ast.ClassDef):
                for name in _own_names(node):
                    owners[name].append(f"{path}: {node.name}")
    for key, decides in keys.items():
        if key not in read:
            yield f"{key} is read nowhere: {decides}"
        yield from (
            f"{key} is also a name in {owner}: give one of them another"
            for owner in owners[key]
            if not owner.endswith(f": {Rules.__name__}")
        )


def misplaced(rows: Iterable[Row]) -> Iterator[str]:
    """Where a freshly migrated table is not what is declared."""
    found = {key: tuple(rest) for key, *rest in rows}
    for key in sorted(found.keys() - DECLARED.keys()):
        yield f"{key} is stored and nothing declares it"
    for key, one in DECLARED.items():
        if key not in found:
            yield f"{key} is declared and no migration stores it"
        elif found[key] != (declared := (stored(one.default), one.source, one.until)):
            yield f"{key} is stored as {found[key]} and declared as {declared}"


def _own_names(node: ast.ClassDef) -> Iterator[str]:
    """What the class itself calls its members."""
    for one in node.body:
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
            yield one.name
        targets = one.targets if isinstance(one, ast.Assign) else [one.target] if isinstance(one, ast.AnnAssign) else []
        yield from (target.id for target in targets if isinstance(target, ast.Name))


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Every module of the product."""
    for name in CODE:
        place = ROOT / name
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def _rows() -> list[Row]:
    """What an installation starts with."""
    with tempfile.TemporaryDirectory(prefix="marshrut-rules-") as name:
        application = assembler.create_app(settings_for(f"sqlite:///{name}/rules.sqlite3", Path(name) / "instance"))
        with application.app_context():
            flask_migrate.upgrade()
            rows = db.session.execute(select(Rule.key, Rule.value, Rule.source, Rule.valid_until)).all()
            db.session.remove()
            db.engine.dispose()
    return [(key, value, source, until) for key, value, source, until in rows]


if __name__ == "__main__":
    sys.exit(main())
