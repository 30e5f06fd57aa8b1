"""Days and moments as the office writes them.

Moments are aware datetimes (UTC as stored) and are shown on the Moscow clock; a bare `date` is shown as it is.
"""

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from babel.dates import format_date
from flask_babel import gettext

from events.foundation import clock as wall
from events.foundation.place import local, local_day
from presenters.language import language

MOMENT = timedelta(microseconds=1)
NEAR_DAYS = 6
"""Up to so many days ahead a weekday alone names the day; the seventh would repeat today's name."""

# The month stays with its number and «г.» with its year: NBSP between them (Мильчин, «Справочник издателя и автора», 6.2).
_PATTERNS = {
    "ru": {
        "date": "d'\u00a0'MMMM y'\u00a0г.'",
        "full": "d'\u00a0'MMMM y'\u00a0г.', EEEE",
        "weekday_first": "EEEE, d'\u00a0'MMMM y'\u00a0г.'",
        "near": "d'\u00a0'MMMM",
        "short": "EEE, d'\u00a0'MMMM",
        "short_far": "EEE, d'\u00a0'MMMM y'\u00a0г.'",
        "document": "dd.MM.y",
        "month": "LLLL y",
        "weekday": "EEEE",
        "short_weekday": "EEE",
    },
    "en": {
        "date": "d'\u00a0'MMMM y",
        "full": "EEEE, d'\u00a0'MMMM y",
        "weekday_first": "EEEE, d'\u00a0'MMMM y",
        "near": "d'\u00a0'MMMM",
        "short": "EEE, d'\u00a0'MMMM",
        "short_far": "EEE, d'\u00a0'MMMM y",
        "document": "d'\u00a0'MMM y",
        "month": "LLLL y",
        "weekday": "EEEE",
        "short_weekday": "EEE",
    },
}


def day(when: date) -> str:
    """«27 июня 2026 г.»"""
    return _dated(when, "date")


def full_day(when: date) -> str:
    """«27 июня 2026 г., суббота»"""
    return _dated(when, "full")


def day_time(when: datetime) -> str:
    """«27 июня 2026 г., суббота, 18:00»"""
    return f"{full_day(when)}, {clock(when)}"


def short_day(when: date) -> str:
    """«сб, 27 июня» for lists; of another year than the present one «сб, 2 января 2027 г.»"""
    shown = local(when) if isinstance(when, datetime) else when
    return _dated(when, "short" if shown.year == local(wall.now()).year else "short_far")


def listed_day(when: date) -> str:
    """«сб, 27 июня»: under a heading that names its month and year."""
    return _dated(when, "short")


def short_day_time(when: datetime) -> str:
    """«сб, 27 июня, 18:00»"""
    return f"{short_day(when)}, {clock(when)}"


def document_time(when: datetime) -> str:
    """«27.06.2026 18:00»: for papers, which are read in another year."""
    return f"{_dated(when, 'document')} {clock(when)}"


def letter_time(when: datetime) -> str:
    """«вторник, 24 ноября 2026 г., 18:00»: in letters, which are kept."""
    return f"{_dated(when, 'weekday_first')}, {clock(when)}"


def letter_moment(when: datetime, now: datetime) -> str:
    """«вт 18:00» within the week, else «27 июня, 18:00»; never «завтра», since a letter is read later than it is written."""
    if timedelta(0) <= local_day(when) - local_day(now) <= timedelta(days=NEAR_DAYS):
        return f"{_dated(when, 'short_weekday')} {clock(when)}"
    return f"{_dated(when, 'near')}, {clock(when)}"


def clock(when: datetime) -> str:
    """«18:00» on the office's clock."""
    return f"{local(when):%H:%M}"


def closing_clock(when: datetime) -> str:
    """«20:00» of what ends then; midnight is «24:00» of the day it closes."""
    return "24:00" if local(when).time() == time() else clock(when)


def month_name(when: date) -> str:
    """«июнь 2026», in the nominative, for headings of months."""
    return _dated(when, "month")


def moment(when: datetime, now: datetime | None = None) -> str:
    """The shortest honest name of a moment: «сегодня, 18:00», «вторник, 18:00», «27 июня, 18:00», «3 февраля 2027 г., 18:00»."""
    return f"{_near_day(local(when).date(), local(now or wall.now()).date())}, {clock(when)}"


def span(starts: datetime, ends: datetime) -> str:
    """«27 июня 2026 г., суббота, 18:00–20:00», or both days in full when the end falls on another; midnight closes its day as «24:00».

    A word joiner keeps the two times on one line: a dash alone may end it. Spans stand inside sentences, so no markup can.
    """
    if local_day(starts) == local_day(ends - MOMENT):
        return f"{day_time(starts)}–\u2060{closing_clock(ends)}"
    return f"{day_time(starts)} — {day_time(ends)}"


def _dated(when: date, pattern: str) -> str:
    """The day by one of our patterns; a moment is first put on the office's clock."""
    shown = local(when).date() if isinstance(when, datetime) else when
    return _written(shown, pattern, language())


@lru_cache(maxsize=4096)
def _written(shown: date, pattern: str, reader: str) -> str:
    """The day as written; a list of thirty rows says the same few over and over."""
    return str(format_date(shown, _PATTERNS[reader][pattern], locale=reader))


def _near_day(shown: date, today: date) -> str:
    if shown == today:
        return str(gettext("today"))
    if shown == today + timedelta(days=1):
        return str(gettext("tomorrow"))
    if shown == today - timedelta(days=1):
        return str(gettext("yesterday"))
    if today < shown <= today + timedelta(days=NEAR_DAYS):
        return _dated(shown, "weekday")
    return _dated(shown, "near" if shown.year == today.year else "date")
