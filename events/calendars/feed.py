"""A feed is a value: what it gathers, what of it is shown on a day, and what it is called.

Everything that tells one kind of feed from another stands in `KINDS`: naming, polling, building, raising, burying, listing and serving
read it. Only which kinds a page offers side by side is the page's own.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from events.calendars import ical
from events.calendars.vocabulary import PublicationStatus
from events.foundation.place import midnight
from events.people.vocabulary import UnitKind

NOTHING = "0" * 64
"""The digest of a feed without entries."""
EVERYTHING = "Маршрут: мероприятия района"

_DIGEST_SPACE = 1 << 256


class FeedKind(StrEnum):
    """What a public feed gathers: everything, one unit's events, one direction's, or a single event's occurrences."""

    ALL = "all"
    UNIT = "unit"
    DIRECTION = "direction"
    EVENT = "event"


@dataclass(frozen=True)
class Naming:
    """Where the names of feeds stand, in SQL that both databases know: `name` of the row of `table` whose `key` is the feed's.

    `first` orders the rows where several have the key.
    """

    table: str
    name: str
    key: str
    first: str = ""


@dataclass(frozen=True)
class Listing:
    """Which feeds are offered for subscribing, of the rows that name them: the English name, the condition, the order."""

    name_en: str
    order: str
    which: str = ""


@dataclass(frozen=True)
class Gathering:
    """What the feeds of one kind have in common.

    `column`: the column of Publication that holds the feed's key; empty where everything is gathered.
    `further`: a column with more keys of the kind, a blank around each; empty where there is one only.
    `naming`: where its name stands; None where it has none of its own.
    `windowed`: shows a window of days and is subscribed to; else it is one event's own, with all its dates.
    `listing`: None where nobody chooses among them by name.
    """

    column: str = ""
    further: str = ""
    naming: Naming | None = None
    windowed: bool = True
    listing: Listing | None = None


_WITHDRAWN, _CANCELLED = (f"status = '{one}'" for one in (PublicationStatus.WITHDRAWN, PublicationStatus.CANCELLED))

KINDS: Mapping[FeedKind, Gathering] = {
    FeedKind.ALL: Gathering(),
    FeedKind.UNIT: Gathering(
        "unit_key",
        "co_unit_keys",
        Naming("unit", "short_name", "key"),
        listing=Listing("name_en", "short_name", f"active AND kind = '{UnitKind.INSTITUTION}'"),
    ),
    FeedKind.DIRECTION: Gathering("direction", naming=Naming("direction", "name", "code"), listing=Listing("name_en", "position, code")),
    FeedKind.EVENT: Gathering(
        "slug",
        naming=Naming("publication", f"CASE WHEN {_WITHDRAWN} THEN '' ELSE title END", "slug", first=f"{_WITHDRAWN}, {_CANCELLED}, id"),
        windowed=False,
    ),
}
"""A date called off keeps the title it was called off with, so one that will be held names the event."""
COLUMNS = tuple(column for one in KINDS.values() for column in (one.column, one.further) if column)
"""The columns of Publication by which feeds gather."""
SHOWN_BY = ("status", "postponing", "starts_at", "ends_at")
"""The columns of Publication by which a feed shows a date."""
SUBSCRIBED: Mapping[FeedKind, Naming] = {kind: one.naming for kind, one in KINDS.items() if one.windowed and one.naming is not None}
"""Kinds one subscribes to by the key of the row that names them."""
OWN: Mapping[FeedKind, str] = {kind: one.column for kind, one in KINDS.items() if not one.windowed}
"""Kinds of which each feed is one event's own, with the column by which they gather."""


@dataclass(frozen=True)
class Window:
    """What feeds show on a day: so many days back and ahead; dates off the programme so many days after their end (calendar.md 6, 14)."""

    day: date
    past_days: int
    ahead_days: int
    cancelled_days: int


@dataclass(frozen=True)
class Feed:
    """One feed; its text is its place in the table of states and in caches."""

    kind: FeedKind
    key: str = ""

    def __str__(self) -> str:
        """«all», «unit:pmc», «event:quiz-7»."""
        return f"{self.kind.value}:{self.key}" if self.gathering.column else self.kind.value

    @classmethod
    def parse(cls, text: str) -> "Feed":
        """The feed of that text. ValueError for an unknown kind."""
        kind, _, key = text.partition(":")
        return cls(FeedKind(kind), key)

    @property
    def gathering(self) -> Gathering:
        """What its kind says of it."""
        return KINDS[self.kind]

    def title(self, named: str) -> str:
        """What the calendar is called on a phone; `named` is what its directory or its event says, «» for none."""
        name = ical.plain_name(named)
        if not name:
            return EVERYTHING
        return f"Маршрут: {name}" if self.gathering.windowed else name

    def shows(self, window: Window, date: Any) -> bool:
        """Whether it shows a publication it gathers, or any row with `SHOWN_BY`, on the window's day.

        An event's own feed goes by its tombstones alone. A date that waits for its new time stays for as long as it waits (calendar.md 6).
        """
        buried = date.ends_at <= tombstones_from(window)
        if not self.gathering.windowed:
            return not (buried and date.status is PublicationStatus.WITHDRAWN)
        first, end = bounds(window)
        if waits(date.status, postponing=date.postponing):
            return bool(date.starts_at < end)
        return first <= date.starts_at < end and not (buried and date.status is not PublicationStatus.CONFIRMED)


ALL = Feed(FeedKind.ALL)


def gathering(publication: Any) -> tuple[Feed, ...]:
    """The feeds that gather a publication, or any row with `COLUMNS`; a joint event's are those of each unit that holds it."""
    return tuple(Feed(kind, key) for kind, one in KINDS.items() for key in _keys(publication, one))


def _keys(publication: Any, gathered: Gathering) -> Iterator[str]:
    """Under what keys feeds of the kind gather it, each once."""
    own = getattr(publication, gathered.column) if gathered.column else ""
    further = getattr(publication, gathered.further).split() if gathered.further else ()
    yield from dict.fromkeys((own, *further))


def waits(status: PublicationStatus, *, postponing: bool) -> bool:
    """Whether the date is put off, or about to be moved, and its new time is not known yet (cases.md 36)."""
    return postponing or status is PublicationStatus.POSTPONED


def bounds(window: Window) -> tuple[datetime, datetime]:
    """The first moment and the end of a feed's window (UTC): starts within [first, end) are shown."""
    first, last = ical.window(window.day, window.past_days, window.ahead_days)
    return midnight(first), midnight(last + timedelta(days=1))


def tombstones_from(window: Window) -> datetime:
    """Entries off the programme that ended at or before this moment (UTC) are dropped on that day."""
    return midnight(window.day) - timedelta(days=window.cancelled_days)


def digest_with(digest: str, *, taken: list[bytes], put: list[bytes]) -> str:
    """The digest of a feed after entries left and came: a sum of hashes, so one change never needs the whole feed read."""
    total = int(digest, 16) - sum(map(_weight, taken)) + sum(map(_weight, put))
    return f"{total % _DIGEST_SPACE:064x}"


def _weight(vevent: bytes) -> int:
    return int.from_bytes(hashlib.sha256(vevent).digest())
