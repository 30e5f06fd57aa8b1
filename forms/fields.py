"""Our base form and the fields every form is made of.

Typed text arrives cleaned (NFC, no controls, bidi or zero-width characters), numbers and dates are bounded, and nothing
a browser may send raises: what cannot be read becomes a sentence at its field (reliability.md T24, T25). Errors are
phrases; the page says them in the reader's language.
"""

import re
import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from flask_wtf.csrf import _FlaskFormCSRF
from flask_wtf.file import FileField
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, FieldList, Form, FormField, HiddenField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, DateInput, EmailInput, ListWidget, PasswordInput, TelInput, TextArea, TextInput, TimeInput

from events.foundation.errors import Refused
from events.foundation.place import at_local
from events.foundation.text import N_, Phrase, clean_line, clean_text

Kind = type[Any]

LINE_MAX = 200
TEXT_MAX = 5000
WHOLE_MAX = 2_000_000_000
"""Below 2³¹, the greatest whole number every column holds."""
MONEY_MAX = Decimal("999999999999.99")
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)

_WHOLE = re.compile(r"-?[0-9]{1,18}")
_DECIMAL = re.compile(r"-?[0-9]{1,18}([.,][0-9]{1,6})?")
_RUSSIAN_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_CLOCK = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?(?::[0-9]{2})?")
_CURRENCY = re.compile(r"\s*(₽|руб\.?|р\.?)$", re.IGNORECASE)


class _Token(_FlaskFormCSRF):  # type: ignore[misc]  # flask_wtf is untyped
    """Flask-WTF's token, refused in our words."""

    def validate_csrf_token(self, form: Any, field: Any) -> None:
        """Say what to do instead of naming tokens."""
        try:
            super().validate_csrf_token(form, field)
        except ValidationError as error:
            raise ValidationError(N_("The page had been open for too long. Please send it once more.")) from error


class BaseForm(FlaskForm):  # type: ignore[misc]  # flask_wtf is untyped
    """Every form of the house. `nonce` names one rendered form, so that sending it twice has one effect (I16).

    A view shows a refused form again under status 400 or 422, never 200: the edge then forgets the receipt.
    """

    nonce = HiddenField(default=lambda: secrets.token_urlsafe(16))

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # flask_wtf is untyped
        """What is read from the request: the form, and uploads of file fields only; JSON never."""

        csrf_class = _Token

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """The posted fields as strings; a file sent under the name of a text field is not there at all."""
            if formdata is None or isinstance(formdata, MultiDict):
                return formdata
            if request.method not in {"POST", "PUT", "PATCH", "DELETE"}:
                return None
            posted: MultiDict[str, Any] = MultiDict(request.form)
            for name, field in form._fields.items():
                if isinstance(field, FileField):
                    posted.setlist(name, request.files.getlist(name))
            return posted

    @property
    def answer_status(self) -> int:
        """The status under which the form is shown: 422 when it was refused."""
        return 422 if self.errors else 200

    def put_refusals(self, refused: Refused, say: Callable[[Phrase], str] | None = None) -> Phrase | None:
        """Put an operation's refusals at their fields. Returns the sentence for the top of the page, None if a field has it.

        Phrases are kept as they are, for the page says them; with `say` they are turned into text here.
        """
        placed = False
        by_name = {field.name: field for field in _walk(self)}
        for name, phrase in refused.fields.items():
            if field := by_name.get(name):
                field.errors = [*field.errors, say(phrase) if say else phrase]
                placed = placed or phrase == refused.phrase
        return None if placed else refused.phrase


class Part(Form):  # type: ignore[misc]  # wtforms is untyped
    """A group of fields inside a form, for FormField and FieldList: no token and no nonce of its own."""


def _walk(form: Any) -> Iterator[Any]:
    """The fields of a form and of the groups and lists in it."""
    for field in form:
        yield field
        if isinstance(field, FormField | FieldList):
            yield from _walk(field)


class Required:
    """Something must be there: text, a number, a choice. Zero is something."""

    field_flags = {"required": True}  # noqa: RUF012 -- WTForms' own protocol

    def __init__(self, message: Phrase | None = None) -> None:
        self.message = message or N_("Please fill in this field.")

    def __call__(self, form: Any, field: Any) -> None:
        """Stop at an empty field; a value that could not be read has its own sentence already."""
        if field.data is False or field.data is None or field.data in ("", []):
            raise StopValidation("" if field.process_errors else self.message)


class AtMost:
    """No more than so many characters, counted after cleaning."""

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse longer text, saying how much is too much."""
        over = len(field.data or "") - self.limit
        if over > 0:
            raise ValidationError(N_("Please shorten the text by %(n)s character.", "Please shorten the text by %(n)s characters.", n=over))


class Between:
    """Not below `least`, not above `most`; works for numbers and dates."""

    def __init__(self, least: Any, most: Any) -> None:
        self.least, self.most = least, most

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse what lies outside."""
        if field.data is not None and not self.least <= field.data <= self.most:
            raise StopValidation(N_("Please give a value from %(least)s to %(most)s.", least=self.least, most=self.most))


