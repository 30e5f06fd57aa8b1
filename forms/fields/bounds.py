"""What any field may be asked: to be filled in, to be short enough, to lie between two values."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from wtforms.validators import Optional, StopValidation, ValidationError

from events.foundation.text import N_, Phrase

FILL_IN = N_("Please fill in this field.")
TOO_LONG = N_("Please shorten the text by %(n)s character.", "Please shorten the text by %(n)s characters.", n=0)
OUTSIDE = N_("Please give a value from %(least)s to %(most)s.")


class Required:
    """Something must be there: text, a number, a choice. Zero is something."""

    field_flags = {"required": True}  # noqa: RUF012 -- WTForms' own protocol

    def __init__(self, message: Phrase | None = None) -> None:
        self.message = message or FILL_IN

    def __call__(self, form: Any, field: Any) -> None:
        """Stop at an empty field; a value that could not be read has its own sentence already."""
        if field.data is False or field.data is None or field.data in ("", []):
            raise StopValidation("" if field.process_errors else self.message)


class AtMost:
    """No more than so many characters, counted after cleaning."""

    def __init__(self, limit: int, message: Phrase | None = None) -> None:
        self.limit = limit
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse longer text, saying how much is too much, or what belongs there."""
        over = len(field.data or "") - self.limit
        if over > 0:
            raise ValidationError(self.message or replace(TOO_LONG, n=over))


class Between:
    """Not below `least`, not above `most`; works for numbers and dates."""

    def __init__(self, least: Any, most: Any) -> None:
        self.least, self.most = least, most

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse what lies outside."""
        if field.data is not None and not self.least <= field.data <= self.most:
            raise StopValidation(replace(OUTSIDE, params={"least": self.least, "most": self.most}))


def demands(required: bool | Phrase, own: Sequence[Any], further: Iterable[Any]) -> list[Any]:
    """Required or optional first, then the field's own bounds, then the form's."""
    if isinstance(required, Phrase):
        return [Required(required), *own, *further]
    return [Required() if required else Optional(), *own, *further]
