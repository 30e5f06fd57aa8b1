"""Forms around a request: how it begins, how its list is narrowed, answers to remarks, the last word before submitting."""

from collections.abc import Iterable
from typing import Any

from wtforms import HiddenField

from events.approvals.vocabulary import RemarkState
from events.foundation.text import N_, Phrase
from events.requests.vocabulary import RequestStatus
from forms.fields import BaseForm, DayField, LineField, ManyOfField, OneOfField, Part, PickField, TextField, TickField, options
from presenters.language import lazy_gettext as _
from presenters.phrases import say
from presenters.tables.remarks import ANSWERS
from presenters.tables.statuses import STATUSES

YES_OR_NO = {"yes": RemarkState.ACCEPTED, "no": RemarkState.DECLINED}
"""What is sent by each answer."""


class StartForm(BaseForm):
    """A new request for one of the user's units: from a template, as a copy, or from nothing; the button pressed says which."""

    unit_id = PickField(_("On behalf of"), kind=int, required=N_("Choose the institution."))
    template = PickField(_("Template"), required=False)
    source = PickField(_("Earlier request"), kind=int, required=False)

    def __init__(self, units: Iterable[tuple[int, str]], templates: Iterable[str], sources: Iterable[int]) -> None:
        """The units, keys of templates and ids of earlier requests there are."""
        super().__init__()
        self.unit_id.choices = options(units)
        self.template.choices = options((key, key) for key in templates)
        self.source.choices = options((key, str(key)) for key in sources)


class ListFilter(Part):
    """What the list is asked for, out of the address. A value that is none is left aside."""

    text = LineField(_("Title, number or place"), required=False)
    status = ManyOfField(_("State"), kind=RequestStatus, required=False)
    unit = PickField(_("Institution"), kind=int, required=False)
    mine = TickField(_("Only mine"))
    mending = TickField(_("Waiting for their author’s hand"))
    ahead = TickField(_("Not begun yet"))
    overdue = TickField(_("A decision is overdue"))
    since = DayField(_("Begins on or after"), required=False)
    until = DayField(_("Begins on or before"), required=False)

    def __init__(self, asked: Any, units: Iterable[tuple[int, str]]) -> None:
        """`asked` is the query of the address."""
        super().__init__(formdata=asked)
        self.status.choices = options((status, say(words.word)) for status, words in STATUSES.items())
        self.unit.choices = options(units, empty=str(_("all institutions")))
        if self.validate() and self.since.data and self.until.data and self.until.data < self.since.data:
            self.until.errors = [N_("This day lies before the first one.")]

    @property
    def narrows(self) -> bool:
        """Whether anything besides words is asked for: then the filters stand open."""
        return any(one.data or one.errors for one in self if one is not self.text)


class RemarkForm(BaseForm):
    """The author's answer to one remark."""

    accepted = OneOfField(_("Your answer"), required=N_("Say whether the remark is taken into account."))
    text = TextField(_("Explanation"), required=False, most=2000)
    back = HiddenField()
    """Where the answer was written: «form», or empty for the request's page."""

    def __init__(self) -> None:
        super().__init__()
        words = {sent: ANSWERS[state] for sent, state in YES_OR_NO.items()}
        self.accepted.choices = options((sent, say(one.choice)) for sent, one in words.items() if one)


class SubmitForm(BaseForm):
    """The last step: the version that was looked at, and the word that it is true."""

    version = HiddenField()
    confirm = TickField(_("I confirm that what is entered is true"))

    @property
    def seen_version(self) -> int:
        """The version the page was built from; 0 if that cannot be read."""
        typed = self.version.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0

    def put(self, phrase: Phrase) -> None:
        """The sentence at the tick."""
        self.confirm.errors = [phrase]


class PlainForm(BaseForm):
    """A button and nothing else: copy, throw away."""
