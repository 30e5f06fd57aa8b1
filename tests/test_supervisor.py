"""`python app.py` as a whole: it serves, keeps little in memory, and ends with all its children."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from commands import demo_plots
from tests.fixtures.serving import ROOT, STARTS_WITHIN

pytestmark = pytest.mark.engines("sqlite")
STILL_LOADING = "Демонстрационные данные ещё загружаются"
MOST = 40
"""MB that the process above server and worker may hold for as long as they run."""


@pytest.fixture
def trial(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A trial without demo data, and its address."""
    process = _started(tmp_path, port := _free_port(), demo=False)
    _wait_until_ready(process, port)
    yield process, f"http://127.0.0.1:{port}"
    process.kill()
    process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _started(folder: Path, port: int, *, demo: bool, **further: str) -> subprocess.Popen[bytes]:
    """What it says goes into a file, «told»."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MARSHRUT_")}
    environment |= {"MARSHRUT_INSTANCE_PATH": str(folder), "MARSHRUT_PORT": str(port), "MARSHRUT_DEMO": str(int(demo)), **further}
    with (folder / "told").open("wb") as told:
        return subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=told)


def _wait_until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while not _answers(f"http://127.0.0.1:{port}/readyz"):
        assert process.poll() is None, "the trial ended by itself"
        assert time.monotonic() < deadline, "the trial does not serve"
        time.sleep(0.1)


def test_a_first_start_without_demo_prints_one_address_at_which_it_is_set_up(trial: tuple[subprocess.Popen[bytes], str], tmp_path: Path):
    printed = [line for line in (tmp_path / "told").read_text().splitlines() if "/set-up/" in line]
    assert [line.startswith(f"{trial[1]}/set-up/") for line in printed] == [True]
    with urllib.request.build_opener(urllib.request.HTTPCookieProcessor()).open(printed[0], timeout=30) as page:
        assert (page.url, "Первый запуск" in page.read().decode()) == (f"{trial[1]}/set-up", True)


def test_the_process_above_server_and_worker_stays_small(trial: tuple[subprocess.Popen[bytes], str]):
    assert _resident(trial[0].pid) <= MOST


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_trial_with_all_its_children(trial: tuple[subprocess.Popen[bytes], str], number: int):
    process, url = trial
    below = _below(process.pid)
    assert len(below) >= 4, "server, its two workers, the worker"
    process.send_signal(number)
    assert process.wait(30) == 0
    deadline = time.monotonic() + 10  # what only looks after another's memory notices by itself that nobody is left
    while left := [pid for pid in below if _lives(pid)]:
        assert time.monotonic() < deadline, left
        time.sleep(0.1)
    assert not _answers(f"{url}/readyz")


def test_a_child_that_ends_takes_the_trial_with_it(trial: tuple[subprocess.Popen[bytes], str]):
    process, _ = trial
    worker = next(pid for pid in _children(process.pid) if b"flask" in Path(f"/proc/{pid}/cmdline").read_bytes())
    os.kill(worker, signal.SIGKILL)
    assert process.wait(30) != 0


@pytest.fixture
def first_start(blank_database_url: str, tmp_path: Path) -> Iterator[Callable[[], tuple[subprocess.Popen[bytes], str]]]:
    """Starts a trial with the demo, again and again in the same folder, and waits until it serves; what is left is killed."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> tuple[subprocess.Popen[bytes], str]:
        started.append(_started(tmp_path, port := _free_port(), demo=True, MARSHRUT_DATABASE_URL=blank_database_url))
        _wait_until_ready(started[-1], port)
        return started[-1], f"http://127.0.0.1:{port}"

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.mark.engines("sqlite", "postgresql")
def test_the_first_page_is_there_before_the_demo_is_whole_and_a_kill_meanwhile_spoils_nothing(
    first_start: Callable[[], tuple[subprocess.Popen[bytes], str]], blank_database_url: str, tmp_path: Path
):
    process, url = first_start()
    assert STILL_LOADING in _desk(url)
    below = _below(process.pid)
    assert not [pid for pid in below if _is_worker(pid)], "nobody acts on half a history"
    _wait_for(lambda: _requests(blank_database_url) > 3)
    process.kill()
    process.wait()
    _wait_for(lambda: not any(map(_lives, below)))
    process, url = first_start()
    assert STILL_LOADING in _desk(url)
    _wait_for(lambda: any(map(_is_worker, _children(process.pid))))
    assert STILL_LOADING not in _desk(url)
    assert _requests(blank_database_url) == len(demo_plots.read())
    whole, address = (tmp_path / "told").read_text().splitlines()[-2:]
    assert whole == "Демо: всё загружено"
    assert address == f"Войдите под одной из учётных записей, названных выше: {url}/sign-in"


def _desk(url: str) -> str:
    """The desk of somebody who signs in."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    page = browser.open(f"{url}/sign-in", timeout=30).read().decode()
    hidden = dict(map(_name_and_value, re.findall(r"<input[^>]*hidden[^>]*>", page)))
    typed = hidden | {"email": "spec_pmc@demo.example", "password": "marshrut-demo"}
    browser.open(f"{url}/sign-in", urllib.parse.urlencode(typed).encode(), timeout=30).read()
    return str(browser.open(f"{url}/desk", timeout=30).read().decode())


def _name_and_value(field: str) -> tuple[str, str]:
    told = dict(re.findall(r'(name|value)="([^"]*)"', field))
    return told["name"], told.get("value", "")


def _is_worker(pid: int) -> bool:
    try:
        return b"worker" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False


def _requests(url: str) -> int:
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"), poolclass=NullPool)
    with closing(engine.connect()) as database:
        return database.execute(text("SELECT count(*) FROM event_request")).scalar_one()


def _wait_for(come: Callable[[], bool]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while not come():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _lives(pid: int) -> bool:
    """Whether the process is there; one that nobody has buried yet is not."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def _resident(pid: int) -> float:
    """Resident memory in MB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Rss:")) / 1024


def _children(pid: int) -> list[int]:
    """Processes started by this one."""
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _below(pid: int) -> list[int]:
    """All processes below this one."""
    direct = _children(pid)
    return [*direct, *(one for child in direct for one in _below(child))]
