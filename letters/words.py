"""How a letter speaks: names, moments and sections in the recipient's language, and values that stay on their line."""

from datetime import datetime, timedelta
from textwrap import shorten

from babel.dates import format_datetime
from flask_babel import get_locale, gettext

from events.foundation.place import local, local_day
from events.foundation.text import clean_line

LONGEST_TITLE = 120
"""Characters of a title in a subject; the letter itself has all of it."""
_NEAR = timedelta(days=6)
"""So far ahead a weekday alone names the day."""
_PATTERNS = {
    "ru": {"near": "EEE HH:mm", "far": "d'\u00a0'MMMM, HH:mm", "full": "EEEE, d'\u00a0'MMMM y'\u00a0г.', HH:mm"},
    "en": {"near": "EEE HH:mm", "far": "d'\u00a0'MMMM, HH:mm", "full": "EEEE, d'\u00a0'MMMM y, HH:mm"},
}


def language() -> str:
    """The language being written in."""
    locale = get_locale()
    return locale.language if locale is not None and locale.language in _PATTERNS else "ru"


def soon(when: datetime, now: datetime) -> str:
    """«вт 18:00» within the week, else «27 июня, 18:00»; never «завтра», since a letter is read later than it is written."""
    near = timedelta(0) <= local_day(when) - local_day(now) <= _NEAR
    return _formatted(when, "near" if near else "far")


def full(when: datetime) -> str:
    """«вторник, 24 ноября 2026 г., 18:00»"""
    return _formatted(when, "full")


def addressed(full_name: str) -> str:
    """How a person is addressed: in Russian by name and patronymic, else by the name as it stands."""
    _, _, given = full_name.partition(" ")
    return clean_line(given if given and language() == "ru" else full_name)


def title(text: str) -> str:
    """A title that keeps a subject readable."""
    line = clean_line(text)
    return line if len(line) <= LONGEST_TITLE else shorten(line, LONGEST_TITLE, placeholder="…")


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


def section(code: str) -> str:
    """The name of a part of the request."""
    names = {
        "content": gettext("Content"),
        "schedule": gettext("Dates and times"),
        "venue": gettext("Venue"),
        "people": gettext("Participants"),
        "money": gettext("Money"),
        "safety": gettext("Safety and special needs"),
        "publicity": gettext("Publicity"),
    }
    return str(names[code])


def _formatted(when: datetime, pattern: str) -> str:
    spoken = language()
    return str(format_datetime(local(when), _PATTERNS[spoken][pattern], tzinfo=local(when).tzinfo, locale=spoken))