def _validators(required: bool | Phrase, own: Sequence[Any], further: Iterable[Any]) -> list[Any]:
    """Required or optional first, then the field's own bounds, then the form's."""
    if isinstance(required, Phrase):
        return [Required(required), *own, *further]
    return [Required() if required else Optional(), *own, *further]


class _TypedText(StringField):  # type: ignore[misc]  # wtforms is untyped
    """Text through a filter; always a string."""

    clean: Callable[[str], str] = staticmethod(clean_line)
    longest = LINE_MAX

    def __init__(
        self, label: Any = None, *, required: bool | Phrase = True, most: int | None = None, validators: Iterable[Any] = (), **kwargs: Any
    ) -> None:
        limit = most or self.longest
        super().__init__(label, _validators(required, [AtMost(limit)], validators), filters=[self._cleaned], **kwargs)
        self.limit = limit

    def _cleaned(self, text: str | None) -> str:
        """What was typed without what cannot be seen."""
        return type(self).clean(text or "")


class LineField(_TypedText):
    """One line of text."""

    widget = TextInput()


class TextField(_TypedText):
    """Several lines of text."""

    widget = TextArea()
    clean = staticmethod(clean_text)
    longest = TEXT_MAX


class EmailField(_TypedText):
    """An e-mail address, in lower case; whether it can be delivered to is told by the letter that arrives."""

    widget = EmailInput()
    longest = 254

    def __init__(self, label: Any = None, *, validators: Iterable[Any] = (), **kwargs: Any) -> None:
        super().__init__(label, validators=[_looks_like_address, *validators], **kwargs)

    def _cleaned(self, text: str | None) -> str:
        """Without spaces, in lower case: addresses are compared so."""
        return clean_line(text or "").replace(" ", "").lower()


class PhoneField(_TypedText):
    """A telephone number as typed; its shape is a rule of the matter."""

    widget = TelInput()
    longest = 40


class SecretField(StringField):  # type: ignore[misc]  # wtforms is untyped
    """A password: never cleaned, never shown again."""

    widget = PasswordInput(hide_value=True)

    def __init__(
        self, label: Any = None, *, required: bool | Phrase = True, most: int = 1000, validators: Iterable[Any] = (), **kwargs: Any
    ) -> None:
        super().__init__(label, _validators(required, [AtMost(most)], validators), **kwargs)


