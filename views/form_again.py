"""A form that was not taken comes back on its page with everything typed on it; the way of one that was taken never enters that page."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from events.foundation.errors import NotNow, NotYours, Refused
from events.foundation.text import Phrase
from forms.fields import BaseForm

View = Callable[..., ResponseReturnValue]


class NotTaken(Exception):
    """The form cannot be read (neither), the office refuses it (`refusal`), or it cannot be taken, however it is mended (`conflict`):
    things have moved on (409), or it is not for this person (403)."""

    def __init__(self, form: Any, *, refusal: Phrase | None = None, conflict: Phrase | None = None, status: int = 422) -> None:
        super().__init__()
        self.form = form
        self.refusal = refusal
        self.conflict = conflict
        self.status = status


def sent_from_window() -> bool:
    """Whether the answer to a form will be shown in a browser's window: scripts and programs ask for other things than pages."""
    return request.method == "POST" and "text/html" in request.headers.get("Accept", "")


@contextmanager
def taking(form: BaseForm) -> Iterator[None]:
    """What is done with a form that can be read. Raises NotTaken where it cannot, or where the act is refused."""
    if not form.validate_on_submit():
        raise NotTaken(form)
    try:
        yield
    except Refused as refused:
        raise NotTaken(form, refusal=form.put_refusals(refused)) from refused
    except NotNow as late:
        raise NotTaken(form, conflict=late.phrase, status=409) from late
    except NotYours as foreign:
        raise NotTaken(form, conflict=foreign.phrase, status=403) from foreign


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
