"""How a letter speaks: in the recipient's language, with values that stay on their line."""

from textwrap import shorten

from events.foundation.text import clean_line
from events.requests.fields import SECTION_TITLES
from events.requests.vocabulary import Section
from presenters.language import language
from presenters.moments import letter_moment as soon
from presenters.moments import letter_time as full
from presenters.people import addressed
from presenters.phrases import nested, say

__all__ = ["LONGEST_TITLE", "addressed", "full", "language", "nested", "section", "soon", "title"]

LONGEST_TITLE = 120
"""Characters of a title in a subject; the letter itself has all of it."""


def title(text: str) -> str:
    """A title that keeps a subject readable."""
    line = clean_line(text)
    return line if len(line) <= LONGEST_TITLE else shorten(line, LONGEST_TITLE, placeholder="…")


def section(code: str) -> str:
    """The name of a part of the request, as the pages call it."""
    return say(SECTION_TITLES[Section(code)])
