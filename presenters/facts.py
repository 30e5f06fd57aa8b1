"""What is known of something, as a name and a value."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from events.foundation import phones
from presenters.phrases import Words

Known = Words | date | Decimal | int | None
"""What can be said; nothing is drawn of a fact whose value is None or empty."""


@dataclass(frozen=True, slots=True)
class Way:
    """Where words lead: a number to dial, an address to write to; `url` is empty where they lead nowhere."""

    words: str
    url: str


@dataclass(frozen=True, slots=True)
class NamedFact:
    """`glyph` is drawn before the name; `was`: the value of the former revision, struck through; `links` are said after the value."""

    name: Words
    value: Known
    glyph: str = ""
    note: Words | None = None
    was: Known = None
    changed: bool = False
    links: tuple[Way, ...] = ()


def dialled(number: str) -> str:
    """The address by which a number is dialled; «» of what is none."""
    return f"tel:{number}" if phones.is_phone(number) else ""
