"""Reading the district's directories and rules."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from events.audit.queries import entries_about
from events.audit.vocabulary import Action
from events.district.columns import Column, Offers, written
from events.district.directory import Directory, stamp
from events.district.kinds import YES
from events.district.models import Direction, District, EventType, LoadedFile, ReasonCode, Rule
from events.district.rule_periods import Period, Rulebook, began, from_plain
from events.district.rules import Rules
from events.foundation import standing, work
from events.foundation.db import db
from events.foundation.names import alphabetical
from events.foundation.place import local_day
from events.foundation.search import search_form, searched

WARNED_AHEAD = timedelta(days=60)
"""How long before its end a rule is named as running out: time enough to look for what the law says next and to load it."""


@dataclass(frozen=True)
class EntryChange:
    """What was done to a row and when; `by_id` is None for a command. Texts by column; `fields`: what changed where values are not kept."""

    at: datetime
    by_id: int | None
    action: Action
    was: Mapping[str, str] | None
    now: Mapping[str, str] | None
    fields: Sequence[str]
    data: Mapping[str, Any]
    """What else was recorded."""


Stored = tuple[Any, ...]
"""Key, value as JSON text, source, first and last day of one row."""

_RULES = select(Rule.key, cast(Rule.value, Text), Rule.source, Rule.valid_from, Rule.valid_until)

Coded = TypeVar("Coded", Direction, EventType, ReasonCode)


def rules(on: date | None = None) -> Rules:
    """The rules of the day, in Moscow; of today when none is given."""
    return rulebook().on(on or local_day(work.now()))


def rulebook() -> Rulebook:
    """The rules of every day, for what asks about several."""
    return standing.kept("rules", lambda: _rulebook(_stored()))


def rules_ending(today: date) -> Sequence[Period]:
    """The last periods of rules that have ended or end soon without a successor: somebody has to say what holds then."""
    return rulebook().ending(today + WARNED_AHEAD)


def periods() -> Sequence[Period]:
    """Every value of every rule, as it is stored, in the order of keys and days."""
    return sorted(_periods(_stored()), key=lambda one: (one.key, began(one)))


def _stored() -> tuple[Stored, ...]:
    """Plain columns, past the session."""
    return tuple(tuple(row) for row in db.session.connection().execute(_RULES))


@lru_cache(maxsize=4)
def _rulebook(rows: tuple[Stored, ...]) -> Rulebook:
    """Read anew when the rows differ, which they seldom do."""
    return Rulebook(_periods(rows))


def _periods(rows: Iterable[Stored]) -> Iterator[Period]:
    return (Period(key, json.loads(value), *rest) for key, value, *rest in rows)


def periods_of(key: str) -> Sequence[Period]:
    """The values of one rule with their days, the first one first; none while it has its default."""
    return [one for one in periods() if one.key == key]


@dataclass(frozen=True)
class RuleChange:
    """What was done to a rule and when; `by_id` is None for a command. Without values where only their count was kept."""

    at: datetime
    by_id: int | None
    was: Sequence[Period] | None
    now: Sequence[Period] | None


def rule_changes(key: str) -> Sequence[RuleChange]:
    """What has been done to a rule, newest first."""
    acts = [one for one in entries_about(("rule", 0), {Action.EDITED}) if one.data.get("key") == key]
    return [
        RuleChange(one.at, one.actor_id, *(_plain_periods(key, one.data.get(name)) for name in ("was", "becomes")))
        for one in reversed(acts)
    ]


def _plain_periods(key: str, plain: Sequence[Mapping[str, Any]] | None) -> Sequence[Period] | None:
    return None if plain is None else [from_plain(key, one) for one in plain]


@dataclass(frozen=True)
class Entry:
    """A row of a directory as it is shown and looked for; `texts` by column."""

    code: str
    """What names it in addresses (`Directory.handle`)."""
    texts: Mapping[str, str]
    searched: str
    active: bool
    seen: str
    """The state it is in (`directory.stamp`)."""
    depth: int = 0
    """How many rows it stands under, where the directory is a tree and is read in its own order."""


@dataclass(frozen=True)
class Wish:
    """What of a directory is asked for. `sort`: a column, the directory's own order without one."""

    text: str = ""
    unused: bool = False
    """Whether rows out of use are wanted too."""
    sort: str = ""
    backwards: bool = False


def entries(directory: Directory, wish: Wish) -> Sequence[Entry]:
    """The rows asked for, in order. Every row stands ready in the process: a search through two thousand is faster than a page is drawn."""
    words = search_form(wish.text).split()
    found = [
        one for one in _all_entries(directory, wish.sort) if (wish.unused or one.active) and all(word in one.searched for word in words)
    ]
    return found[::-1] if wish.backwards else found


def in_use(directory: Directory) -> int:
    """How many rows are in use."""
    return standing.kept(("entries in use", directory.key), lambda: sum(one.active for one in _all_entries(directory, "")))


def entry(directory: Directory, code: str) -> Entry | None:
    """The row of that name."""
    return standing.kept(("entries by code", directory.key), lambda: {one.code: one for one in _all_entries(directory, "")}).get(code)


