"""Reading a plain (JSON) document piece by piece: what does not fit is refused by its path, and an unknown word never passes for absent."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from math import isfinite
from typing import TypeVar

from events.foundation.errors import Refused
from events.foundation.text import N_, Phrase, clean_line, is_storable


class DefinitionError(Refused):
    """A document that cannot be used: `path` says where (route/stage/slot/field), `fault` says why, `phrase` says both."""

    def __init__(self, path: str, fault: Phrase) -> None:
        super().__init__(N_("%(place)s: %(fault)s", place=path, fault=fault) if path else fault)
        self.path = path
        self.fault = fault

    def __str__(self) -> str:
        """In English, for the log."""
        return f"{self.path}: {self.fault.msgid % self.fault.params}"

    def below(self, path: str) -> "DefinitionError":
        """The same fault of a document that is itself a piece of another."""
        return DefinitionError(f"{path}/{self.path}", self.fault)


Word = TypeVar("Word", bound=StrEnum)
LONGEST_TEXT = 300
LONGEST_SHOWN = 60
GREATEST = 2_000_000_000
"""Below 2³¹, the greatest whole number every column holds."""
FIRST_YEAR, LAST_YEAR = 2000, 2100
NO_AMOUNT = N_("an amount of money is expected here")
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
_CLOCK = re.compile(r"([0-9]{2}):([0-9]{2})")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def stands_twice(key: str) -> Phrase:
    """Said of what may stand in a place once."""
    return N_("“%(key)s” stands here twice", key=key)


@dataclass(frozen=True)
class Node:
    """A piece of a plain (JSON) document together with the path by which an error names it."""

    value: object
    path: str

    @property
    def shown(self) -> str:
        """The value as a sentence may say it."""
        line = clean_line(str(self.value))
        return line if len(line) <= LONGEST_SHOWN else f"{line[:LONGEST_SHOWN]}…"

    def fail(self, phrase: Phrase) -> DefinitionError:
        """The error to raise about this very place."""
        return DefinitionError(self.path, phrase)

    def under(self, name: str | int, value: object) -> "Node":
        """A piece standing below this one."""
        return Node(value, f"{self.path}/{name}" if self.path else str(name))

    def members(self, required: Collection[str], optional: Collection[str] = ()) -> "dict[str, Node]":
        """The named members of an object; a missing or unknown name is refused, so a misspelt one cannot pass for absent."""
        if not isinstance(self.value, Mapping):
            raise self.fail(N_("an object is expected here"))
        for name in required:
            if name not in self.value:
                raise self.fail(N_("“%(name)s” is missing", name=name))
        for name in self.value:
            if name not in required and name not in optional:
                raise self.fail(N_("“%(name)s” is not known here", name=Node(name, "").shown))
        return {name: self.under(name, value) for name, value in self.value.items()}

    def items(self, *, empty: bool = False) -> "list[Node]":
        """The items of a list, which may have none only when it may be `empty`."""
        if not isinstance(self.value, list | tuple):
            raise self.fail(N_("a list is expected here"))
        if not self.value and not empty:
            raise self.fail(N_("a list with at least one item is expected here"))
        return [self.under(number, value) for number, value in enumerate(self.value)]

    def named_items(self, name: str = "key", *, empty: bool = False) -> "list[Node]":
        """The same of a list of objects that go by their member `name`, in paths too; one that has none goes by its place."""
        return [self.under(_own_name(one.value, name), one.value) if _own_name(one.value, name) else one for one in self.items(empty=empty)]

    def refuse_twice(self, keys: Iterable[str]) -> None:
        """Fail at the first key that stands there twice."""
        seen: set[str] = set()
        for key in keys:
            if key in seen:
                raise self.fail(stands_twice(key))
            seen.add(key)

    def text(self, most: int = LONGEST_TEXT, *, blank: bool = False) -> str:
        """A text of at most so many characters, all of which can be shown and stored; not blank unless it may be."""
        if not isinstance(self.value, str) or not (blank or self.value.strip()):
            raise self.fail(N_("a text is expected here"))
        if len(self.value) > most:
            raise self.fail(N_("the text is longer than %(most)s characters", most=most))
        if not is_storable(self.value):
            raise self.fail(N_("the text holds a character that cannot be shown"))
        return self.value

    def key(self) -> str:
        """A stable key as the tables hold it: a Latin letter, then up to 39 letters, digits, hyphens or underscores."""
        if not _KEY.fullmatch(self.text()):
            raise self.fail(N_("a key is up to 40 Latin letters, digits and hyphens, the first a letter"))
        return self.text()

    def whole(self, least: int, most: int = GREATEST) -> int:
        """A whole number not below `least` and not above `most`."""
        if isinstance(self.value, bool) or not isinstance(self.value, int) or self.value < least:
            raise self.fail(N_("a whole number from %(least)s on is expected here", least=least))
        if self.value > most:
            raise self.fail(N_("a whole number up to %(most)s is expected here", most=most))
        return self.value

    def real(self, least: int, most: int) -> float:
        """A number between the two."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float) or not isfinite(self.value):
            raise self.fail(N_("a number is expected here"))
        if not least <= self.value <= most:
            raise self.fail(N_("a number from %(least)s to %(most)s is expected here", least=least, most=most))
        return self.value

    def amount(self) -> Decimal:
        """An amount of money as a text, to the kopeck: "1500.50"."""
        try:
            found = Decimal(self.text(20))
        except InvalidOperation:
            raise self.fail(NO_AMOUNT) from None
        if not found.is_finite() or not 0 <= found <= GREATEST or found != round(found, 2):
            raise self.fail(NO_AMOUNT)
        return found

    def clock(self, *, ends: bool = False) -> time:
        """A time of day like "09:30". `ends`: of what ends then, "24:00" too, the midnight that closes a day, returned as 00:00."""
        found = _CLOCK.fullmatch(self.text())
        hour, minute = map(int, found.groups()) if found else (24, 0)
        if found and ends and (hour, minute) == (24, 0):
            return time()
        if hour > 23 or minute > 59:
            raise self.fail(N_("a time of day like 09:30 is expected here"))
        return time(hour, minute)

    def day(self) -> date:
        """A day like "2026-12-31", from 2000 to 2100."""
        try:
            found = date.fromisoformat(self.text()) if _DAY.fullmatch(self.text()) else date.min
        except ValueError:
            found = date.min
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise self.fail(N_("a day like 2026-12-31 is expected here"))
        return found

    def truth(self) -> bool:
        """Yes or no."""
        if not isinstance(self.value, bool):
            raise self.fail(N_("true or false is expected here"))
        return self.value

    def one_of(self, known: Collection[str], otherwise: Phrase) -> str:
        """One of these names; `otherwise` is what is wrong with any other."""
        if self.text() not in known:
            raise self.fail(otherwise)
        return self.text()

    def choice(self, words: type[Word]) -> Word:
        """One of a closed set of words."""
        if self.value not in list(words):
            raise self.fail(N_("“%(value)s” is none of: %(choices)s", value=self.shown, choices=", ".join(words)))
        return words(str(self.value))


def _own_name(plain: object, name: str) -> str:
    """What the object calls itself; nothing if that could not stand in a path."""
    own = plain.get(name) if isinstance(plain, Mapping) else None
    return own if isinstance(own, str) and _KEY.fullmatch(own) else ""
