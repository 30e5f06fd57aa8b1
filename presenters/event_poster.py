"""An event as a poster on one sheet of A4: what it says, and how large, so that it is read from afar and nothing runs over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from events.calendars.models import Publication
from events.foundation.place import local_day
from presenters.event_card import is_on, last_day
from presenters.moments import clock, closing_clock, day_month, weekday

MOST_DATES = 20
"""More would not be read from a wall; how many are left is said."""
SHORT_TITLE, LONG_TITLE = 70, 150
FEW_DATES, SOME_DATES = 5, 10
PLACE = 120, 120
LONGEST_TEXT = 400
"""Characters of the short description that have room beside many dates or a long title."""


class Size(StrEnum):
    """Of the title and of the dates; LARGE is three times the running text."""

    LARGE = "large"
    MIDDLE = "middle"
    SMALL = "small"


@dataclass(frozen=True, slots=True)
class PosterDate:
    """A date in a line: «10 июля, 18:00–20:00», smaller beside it the weekday and the year; `off` when it will not be held."""

    words: str
    weekday: str
    year: int
    off: bool


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
    named = coming[:MOST_DATES]
    title_size = _size(len(shown.title), SHORT_TITLE, LONG_TITLE)
    dates_size = _size(len(named), FEW_DATES, SOME_DATES)
    place_size = _size(len(shown.place) + len(shown.address), *PLACE)
    crowded = {title_size, dates_size, place_size} != {Size.LARGE} and len(shown.short_desc) > LONGEST_TEXT
    text = "" if crowded else shown.short_desc
    return Poster(title_size, dates_size, place_size, tuple(map(_date, named)), len(coming) - len(named), text)


def _size(length: int, most_large: int, most_middle: int) -> Size:
    if length <= most_large:
        return Size.LARGE
    return Size.MIDDLE if length <= most_middle else Size.SMALL


def _date(one: Publication) -> PosterDate:
    """The day with its hours, or both moments of what lasts for days."""
    begins = local_day(one.starts_at)
    if begins == last_day(one):
        words = f"{day_month(begins)},\u00a0{clock(one.starts_at)}–\u2060{closing_clock(one.ends_at)}"
    else:
        words = f"{day_month(begins)}, {clock(one.starts_at)} — {day_month(last_day(one))}, {closing_clock(one.ends_at)}"
    return PosterDate(words, weekday(begins), begins.year, off=not is_on(one))
