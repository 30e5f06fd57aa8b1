"""A field whose value is read from the text in it; what was typed stays when it cannot be read."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

from wtforms import Field
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import TextInput

from events.foundation.text import N_, Phrase, clean_line
from forms.fields.bounds import Between, demands


class ReadField(Field, ABC):  # type: ignore[misc]  # wtforms is untyped
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
        super().__init__(label, demands(required, own, validators), **kwargs)

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
        if self.data is not None:
            return self.show(self.data)
        return clean_line(str(self.raw_data[0])) if self.raw_data else ""
