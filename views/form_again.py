"""A form that was not taken comes back on its page with everything typed on it; the way of one that was taken never enters that page."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from flask.typing import ResponseReturnValue

from events.foundation.errors import Conflict, Refused
from events.foundation.text import Phrase
from forms.fields import BaseForm

View = Callable[..., ResponseReturnValue]


class NotTaken(Exception):
    """The form cannot be read (neither), the office refuses it (`refusal`), or somebody was faster (`conflict`)."""

    def __init__(self, form: Any, *, refusal: Phrase | None = None, conflict: Phrase | None = None) -> None:
        super().__init__()
        self.form = form
        self.refusal = refusal
        self.conflict = conflict

    @property
    def status(self) -> int:
        """409 for what has moved on meanwhile, else 422."""
        return 409 if self.conflict else 422


@contextmanager
def taking(form: BaseForm) -> Iterator[None]:
    """What is done with a form that can be read. Raises NotTaken where it cannot, or where the act is refused or overtaken."""
    if not form.validate_on_submit():
        raise NotTaken(form)
    try:
        yield
    except Refused as refused:
        raise NotTaken(form, refusal=form.put_refusals(refused)) from refused
    except Conflict as conflict:
        raise NotTaken(form, conflict=conflict.phrase) from conflict


def shown_again_by(page: Callable[..., ResponseReturnValue]) -> Callable[[View], View]:
    """Let `page(not_taken, **named)` answer where the view raises NotTaken; `named` are the parts of the address."""

    def around(view: View) -> View:
        @wraps(view)
        def answered(**named: Any) -> ResponseReturnValue:
            try:
                return view(**named)
            except NotTaken as not_taken:
                return page(not_taken, **named)

        return answered

    return around
