"""What a page says of days, and what its print says instead: on paper «завтра» is wrong the day after, and «27 июня» the year after."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache, wraps
from typing import Any, ParamSpec

from markupsafe import Markup, escape

from events.foundation.text import Name, Phrase
from presenters import moments, phrases
from presenters.moments import Spelt

_MARK = "\x02{}\x03"
"""Stands for a day while its sentence is put together; such characters are in no text of ours (`is_storable`)."""
Parts = ParamSpec("Parts")


def drawn(said: Spelt) -> str:
    """«27 июня», printed as «27 июня 2026 года»; for the text of a page, not for an attribute."""
    return str(said) if said == said.printed else _two_ways(str(said), said.printed)


@lru_cache(maxsize=2048)
def _two_ways(said: str, printed: str) -> Markup:
    """A list says the same few days over and over."""
    return Markup('<span data-print="{}"><span>{}</span></span>').format(printed, said)


def drawing(spelling: Callable[Parts, Spelt]) -> Callable[Parts, str]:
    """The same way of spelling, drawn."""

    @wraps(spelling)
    def spelt(*parts: Parts.args, **named: Parts.kwargs) -> str:
        return drawn(spelling(*parts, **named))

    return spelt


def say(words: Any) -> str:
    """As `presenters.phrases.say`; a day within it is printed with its year.

    What a template has put together already stays as it is drawn.
    """
    if isinstance(words, Markup):
        return words
    if isinstance(words, Spelt):
        return drawn(words)
    if isinstance(words, str | Name):
        return phrases.say(words)
    found: list[Spelt] = []
    said = phrases.say(_marked(words, found))
    if not found:
        return said
    whole = str(escape(said))
    for place, one in enumerate(found):
        whole = whole.replace(_MARK.format(place), str(escape(drawn(one))))
    return Markup(whole)  # noqa: S704 -- escaped above; what is put in is drawn by `drawn`


def _marked(words: Any, found: list[Spelt]) -> Any:
    """The words with a mark in the place of each day whose print is another, which are added to `found`."""
    if isinstance(words, datetime):
        words = moments.moment(words)
    elif isinstance(words, date):
        words = moments.day(words)
    if isinstance(words, Spelt) and words != words.printed:
        found.append(words)
        return _MARK.format(len(found) - 1)
    if isinstance(words, Phrase):
        return replace(words, params={name: _marked(value, found) for name, value in words.params.items()})
    if isinstance(words, list | tuple):
        return [_marked(one, found) for one in words]
    return words
