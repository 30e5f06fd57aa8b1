"""Our base form and the fields every form is made of.

Typed text arrives cleaned (NFC, no controls, bidi or zero-width characters), numbers and dates are bounded, and nothing
a browser may send raises: what cannot be read becomes a sentence at its field (reliability.md T24, T25). Errors are
phrases; the page says them in the reader's language.
"""

from forms.fields.base import BaseForm, Part
from forms.fields.choices import ManyOfField, OneOfField, PickField, TickField, options
from forms.fields.listing import listed_error
from forms.fields.moments import EARLIEST, LATEST, ClockField, DayField, EndField, moment_of
from forms.fields.numbers import DecimalField, MoneyField, WholeField
from forms.fields.text import EmailField, LineField, PhoneField, SecretField, TextField

__all__ = [
    "EARLIEST",
    "LATEST",
    "BaseForm",
    "ClockField",
    "DayField",
    "DecimalField",
    "EmailField",
    "EndField",
    "LineField",
    "ManyOfField",
    "MoneyField",
    "OneOfField",
    "Part",
    "PhoneField",
    "PickField",
    "SecretField",
    "TextField",
    "TickField",
    "WholeField",
    "listed_error",
    "moment_of",
    "options",
]
