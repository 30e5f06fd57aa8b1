"""What the fields of a request and the values of its closed lists are called: as they are declared."""

from collections.abc import Mapping
from typing import Any

from events.requests import choices
from events.requests.fields import FIELDS
from presenters.phrases import say


def label(name: str) -> str:
    """The field's name as the form has it."""
    return say(FIELDS[name].label)


def choice_words() -> Mapping[str, Mapping[Any, str]]:
    """The words of every closed list by field, «source» being that of a line of the estimate."""
    lists = {name: one.words for name, one in FIELDS.items() if one.words} | {"source": choices.SOURCES}
    return {name: {value: say(words) for value, words in pairs.items()} for name, pairs in lists.items()}
