"""Beside which other answers a field of a request says anything; pure, asked of a Content or of a row that has the columns."""

from collections.abc import Callable
from enum import Enum
from typing import Any

from events.requests.vocabulary import ADULT, Format

Applies = Callable[[Any], bool]
"""Whether a field says anything beside the other answers: of a Content, or of any row that has the columns it asks about."""


def at_a_place(answers: Any) -> bool:
    """An online event has no venue, no address and no weather; while the format is open, all may still come."""
    return answers.format is not Format.ONLINE


def at_a_place_of_its_own(answers: Any) -> bool:
    return at_a_place(answers) and not answers.venue_id


def in_the_open(answers: Any) -> bool:
    return at_a_place(answers) and bool(answers.outdoor)


def with_minors(answers: Any) -> bool:
    """They are ticked, or the ages do not rule them out."""
    return bool(answers.minors) or answers.age_from is None or answers.age_from < ADULT


def ticked(name: str) -> Applies:
    return lambda answers: bool(getattr(answers, name))


def chosen(name: str, *values: Enum) -> Applies:
    return lambda answers: getattr(answers, name) in values
