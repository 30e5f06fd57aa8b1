"""A year of the production calendar as it is read: its days in words, and what has been done to it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from events.foundation.text import N_, Phrase
from events.worktime.hours import Change, Day, Month
from events.worktime.vocabulary import DayKind
from presenters.tables.days import DAYS, SHORTENED

WEEKDAYS = (N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"))
"""The weekdays whose hours a working Saturday or Sunday can keep."""


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
