"""How a field's error is said in the list of all errors of a form."""

from events.foundation.text import Phrase
from forms.fields.bounds import FILL_IN, OUTSIDE, TOO_LONG
from forms.fields.choices import NO_SUCH_CHOICE
from forms.fields.moments import ClockField, DayField
from forms.fields.numbers import DecimalField, MoneyField, WholeField
from forms.fields.read import ReadField
from forms.fields.text import NUMBER_ALONE
from presenters.phrases import inside_sentence, say

READ = (ReadField, DayField, ClockField, WholeField, DecimalField, MoneyField)
_SAID = (FILL_IN, TOO_LONG, OUTSIDE, NO_SUCH_CHOICE, NUMBER_ALONE, *(field.unreadable for field in READ))
FIT_ANY_FIELD = frozenset(one.msgid for one in _SAID)
"""Sentences that do not say what they are about; every other one does."""


def listed_error(label: str, error: Phrase | str) -> str:
    """«Возраст от: укажите целое число, например 120.», but «Выберите причину возврата.» as it stands: the label would be said twice."""
    sentence = say(error)
    fits_any = isinstance(error, Phrase) and error.msgid in FIT_ANY_FIELD
    return f"{label}: {inside_sentence(sentence)}" if fits_any else sentence
