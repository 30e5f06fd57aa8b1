"""What each kind of message says on whichever channel: its subject, its paragraphs and the words of its one link.

Each kind has one template, `templates/letters/<kind>.txt`, with these three blocks. Values are plain text on one line: no markup of
theirs is read, no link of theirs is made (reliability.md T10). The link opens a page; nothing is ever decided by opening it, since
mail scanners open links too (T17).
"""

from dataclasses import dataclass
from datetime import datetime
from textwrap import shorten

from jinja2 import Template

from events.foundation.text import clean_line, clean_text
from events.outbox.notice import Notice
from events.reminders.vocabulary import HEAD, LAST_HOUR
from events.requests.fields import SECTION_TITLES
from events.requests.vocabulary import OccurrenceMark, Section
from letters.templates import letter_template
from presenters.language import gettext, language
from presenters.moments import closing_day_time, letter_closing, letter_moment, short_day_time
from presenters.people import addressed
from presenters.phrases import nested, say

BULLET = "– "
"""Begins a line of a paragraph that is a list."""
LONGEST_TITLE = 120
"""Characters of an event's title, so that a subject stays readable."""


@dataclass(frozen=True, slots=True)
class Said:
    """A notice in the language of its recipient, not laid out yet."""

    language: str
    subject: str
    greeting: str
    paragraphs: tuple[tuple[str, ...], ...]
    """The lines of each."""
    action: str
    """The words of the link."""


@dataclass(frozen=True, slots=True)
class ToldRemark:
    """A remark with its unit and the name of its section."""

    unit: str
    section: str
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a kind's template may name. Every text is on one line; a moment or a text that the matter has not is empty."""

    account: str
    title: str
    number: str
    lead_unit: str
    unit: str
    amendment: bool
    consult: bool
    confirming: bool
    due: str
    """«вт 18:00»"""
    due_full: str
    """«вт, 24 ноября, 18:00»"""
    starts: str
    starts_full: str
    put_off: bool
    last_hour: bool
    to_head: bool
    count: int
    reason: str
    digest: str
    """Of a letter about the journal, the checksum of its last entry."""
    remarks: tuple[ToldRemark, ...]


def said(notice: Notice, now: datetime) -> Said:
    """The blocks of the kind's template, under the locale that is in force."""
    template, values = letter_template(f"{notice.kind}.txt"), told(notice, now)
    subject, body, action = (_block(template, block, values) for block in ("subject", "body", "action"))
    return Said(
        language(),
        clean_line(subject),
        gettext("Hello, %(name)s!", name=addressed(notice.name)),
        _paragraphs(body),
        clean_line(action),
    )


def told(notice: Notice, now: datetime) -> Told:
    """The notice in words, under the locale that is in force."""
    return Told(
        account=notice.account,
        title=_short_title(notice.title) or gettext("Untitled event"),
        number=notice.number,
        lead_unit=clean_line(say(notice.lead_unit)),
        unit=clean_line(say(notice.unit)),
        amendment=notice.amendment,
        consult=notice.consult,
        confirming=notice.confirming,
        due=letter_closing(notice.due_at, now) if notice.due_at else "",
        due_full=closing_day_time(notice.due_at) if notice.due_at else "",
        starts=letter_moment(notice.starts_at, now) if notice.starts_at else "",
        starts_full=short_day_time(notice.starts_at) if notice.starts_at else "",
        put_off=notice.mark == OccurrenceMark.POSTPONED,
        last_hour=notice.level == LAST_HOUR,
        to_head=notice.level == HEAD,
        count=notice.count,
        reason=clean_line(notice.reason),
        digest=clean_line(notice.digest),
        remarks=tuple(
            ToldRemark(clean_line(say(one.unit)), say(SECTION_TITLES[Section(one.section)]), clean_line(one.text)) for one in notice.remarks
        ),
    )


def _short_title(text: str) -> str:
    line = clean_line(text)
    return line if len(line) <= LONGEST_TITLE else shorten(line, LONGEST_TITLE, placeholder="…")


def _block(template: Template, name: str, values: Told) -> str:
    return "".join(template.blocks[name](template.new_context({"told": values, "bullet": BULLET})))


def _paragraphs(body: str) -> tuple[tuple[str, ...], ...]:
    """The body's paragraphs as lines; blank lines part them."""
    parts = (part.strip() for part in clean_text(body).split("\n\n"))
    return tuple(tuple(nested(line.strip()) for line in part.split("\n") if line.strip()) for part in parts if part)
