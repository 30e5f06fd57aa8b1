"""Words without a language: phrases the screen translates, and cleaned input."""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

BREVE, DIAERESIS = "\u0306", "\u0308"
_BIDI_AND_INVISIBLE = frozenset(
    "\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)


@dataclass(frozen=True)
class Phrase:
    """A sentence the domain wants said: an English msgid, its plural, the number deciding between them, and values.

    Values may be phrases themselves, dates or numbers; the screen translates and formats them.
    """

    msgid: str
    plural: str | None = None
    n: int | None = None
    params: dict[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Name:
    """What something is called: in Russian, and in English where it has an English name. The screen says the one its reader reads."""

    ru: str
    en: str = ""


def N_(msgid: str, plural: str | None = None, n: int | None = None, **params: Any) -> Phrase:
    """Mark a sentence for the catalogue and wrap it as a Phrase; `%(name)s` in it takes the keyword of that name."""
    return Phrase(msgid, plural, n, params)


def clean_line(text: str) -> str:
    """One line of typed text: NFC, no control, bidi or zero-width characters, single spaces (reliability.md T25)."""
    return re.sub(r"\s+", " ", _visible(text, keep="")).strip()


def clean_text(text: str) -> str:
    """Several lines of typed text: as `clean_line`, but line ends are kept as LF and paragraphs stay apart."""
    unified = _visible(text.replace("\r\n", "\n").replace("\r", "\n"), keep="\n")
    return "\n".join(line.rstrip() for line in unified.split("\n")).strip()


def without_accents(text: str, *, keep: str) -> str:
    """The letters without stresses, accents and what cannot be seen; `keep`: marks that stay, BREVE of «й» and DIAERESIS of «ё»."""
    parts = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFC", "".join(char for char in parts if char in keep or unicodedata.category(char) not in {"Mn", "Cf"}))


def is_storable(text: str) -> bool:
    """Whether every character can be shown and stored: no controls but tabs and line ends, no halves of a surrogate pair."""
    return all(char in "\n\r\t" or unicodedata.category(char) not in {"Cc", "Cs"} for char in text)


def _visible(text: str, *, keep: str) -> str:
    """The text without characters that cannot be seen or stored: controls become spaces, the rest disappears."""
    composed = unicodedata.normalize("NFC", text)
    if composed.isprintable() and _BIDI_AND_INVISIBLE.isdisjoint(composed):
        return composed
    shown = []
    for char in composed:
        if char in keep:
            shown.append(char)
        elif char in _BIDI_AND_INVISIBLE or unicodedata.category(char) in {"Cs", "Cn", "Co"}:
            continue
        elif unicodedata.category(char) == "Cc":
            shown.append(" ")
        else:
            shown.append(char)
    return "".join(shown)
