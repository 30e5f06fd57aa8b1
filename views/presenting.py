"""How a page speaks: phrases in the reader's language, the office's dates and money, icons, addresses of our own files.

`register(app)` gives templates every name of `_SPOKEN` both as a global and as a filter: `{{ day_time(starts) }}`, `{{ starts|day_time }}`.
Moments are aware datetimes (UTC as stored) and are shown on the Moscow clock; a bare `date` is shown as it is.
"""

import hashlib
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import flask_bootstrap
import segno
from babel.dates import format_date
from babel.numbers import format_decimal
from flask import Flask, current_app, url_for
from flask_babel import get_locale, gettext, ngettext
from markupsafe import Markup, escape

from events.foundation import clock as wall
from events.foundation.place import local
from events.foundation.text import Phrase

_SPRITE = Path(flask_bootstrap.__file__).parent / "static" / "bootstrap5" / "icons" / "bootstrap-icons.svg"
_SYMBOL = re.compile(r'<symbol[^>]*viewBox="(?P<box>[^"]+)"[^>]*\bid="(?P<name>[^"]+)"[^>]*>(?P<body>.*?)</symbol>', re.DOTALL)
_PHONE = re.compile(r"^\+7(\d{3})(\d{3})(\d\d)(\d\d)$")
_NEAR_DAYS = 6
"""Up to so many days ahead a weekday alone names the day; the seventh would repeat today's name."""

# The month stays with its number and «г.» with its year: NBSP between them (Мильчин, «Справочник издателя и автора», 6.2).
_PATTERNS = {
    "ru": {
        "date": "d'\u00a0'MMMM y'\u00a0г.'",
        "full": "d'\u00a0'MMMM y'\u00a0г.', EEEE",
        "near": "d'\u00a0'MMMM",
        "short": "EEE, d'\u00a0'MMMM",
        "short_far": "EEE, d'\u00a0'MMMM y'\u00a0г.'",
        "document": "dd.MM.y",
        "month": "LLLL y",
        "weekday": "EEEE",
    },
    "en": {
        "date": "d'\u00a0'MMMM y",
        "full": "EEEE, d'\u00a0'MMMM y",
        "near": "d'\u00a0'MMMM",
        "short": "EEE, d'\u00a0'MMMM",
        "short_far": "EEE, d'\u00a0'MMMM y",
        "document": "d'\u00a0'MMM y",
        "month": "LLLL y",
        "weekday": "EEEE",
    },
}


def register(app: Flask) -> None:
    """Give the application's templates the names below."""
    app.jinja_env.globals.update(_SPOKEN, icon=icon, static_url=static_url, language=language)
    app.jinja_env.filters.update(_SPOKEN)


def say(words: Any) -> str:
    """Whatever the domain wants said, in the reader's language; values inside a phrase are said by the same rules."""
    if isinstance(words, Phrase):
        return _phrase(words)
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


def clock(when: datetime) -> str:
    """«18:00» on the office's clock."""
    return f"{local(when):%H:%M}"


def month_name(when: date) -> str:
    """«июнь 2026», in the nominative, for headings of months."""
    return _dated(when, "month")


def moment(when: datetime, now: datetime | None = None) -> str:
    """The shortest honest name of a moment: «сегодня, 18:00», «вторник, 18:00», «27 июня, 18:00», «3 февраля 2027 г., 18:00»."""
    return f"{_near_day(local(when).date(), local(now or wall.now()).date())}, {clock(when)}"


def span(starts: datetime, ends: datetime) -> str:
    """«27 июня 2026 г., суббота, 18:00–20:00», or both days in full when the end falls on another.

    A word joiner keeps the two times on one line: a dash alone may end it. Spans stand inside sentences, so no markup can.
    """
    if local(starts).date() == local(ends).date():
        return f"{day_time(starts)}–\u2060{clock(ends)}"
    return f"{day_time(starts)} — {day_time(ends)}"


def money(amount: Decimal | int) -> str:
    """«45 000 ₽»; kopecks only where there are some."""
    pattern = "#,##0" if amount == int(amount) else "#,##0.00"
    return f"{format_decimal(amount, format=pattern, locale=language())}\u00a0₽"


def number(value: Decimal | int) -> str:
    """«1 200», «16,9»: grouped as the language groups."""
    return str(format_decimal(value, locale=language()))


