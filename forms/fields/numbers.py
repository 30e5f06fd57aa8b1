"""Numbers: whole ones, decimals, roubles."""

import re
from decimal import Decimal
from typing import Any

from events.foundation.text import N_
from forms.fields.read import ReadField

WHOLE_MAX = 2_000_000_000
"""Below 2³¹, the greatest whole number every column holds."""
MONEY_MAX = Decimal("999999999999.99")

WHOLE = re.compile(r"-?[0-9]{1,18}")
_DECIMAL = re.compile(r"-?[0-9]{1,18}([.,][0-9]{1,6})?")
_CURRENCY = re.compile(r"\s*(₽|руб\.?|р\.?)$", re.IGNORECASE)


class WholeField(ReadField):
    """A whole number; «1 200» is one too."""

    unreadable = N_("Please give a whole number, for example 120.")

    def __init__(self, label: Any = None, *, least: int = 0, most: int = WHOLE_MAX, **kwargs: Any) -> None:
        super().__init__(label, bounds=(least, most), **kwargs)

    def read(self, typed: str) -> int | None:
        """Digits with or without spaces between thousands."""
        digits = typed.replace(" ", "")
        return int(digits) if WHOLE.fullmatch(digits) else None


class DecimalField(ReadField):
    """A decimal number as typed in Russian: «6 000,50»; a point serves too. More than two decimals are refused, not rounded."""

    unreadable = N_("Please give a number, for example 6 000,50.")
    places = 2

    def __init__(self, label: Any = None, *, least: Decimal = Decimal(0), most: Decimal = MONEY_MAX, **kwargs: Any) -> None:
        super().__init__(label, bounds=(least, most), **kwargs)

    def read(self, typed: str) -> Decimal | None:
        """Spaces part thousands, a comma or a point parts the decimals; «6.000,50» is no number."""
        digits = typed.replace(" ", "")
        if not _DECIMAL.fullmatch(digits):
            return None
        value = Decimal(digits.replace(",", "."))
        return value if -int(value.as_tuple().exponent) <= self.places else None

    def show(self, value: Any) -> str:
        """With a comma, without needless noughts."""
        text = f"{value:f}".replace(".", ",")
        return text.rstrip("0").rstrip(",") if "," in text and text.endswith(",00") else text


class MoneyField(DecimalField):
    """An amount in roubles, to the kopeck; a typed «₽» or «руб.» is understood."""

    unreadable = N_("Please give an amount in roubles, for example 6 000,50.")

    def read(self, typed: str) -> Decimal | None:
        """The number without the currency's name."""
        return super().read(_CURRENCY.sub("", typed))
