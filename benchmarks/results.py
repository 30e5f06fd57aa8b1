"""What a benchmark gives: rounds of a path beside its reference, one JSON line per case and a table of medians and ratios."""

import argparse
import json
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Measure = Callable[[], float]
Listed = tuple[str, ...]
"""A row of a table for people."""


@dataclass
class Case:
    """A path and its reference, measured in turn. `target` bounds the ratio path : reference, from below for «>=», above for «<=»."""

    name: str
    unit: str
    target: float | None = None
    bound: str = ">="
    measured: list[float] = field(default_factory=list)
    reference: list[float] = field(default_factory=list)
    note: str = ""

    @property
    def ratio(self) -> float:
        """The median of the rounds' own ratios: what was noise to both sides of a round cancels out."""
        return statistics.median(ours / theirs for ours, theirs in zip(self.measured, self.reference, strict=True))

    @property
    def verdict(self) -> str:
        """«meets», «misses», or «-» for a case without a target."""
        if self.target is None:
            return "-"
        met = self.ratio >= self.target if self.bound == ">=" else self.ratio <= self.target
        return "meets" if met else "misses"

    def line(self) -> str:
        """The case as one JSON line."""
        plain: dict[str, Any] = {
            "case": self.name,
            "unit": self.unit,
            "measured": _short(self.measured),
            "reference": _short(self.reference),
        }
        plain |= {"ratio": round(self.ratio, 3), "target": self.target, "bound": self.bound, "verdict": self.verdict, "note": self.note}
        return json.dumps(plain, ensure_ascii=False)

    def row(self) -> Listed:
        """The case as a row of the table."""
        target = "-" if self.target is None else f"{self.bound} {self.target:g}"
        ours, theirs = statistics.median(self.measured), statistics.median(self.reference)
        return (self.name, f"{ours:.4g}", f"{theirs:.4g}", self.unit, f"{self.ratio:.3g}", target, self.verdict, self.note)


def interleaved(rounds: int, *sides: Measure) -> list[list[float]]:
    """Warm every side up once, then measure them in turn, `rounds` times; the figures by side."""
    for side in sides:
        side()
    figures: list[list[float]] = [[] for _ in sides]
    for number in range(rounds):
        order = list(enumerate(sides))
        for place, side in order if number % 2 == 0 else reversed(order):
            figures[place].append(side())
    return figures


def report(cases: Sequence[Case]) -> None:
    """The JSON lines, then the table."""
    for case in cases:
        print(case.line())
    print()
    listed(("case", "measured", "reference", "unit", "ratio", "target", "verdict", "note"), [case.row() for case in cases])


def listed(heads: Listed, rows: Sequence[Listed]) -> None:
    """A table for people."""
    table = [heads, *rows]
    widths = [max(len(row[place]) for row in table) for place in range(len(heads))]
    for row in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def skip(what: str, why: str) -> None:
    """Say loudly that a case was not measured."""
    print(f"SKIPPED {what}: {why}", file=sys.stderr)


def arguments(
    purpose: str,
    *,
    requests: int = 2000,
    seconds: float = 3,
    rounds: int = 3,
    asked: int | None = None,
    earlier: bool = False,
    some: bool = False,
) -> argparse.Namespace:
    """The parameters every program takes; `asked` for those bounded by a number of answers instead of seconds,
    `earlier` for `before`, `some` for choosing paths."""
    parser = argparse.ArgumentParser(description=purpose)
    parser.add_argument("--requests", type=int, default=requests, help="event requests in the database")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="postgresql")
    parser.add_argument("--rounds", type=int, default=rounds, help="measured rounds, after one that warms up")
    parser.add_argument("--seconds", type=float, default=seconds, help="length of one measurement")
    parser.add_argument("--server", choices=("granian", "gunicorn"), default="granian")
    parser.add_argument("--folder", type=Path, help="keep filled databases here for the next program; a temporary folder otherwise")
    if asked is not None:
        parser.add_argument("--asked", type=int, default=asked, help="pages asked for in all")
    if earlier or some:
        parser.add_argument("--only", help="paths with this in their names alone")
    if earlier:
        parser.add_argument("--before", type=Path, required=True, help="a checkout of the earlier build with its .venv")
        parser.add_argument("--starts", type=int, default=6, help="times the servers of both builds are started, each with as many rounds")
    chosen = parser.parse_args()
    if chosen.rounds < 3:
        parser.error("--rounds: at least 3, or a median says nothing")
    return chosen


def _short(figures: Sequence[float]) -> list[float]:
    """Four digits are more than the machine's noise allows."""
    return [float(f"{one:.4g}") for one in figures]
