"""Fields read what people type and never raise, whatever is sent."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from wtforms import FieldList, FormField

from events.foundation.errors import Refused
from events.foundation.text import N_
from forms.fields import (
    BaseForm,
    ClockField,
    DayField,
    DecimalField,
    EmailField,
    EndField,
    LineField,
    ManyOfField,
    MoneyField,
    OneOfField,
    Part,
    PickField,
    TextField,
    TickField,
    WholeField,
    moment_of,
    options,
)


class Kind(StrEnum):
    ONE = "one"
    TWO = "two"


class Row(Part):
    what = LineField("what", required=False)


class Everything(BaseForm):
    line = LineField("line", required=False, most=20)
    text = TextField("text", required=False, most=20)
    whole = WholeField("whole", required=False, least=1, most=1000)
    number = DecimalField("number", required=False)
    money = MoneyField("money", required=False)
    day = DayField("day", required=False)
    clock = ClockField("clock", required=False)
    end = EndField("end", required=False)
    email = EmailField("email", required=False)
    pick = PickField("pick", kind=Kind, required=False)
    one = OneOfField("one", kind=int, required=False)
    many = ManyOfField("many", kind=int, required=False)
    tick = TickField("tick")
    rows = FieldList(FormField(Row), max_entries=3)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.pick.choices = options([(Kind.ONE, "Один"), (Kind.TWO, "Два")], empty="—")
        self.one.choices = self.many.choices = options([(1, "раз"), (2, "два")])


class Demanding(BaseForm):
    line = LineField("line")
    whole = WholeField("whole")
    tick = TickField("tick", required=N_("Please agree."))


FIELDS = ["line", "text", "whole", "number", "money", "day", "clock", "email", "pick", "one", "many", "tick"]


@pytest.fixture
def flask_app():
    app = Flask(__name__)
    app.config.update(SECRET_KEY="x" * 32, WTF_CSRF_ENABLED=False)
    return app


def sent(app: Flask, data: Any, form: type[BaseForm] = Everything, **options: Any):
    with app.test_request_context("/", method="POST", data=data, **options):
        filled = form()
        filled.validate()
        return filled


@pytest.mark.parametrize("name", ["whole", "number", "money", "day", "clock"])
def test_what_cannot_be_read_is_shown_again_without_controls(flask_app: Flask, name: str):
    form = sent(flask_app, {name: "зав\x00тра\x1b"})
    assert form[name].errors
    assert form[name]._value() == "зав тра"


@pytest.mark.parametrize(
    ("name", "typed", "read"),
    [
        ("line", "  Квиз\u00a0\x00 «Нева»\u202e", "Квиз «Нева»"),
        ("text", "раз\r\nдва\x07", "раз\nдва"),
        ("whole", "1 000", 1000),
        ("number", "6\u00a0000,5", Decimal("6000.5")),
        ("number", "0.25", Decimal("0.25")),
        ("money", "6 000,50 ₽", Decimal("6000.50")),
        ("money", "6000 руб.", Decimal(6000)),
        ("day", "2026-06-27", date(2026, 6, 27)),
        ("day", "27.06.2026", date(2026, 6, 27)),
        ("clock", "18:00", time(18)),
        ("clock", "9.30", time(9, 30)),
        ("clock", "18", time(18)),
        ("end", "18", time(18)),
        ("end", "24:00", time(0)),
        ("end", "24.00", time(0)),
        ("end", "24", time(0)),
        ("end", "24:00:00", time(0)),
        ("email", " A.B@X.Example ", "a.b@x.example"),
        ("pick", "two", Kind.TWO),
        ("pick", "", None),
        ("one", "2", 2),
        ("many", ["1", "2"], [1, 2]),
        ("tick", "y", True),
    ],
)
def test_field_reads_what_is_typed(flask_app: Flask, name: str, typed: Any, read: Any):
    form = sent(flask_app, {name: typed})
    assert (form[name].data, form.errors) == (read, {})


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("line", "х" * 21),
        ("text", "х" * 21),
        ("whole", "0"),
        ("whole", "1001"),
        ("whole", "9" * 5000),
        ("whole", "1.5"),
        ("whole", "١٢"),
        ("whole", "NaN"),
        ("number", "6.000,50"),
        ("number", "1e9"),
        ("number", "Infinity"),
        ("money", "1,234"),
        ("money", "-1"),
        ("money", "9999999999999"),
        ("day", "31.02.2026"),
        ("day", "1999-12-31"),
        ("day", "2101-01-01"),
        ("day", "завтра"),
        ("clock", "24:00"),
        ("end", "24:30"),
        ("end", "25:00"),
        ("clock", "18:60"),
        ("email", "a@b.ru, c@d.ru"),
        ("email", "a@b"),
        ("email", "ivanov@mail..ru"),
        ("email", "ivаnov@demo.example"),
        ("email", "иван@почта.рф"),
        ("email", "a@-b.ru"),
        ("pick", "three"),
        ("one", "3"),
        ("one", "abc"),
        ("many", ["1", "3"]),
        ("many", ["x"]),
    ],
)
def test_field_refuses_and_keeps_what_was_typed(flask_app: Flask, name: str, typed: Any):
    form = sent(flask_app, {name: typed})
    assert list(form.errors) == [name]
    assert len(form[name].errors) == 1
    assert form.answer_status == 422
    if hasattr(form[name], "_value") and name in {"whole", "number", "money"}:
        assert form[name]._value() == typed


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("rubbish", ["\x00", "\ud800", "🙂" * 100, "-", "9" * 400, "{}", "[]", "\u200b"])
def test_no_text_raises(flask_app: Flask, name: str, rubbish: str):
    sent(flask_app, {name: rubbish.encode("utf-8", "surrogatepass")})


@pytest.mark.parametrize("name", FIELDS)
def test_a_file_instead_of_text_is_not_there(flask_app: Flask, name: str):
    form = sent(flask_app, {name: (BytesIO(b"x"), "a.txt")})
    assert form.errors == {}
    assert not form[name].data


@pytest.mark.parametrize("body", [b"[1]", b"7", b'{"line": {"a": 1}}', b"{"])
def test_json_is_not_read(flask_app: Flask, body: bytes):
    form = sent(flask_app, body, content_type="application/json")
    assert form.line.data == ""


def test_unknown_fields_have_no_effect(flask_app: Flask):
    form = sent(flask_app, {"line": "а", "role": "admin", "id": "7"})
    assert (form.errors, {"role", "id"} & set(form.data)) == ({}, set())


def test_required_says_one_sentence_and_takes_zero(flask_app: Flask):
    form = sent(flask_app, {"line": "\u200b ", "whole": ""}, Demanding)
    assert {name: [error.msgid for error in errors] for name, errors in form.errors.items()} == {
        "line": ["Please fill in this field."],
        "whole": ["Please fill in this field."],
        "tick": ["Please agree."],
    }
    assert sent(flask_app, {"line": "а", "whole": "0", "tick": "y"}, Demanding).errors == {}


def test_nonce_is_fresh_for_each_form_and_kept_when_shown_again(flask_app: Flask):
    with flask_app.test_request_context("/"):
        first, second = Everything().nonce.data, Everything().nonce.data
    assert first != second
    assert len(first) >= 22
    assert sent(flask_app, {"nonce": first, "whole": "x"}).nonce.data == first


def test_refusals_stand_at_their_fields(flask_app: Flask):
    taken, general = N_("Taken."), N_("Cannot be saved.")
    with flask_app.test_request_context("/", method="POST", data={"rows-0-what": "стол"}):
        form = Everything()
        assert form.put_refusals(Refused(taken, {"line": taken})) is None
        assert form.put_refusals(Refused(general, {"rows-0-what": taken, "unknown": taken})) == general
        assert (form.line.errors, form.rows[0].what.errors) == ([taken], [taken])
        assert form.put_refusals(Refused(general, {"day": taken}), say=lambda phrase: phrase.msgid.upper()) == general
        assert form.day.errors == ["TAKEN."]


def test_stored_values_are_shown_as_the_controls_want_them(flask_app: Flask):
    with flask_app.test_request_context("/"):
        form = Everything(data={"money": Decimal("6000.50"), "number": Decimal("5.00"), "day": date(2026, 6, 27), "clock": time(9, 5)})
        assert [form[name]._value() for name in ("money", "number", "day", "clock")] == ["6000,50", "5", "2026-06-27", "09:05"]


def test_day_and_clock_make_a_moscow_moment():
    assert moment_of(date(2026, 6, 27), time(18)) == datetime(2026, 6, 27, 15, tzinfo=UTC)
    assert moment_of(None, time(18)) is None
    assert moment_of(date(2026, 6, 27), None) is None
