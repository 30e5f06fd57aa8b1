"""Two builds, or one on two volumes, asked for the same in turn: how long an answer takes, and what of it the worker spends."""

from collections.abc import Callable, Sequence
from functools import partial

from benchmarks.build import Act, Build, Cost
from benchmarks.results import Case

WORKER = ": worker"
PLAIN, FINAL = "decision, plain", "decision, final"
USED_UP = 10
"""Answers of one measurement where each uses up a review."""


def compared(name: str, builds: list[Build], acts: list[Act], rounds: int, seconds: float) -> list[Case]:
    """One path of two servers; the second is the reference."""
    for act in acts * 5:
        act.ready()
        act.ask()
    times = USED_UP if name in {PLAIN, FINAL} else max(5, int(1000 * seconds / builds[0].cost(acts[0], 5).wall))
    return in_turn(name, rounds, [partial(build.cost, act, times) for build, act in zip(builds, acts, strict=True)])


def in_turn(name: str, rounds: int, sides: Sequence[Callable[[], Cost]]) -> list[Case]:
    """Both figures of a path."""
    wall, worker = Case(name, "ms", None, "<="), Case(f"{name}{WORKER}", "ms", None, "<=")
    for number in range(rounds):
        found: dict[int, Cost] = {}
        for place in (0, 1) if number % 2 == 0 else (1, 0):
            found[place] = sides[place]()
        wall.measured.append(found[0].wall)
        wall.reference.append(found[1].wall)
        worker.measured.append(found[0].worker)
        worker.reference.append(found[1].worker)
    return [wall, worker]
