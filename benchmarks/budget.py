"""Where a plain decision's time goes, part by part, in an earlier build and in today's.

    python -m benchmarks.budget --before ../before --requests 2000 --database sqlite

Each build decides in a process of its own (`references/parts.py`), on its own copy of the data that the earlier one has filled, several
times in turn; milliseconds are of the middle run, calls and statements of the last.
"""

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import build as building
from benchmarks.decisions import DECIDERS, waiting
from benchmarks.results import arguments, listed
from benchmarks.serving import REFERENCES, ROOT, SECRET, Stage, stage
from benchmarks.volume import PASSWORD, Volume

CLOCKED = 100
"""Decisions of each person by the clock."""
MOST = 200
"""Of one unit's reviews: the others belong to requests on which three units have decided by then, and after the last something follows."""


def main() -> None:
    """Both builds in turn."""
    chosen = arguments(__doc__ or "", earlier=True)
    before = chosen.before.resolve()
    folder = chosen.folder / f"before-{building.commit(before)}" if chosen.folder else None
    runs: dict[Path, list[dict[str, Any]]] = {before: [], ROOT: []}
    with stage(chosen.database, folder, partial(building.fill, before)) as made:
        for number in range(chosen.rounds):
            for root in (before, ROOT) if number % 2 == 0 else (ROOT, before):
                runs[root].append(_run(made, root, Volume(chosen.requests)))
    middle = [sorted(runs[root], key=lambda one: float(one["ms"]))[len(runs[root]) // 2] for root in (before, ROOT)]
    for one in middle:
        print(json.dumps(one, ensure_ascii=False))
    print()
    rows = [(part, *_figures(middle[0]["parts"][part]), *_figures(now)) for part, now in middle[1]["parts"].items()]
    total = [_figures([sum(figures) for figures in zip(*one["parts"].values(), strict=True)]) for one in middle]
    rows.append(("together", *total[0], *total[1]))
    listed(("part", "ms before", "calls", "statements", "ms now", "calls", "statements"), rows)


def _run(made: Stage, root: Path, volume: Volume) -> dict[str, Any]:
    """One process of a build."""
    url = made.database(volume)
    if root == ROOT:
        building.upgrade(url, made.folder / "instance")
    open_reviews = waiting(url)
    people = {
        login: [[one.review_id, one.version] for one in open_reviews[unit][place * MOST // 2 :][:MOST]]
        for place, (login, unit) in enumerate(DECIDERS[:2])
    }
    environment = {
        **os.environ, "PYTHONPATH": f"{root}:{REFERENCES}", "MARSHRUT_DATABASE_URL": url, "MARSHRUT_SECRET_KEY": SECRET,
        "MARSHRUT_DEMO": "0", "MARSHRUT_INSTANCE_PATH": str(made.folder / "instance-budget"), "MARSHRUT_BASE_URL": "http://127.0.0.1:8000",
    }  # fmt: skip
    python = sys.executable if root == ROOT else str(root / ".venv" / "bin" / "python")
    given = json.dumps({"password": PASSWORD, "people": people, "clocked": CLOCKED})
    program = str(REFERENCES / "parts.py")
    said = subprocess.run([python, program], input=given, text=True, capture_output=True, check=False, cwd=root, env=environment)
    if said.returncode:
        raise RuntimeError(said.stderr[-3000:])
    found: dict[str, Any] = json.loads(said.stdout.splitlines()[-1])
    return found


def _figures(part: list[float]) -> tuple[str, str, str]:
    """Milliseconds, calls, statements."""
    return f"{part[0]:.2f}", f"{part[1]:,.0f}", f"{part[2]:.1f}"


if __name__ == "__main__":
    main()
