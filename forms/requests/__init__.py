"""The form of a request: every field of Content on one page, in its sections, and the way there and back.

Nothing is required here: a draft keeps whatever is missing, and what a submission needs is told by `events.requests.rules`.
What is refused here could not be stored at all (a word where a number belongs); such a value stays typed, the rest is saved.
"""

from forms.requests.changes import moved, with_defaults, with_venue_facts
from forms.requests.form import Choices, Offer, RequestForm, form_of
from forms.requests.rows import ROW_FIELDS
from forms.requests.words import LABELS, SOURCES

__all__ = [
    "LABELS",
    "ROW_FIELDS",
    "SOURCES",
    "Choices",
    "Offer",
    "RequestForm",
    "form_of",
    "moved",
    "with_defaults",
    "with_venue_facts",
]
