"""Everything a hundred times as large: each page, decision, feed and tick of the worker beside itself on a hundredth of the requests.

    python -m benchmarks.growth --requests 200000 --database postgresql

What is at work is the same on both; history grows with all that it leaves behind (`leftovers.py`). Both servers stand at once, one worker
each, asked in turn by one client; ticks go in process, each where there is nothing to do but what is named.
"""

from collections.abc import Mapping
from functools import partial
from urllib.parse import quote

from benchmarks import build as building
from benchmarks.beside import WORKER, compared
from benchmarks.build import Act, Build
from benchmarks.pages import AUTHOR, EVERYWHERE, SMALLEST
from benchmarks.paths import paths
from benchmarks.results import arguments, report
from benchmarks.serving import ROOT, stage
from benchmarks.ticks import ticks
from benchmarks.volume import Volume

MOST = 1.2
LAST = 80
"""Requests that wait for the deputy head alone, for the decisions that publish."""
ADMIN = "admin"
UNHEARD_OF = quote("неслыханное")
FURTHER: Mapping[str, tuple[str, str | None]] = {
    "list, narrowed": ("/requests/?status=closed", EVERYWHERE),
    "list, searched": (f"/requests/?text={quote('квиз')}", EVERYWHERE),
    "list, nothing found": (f"/requests/?text={UNHEARD_OF}", EVERYWHERE),
    "list of an author, own": ("/requests/?mine=1", AUTHOR),
    "reviews of another": ("/reviews/", EVERYWHERE),
    "programme, searched": (f"/?q={UNHEARD_OF}", None),
    "programme, gone by": ("/?past=1", None),
    "administration": ("/administration/", ADMIN),
    "people": ("/administration/people/", ADMIN),
    "readiness": ("/readyz", None),
    "sitemap": ("/sitemap.xml", None),
}
"""Pages that two builds are not compared by."""


def main() -> None:
    """Every path, then every tick."""
    chosen = arguments(__doc__ or "", requests=200_000, seconds=0.2, some=True)
    sizes = (chosen.requests, max(SMALLEST, chosen.requests // 100))
    with stage(chosen.database, chosen.folder) as made:
        builds = [building.serve(made, Volume(size, last=LAST), chosen.server, ROOT) for size in sizes]
        cases = []
        large, small = (_paths(build) for build in builds)
        for name, act in large.items():
            if not chosen.only or chosen.only in name:
                cases += compared(name, builds, [act, small[name]], chosen.rounds, chosen.seconds)
        for build in builds:
            made.stop(build.served)
        if not chosen.only or chosen.only in "tick":
            cases += ticks([build.url for build in builds], made.folder, chosen.rounds)
    for case in cases:
        case.note, case.target = f"{sizes[0]} requests beside {sizes[1]}", None if case.name.endswith(WORKER) else MOST
    report(cases)


def _paths(build: Build) -> dict[str, Act]:
    """Those of two builds, and more pages before them: what uses up reviews comes last."""
    build.people[ADMIN] = build.served.sign_in(ADMIN)
    return {name: Act(partial(build.ask, path, login)) for name, (path, login) in FURTHER.items()} | paths(build)


if __name__ == "__main__":
    main()
