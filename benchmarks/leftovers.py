"""What piles up beside past requests: staff, sign-ins, receipts of forms, bookings of halls, and the audit."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain as one_after_another
from itertools import islice
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from events.audit import chain
from events.audit.models import AuditEntry, AuditHead
from events.people.models import LoginSession, Membership, Unit, User
from events.people.vocabulary import Role
from events.receipts.models import FormReceipt
from events.venues.models import Booking, Venue
from events.venues.vocabulary import BookingState

CHUNK = 5000
REQUESTS_A_PERSON = 40
"""Past requests for each person who came to the staff since; every second of them has left again."""
FORMS_A_REQUEST = 6
HALL = timedelta(hours=2)


def pile_up(connection: Connection, past: list[tuple[int, int, datetime]], leads: tuple[str, ...], now: datetime) -> None:
    """For past requests, each with the one it was copied from and its start: rows like those the office would have left behind."""
    people = _staff(connection, len(past) // REQUESTS_A_PERSON, leads)
    _put(connection, LoginSession, (_sign_in(people, place, now) for place in range(len(past)) if people))
    _put(connection, FormReceipt, (_form(identity, place, now) for identity, _, _ in past for place in range(FORMS_A_REQUEST)))
    _put(connection, Booking, _bookings(connection, past))
    _put(connection, AuditEntry, _acts(connection, past))
    _move_head(connection)


def _put(connection: Connection, model: Any, rows: Iterator[dict[str, Any]]) -> None:
    """Insert them, so many at a time; PostgreSQL takes them as one stream, in a third of the time."""
    if connection.dialect.name == "postgresql":
        _stream(connection, model.__table__, rows)
        return
    while chunk := list(islice(rows, CHUNK)):
        connection.execute(insert(model.__table__), chunk)


def _stream(connection: Connection, table: Any, rows: Iterator[dict[str, Any]]) -> None:
    """COPY, with what each column makes of a value before it is sent; what no row gives has its default."""
    first = next(rows, None)
    if first is None:
        return
    made = {name: table.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect) for name in first}
    defaults = {one.name: one.default.arg for one in table.c if one.name not in first and one.default is not None and one.default.is_scalar}
    columns = ", ".join(f'"{name}"' for name in (*first, *defaults))
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as sent:
        for row in one_after_another([first], rows):
            sent.write_row([make(row[name]) if make else row[name] for name, make in made.items()] + list(defaults.values()))


def _staff(connection: Connection, count: int, leads: tuple[str, ...]) -> list[int]:
    """Authors of the institutions; the ids of all who may have signed in."""
    units = dict(connection.execute(select(Unit.key, Unit.id).where(Unit.key.in_(leads))).tuples().all())
    first, password = connection.execute(select(func.max(User.id) + 1, func.min(User.password))).one()
    ids = list(range(first, first + count))
    _put(connection, User, (
        {"id": one, "email": f"person{one}@demo.example", "password": password, "active": one % 2 == 0, "fs_uniquifier": f"grown-{one}",
         "full_name": f"Сотрудников Сотрудник {one}", "position": "Специалист", "locale": "ru"} for one in ids))  # fmt: skip
    _put(connection, Membership, ({"user_id": one, "unit_id": units[leads[one % len(leads)]], "role": Role.AUTHOR} for one in ids))
    return ids


def _sign_in(people: list[int], place: int, now: datetime) -> dict[str, Any]:
    """One that is over and not yet swept away."""
    token = hashlib.sha256(f"grown {place}".encode()).hexdigest()
    moments = dict.fromkeys(("created_at", "seen_at", "proved_at", "ended_at"), now - timedelta(days=1 + place % 80))
    return {"token_hash": token, "user_id": people[place % len(people)], "agent": "", **moments}


def _form(identity: int, place: int, now: datetime) -> dict[str, Any]:
    """One that was sent lately; older ones are swept away."""
    return {"nonce": f"grown-{identity}-{place}", "holder": f"user:{place + 1}", "target": f"/requests/{identity}", "at": now}


def _bookings(connection: Connection, past: list[tuple[int, int, datetime]]) -> Iterator[dict[str, Any]]:
    """One hall after another, so that no two of a hall meet."""
    halls = connection.execute(select(Venue.id, Venue.exclusive).order_by(Venue.id)).all()
    for place, (identity, _, starts) in enumerate(reversed(past)):
        hall = halls[place % len(halls)]
        begins = starts - HALL * (place // len(halls))
        yield {"venue_id": hall.id, "exclusive": hall.exclusive, "starts_at": begins, "ends_at": begins + HALL, "request_id": identity,
               "state": BookingState.CONFIRMED, "occurrence_key": f"grown-{identity}", "expires_at": None}  # fmt: skip


def _acts(connection: Connection, past: list[tuple[int, int, datetime]]) -> Iterator[dict[str, Any]]:
    """Those of the original, sealed again in their own chain."""
    done: dict[int, list[dict[str, Any]]] = {}
    sources = {source for _, source, _ in past}
    entries = select(AuditEntry.__table__).where(AuditEntry.subject_kind == "request", AuditEntry.subject_id.in_(sources))
    for row in connection.execute(entries.order_by(AuditEntry.seq)).mappings():
        done.setdefault(row["subject_id"], []).append(dict(row))
    seq, previous = connection.execute(select(AuditHead.seq, AuditHead.hash)).one()
    for identity, source, _ in past:
        for stored in done.get(source, []):
            seq += 1
            act = {**stored, "seq": seq, "subject_id": identity, "previous": previous}
            previous = act["hash"] = chain.link(previous, seq, _payload(act))
            yield act


def _move_head(connection: Connection) -> None:
    """The chain ends with what was copied last."""
    last = select(AuditEntry.seq, AuditEntry.hash).order_by(AuditEntry.seq.desc()).limit(1)
    seq, digest = connection.execute(last).one()
    connection.execute(update(AuditHead).values(seq=seq, hash=digest))


def _payload(row: dict[str, Any]) -> dict[str, Any]:
    """What is hashed, as the audit itself does."""
    subject, by = [row["subject_kind"], row["subject_id"]], [row["actor_kind"], row["actor_id"]]
    return {"at": row["at"].isoformat(timespec="microseconds"), "action": row["action"], "subject": subject, "by": by, "data": row["data"]}
