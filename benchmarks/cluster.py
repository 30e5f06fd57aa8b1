"""A PostgreSQL server of the benchmarks' own, as in production: fsync and synchronous commit are on."""

import os
import socket
import subprocess
from pathlib import Path

import psycopg

HOST = "127.0.0.1"
NOBODY = 65534
CLUSTER = (
    "listen_addresses=127.0.0.1", "max_connections=100", "shared_buffers=512MB", "max_wal_size=4GB", "timezone=UTC",
    "checkpoint_timeout=1h", "effective_cache_size=4GB", "random_page_cost=1.1",
)  # fmt: skip
"""The product and pgbench get the same."""


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


def start(cluster: Path) -> str:
    """Start the PostgreSQL server, made first where there is none yet, and drop what an earlier run left."""
    binaries, port = _binaries(), free_port()
    if not cluster.exists():
        cluster.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(cluster, NOBODY, NOBODY)
        _as_nobody(
            [str(binaries / "initdb"), "-D", str(cluster), "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        )
    settings = " ".join(f"-c {setting}" for setting in (*CLUSTER, f"port={port}", f"unix_socket_directories={cluster}"))
    _as_nobody([str(binaries / "pg_ctl"), "-D", str(cluster), "-l", str(cluster / "log"), "-o", settings, "-w", "start"])
    address = f"postgresql://bench@{HOST}:{port}"
    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        for (name,) in connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'copy%'").fetchall():
            connection.execute(f'DROP DATABASE "{name}"'.encode())
    return address


def stop(cluster: Path) -> None:
    """End the PostgreSQL server; what is under way is broken off."""
    _as_nobody([str(_binaries() / "pg_ctl"), "-D", str(cluster), "-m", "fast", "-w", "stop"])


def _binaries() -> Path:
    """The newest installed server's programs."""
    found = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()]
    if not found:
        raise SystemExit("PostgreSQL is not installed (apt-get install postgresql); run with --database sqlite")
    return max(found, key=lambda path: int(path.parent.name))


def _as_nobody(command: list[str]) -> None:
    """Run a server program, as «nobody» when we are root: PostgreSQL refuses to be root."""
    if os.geteuid() == 0:
        command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *command]
    done = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd="/", timeout=120)
    if done.returncode:
        raise RuntimeError(f"{command}: {done.stderr or done.stdout}")
