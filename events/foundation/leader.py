"""One worker leads, the others stand by: an advisory lock on PostgreSQL, a locked file beside an SQLite database."""

import fcntl
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from events.foundation.db import db

ADVISORY_KEY = 7_401_205
"""Names the worker's lock among the advisory locks of the database."""
LOCK = "worker.lock"
"""The locked file's name, in the folder of the installation."""


class Leadership:
    """Held from the first `held()` that succeeds until `release()` or the end of the process; lost with the connection."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._handle: IO[str] | None = None
        self._connection: Connection | None = None
        self._one_at_a_time = threading.Lock()

    def held(self) -> bool:
        """Whether this process leads now; takes the lead when it is free. Needs an application context.

        Raises what the database answers with when it cannot be asked: that nobody is known to lead is not that another does.
        """
        with self._one_at_a_time:
            return self._held_by_connection() if db.engine.dialect.name == "postgresql" else self._held_by_file()

    def release(self) -> None:
        """Let another worker lead, at once: a server frees the lock of a connection that went away only when it notices."""
        with self._one_at_a_time:
            if self._handle is not None:
                self._handle.close()
            if self._connection is not None:
                with suppress(SQLAlchemyError):
                    self._connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": ADVISORY_KEY})
                self._connection.invalidate()
                self._connection.close()
            self._handle = self._connection = None

    def _held_by_file(self) -> bool:
        if self._handle is None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            handle = self._file.open("a")
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                handle.close()
                return False
            self._handle = handle
        return True

    def _held_by_connection(self) -> bool:
        """A connection of its own, outside any transaction; the server frees the lock when it breaks."""
        try:
            if self._connection is not None:
                self._connection.execute(text("SELECT 1"))
                return True
            return self._taken(db.engine.connect().execution_options(isolation_level="AUTOCOMMIT"))
        except SQLAlchemyError:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
            raise

    def _taken(self, connection: Connection) -> bool:
        if connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": ADVISORY_KEY}):
            self._connection = connection
            return True
        connection.close()
        return False
