"""Memory of one web worker under load, beside a worker of a Flask that does nothing; and whether it stays flat.

python -m benchmarks.memory --requests 2000 --database sqlite
"""

import itertools
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from benchmarks import load
from benchmarks.load import Sent
from benchmarks.results import Case, arguments, report
from benchmarks.serving import Served, stage
from benchmarks.volume import Volume

CLIENTS = 4
ASKED = 10_000
FLAT = 1.1
"""What 10,000 pages may add: a tenth, since the allocator's own shape moves by that much."""
WARM = 1000
"""Requests before the first look: every template is compiled and every statement cached by then."""


def main() -> None:
    """Both figures."""
    chosen = arguments(__doc__ or "", asked=ASKED)
    with stage(chosen.database, chosen.folder) as made:
        served = made.serve(made.database(Volume(chosen.requests)), server=chosen.server, workers=1)
        paths = _paths(served)
        _ask(served, paths, min(WARM, chosen.asked))
        after: list[float] = [_resident(served)]
        for _ in range(chosen.rounds):
            _ask(served, paths, chosen.asked // chosen.rounds)
            after.append(_resident(served))
        made.stop(served)
        plain = made.serve("sqlite://", server=chosen.server, workers=1, factory="plain:create_app")
        _ask(plain, [Sent("GET", "/healthz", {})], WARM)
        reference = _resident(plain)
    against = Case("memory of one web worker", "MB", 3.0, "<=", after[1:], [reference] * chosen.rounds)
    against.note = f"against a Flask that does nothing; {chosen.server}, {len(paths)} pages in turn"
    growing = Case(f"memory after {chosen.asked} more pages", "MB", FLAT, "<=", after[-1:], after[:1], note="against the same worker warm")
    report([against, growing])


def _paths(served: Served) -> list[Sent]:
    """The pages a working day asks for, by an approver, a coordinator and the public."""
    people = [served.sign_in(login).headers for login in ("head_omp", "spec_omp")]
    staff = [Sent("GET", path, headers) for path in ("/desk", "/requests/", "/reviews/") for headers in people]
    public = [Sent("GET", path, {"Accept-Encoding": "gzip"}) for path in ("/", "/calendar/all.ics", "/calendar/unit/pmc.ics", "/healthz")]
    return staff + public * 2


def _ask(served: Served, paths: list[Sent], count: int) -> None:
    """So many requests in all; each is answered with 200."""
    each = count // CLIENTS
    made = load.replay(served.port, [partial(_turns, paths, place, each) for place in range(CLIENTS)], 3600)
    assert made.statuses == {200: each * CLIENTS}, f"not every answer was 200: {made.statuses}"


def _turns(paths: list[Sent], start: int, count: int) -> Iterable[Sent]:
    """The pages in turn, each client beginning elsewhere."""
    return itertools.islice(itertools.cycle(paths), start, start + count)


def _resident(served: Served) -> float:
    """The worker's resident memory in MB."""
    (worker,) = served.workers()
    lines = Path(f"/proc/{worker}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Rss:")) / 1024


if __name__ == "__main__":
    main()
