"""The one line that looks through everything."""

from typing import Any

from events.foundation.search import search_form
from events.foundation.text import N_
from forms.fields import LineField, Part
from presenters.language import lazy_gettext as _

FEWEST, MOST = 2, 100
"""Characters a question has: one alone is in nearly every name, and nobody types a longer one by hand."""


class SearchForm(Part):
    """What is looked for, out of the address."""

    text = LineField(_("Number, title, name or address"), required=False, most=MOST)

    def __init__(self, asked: Any) -> None:
        """`asked` is the query of the address."""
        super().__init__(formdata=asked)
        if self.validate() and self.text.data and len(search_form(self.text.data)) < FEWEST:
            self.text.errors = [N_("Type at least two letters or digits.")]

    @property
    def question(self) -> str:
        """What can be looked for; empty where nothing was asked, or nothing that can be."""
        return "" if self.text.errors else str(self.text.data)