def phone(typed: str) -> str:
    """«+7 921 123-45-67»; what is no Russian number stays as it was typed."""
    return _PHONE.sub("+7\u00a0\\1\u00a0\\2-\\3-\\4", typed)


def short_name(full_name: str) -> str:
    """«Ветрова А. И.» of «Ветрова Алина Игоревна»; the spaces do not break."""
    words = full_name.split()
    return "\u00a0".join([*words[:1], *(f"{name[0]}." for name in words[1:])])


@lru_cache(maxsize=1024)
def icon(name: str, label: str | None = None) -> Markup:
    """The icon drawn in place. Without `label` it is decoration and the words stand beside it. Raises KeyError for an unknown name."""
    box, body = _sprite()[name]
    voice = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    drawn = Markup('<svg class="icon" width="16" height="16" viewBox="{}" fill="currentColor" focusable="false" {}>{}</svg>')
    return drawn.format(box, voice, body)


@lru_cache(maxsize=256)
def qr(address: str) -> Markup:
    """The address as a QR code drawn in place; one takes 6 ms, and the subscribe page has thirty."""
    drawn = segno.make(address, error="m", micro=False).svg_inline(scale=4, border=2, dark="#000", light="#fff")
    return Markup(drawn)  # noqa: S704 -- drawn by segno out of squares, the address is not in it as text


def static_url(filename: str) -> str:
    """The address of our own static file; `v` changes with its bytes, so it may be cached for ever.

    Modules load each other under the address of the first, so a script's `v` changes with any script of its folder.
    """
    path = Path(current_app.static_folder or "") / filename
    parts = tuple(sorted(path.parent.glob("*.js"))) if path.suffix == ".js" else (path,)
    return url_for("static", filename=filename, v=_content_hash(parts, tuple(_stamp(part) for part in parts)))


def _dated(when: date, pattern: str) -> str:
    """The day by one of our patterns; a moment is first put on the office's clock."""
    reader = language()
    shown = local(when).date() if isinstance(when, datetime) else when
    return _written(shown, pattern, reader)


@lru_cache(maxsize=4096)
def _written(shown: date, pattern: str, reader: str) -> str:
    """The day as written; a list of thirty rows says the same few over and over."""
    return str(format_date(shown, _PATTERNS[reader][pattern], locale=reader))


def _near_day(shown: date, today: date) -> str:
    """The day as one would say it today."""
    if shown == today:
        return str(gettext("today"))
    if shown == today + timedelta(days=1):
        return str(gettext("tomorrow"))
    if shown == today - timedelta(days=1):
        return str(gettext("yesterday"))
    if today < shown <= today + timedelta(days=_NEAR_DAYS):
        return _dated(shown, "weekday")
    return _dated(shown, "near" if shown.year == today.year else "date")


def language() -> str:
    """The reader's language; Russian where nobody is being spoken to."""
    locale = get_locale()
    return locale.language if locale is not None and locale.language in _PATTERNS else "ru"


@lru_cache(maxsize=1)
def _sprite() -> dict[str, tuple[str, Markup]]:
    """Icon name -> (view box, drawing), out of the sprite in the Bootstrap-Flask wheel: trusted text, read once per process."""
    found = _SYMBOL.finditer(_SPRITE.read_text(encoding="utf-8"))
    return {match["name"]: (str(escape(match["box"])), Markup(match["body"].strip())) for match in found}  # noqa: S704 -- the wheel's own file


def _stamp(path: Path) -> tuple[int, int]:
    """Nanoseconds of the last change and size in bytes: enough to notice an edited file without reading it."""
    status = path.stat()
    return status.st_mtime_ns, status.st_size


@lru_cache(maxsize=256)
def _content_hash(parts: tuple[Path, ...], _stamps: tuple[tuple[int, int], ...]) -> str:
    """Twelve hex digits of the files' content; other stamps make an edited file be read anew."""
    return hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()[:12]


_SPOKEN: dict[str, Callable[..., str]] = {
    "say": say,
    "day": day,
    "full_day": full_day,
    "day_time": day_time,
    "short_day": short_day,
    "listed_day": listed_day,
    "short_day_time": short_day_time,
    "document_time": document_time,
    "clock": clock,
    "month_name": month_name,
    "moment": moment,
    "span": span,
    "money": money,
    "number": number,
    "short_name": short_name,
}
