"""Writing content into a revision, and what lists read of it."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Update, bindparam, delete, insert, select, update

from events.foundation.db import db
from events.foundation.search import searched
from events.people.models import User
from events.requests.fields import Content
from events.requests.models import PART_FIELDS, BudgetLine, CoOrganizer, EventRequest, Occurrence, Revision
from events.requests.queries import Writing
from events.requests.queries.request import CONTENT
from events.requests.sections import SECTION_OF
from events.requests.vocabulary import RevisionState


def write(revision: Revision, content: Content, names: Iterable[str]) -> None:
    """Put the named fields of `content` into a draft. Rows of parts are replaced; keys of dates stay."""
    for name in names:
        if name not in PART_FIELDS:
            value = getattr(content, name)
            setattr(revision, name, list(value) if isinstance(value, tuple) else value)
    _write_parts(revision, content, PART_FIELDS.intersection(names))


def _write_parts(revision: Revision, content: Content, names: Iterable[str]) -> None:
    """Dates, estimate and co-organizers, each only when it differs."""
    before = revision.written()
    for name in names:
        if getattr(before, name) != getattr(content, name):
            getattr(revision, name).clear()
            db.session.flush()
            model = _PART_MODELS[name]
            getattr(revision, name).extend(model(position=place, **row) for place, row in enumerate(_PART_VALUES[name](content)))


_MOVED = ("starts_at", "ends_at", "setup_from", "teardown_to", "venue_id", "day")
_MOVING = (
    update(Occurrence)
    .where(Occurrence.revision_id == bindparam("of_revision_id"), Occurrence.key == bindparam("of_key"))
    .values({name: bindparam(f"of_{name}") for name in _MOVED})
)
"""Where the same dates stand in the same order, those that moved are written over, by one statement."""
_PART_MODELS: dict[str, type[Any]] = {"occurrences": Occurrence, "budget": BudgetLine, "co_organizers": CoOrganizer}
_PART_VALUES: dict[str, Callable[[Content], list[dict[str, Any]]]] = {
    "occurrences": lambda content: [
        {
            "key": one.key, "starts_at": one.starts_at, "ends_at": one.ends_at, "setup_from": one.setup_from,
            "teardown_to": one.teardown_to, "venue_id": one.venue_id, "day": one.day,
        }
        for one in content.occurrences
    ],
    "budget": lambda content: [{"name": one.name, "amount": one.amount, "source": one.source} for one in content.budget],
    "co_organizers": lambda content: [{"unit_id": one.unit_id, "contributes": one.contributes} for one in content.co_organizers],
}  # fmt: skip


def rewrite(draft: Writing, content: Content, changed: Collection[str], now: datetime, versions: Mapping[str, int]) -> None:
    """Put the `changed` fields of `content` into a draft that was read as plain rows. Rows of parts are replaced; keys of dates stay."""
    connection, plain = db.session.connection(), sorted(set(changed) - PART_FIELDS)
    values = {name: list(value) if isinstance(value := getattr(content, name), tuple) else value for name in plain}
    said = {"section_versions": dict(versions), "saved_at": now, **values}
    connection.execute(_rewriting(tuple(plain)), {"of_revision": draft.revision_id, **said})
    for name in PART_FIELDS.intersection(changed):
        model = _PART_MODELS[name]
        rows = [{"revision_id": draft.revision_id, "position": place, **row} for place, row in enumerate(_PART_VALUES[name](content))]
        if name == "occurrences" and [one.key for one in draft.content.occurrences] == [one.key for one in content.occurrences]:
            before = draft.content.occurrences
            moved = [row for row, one, had in zip(rows, content.occurrences, before, strict=True) if one != had]
            connection.execute(_MOVING, [{f"of_{name}": row[name] for name in ("revision_id", "key", *_MOVED)} for row in moved])
            continue
        connection.execute(delete(model).where(model.revision_id == draft.revision_id))
        if rows:
            connection.execute(insert(model), rows)


def put_in_charge(request_id: int, before: int, after: User) -> bool:
    """A draft that names the one in charge names the other instead, whose telephone is yet to be given; whoever has its form open is told.
    Returns whether there was one."""
    named = (Revision.request_id == request_id, Revision.state == RevisionState.DRAFT, Revision.responsible_id == before)
    row = db.session.execute(select(Revision.id, Revision.section_versions).where(*named)).one_or_none()
    if row is None:
        return False
    section = SECTION_OF["responsible_id"].value
    versions = {**row.section_versions, section: row.section_versions.get(section, 0) + 1}
    said = {"responsible_id": after.id, "responsible_phone": "", "section_versions": versions}
    db.session.connection().execute(update(Revision).where(Revision.id == row.id).values(said))
    forget_read(request_id)
    return True


def list_anew(draft: Writing, shown: Content | None, *, forget: bool) -> None:
    """`show` and `forget_last_moment` for a draft that was read as plain rows: what differs is written, by one statement. `shown`: what
    applies of it; None where lists go on showing what is in force."""
    seen: dict[str, Any] = {}
    if shown is not None:
        seen = listed(draft.number, shown)
    if forget:
        seen["submit_by_basis"] = None
    if differing := {name: value for name, value in seen.items() if draft.listed[name] != value}:
        db.session.connection().execute(update(EventRequest).where(EventRequest.id == draft.request_id).values(differing))


def forget_read(request_id: int) -> None:
    """What the session has read of the request stands no more: it was written past it."""
    for known in list(db.session):
        if isinstance(known, CONTENT) or (isinstance(known, EventRequest) and known.id == request_id):
            db.session.expire(known)


@lru_cache(maxsize=256)
def _rewriting(names: tuple[str, ...]) -> Update:
    """Put together once for the fields that change together."""
    written: dict[str, Any] = {name: bindparam(name) for name in ("section_versions", "saved_at", *names)}
    return update(Revision).where(Revision.id == bindparam("of_revision")).values(written)


def show(event_request: EventRequest, content: Content) -> None:
    """Keep title, first date and the search column, by which lists are read, in step with the latest content."""
    for name, value in listed(event_request.number, content).items():
        setattr(event_request, name, value)


def listed(number: str | None, content: Content) -> dict[str, Any]:
    """The columns by which lists read."""
    search = searched(number, content.title, content.place_name, content.place_address)
    return {"title": content.title, "first_start": content.first_start, "search": search}


def keep_last_moment(event_request: EventRequest, last: datetime | None, basis: str) -> None:
    """The last moment to submit a draft (UTC; None where no route fits), and from what it was counted."""
    event_request.submit_by, event_request.submit_by_basis = last, basis


def forget_last_moment(event_request: EventRequest) -> None:
    """Something is written that routes may ask: the last moment to submit is unknown until it is counted anew."""
    event_request.submit_by_basis = None
