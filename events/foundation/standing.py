"""What the office seldom changes (its units, people, calendar, rules, directories, routes), kept by every process while it stays as it is.

The database renews one token with each change of these tables, by trigger, so that a change made by another process or in SQL renews it
as well (decision 006). What a process has read is good for the token under which it was read, and for no other. A transaction that has
changed any of it itself reads the tables until its end; so does everybody while the token is missing.
"""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from sqlalchemy import CheckConstraint, Engine, String, event, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from events.foundation import work
from events.foundation.db import Guard, Model, db

Result = TypeVar("Result")

TOKENS_KEPT = 4
"""Of how many states a process remembers what it has read; tests lead one process from database to database."""


class Standing(Model):
    """The token: a single row, id 1, put there by the migration and by the first change."""

    __tablename__ = "standing"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    token: Mapped[str] = mapped_column(String(32))
    """Random, so that no state is ever taken for another: a counter would begin anew with a row that was lost."""


TOKEN = select(Standing.token).where(Standing.id == 1)
_AT_HAND, _CHANGED = "standing", "standing changed"
_kept: dict[str, dict[Hashable, Any]] = {}
_tables: set[str] = set()


def kept(key: Hashable, read: Callable[[], Result]) -> Result:
    """What `read()` gives, asked once a process while none of the standing data change. It must hold no rows of a session that may still
    be changed (`apart` reads such rows), and nobody may change it."""
    token = _token()
    if token is None:
        return read()
    known = _kept.get(token)
    if known is None:
        known = _begin(token)
    if key not in known:
        value = read()
        if db.session.scalar(TOKEN) != token:
            return value  # changed just now; who comes next reads it under the new token
        known[key] = value
    result: Result = known[key]
    return result


def apart(read: Callable[[Session], Result]) -> Result:
    """What `read` finds in a session of its own within the running transaction: its rows belong to nobody and may be kept."""
    with Session(db.session.connection(), join_transaction_mode="rollback_only") as session:
        return read(session)


def at_hand(token: str | None) -> None:
    """The running transaction has read the token beside something else. Nothing outside one."""
    running = work.current_or_none()
    if running is not None:
        running.remembered[_AT_HAND] = token


def renewed_by(table: str) -> tuple[Guard, ...]:
    """The triggers by which changes of a table renew the token. SQLite has one for each kind of change and for each row."""
    _tables.add(table)
    name = f"{table}_renews_standing"
    kinds = ("insert", "update", "delete")
    return (
        Guard(
            name,
            sqlite=tuple(f'CREATE TRIGGER {name}_{kind} AFTER {kind.upper()} ON "{table}" BEGIN {_RENEW_SQLITE} END' for kind in kinds),
            postgresql=(
                f'CREATE TRIGGER {name} AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "{table}" '
                "FOR EACH STATEMENT EXECUTE FUNCTION renew_standing()",
            ),
        ),
    )


def tables() -> frozenset[str]:
    """The tables whose changes renew the token."""
    return frozenset(_tables)


_RENEW_SQLITE = (
    "UPDATE standing SET token = lower(hex(randomblob(16))) WHERE id = 1; "
    "INSERT INTO standing (id, token) SELECT 1, lower(hex(randomblob(16))) WHERE NOT EXISTS (SELECT 1 FROM standing WHERE id = 1);"
)
guards: tuple[Guard, ...] = (
    Guard(
        "renew_standing",
        sqlite=(),
        postgresql=(
            "CREATE FUNCTION renew_standing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "INSERT INTO standing (id, token) VALUES (1, replace(gen_random_uuid()::text, '-', '')) "
            "ON CONFLICT (id) DO UPDATE SET token = EXCLUDED.token; RETURN NULL; END $$",
        ),
    ),
)


def _token() -> str | None:
    """The token of the state in which the running transaction began; None where the tables must be asked."""
    running = work.current_or_none()
    if running is None:
        return None
    session = db.session()
    if session.new or session.deleted or session.dirty:
        session.flush()  # as a query would
    if running.remembered.get(_CHANGED):
        return None
    if _AT_HAND not in running.remembered:
        running.remembered[_AT_HAND] = session.scalar(TOKEN)
    token: str | None = running.remembered[_AT_HAND]
    return token


def _begin(token: str) -> dict[Hashable, Any]:
    """Room for what is read under the token, in the place of the oldest."""
    known = list(_kept)  # at once: another thread may be doing the same
    for oldest in known[: max(0, len(known) - TOKENS_KEPT + 1)]:
        _kept.pop(oldest, None)
    return _kept.setdefault(token, {})


@event.listens_for(Engine, "after_cursor_execute")
def _note_own_change(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool) -> None:
    """A change of our own shows in no token that others see yet."""
    if context is None or not (context.isinsert or context.isupdate or context.isdelete):
        return
    table = getattr(getattr(context.invoked_statement, "table", None), "name", None)
    running = work.current_or_none()
    if table in _tables and running is not None:
        running.remembered[_CHANGED] = True