class _Read(Field, ABC):  # type: ignore[misc]  # wtforms is untyped
    """A value read from text by `read`; what was typed stays in the field when it cannot be read."""

    widget = TextInput()
    unreadable: Phrase = N_("Please check this value.")

    def __init__(
        self,
        label: Any = None,
        *,
        required: bool | Phrase = True,
        bounds: tuple[Any, Any] | None = None,
        validators: Iterable[Any] = (),
        **kwargs: Any,
    ) -> None:
        own = [Between(*bounds)] if bounds else []
        super().__init__(label, _validators(required, own, validators), **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the first value; an empty one is None."""
        typed = clean_line(valuelist[0]) if valuelist else ""
        self.data = None
        if typed:
            self.data = self.read(typed)
            if self.data is None:
                raise ValidationError(self.unreadable)

    @abstractmethod
    def read(self, typed: str) -> Any:
        """The value, or None when the text is not one."""

    def show(self, value: Any) -> str:
        """The value as the control wants it."""
        return str(value)

    def pre_validate(self, form: Any) -> None:
        """A value that could not be read is not also «missing»."""
        if self.process_errors:
            raise StopValidation

    def _value(self) -> str:
        """What stands in the control."""
        if self.data is not None:
            return self.show(self.data)
        return clean_line(str(self.raw_data[0])) if self.raw_data else ""


class WholeField(_Read):
    """A whole number; «1 200» is one too."""

    unreadable = N_("Please give a whole number, for example 120.")

    def __init__(self, label: Any = None, *, least: int = 0, most: int = WHOLE_MAX, **kwargs: Any) -> None:
        super().__init__(label, bounds=(least, most), **kwargs)

    def read(self, typed: str) -> int | None:
        """Digits with or without spaces between thousands."""
        digits = typed.replace(" ", "")
        return int(digits) if _WHOLE.fullmatch(digits) else None


class DecimalField(_Read):
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


class DayField(_Read):
    """A calendar day: the browser's «2026-06-27» or a typed «27.06.2026»."""

    widget = DateInput()
    unreadable = N_("Please give a date, for example 27.06.2026.")

    def __init__(self, label: Any = None, *, earliest: date = EARLIEST, latest: date = LATEST, **kwargs: Any) -> None:
        super().__init__(label, bounds=(earliest, latest), **kwargs)

    def read(self, typed: str) -> date | None:
        """The day, or None when there is no such day."""
        if match := _ISO_DAY.fullmatch(typed):
            year, month, day = match.groups()
        elif match := _RUSSIAN_DAY.fullmatch(typed):
            day, month, year = match.groups()
        else:
            return None
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            return None

    def show(self, value: Any) -> str:
        """ISO, as a date control wants it."""
        return str(value.isoformat())


class ClockField(_Read):
    """A time of the office's clock: «18:00», «18.00» or «18»."""

    widget = TimeInput()
    unreadable = N_("Please give a time, for example 18:00.")

    def read(self, typed: str) -> time | None:
        """The time, or None when there is no such time."""
        match = _CLOCK.fullmatch(typed)
        if not match:
            return None
        hour, minute = int(match[1]), int(match[2] or 0)
        return time(hour, minute) if hour < 24 and minute < 60 else None

    def show(self, value: Any) -> str:
        """«18:00»"""
        return f"{value:%H:%M}"


def moment_of(day: date | None, clock: time | None) -> datetime | None:
    """The UTC moment of a DayField and a ClockField on the Moscow clock; None while either is missing."""
    return at_local(day, clock) if day is not None and clock is not None else None


def options(choices: Iterable[tuple[Any, str]], *, empty: str | None = None) -> list[SelectChoice]:
    """Choices as WTForms wants them from (value, label) pairs; `empty` is the label of the first choice «nothing»."""
    rows = [SelectChoice(str(value.value if isinstance(value, StrEnum) else value), str(label)) for value, label in choices]
    return [SelectChoice("", empty), *rows] if empty is not None else rows


def of(kind: Kind) -> Callable[[Any], Any]:
    """Coercion of a posted choice into `kind` (int, a StrEnum); the empty choice is None, a foreign word no choice."""

    def coerce(value: Any) -> Any:
        if value is None or value == "":
            return None
        if kind is int and not _WHOLE.fullmatch(str(value)):
            raise ValueError(_NO_SUCH_CHOICE)
        return kind(value)

    return coerce


_NO_SUCH_CHOICE = N_("Please choose one of the values offered.")


class _Choice:
    """What our three kinds of choice have in common: `kind` of the value, the sentence for a foreign one."""

    type: str
    choices: Any
    data: Any
    process_errors: list[Any]
    called = ""

    def __init__(
        self, label: Any = None, *, kind: Kind = str, required: bool | Phrase = True, validators: Iterable[Any] = (), **kwargs: Any
    ) -> None:
        kwargs.setdefault("choices", [])
        super().__init__(label, _validators(required, [], validators), coerce=of(kind), **kwargs)  # type: ignore[call-arg]  # the other base is wtforms' field
        self.type = self.called  # the page's macros know the three kinds by their WTForms names

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the posted value; one of another kind is no choice."""
        try:
            super().process_formdata(valuelist)  # type: ignore[misc]  # the other base is wtforms' field
        except ValueError:
            self.data = None
            raise ValidationError(_NO_SUCH_CHOICE) from None

    def pre_validate(self, form: Any) -> None:
        """Only what is offered can be chosen; nothing chosen is for `required` to judge."""
        if self.process_errors:
            raise StopValidation
        if self.data not in (None, "", []):
            self._must_be_offered()

    def _must_be_offered(self) -> None:
        """Refuse what stands in no choice."""
        offered = {str(choice.value) for choice in self.choices or []}
        chosen = self.data if isinstance(self.data, list) else [self.data]
        if not {str(value) for value in chosen} <= offered:
            raise StopValidation(_NO_SUCH_CHOICE)


class PickField(_Choice, SelectField):  # type: ignore[misc]  # wtforms is untyped
    """One of a list, in a drop-down."""

    called = "SelectField"


class OneOfField(_Choice, RadioField):  # type: ignore[misc]  # wtforms is untyped
    """One of a few, all in sight."""

    called = "RadioField"


class ManyOfField(_Choice, SelectMultipleField):  # type: ignore[misc]  # wtforms is untyped
    """Any of a few, as checkboxes."""

    called = "SelectMultipleField"
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class TickField(BooleanField):  # type: ignore[misc]  # wtforms is untyped
    """One checkbox; with `required` it must be ticked."""

    def __init__(self, label: Any = None, *, required: bool | Phrase = False, validators: Iterable[Any] = (), **kwargs: Any) -> None:
        must = [Required(required if isinstance(required, Phrase) else None)] if required else []
        super().__init__(label, [*must, *validators], **kwargs)
        self.type = "BooleanField"


_ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]{2,}")


def _looks_like_address(form: Any, field: Any) -> None:
    """One address and nothing else: a comma would make it two recipients (reliability.md T10)."""
    if field.data and not _ADDRESS.fullmatch(field.data):
        raise ValidationError(N_("Please check the address, for example name@example.org."))
