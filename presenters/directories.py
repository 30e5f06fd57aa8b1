"""Entries of directories by their names in the reader's language."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from presenters.language import language


class Entry(Protocol):
    """A row of a directory: a code with its two names."""

    @property
    def code(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def name_en(self) -> str: ...


def named(name: str | None, name_en: str | None) -> str:
    """The one of the two names that the reader reads; the Russian one where there is no other."""
    return (name_en if language() == "en" else name) or name or ""


def names_by_code(entries: Iterable[Entry]) -> Mapping[str, str]:
    """Names by code, in the order of the directory."""
    return {one.code: named(one.name, one.name_en) for one in entries}
