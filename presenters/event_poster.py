"""An event as a poster on one sheet of A4: what it says, and how large, so that it is read from afar and nothing runs over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from events.calendars.models import Publication
from events.foundation.place import local_day
from events.foundation.text import Phrase
from presenters.event_card import flag_words, is_on
from presenters.moments import clock, closing_clock, closing_day, day_month, weekday
from presenters.tables.publications import DateState, date_state

MOST_DATES = 20
"""More would not be read from a wall; how many are left is said."""
MOST_BESIDE_LONG = 14
"""Dates beside a title of the small size, which takes a third of the sheet."""
SHORT_TITLE, LONG_TITLE = 70, 150
SHORT_BESIDE_MANY = 40
"""Of a title that is large beside more than a few dates."""
FEW_DATES, SOME_DATES = 5, 12
LONG_PLACE = 120
LONGEST_TEXT = 250
"""Characters of the short description that have room beside many dates or a long title."""


class Size(StrEnum):
    """Of the title and of the dates; LARGE is three times the running text."""

    LARGE = "large"
    MIDDLE = "middle"
    SMALL = "small"


@dataclass(frozen=True, slots=True)
class PosterDate:
    """A date in a line: «10 июля, 18:00–20:00», smaller beside it the weekday and the year, of what lasts for days both weekdays.

    `told`: what has become of it, said instead where one cannot come then; `off` when it will not be held at all.
    """

    words: str
    weekday: str
    year: int
    off: bool
    told: Phrase | None


@dataclass(frozen=True, slots=True)
class Poster:
    """The sheet; `more`: how many dates it does not name; `text` is empty where there is no room for it."""

    title_size: Size
    dates_size: Size
    place_size: Size
    dates: tuple[PosterDate, ...]
    more: int
    text: str


def poster(shown: Publication, dates: Sequence[Publication], now: datetime) -> Poster:
    """The poster of an event: its dates to come, or all of them when none is."""
    coming = [one for one in dates if one.ends_at > now] or list(dates)
    named = coming[: MOST_DATES if len(shown.title) <= LONG_TITLE else MOST_BESIDE_LONG]
    dates_size = _size(len(named), FEW_DATES, SOME_DATES)
    title_size = _size(len(shown.title), SHORT_TITLE if dates_size is Size.LARGE else SHORT_BESIDE_MANY, LONG_TITLE)
    place_size = Size.SMALL if len(shown.place) + len(shown.address) > LONG_PLACE else Size.LARGE
    crowded = {title_size, dates_size, place_size} != {Size.LARGE} and len(shown.short_desc) > LONGEST_TEXT
    text = "" if crowded else shown.short_desc
    return Poster(title_size, dates_size, place_size, tuple(map(_date, named)), len(coming) - len(named), text)


def _size(length: int, most_large: int, most_middle: int) -> Size:
    if length <= most_large:
        return Size.LARGE
    return Size.MIDDLE if length <= most_middle else Size.SMALL


def _date(one: Publication) -> PosterDate:
    """The day with its hours, or both moments of what lasts for days, which part after the dash alone."""
    begins, closes = local_day(one.starts_at), closing_day(one.ends_at)
    starts, days = f"{day_month(begins)},\u00a0{clock(one.starts_at)}", weekday(begins)
    if begins == closes:
        words = f"{starts}–\u2060{closing_clock(one.ends_at)}"
    else:
        words = f"{starts}\u00a0— {day_month(closes)},\u00a0{closing_clock(one.ends_at)}"
        days = f"{days}\u00a0— {weekday(closes)}"
    told = None if is_on(one) else flag_words(one)
    return PosterDate(words, days, begins.year, off=date_state(one) is DateState.CANCELLED, told=told)
