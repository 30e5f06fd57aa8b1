"""Words as calendars take them: one clean line, several, and the names in which readers disagree."""

import re

from events.foundation.text import clean_line, clean_text

_DIVIDER = " · "
_ESCAPED = re.compile(r"\s*[,;\\][\s,;\\]*")


def one_line(text: str) -> str:
    """One clean line. The library takes a typed `\\N` for a line end (icalendar 7.3, `_escape_char`), so it is written `/N`."""
    return clean_line(text).replace(r"\N", "/N")


def lines(text: str) -> str:
    """Clean lines, with the same care for `\\N`."""
    return clean_text(text).replace(r"\N", "/N")


def plain_name(text: str) -> str:
    """The name of a calendar or a category without what must be escaped: « · » for each comma, semicolon and backslash (calendar.md 9).

    «» for a name of nothing else.
    """
    return _ESCAPED.sub(_DIVIDER, one_line(text)).strip(_DIVIDER)


def shorten(text: str, limit: int) -> str:
    """The text in at most `limit` characters, cut between words where there is a gap in its second half."""
    if len(text) <= limit:
        return text
    if limit < 1:
        return ""
    cut = text[: limit - 1]
    head = cut.rpartition(" ")[0]
    return (head if len(head) > limit // 2 else cut).rstrip() + "…"
