"""Fields of typed text: a line, several lines, an address, a telephone number, a password."""

from collections.abc import Callable, Iterable
from typing import Any

from wtforms import StringField
from wtforms.validators import ValidationError
from wtforms.widgets import EmailInput, PasswordInput, TelInput, TextArea, TextInput

from events.foundation import phones
from events.foundation.address import LONGEST_ADDRESS, NO_ADDRESS, clean_address, is_address
from events.foundation.text import N_, Phrase, clean_line, clean_text
from forms.fields.bounds import AtMost, demands

LINE_MAX = 200
TEXT_MAX = 5000
NUMBER_ALONE = N_("Give one number alone, as +7 and ten digits, without a name or other words.")


class _TypedText(StringField):  # type: ignore[misc]  # wtforms is untyped
    """Text through a filter; always a string."""

    clean: Callable[[str], str] = staticmethod(clean_line)
    longest = LINE_MAX
    too_long: Phrase | None = None
    """What to say of more than that; how much to shorten it by when nothing better is known."""

    def __init__(
        self, label: Any = None, *, required: bool | Phrase = True, most: int | None = None, validators: Iterable[Any] = (), **kwargs: Any
    ) -> None:
        limit = most or self.longest
        super().__init__(label, demands(required, [AtMost(limit, self.too_long)], validators), filters=[self._cleaned], **kwargs)
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
    """An e-mail address, in lower case."""

    widget = EmailInput()
    longest = LONGEST_ADDRESS

    def __init__(self, label: Any = None, *, validators: Iterable[Any] = (), **kwargs: Any) -> None:
        super().__init__(label, validators=[_looks_like_address, *validators], **kwargs)

    def _cleaned(self, text: str | None) -> str:
        """Without spaces, in lower case: addresses are compared so."""
        return clean_address(text or "")


class PhoneField(_TypedText):
    """A telephone number as it is kept; anything else stays as typed, for the rule of the matter to judge."""

    widget = TelInput()
    clean = staticmethod(phones.kept)
    longest = 20
    too_long = NUMBER_ALONE

    def _value(self) -> str:
        """The number in groups, as pages say it and as the form asks for it."""
        return phones.grouped(str(super()._value())).replace("\u00a0", " ")


class SecretField(StringField):  # type: ignore[misc]  # wtforms is untyped
    """A password: never cleaned, never shown again."""

    widget = PasswordInput(hide_value=True)

    def __init__(
        self, label: Any = None, *, required: bool | Phrase = True, most: int = 1000, validators: Iterable[Any] = (), **kwargs: Any
    ) -> None:
        super().__init__(label, demands(required, [AtMost(most)], validators), **kwargs)


def _looks_like_address(form: Any, field: Any) -> None:
    """The rule of addresses, which commands ask too."""
    if field.data and not is_address(field.data):
        raise ValidationError(NO_ADDRESS)
