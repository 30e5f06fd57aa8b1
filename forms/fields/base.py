"""Our base form: its token, its nonce, what is read from a request, and where an operation's refusals stand."""

import secrets
from collections.abc import Callable, Iterator
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from flask_wtf.csrf import _FlaskFormCSRF
from flask_wtf.file import FileField
from werkzeug.datastructures import MultiDict
from wtforms import FieldList, Form, FormField, HiddenField
from wtforms.validators import ValidationError

from events.foundation.errors import Refused
from events.foundation.text import N_, Phrase
from forms.fields.drawing import Drawn


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

    class Meta(Drawn, FlaskForm.Meta):  # type: ignore[misc]  # flask_wtf is untyped
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
        """Put an operation's refusals at their fields. Returns the sentence for the top of the page, None if a field has that very phrase.

        Phrases are kept as they are, for the page says them; with `say` they are turned into text here.
        """
        placed = False
        by_name = {field.name: field for field in _walk(self)}
        for name, phrase in refused.fields.items():
            if field := by_name.get(name):
                field.errors = [*field.errors, say(phrase) if say else phrase]
                placed = placed or phrase is refused.phrase
        return None if placed else refused.phrase


class Part(Form):  # type: ignore[misc]  # wtforms is untyped
    """A group of fields inside a form, for FormField and FieldList: no token and no nonce of its own."""

    class Meta(Drawn):
        """How its fields are drawn."""


def _walk(form: Any) -> Iterator[Any]:
    """The fields of a form and of the groups and lists in it."""
    for field in form:
        yield field
        if isinstance(field, FormField | FieldList):
            yield from _walk(field)
