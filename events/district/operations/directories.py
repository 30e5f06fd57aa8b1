"""Keeping the directories: rows are added or renamed, never reused for another meaning."""

import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from events.audit.operations import record
from events.audit.vocabulary import Action
from events.district import queries
from events.district.columns import Offer, Offers, read, written
from events.district.directory import CheckedRow, Directory, Outcome, Overtaken, Tally, stamp
from events.district.models import Direction, District, EventType, LoadedFile, ReasonCode
from events.foundation.acting import Actor
from events.foundation.db import db
from events.foundation.errors import Conflict, NotFound, Refused
from events.foundation.text import N_, Phrase, clean_line

Coded = type[Direction] | type[EventType] | type[ReasonCode]
FILES_KEPT = timedelta(days=1)
NAMELESS = N_("Please say what the district is called.")


def keep_directory(directory: Coded, rows: Iterable[Mapping[str, Any]], *, by: Actor, now: datetime) -> None:
    """Add the rows by code, or rename those that exist; the order given is the order shown."""
    count = 0
    for position, row in enumerate(rows):
        db.session.merge(directory(**row, position=position))
        count += 1
    record(Action.EDITED, ("directory", 0), by=by, now=now, directory=directory.__tablename__, rows=count)


def name_district(name: str, address: str, *, by: Actor, now: datetime) -> None:
    """Say what the district is called, and where its administration is. Refused at `name` when there is none."""
    becomes = {"name": clean_line(name), "address": clean_line(address)}
    if not becomes["name"]:
        raise Refused(NAMELESS, {"name": NAMELESS})
    present = db.session.get(District, 1, with_for_update=True)
    was = {"name": present.name, "address": present.address} if present else None
    if was != becomes:
        db.session.merge(District(id=1, **becomes))
        record(Action.EDITED, ("district", 1), by=by, now=now, was=was, becomes=becomes)


def add_entry(directory: Directory, texts: Mapping[str, str], *, by: Actor, now: datetime) -> str:
    """Add a row; gives what names it in addresses. Refused at each column that cannot be stored, and where there is such a row already."""
    return _written(directory, None, texts, by=by, now=now)


def keep_entry(directory: Directory, code: str, texts: Mapping[str, str], seen: str, *, by: Actor, now: datetime) -> str:
    """Change a row, as it was `seen` (`directory.stamp`); columns that are not in `texts` stay. NotFound when there is none, Overtaken
    when somebody has changed it meanwhile, Refused as `add_entry`."""
    row = queries.row_of(directory, code, locked=True)
    if row is None:
        raise NotFound
    offers = directory.offers()
    stands = directory.texts(row, offers)
    if stamp(stands) != seen:
        raise Overtaken(stands)
    return _written(directory, row, texts, by=by, now=now)


def check_rows(directory: Directory, rows: Sequence[Mapping[str, str]]) -> list[CheckedRow]:
    """What each row of a file would do. Rows may name each other; a name that stands twice is refused at its second place."""
    known = {getattr(row, directory.name): row for row in db.session.scalars(select(directory.model).options(*directory.beside))}
    offers = _with_new_rows(directory, rows, known)
    seen: dict[str, int] = {}
    checked = []
    for place, texts in enumerate(rows):
        code = clean_line(texts.get(directory.name, ""))
        one = _checked(directory, known.get(code), texts, offers)
        if code and code in seen:
            one = one.refused({directory.name: N_("“%(code)s” stands in the file twice.", code=code)})
        seen.setdefault(code, place)
        checked.append(one)
    circles = _circles(directory, known.values(), checked)
    return [one.refused(circles[place]) if place in circles else one for place, one in enumerate(checked)]


