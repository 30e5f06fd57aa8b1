"""The product as served: databases at a volume, server processes, and people signed in by the real sign-in page."""

import http.client
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

import psycopg

from benchmarks import cluster
from benchmarks.cluster import HOST, free_port
from benchmarks.volume import PASSWORD, Volume, fill

ROOT = Path(__file__).resolve().parents[1]
SECRET = "a secret of the benchmarks known to everybody and long enough"
START_WITHIN = 300
"""Seconds a server may take to answer for the first time: one that compiles all it imports anew takes most of a minute alone."""
REFERENCES = ROOT / "benchmarks" / "references"
THREADS = 8
"""Of one granian worker, as the README advises."""


@dataclass(frozen=True)
class Session:
    """A signed-in person: headers for their requests, and the token their forms carry."""

    cookie: str
    csrf_token: str

    @property
    def headers(self) -> dict[str, str]:
        """What their browser sends."""
        return {"Cookie": self.cookie}


@dataclass(frozen=True)
class Served:
    """A running server."""

    port: int
    pid: int

    def url(self, path: str) -> str:
        """The address of a page on it."""
        return f"http://{HOST}:{self.port}{path}"

    def workers(self) -> list[int]:
        """The processes that answer requests: the server's children."""
        listed = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [int(one) for one in listed if "resource_tracker" not in Path(f"/proc/{one}/cmdline").read_text()] or [self.pid]

    def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, dict[str, str], bytes]:
        """One request: status, headers in lower case, body."""
        return exchange(self.port, "GET", path, headers=headers)

    def post(self, path: str, headers: dict[str, str], body: str) -> int:
        """One form: the status."""
        return exchange(self.port, "POST", path, headers=headers, body=body)[0]

    def sign_in(self, login: str) -> Session:
        """Sign in by the page, like everybody."""
        _, headers, body = self.get("/sign-in")
        fields = hidden_fields(body) | {"email": f"{login}@demo.example", "password": PASSWORD}
        sent = {"Cookie": _cookie(headers), "Content-Type": "application/x-www-form-urlencoded"}
        status, headers, _ = exchange(self.port, "POST", "/sign-in", headers=sent, body=urlencode(fields))
        assert status == 303, f"{login} cannot sign in: {status}"
        cookie = _cookie(headers)
        status, headers, body = self.get("/requests/", {"Cookie": cookie})
        assert status == 200, f"{login} is not signed in: {status}"
        return Session(_cookie(headers) or cookie, hidden_fields(body)["csrf_token"])


@dataclass
class Stage:
    """A folder with databases and, for PostgreSQL, a server of its own; what is running ends with it."""

    folder: Path
    engine: str
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    copies: int = 0
    fill: Callable[[str, Volume, Path], None] = fill
    """What fills an empty database; its address, how much, the folder for files."""
    own_cluster: bool = False
    """Whether this stage started the PostgreSQL server; another program may be at work on a shared folder's."""

    def database(self, volume: Volume) -> str:
        """The address of a fresh copy of a database filled to the volume."""
        self.copies += 1
        return self._sqlite(volume) if self.engine == "sqlite" else self._postgresql(volume)

    def cluster(self) -> str:
        """The address of the PostgreSQL server: «postgresql://user@host:port»."""
        address = self.folder / "postgresql.url"
        if not (self.folder / "postgresql" / "postmaster.pid").exists():
            address.write_text(cluster.start(self.folder / "postgresql"))
            self.own_cluster = True
        return address.read_text()

    def serve(self, url: str, *, server: str = "granian", workers: int = 2, factory: str = "app:create_app", root: Path = ROOT) -> Served:
        """Start the application on the database and wait until it answers; `root` is another checkout with its own .venv.

        A factory may stand in `references/` as well.
        """
        port = free_port()
        instance = self.folder / f"instance-{port}"
        environment = {
            **os.environ,
            "PYTHONPATH": f"{root}:{REFERENCES}",
            "MARSHRUT_DATABASE_URL": url,
            "MARSHRUT_INSTANCE_PATH": str(instance),
            "MARSHRUT_SECRET_KEY": SECRET,
            "MARSHRUT_BASE_URL": "http://127.0.0.1:8000",
            "MARSHRUT_DEMO": "0",
        }
        programs = Path(sys.executable).parent if root == ROOT else root / ".venv" / "bin"
        return self.start(_command(programs, server, port, workers, factory), port, environment, root)

    def start(self, command: list[str], port: int, environment: dict[str, str] | None = None, root: Path = ROOT) -> Served:
        """Start a server program in that folder and wait until it answers."""
        log = (self.folder / f"server-{port}.log").open("wb")
        process = subprocess.Popen(command, cwd=root, env=environment, stdout=log, stderr=log, start_new_session=True)
        self.running.append(process)
        _await(port, process, self.folder / f"server-{port}.log")
        return Served(port, process.pid)

    def stop(self, served: Served) -> None:
        """End one server."""
        for process in [one for one in self.running if one.pid == served.pid]:
            _end(process)
            self.running.remove(process)

    def end(self) -> None:
        """End everything that was started."""
        for process in self.running:
            _end(process)
        if self.own_cluster:
            cluster.stop(self.folder / "postgresql")

    def _sqlite(self, volume: Volume) -> str:
        """A copied file."""
        kept = self.folder / f"{volume.name}.sqlite3"
        if not kept.exists():
            part = kept.with_suffix(".part")
            part.unlink(missing_ok=True)
            self.fill(f"sqlite:///{part}", volume, self.folder / "instance")
            part.rename(kept)
        copy = self.folder / f"copy-{os.getpid()}-{self.copies}.sqlite3"
        shutil.copyfile(kept, copy)
        return f"sqlite:///{copy}"

    def _postgresql(self, volume: Volume) -> str:
        """A database made from the filled one."""
        server, copy = self.cluster(), f"copy_{os.getpid()}_{self.copies}"
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            known = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
            if volume.name not in known:
                connection.execute('DROP DATABASE IF EXISTS "being_filled" WITH (FORCE)')
                connection.execute('CREATE DATABASE "being_filled" TEMPLATE template0')
                self.fill(f"{server}/being_filled", volume, self.folder / "instance")
                connection.execute(f'ALTER DATABASE "being_filled" RENAME TO "{volume.name}"'.encode())
            connection.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{volume.name}" STRATEGY FILE_COPY'.encode())
        return f"{server}/{copy}"


