"""The tests' stage: every fixture lives in a file of `tests/fixtures/` by its matter. docs/testing.md says where the time goes."""

import gc
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.fixtures import postgresql

pytest_plugins = [
    "tests.fixtures.moments",
    "tests.fixtures.databases",
    "tests.fixtures.dumps",
    "tests.fixtures.inner_queries",
    "tests.fixtures.application",
    "tests.fixtures.cast",
    "tests.fixtures.requests",
    "tests.fixtures.direct_sql",
    "tests.fixtures.office",
    "tests.fixtures.house",
    "tests.fixtures.publishing",
    "tests.fixtures.serving",
    "tests.fixtures.looking",
    "tests.fixtures.speaking",
    "tests.fixtures.provider",
]

RUN_FOLDER = "MARSHRUT_TESTS_RUN"
"""The folder shared by all workers of one run: template databases, the PostgreSQL server's files, the tests' own folders."""
MEMORY = Path("/dev/shm")  # noqa: S108 -- the folder in it is made by mkdtemp
ROOM = 2 * 2**30
"""Bytes a run may need."""


def pytest_configure(config: pytest.Config) -> None:
    """The first process of a run makes its folder; workers find it in the environment they inherit."""
    config.addinivalue_line("markers", "engines(*names): the engines a test of storage runs on; without it on SQLite and PostgreSQL")
    config.addinivalue_line("markers", "browser: needs a real browser")
    if hasattr(config, "workerinput") or RUN_FOLDER in os.environ:
        return
    folder = Path(tempfile.mkdtemp(prefix="marshrut-tests-", dir=MEMORY if _has_room(MEMORY) else None))
    folder.chmod(0o755)
    os.environ[RUN_FOLDER] = str(folder)
    config.option.basetemp = config.option.basetemp or str(folder / "tmp")
    config.add_cleanup(lambda: _end_run(folder))


def pytest_collection_finish() -> None:
    """What has been imported stays to the end: the collector need not look through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One worker more than there are processors: tests of servers, browsers and crashes wait a third of their time."""
    return (os.cpu_count() or 1) + 1


def _has_room(place: Path) -> bool:
    """Whether a run's databases may lie there; making and dropping them a thousand times costs a disk's directories dearly."""
    return os.access(place, os.W_OK) and shutil.disk_usage(place).free > ROOM


def _end_run(folder: Path) -> None:
    """Stop what the run started and leave nothing behind."""
    postgresql.stop(folder)
    shutil.rmtree(folder, ignore_errors=True)
    os.environ.pop(RUN_FOLDER, None)
