"""What a page does to a content by itself: usual answers, what is known of the venue, a date moved whole."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from events.requests.fields import Content, Occurrence


def with_defaults(content: Content, *, youngest: int, oldest: int, phone: str) -> Content:
    """What most requests of a district say: its young people, minors among them, reached at the institution's phone."""
    blank = content.age_from is None and content.age_to is None
    ages: dict[str, Any] = {"age_from": youngest, "age_to": oldest, "minors": True} if blank else {}
    return replace(content, **ages, responsible_phone=content.responsible_phone or phone)


def with_venue_facts(content: Content, *, outdoor: bool, accessibility: str) -> Content:
    """The content with what is known of its venue, where nothing else has been said."""
    return replace(content, outdoor=content.outdoor or outdoor, accessibility=content.accessibility or accessibility)


def moved(content: Content, key: str, minutes: int) -> Content:
    """The content with one date moved whole, set-up and clearing up included."""
    by = timedelta(minutes=minutes)
    return replace(content, occurrences=tuple(_moved(one, by) if one.key == key else one for one in content.occurrences))


def _moved(one: Occurrence, by: timedelta) -> Occurrence:
    moments = {name: getattr(one, name) for name in ("starts_at", "ends_at", "setup_from", "teardown_to")}
    return replace(one, **{name: moment + by for name, moment in moments.items() if moment})
