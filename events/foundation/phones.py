"""Telephone numbers: one way to keep them, in whatever writing they come, for forms, files and pages alike. Pure."""

import re

from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, is_valid_number, parse

from events.foundation.text import N_, clean_line

NO_PHONE_IN_FILE = N_("a phone is a Russian number of ten digits, for example +7 812 123-45-67")

_CALLED = re.compile(
    r"^(?:(?:тел(?:ефон)?|т|моб(?:ильный)?|сот(?:овый)?|раб(?:очий)?|tel|phone|mob(?:ile)?)(?![^\W\d_])[.:]*\s*)+", re.IGNORECASE
)
"""Words that only say that a number follows."""
RUSSIAN = 7
"""The country's code; Kazakhstan has the same, and its numbers are kept alike."""


def kept(typed: str) -> str:
    """«+78121234567», as numbers are stored; what is no single Russian number stays as it was typed, for the rule to judge.

    Ten digits are a number in any writing, with +7, 7, 8 or nothing before them, and «тел.» before that. An extension is refused with
    the rest: whoever dials the number as it is kept would reach somebody else. So are other words, since they would be lost: whose
    number it is, when to call; and letters for digits («8-812-FLOWERS»).
    """
    line = clean_line(typed)
    return _number(line) or line


def is_phone(text: str) -> bool:
    """Whether it is a number as it is kept."""
    return _number(text) == text


def _number(line: str) -> str | None:
    """The one Russian number that is written there, as it is kept."""
    digits = _CALLED.sub("", line)
    if any(char.isalpha() for char in digits):
        return None
    try:
        number = parse(digits, "RU")
    except NumberParseException:
        return None
    whole = number.country_code == RUSSIAN and number.extension is None and is_valid_number(number)
    return format_number(number, PhoneNumberFormat.E164) if whole else None


def grouped(number: str) -> str:
    """«+7 921 123-45-67»: a number as it is kept, in groups; anything else as it is."""
    if not is_phone(number):
        return number
    code, rest = number[2:5], number[5:]
    return f"+7\u00a0{code}\u00a0{rest[:3]}-{rest[3:5]}-{rest[5:]}"
