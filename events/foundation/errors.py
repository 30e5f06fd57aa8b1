"""Failures named for whom they concern; `views/errors.py` maps each to a page."""

from collections.abc import Mapping

from events.foundation.text import Phrase


class Refused(Exception):
    """The user can act: `phrase` says what to do; `fields` puts further sentences at the fields they belong to."""

    def __init__(self, phrase: Phrase, fields: Mapping[str, Phrase] | None = None) -> None:
        super().__init__(phrase.msgid)
        self.phrase = phrase
        self.fields = dict(fields or {})


class NotNow(Exception):
    """What this user may do at other times cannot be done as things stand: `phrase` says why and what to do; nothing was written."""

    def __init__(self, phrase: Phrase) -> None:
        super().__init__(phrase.msgid)
        self.phrase = phrase


class Conflict(NotNow):
    """Someone was faster: `phrase` says what has happened meanwhile."""


class NotYours(Exception):
    """What this user may never do, however things stand: `phrase` says who may. Only for what the user may see; else NotFound."""

    def __init__(self, phrase: Phrase) -> None:
        super().__init__(phrase.msgid)
        self.phrase = phrase


class NotFound(Exception):
    """There is no such thing for this user; whether it exists for others is not told."""
