"""What the fields are called and how their closed lists are said, in the reader's language."""

from collections.abc import Iterable, Mapping
from typing import Any

from events.foundation.text import Phrase
from events.requests import choices
from events.requests.fields import FIELDS
from presenters.language import lazy_gettext


def label(name: str) -> Any:
    """The name of a field."""
    return lazy_gettext(FIELDS[name].label.msgid)


def _said(words: Mapping[Any, Phrase]) -> Iterable[tuple[Any, Any]]:
    return tuple((value, lazy_gettext(phrase.msgid)) for value, phrase in words.items())


SOURCES = _said(choices.SOURCES)
LABELS = {name: _said(one.words) for name, one in FIELDS.items() if one.words}
"""The words of closed lists, by field."""
