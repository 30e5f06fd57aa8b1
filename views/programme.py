"""«Афиша»: what is on, by days, with filters that live in the address. No session is opened and no cookie is set."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from events.calendars import queries
from events.calendars.queries import Wish
from events.foundation import work
from events.foundation.names import alphabetical
from events.foundation.place import local_day, midnight
from events.foundation.text import N_, clean_line
from presenters import programme_days
from presenters.directories import named
from presenters.event_card import EventCard, EventDay, card
from presenters.moments import closing_day, short_day
from presenters.phrases import Words
from presenters.programme_days import Days
from views import access
from views.addresses import languages, page_url, webcal
from views.choices import Box, Choice, Kept

bp = Blueprint("programme", __name__)

AGES: dict[str, tuple[int, int]] = {"14-17": (14, 17), "18-24": (18, 24), "25-35": (25, 35)}
"""Young people by the law: 14 to 35 (489-ФЗ, статья 2)."""
MAX_SEARCH = 100
LAST_SECOND = 4_102_444_800
"""The year 2100: a cursor beyond it is not ours."""

_CURSOR = re.compile(r"(\d{1,12})\.(\d{1,12})")


@dataclass(frozen=True)
class Asked:
    """The filters as they stand in the address; whatever is not understood there counts as not asked."""

    when: str = ""
    unit: str = ""
    direction: str = ""
    age: str = ""
    free: bool = False
    open: bool = False
    q: str = ""
    past: bool = False
    """What is over, whenever it was; days gone by are asked for by `when`."""

    def address(self, **changes: Any) -> str:
        """The programme with these filters."""
        return page_url("programme.programme", **self.values(**changes))

    def values(self, **changes: Any) -> dict[str, str]:
        """These filters as they stand in the address."""
        values = {**self.__dict__, **changes}
        return {name: "1" if value is True else value for name, value in values.items() if value}

    @property
    def chosen(self) -> int:
        """How many filters besides the days are set."""
        return sum(map(bool, (self.unit, self.direction, self.age, self.free, self.open, self.q)))


@dataclass(frozen=True, slots=True)
class Subscription:
    """The calendar nearest to what is asked for: its name and `webcal` address, and the page that explains it.

    `exact`: it holds what is asked for and nothing else, whatever the days.
    """

    name: Words
    webcal: str
    page: str
    exact: bool


@dataclass(frozen=True, slots=True)
class Nearest:
    """The day of the nearest event when there is none on the days asked for, and where it is shown.

    `otherwise`: nothing of the kind is planned at all, so it is the nearest of the rest.
    """

    day: date
    url: str
    otherwise: bool


@bp.get("/")
@access.public
def programme() -> ResponseReturnValue:
    """«Афиша»: what is on, by days; with `past`, or on days gone by, what was on."""
    now = work.now()
    asked, today = _asked(), local_day(now)
    days = programme_days.gone_by() if asked.past else programme_days.meant(asked.when, today)
    wish = _wish(asked, days, now)
    found = queries.programme(wish, _cursor())
    choices = queries.choices(now)
    directions = {row.direction: named(row.name, row.name_en) or row.direction for row in choices}
    units = {row.unit_key: named(row.unit_name, row.unit_name_en) for row in choices}
    following = found.following
    return render_template(
        "programme/programme.html",
        asked=asked,
        over=days.over,
        days=_days(found.events, directions, days),
        today=today,
        total=found.total,
        when_choices=_when_choices(asked, today),
        beside=_beside(asked, days),
        chosen_day=(days.single or today).isoformat(),
        kept=[Kept(*one) for one in asked.values(when="", past=False).items()],
        kept_past=[Kept("past", "1")] if asked.past else [],
        months=[Box(value, label, asked.when == value) for value, label in programme_days.months(asked.when, today).items()],
        units=_choices(asked.unit, units),
        directions=_choices(asked.direction, directions),
        free=[Box("1", N_("Free only"), asked.free)],
        open=[Box("1", N_("No registration needed"), asked.open)],
        ages=_choices(asked.age, {name: name.replace("-", "–") for name in AGES}),
        nearest=None if found.events or days.over else _nearest(asked, wish, now),
        gone_by=queries.count(replace(wish, since=None, over_by=now)) if asked.q and not days.over else 0,
        gone_by_url=asked.address(past=True, when=""),
        first_url=asked.address() if _cursor() else None,
        next_url=asked.address(after=f"{int(following[0].timestamp())}.{following[1]}") if following else None,
        subscription=_subscription(asked, units, directions),
        coming_url=asked.address(past=False, when="") if days.over else None,
        reset_url=Asked().address() if asked.chosen or asked.when or asked.past else None,
        language_links=languages(),
    )


def _asked() -> Asked:
    values = request.args
    when = programme_days.understood(values.get("when", ""))
    return Asked(
        when=when,
        unit=values.get("unit", "")[:40],
        direction=values.get("direction", "")[:40],
        age=values.get("age", "") if values.get("age") in AGES else "",
        free=values.get("free") == "1",
        open=values.get("open") == "1",
        q=clean_line(values.get("q", ""))[:MAX_SEARCH],
        past=values.get("past") == "1" and not when,
    )


def _cursor() -> tuple[datetime, int] | None:
    """The last event of the page before."""
    found = _CURSOR.fullmatch(request.args.get("after", ""))
    if found is None or int(found[1]) > LAST_SECOND or int(found[2]) >= 2**31:
        return None
    return datetime.fromtimestamp(int(found[1]), UTC), int(found[2])


def _wish(asked: Asked, days: Days, now: datetime) -> Wish:
    """The filters as moments and conditions. What is over is looked for on the days asked for, or whenever it was."""
    begins = None if asked.past else midnight(days.first)
    return Wish(
        since=begins if days.over else max(now, begins or now),
        until=midnight(days.last + timedelta(days=1)) if days.last else None,
        over_by=now if days.over else None,
        unit=asked.unit or None,
        direction=asked.direction or None,
        ages=AGES.get(asked.age),
        free=asked.free,
        without_registration=asked.open,
        text=asked.q,
    )


def _when_choices(asked: Asked, today: date) -> list[Choice]:
    """«Сегодня · Выходные · сб, 6 июня · Месяц»."""
    offered = programme_days.offered(asked.when, today)
    return [
        Choice(label, asked.address(when=when, past=False), asked.when == when and not asked.past, value=when)
        for when, label in offered.items()
    ]


def _beside(asked: Asked, days: Days) -> list[Choice]:
    """The days before and after the only one that is asked for."""
    if days.single is None:
        return []
    beside = (days.single + timedelta(days=step) for step in (-1, 1))
    return [Choice(short_day(day), asked.address(when=day.isoformat())) for day in beside]


def _choices(chosen: str, names: Mapping[str, str]) -> list[Box]:
    """Chips of one filter, «any» first."""
    listed: list[tuple[str, Words]] = [("", N_("All")), *sorted(names.items(), key=lambda pair: alphabetical(pair[1]))]
    return [Box(value, label, value == chosen) for value, label in listed]


def _days(rows: Sequence[Any], directions: Mapping[str, str], days: Days) -> list[EventDay]:
    """Events under the days asked for; what began before them stands under the first of them."""
    found: dict[date, list[EventCard]] = defaultdict(list)
    for row in rows:
        for day in days.of(local_day(row.starts_at), closing_day(row.ends_at)):
            found[day].append(card(row, directions, under=day))
    return [EventDay(day, tuple(found[day])) for day in sorted(found, reverse=days.over)]


def _nearest(asked: Asked, wish: Wish, now: datetime) -> Nearest | None:
    """The first day with something on: after the days asked for, else before them, else whatever the filters."""
    for kept, tried in ((asked, wish), (asked, replace(wish, since=now)), (Asked(), Wish(now))):
        starts = queries.nearest(tried)
        if starts is not None:
            day = local_day(max(starts, tried.since or now))
            return Nearest(day, kept.address(when=day.isoformat()), otherwise=kept is not asked)
    return None


def _subscription(asked: Asked, units: Mapping[str, str], directions: Mapping[str, str]) -> Subscription:
    """The smallest calendar that holds all that is asked for: one holds a unit, a direction or everything, and no narrower ones exist."""
    unit = asked.unit if asked.unit in units else ""
    direction = asked.direction if asked.direction in directions and not unit else ""
    name: Words = N_("all events of the district")
    path = url_for("feeds.everything")
    if unit:
        name, path = units[unit], url_for("feeds.unit", key=unit)
    elif direction:
        name, path = directions[direction], url_for("feeds.direction", code=direction)
    held = Asked(unit=unit, direction=direction)
    exact = held == replace(asked, when="", past=False)
    return Subscription(name, webcal(path), page_url("calendars.subscribe", **held.values()), exact)
