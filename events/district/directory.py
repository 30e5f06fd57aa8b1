"""What a directory is: declared once over its rows; its page, its files and its command are made of the declaration."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, Protocol

from events.audit.vocabulary import Action
from events.district.columns import Column, Offers, written
from events.district.kinds import Code, Line, Tick, Whole
from events.foundation.acting import Actor
from events.foundation.errors import Conflict
from events.foundation.text import N_, Phrase

TAKEN = N_("There is a row with this code already.")
CODE_HINT = N_("Latin letters, digits and hyphens. It names the row in files and is never changed.")
NAME_NEEDED = N_("Please write the name.")
POSITION = Column("position", N_("Place in the list"), Whole(0, 10_000), empty=0, hint=N_("The smallest number comes first."))
ACTIVE = Column("active", N_("In use"), Tick(), empty=True)


def no_offers() -> Offers:
    """For a directory that names no others."""
    return {}


def no_faults(_values: Mapping[str, Any], _row: Any) -> Mapping[str, Phrase]:
    """For a directory without rules over several columns."""
    return {}


class Keeper(Protocol):
    """Stores rows of a directory that are more than their columns. What it notes in the audit are ids and codes (152-ФЗ)."""

    def make(self, values: Sequence[Mapping[str, Any]]) -> Sequence[Any]:
        """New rows, stored; in the same order."""

    def change(self, row: Any, values: Mapping[str, Any]) -> None:
        """Put the values that differ into the row."""

    def note(self, stored: Sequence[tuple[Any, "CheckedRow"]], *, by: Actor, now: datetime) -> None:
        """Record what was done to each row, now that all are stored, and see to what follows from it."""


@dataclass(frozen=True)
class Directory:
    """Rows an administrator keeps. The first column names a row and is never changed; one called «active» takes it out of use.

    `check`: the rules of the matter over all values of a row, which is None where it is new; faults by column.
    `offers`: rows of other directories that may be named.
    """

    key: str
    """In addresses: «event-types»."""
    title: Phrase
    told: Phrase
    """What it is for, in a sentence."""
    model: type[Any]
    subject: str
    """Under which kind of subject the audit knows its rows."""
    columns: tuple[Column, ...]
    searched: tuple[str, ...]
    order: tuple[str, ...]
    check: Callable[[Mapping[str, Any], Any], Mapping[str, Phrase]] = field(default=no_faults, compare=False)
    offers: Callable[[], Offers] = field(default=no_offers, compare=False)
    added: Action = Action.EDITED
    """Under which word the audit notes a new row."""
    acts: frozenset[Action] = frozenset({Action.EDITED})
    """What the history of a row tells, besides that it was added."""
    taken: Phrase = TAKEN
    """Said of a new row whose first column says what another's says."""
    addressed: str = ""
    """What names a row in addresses of pages, where its first column must not stand there: addresses get into logs."""
    under: str = ""
    """The column by which rows stand under one another, if they do: the list shows them as a tree."""
    beside: tuple[Any, ...] = ()
    """Options of a SELECT by which what its columns need of other tables comes along."""
    notes: tuple[Phrase, ...] = ()
    """What must be known besides, a paragraph each: shown above its list."""
    keeper: "Keeper | None" = field(default=None, compare=False)
    """Who stores its rows, where more than columns is stored."""

    @property
    def handle(self) -> str:
        """The attribute that names a row in addresses of pages."""
        return self.addressed or self.name

    @property
    def name(self) -> str:
        """The column that names a row."""
        return self.columns[0].name

    @cached_property
    def columns_by_name(self) -> Mapping[str, Column]:
        """Columns by their names."""
        return {one.name: one for one in self.columns}

    @property
    def refers_to_itself(self) -> bool:
        """Whether its rows name one another."""
        return any(one.of == self.key for one in self.columns)

    def texts(self, row: Any, offers: Offers) -> dict[str, str]:
        """A stored row as text, by column."""
        return {one.name: written(one, getattr(row, one.name), offers) for one in self.columns}


class Outcome(StrEnum):
    """What becomes of a row of a file."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True)
class CheckedRow:
    """A row that was typed or read in, looked at: `row` as it is stored (None: a new one), `values` that would change and what stood there
    `before`, `faults` by column; `was` and `now` are the same change as texts."""

    row: Any
    values: Mapping[str, Any]
    faults: Mapping[str, Phrase]
    before: Mapping[str, Any] = field(default_factory=dict)
    was: Mapping[str, str] = field(default_factory=dict)
    now: Mapping[str, str] = field(default_factory=dict)

    @property
    def outcome(self) -> Outcome:
        """What becomes of it."""
        if self.faults:
            return Outcome.REFUSED
        if self.row is None:
            return Outcome.ADDED
        return Outcome.CHANGED if self.values else Outcome.SAME

    def refused(self, faults: Mapping[str, Phrase]) -> "CheckedRow":
        """The same row with further faults."""
        return replace(self, faults={**self.faults, **faults})


@dataclass(frozen=True)
class Tally:
    """How many rows of a file were added, changed and left as they were."""

    added: int
    changed: int
    same: int


class Overtaken(Conflict):
    """Somebody has changed the row since the page was opened; `stands` is how it is now, as text by column."""

    def __init__(self, stands: Mapping[str, str]) -> None:
        super().__init__(
            N_("Somebody has changed this row meanwhile. What you typed is still here: look at what is different, then save again.")
        )
        self.stands = stands


def stamp(texts: Mapping[str, str]) -> str:
    """Names one state of a row: what a page was opened with is compared by it with what is stored."""
    return hashlib.sha256("\x1f".join(texts.values()).encode()).hexdigest()[:32]


def named(longest: int) -> tuple[Column, Column]:
    """A name in both languages."""
    russian = Column("name", N_("What it is called"), Line(longest), required=NAME_NEEDED)
    return russian, Column("name_en", N_("Name in English"), Line(longest), empty="", language="en")


def coded(name: str = "code") -> Column:
    """The column that names a row."""
    return Column(name, N_("Code"), Code(), required=N_("Please write a code."), hint=CODE_HINT, fixed=True, language="zxx")
