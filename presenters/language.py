"""In which language the reader is spoken to, and our sentences in it.

`gettext` and its kin are those of flask_babel, which asks the context for its language nine times over for each sentence; a page has two
hundred of them. Here a context is asked once, and again when its language has changed (`force_locale`, `refresh`).
"""

from dataclasses import dataclass
from typing import Any

import flask_babel
from babel import Locale
from babel.support import NullTranslations
from flask import g
from flask_babel import LazyString

LANGUAGES = ("ru", "en")


@dataclass(frozen=True, slots=True)
class _Spoken:
    """What a context speaks; `locale` is flask_babel's own object, by which a change of language is seen."""

    locale: Locale | None
    language: str
    catalogue: NullTranslations


_NOBODY = _Spoken(None, LANGUAGES[0], NullTranslations())
"""Where nobody is being spoken to: outside of any context."""


def language() -> str:
    """The reader's language; Russian where nobody is being spoken to."""
    return _spoken().language


def gettext(sentence: str, /, **values: object) -> str:
    """The sentence in the reader's language, its `%(name)s` filled."""
    said: str = _spoken().catalogue.ugettext(sentence)
    return said % values if values else said


def ngettext(one: str, many: str, count: int, /, **values: object) -> str:
    """The form of the sentence that goes with the count, which is at hand in it as `%(num)s`."""
    return form(one, many, count) % {"num": count, **values}


def form(one: str, many: str, count: int) -> str:
    """The form of the sentence that goes with the count, nothing in it filled."""
    said: str = _spoken().catalogue.ungettext(one, many, count)
    return said


def lazy_gettext(sentence: str, /, **values: object) -> LazyString:
    """As `gettext`, said anew for whoever reads it."""
    return LazyString(gettext, sentence, **values)


def _spoken() -> _Spoken:
    """What this context speaks."""
    try:
        here: Any = g._get_current_object()
    except RuntimeError:
        return _NOBODY
    kept: _Spoken | None = here.get("spoken")
    if kept is not None and getattr(here.get("_flask_babel"), "babel_locale", None) is kept.locale:
        return kept
    catalogue, locale = flask_babel.get_translations(), flask_babel.get_locale()
    known = locale.language if locale is not None and locale.language in LANGUAGES else LANGUAGES[0]
    found = here.spoken = _Spoken(locale, known, catalogue)
    return found
