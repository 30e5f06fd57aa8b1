"""Stored VEVENTs joined into a feed (RFC 5545, RFC 7986)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache

from icalendar import Calendar, Timezone, vDuration, vText

from events.calendars.ical.entry import ZONE_SINCE, Unrenderable, busy
from events.calendars.ical.texts import plain_name
from events.foundation.place import MOSCOW

PRODID = "-//Marshrut//Youth event calendar//RU"
REFRESH = timedelta(hours=1)
"""How often a client is asked to come again; most come less often."""
MAX_FEED_BYTES = 900_000
"""Google stops reading a feed near 1 MB."""
CROWDED = 0.8
"""The share of MAX_FEED_BYTES past which the administrator is told to split the feed."""
_ENVELOPE_ROOM = 4_000
"""Octets kept free for everything in a feed that is not a VEVENT: its name twice, its settings, its VTIMEZONE."""
_FEED_END = b"END:VCALENDAR\r\n"
_COLOR_NAME = re.compile(r"[a-z]{3,30}")


@dataclass(frozen=True)
class Fit:
    """What of a feed goes out: the events kept, how many far ones were cut, and whether the administrator is to be told."""

    kept: tuple[bytes, ...]
    dropped: int
    crowded: bool


def assemble(name: str, color: str, events: Iterable[bytes]) -> bytes:
    """The whole feed: its head, then the stored VEVENTs as they are and in the order given (start, then UID).

    `color` is a CSS3 colour name (RFC 7986, 5.9). Without events the feed is still a valid VCALENDAR, because RFC 5545
    (3.6) asks for one component and the VTIMEZONE is one. Raises Unrenderable for an empty name or another colour.
    """
    return b"".join((_head(name, color), *events, _FEED_END))


def single(event: bytes) -> bytes:
    """The file of one stored VEVENT. Nothing in it names a calendar, or desktop Outlook opens a new one (MS-OXCICAL; calendar.md 13)."""
    return b"".join((_closed(_bare()), busy(event), _FEED_END))


def fits(events: Iterable[bytes]) -> Fit:
    """Of VEVENTs in order of start, those that fit MAX_FEED_BYTES; the farthest future is cut first."""
    ordered = tuple(events)
    room, count = MAX_FEED_BYTES - _ENVELOPE_ROOM, 0
    for event in ordered:
        room -= len(event)
        if room < 0:
            break
        count += 1
    asked = _ENVELOPE_ROOM + sum(map(len, ordered))
    return Fit(ordered[:count], len(ordered) - count, asked > MAX_FEED_BYTES * CROWDED)


def window(now_day: date, past_days: int, ahead_days: int) -> tuple[date, date]:
    """The first and the last Moscow day a feed reaches, both inclusive (calendar.md rule 14)."""
    return now_day - timedelta(days=past_days), now_day + timedelta(days=ahead_days)


@lru_cache(maxsize=100)
def _head(name: str, color: str) -> bytes:
    """Everything of the feed that stands before the first VEVENT."""
    title = plain_name(name)
    if not title or not _COLOR_NAME.fullmatch(color):
        raise Unrenderable("a feed needs a name and a CSS3 colour name")
    calendar = _bare()
    calendar.add("name", vText(title))
    calendar.add("x-wr-calname", vText(title))
    calendar.add("x-wr-timezone", MOSCOW.key)
    calendar.add("refresh-interval", REFRESH, {"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    calendar.add("color", color)
    return _closed(calendar)


def _bare() -> Calendar:
    """What every file of ours begins with."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODID)
    calendar.add("calscale", "GREGORIAN")
    return calendar


def _closed(calendar: Calendar) -> bytes:
    """The head with its VTIMEZONE, ready for the first VEVENT."""
    calendar.add_component(_timezone())
    whole: bytes = calendar.to_ical()
    return whole.removesuffix(_FEED_END)


@cache
def _timezone() -> Timezone:
    """One prebuilt VTIMEZONE: the library's own choice has decades of RDATE lists that Outlook does not read."""
    zone = Timezone.from_tzid(MOSCOW.key, first_date=ZONE_SINCE)
    zone.pop("COMMENT", None)
    return zone
