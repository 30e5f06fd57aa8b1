"""Rendering: what the domain has to tell, in the recipient's language and in the form of the message's channel."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from flask import current_app
from flask_babel import force_locale

from events.outbox.notice import Notice
from events.outbox.operations import Rendering
from events.outbox.queries import Envelope
from events.outbox.vocabulary import ChannelKind
from events.reminders import queries
from events.reminders.vocabulary import Kind
from letters.accounts import ACCOUNT_KINDS, account_notices
from letters.channels import CHANNELS
from letters.journal import JOURNAL_KINDS, journal_notices

REVIEW_PAGES = frozenset({Kind.ASSIGNED, Kind.INFORMED, Kind.DUE_SOON, Kind.DUE})
"""Kinds for whoever holds the review; everyone else is led to the request."""


def renderings(envelopes: Sequence[Envelope], now: datetime) -> dict[int, Rendering[Any]]:
    """How each message is worded under its recipient's locale, by id; what it says is read here, once for all of them.

    Left out are those whose recipient has left or may not see the matter any more.
    """
    matters = queries.notices([one for one in envelopes if one.kind not in ACCOUNT_KINDS | JOURNAL_KINDS])
    linked = {key: (notice, page(notice)) for key, notice in matters.items()}
    linked |= account_notices([one for one in envelopes if one.kind in ACCOUNT_KINDS])
    linked |= journal_notices([one for one in envelopes if one.kind in JOURNAL_KINDS])
    return {one.id: partial(_worded, one.channel, *linked[one.id], now) for one in envelopes if one.id in linked}


def page(notice: Notice) -> str:
    """The page the message leads to: absolute, from MARSHRUT_BASE_URL, never from a request's Host (T12)."""
    base = str(current_app.config["BASE_URL"]).rstrip("/")
    if notice.review_id is not None and notice.kind in REVIEW_PAGES:
        return f"{base}/reviews/{notice.review_id}"
    return f"{base}/requests/{notice.request_id}"


def _worded(channel: ChannelKind, notice: Notice, url: str, now: datetime) -> Any:
    """The notice in its recipient's language, as the channel says it."""
    with force_locale(notice.locale):
        return CHANNELS[channel].word(notice, url, now)
