"""`python supervisor.py PORT [play]`: keeps the web server and the worker of a local trial as its children, and ends both. With «play»
the history of the demo is played first beside the server, and the worker, who must not act on half of it, begins when it is whole.

`python app.py` becomes this program once the database is ready, so that for as long as the trial runs no third process holds the
whole application in memory. Imports nothing of the product, nor of the libraries. The rest of the environment is app.py's.
"""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
HOST = "127.0.0.1"
WEB_WORKERS = 2
THREADS_PER_WORKER = 4
PATIENCE = 15
"""Seconds the children have to finish what they have in hand."""
PR_SET_PDEATHSIG = 1
"""prctl(2): the child is told to end when this process dies, even by SIGKILL."""


def become(port: int, *, playing: bool) -> NoReturn:
    """Turn the calling process into this program: the same id, nothing of its memory."""
    sys.stdout.flush()
    arguments = [str(port), *(["play"] if playing else [])]
    os.execv(sys.executable, [sys.executable, str(ROOT / "supervisor.py"), *arguments])  # noqa: S606 -- our own program


def main() -> int:
    """Serve until SIGTERM or SIGINT; returns the exit code. Should one child end by itself, the other is ended too."""
    children: list[subprocess.Popen[bytes]] = []
    ending: list[int] = []

    def end(number: int, _: FrameType | None) -> None:
        ending.append(number)
        _signal(children)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    playing = "play" in sys.argv[2:]
    children.extend(_start(command, ROOT) for command in (_web(int(sys.argv[1])), _play() if playing else _worker()))
    if not ending:
        _wait()
    if playing and not ending and children[-1].poll() == 0:
        children[-1] = _start(_worker(), ROOT)
        if not ending:
            _wait()
    _signal(children)
    codes = [_ended(child) for child in children]
    return 0 if ending else max(1, *codes)


def _web(port: int) -> Sequence[str]:
    """Granian: WSGI in two processes with some threads each."""
    return (
        sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--host", HOST, "--port", str(port),
        "--workers", str(WEB_WORKERS), "--blocking-threads", str(THREADS_PER_WORKER), "--no-ws", "--log-level", "warning",
        "--respawn-failed-workers", "app:create_app",
    )  # fmt: skip


def _worker() -> Sequence[str]:
    """Messages and the passing of time."""
    return (sys.executable, "-m", "flask", "--app", "app", "worker")


def _play() -> Sequence[str]:
    """The history of the demo."""
    return (sys.executable, "-m", "flask", "--app", "app", "demo", "play")


def _wait() -> None:
    """Until a child has ended, whichever it is; it is not buried yet."""
    os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)


def _start(command: Sequence[str], root: Path) -> subprocess.Popen[bytes]:
    """A child in a session of its own, so that Ctrl+C reaches it through us and its own children end with it."""
    return subprocess.Popen(  # noqa: S603 -- our own commands
        command,
        cwd=root,
        env={**os.environ, "MARSHRUT_TRIAL": "1"},
        start_new_session=True,
        preexec_fn=_dies_with_us(os.getpid()),  # noqa: PLW1509 -- no threads are running yet
    )


def _dies_with_us(parent: int) -> Callable[[], None]:
    """What a Linux child does first: ask to be ended with its parent; elsewhere nothing."""

    def ask() -> None:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:
                os._exit(1)

    return ask


def _signal(children: Sequence[subprocess.Popen[bytes]]) -> None:
    """Ask every child still there to end."""
    for child in children:
        if child.poll() is None:
            child.terminate()


def _ended(child: subprocess.Popen[bytes]) -> int:
    """The child's exit code; one that does not end in time is killed with its children."""
    try:
        return abs(child.wait(PATIENCE))
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        return abs(child.wait())


if __name__ == "__main__":
    sys.exit(main())
