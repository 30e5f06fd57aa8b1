"""Reading what is public: the programme and its events, and the bytes of feeds."""

from events.calendars.queries.feed_bytes import FEED_COLOR, FeedCache, StoredFeed, feed_rows, feed_version, known, single, stored
from events.calendars.queries.programme import (
    CARD,
    PAGE_SIZE,
    Programme,
    Wish,
    addresses,
    calendars,
    choices,
    count,
    event,
    nearest,
    out_of_date,
    programme,
    published_requests,
    slug_of,
)

__all__ = [
    "CARD",
    "FEED_COLOR",
    "PAGE_SIZE",
    "FeedCache",
    "Programme",
    "StoredFeed",
    "Wish",
    "addresses",
    "calendars",
    "choices",
    "count",
    "event",
    "feed_rows",
    "feed_version",
    "known",
    "nearest",
    "out_of_date",
    "programme",
    "published_requests",
    "single",
    "slug_of",
    "stored",
]
