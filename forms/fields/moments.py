"""Days and times of the office's clock."""

import re
from datetime import date, datetime, time
from typing import Any

from wtforms.widgets import DateInput, TimeInput

from events.foundation.place import at_local
from events.foundation.text import N_
from forms.fields.read import ReadField

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)

_RUSSIAN_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MIDNIGHT = re.compile(r"24(?:[:.]00){0,2}")
_CLOCK = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?(?::[0-9]{2})?")


class DayField(ReadField):
    """A calendar day: the browser's «2026-06-27» or a typed «27.06.2026»."""

    widget = DateInput()
    unreadable = N_("Please give a date, for example 27.06.2026.")

    def __init__(self, label: Any = None, *, earliest: date = EARLIEST, latest: date = LATEST, **kwargs: Any) -> None:
        super().__init__(label, bounds=(earliest, latest), **kwargs)

    def read(self, typed: str) -> date | None:
        """The day, or None when there is no such day."""
        if match := _ISO_DAY.fullmatch(typed):
            year, month, day = match.groups()
        elif match := _RUSSIAN_DAY.fullmatch(typed):
            day, month, year = match.groups()
        else:
            return None
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            return None

    def show(self, value: Any) -> str:
        """ISO, as a date control wants it."""
        return str(value.isoformat())


class ClockField(ReadField):
    """A time of the office's clock: «18:00», «18.00» or «18»."""

    widget = TimeInput()
    unreadable = N_("Please give a time, for example 18:00.")

    def read(self, typed: str) -> time | None:
        """The time, or None when there is no such time."""
        match = _CLOCK.fullmatch(typed)
        if not match:
            return None
        hour, minute = int(match[1]), int(match[2] or 0)
        return time(hour, minute) if hour < 24 and minute < 60 else None

    def show(self, value: Any) -> str:
        """«18:00»"""
        return f"{value:%H:%M}"


class EndField(ClockField):
    """The hour at which something ends. «24:00» is the midnight that closes its day, which a date control shows as «00:00»."""

    closes_its_day = False
    """Whether «24:00» was typed."""

    def read(self, typed: str) -> time | None:
        """The time; 24:00 as 00:00."""
        self.closes_its_day = _MIDNIGHT.fullmatch(typed) is not None
        return time() if self.closes_its_day else super().read(typed)


def moment_of(day: date | None, clock: time | None) -> datetime | None:
    """The UTC moment of a DayField and a ClockField on the Moscow clock; None while either is missing."""
    return at_local(day, clock) if day is not None and clock is not None else None