@contextmanager
def stage(engine: str, folder: Path | None = None, filling: Callable[[str, Volume, Path], None] = fill) -> Iterator[Stage]:
    """A stage that is cleared afterwards; a folder given keeps its filled databases."""
    place = folder or Path(tempfile.mkdtemp(prefix="marshrut-benchmarks-"))
    place.mkdir(parents=True, exist_ok=True)
    place.chmod(0o755)
    made = Stage(place, engine, fill=filling)
    try:
        yield made
    finally:
        made.end()
        if folder is None:
            shutil.rmtree(place, ignore_errors=True)
        else:
            _clear_copies(place)


def exchange(
    port: int, method: str, path: str, *, headers: dict[str, str] | None = None, body: str | bytes | None = None
) -> tuple[int, dict[str, str], bytes]:
    """One request on a connection of its own."""
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    finally:
        connection.close()


def hidden_fields(page: bytes) -> dict[str, str]:
    """The hidden fields of a page's forms, the last of a name."""
    reader = _Hidden()
    reader.feed(page.decode())
    return reader.found


class _Hidden(HTMLParser):
    """Collects hidden fields."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One opening tag."""
        values = dict(attrs)
        if tag == "input" and values.get("type") == "hidden" and values.get("name"):
            self.found[values["name"] or ""] = values.get("value") or ""


def _cookie(headers: dict[str, str]) -> str:
    """The cookie an answer sets, as the next request sends it."""
    return headers.get("set-cookie", "").split(";")[0]


def _command(programs: Path, server: str, port: int, workers: int, factory: str) -> list[str]:
    """How the server is started in production, access log off on every side."""
    if server == "gunicorn":
        return [str(programs / "gunicorn"), "-w", str(workers), "-b", f"{HOST}:{port}", "--log-level", "error", f"{factory}()"]
    options = [
        "--interface", "wsgi", "--workers", str(workers), "--blocking-threads", str(THREADS), "--host", HOST, "--port", str(port),
        "--no-access-log", "--log-level", "error",
    ]  # fmt: skip
    return [str(programs / "granian"), *options, "--factory", factory]


def _await(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Ask until the server answers. Raises with its log when it ends before or is too late."""
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            exchange(port, "GET", "/healthz")
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"{process.args!r} does not answer: {log.read_text()[-2000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a server with its workers."""
    try:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
    except ProcessLookupError:
        process.wait(10)


def _clear_copies(place: Path) -> None:
    """Leave only the filled databases in a kept folder; copies inside the cluster go at its next start."""
    for path in [*place.glob("copy-*"), *place.glob("server-*.log")]:
        path.unlink()
    for path in place.glob("instance-*"):
        shutil.rmtree(path)
