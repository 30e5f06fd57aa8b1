"""Kinds of columns: what stands in each, how it is read from text and written as text. Pure.

One text form serves the page, the import, the export and the command, so that all of them agree. It is plain: codes of choices, «yes» and
«no», ISO days, a point in decimals; words of the reader's language are put on and taken off by the screen (`presenters.directory_texts`).
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from events.foundation import phones
from events.foundation.address import LONGEST_ADDRESS, clean_address
from events.foundation.text import N_, Phrase

YES, NO = "yes", "no"
PARTED = ";"
"""Between several values of one column."""
LONGEST_CODE = 40
GREATEST = 2_000_000_000
"""Below 2³¹, the greatest whole number every column holds."""

FILL_IN = N_("Please fill in this field.")
NO_CODE = N_("A code is 1 to 40 Latin letters, digits, hyphens or underscores, and begins with a letter.")
NO_TICK = N_("Please write yes or no.")
NO_WHOLE = N_("Please give a whole number from %(least)s to %(most)s.")
NO_DECIMAL = N_("Please give a number from %(least)s to %(most)s, for example 59.8765.")
NO_DAY = N_("Please give a date, for example 2026-12-31.")
TOO_LONG = N_("Please shorten the text by %(n)s character.", "Please shorten the text by %(n)s characters.", n=0)
NO_SUCH = N_("There is no “%(text)s” to choose.")


class Wrong(Exception):
    """A text that is none of its column: `phrase` says what belongs there."""

    def __init__(self, phrase: Phrase) -> None:
        super().__init__(phrase.msgid)
        self.phrase = phrase


class Control(StrEnum):
    """How a column is filled in on a page."""

    LINE = "line"
    LINES = "lines"
    NUMBER = "number"
    TICK = "tick"
    PICK = "pick"
    SEVERAL = "several"
    DAY = "day"
    ADDRESS = "address"
    PHONE = "phone"


class Kind(Protocol):
    """What a column holds."""

    @property
    def control(self) -> Control: ...

    def read(self, text: str) -> Any:
        """The value as a row stores it. `text` is one cleaned line and not empty. Raises Wrong."""

    def write(self, value: Any) -> str:
        """The text that `read` reads back; `value` is not None."""


class Worded(ABC):
    """A kind in whose text single words are said in the reader's language: `tokens` by the plain word; `bounds` are what a regular
    expression asks of what stands before and after one."""

    bounds: tuple[str, str]

    @property
    @abstractmethod
    def tokens(self) -> Mapping[str, Phrase]:
        """What each plain word is called."""


@dataclass(frozen=True)
class Line:
    """One line of text."""

    most: int
    control: Control = Control.LINE

    def read(self, text: str) -> str:
        """Refuses what is too long, saying by how much."""
        if len(text) > self.most:
            raise Wrong(replace(TOO_LONG, n=len(text) - self.most))
        return text

    def write(self, value: str) -> str:
        """As it is."""
        return value


@dataclass(frozen=True)
class Code:
    """What names the row in addresses, files and routes; it never changes."""

    control: Control = Control.LINE

    def read(self, text: str) -> str:
        """Latin letters, digits, hyphens and underscores."""
        plain = text.replace("-", "").replace("_", "")
        if not (plain.isascii() and plain.isalnum() and text[0].isalpha() and len(text) <= LONGEST_CODE):
            raise Wrong(NO_CODE)
        return text

    def write(self, value: str) -> str:
        """As it is."""
        return value


@dataclass(frozen=True)
class Whole:
    """A whole number between two bounds, both inclusive."""

    least: int = 0
    most: int = GREATEST
    control: Control = Control.NUMBER

    def read(self, text: str) -> int:
        """«1 200» is one too, and so is the «1200.0» of a spreadsheet."""
        digits = text.replace(" ", "").removesuffix(".0")
        number = int(digits) if digits.removeprefix("-").isdecimal() and digits.isascii() and len(digits) <= 11 else None
        if number is None or not self.least <= number <= self.most:
            raise Wrong(replace(NO_WHOLE, params={"least": self.least, "most": self.most}))
        return number

    def write(self, value: int) -> str:
        """Digits."""
        return str(value)


@dataclass(frozen=True)
class Degrees:
    """Degrees of latitude or longitude, kept to six decimals: eleven centimetres."""

    least: int
    most: int
    control: Control = Control.NUMBER

    def read(self, text: str) -> float:
        """A comma serves as a point."""
        try:
            number = round(float(text.replace(",", ".").replace(" ", "")), 6)
        except ValueError:
            number = float("nan")
        if not self.least <= number <= self.most:
            raise Wrong(replace(NO_DECIMAL, params={"least": self.least, "most": self.most}))
        return number

    def write(self, value: float) -> str:
        """Without needless noughts."""
        return f"{value:.6f}".rstrip("0").rstrip(".")


@dataclass(frozen=True)
class Tick:
    """Yes or no."""

    control: Control = Control.TICK

    def read(self, text: str) -> bool:
        """The two words only; others are the screen's to know."""
        if text not in (YES, NO):
            raise Wrong(NO_TICK)
        return text == YES

    def write(self, value: bool) -> str:
        """One of the two words."""
        return YES if value else NO