def load_rows(directory: Directory, rows: Sequence[Mapping[str, str]], *, by: Actor, now: datetime) -> Tally:
    """Store all rows of a file, or none: Refused when one of them cannot be stored. Those not in the file stay as they are."""
    checked = check_rows(directory, rows)
    if any(one.outcome is Outcome.REFUSED for one in checked):
        raise Refused(N_("Some rows cannot be loaded as they are. Nothing has been changed: look at them once more."))
    with _alone():
        new = [one for one in checked if one.outcome is Outcome.ADDED]
        made = dict(zip(map(id, new), _made(directory, new), strict=True))
        wanted = [one for one in checked if one.outcome is not Outcome.SAME]
        stored = [(one, made[id(one)] if one.row is None else _changed(directory, one)) for one in wanted]
        _name_each_other(directory, stored)
        db.session.flush()
    _note(directory, [(row, one) for one, row in stored], by=by, now=now)
    counted = Counter(one.outcome for one in checked)
    return Tally(counted[Outcome.ADDED], counted[Outcome.CHANGED], counted[Outcome.SAME])


def keep_file(directory: Directory, name: str, rows: Sequence[Mapping[str, str]], *, user_id: int, now: datetime) -> str:
    """Keep a file that was read in while its reader looks at what it would do; gives its token. Those of yesterday go."""
    db.session.execute(delete(LoadedFile).where(LoadedFile.at < now - FILES_KEPT))
    token = secrets.token_urlsafe(32)
    kept = [dict(one) for one in rows]
    db.session.add(LoadedFile(token=token, directory=directory.key, user_id=user_id, name=clean_line(name)[-200:], rows=kept, at=now))
    return token


def mend_file(file: LoadedFile, mended: Mapping[int, Mapping[str, str]], left_out: Collection[int]) -> None:
    """Put other texts into rows of the file (by their place, from 0), and leave some out."""
    rows = [{**row, **mended.get(place, {})} for place, row in enumerate(file.rows) if place not in left_out]
    file.rows = rows


def drop_files_of(user_id: int) -> None:
    """The files of somebody who comes no more."""
    db.session.execute(delete(LoadedFile).where(LoadedFile.user_id == user_id))


def drop_file(file: LoadedFile) -> None:
    """The file has been loaded, or is not wanted."""
    db.session.delete(file)


def _written(directory: Directory, row: Any, texts: Mapping[str, str], *, by: Actor, now: datetime) -> str:
    """Store one row that was typed on a page."""
    name = clean_line(texts.get(directory.name, ""))
    if row is None and name and queries.row_named(directory, name) is not None:
        raise Refused(directory.taken, {directory.name: directory.taken})
    checked = _checked(directory, row, texts, directory.offers())
    if row is not None and directory.refers_to_itself:
        checked = checked.refused(
            _circles(directory, db.session.scalars(select(directory.model).options(*directory.beside)), [checked]).get(0, {})
        )
    if checked.outcome is Outcome.REFUSED:
        raise Refused(next(iter(checked.faults.values())), checked.faults)
    stored = row
    if checked.outcome is not Outcome.SAME:
        with _alone():
            stored = _made(directory, [checked])[0] if row is None else _changed(directory, checked)
            db.session.flush()
        _note(directory, [(stored, checked)], by=by, now=now)
    return str(getattr(stored, directory.handle))


def _checked(directory: Directory, row: Any, texts: Mapping[str, str], offers: Offers) -> CheckedRow:
    """What would become of a row."""
    own = {one.name: texts[one.name] for one in directory.columns if one.name in texts and not (row is not None and one.fixed)}
    if row is None:
        own = {**{one.name: "" for one in directory.columns}, **own}
    reading = read(directory.columns, own, offers)
    if reading.faults:
        return CheckedRow(row, {}, reading.faults)
    whole = {one.name: reading.values[one.name] if one.name in reading.values else getattr(row, one.name) for one in directory.columns}
    faults = directory.check(whole, row)
    if faults:
        return CheckedRow(row, {}, faults)
    changed = {name: value for name, value in whole.items() if row is None or getattr(row, name) != value}
    was = {} if row is None else {name: written(directory.columns_by_name[name], getattr(row, name), offers) for name in changed}
    now = {name: written(directory.columns_by_name[name], value, offers) for name, value in changed.items()}
    before = {} if row is None else {name: getattr(row, name) for name in changed}
    return CheckedRow(row, changed, {}, before, was, now)


