"""Feeds: stored bytes against nginx with the same file, 304 against our no-op route, a rebuild against a full render.

python -m benchmarks.feeds --requests 2000 --database postgresql --server granian
"""

import argparse
import gzip
import shutil
import time
from functools import partial
from pathlib import Path

from sqlalchemy import Select, select, update

import app as assembler
from benchmarks import load
from benchmarks.cluster import free_port
from benchmarks.results import Case, arguments, interleaved, report, skip
from benchmarks.serving import Served, Stage, stage
from benchmarks.volume import Volume, entry_of
from events.calendars import ical, queries
from events.calendars.feed import ALL, EVERYTHING, Window, bounds
from events.calendars.models import FeedState, Publication
from events.calendars.queries import FEED_COLOR, FeedCache
from events.foundation import clock, work
from events.foundation.db import db
from events.foundation.place import local_day
from tests.fixtures.databases import settings_for

FEED = "/calendar/all.ics"
CLIENTS = 8
SERVED_TARGETS = {"granian": 0.5, "gunicorn": 0.25}
NGINX = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; worker_processes 2;
events {{ worker_connections 256; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 10000000; default_type text/calendar;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port}; root {folder}/files; location = /healthz {{ return 200; }} }}
}}
"""


def main() -> None:
    """Every case of feeds at the volume asked for."""
    chosen = arguments(__doc__ or "")
    with stage(chosen.database, chosen.folder) as made:
        url = made.database(Volume(chosen.requests))
        cases = served(made, url, chosen)
        cases.append(rebuilt(url, made.folder / "instance", chosen.rounds))
    report(cases)


def served(made: Stage, url: str, chosen: argparse.Namespace) -> list[Case]:
    """What pollers get."""
    ours = made.serve(url, server=chosen.server)
    plain, packed, tag = bodies(ours)
    note = f"{load.tool()}, {CLIENTS} clients, {chosen.server}"
    cases = []
    theirs = nginx(made, plain, packed)
    for name, headers, body in (("gzip", {"Accept-Encoding": "gzip"}, packed), ("plain", {}, plain)):
        if theirs is None:
            skip(f"feed 200 {name}", "nginx is not installed (apt-get install nginx-light)")
            continue
        assert theirs.get(f"/{name}.ics")[2] == body
        case = Case(f"feed 200 {name}, {len(body) // 1000} kB", "requests/s", SERVED_TARGETS[chosen.server], note=f"against nginx; {note}")
        sides = (hammering(ours, FEED, headers, 200, chosen.seconds), hammering(theirs, f"/{name}.ics", headers, 200, chosen.seconds))
        case.measured, case.reference = interleaved(chosen.rounds, *sides)
        cases.append(case)
    held = {"Accept-Encoding": "gzip", "If-None-Match": tag}
    case = Case("feed 304", "requests/s", 0.6, note=f"against our /healthz; {note}")
    sides = (hammering(ours, FEED, held, 304, chosen.seconds), hammering(ours, "/healthz", {}, 200, chosen.seconds))
    case.measured, case.reference = interleaved(chosen.rounds, *sides)
    status, _, body = ours.get(FEED, held)
    assert (status, body) == (304, b"")
    assert bodies(ours) == (plain, packed, tag), "the feed changed under load"
    return [*cases, case]


def rebuilt(url: str, instance: Path, rounds: int) -> Case:
    """The first poll after one event has changed, without the network: reading, joining, packing, against rendering every event."""
    case = Case("feed rebuild after one change", "ms", 1 / 50, "<=", note="against icalendar rendering every event, the same bytes")
    application = assembler.create_app(settings_for(url, instance))
    with application.app_context():
        for number in range(rounds + 1):
            work.transaction(partial(_change_one, number))
            begun = time.perf_counter()
            feed = queries.stored(FeedCache(), ALL)
            case.measured.append(1000 * (time.perf_counter() - begun))
            entries = [entry_of(one) for one in db.session.scalars(_shown()).all()]
            db.session.rollback()
            begun = time.perf_counter()
            whole = ical.assemble(EVERYTHING, FEED_COLOR, ical.fits([ical.render(one) for one in entries]).kept)
            case.reference.append(1000 * (time.perf_counter() - begun))
            assert feed.plain == whole, "a rebuilt feed differs from a rendered one"
            assert gzip.decompress(feed.packed) == feed.plain
            assert f"SUMMARY:Перемена {number}".encode() in feed.plain
        case.note += f", {len(entries)} events"
        db.session.remove()
        db.engine.dispose()
    del case.measured[0], case.reference[0]
    return case


def _shown() -> Select[Publication]:
    """Rows of the feed of everything, in its order."""
    first, end = bounds(Window(local_day(clock.now()), 90, 400, 30))
    window = (Publication.starts_at >= first, Publication.starts_at < end)
    return select(Publication).where(*window).order_by(Publication.starts_at, Publication.uid)


def _change_one(number: int) -> None:
    """One event gets another title, as the follower of a decision would leave it."""
    changed = db.session.scalars(_shown().offset(number * 7).limit(1)).one()
    changed.title = f"Перемена {number}"
    changed.sequence += 1
    changed.vevent = ical.render(entry_of(changed))
    db.session.execute(update(FeedState).where(FeedState.key == "all").values(version=FeedState.version + 1))


def bodies(ours: Served) -> tuple[bytes, bytes, str]:
    """The feed as it is sent plain and packed, and its tag."""
    status, headers, plain = ours.get(FEED)
    packed_status, packed_headers, packed = ours.get(FEED, {"Accept-Encoding": "gzip"})
    assert (status, packed_status, packed_headers["content-encoding"]) == (200, 200, "gzip")
    assert gzip.decompress(packed) == plain
    assert plain.count(b"BEGIN:VEVENT") >= 100
    return plain, packed, headers["etag"]


def nginx(made: Stage, plain: bytes, packed: bytes) -> Served | None:
    """nginx with the two bodies as files; None where it is not installed."""
    program = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if program is None:
        return None
    port, files = free_port(), made.folder / "files"
    files.mkdir(exist_ok=True)
    (files / "plain.ics").write_bytes(plain)
    (files / "gzip.ics").write_bytes(packed)
    configuration = made.folder / "nginx.conf"
    configuration.write_text(NGINX.format(folder=made.folder, port=port))
    return made.start([program, "-c", str(configuration), "-e", str(made.folder / "nginx.log")], port)


def hammering(server: Served, path: str, headers: dict[str, str], status: int, seconds: float) -> partial[float]:
    """One side of a case."""
    return partial(load.hammer, server.url(path), status=status, headers=headers, clients=CLIENTS, seconds=seconds)


if __name__ == "__main__":
    main()
