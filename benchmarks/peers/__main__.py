"""The feed of everything, plain, beside nginx with the same bytes as a file, Radicale with the same events, and Flask with icalendar.

    python -m benchmarks.peers --requests 2000 --database postgresql

Radicale is installed by pip into a folder of its own, so this asks the package index.
"""

import base64
import os
import subprocess
import sys
import venv
from pathlib import Path

from benchmarks.cluster import HOST, free_port
from benchmarks.feeds import CLIENTS, FEED, bodies, hammering, nginx
from benchmarks.results import Case, arguments, interleaved, report
from benchmarks.serving import ROOT, Served, Stage, exchange, stage
from benchmarks.volume import Volume

RADICALE = "radicale==3.9.0"
OWNER = {"Authorization": "Basic " + base64.b64encode(b"anyone:anything").decode()}
COLLECTION = "/anyone/events/"


def main() -> None:
    """All four in turn."""
    chosen = arguments(__doc__ or "", seconds=8)
    with stage(chosen.database, chosen.folder) as made:
        ours = made.serve(made.database(Volume(chosen.requests)), server=chosen.server)
        plain, packed, _ = bodies(ours)
        count = plain.count(b"BEGIN:VEVENT")
        feed = made.folder / "peer.ics"
        feed.write_bytes(plain)
        peers = {"nginx": (nginx(made, plain, packed), "/plain.ics"), "Radicale": (_radicale(made, plain), COLLECTION),
                 "Flask with icalendar": (_naive(made, feed), "/all.ics")}  # fmt: skip
        sides = [hammering(ours, FEED, {}, 200, chosen.seconds)]
        for name, (served, path) in peers.items():
            assert served is not None, f"{name} is not installed"
            assert served.get(path, OWNER)[2].count(b"BEGIN:VEVENT") == count, f"{name} gives other events"
            sides.append(hammering(served, path, OWNER, 200, chosen.seconds))
        figures = interleaved(chosen.rounds, *sides)
    note = f"{count} events, {len(plain) // 1000} kB, {CLIENTS} clients, {chosen.server}"
    report(
        [
            Case(f"feed beside {name}", "requests/s", None, ">=", figures[0], theirs, note)
            for name, theirs in zip(peers, figures[1:], strict=True)
        ]
    )


def _radicale(made: Stage, plain: bytes) -> Served:
    """Radicale as it comes, with a folder of its own, given the feed as a calendar."""
    place, port = made.folder / "radicale", free_port()
    venv.create(place, with_pip=True)
    python = str(place / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", RADICALE], check=True)
    options = [
        f"--server-hosts={HOST}:{port}",
        "--auth-type=none",
        f"--storage-filesystem-folder={place / 'kept'}",
        "--logging-level=error",
    ]
    served = made.start([python, "-m", "radicale", *options], port)
    status, _, body = exchange(port, "PUT", COLLECTION, headers={**OWNER, "Content-Type": "text/calendar"}, body=plain)
    assert status == 201, f"Radicale does not take the calendar: {status} {body!r}"
    return served


def _naive(made: Stage, feed: Path) -> Served:
    """Flask with icalendar, served as the product is."""
    port = free_port()
    programs = Path(sys.executable).parent
    command = [str(programs / "granian"), "--interface", "wsgi", "--workers", "2", "--host", HOST, "--port", str(port),
               "--log-level", "error", "--factory", "benchmarks.peers.naive:create_app"]  # fmt: skip
    return made.start(command, port, {**os.environ, "PYTHONPATH": str(ROOT), "PEER_FEED": str(feed)})


if __name__ == "__main__":
    main()
