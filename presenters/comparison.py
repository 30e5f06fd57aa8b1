"""How one text differs from another: whole, or word by word."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

LONG_TEXT = 60
"""From so many characters on a changed text is compared word by word."""
ALIKE = 0.4
"""With less in common two texts are read more easily than scraps."""

Step = tuple[str, int, int, int, int]


class Mark(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    """A text, or a part of one, and what became of it."""

    mark: Mark
    text: str

    @property
    def added(self) -> bool:
        return self.mark is Mark.ADDED

    @property
    def removed(self) -> bool:
        return self.mark is Mark.REMOVED


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a field in its pieces."""

    pieces: tuple[Piece, ...]


def unchanged(text: str) -> Value:
    """A value as it stands."""
    return Value((Piece(Mark.SAME, text),))


def compared(was: Sequence[str], now: Sequence[str]) -> tuple[Value, ...]:
    """A single text word by word when it is long; several values one by one."""
    if len(was) == len(now) == 1:
        return (Value(_pieces(was[0], now[0])),)
    gone = [Value((Piece(Mark.REMOVED, one),)) for one in was if one not in now]
    return (*gone, *(Value((Piece(Mark.SAME if one in was else Mark.ADDED, one),)) for one in now))


def _pieces(was: str, now: str) -> tuple[Piece, ...]:
    """The old text and the new one, or for long texts only the words that differ."""
    whole = (Piece(Mark.REMOVED, was), Piece(Mark.ADDED, now))
    if min(len(was), len(now)) < LONG_TEXT:
        return whole
    old, new = was.split(" "), now.split(" ")
    matched = SequenceMatcher(a=old, b=new, autojunk=False)
    return whole if matched.ratio() < ALIKE else tuple(_merged(matched.get_opcodes(), old, new))


def _merged(steps: Iterable[Step], old: Sequence[str], new: Sequence[str]) -> Iterable[Piece]:
    """The steps of a comparison as marked pieces."""
    for kind, start, end, from_, to in steps:
        if kind == "equal":
            yield Piece(Mark.SAME, " ".join(new[from_:to]))
            continue
        if start < end:
            yield Piece(Mark.REMOVED, " ".join(old[start:end]))
        if from_ < to:
            yield Piece(Mark.ADDED, " ".join(new[from_:to]))
