"""A phone of ten digits in any writing is kept in one."""

import pytest

from events.foundation import phones


@pytest.mark.parametrize(
    "typed",
    [
        "+78121234567",
        "+7 812 123-45-67",
        "8 (812) 123-45-67",
        "8-812-123-45-67",
        "88121234567",
        "7 812 123 45 67",
        "8121234567",
        "812 123-45-67",
        "(812) 123-45-67",
        "(812)1234567",
        "812.123.45.67",
        "8/812/1234567",
        "тел. 8 812 123-45-67",
        "Тел.: (812) 123-45-67",
        "телефон 8 812 123-45-67",
        "т. 8 812 123-45-67",
        "тел88121234567",
        "раб. тел. 8 812 123-45-67",
        "tel:+7 812 123-45-67",
        "☎ 8 812 123-45-67",
        "8\u00a0812\u00a0123\u201145\u201367",
        "８ ８１２ １２３ ４５ ６７",
        "  8  812  1234567 ",
    ],
)
def test_ten_digits_are_understood_in_any_writing(typed: str):
    assert phones.kept(typed) == "+78121234567"
    assert phones.is_phone(phones.kept(typed))


@pytest.mark.parametrize(
    ("typed", "number"), [("9211234567", "+79211234567"), ("8005553535", "+78005553535"), ("+7 701 123 45 67", "+77011234567")]
)
def test_mobile_and_free_numbers_too(typed: str, number: str):
    assert phones.kept(typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "123-45-67",
        "812123456",
        "81212345678901",
        "8 921 123 45 6",  # a digit is missing
        "+7 921 123-45-6",
        "7 921 123-45-6",
        "+7 000 000-00-00",
        "+70000000000",
        "+71234567890",
        "80000000000",
        "+375 29 123-45-67",
        "+39 211 123 456",
        "8 812 123-45-67 доб. 12",
        "8 812 123-45-67, 8 921 765-43-21",
        "спросить Алину",
        "8-812-FLOWERS",  # letters of a keypad are no digits to us
        "8 812 ABC-DEFG",
        "Анна 8 812 123-45-67",  # whose number it is would be lost
        "8 812 123-45-67 Анна",
        "Анна, тел. 8 812 123-45-67",
        "О8121234567",
        "8 812 123-45-67 x",
        "+7812123456７８",
    ],
)
def test_what_is_no_single_number_stays_as_typed(typed: str):
    assert phones.kept(typed) == typed
    assert not phones.is_phone(phones.kept(typed))


def test_numbers_are_shown_in_groups_that_do_not_part():
    assert phones.grouped("+79211234567").replace("\u2060", "") == "+7\u00a0921\u00a0123-45-67"
    assert phones.grouped("8 (812) 1") == "8 (812) 1"
