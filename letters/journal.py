"""Letters that keep the end of the journal outside of it (reliability.md I8)."""

from collections.abc import Sequence

from flask import current_app

from events.outbox.notice import Notice
from events.outbox.queries import Envelope
from events.people import queries as people
from events.reminders.vocabulary import JOURNAL_HEAD

JOURNAL_KINDS = frozenset({JOURNAL_HEAD})


def journal_notices(envelopes: Sequence[Envelope]) -> dict[int, tuple[Notice, str]]:
    """The place and the checksum of the last entry as they were, by message. Left out are those who are no administrators any more."""
    admins = people.administrators() if envelopes else {}
    url = f"{str(current_app.config['BASE_URL']).rstrip('/')}/administration/journal/check"
    told: dict[int, tuple[Notice, str]] = {}
    for one in envelopes:
        user = admins.get(one.recipient_id or 0)
        if user is not None:
            notice = Notice(one.kind, "", user.full_name, user.email, user.locale, count=one.params["seq"], digest=one.params["hash"])
            told[one.id] = (notice, url)
    return told