@contextmanager
def _alone() -> Iterator[None]:
    """What is stored inside breaks no rule of the database; else somebody has stored the same a moment ago."""
    try:
        with db.session.begin_nested():
            yield
    except IntegrityError as error:
        raise Conflict(
            N_("Somebody has just stored a row with the same code. Look at the list and repeat what is still needed.")
        ) from error


def _made(directory: Directory, new: Sequence[CheckedRow]) -> Sequence[Any]:
    """New rows, inserted all at once; those that name a row of the same file wait until it is there."""
    values = [_settled(directory, one) for one in new]
    if not values or directory.keeper:
        return directory.keeper.make(values) if directory.keeper and values else []
    return db.session.scalars(insert(directory.model).returning(directory.model, sort_by_parameter_order=True), values).all()


def _changed(directory: Directory, checked: CheckedRow) -> Any:
    """The row with its values."""
    settled = _settled(directory, checked)
    if directory.keeper:
        directory.keeper.change(checked.row, settled)
    else:
        for name, value in settled.items():
            setattr(checked.row, name, value)
    return checked.row


def _settled(directory: Directory, checked: CheckedRow) -> dict[str, Any]:
    return {name: None if _is_awaited(directory, name, value) else value for name, value in checked.values.items()}


def _with_new_rows(directory: Directory, rows: Sequence[Mapping[str, str]], known: Collection[str]) -> Offers:
    """What may be named, with the new rows of the file under negative numbers: minus its place less one."""
    offers = directory.offers()
    if not directory.refers_to_itself:
        return offers
    codes = [clean_line(one.get(directory.name, "")) for one in rows]
    new = {code: Offer(-place - 1, code, code) for place, code in enumerate(codes) if code and code not in known}
    return {**offers, directory.key: {**new, **offers[directory.key]}}


def _circles(directory: Directory, known: Iterable[Any], checked: Sequence[CheckedRow]) -> Mapping[int, Mapping[str, Phrase]]:
    """Rows that would stand above themselves, by their place, with the column to blame."""
    faults: dict[int, dict[str, Phrase]] = {}
    rows = list(known)
    own = {place: -place - 1 if one.row is None else one.row.id for place, one in enumerate(checked) if directory.refers_to_itself}
    for column in (one for one in directory.columns if one.of == directory.key):
        above = {row.id: getattr(row, column.name) for row in rows}
        above |= {own[place]: one.values[column.name] for place, one in enumerate(checked) if column.name in one.values}
        for place, itself in own.items():
            step, passed = above.get(itself), set[int]()
            while step is not None and step != itself and step not in passed:
                passed.add(step)
                step = above.get(step)
            if step == itself:
                faults.setdefault(place, {})[column.name] = N_("So it would stand above itself. Choose another.")
    return faults


def _is_awaited(directory: Directory, name: str, value: Any) -> bool:
    return directory.columns_by_name[name].of == directory.key and isinstance(value, int) and value < 0


def _name_each_other(directory: Directory, stored: Sequence[tuple[CheckedRow, Any]]) -> None:
    """Now that every row is there, those that name a new one can."""
    by_code = {getattr(row, directory.name): row.id for _, row in stored if hasattr(row, "id")}
    for one, row in stored:
        for name, value in one.values.items():
            if _is_awaited(directory, name, value):
                setattr(row, name, by_code[one.now[name]])


def _note(directory: Directory, stored: Sequence[tuple[Any, CheckedRow]], *, by: Actor, now: datetime) -> None:
    """Into the audit: what each was, what it is, by column."""
    if directory.keeper:
        directory.keeper.note(stored, by=by, now=now)
        return
    for row, checked in stored:
        action, was = directory.added if checked.row is None else Action.EDITED, checked.was or None
        code, subject = getattr(row, directory.name), (directory.subject, getattr(row, "id", 0))
        record(action, subject, by=by, now=now, code=code, was=was, becomes=dict(checked.now))
