"""How people and units are called: in a greeting, as those one waits for."""

from events.foundation import names
from events.foundation.text import clean_line
from events.people.models import Unit
from events.people.vocabulary import UnitKind
from presenters.language import language
from presenters.phrases import say


def addressed(full_name: str) -> str:
    """How a person is addressed: in Russian by name and patronymic, else by the name as it stands."""
    return (names.given_names(full_name) if language() == "ru" else "") or clean_line(full_name)


def accusative(unit: Unit) -> str:
    """The unit's name as the one awaited: «отдел культуры», «пресс-службу», «главу администрации района»."""
    if language() != "ru":
        return say(unit.called)
    first, *rest = unit.short_name.split(" ")
    if unit.kind in (UnitKind.DEPARTMENT, UnitKind.ADMINISTRATION) and first[1:].islower():
        first = first.lower()
    if first.endswith("ая") and rest:
        return " ".join([f"{first[:-2]}ую", _accused(rest[0]), *rest[1:]])
    return " ".join([_accused(first), *rest])


def _accused(word: str) -> str:
    """The head word in the accusative, as the names of offices need it: feminine -а and -я, the person «заместитель»."""
    if word.endswith("тель"):
        return f"{word[:-1]}я"
    if word.isupper() or not word.endswith(("а", "я")):
        return word
    return f"{word[:-1]}{'у' if word.endswith('а') else 'ю'}"
