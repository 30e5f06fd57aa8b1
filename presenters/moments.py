"""Days and moments as the office writes them. Nothing else makes them, so that a day is spelled one way on a page.

A day reads «27 июня», where a time stands beside it or one looks for a day «сб, 27 июня»; a year is named only when it is not the present
one. Moments are aware datetimes (UTC as stored) and are shown on the Moscow clock; a bare `date` is shown as it is.

What is said so is true while the year lasts, «завтра» for a day: each says with it what paper says instead, which outlives both.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from babel.dates import format_date

from events.foundation import clock as wall
from events.foundation.place import local, local_day
from presenters.language import gettext, language

_MOMENT = timedelta(microseconds=1)
_LEAP_YEAR = 2024
NEAR_DAYS = 6
"""Up to so many days ahead a weekday alone names the day; the seventh would repeat today's name."""

# The month stays with its number and the word with its year: NBSP between them (Мильчин, «Справочник издателя и автора», 6.2).
# «года» is written out: «г.» at the end of a sentence would swallow its full stop.
_PATTERNS = {
    "ru": {
        "day": "d'\u00a0'MMMM",
        "short": "EEE, d'\u00a0'MMMM",
        "full": "EEEE, d'\u00a0'MMMM",
        "of_year": "'\u00a0'y'\u00a0года'",
        "document": "dd.MM.y",
        "month": "LLLL y",
        "weekday": "EEEE",
        "short_weekday": "EEE",
    },
    "en": {
        "day": "d'\u00a0'MMMM",
        "short": "EEE, d'\u00a0'MMMM",
        "full": "EEEE, d'\u00a0'MMMM",
        "of_year": "'\u00a0'y",
        "document": "d'\u00a0'MMM y",
        "month": "LLLL y",
        "weekday": "EEEE",
        "short_weekday": "EEE",
    },
}


class Spelt(str):
    """A day or a moment in words, and what paper says instead: with its year, and never «завтра»."""

    __slots__ = ("printed",)
    printed: str

    def __new__(cls, said: str, printed: str) -> "Spelt":
        found = super().__new__(cls, said)
        found.printed = printed
        return found


def joined(parts: Sequence[str], by: str) -> Spelt:
    """Several of them, or other words, as one."""
    return Spelt(by.join(parts), by.join(one.printed if isinstance(one, Spelt) else one for one in parts))


def day(when: date) -> Spelt:
    """«27 июня»; of another year than the present one «2 января 2027 года»."""
    return _dated(when, "day")


def day_of_year(month: int, number: int) -> str:
    """«1 сентября»: the same day in every year."""
    return str(format_date(date(_LEAP_YEAR, month, number), _PATTERNS[language()]["day"], locale=language()))


def short_day(when: date) -> Spelt:
    """«сб, 27 июня»; of another year than the present one «сб, 2 января 2027 года»."""
    return _dated(when, "short")


def day_heading(when: date, today: date | None = None) -> str:
    """«Суббота, 27 июня», «Сегодня, суббота, 27 июня»: over what belongs to the day."""
    said = _dated(when, "full")
    return f"{gettext('Today')}, {said}" if when == today else said[:1].upper() + said[1:]


def listed_day(when: date) -> str:
    """«сб, 27 июня»: under a heading that names its month and year."""
    return _said(when, "short")


def short_day_time(when: datetime) -> Spelt:
    """«сб, 27 июня, 18:00»"""
    return joined([short_day(when), clock(when)], ", ")


def document_day(when: date) -> str:
    """«27.06.2026»: for papers, which are read in another year."""
    return _said(when, "document")


def document_time(when: datetime) -> str:
    """«27.06.2026 18:00», for papers too."""
    return f"{document_day(when)} {clock(when)}"


def letter_moment(when: datetime, now: datetime) -> str:
    """«вт 18:00» within the week, else «27 июня, 18:00»; never «завтра», since a letter is read later than it is written."""
    return _in_letter(local_day(when), clock(when), now)


def letter_closing(when: datetime, now: datetime) -> str:
    """The same of a deadline: «вт 24:00» of the midnight that closes Tuesday."""
    return _in_letter(closing_day(when), closing_clock(when), now)


