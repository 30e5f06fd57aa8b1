"""How people are called."""

import pytest

from presenters import people

pytestmark = pytest.mark.usefixtures("in_russian")


def test_short_name_keeps_the_initials_together():
    assert people.short_name("Ветрова Алина Игоревна") == "Ветрова\u00a0А.\u00a0И."
    assert people.short_name("Ким") == "Ким"
    assert people.short_name("") == ""


@pytest.mark.parametrize(
    ("typed", "said"),
    [("+79211234567", "+7\u00a0921\u00a0123-45-67"), ("8 (812) 1", "8 (812) 1"), ("+792112345678", "+792112345678"), ("", "")],
)
def test_phone_is_written_in_groups(typed: str, said: str):
    assert people.phone(typed) == said
