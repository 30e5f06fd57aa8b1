"""The rooms of the house and which imports which, drawn from the code; `docs/imports.md` must hold today's drawing.

    python .ci/drawing.py --root ../before    draws another checkout

An arrow is drawn where no longer way through other arrows says the same, so that the drawing is the order of the rooms and not every
import. A circle between modules is named, whether or not a room hides it.
"""

import argparse
import ast
import sys
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DRAWN = ROOT / "docs" / "imports.md"
TOPS = ("app", "settings", "logs", "events", "presenters", "forms", "letters", "views", "commands")


def modules(root: Path) -> dict[str, Path]:
    """Every module of the product by its dotted name."""
    found = [path for top in TOPS for path in [*root.glob(f"{top}.py"), *(root / top).rglob("*.py")]]
    return {_dotted(path.relative_to(root)): path for path in found}


def imports(root: Path) -> dict[str, set[str]]:
    """What each module imports of the product, in functions too; an import for types alone makes no arrow, as in the contracts."""
    known = modules(root)
    return {name: {one for one in _imported(path, name, known) if one != name} for name, path in known.items()}


def rooms(found: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """The same between rooms: folders at the top, and those of `events`."""
    drawn: dict[str, set[str]] = {_room(name): set() for name in found if _room(name)}
    for name, others in found.items():
        drawn.setdefault(_room(name), set()).update(_room(one) for one in others)
    return {room: {one for one in others if one and one != room} for room, others in drawn.items() if room}


def circle(found: Mapping[str, set[str]]) -> list[str]:
    """Modules that import one another in a circle, or none."""
    try:
        TopologicalSorter(found).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def direct(drawn: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """The arrows that no other way implies."""
    reached = {room: _reached(room, drawn) for room in drawn}
    return {room: {one for one in others if not any(one in reached[other] for other in others)} for room, others in drawn.items()}


def mermaid(drawn: Mapping[str, set[str]]) -> str:
    """The drawing as GitHub and most editors show it."""
    lines = [f"    {room} --> {one}" for room, others in sorted(direct(drawn).items()) for one in sorted(others)]
    return "\n".join(["```mermaid", "flowchart TD", *lines, "```"])


def figures(found: Mapping[str, set[str]], root: Path) -> str:
    """What is counted beside the drawing."""
    drawn, lengths = rooms(found), [len(path.read_text(encoding="utf-8").splitlines()) for path in modules(root).values()]
    between = sum(len(others) for others in drawn.values())
    return f"{len(found)} modules, the longest of {max(lengths)} lines; {len(drawn)} rooms, {between} arrows between them"


def main() -> int:
    """Draw; for this checkout also see whether the page holds the drawing."""
    chosen = argparse.ArgumentParser(description=__doc__)
    chosen.add_argument("--root", type=Path)
    root = chosen.parse_args().root
    found = imports(root or ROOT)
    ring, today = circle(found), mermaid(rooms(found))
    sys.stdout.write(f"drawing: {figures(found, root or ROOT)}; {f'a circle: {ring}' if ring else 'no circle'}\n")
    if root:
        sys.stdout.write(f"{today}\n")
        return bool(ring)
    held = today in DRAWN.read_text(encoding="utf-8")
    if not held:
        sys.stdout.write(f"docs/imports.md does not hold today's drawing:\n{today}\n")
    return bool(ring) or not held


def _dotted(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _room(name: str) -> str:
    """The room a module stands in; nothing for `events` itself."""
    first, *rest = name.split(".")
    return first if first != "events" else (rest[0] if rest else "")


def _imported(path: Path, name: str, known: Mapping[str, Path]) -> Iterator[str]:
    for node in _statements(ast.parse(path.read_text(encoding="utf-8"))):
        prefix = "" if isinstance(node, ast.Import) else f"{node.module}."
        for one in [prefix + alias.name for alias in node.names]:
            if one in known:
                yield one
            elif one.rpartition(".")[0] in known:
                yield one.rpartition(".")[0]


def _statements(tree: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """Imports that run."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)):
            yield from _statements(node)


def _reached(room: str, drawn: Mapping[str, set[str]]) -> set[str]:
    """All rooms below, however far."""
    found: set[str] = set()
    waiting = set(drawn.get(room, ()))
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting |= drawn.get(one, set())
    return found


if __name__ == "__main__":
    sys.exit(main())
