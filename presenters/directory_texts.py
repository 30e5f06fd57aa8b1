"""Directories in the reader's words: on pages, and in the files that people fill in. Files are understood in either language."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial

from flask_babel import force_locale

from events.district.columns import Column, Naming, Offers
from events.district.directory import Directory
from events.district.kinds import NO, PARTED, YES, Control, Day, Tick, Worded
from events.foundation.errors import Refused
from events.foundation.text import N_
from presenters.language import LANGUAGES
from presenters.phrases import Words, say
from presenters.tabular import Table

TICKED = {YES: N_("yes"), NO: N_("no")}
_YES = frozenset({"yes", "да", "y", "д", "1", "true", "истина", "+", "x", "х", "v"})
_NO = frozenset({"no", "нет", "n", "н", "0", "false", "ложь", "-", "—"})
LINE = "№"
"""Under which name a row keeps the line of its file."""


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in a column; `language` as in HTML where it is always that one, «zxx» for what is in none."""

    words: Words
    language: str


def shown(column: Column, text: str, offers: Offers) -> Written:
    """A plain text as it is said on a page."""
    unknown = bool(column.of) and text not in offers[column.of]
    return Written(_said(column, text, offers), "zxx" if unknown else column.language)


def _said(column: Column, text: str, offers: Offers) -> Words:
    if not text:
        return ""
    if column.of:
        found = offers[column.of].get(text)
        return say(found.called) if found else text
    if isinstance(column.kind, Naming):
        return _with_names(filed(column, text), offers)
    if isinstance(column.kind, Day):
        return say(column.kind.read(text))
    return filed(column, text)


def _with_names(text: str, offers: Offers) -> str:
    """«pmc: автор заявок» with what the unit is called."""
    known = {code: one for several in offers.values() for code, one in several.items()}
    parts = [one.strip().partition(":") for one in text.split(PARTED)]
    return f"{PARTED} ".join(f"{say(known[code].called) if code in known else code}{colon}{rest}" for code, colon, rest in parts)


def filed(column: Column, text: str) -> str:
    """A plain text as it is written into a file: words instead of codes where the office has no codes."""
    if isinstance(column.kind, Worded):
        return _exchanged(column.kind, {token: say(word) for token, word in column.kind.tokens.items()}, text)
    words = _words(column)
    if not words or not text:
        return text
    parts = [one.strip() for one in text.split(PARTED)] if column.kind.control is Control.SEVERAL else [text]
    return f"{PARTED} ".join(words.get(one, one) for one in parts)


def headings(directory: Directory) -> list[str]:
    """The first line of a file."""
    return [say(one.title) for one in directory.columns]


def read_file(directory: Directory, table: Table) -> tuple[list[dict[str, str]], list[str]]:
    """Rows of a file as plain texts by column, and headings of columns that nobody knows.

    Refused when the column that names a row is missing, or one stands twice.
    """
    places: dict[str, int] = {}
    unknown: list[str] = []
    names = _names(directory)
    for place, heading in enumerate(table[0]):
        name = names.get(_folded(heading))
        if name is None:
            unknown += [heading] if heading else []
        elif name in places:
            raise Refused(N_("The column “%(column)s” stands twice.", column=directory.columns_by_name[name].title))
        else:
            places[name] = place
    if directory.name not in places:
        raise Refused(
            N_(
                "The first line must name the columns, “%(column)s” among them. Take the exported file as a pattern.",
                column=directory.columns_by_name[directory.name].title,
            )
        )
    plain = {name: _reader(directory.columns_by_name[name]) for name in places}
    rows = [
        {LINE: str(line), **{name: plain[name](row[place]) for name, place in places.items()}}
        for line, row in enumerate(table[1:], start=2)
        if any(row)
    ]
    return rows, unknown


def plain_row(directory: Directory, cells: Mapping[str, str]) -> dict[str, str]:
    """Cells that a person typed, as plain texts; what is no column is left out."""
    known = directory.columns_by_name
    return {name: _plain(known[name], cell) for name, cell in cells.items() if name in known}


Picks = Mapping[str, Sequence[tuple[str, str]]]
"""What is offered for columns that are chosen, by their names."""


def picks(column: Column, offers: Offers, chosen: str) -> list[tuple[str, str]]:
    """What a page offers for a column: plain text and words; what is out of use only where it stands already."""
    if column.of:
        return [(one.text, say(one.called)) for one in offers[column.of].values() if one.open or one.text == chosen]
    return list(_words(column).items())


def _words(column: Column) -> Mapping[str, str]:
    """Words for the members of a closed list, by plain text."""
    if isinstance(column.kind, Tick):
        return {text: say(word) for text, word in TICKED.items()}
    words: Mapping[object, object] = getattr(column.kind, "words", {})
    return {str(getattr(member, "value", member)): say(word) for member, word in words.items()}


def _plain(column: Column, cell: str) -> str:
    """The plain text of a cell that a person filled in, in whichever language."""
    return _reader(column)(cell)


def _reader(column: Column) -> Callable[[str], str]:
    """What gives the plain text of a cell of the column."""
    if isinstance(column.kind, Tick):
        return _ticked
    if isinstance(column.kind, Worded):
        return partial(_exchanged, column.kind, _tokens(column.kind))
    if not hasattr(column.kind, "words"):
        return str
    known = _members(column)
    if column.kind.control is Control.SEVERAL:
        return lambda cell: PARTED.join(known.get(_folded(one), one.strip()) for one in cell.split(PARTED) if one.strip())
    return lambda cell: known.get(_folded(cell), cell)


def _ticked(cell: str) -> str:
    folded = _folded(cell)
    return YES if folded in _YES else NO if folded in _NO else cell


def _members(column: Column) -> Mapping[str, str]:
    """Plain texts by the words for them in either language."""
    known: dict[str, str] = {}
    for language in LANGUAGES:
        with force_locale(language):
            known |= {_folded(word): text for text, word in _words(column).items()}
    return known


def _exchanged(kind: Worded, words: Mapping[str, str], text: str) -> str:
    """The text with other words for those; the longest are looked for first."""
    before, after = kind.bounds
    either = "|".join(re.escape(one).replace(r"\ ", r"\s+") for one in sorted(words, key=len, reverse=True))
    return re.sub(f"{before}(?:{either}){after}", lambda found: words[_folded(found[0])], text, flags=re.IGNORECASE)


def _tokens(kind: Worded) -> Mapping[str, str]:
    """Words inside a text, in either language, with the plain ones they stand for."""
    known: dict[str, str] = {}
    for language in LANGUAGES:
        with force_locale(language):
            known |= {_folded(say(word)): token for token, word in kind.tokens.items()}
    return known


def _names(directory: Directory) -> Mapping[str, str]:
    """Names of columns by what may stand at their head: the name itself, the title in either language."""
    known: dict[str, str] = {}
    for language in LANGUAGES:
        with force_locale(language):
            known |= {_folded(say(one.title)): one.name for one in directory.columns}
    return known | {_folded(one.name): one.name for one in directory.columns}


@cache
def _folded(words: str) -> str:
    return " ".join(words.lower().replace("ё", "е").split())


def listed(directory: Directory, texts: Mapping[str, str]) -> Sequence[str]:
    """A row of an exported file."""
    return [filed(one, texts[one.name]) for one in directory.columns]
