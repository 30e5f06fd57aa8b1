"""A list of errors names each field once."""

import ast
from pathlib import Path

import pytest

from events.foundation.text import N_, Phrase
from forms.fields.listing import FIT_ANY_FIELD, listed_error
from forms.fields.numbers import WholeField

ROOT = Path(__file__).resolve().parents[2]
OF_THE_FORM = "The page had been open for too long. Please send it once more."


@pytest.mark.usefixtures("in_russian")
@pytest.mark.parametrize(
    ("label", "error", "said"),
    [
        ("Причина возврата", N_("Choose the reason of the return."), "Выберите причину возврата."),
        ("Возраст от", WholeField.unreadable, "Возраст от: укажите целое число, например 120."),
        ("Анонс", N_("Please shorten the text by %(n)s character.", "x", n=21), "Анонс: сократите текст на 21 знак."),
        ("Ссылка", "Не открывается.", "Не открывается."),
    ],
)
def test_a_label_stands_only_before_a_sentence_that_fits_any_field(label: str, error: Phrase | str, said: str):
    assert listed_error(label, error).replace("\u00a0", " ") == said


def test_every_sentence_of_the_fields_themselves_is_known_as_such():
    calls = [node for file in (ROOT / "forms" / "fields").glob("*.py") for node in ast.walk(ast.parse(file.read_text()))]
    said = {one.args[0].value for one in calls if isinstance(one, ast.Call) and getattr(one.func, "id", "") == "N_"}  # type: ignore[attr-defined]
    assert said - {OF_THE_FORM} == FIT_ANY_FIELD
