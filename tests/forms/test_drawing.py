"""Controls are written as WTForms' own widgets write them, byte for byte."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import FieldList, FormField
from wtforms.widgets import Select
from wtforms.widgets.core import clean_key

from events.requests.fields import BudgetLine, Content, CoOrganizer
from events.requests.vocabulary import BudgetSource
from forms.fields import BaseForm, EmailField, LineField, PickField, SecretField, TickField
from forms.fields.drawing import Drawn, PickList
from forms.requests import Choices, RequestForm
from tests.fixtures.requests import an_occurrence, whole_content

pytestmark = pytest.mark.engines("sqlite")

NASTY = "«Мы» & <они>: \"там\" и 'тут'"
ATTRIBUTES: tuple[dict[str, Any], ...] = (
    {},
    {"class": "form-control", "rows": 4},
    {"class_": "form-select", "aria_describedby": "a-hint a-error", "data_counter": 150, "autocomplete": "tel"},
    {"id": "another", "value": NASTY, "hidden": True, "autofocus": False},
    {"title": Markup('&laquo;"&raquo;'), "placeholder": NASTY, "data_venue_facts": "", "required": False, "disabled": True},
)
CHOICES = Choices(
    directions=[("leisure", NASTY), ("sport", "Спорт")],
    event_types=[("quiz", "Квиз")],
    venues={"ПМЦ": [(1, "Зал"), (2, NASTY)], NASTY: [(3, "Двор")]},
    units=[(1, "ПМЦ"), (2, NASTY)],
    people=[(1, "Иванова"), (7, NASTY)],
)
STORED = whole_content(
    title=NASTY, description=f"{NASTY}\n{NASTY}", venue_id=3, occurrences=(an_occurrence(venue_id=2), an_occurrence()), minors=True,
    budget=(BudgetLine(NASTY, Decimal("12.50"), BudgetSource.SPONSOR),), co_organizers=(CoOrganizer(2, NASTY),),
)  # fmt: skip


class OtherKinds(BaseForm):
    """What the form of a request has not."""

    address = EmailField("Адрес")
    secret = SecretField("Пароль")
    must = LineField("Должно быть", render_kw={"class_": "own", "data_own": "1"})
    tick = TickField("Согласие", required=True)
    pick = PickField("Один из", choices=[], required=True)


def controls(form: Any) -> Iterator[Any]:
    """Every control of the form, of its rows and of its lists."""
    for field in form:
        if isinstance(field, FormField | FieldList):
            yield from controls(field)
        else:
            yield field
            if field.type in {"RadioField", "SelectMultipleField"}:
                yield from field


def by_wtforms(field: Any, given: dict[str, Any]) -> str:
    """What its widget says without us."""
    told = {clean_key(name): value for name, value in {**(field.render_kw or {}), **given}.items()}
    widget = Select() if isinstance(field.widget, PickList) else field.widget
    return str(widget(field, **told))


def drawn_alike(form: Any) -> int:
    found = list(controls(form))
    for field in found:
        for given in ATTRIBUTES:
            assert str(field(**given)) == by_wtforms(field, given), (field.name, given)
    return len(found)


@pytest.mark.parametrize("content", [STORED, Content()], ids=["full", "empty"])
def test_the_form_of_a_request(app: Flask, content: Content) -> None:
    with app.test_request_context("/"):
        form = RequestForm(content, {}, CHOICES)
        assert drawn_alike(form) > 75
        assert all(isinstance(field.meta, Drawn) for field in controls(form))


def test_what_was_typed_and_cannot_be_read(app: Flask) -> None:
    typed = {
        "title": NASTY,
        "expected": "сорок",
        "venue_id": "x",
        "direction": "nowhere",
        "format": "nowhere",
        "occurrences-0-day": "завтра",
    }
    with app.test_request_context("/", method="POST", data=typed):
        form = RequestForm(STORED, {}, CHOICES)
        form.validate()
        drawn_alike(form)


def test_other_kinds(app: Flask) -> None:
    with app.test_request_context("/"):
        assert drawn_alike(OtherKinds(data={"address": NASTY, "secret": NASTY, "must": NASTY, "tick": True})) == 7
        drawn_alike(OtherKinds(MultiDict({"secret": "тайна", "pick": ""})))


def test_a_choice_is_known_by_what_a_browser_sends(app: Flask) -> None:
    with app.test_request_context("/"):
        form = RequestForm(STORED, {}, CHOICES)
        assert str(form.venue_id()).count(" selected ") == 1
        assert '<option selected value="3">Двор</option></optgroup></select>' in str(form.venue_id())
