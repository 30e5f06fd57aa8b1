"""Rendering: what the domain has to tell, in words, as plain text and as simple HTML with the very same words.

Each kind has one template, `templates/mail/<kind>.txt`, with a subject, a body of paragraphs and the words of the one link. Values
are plain text on one line: no markup of theirs is read, no link of theirs is made (reliability.md T10). The link opens a page;
nothing is ever decided by opening it, since mail scanners open links too (T17).
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from flask import current_app
from flask_babel import force_locale, gettext
from jinja2 import Template

from events.foundation.text import clean_line, clean_text
from events.outbox.channels.email import Letter
from events.outbox.operations import Rendering
from events.outbox.queries import Envelope
from events.people import queries as people
from events.reminders import queries
from events.reminders.queries import Told
from events.reminders.vocabulary import Kind
from letters import words
from letters.accounts import password_link

BULLET = "– "
"""Begins a line of a paragraph that is a list."""
REVIEW_PAGES = frozenset({Kind.ASSIGNED, Kind.INFORMED, Kind.DUE_SOON, Kind.DUE})
"""Kinds for whoever holds the review; everyone else is led to the request."""
ACCOUNT_KINDS = frozenset({"invitation", "password_reset"})
"""Kinds about an account, queued by `people`."""


def renderings(envelopes: Sequence[Envelope], now: datetime) -> dict[int, Rendering[Letter]]:
    """How each message becomes a letter under its recipient's locale, by id; what it says is read here, once for all of them.

    Left out are those whose recipient has left or may not see the matter any more.
    """
    accounts = [one for one in envelopes if one.kind in ACCOUNT_KINDS]
    matters = queries.told([one for one in envelopes if one.kind not in ACCOUNT_KINDS])
    return _account_letters(accounts) | {key: partial(_matter_letter, told, now) for key, told in matters.items()}


def _matter_letter(told: Told, now: datetime) -> Letter:
    """A letter about a request."""
    with force_locale(told.locale):
        return _laid_out(told.kind, told.name, told.email, _address(told), _values(told, now))


def _account_letters(envelopes: Sequence[Envelope]) -> dict[int, Rendering[Letter]]:
    """Letters with a link to set a password. The link is made now: no token lies in the outbox."""
    users = people.active_users({one.subject_id for one in envelopes}) if envelopes else {}
    written = {one.id: (one.kind, users[one.subject_id]) for one in envelopes if one.subject_id in users}
    return {
        key: partial(_account_letter, kind, user.locale, user.full_name, user.email, password_link(user))
        for key, (kind, user) in written.items()
    }


def _account_letter(kind: str, locale: str, name: str, email: str, link: str) -> Letter:
    """A letter about an account."""
    with force_locale(locale):
        return _laid_out(kind, name, email, link, {"email": email})


def _laid_out(kind: str, name: str, email: str, url: str, values: dict[str, Any]) -> Letter:
    """The template's blocks, laid out twice."""
    template = current_app.jinja_env.get_template(f"mail/{kind}.txt")
    subject, body, action = (_block(template, block, values) for block in ("subject", "body", "action"))
    laid = {
        "language": words.language(),
        "subject": clean_line(subject),
        "greeting": gettext("Hello, %(name)s!", name=words.addressed(name)),
        "paragraphs": _paragraphs(body),
        "bullet": BULLET,
        "action": clean_line(action),
        "url": url,
        "footer": gettext("“Marshrut” sends this letter because it concerns your work. Replies are not read: please answer on the page."),
    }
    text, html = (current_app.jinja_env.get_template(f"mail/letter.{form}").render(laid) for form in ("txt", "html"))
    return Letter(str(laid["subject"]), text, html, address=email)


def _values(told: Told, now: datetime) -> dict[str, Any]:
    """What a template may name; every text is on one line."""
    return {
        "level": told.level,
        "title": words.title(told.title) or gettext("Untitled event"),
        "number": told.number,
        "lead_unit": clean_line(told.lead_unit),
        "unit": clean_line(told.unit),
        "amendment": told.amendment,
        "consult": told.consult,
        "confirming": told.confirming,
        "due": words.soon(told.due_at, now) if told.due_at else "",
        "due_full": words.full(told.due_at) if told.due_at else "",
        "starts": words.soon(told.starts_at, now) if told.starts_at else "",
        "starts_full": words.full(told.starts_at) if told.starts_at else "",
        "mark": told.mark,
        "reason": clean_line(told.reason),
        "remarks": [
            {"unit": clean_line(one.unit), "section": words.section(one.section.value), "text": clean_line(one.text)}
            for one in told.remarks
        ],
        "bullet": BULLET,
    }


def _block(template: Template, name: str, values: dict[str, Any]) -> str:
    """One block of a template."""
    return "".join(template.blocks[name](template.new_context(values)))


def _paragraphs(body: str) -> list[list[str]]:
    """The body's paragraphs as lines; blank lines part them."""
    parts = (part.strip() for part in clean_text(body).split("\n\n"))
    return [[words.nested(line.strip()) for line in part.split("\n") if line.strip()] for part in parts if part]


def _address(told: Told) -> str:
    """The page the letter leads to: absolute, from MARSHRUT_BASE_URL, never from a request's Host (T12)."""
    base = str(current_app.config["BASE_URL"]).rstrip("/")
    if told.review_id is not None and told.kind in REVIEW_PAGES:
        return f"{base}/reviews/{told.review_id}"
    return f"{base}/requests/{told.request_id}"
