"""In which language the reader is spoken to."""

from flask_babel import get_locale

LANGUAGES = ("ru", "en")


def language() -> str:
    """The reader's language; Russian where nobody is being spoken to."""
    locale = get_locale()
    return locale.language if locale is not None and locale.language in LANGUAGES else "ru"
