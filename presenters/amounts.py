"""Money and numbers, grouped as the reader's language groups."""

from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_decimal

from presenters.language import language


def money(amount: Decimal | int) -> str:
    """«45 000 ₽»; kopecks only where there are some."""
    pattern = "#,##0" if amount == int(amount) else "#,##0.00"
    return f"{format_decimal(amount, format=pattern, locale=language())}\u00a0₽"


def number(value: Decimal | int) -> str:
    """«1 200», «16,9»"""
    return _written(value, language())


@lru_cache(maxsize=1024, typed=True)
def _written(value: Decimal | int, reader: str) -> str:
    """The number as written; a list says the same few over and over."""
    return str(format_decimal(value, locale=reader))