def changes(directory: Directory, row_id: int, code: str) -> Sequence[EntryChange]:
    """What has been done to a row, newest first. `row_id` is 0 for a directory whose rows are known by their codes alone."""
    acts = entries_about((directory.subject, row_id), {directory.added, *directory.acts})
    own = [one for one in acts if row_id or one.data.get("code") == code]
    return [
        EntryChange(
            one.at, one.actor_id, Action(one.action), one.data.get("was"), one.data.get("becomes"), one.data.get("fields", ()), one.data
        )
        for one in reversed(own)
    ]


def loaded_file(token: str, directory: Directory, user_id: int, *, locked: bool = False) -> LoadedFile | None:
    """The file the person has read in for the directory; `locked` against the same person in another window."""
    asked = select(LoadedFile).where(LoadedFile.token == token, LoadedFile.directory == directory.key, LoadedFile.user_id == user_id)
    return db.session.scalar(asked.with_for_update() if locked else asked)


def file_stamp(file: LoadedFile) -> str:
    """Names one state of the file: places of rows that a page names are those of that state."""
    return hashlib.sha256(json.dumps(file.rows, sort_keys=True).encode()).hexdigest()[:32]


def row_of(directory: Directory, code: str, *, locked: bool = False) -> Any:
    """The stored row with that handle, None where there is none; `locked` against others who change it."""
    handle = getattr(directory.model, directory.handle)
    if directory.addressed and not (code.isascii() and code.isdecimal() and len(code) < 10):
        return None
    asked = select(directory.model).where(handle == (int(code) if directory.addressed else code))
    return db.session.scalar(asked.with_for_update() if locked else asked, execution_options={"populate_existing": locked})


def row_named(directory: Directory, name: str) -> Any:
    """The stored row whose first column says so, None where there is none."""
    return db.session.scalar(select(directory.model).where(getattr(directory.model, directory.name) == name))


def _all_entries(directory: Directory, sort: str) -> Sequence[Entry]:
    """Every row in the order of a column."""
    kept = ("entries", directory.key, sort if sort in directory.columns_by_name else "")
    return standing.kept(kept, lambda: standing.apart(lambda session: _read_entries(session, directory, kept[2])))


def _read_entries(session: Session, directory: Directory, sort: str) -> Sequence[Entry]:
    offers = directory.offers()
    rows = sorted(session.scalars(select(directory.model).options(*directory.beside)), key=lambda row: _place(directory, row, offers, sort))
    depths = _as_tree(rows, directory.under) if directory.under and not sort else dict.fromkeys(rows, 0)
    return [
        replace(_entry(directory, str(getattr(row, directory.handle)), directory.texts(row, offers)), depth=depth)
        for row, depth in depths.items()
    ]


def _as_tree(rows: Sequence[Any], under: str) -> Mapping[Any, int]:
    """Each row after the one it stands under, with how deep that is; what would hang on nothing stands on top."""
    ids = {row.id for row in rows}
    below: dict[int | None, list[Any]] = {}
    for row in rows:
        above = getattr(row, under)
        below.setdefault(above if above in ids else None, []).append(row)
    depths: dict[Any, int] = {}
    waiting = [(row, 0) for row in reversed(below.get(None, []))]
    while waiting:
        row, depth = waiting.pop()
        depths[row] = depth
        waiting += [(one, depth + 1) for one in reversed(below.get(row.id, []))]
    return depths


def _entry(directory: Directory, handle: str, texts: Mapping[str, str]) -> Entry:
    looked_through = searched(*(texts[name] for name in directory.searched))
    return Entry(handle, texts, looked_through, texts["active"] == YES, stamp(texts))


def _place(directory: Directory, row: Any, offers: Offers, sort: str) -> list[Any]:
    """By what the row is sorted: numbers as numbers, names as people look for them, nothing at the end."""
    return [_sortable(directory.columns_by_name[name], getattr(row, name), offers) for name in ((sort,) if sort else ()) + directory.order]


def _sortable(column: Column, value: Any, offers: Offers) -> tuple[bool, Any]:
    if value is None or value == "":
        return True, 0
    if isinstance(value, int | float | date) and not column.of:
        return False, value
    return False, alphabetical(written(column, value, offers))


def present_district() -> District | None:
    """What is said of the district itself; None where nothing is."""
    return db.session.get(District, 1)


def directions() -> Sequence[Direction]:
    """Directions of youth policy, in the order of the law."""
    return _entries(Direction, Direction.position, Direction.code)


def event_types() -> Sequence[EventType]:
    return _entries(EventType, EventType.position, EventType.name)


def reason_codes() -> Sequence[ReasonCode]:
    return _entries(ReasonCode, ReasonCode.position, ReasonCode.code)


def _entries(directory: type[Coded], *order: InstrumentedAttribute[Any]) -> Sequence[Coded]:
    """The rows of a directory, to be read only."""
    asked = select(directory).order_by(*order)
    return standing.kept(directory.__tablename__, lambda: standing.apart(lambda session: session.scalars(asked).all()))
