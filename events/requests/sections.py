"""A content by its sections, what differs between two of them, and its hash."""

import hashlib
import json
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from events.requests.fields import FIELDS, BudgetLine, Content, CoOrganizer, Occurrence
from events.requests.vocabulary import Section

SECTION_FIELDS: dict[Section, tuple[str, ...]] = {
    section: tuple(name for name, one in FIELDS.items() if one.section is section) for section in Section
}
"""Which fields stand in which section, as the form reads from top to bottom."""

SECTION_OF: dict[str, Section] = {name: one.section for name, one in FIELDS.items()}

EMPTY = Content()


def changed_fields(before: Content, after: Content) -> tuple[str, ...]:
    """The names of the fields in which two revisions differ, in the order of the form."""
    return tuple(one.name for one in fields(Content) if getattr(before, one.name) != getattr(after, one.name))


def changed_sections(before: Content, after: Content) -> frozenset[str]:
    """The sections in which two revisions differ. An occurrence moved to another venue changes schedule and venue."""
    found = {SECTION_OF[name].value for name in changed_fields(before, after)}
    if [one.venue_id for one in before.occurrences] != [one.venue_id for one in after.occurrences]:
        found.add(Section.VENUE.value)
    return frozenset(found)


def digest(content: Content) -> str:
    """SHA-256 of the content in canonical JSON, in hex: what a frozen revision says, to be shown on the approval sheet."""
    plain = {one.name: _plain(getattr(content, one.name)) for one in fields(content)}
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """JSON values only; moments in ISO form, money as text with two decimals."""
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, Occurrence | BudgetLine | CoOrganizer):
        plain = {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
        return {name: one for name, one in plain.items() if name != "day" or one}  # younger than hashes that are stored
    if isinstance(value, date):
        return value.isoformat()
    return value
