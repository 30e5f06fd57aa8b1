"""Names as people really write them: shortened to initials, put into alphabetical order, made into addresses. Pure."""

import re
from functools import lru_cache

from events.foundation.text import BREVE, DIAERESIS, clean_line, without_accents

_KEPT = 4096
"""Names whose writing is remembered: pages say and sort the same few hundred over and over."""

Ordered = tuple[tuple[tuple[int, int, str], ...], str]

_LOOKALIKES = str.maketrans("ABCEHKMOPTXYaceopxy", "АВСЕНКМОРТХУасеорху")
"""Latin letters that look like Cyrillic ones, and slip into Russian words while the keyboard is switched."""
_LATIN_LOOKALIKES = str.maketrans({new: old for old, new in _LOOKALIKES.items()})

_SPACED_HYPHEN = re.compile(r"(?<=\w)\s*[-\u2010-\u2013]\s*(?=\w)")
_INITIALS = re.compile(r"(?:[^\W\d_]\.[-\u2010-\u2013]?)+")
_OF_FATHER = frozenset({"оглы", "оглу", "кызы", "гызы", "улы", "уулу"})
"""«сын» and «дочь» after a Turkic father's name: words of their own that are never shortened."""

_LONGEST_SLUG = 80
_GAP = re.compile(r"[^a-z0-9]+")
_WORD = re.compile(r"\w+")
_CHUNK = re.compile(r"[0-9]+|[^\W\d_]+")
_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґўәөүұқңһҗғ"
_LATIN = "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch  y  e yu ya i i e g u a o u u k n h j g"
_TRANSLITERATION = str.maketrans(dict(zip(_CYRILLIC, _LATIN.split(" "), strict=True)))
"""The two signs disappear."""


@lru_cache(maxsize=_KEPT)
def surname_first(full_name: str) -> str:
    """«Ветрова А. И.» of «Ветрова Алина Игоревна», for lists; the spaces do not break."""
    surname, given = _parted(full_name)
    return "\u00a0".join([*surname, *given])


def initials_first(full_name: str) -> str:
    """«А. И. Ветрова» of «Ветрова Алина Игоревна», for sentences and signatures."""
    surname, given = _parted(full_name)
    return " ".join([*given, *surname])


def given_names(full_name: str) -> str:
    """«Алина Игоревна» of «Ветрова Алина Игоревна»: name and patronymic, by which one is addressed; «» when there are none."""
    words = _words(full_name)
    return " ".join(words[_length_of_surname(words) :])


@lru_cache(maxsize=_KEPT)
def alphabetical(name: str) -> Ordered:
    """By which names are sorted: whatever the case, the quotes and the hyphens, «ё» with «е», № 2 before № 10.

    A database would put «Ё» before «А», «ё» after «я», quoted names before all others, and each kind of database otherwise.
    """
    plain = _bare(" ".join(one_script(word) for word in name.split())).lower().replace("ё", "е")
    return tuple((0, int(one), "") if one.isdecimal() else (1, 0, one) for one in _CHUNK.findall(plain)), name


def slug(title: str) -> str:
    """The title in Latin letters for an address, cut between words at 80; «» when it has no letters of ours.

    A letter of the other alphabet that only looks right counts as the one it looks like.
    """
    words = [one_script(word) for word in _WORD.findall(_bare(title))]
    latin = _bare(" ".join(words).lower().replace("ё", "е").translate(_TRANSLITERATION), keep="")
    whole = _GAP.sub("-", latin).strip("-")
    if len(whole) <= _LONGEST_SLUG:
        return whole
    cut, _, _ = whole[: _LONGEST_SLUG + 1].rpartition("-")
    return cut or whole[:_LONGEST_SLUG]


def one_script(word: str) -> str:
    """«Cтрела» with a Latin C as it is meant; a word of two alphabets that cannot be either stays as it is."""
    cyrillic = any("Ѐ" <= char <= "ӿ" for char in word)
    latin = any(char.isascii() and char.isalpha() for char in word)
    if not (cyrillic and latin):
        return word
    russian, english = word.translate(_LOOKALIKES), word.translate(_LATIN_LOOKALIKES)
    if not any(char.isascii() and char.isalpha() for char in russian):
        return russian
    return word if any("Ѐ" <= char <= "ӿ" for char in english) else english


def _bare(text: str, keep: str = BREVE + DIAERESIS) -> str:
    """The letters without stresses and accents; those of «й» and «ё» stay, and «№» says nothing beside its number."""
    return without_accents(text.replace("№", " "), keep=keep)


def _words(full_name: str) -> list[str]:
    """The words of a name, surname first; a hyphen binds whatever stands around it, and initials written first go last."""
    words = _SPACED_HYPHEN.sub("-", clean_line(full_name)).split()
    first = next((place for place, word in enumerate(words) if not _INITIALS.fullmatch(word)), 0)
    return [*words[first:], *words[:first]]


def _length_of_surname(words: list[str]) -> int:
    """How many words the surname has: «фон» before it and an earlier one in brackets behind it belong to it."""
    length = next((place for place, word in enumerate(words) if not word[0].islower()), 0) + 1
    while length < len(words) and words[length].startswith("("):
        length += 1
    return length


def _parted(full_name: str) -> tuple[list[str], list[str]]:
    """The words of the surname without one in brackets, and the initials with what is never shortened."""
    words = _words(full_name)
    length = _length_of_surname(words)
    surname = [word for word in words[:length] if not word.startswith("(")]
    return surname, [short for word in words[length:] for short in _shortened(word)]


def _shortened(word: str) -> list[str]:
    """«А.» of «Алина», «А.-М.» of «Анна-Мария», «А.» and «И.» of «А.И.»."""
    if word.lower() in _OF_FATHER:
        return [word]
    if "." in word:
        return [f"{piece[0]}." for piece in word.split(".") if piece and piece[0].isalpha()]
    initials = [f"{piece[0]}." for piece in word.split("-") if piece and piece[0].isalpha()]
    return ["-".join(initials)] if initials else []
