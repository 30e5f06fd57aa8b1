"""The local trial: web server and worker as children of one process, which ends both. `python app.py` calls it."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

import click
import flask_migrate
from flask import Flask

from commands import demo
from commands.files import tell
from events.foundation.text import N_

HOST = "127.0.0.1"
WEB_WORKERS = 2
THREADS_PER_WORKER = 4
PATIENCE = 15
"""Seconds the children have to finish what they have in hand."""
PR_SET_PDEATHSIG = 1
"""prctl(2): the child is told to end when this process dies, even by SIGKILL."""


def prepare(app: Flask) -> None:
    """Migrate the database; at the very first start in demo mode fill it; print the accounts and the address."""
    with app.app_context():
        flask_migrate.upgrade()
        if app.config["DEMO"]:
            if demo.is_empty():
                demo.fill(click.echo)
            for line in demo.accounts():
                click.echo(line)


def run(app: Flask, port: int, root: Path) -> int:
    """Serve until SIGTERM or SIGINT; returns the exit code. Should one child end by itself, the other is ended too."""
    with app.app_context():
        if _taken(port):
            tell(N_("Port %(port)s is taken. Set another one: MARSHRUT_PORT=8080.", port=str(port)), err=True)
            return 1
        tell(N_("Address: %(address)s (to stop: Ctrl+C)", address=f"http://{HOST}:{port}/"))
    children = [_start(command, root) for command in (_web(port), _worker())]
    ending: list[int] = []

    def end(number: int, _: FrameType | None) -> None:
        ending.append(number)
        _signal(children)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
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


def _taken(port: int) -> bool:
    """Whether somebody listens there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False
