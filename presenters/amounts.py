"""Money and numbers, grouped as the reader's language groups."""

from decimal import Decimal

from babel.numbers import format_decimal

from presenters.language import language


def money(amount: Decimal | int) -> str:
    """«45 000 ₽»; kopecks only where there are some."""
    pattern = "#,##0" if amount == int(amount) else "#,##0.00"
    return f"{format_decimal(amount, format=pattern, locale=language())}\u00a0₽"


def number(value: Decimal | int) -> str:
    """«1 200», «16,9»"""
    return str(format_decimal(value, locale=language()))
