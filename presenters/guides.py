"""The guides of `/help`: Markdown of ours in data/help, a file for each reader in each language, read as parts between headings.

A heading ends with its anchor, `## Вернуть на доработку {#return}`: the same in both languages, and the same when the words change.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from events.foundation.search import search_form, searched
from events.people.vocabulary import Role

FOLDER = Path(__file__).resolve().parents[1] / "data" / "help"
GUIDES = ("everyone", "specialist", "approver", "coordinator", "administrator", "press", "visitors")
"""In the order in which they are offered."""
PUBLIC = "visitors"
"""The one that needs no account."""
OF_ROLE = {
    Role.AUTHOR: "specialist", Role.HEAD: "approver", Role.REVIEWER: "approver", Role.COORDINATOR: "coordinator",
    Role.ADMIN: "administrator", Role.ANALYST: "press",
}  # fmt: skip
"""The guide that is written for each role."""
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")

MOST_FOUND = 20
EXCERPT = 30
"""Words of a paragraph that are shown of what is found in it."""
BEFORE = 8
"""How many of them stand before the first that was asked for."""

_ANCHORED = re.compile(r"(?P<words>.+?)\s*\{#(?P<anchor>[a-z0-9]+(?:-[a-z0-9]+)*)\}")
_BOUND = re.compile(r"(?<=\d) (?=[^\W\d_])|(?<=\S) (?=— )")
"""The space of «3 дня» and the one before a dash, where no line ends."""
_ENDING = {4: 0, 5: 1, 6: 2}
"""How many letters of a word of this length may be its ending; of a longer one as many as of the longest here."""


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with what stands beneath it until the next; `texts` are its paragraphs, rows of tables and points in plain words."""

    anchor: str
    title: str
    level: int
    tokens: tuple[Token, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """A guide in one language; `about` is its first paragraph, which says for whom it is."""

    key: str
    title: str
    about: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A word of an excerpt; `asked` when it is what was looked for."""

    text: str
    asked: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A part of a guide in which everything that was asked for stands."""

    guide: Guide
    part: Part
    excerpt: tuple[Piece, ...]
    begun: bool
    """Whether something of the paragraph stands before the excerpt."""
    goes_on: bool


@lru_cache(maxsize=32)
def guide(key: str, language: str) -> Guide:
    """The guide, read once per process. Raises ValueError for a file that does not begin with its title and a paragraph, or has a
    heading without an anchor."""
    written = (FOLDER / language / f"{key}.md").read_text(encoding="utf-8")
    tokens = MARKDOWN.parse(_BOUND.sub("\u00a0", written))
    kinds = [one.type for one in tokens[:6]]
    if kinds != ["heading_open", "inline", "heading_close", "paragraph_open", "inline", "paragraph_close"]:
        raise ValueError(f"{language}/{key}.md: a guide begins with its title and a paragraph")
    return Guide(key, tokens[1].content, plain(tokens[4]), tuple(_parts(tokens[6:], f"{language}/{key}.md")))


def guides(language: str) -> list[Guide]:
    """All of them."""
    return [guide(key, language) for key in GUIDES]


def plain(token: Token) -> str:
    """The words of a paragraph without their markup; a picture says nothing, it has no words of its own here."""
    return "".join(one.content if one.type in {"text", "code_inline"} else " " for one in token.children or () if not one.nesting).strip()


def _parts(tokens: Sequence[Token], place: str) -> Iterator[Part]:
    starts = [index for index, one in enumerate(tokens) if one.type == "heading_open"]
    if starts[:1] != [0]:
        raise ValueError(f"{place}: text stands before the first heading")
    for start, end in zip(starts, [*starts[1:], len(tokens)], strict=True):
        heading = _ANCHORED.fullmatch(tokens[start + 1].content)
        if heading is None:
            raise ValueError(f"{place}: the heading «{tokens[start + 1].content}» has no anchor")
        beneath = tuple(tokens[start + 3 : end])
        texts = tuple(text for one in beneath if one.type == "inline" and (text := plain(one)))
        yield Part(heading["anchor"], heading["words"], int(tokens[start].tag[1]), beneath, texts)


@dataclass(frozen=True, slots=True)
class _Indexed:
    """A part in the form in which search compares, each text with a space before it, so that words are found by their beginning."""

    guide: Guide
    part: Part
    heading: str
    paragraphs: tuple[str, ...]
    everything: str


@lru_cache(maxsize=4)
def _index(language: str) -> tuple[_Indexed, ...]:
    """Every part; folding them all takes 50 ms, so it is done once per process."""
    found = []
    for one in guides(language):
        for part in one.parts:
            heading, paragraphs = f" {searched(part.title)}", tuple(f" {searched(text)}" for text in part.texts)
            found.append(_Indexed(one, part, heading, paragraphs, " ".join((heading, f" {searched(one.title)}", *paragraphs))))
    return tuple(found)


def find(question: str, language: str) -> list[Found]:
    """The parts in which every word of the question stands, in its heading or beneath it; those with it in their heading first.

    «ё» counts as «е», and a word is found by its beginning: «заявки» finds «заявку».
    """
    asked = [_stem(word) for word in search_form(question).split()]
    if not asked:
        return []
    found = [(_weight(asked, one), one) for one in _index(language)]
    ranked = sorted((one for one in found if one[0]), key=lambda one: -one[0])
    return [_found(asked, one.guide, one.part) for _, one in ranked[:MOST_FOUND]]


def _stem(word: str) -> str:
    """The word without what may be its ending; a number is looked for as it stands."""
    return word if word.isdecimal() or len(word) <= min(_ENDING) else word[: len(word) - _ENDING[min(len(word), max(_ENDING))]]


def _weight(asked: Sequence[str], one: _Indexed) -> int:
    """0 where a word is missing. A word of the heading weighs more than any beneath it, words of one paragraph more than scattered."""
    if not all(f" {stem}" in one.everything for stem in asked):
        return 0
    above = sum(f" {stem}" in one.heading for stem in asked)
    together = max(sum(f" {stem}" in text for stem in asked) for text in (one.heading, *one.paragraphs))
    return 1 + 10 * above + 3 * together


def _found(asked: Sequence[str], one: Guide, part: Part) -> Found:
    """With the paragraph in which most of the words stand, from a little before the first of them."""
    pieces = [[Piece(word, _is_asked(asked, word)) for word in text.split()] for text in part.texts]
    best = max(pieces, key=lambda words: len({_folded(word.text) for word in words if word.asked}), default=[])
    first = next((place for place, word in enumerate(best) if word.asked), 0)
    start = max(0, first - BEFORE) if len(best) > EXCERPT else 0
    return Found(one, part, tuple(best[start : start + EXCERPT]), begun=start > 0, goes_on=start + EXCERPT < len(best))


def _is_asked(asked: Sequence[str], word: str) -> bool:
    return any(part.startswith(stem) for part in _folded(word).split() for stem in asked)


@lru_cache(maxsize=8192)
def _folded(word: str) -> str:
    return search_form(word)
