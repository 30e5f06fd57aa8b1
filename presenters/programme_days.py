"""Which days the programme is asked for, as they stand in its address: «weekend», «2026-06», «2026-06-13»; pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from events.foundation.text import N_
from presenters.moments import month_name, short_day
from presenters.phrases import Words

SATURDAYS = 2
MONTHS_AHEAD = 6
SHOWN_EACH_DAY = 7
"""Of so many days asked for at once, each shows what lasts over several."""

_SATURDAY, _DAY = 5, timedelta(days=1)
_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
_ISO_DAY = re.compile(r"20\d\d-\d\d-\d\d")
_NAMED: dict[str, Words] = {"": N_("All dates"), "today": N_("Today"), "weekend": N_("Weekend"), "month": N_("This month")}


@dataclass(frozen=True, slots=True)
class Days:
    """The first and the last day meant, in Moscow; `last` None: as far as anything is planned. `over`: they have gone by."""

    first: date
    last: date | None = None
    over: bool = False

    @property
    def single(self) -> date | None:
        """The only day meant, if it is one."""
        return self.first if self.first == self.last else None

    def of(self, begins: date, ends: date) -> Iterator[date]:
        """Under which of these days an event of those days stands: each of a few, else the first it is on."""
        first, last = max(begins, self.first), min(ends, self.last or ends)
        if self.last is None or self.last - self.first >= _DAY * SHOWN_EACH_DAY:
            last = first
        while first <= last:
            yield first
            first += _DAY


def understood(asked: str) -> str:
    """What the address asks for, «» when it is nothing of this: 30 February, a word of somebody else's."""
    if asked in _NAMED or _MONTH.fullmatch(asked):
        return asked
    return asked if _day(asked) else ""


def gone_by() -> Days:
    """All the days that have been."""
    return Days(date.min, over=True)


def meant(when: str, today: date) -> Days:
    """The days of what was understood. On Saturday and Sunday «the weekend» is the one under way; what is left of a month counts."""
    if when == "today":
        return Days(today, today)
    if when == "weekend":
        sunday = today + _DAY * (6 - today.weekday())
        return Days(max(today, sunday - _DAY), sunday)
    if not when:
        return Days(today)
    day = _day(when)
    if day:
        return Days(day, day, over=day < today)
    first = today.replace(day=1) if when == "month" else date.fromisoformat(f"{when}-01")
    last = _next_month(first) - _DAY
    return Days(first, last, over=True) if last < today else Days(max(first, today), last)


def offered(when: str, today: date) -> dict[str, Words]:
    """What can be chosen with one press, by its value in the address: named days, the next Saturdays, a day chosen otherwise.

    What is chosen stands among the first, which a phone shows without drawing the line aside.
    """
    saturday = today + _DAY * ((_SATURDAY - today.weekday() - 1) % 7 + 1)
    saturdays = [saturday + timedelta(weeks=week) for week in range(SATURDAYS)]
    words: dict[str, Words] = {**_NAMED, **{day.isoformat(): short_day(day) for day in saturdays}}
    if chosen := _day(when):
        words[when] = short_day(chosen)
    rest = ("today", "weekend", *(day.isoformat() for day in saturdays), "month")
    first = ("", when) if when in words and when not in rest[:2] else ("",)
    return {value: words[value] for value in (*first, *rest)}


def months(when: str, today: date) -> dict[str, str]:
    """The months one may choose: the present one and those after it, and an earlier one if it is asked for."""
    first, found = today.replace(day=1), {}
    if _MONTH.fullmatch(when) and when < f"{first:%Y-%m}":
        found[when] = month_name(date.fromisoformat(f"{when}-01")).capitalize()
    for _ in range(MONTHS_AHEAD):
        found[f"{first:%Y-%m}"] = month_name(first).capitalize()
        first = _next_month(first)
    return found


def _day(when: str) -> date | None:
    """The one day, if it is one."""
    try:
        return date.fromisoformat(when) if _ISO_DAY.fullmatch(when) else None
    except ValueError:
        return None


def _next_month(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)
