"""What the journal is asked for."""

import re
from typing import Any

from wtforms.validators import ValidationError

from events.foundation.text import N_
from forms.fields import DayField, LineField, Part, PickField, TickField, WholeField, options
from presenters.language import lazy_gettext as _
from presenters.phrases import say
from presenters.tables.journal import GROUPS, SUBJECTS, ActGroup

_CHECKSUM = re.compile(r"[0-9a-f]{64}")


def _is_checksum(_form: Any, field: Any) -> None:
    if field.data and not _CHECKSUM.fullmatch(field.data.lower()):
        raise ValidationError(N_("A checksum has 64 digits and letters from a to f. Please copy it whole."))


class JournalFilter(Part):
    """Out of the address. A value that is none is left aside, and said so at its field."""

    person = LineField(_("Whose acts, by name"), required=False)
    number = LineField(_("Number of a request"), required=False)
    kind = PickField(_("What it was done to"), required=False)
    group = PickField(_("Acts"), kind=ActGroup, required=False)
    security = TickField(_("Security events only"))
    since = DayField(_("From"), required=False)
    until = DayField(_("To"), required=False)

    def __init__(self, asked: Any) -> None:
        """`asked` is the query of the address."""
        super().__init__(formdata=asked)
        self.kind.choices = options(((kind, say(words)) for kind, words in SUBJECTS.items()), empty=str(_("anything")))
        self.group.choices = options(((group, say(words)) for group, words in GROUPS.items()), empty=str(_("all")))
        if self.validate() and self.since.data and self.until.data and self.until.data < self.since.data:
            self.until.errors = [N_("This day lies before the first one.")]

    @property
    def narrows(self) -> bool:
        """Whether anything is asked for."""
        return any(one.data or one.errors for one in self)


class CompareForm(Part):
    """The place and the checksum of an entry, as a letter or a file has them; out of the address."""

    seq = WholeField(
        _("Number of the entry"), required=N_("Please write the number of the entry from the letter."), least=1, most=2**31 - 1
    )
    digest = LineField(_("Checksum"), required=N_("Please write the checksum from the letter."), validators=[_is_checksum])

    def __init__(self, asked: Any) -> None:
        """`asked` is the query of the address, None where nothing is compared yet."""
        super().__init__(formdata=asked)
