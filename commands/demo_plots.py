"""What happens in the demo: `data/demo_story.json` as typed values, each request from its beginning to what came after approval."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from events.beginning.example import DATA


@dataclass(frozen=True)
class Say:
    """A remark: where, what, and the reason code if it goes with a return."""

    section: str
    text: str
    reason: str = "other"


@dataclass(frozen=True)
class Course:
    """One round. Slots are those of the routes in `data/demo.json`; whoever is not named approves in time."""

    returned: Mapping[str, Say] = field(default_factory=dict)
    remarked: Mapping[str, Say] = field(default_factory=dict)
    waits: frozenset[str] = frozenset()
    """Slots that have not decided until today."""
    late: frozenset[str] = frozenset()
    """Slots that decide after their due."""
    recalled: str = ""
    """A slot that decides, recalls and decides again."""
    rejected: str = ""
    """Why the confirming stage rejects."""
    ended: str = ""
    """«taken_back», «stopped» or «withdrawn», once the second stage is open."""
    reason: str = ""
    mended: Mapping[str, Any] = field(default_factory=dict)
    """What the author changed before handing this round in."""

    @classmethod
    def parse(cls, plain: Mapping[str, Any]) -> "Course":
        """From JSON."""
        said = {kind: {slot: Say(**say) for slot, say in plain.get(kind, {}).items()} for kind in ("returned", "remarked")}
        slots = {kind: frozenset(plain.get(kind, ())) for kind in ("waits", "late")}
        return cls(**{**plain, **said, **slots})


@dataclass(frozen=True)
class After:
    """What came after approval, `hours` of working time later."""

    act: str
    """«cancel», «cancel_date», «postpone», «postpone_date» or «amend»."""
    reason: str = ""
    hours: float = 4
    date: int = 0
    """Which of the dates, counted from 0."""
    changes: Mapping[str, Any] = field(default_factory=dict)
    courses: tuple[Course, ...] = ()
    """Rounds of an amendment; without any it stays a draft."""

    @classmethod
    def parse(cls, plain: Mapping[str, Any]) -> "After":
        """From JSON."""
        return cls(**{**plain, "courses": tuple(map(Course.parse, plain.get("courses", ())))})


@dataclass(frozen=True)
class Plot:
    """One request. `on` is its first day: «+12» from today, «today», or a weekday of a week counted from this one («sat+1»)."""

    template: str
    on: str
    submitted: float | None
    """Working days before now; None is a draft."""
    title: str = ""
    teaser: str = ""
    start: str = "18:00"
    dates: int = 1
    """How many, a week apart."""
    author: str = ""
    """Login; without one the specialist, else the director, of the template's lead."""
    helper: str = ""
    """A colleague who wrote in it too, and so may not decide on it."""
    brisk: bool = False
    """Everybody decides quickly, so that it stands where it should today."""
    changes: Mapping[str, Any] = field(default_factory=dict)
    courses: tuple[Course, ...] = (Course(),)
    after: tuple[After, ...] = ()
    answers: bool = False
    """The author answers the remarks that came with the approval."""
    empty: tuple[str, ...] = ()
    """Fields a draft leaves open."""

    @classmethod
    def parse(cls, plain: Mapping[str, Any]) -> "Plot":
        """From JSON."""
        courses = tuple(map(Course.parse, plain["courses"])) if "courses" in plain else (Course(),)
        after, empty = tuple(map(After.parse, plain.get("after", ()))), tuple(plain.get("empty", ()))
        return cls(**{**plain, "courses": courses, "after": after, "empty": empty})


GROUPS = ("held", "soon", "turned", "at_work", "returned", "drafts")


def read() -> tuple[Plot, ...]:
    """Every plot of the story."""
    plain = json.loads((DATA / "demo_story.json").read_text(encoding="utf-8"))
    return tuple(Plot.parse(row) for group in GROUPS for row in plain[group])
