"""A year of the production calendar as it is read: its days in words, and what has been done to it."""

from calendar import monthcalendar
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from events.foundation.text import N_, Phrase
from events.worktime.hours import Calendar, Change, Day, Month
from events.worktime.hours.days import plain_day
from events.worktime.vocabulary import DayKind
from presenters.moments import short_weekday
from presenters.tables.days import DAYS, SHORTENED

WEEKDAYS = (N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"))
"""The weekdays whose hours a working Saturday or Sunday can keep."""
SHORT, MOVED = "*", "↔"
"""Beside a day in the picture of the year: it is shortened; it has changed places with another."""


@dataclass(frozen=True, slots=True)
class DayShown:
    """An exceptional day with the word for it; `beside`: it is declared beside the decree."""

    day: date
    words: Phrase
    tone: str
    glyph: str
    beside: bool


@dataclass(frozen=True, slots=True)
class MonthShown:
    """A month with its exceptional days."""

    month: Month
    days: tuple[DayShown, ...]


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """What was done and when; `who`: the full name, None for the command line; `source`: the act a loaded year rests on."""

    at: datetime
    words: Phrase
    who: str | None
    source: str


@dataclass(frozen=True, slots=True)
class DayDrawn:
    """A day in the picture of the year. `look` and `mark` draw what it is, so that neither colour nor sight alone tells it; `words` say it
    of a day that is not what its weekday says."""

    number: int
    look: str
    mark: str
    words: Phrase | None


@dataclass(frozen=True, slots=True)
class MonthDrawn:
    """A month as a leaf of a calendar: weeks from Monday on, None where another month's days would stand."""

    first: date
    weeks: tuple[tuple[DayDrawn | None, ...], ...]


def year_drawn(calendar: Calendar, year: int) -> tuple[MonthDrawn, ...]:
    """The picture of the whole year."""
    return tuple(_month_drawn(calendar, date(year, month, 1)) for month in range(1, 13))


def _month_drawn(calendar: Calendar, first: date) -> MonthDrawn:
    weeks = monthcalendar(first.year, first.month)
    return MonthDrawn(first, tuple(tuple(_drawn(calendar.day(first.replace(day=day))) if day else None for day in one) for one in weeks))


def weekday_heads() -> tuple[str, ...]:
    """«пн» to «вс»."""
    return tuple(short_weekday(date(2024, 1, day)) for day in range(1, 8))  # the first of January 2024 was a Monday


def _drawn(day: Day) -> DayDrawn:
    plain = plain_day(day.date)
    is_moved = day.kind is not plain.kind and day.kind is not DayKind.HOLIDAY
    look = "short" if day.short else "working" if day.kind is DayKind.WORKING else day.kind.value
    mark = (MOVED if is_moved else "") + (SHORT if day.short else "")
    return DayDrawn(day.date.day, look, mark, None if day == plain else day_words(day))


def month_shown(month: Month, said: Collection[Day], beside: Collection[date]) -> MonthShown:
    """The month with its exceptions, and with those days `said` beside the decree that are now what their weekday says."""
    own = [one for one in said if (one.date.year, one.date.month) == (month.first.year, month.first.month)]
    days = {one.date: one for one in (*own, *month.exceptions)}
    return MonthShown(month, tuple(_row(days[key], beside) for key in sorted(days)))


def change_shown(change: Change, names: Mapping[int, str]) -> ChangeShown:
    """One line of what has been done to the year; `names` of people by id."""
    who = names.get(change.by_id) if change.by_id is not None else None
    if change.day is None:
        n = change.days
        loaded = N_("The year is loaded: %(count)s exceptional day.", "The year is loaded: %(count)s exceptional days.", n, count=n)
        return ChangeShown(change.at, loaded, who, change.source)
    words = N_("%(day)s: “%(now)s”.", day=change.day.date, now=day_words(change.day))
    if change.was is not None:
        words = N_("%(day)s: “%(now)s”, before that “%(was)s”.", day=change.day.date, now=day_words(change.day), was=day_words(change.was))
    return ChangeShown(change.at, words, who, "")


def day_words(day: Day) -> Phrase:
    """«Праздник», «сокращён на час», «работает как понедельник»."""
    works_as = day.with_default_weekday().works_as
    if day.kind is not DayKind.WORKING:
        return DAYS[day.kind].word
    if works_as is None or works_as >= len(WEEKDAYS):
        return SHORTENED.word if day.short else DAYS[day.kind].word
    if day.short:
        return N_("Works as %(weekday)s, shortened by an hour", weekday=WEEKDAYS[works_as])
    return N_("Works as %(weekday)s", weekday=WEEKDAYS[works_as])


def _row(day: Day, beside: Collection[date]) -> DayShown:
    look = SHORTENED if day.short and day.with_default_weekday().works_as is None else DAYS[day.kind]
    return DayShown(day.date, day_words(day), look.tone, look.glyph, day.date in beside)
