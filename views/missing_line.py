"""A line of a list of what is to be put right."""

from dataclasses import dataclass

from presenters.phrases import Words


@dataclass(frozen=True, slots=True)
class MissingLine:
    """What is to be put right, with the way there and the law it rests on."""

    text: Words
    url: str | None
    source: str = ""
