"""What each kind of message says on whichever channel: its subject, its paragraphs and the words of its one link.

Each kind has one template, `templates/letters/<kind>.txt`, with these three blocks. Values are plain text on one line: no markup of
theirs is read, no link of theirs is made (reliability.md T10). The link opens a page; nothing is ever decided by opening it, since
mail scanners open links too (T17).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext
from jinja2 import Template

from events.foundation.text import clean_line, clean_text
from events.outbox.notice import Notice
from letters import words

BULLET = "– "
"""Begins a line of a paragraph that is a list."""


@dataclass(frozen=True)
class Said:
    """A notice in the language of its recipient, not laid out yet."""

    language: str
    subject: str
    greeting: str
    paragraphs: list[list[str]]
    """The lines of each."""
    action: str
    """The words of the link."""


def said(notice: Notice, now: datetime) -> Said:
    """The blocks of the kind's template, under the locale that is in force."""
    template, values = current_app.jinja_env.get_template(f"letters/{notice.kind}.txt"), _values(notice, now)
    subject, body, action = (_block(template, block, values) for block in ("subject", "body", "action"))
    return Said(
        words.language(),
        clean_line(subject),
        gettext("Hello, %(name)s!", name=words.addressed(notice.name)),
        _paragraphs(body),
        clean_line(action),
    )


def _values(notice: Notice, now: datetime) -> dict[str, Any]:
    """What a template may name; every text is on one line."""
    return {
        "account": notice.account,
        "level": notice.level,
        "title": words.title(notice.title) or gettext("Untitled event"),
        "number": notice.number,
        "lead_unit": clean_line(notice.lead_unit),
        "unit": clean_line(notice.unit),
        "amendment": notice.amendment,
        "consult": notice.consult,
        "confirming": notice.confirming,
        "due": words.soon(notice.due_at, now) if notice.due_at else "",
        "due_full": words.full(notice.due_at) if notice.due_at else "",
        "starts": words.soon(notice.starts_at, now) if notice.starts_at else "",
        "starts_full": words.full(notice.starts_at) if notice.starts_at else "",
        "mark": notice.mark,
        "count": notice.count,
        "reason": clean_line(notice.reason),
        "remarks": [
            {"unit": clean_line(one.unit), "section": words.section(one.section), "text": clean_line(one.text)} for one in notice.remarks
        ],
        "bullet": BULLET,
    }


def _block(template: Template, name: str, values: dict[str, Any]) -> str:
    return "".join(template.blocks[name](template.new_context(values)))


def _paragraphs(body: str) -> list[list[str]]:
    """The body's paragraphs as lines; blank lines part them."""
    parts = (part.strip() for part in clean_text(body).split("\n\n"))
    return [[words.nested(line.strip()) for line in part.split("\n") if line.strip()] for part in parts if part]
