"""Words in another language than the page's: names, and what people wrote."""

import re

from markupsafe import Markup

from presenters.language import LANGUAGES, language
from presenters.phrases import Words
from views.on_paper import say

USUAL = LANGUAGES[0]
_RUSSIAN = re.compile(r"[А-Яа-яЁё]")


def theirs(words: Words) -> str:
    """A name or somebody's own words, for the text of a page, not for an attribute.

    On a page of another language what stays Russian says so, since a screen reader would spell it out otherwise (WCAG 2.1, 3.1.2).
    """
    said = say(words)
    if language() == USUAL or not _RUSSIAN.search(said):
        return said
    return Markup('<span lang="{}">{}</span>').format(USUAL, said)