def _in_letter(when: date, at: str, now: datetime) -> str:
    near = timedelta(0) <= when - local_day(now) <= timedelta(days=NEAR_DAYS)
    return f"{_said(when, 'short_weekday')} {at}" if near else f"{day(when)}, {at}"


def clock(when: datetime) -> str:
    """«18:00» on the office's clock."""
    return f"{local(when):%H:%M}"


def closing_day(when: datetime) -> date:
    """The day of what ends then; midnight closes the day before it."""
    return local_day(when - _MOMENT)


def closing_clock(when: datetime) -> str:
    """«20:00» of what ends then; midnight is «24:00» of the day it closes."""
    return "24:00" if local(when).time() == time() else clock(when)


def day_month(when: date) -> str:
    """«27 июня»: where the year stands beside it."""
    return _said(when, "day")


def short_weekday(when: date) -> str:
    """«пн»"""
    return _said(when, "short_weekday")


def weekday(when: date) -> str:
    """«суббота»"""
    return _said(when, "weekday")


def month_name(when: date) -> str:
    """«июнь 2026», in the nominative, for headings of months."""
    return _said(when, "month")


def moment(when: datetime, now: datetime | None = None) -> Spelt:
    """«сегодня, 18:00», «завтра, 18:00», «вчера, 18:00», else «сб, 27 июня, 18:00»; on paper «27 июня 2026 года, 18:00» of the first."""
    near = _near_day(local_day(when) - local_day(now or wall.now()))
    return joined([Spelt(near, day(when).printed), clock(when)], ", ") if near else short_day_time(when)


def closing_moment(when: datetime, now: datetime | None = None) -> Spelt:
    """The same of a deadline, or of whatever ends then: «сегодня, 24:00» of the midnight that closes today."""
    closes = closing_day(when)
    near = _near_day(closes - local_day(now or wall.now()))
    return joined([Spelt(near, day(closes).printed) if near else short_day(closes), closing_clock(when)], ", ")


def closing_day_time(when: datetime) -> Spelt:
    """«сб, 27 июня, 18:00» of what ends then, at midnight «сб, 27 июня, 24:00»."""
    return joined([short_day(closing_day(when)), closing_clock(when)], ", ")


def span(starts: datetime, ends: datetime) -> Spelt:
    """«сб, 27 июня, 18:00–20:00», or both days when the end falls on another; midnight closes its day as «24:00».

    A word joiner keeps the two times on one line: a dash alone may end it. Spans stand inside sentences, so no markup can.
    """
    closes = closing_day(ends)
    if local_day(starts) == closes:
        return joined([short_day_time(starts), closing_clock(ends)], "–\u2060")
    return joined([short_day_time(starts), closing_day_time(ends)], " — ")


def without_hours(when: date) -> Spelt:
    """«сб, 27 июня, часы пока не указаны»"""
    said = short_day(when)
    on_screen, on_paper = (str(gettext("%(day)s, hours not given yet", day=one)) for one in (said, said.printed))
    return Spelt(on_screen, on_paper)


def _dated(when: date, pattern: str) -> Spelt:
    """The day by one of our patterns, with its year when it is not the present one."""
    said = _said(when, pattern)
    printed = said + _said(when, "of_year")
    return Spelt(said if _shown(when).year == local_day(wall.now()).year else printed, printed)


def _said(when: date, pattern: str) -> str:
    return _written(_shown(when), pattern, language())


def _shown(when: date) -> date:
    """The day; a moment is first put on the office's clock."""
    return local_day(when) if isinstance(when, datetime) else when


@lru_cache(maxsize=4096)
def _written(shown: date, pattern: str, reader: str) -> str:
    """The day as written; a list of thirty rows says the same few over and over."""
    return str(format_date(shown, _PATTERNS[reader][pattern], locale=reader))


def _near_day(ahead: timedelta) -> str:
    """The word for a day next to today; «» for others."""
    if not ahead:
        return str(gettext("today"))
    if ahead == timedelta(days=1):
        return str(gettext("tomorrow"))
    return str(gettext("yesterday")) if ahead == timedelta(days=-1) else ""
