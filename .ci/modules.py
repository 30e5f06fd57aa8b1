"""No module of the product or its benchmarks over 300 lines: one that grows beyond wants to be two (docs/practice/style.md)."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("app.py", "settings.py", "logs.py", "supervisor.py", "events", "presenters", "forms", "letters", "views", "commands", "benchmarks")
MOST = 300


def too_long(root: Path) -> list[str]:
    """«path: lines» of every module that is too long."""
    modules = [path for room in ROOMS for path in ([root / room] if room.endswith(".py") else (root / room).rglob("*.py"))]
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in modules}
    return sorted(f"{path.relative_to(root)}: {lines} lines" for path, lines in lengths.items() if lines > MOST)


def main() -> int:
    """Name what is too long."""
    found = too_long(ROOT)
    sys.stdout.write("".join(f"{line}\n" for line in (*found, f"modules: {len(found)} over {MOST} lines")))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
