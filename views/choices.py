"""What a page offers to choose from: links that live in the address, boxes of a form."""

from dataclasses import dataclass

from presenters.phrases import Words


@dataclass(frozen=True, slots=True)
class Choice:
    """A link to the same page otherwise; `count` of what one would find there, `value` where it is also a choice of a form."""

    label: Words
    url: str
    current: bool = False
    count: int | None = None
    value: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """One value of a form to be ticked or picked."""

    value: str
    label: Words
    checked: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """A filter that a form leaves as it is."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link to another page."""

    label: Words
    url: str
