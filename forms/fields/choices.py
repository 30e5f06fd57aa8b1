"""Choices: one of a list, one of a few, several of a few, a tick."""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from events.foundation.text import N_, Phrase
from forms.fields.bounds import Required, demands
from forms.fields.drawing import PickList
from forms.fields.numbers import WHOLE

Kind = type[Any]

NO_SUCH_CHOICE = N_("Please choose one of the values offered.")


def options(choices: Iterable[tuple[Any, str]], *, empty: str | None = None) -> list[SelectChoice]:
    """Choices as WTForms wants them from (value, label) pairs; `empty` is the label of the first choice «nothing»."""
    rows = [SelectChoice(str(value.value if isinstance(value, StrEnum) else value), str(label)) for value, label in choices]
    return [SelectChoice("", empty), *rows] if empty is not None else rows


def of(kind: Kind) -> Callable[[Any], Any]:
    """Coercion of a posted choice into `kind` (int, a StrEnum); the empty choice is None, a foreign word no choice."""

    def coerce(value: Any) -> Any:
        if value is None or value == "":
            return None
        if kind is int and not WHOLE.fullmatch(str(value)):
            raise ValueError(NO_SUCH_CHOICE)
        return kind(value)

    return coerce


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
        super().__init__(label, demands(required, [], validators), coerce=of(kind), **kwargs)  # type: ignore[call-arg]  # the other base is wtforms' field
        self.type = self.called  # the page's macros know the three kinds by their WTForms names

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the posted value; one of another kind is no choice."""
        try:
            super().process_formdata(valuelist)  # type: ignore[misc]  # the other base is wtforms' field
        except ValueError:
            self.data = None
            raise ValidationError(NO_SUCH_CHOICE) from None

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
            raise StopValidation(NO_SUCH_CHOICE)


class PickField(_Choice, SelectField):  # type: ignore[misc]  # wtforms is untyped
    """One of a list, in a drop-down."""

    called = "SelectField"
    widget = PickList()


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
