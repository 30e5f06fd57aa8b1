"""Telephone numbers: one way to keep them, in whatever writing they come, for forms, files and pages alike. Pure."""

import re
import unicodedata

from events.foundation.text import N_, clean_line

NO_PHONE_IN_FILE = N_("a phone is a Russian number of ten digits, for example +7 812 123-45-67")

_WRITTEN = re.compile(r"[0-9\s()+./_\-\u2010-\u2015\u2212]+")
_BEFORE = re.compile(r"^(?:телефон|тел|моб|т)?[.:\s]*", re.IGNORECASE)
_KEPT = re.compile(r"\+7(?:[349][0-9]{2}|8[0-8][0-9]|7[0-9]{2})[0-9]{7}")
"""Codes of towns, of services (800) and of mobile networks of +7; none begins with 0, 1, 2, 5, 6 or 89 (Российский план нумерации)."""
_GROUPED = re.compile(r"\+7([0-9]{3})([0-9]{3})([0-9]{2})([0-9]{2})")


def kept(typed: str) -> str:
    """«+78121234567», as numbers are stored; what is no single Russian number stays as it was typed, for the rule to judge.

    Ten digits are a number in any writing, with +7, 7, 8 or nothing before them. An extension is refused with the rest: whoever dials
    the number as it is kept would reach somebody else.
    """
    line = clean_line(typed)
    written = _BEFORE.sub("", unicodedata.normalize("NFKC", line))
    digits = re.sub(r"[^0-9]", "", written) if _WRITTEN.fullmatch(written) else ""
    number = f"+7{digits[1:]}" if len(digits) == 11 and digits[0] in "78" else f"+7{digits}"
    abroad = "+" in written and len(digits) != 11
    return number if is_phone(number) and not abroad and (len(digits) == 11 or digits[0] != "7") else line


def is_phone(text: str) -> bool:
    """Whether it is a number as it is kept."""
    return _KEPT.fullmatch(text) is not None


def grouped(number: str) -> str:
    """«+7 921 123-45-67»: a number as it is kept, in groups; anything else as it is."""
    return _GROUPED.sub("+7\u00a0\\1\u00a0\\2-\\3-\\4", number) if is_phone(number) else number
