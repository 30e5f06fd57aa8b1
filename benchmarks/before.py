"""Every path beside the same path of an earlier build: both served at once, on one set of data, asked in turn by one client.

    git worktree add ../before 0a5d433 && make -C ../before .venv/.development
    python -m benchmarks.before --before ../before --requests 2000 --database sqlite

The earlier build fills the database; today's runs on a copy of it, brought up by its own migrations. Of every path four figures are told:
how long an answer takes, what of it the web worker spends (on PostgreSQL the rest is the database's), and how many statements and calls
of Python it is, counted by servers of their own.

Where a process lies in memory and which was started first makes one build differ from itself by a tenth in answers of half a millisecond.
So the servers are started several times, each build first in turn, their workers on one processor and the client on another.
"""

import argparse
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks import build as building
from benchmarks.beside import FINAL, PLAIN, WORKER, compared, in_turn
from benchmarks.build import COUNTED, Act, Build
from benchmarks.paths import NOOP_PATH, paths
from benchmarks.results import Case, Listed, arguments, listed
from benchmarks.serving import ROOT, Stage, stage
from benchmarks.volume import Volume

MOST = 1.05
"""What an answer may cost beside the earlier build's, where nothing else is aimed at."""
EIGHT = "decision, 8 clients"
STATEMENTS, CALLS = ": statements", ": calls"
TARGETS = {
    EIGHT: 0.25, PLAIN: 0.25, f"{PLAIN}{STATEMENTS}": 14 / 30, "autosave of a section: worker": 0.3,
    "edit form": 0.5, "request": 0.5, "review": 0.5, "desk": 0.5,
}  # fmt: skip
"""Of the earlier build's figure, and of no more than it."""
BY_HAND, HAND_MADE = "signed-in no-op beside a page by hand", 1.8
FINAL_BESIDE, TWICE = "decision, final beside plain", 2.0


def main() -> None:
    """Every path, at the volume asked for."""
    chosen = arguments(__doc__ or "", rounds=3, seconds=0.2, earlier=True)
    before = chosen.before.resolve()
    folder = chosen.folder / f"before-{building.commit(before)}" if chosen.folder else None
    found: dict[str, Case] = {}
    with stage(chosen.database, folder, partial(building.fill, before)) as made:
        for start in range(chosen.starts):
            for case in _one_start(made, chosen, before, now_first=start % 2 == 0):
                told = found.setdefault(case.name, case)
                if told is not case:
                    told.measured += case.measured
                    told.reference += case.reference
        found |= {case.name: case for case in _counted(made, chosen, before)}
    for case in found.values():
        print(case.line())
    print()
    listed(HEADS, list(_rows(found)))


def _one_start(made: Stage, chosen: argparse.Namespace, before: Path, *, now_first: bool) -> list[Case]:
    """Every path by servers that were just started: today's build first or second."""
    roots = (ROOT, before) if now_first else (before, ROOT)
    started = {root: building.serve(made, Volume(chosen.requests), chosen.server, root) for root in roots}
    builds = [started[ROOT], started[before]]
    asked = (chosen.rounds, chosen.seconds)
    cases = [case for name, acts in _both(builds, chosen.only).items() for case in compared(name, builds, acts, *asked)]
    if not chosen.only:
        cases += _by_hand(made, builds[0], chosen) + _final_beside_plain(cases)
    if not chosen.only or chosen.only in EIGHT:
        for build in builds:
            build.decide()
        cases += in_turn(EIGHT, chosen.rounds, [build.decide for build in builds])
    for build in builds:
        made.stop(build.served)
    for case in cases:
        case.target = TARGETS.get(case.name, MOST) if case.target is None else case.target
    return cases


def _both(builds: list[Build], only: str | None) -> dict[str, list[Act]]:
    """The acts of both builds by path; `only` is a part of the names wanted."""
    now, before = (paths(build) for build in builds)
    return {name: [act, before[name]] for name, act in now.items() if not only or only in name}


def _case(name: str, unit: str) -> Case:
    """One figure of a path with what is aimed at."""
    return Case(name, unit, TARGETS.get(name, MOST), "<=")


def _by_hand(made: Stage, build: Build, chosen: argparse.Namespace) -> list[Case]:
    """The signed-in no-op of today's build beside the same by hand, on the same database and for the same person."""
    hand = building.beside(made, build, chosen.server, "one_query:create_app")
    acts = [Act(partial(one.ask, *NOOP_PATH)) for one in (build, hand)]
    wall, worker = compared(BY_HAND, [build, hand], acts, chosen.rounds, chosen.seconds)
    wall.target = worker.target = HAND_MADE
    made.stop(hand.served)
    return [wall, worker]


def _final_beside_plain(cases: list[Case]) -> list[Case]:
    """Today's decision that publishes beside today's that does not."""
    by_name = {case.name: case for case in cases}
    pairs = [(_case(f"{FINAL_BESIDE}{figure}", "ms"), by_name[f"{FINAL}{figure}"], by_name[f"{PLAIN}{figure}"]) for figure in ("", WORKER)]
    for case, final, plain in pairs:
        case.target, case.measured, case.reference = TWICE, final.measured[:], plain.measured[:]
    return [case for case, _, _ in pairs]


def _counted(made: Stage, chosen: argparse.Namespace, before: Path) -> Iterator[Case]:
    """Statements and calls of each path, by servers that count them."""
    builds = [building.serve(made, Volume(chosen.requests), chosen.server, root, COUNTED) for root in (ROOT, before)]
    for name, acts in _both(builds, chosen.only).items():
        now, then = ([build.counted(act) for _ in range(4)][-1] for build, act in zip(builds, acts, strict=True))
        for place, figure in enumerate((STATEMENTS, CALLS)):
            if then[place]:
                case = _case(f"{name}{figure}", figure[2:])
                case.measured, case.reference = [float(now[place])], [float(then[place])]
                yield case
    for build in builds:
        made.stop(build.served)


HEADS = ("path", "ms before", "now", "ratio", "target", "", "worker before", "now", "ratio", "target", "", "statements", "calls")


def _rows(found: dict[str, Case]) -> Iterator[Listed]:
    """A row for each path with all its figures."""
    for name, wall in found.items():
        if any(name.endswith(one) for one in (WORKER, STATEMENTS, CALLS)):
            continue
        counts = [found.get(f"{name}{figure}") for figure in (STATEMENTS, CALLS)]
        told = [f"{case.reference[0]:g} -> {case.measured[0]:g}" if case else "-" for case in counts]
        yield (name, *_figures(wall), *_figures(found[f"{name}{WORKER}"]), *told)


def _figures(case: Case) -> Listed:
    """Before, now, the ratio now : before, what is aimed at."""
    _, now, before, _, ratio, target, verdict, _ = case.row()
    return (before, now, ratio, target, verdict)


if __name__ == "__main__":
    main()
