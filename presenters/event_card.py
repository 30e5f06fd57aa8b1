"""An event of the programme: what the list, the event's page and the subscribe page show alike."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from events.foundation.place import local_day
from events.foundation.text import N_, Phrase
from presenters.amounts import money
from presenters.moments import clock, closing_clock, closing_day, short_day, short_day_time
from presenters.phrases import Words
from presenters.tables.publications import DATE_STATES, DateState, date_state

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Flag:
    """What has become of an event, over its title."""

    words: Words
    tone: str
    glyph: str


@dataclass(frozen=True, slots=True)
class EventCard:
    """One event by its next date; `off` when it is cancelled. The page is found by `slug`."""

    title: str
    slug: str
    starts: datetime
    when: Words
    place: str
    age_mark: str
    price: Words
    metro: str = ""
    off: bool = False
    flag: Flag | None = None
    more: Phrase | None = None
    direction: str = ""
    registration: Words | None = None


@dataclass(frozen=True, slots=True)
class EventDay:
    """A day of the programme with its events."""

    day: date
    events: tuple[EventCard, ...]


def card(row: Any, directions: Mapping[str, str], under: date | None = None) -> EventCard:
    """A row of the programme. `directions`: their names by code; `under`: the day whose heading it stands under and does not repeat."""
    state = date_state(row)
    more = row.running - (1 if is_on(row) else 0)
    words = flag_words(row)
    return EventCard(
        title=row.title,
        slug=row.slug,
        starts=row.starts_at,
        when=_hours(row, under) if under else short_day_time(row.starts_at),
        place=row.place,
        age_mark=row.age_mark,
        price=price_words(row.price),
        metro=row.metro,
        off=state is DateState.CANCELLED,
        flag=Flag(words, DATE_STATES[state].tone, DATE_STATES[state].glyph) if words else None,
        more=more_dates(more),
        direction=directions.get(row.direction, ""),
        registration=N_("By registration") if row.registration_url else None,
    )


def _hours(row: Any, under: date) -> Words:
    """Under the heading of a day: the hour of the beginning, and of what lasts for days, or has lasted, until when."""
    begins, ends = local_day(row.starts_at), closing_day(row.ends_at)
    if begins == under:
        if row.ends_at - row.starts_at < A_DAY:
            return clock(row.starts_at)
        return N_("%(clock)s, until %(day)s", clock=clock(row.starts_at), day=short_day(ends))
    if ends == under:
        return N_("on until %(clock)s", clock=closing_clock(row.ends_at))
    return N_("on until %(day)s, %(clock)s", day=short_day(ends), clock=closing_clock(row.ends_at))


def is_on(row: Any) -> bool:
    """Whether one can go there at the time said."""
    return date_state(row) in (DateState.ON, DateState.MOVED)


def flag_words(row: Any) -> Phrase | None:
    """What has become of the date, in words."""
    words = DATE_STATES[date_state(row)].flag
    return replace(words, params={"date": short_day_time(row.moved_from)}) if words and row.moved_from else words


def more_dates(more: int) -> Phrase | None:
    """«и ещё 3», beside the date that is shown; nothing where there are no others."""
    return N_("and %(n)s more date", "and %(n)s more dates", n=more) if more > 0 else None


def price_words(price: str) -> Words:
    """«Бесплатно» or the amount."""
    return money(Decimal(price)) if price else N_("Free entry")
