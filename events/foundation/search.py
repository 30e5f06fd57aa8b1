"""The form in which search compares: what is looked through and what is asked for are turned into it alike. Pure.

SQLite folds no Cyrillic, no database folds «ё», and none knows that «No» is «№» (architecture.md, «Storage»).
"""

import re
from collections.abc import Iterator

from events.foundation.text import BREVE, without_accents

_NUMBER = re.compile(r"№\s*|(?<!\w)(?:n[o\u043e\u00b0\u00ba]?\.?|номер|#)\s*(?=[0-9])")
"""All the ways to write «№ 5»; the sign says nothing, for the number follows it."""
_LOOKALIKES = str.maketrans("abcehkmoptxy", "авсенкмортху")
"""Latin letters, small as they are compared, that look like Cyrillic ones small or capital: «MM-ПМЦ» typed on a Latin keyboard."""
_GAP = re.compile(r"[\W_]+")
_COMPOUND = re.compile(r"[^\W_]+(?:[-\u2010-\u2014.'\u2019\u02bc/\u00b7]+[^\W_]+)+")

_WHOLE = {
    "пр": "проспект", "просп": "проспект", "прт": "проспект", "пркт": "проспект", "ул": "улица", "пл": "площадь", "наб": "набережная",
    "пер": "переулок", "бр": "бульвар", "бул": "бульвар", "им": "имени", "корп": "корпус", "рн": "район", "спб": "санкт петербург",
    "бка": "библиотека", "шк": "школа", "дк": "дом культуры дворец культуры", "дм": "дом молодежи",
}  # fmt: skip
"""What stands behind the abbreviations of addresses and institutions, without their dots and hyphens."""
_SHORT = {"санкт петербург": "спб", "дом культуры": "дк", "дворец культуры": "дк", "дом молодежи": "дм"}
"""Abbreviations that are no part of the whole; the others («пр» of «проспект») are found in it as they are."""


def search_form(*texts: str | None) -> str:
    """What one asks for: small letters, «ё» as «е», without stresses, quotes and hyphens, words parted by one space."""
    return _GAP.sub(" ", _folded(*texts)).strip()


def searched(*texts: str | None) -> str:
    """What is looked through: the same, and behind it compounds written as one word and what abbreviations stand for."""
    folded = _folded(*texts)
    plain = _GAP.sub(" ", folded).strip()
    return " ".join(dict.fromkeys([plain, *_further(folded, plain)]))


def _further(folded: str, plain: str) -> Iterator[str]:
    """Other ways to write what stands there."""
    joined = [_GAP.sub("", found) for found in _COMPOUND.findall(folded)]
    yield from joined
    for word in dict.fromkeys([*plain.split(), *joined]):
        if word in _WHOLE:
            yield _WHOLE[word]
    for whole, short in _SHORT.items():
        if f" {whole} " in f" {plain} ":
            yield short


def _folded(*texts: str | None) -> str:
    """Small letters of one alphabet where two look alike; the signs between words stay."""
    lowered = _NUMBER.sub(" ", " \n ".join(text for text in texts if text).lower())
    return without_accents(lowered, keep=BREVE).lower().translate(_LOOKALIKES)
