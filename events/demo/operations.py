"""Beginning the demo, coming forward in it, ending it, and beginning anew where it was broken off."""

from datetime import datetime

from sqlalchemy import delete, insert, text, update

from events.audit import chain
from events.audit.models import AuditHead
from events.demo.models import DemoPlay
from events.foundation.db import Model, db

TRIGGERS = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY rowid")


def begin(moment: datetime) -> None:
    """From now on the database holds a demo that is not whole; `moment` is the present of its story."""
    db.session.add(DemoPlay(id=1, moment=moment, percent=0))


def come_forward(percent: int) -> None:
    """So much of the demo has been played."""
    db.session.execute(update(DemoPlay).values(percent=percent))


def end() -> None:
    """The demo is whole."""
    db.session.execute(delete(DemoPlay))


def start_over(moment: datetime) -> None:
    """Empty the database and begin anew: all or nothing, in the running transaction. Only for a play that was broken off and in which
    nobody has worked (`queries.is_untouched`): what guards the log and decisions against this is put aside meanwhile."""
    if db.engine.dialect.name == "postgresql":
        _empty_postgresql()
    else:
        _empty_sqlite()
    db.session.expunge_all()
    db.session.execute(insert(AuditHead).values(id=1, seq=0, hash=chain.GENESIS))
    begin(moment)


def _empty_postgresql() -> None:
    names = [f'"{table.name}"' for table in Model.metadata.sorted_tables]
    for word in ("DISABLE", "ENABLE"):
        if word == "ENABLE":
            db.session.execute(text(f"TRUNCATE {', '.join(names)} RESTART IDENTITY"))
        for name in names:
            db.session.execute(text(f"ALTER TABLE {name} {word} TRIGGER USER"))


def _empty_sqlite() -> None:
    guards = db.session.execute(TRIGGERS).all()
    db.session.execute(text("PRAGMA defer_foreign_keys=on"))
    for name, _ in guards:
        db.session.execute(text(f'DROP TRIGGER "{name}"'))
    for table in reversed(Model.metadata.sorted_tables):
        db.session.execute(delete(table))
    for _, words in guards:
        db.session.connection().exec_driver_sql(words)
