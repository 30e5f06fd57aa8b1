"""Phrases of the domain as sentences of the reader's language."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from events.foundation.text import N_, Name, Phrase
from presenters.amounts import number
from presenters.directories import named
from presenters.language import gettext, ngettext
from presenters.moments import day, moment

Words = Phrase | Name | str
"""What a page, a letter or a paper says: a sentence of ours, a name, or somebody's own words."""


def say(words: Any) -> str:
    """Whatever the domain wants said, in the reader's language; values inside a phrase are said by the same rules."""
    if isinstance(words, Phrase):
        return _phrase(words)
    if isinstance(words, Name):
        return named(words.ru, words.en)
    if isinstance(words, datetime):
        return moment(words)
    if isinstance(words, date):
        return day(words)
    if isinstance(words, Decimal):
        return number(words)
    if isinstance(words, list | tuple):
        return ", ".join(say(word) for word in words)
    return str(words)


def _phrase(phrase: Phrase) -> str:
    """The phrase translated; its number is at hand in the sentence as `%(n)s`."""
    values = {name: value if isinstance(value, int | float) else say(value) for name, value in phrase.params.items()}
    if phrase.plural is None or phrase.n is None:
        return str(gettext(phrase.msgid, **values))
    values.setdefault("n", number(phrase.n))
    return str(ngettext(phrase.msgid, phrase.plural, phrase.n, **values))


def listed(names: Sequence[str]) -> Words:
    """«ОЗПБ, отдел культуры и пресс-службу»"""
    if len(names) < 2:
        return "".join(names)
    return N_("%(first)s and %(last)s", first=", ".join(names[:-1]), last=names[-1])


def inside_sentence(text: str) -> str:
    """With a small first letter, unless it begins an abbreviation."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def nested(line: str) -> str:
    """«Заявка „Квиз“»: quotes inside quotes are „лапки“ (Мильчин, «Справочник издателя и автора», 7.6). Unpaired ones stay as they are."""
    if line.count("«") != line.count("»"):
        return line
    depth, written = 0, []
    for char in line:
        depth -= char == "»"
        written.append({"«": "„", "»": "“"}.get(char, char) if depth > 0 else char)
        depth += char == "«"
    return "".join(written)
