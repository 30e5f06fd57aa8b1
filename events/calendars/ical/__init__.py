"""Calendars as bytes: one occurrence as a VEVENT, stored VEVENTs joined into a feed, and the tags by which clients ask again.

A VEVENT is rendered once, when it changes; a feed only joins what is stored, so that one poisoned event never takes a
feed down and one changed event leaves every other byte alone. Folding and escaping are the library's; its bytes are
never touched afterwards.
"""

from events.calendars.ical.description import MAX_DESCRIPTION
from events.calendars.ical.entry import (
    CANCELLED_PREFIX,
    POSTPONED_PREFIX,
    WITHDRAWN_TITLE,
    Entry,
    Unrenderable,
    render,
    visible,
)
from events.calendars.ical.joined import MAX_FEED_BYTES, PRODID, Fit, assemble, fits, single, window
from events.calendars.ical.tags import etag, matches
from events.calendars.ical.texts import plain_name

__all__ = [
    "CANCELLED_PREFIX",
    "MAX_DESCRIPTION",
    "MAX_FEED_BYTES",
    "POSTPONED_PREFIX",
    "PRODID",
    "WITHDRAWN_TITLE",
    "Entry",
    "Fit",
    "Unrenderable",
    "assemble",
    "etag",
    "fits",
    "matches",
    "plain_name",
    "render",
    "single",
    "visible",
    "window",
]
