"""What every template may call. `register(app)` gives each name of `_SPOKEN` both as a global and as a filter:
`{{ short_day_time(starts) }}`, `{{ starts|short_day_time }}`."""

from collections.abc import Callable

from flask import Flask
from jinja2 import Undefined

from forms.fields import listed_error
from presenters.amounts import money, number
from presenters.facts import NamedFact
from presenters.language import language
from presenters.moments import (
    clock,
    day,
    day_heading,
    document_day,
    document_time,
    listed_day,
    month_name,
    short_day,
    short_day_time,
    span,
)
from presenters.people import short_name
from presenters.tables.remarks import ANSWERS
from presenters.tables.roles import ROLES
from presenters.tables.statuses import STATUSES
from views.addresses import page_url, static_url
from views.drawing import icon
from views.on_paper import moment, say
from views.other_language import theirs

_SPOKEN: dict[str, Callable[..., str]] = {
    "say": say,
    "theirs": theirs,
    "listed_error": listed_error,
    "day": day,
    "day_heading": day_heading,
    "short_day": short_day,
    "listed_day": listed_day,
    "short_day_time": short_day_time,
    "document_day": document_day,
    "document_time": document_time,
    "clock": clock,
    "month_name": month_name,
    "moment": moment,
    "span": span,
    "money": money,
    "number": number,
    "short_name": short_name,
}


class Missing(Undefined):
    """A name that nothing gives: a template may ask whether it is there; shown or gone through, it stops the page."""

    __str__ = __iter__ = __len__ = Undefined._fail_with_undefined_error


def register(app: Flask) -> None:
    """Give the application's templates the names above, and what is drawn or addressed."""
    app.jinja_env.undefined = Missing
    app.jinja_env.globals.update(_SPOKEN, fact=NamedFact, icon=icon, static_url=static_url, page_url=page_url, language=language)
    app.jinja_env.globals.update(answer_words=ANSWERS.__getitem__, role_words=ROLES.__getitem__, status_words=STATUSES.__getitem__)
    app.jinja_env.filters.update(_SPOKEN)