@dataclass(frozen=True)
class Day:
    """A calendar day."""

    control: Control = Control.DAY

    def read(self, text: str) -> date:
        """ISO, or day, month and year parted by points as the office writes them."""
        parts = text.split(".")
        try:
            day = date.fromisoformat("-".join(part.zfill(2) for part in reversed(parts)) if len(parts) == 3 else text[:10])
        except ValueError:
            raise Wrong(NO_DAY) from None
        if not date(2000, 1, 1) <= day <= date(2100, 12, 31):
            raise Wrong(NO_DAY)
        return day

    def write(self, value: date) -> str:
        """ISO."""
        return value.isoformat()


@dataclass(frozen=True)
class Word:
    """One of a closed list: `words` says what each member is called."""

    words: Mapping[StrEnum, Phrase]
    control: Control = Control.PICK

    def read(self, text: str) -> StrEnum:
        """The member's own word."""
        for member in self.words:
            if member.value == text:
                return member
        raise Wrong(no_such(text))

    def write(self, value: StrEnum) -> str:
        """The member's own word."""
        return value.value


@dataclass(frozen=True)
class Several:
    """Some of a closed list."""

    words: Mapping[Any, Phrase]
    control: Control = Control.SEVERAL

    def read(self, text: str) -> tuple[StrEnum, ...]:
        """Members by their own words, parted by semicolons."""
        asked = {part.strip() for part in text.split(PARTED) if part.strip()}
        for one in asked - {member.value for member in self.words}:
            raise Wrong(no_such(one))
        return tuple(member for member in self.words if member.value in asked)

    def write(self, value: tuple[StrEnum, ...]) -> str:
        """Their own words."""
        return PARTED.join(one.value for one in value)


@dataclass(frozen=True)
class Address:
    """An e-mail address."""

    most: int = LONGEST_ADDRESS
    control: Control = Control.ADDRESS

    def read(self, text: str) -> str:
        """In lower case. Whether it is one is the matter's to judge."""
        return clean_address(text)

    def write(self, value: str) -> str:
        """As it is."""
        return value


@dataclass(frozen=True)
class Number:
    """A telephone number."""

    control: Control = Control.PHONE

    def read(self, text: str) -> str:
        """As numbers are kept. Whether it is one is the matter's to judge."""
        return phones.kept(text)

    def write(self, value: str) -> str:
        """As it is kept."""
        return value


def no_such(text: str) -> Phrase:
    """Said of what is none of the values offered."""
    return replace(NO_SUCH, params={"text": text})
