"""Reading a plain (JSON) document piece by piece: what does not fit is refused by its path, and an unknown word never passes for absent."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from events.foundation.text import N_, Phrase


class DefinitionError(ValueError):
    """A route document that cannot be used: `path` says where (route/stage/slot/field), `phrase` says why."""

    def __init__(self, path: str, phrase: Phrase) -> None:
        super().__init__(f"{path}: {phrase.msgid % phrase.params}")
        self.path = path
        self.phrase = phrase


Word = TypeVar("Word", bound=StrEnum)
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")


@dataclass(frozen=True)
class Node:
    """A piece of a plain (JSON) document together with the path by which an error names it."""

    value: object
    path: str

    def fail(self, phrase: Phrase) -> DefinitionError:
        """The error to raise about this very place."""
        return DefinitionError(self.path, phrase)

    def under(self, name: str | int, value: object) -> "Node":
        """A piece standing below this one."""
        return Node(value, f"{self.path}/{name}")

    def members(self, required: Collection[str], optional: Collection[str] = ()) -> "dict[str, Node]":
        """The named members of an object; a missing or unknown name is refused, so a misspelt one cannot pass for absent."""
        if not isinstance(self.value, Mapping):
            raise self.fail(N_("an object is expected here"))
        for name in required:
            if name not in self.value:
                raise self.fail(N_("“%(name)s” is missing", name=name))
        for name in self.value:
            if name not in required and name not in optional:
                raise self.fail(N_("“%(name)s” is not known here", name=str(name)))
        return {name: self.under(name, value) for name, value in self.value.items()}

    def items(self) -> "list[Node]":
        """The items of a list that must not be empty."""
        if not isinstance(self.value, list | tuple) or not self.value:
            raise self.fail(N_("a list with at least one item is expected here"))
        return [self.under(number, value) for number, value in enumerate(self.value)]

    def text(self) -> str:
        """A text that is not blank."""
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.fail(N_("a text is expected here"))
        return self.value

    def key(self) -> str:
        """A stable key as the tables hold it: a Latin letter, then up to 39 letters, digits, hyphens or underscores."""
        if not _KEY.fullmatch(self.text()):
            raise self.fail(N_("a key is up to 40 Latin letters, digits and hyphens, the first a letter"))
        return self.text()

    def whole(self, least: int) -> int:
        """A whole number not below `least`."""
        if isinstance(self.value, bool) or not isinstance(self.value, int) or self.value < least:
            raise self.fail(N_("a whole number from %(least)s on is expected here", least=least))
        return self.value

    def truth(self) -> bool:
        """Yes or no."""
        if not isinstance(self.value, bool):
            raise self.fail(N_("true or false is expected here"))
        return self.value

    def choice(self, words: type[Word]) -> Word:
        if self.value not in list(words):
            raise self.fail(N_("“%(value)s” is none of: %(choices)s", value=str(self.value), choices=", ".join(words)))
        return words(str(self.value))
