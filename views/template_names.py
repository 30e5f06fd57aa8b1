"""What every template may call. `register(app)` gives each name of `_SPOKEN` both as a global and as a filter:
`{{ short_day_time(starts) }}`, `{{ starts|short_day_time }}`."""

from collections.abc import Callable

from flask import Flask
from jinja2 import Undefined, pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from events.foundation.names import surname_first
from forms.fields import listed_error
from presenters import language
from presenters.amounts import money, number
from presenters.facts import NamedFact
from presenters.moments import (
    clock,
    closing_clock,
    closing_moment,
    day,
    day_heading,
    document_day,
    document_time,
    listed_day,
    moment,
    month_name,
    short_day,
    short_day_time,
    span,
)
from presenters.tables.remarks import ANSWERS
from presenters.tables.roles import ROLES
from presenters.tables.statuses import STATUSES
from views.addresses import named_url, page_url, static_url
from views.drawing import icon
from views.how_it_works import how_it_works
from views.on_paper import drawing, say
from views.other_language import theirs

_SPOKEN: dict[str, Callable[..., str]] = {
    "say": say,
    "theirs": theirs,
    "listed_error": listed_error,
    "day": drawing(day),
    "day_heading": day_heading,
    "short_day": drawing(short_day),
    "listed_day": listed_day,
    "short_day_time": drawing(short_day_time),
    "document_day": document_day,
    "document_time": document_time,
    "clock": clock,
    "closing_clock": closing_clock,
    "month_name": month_name,
    "moment": drawing(moment),
    "closing_moment": drawing(closing_moment),
    "span": drawing(span),
    "money": money,
    "number": number,
    "short_name": surname_first,
}


class Missing(Undefined):
    """A name that nothing gives: a template may ask whether it is there; shown or gone through, it stops the page."""

    __str__ = __iter__ = __len__ = Undefined._fail_with_undefined_error


def register(app: Flask) -> None:
    """Give the application's templates the names above, and what is drawn or addressed."""
    app.jinja_env.undefined = Missing
    app.jinja_env.globals.update(_SPOKEN, fact=NamedFact, icon=icon, static_url=static_url, page_url=page_url, language=language.language)
    app.jinja_env.globals.update(answer_words=ANSWERS.__getitem__, role_words=ROLES.__getitem__, status_words=STATUSES.__getitem__)
    app.jinja_env.globals.update(how_it_works=how_it_works)
    app.jinja_env.globals.update(url_for=named_url, _=_gettext, gettext=_gettext, ngettext=_ngettext)
    app.jinja_env.filters.update(_SPOKEN)


@pass_eval_context
def _gettext(where: EvalContext, sentence: str, /, **values: object) -> str:
    """The sentence as Jinja's extension gives it: safe as it stands where what is put into it is escaped."""
    return _as_told(where, language.gettext(sentence)) % values


@pass_eval_context
def _ngettext(where: EvalContext, one: str, many: str, count: int, /, **values: object) -> str:
    """The same of a sentence that counts."""
    return _as_told(where, language.form(one, many, count)) % {"num": count, **values}


def _as_told(where: EvalContext, said: str) -> str:
    return Markup(said) if where.autoescape else said  # noqa: S704 -- our own sentence
