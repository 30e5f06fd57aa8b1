"""Columns of a directory, and a row of text read by them. Pure."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from events.district.kinds import Kind, Wrong, no_such
from events.foundation.text import Phrase, clean_line


@dataclass(frozen=True)
class Offer:
    """One value a column may have: as a row stores it, as a file writes it, what it is called, and whether it may still be chosen."""

    stored: Any
    text: str
    called: Any
    open: bool = True


Offers = Mapping[str, Mapping[str, Offer]]
"""Rows that may be named, by directory and by their text."""


class Naming(ABC):
    """A kind that names rows of directories inside its text."""

    @abstractmethod
    def read_named(self, text: str, offers: Offers) -> Any:
        """The value as a row stores it. Raises Wrong."""

    @abstractmethod
    def write_named(self, value: Any, offers: Offers) -> str:
        """The text that `read_named` reads back."""


@dataclass(frozen=True)
class Column:
    """A column of a directory. `required`: what is said when it is empty; without that it may be. `fixed`: it is given once."""

    name: str
    """The attribute of the row; programs write it at the head of their files."""
    title: Phrase
    kind: Kind
    required: Phrase | None = None
    hint: Phrase | None = None
    empty: Any = None
    """What a row stores where nothing is written."""
    fixed: bool = False
    listed: bool = True
    """Whether it stands in the list of rows."""
    language: str = ""
    """In which language it is always written, where that is not Russian: «en»; «zxx» for what is in none, a code."""
    of: str = ""
    """The directory whose rows it names by their codes, if it does."""
    paged: bool = True
    """Whether it stands in the form of a row; else its page has a part of its own for it, and only files hold it as text."""


@dataclass(frozen=True)
class Reading:
    """What of a row of text can be stored, and what is wrong at which column."""

    values: Mapping[str, Any]
    faults: Mapping[str, Phrase] = field(default_factory=dict)


def read(columns: tuple[Column, ...], texts: Mapping[str, str], offers: Offers) -> Reading:
    """Read what stands under the columns there; a column that is not there is left as it is."""
    values: dict[str, Any] = {}
    faults: dict[str, Phrase] = {}
    for column in columns:
        if column.name not in texts:
            continue
        try:
            values[column.name] = _value(column, clean_line(texts[column.name]), offers)
        except Wrong as wrong:
            faults[column.name] = wrong.phrase
    return Reading(values, faults)


def written(column: Column, value: Any, offers: Offers) -> str:
    """The text of a stored value."""
    if value is None:
        return ""
    if isinstance(column.kind, Naming):
        return column.kind.write_named(value, offers)
    if column.of:
        return next((one.text for one in offers[column.of].values() if one.stored == value), "")
    return column.kind.write(value)


def _value(column: Column, text: str, offers: Offers) -> Any:
    if not text:
        if column.required is not None:
            raise Wrong(column.required)
        return column.empty
    if isinstance(column.kind, Naming):
        return column.kind.read_named(text, offers)
    if column.of:
        found = offers[column.of].get(text)
        if found is None:
            raise Wrong(no_such(text))
        return found.stored
    return column.kind.read(text)
