"""What a page says of days next to today, and what its print says instead: on paper «завтра» is wrong the day after."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from markupsafe import Markup, escape

from events.foundation.text import Phrase
from presenters import moments, phrases

_MARK = "\x02{}\x03"
"""Stands for a moment while its sentence is put together; such characters are in no text of ours (`is_storable`)."""


def moment(when: datetime) -> str:
    """«завтра, 18:00», printed as «2 июня 2026 года, 18:00»; for the text of a page, not for an attribute."""
    said = moments.moment(when)
    if not moments.is_near(when):
        return said
    return Markup('<span data-print="{}"><span>{}</span></span>').format(moments.paper_moment(when), said)


def say(words: Any) -> str:
    """As `presenters.phrases.say`; a moment within it, that is called by a day next to today, is printed in full.

    What a template has put together already stays as it is drawn.
    """
    if isinstance(words, Markup):
        return words
    if isinstance(words, datetime):
        return moment(words)
    found: list[datetime] = []
    said = phrases.say(_marked(words, found))
    if not found:
        return said
    drawn = str(escape(said))
    for place, when in enumerate(found):
        drawn = drawn.replace(_MARK.format(place), str(moment(when)))
    return Markup(drawn)  # noqa: S704 -- escaped above; what is put in is drawn by `moment`


def _marked(words: Any, found: list[datetime]) -> Any:
    """The words with a mark in the place of each moment that is near, which are added to `found`."""
    if isinstance(words, datetime) and moments.is_near(words):
        found.append(words)
        return _MARK.format(len(found) - 1)
    if isinstance(words, Phrase):
        return replace(words, params={name: _marked(value, found) for name, value in words.params.items()})
    if isinstance(words, list | tuple):
        return [_marked(one, found) for one in words]
    return words
