"""Closed-loop clients: each sends its next request when the answer to the last one is there. `wrk` where it is installed."""

import http.client
import multiprocessing
import re
import shutil
import statistics
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from urllib.parse import urlsplit

SPAWN = multiprocessing.get_context("fork")
RETRY_CONNECTION = (ConnectionError, http.client.RemoteDisconnected, http.client.CannotSendRequest)


@dataclass(frozen=True)
class Sent:
    """One request of a client's script."""

    method: str
    path: str
    headers: dict[str, str] = field(hash=False)
    body: bytes | None = None


@dataclass(frozen=True)
class Load:
    """What clients got: answers by status, seconds each answer took, and the seconds it all took."""

    statuses: Counter[int]
    took: list[float]
    seconds: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.took) / self.seconds

    def percentile(self, share: float) -> float:
        """Seconds within which that share of answers came."""
        ordered = sorted(self.took)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def with_wrk() -> bool:
    """Whether `wrk` is installed (apt-get install wrk)."""
    return shutil.which("wrk") is not None


def tool() -> str:
    """What makes the load, for the report."""
    return "wrk" if with_wrk() else "http.client"


def hammer(url: str, *, status: int, headers: dict[str, str] | None = None, clients: int = 8, seconds: float = 3) -> float:
    """Requests a second of one GET by `clients` at once; fails the run when any answer has another status."""
    if not with_wrk():
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        request = Sent("GET", path, headers or {})
        load = replay(parts.port or 80, [_endlessly(request)] * clients, seconds)
        assert set(load.statuses) == {status}, f"{url}: {load.statuses}"
        return load.rate
    command = ["wrk", "-t1", f"-c{clients}", f"-d{max(1, round(seconds))}s", "--timeout", "30s"]
    for name, value in (headers or {}).items():
        command += ["-H", f"{name}: {value}"]
    said = subprocess.run([*command, url], check=True, capture_output=True, text=True).stdout
    wrong = "Non-2xx or 3xx responses" in said or re.search(r"Socket errors: (?!connect 0, read 0, write 0, timeout 0)", said)
    assert not wrong, f"{url}: {said}"
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert found is not None, said
    assert float(found[1]) > 0, f"{url}: no answer in {seconds} s; measure longer"
    return float(found[1])


def replay(port: int, scripts: Sequence[Callable[[], Iterable[Sent]]], seconds: float) -> Load:
    """Each script in a process of its own with one connection kept alive, all begun together, until time or script is over."""
    pipes, processes = [], []
    for script in scripts:
        ours, theirs = SPAWN.Pipe()
        process = SPAWN.Process(target=_client, args=(port, script, seconds, theirs), daemon=True)
        process.start()
        pipes.append(ours)
        processes.append(process)
    for pipe in pipes:
        pipe.recv()
    started = time.perf_counter()
    for pipe in pipes:
        pipe.send("go")
    statuses: Counter[int] = Counter()
    took: list[float] = []
    ended = started
    for pipe in pipes:
        codes, times, finished = pipe.recv()
        statuses.update(codes)
        took += times
        ended = max(ended, finished)
    for process in processes:
        process.join()
    return Load(statuses, took, ended - started)


def one_by_one(port: int, request: Sent, *, status: int, times: int) -> float:
    """The median seconds of an answer to one client; for paths compared by what they cost rather than by what they carry."""
    load = replay(port, [lambda: [request] * times], 3600)
    assert load.statuses == {status: times}, f"{request.path}: {load.statuses}"
    return statistics.median(load.took)


def _endlessly(request: Sent) -> Callable[[], Iterable[Sent]]:
    """The same request again and again."""
    return lambda: iter(lambda: request, None)


def _client(port: int, script: Callable[[], Iterable[Sent]], seconds: float, pipe: Connection) -> None:
    """One client's life."""
    requests = iter(script())
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.connect()
    pipe.send("ready")
    pipe.recv()
    codes: Counter[int] = Counter()
    times: list[float] = []
    deadline = time.perf_counter() + seconds
    while time.perf_counter() < deadline and (request := next(requests, None)) is not None:
        begun = time.perf_counter()
        codes[_answer(connection, request)] += 1
        times.append(time.perf_counter() - begun)
    connection.close()
    pipe.send((codes, times, time.perf_counter()))


def _answer(connection: http.client.HTTPConnection, request: Sent) -> int:
    """The status of the answer, its body read whole. A GET goes out again where the server had closed an idle connection."""
    try:
        return _exchange(connection, request)
    except RETRY_CONNECTION:
        if request.method != "GET":
            raise
        connection.close()
        return _exchange(connection, request)


def _exchange(connection: http.client.HTTPConnection, request: Sent) -> int:
    """Send and read."""
    connection.request(request.method, request.path, request.body, request.headers)
    response = connection.getresponse()
    response.read()
    return response.status
