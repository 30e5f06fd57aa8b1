"""The guides say what is on the screens: names of buttons, headings in both languages, pictures that are there."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from markdown_it.token import Token

from presenters import guides
from presenters.guides import GUIDES, Guide, Part
from presenters.language import LANGUAGES
from tests.fixtures.guide_pictures import FOLDER, HEAVIEST, PICTURES

ROOT = Path(__file__).resolve().parents[2]
QUOTED = {"ru": re.compile("«(.+)»"), "en": re.compile("“(.+)”")}
PLACEHOLDER = re.compile(r"%\\\((?:\w+)\\\)[sd]")


def inline(parts: Iterator[Token]) -> Iterator[Token]:
    for one in parts:
        yield from one.children or ()


def names(part: Part, language: str) -> list[str]:
    """What stands bold in quotes: the words of a button, a link, a field or a heading of the screen."""
    children = [*inline(iter(part.tokens))]
    bold = [after.content for one, after in pairwise(children) if one.type == "strong_open"]
    return [found[1] for text in bold if (found := QUOTED[language].fullmatch(text.replace("\u00a0", " ")))]


def sentences() -> list[tuple[str, str]]:
    """Every msgid with each of its Russian forms."""
    with (ROOT / "translations/ru/LC_MESSAGES/messages.po").open("rb") as catalogue:
        rows = [one for one in read_po(catalogue, locale="ru") if one.id]
    return [
        (str(english), str(russian))
        for one in rows
        for english in (one.id if isinstance(one.id, tuple | list) else (one.id,))
        for russian in (one.string if isinstance(one.string, tuple | list) else (one.string,))
    ]


def matching(name: str, column: int) -> set[str]:
    """The msgids whose sentence is this name, whatever stands in the places of its values."""
    return {row[0] for row in ROWS if PATTERNS[row[column]].fullmatch(name)}


ROWS = sentences()
PATTERNS = {
    text: re.compile(PLACEHOLDER.sub(".+", re.escape(text.replace("\u00a0", " ")).replace("\\ ", " "))) for row in ROWS for text in row
}


@pytest.mark.parametrize("key", GUIDES)
def test_names_of_buttons_stand_on_the_screens_in_both_languages(key: str):
    russian, english = (guides.guide(key, language) for language in ("ru", "en"))
    assert [(one.anchor, one.level) for one in russian.parts] == [(one.anchor, one.level) for one in english.parts]
    wrong = []
    for ours, theirs in zip(russian.parts, english.parts, strict=True):
        meant = [(name, matching(name, 1)) for name in names(ours, "ru")]
        said = [(name, matching(name, 0)) for name in names(theirs, "en")]
        wrong += [f"{ours.anchor}: no such words: {name}" for name, found in [*meant, *said] if not found]
        wrong += [f"{ours.anchor}: only in Russian: {name}" for name, found in meant if not any(found & each for _, each in said)]
        wrong += [f"{ours.anchor}: only in English: {name}" for name, found in said if not any(found & each for _, each in meant)]
    assert wrong == []


def test_every_link_and_picture_of_the_guides_is_there():
    wrong, shown = [], set()
    for language in LANGUAGES:
        anchors = {(one.key, part.anchor) for one in guides.guides(language) for part in one.parts} | {(key, "") for key in GUIDES}
        for one, part, token in tokens(language):
            if token.type == "link_open":
                key, _, anchor = str(token.attrs["href"]).removeprefix("help:").partition("#")
                wrong += [f"{language}/{one.key}#{part.anchor}: {token.attrs['href']}"] if (key, anchor) not in anchors else []
            elif token.type == "image":
                source = (guides.FOLDER / language / str(token.attrs["src"])).resolve()
                shown.add(source.relative_to(FOLDER).as_posix())
                assert len(token.content) > 20, "a picture says in words what it shows"
    assert wrong == []
    assert shown == {one.relative_to(FOLDER).as_posix() for one in FOLDER.glob("*/*.webp")}


def tokens(language: str) -> Iterator[tuple[Guide, Part, Token]]:
    for one in guides.guides(language):
        for part in one.parts:
            yield from ((one, part, token) for token in inline(iter(part.tokens)))


def test_pictures_are_those_of_the_script_and_light():
    kept = {one.relative_to(FOLDER).as_posix(): one.stat().st_size for one in FOLDER.glob("*/*")}
    assert kept.keys() == {f"{language}/{one.name}.webp" for one in PICTURES for language in LANGUAGES}
    assert len(kept) <= 20
    assert [name for name, size in kept.items() if size > HEAVIEST] == []


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("еще раз пароль", "everyone#sessions"),
        ("заявку вернули", "specialist#returned"),
        ("перенос на другую дату", "specialist#postpone"),
        ("УВОЛИТЬ", "administrator#dismiss"),
        ("строки с ошибками", "administrator#import"),
    ],
)
def test_search_finds_by_beginnings_of_words_and_by_е_for_ё(question: str, first: str):
    found = guides.find(question, "ru")
    assert first in [f"{one.guide.key}#{one.part.anchor}" for one in found[:2]]


def test_search_marks_what_was_asked_for_and_finds_nothing_for_nothing():
    (one, *_) = guides.find("подписной", "ru")
    assert [piece.text for piece in one.excerpt if piece.asked] == ["подписной"]
    assert guides.find("абракадабра", "ru") == guides.find(" «» ", "ru") == []


def test_a_guide_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "ru").mkdir()
    monkeypatch.setattr(guides, "FOLDER", tmp_path)
    for key, text, said in [
        ("untitled", "text", "begins with its title"),
        ("nameless", "# Title\n\nAbout.\n\n## Heading\n", "has no anchor"),
        ("loose", "# Title\n\nAbout.\n\nMore.\n", "before the first heading"),
    ]:
        (tmp_path / "ru" / f"{key}.md").write_text(text)
        with pytest.raises(ValueError, match=said):
            guides.guide(key, "ru")
