"""«Афиша»: what is on, by days, with filters that live in the address. No session is opened and no cookie is set."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from events.calendars import queries
from events.calendars.queries import Wish
from events.foundation import work
from events.foundation.names import alphabetical
from events.foundation.place import at_local, local_day
from events.foundation.text import N_, clean_line
from presenters.directories import named
from presenters.event_card import EventDay, card
from presenters.moments import month_name
from presenters.phrases import Words
from views import access
from views.addresses import languages, page_url, webcal
from views.choices import Box, Choice

bp = Blueprint("programme", __name__)

AGES: dict[str, tuple[int, int]] = {"14-17": (14, 17), "18-24": (18, 24), "25-35": (25, 35)}
"""Young people by the law: 14 to 35 (489-ФЗ, статья 2)."""
MONTHS_AHEAD = 6
MAX_SEARCH = 100
LAST_SECOND = 4_102_444_800
"""The year 2100: a cursor beyond it is not ours."""

_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
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

    def address(self, **changes: Any) -> str:
        """The programme with these filters."""
        values = {**self.__dict__, **changes}
        return page_url("programme.programme", **{name: "1" if value is True else value for name, value in values.items() if value})

    @property
    def chosen(self) -> int:
        """How many filters besides the days are set."""
        return sum(map(bool, (self.unit, self.direction, self.age, self.free, self.open, self.q)))


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where one subscribes to what is asked for: `webcal` to its calendar, `page` to the page that explains it."""

    webcal: str
    page: str


@bp.get("/")
@access.public
def programme() -> ResponseReturnValue:
    """«Афиша»: what is on, by days."""
    now = work.now()
    asked = _asked()
    wish = _wish(asked, now)
    found = queries.programme(wish, _cursor())
    choices = queries.choices(now)
    directions = {row.direction: named(row.name, row.name_en) or row.direction for row in choices}
    following = found.following
    return render_template(
        "programme/programme.html",
        asked=asked,
        days=_days(found.events, directions, now),
        today=local_day(now),
        total=found.total,
        when_choices=_when_chips(asked),
        months=_months(asked, now),
        units=_choices(asked.unit, {row.unit_key: named(row.unit_name, row.unit_name_en) for row in choices}),
        directions=_choices(asked.direction, directions),
        free=[Box("1", N_("Free only"), asked.free)],
        open=[Box("1", N_("No registration needed"), asked.open)],
        ages=_choices(asked.age, {name: name.replace("-", "–") for name in AGES}),
        nearest=None if found.events else queries.nearest(wish) or queries.nearest(Wish(now)),
        first_url=asked.address() if _cursor() else None,
        next_url=asked.address(after=f"{int(following[0].timestamp())}.{following[1]}") if following else None,
        subscription=_subscription(asked),
        reset_url=Asked().address() if asked.chosen or asked.when else None,
        language_links=languages(),
    )


def _asked() -> Asked:
    values = request.args
    when = values.get("when", "")
    return Asked(
        when=when if when in ("today", "weekend", "month") or _MONTH.fullmatch(when) else "",
        unit=values.get("unit", "")[:40],
        direction=values.get("direction", "")[:40],
        age=values.get("age", "") if values.get("age") in AGES else "",
        free=values.get("free") == "1",
        open=values.get("open") == "1",
        q=clean_line(values.get("q", ""))[:MAX_SEARCH],
    )


def _cursor() -> tuple[datetime, int] | None:
    """The last event of the page before."""
    found = _CURSOR.fullmatch(request.args.get("after", ""))
    if found is None or int(found[1]) > LAST_SECOND or int(found[2]) >= 2**31:
        return None
    return datetime.fromtimestamp(int(found[1]), UTC), int(found[2])


def _wish(asked: Asked, now: datetime) -> Wish:
    """The filters as moments and conditions."""
    first, last = _span(asked.when, local_day(now))
    return Wish(
        since=max(now, at_local(first, time.min)),
        until=at_local(last + timedelta(days=1), time.min) if last else None,
        unit=asked.unit or None,
        direction=asked.direction or None,
        ages=AGES.get(asked.age),
        free=asked.free,
        without_registration=asked.open,
        text=asked.q,
    )


def _span(when: str, today: date) -> tuple[date, date | None]:
    """First and last day meant. On Saturday and Sunday «the weekend» is the one under way."""
    if when == "today":
        return today, today
    if when == "weekend":
        sunday = today + timedelta(days=6 - today.weekday())
        return max(today, sunday - timedelta(days=1)), sunday
    if not when:
        return today, None
    first = today.replace(day=1) if when == "month" else date.fromisoformat(f"{when}-01")
    return max(first, today), _next_month(first) - timedelta(days=1)


def _next_month(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)


def _when_chips(asked: Asked) -> list[Choice]:
    """«Сегодня · Выходные · Месяц»."""
    offered = {"": N_("All dates"), "today": N_("Today"), "weekend": N_("Weekend"), "month": N_("This month")}
    return [Choice(label, asked.address(when=when), asked.when == when, value=when) for when, label in offered.items()]


def _months(asked: Asked, now: datetime) -> list[Box]:
    """The months one may choose, the present one first."""
    first, months = local_day(now).replace(day=1), []
    for _ in range(MONTHS_AHEAD):
        months.append(Box(f"{first:%Y-%m}", month_name(first).capitalize(), asked.when == f"{first:%Y-%m}"))
        first = _next_month(first)
    return months


def _choices(chosen: str, names: Mapping[str, str]) -> list[Box]:
    """Chips of one filter, «any» first."""
    listed: list[tuple[str, Words]] = [("", N_("All")), *sorted(names.items(), key=lambda pair: alphabetical(pair[1]))]
    return [Box(value, label, value == chosen) for value, label in listed]


def _days(rows: Sequence[Any], directions: Mapping[str, str], now: datetime) -> list[EventDay]:
    """Events under the days of their next dates; one that is under way stands under today."""
    days = groupby(rows, key=lambda row: max(local_day(row.starts_at), local_day(now)))
    return [EventDay(day, tuple(card(row, directions) for row in group)) for day, group in days]


def _subscription(asked: Asked) -> Subscription:
    """The calendar of this selection and the page that explains it. One calendar holds one unit or one direction."""
    if asked.unit and not asked.direction:
        calendar = url_for("feeds.unit", key=asked.unit)
    elif asked.direction and not asked.unit:
        calendar = url_for("feeds.direction", code=asked.direction)
    else:
        calendar = url_for("feeds.everything")
    chosen = {name: value for name, value in (("unit", asked.unit), ("direction", asked.direction)) if value}
    return Subscription(webcal(calendar), page_url("calendars.subscribe", **chosen))
