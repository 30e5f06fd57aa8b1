"""What the value of a rule may be: how it is stored, read and bounded. Pure."""

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from events.foundation.text import N_, Phrase

Value = TypeVar("Value")

LEAP_YEAR = 2024
"""A day of the year is checked against it, so that 29 February is one."""
_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_DAY = re.compile(r"(0[1-9]|1[0-2])-([0-9][0-9])")
ROLE_WORDS = ("author", "head", "reviewer", "coordinator", "admin", "analyst")
"""The words of `events.people.vocabulary.Role`, which stands above the district; a test holds them together."""
_LETTERS = re.compile(r"[A-ZА-ЯЁ]{1,8}")


class DayOfYear(NamedTuple):
    """The same day in every year; days compare as they follow each other from January on."""

    month: int
    day: int

    @classmethod
    def of(cls, day: date) -> "DayOfYear":
        """The day without its year."""
        return cls(day.month, day.day)

    def until(self, last: "DayOfYear", day: date) -> bool:
        """Whether the day lies from this day to `last`, both inclusive; the span may run over New Year."""
        asked = DayOfYear.of(day)
        return self <= asked <= last if self <= last else asked >= self or asked <= last


class Measure(StrEnum):
    """What a rule is counted in."""

    CLOCK = "clock"
    """A time of day on the office's clock, stored as «HH:MM»."""
    DAY_OF_YEAR = "day_of_year"
    """Stored as «MM-DD»."""
    LETTERS = "letters"
    """One to eight capital letters."""
    ROLES = "roles"
    """Some of the roles people have, or none: stored as a list of `ROLE_WORDS`."""
    YEARS = "years"
    PEOPLE = "people"
    PERCENT = "percent"
    DATES = "dates"
    HOURS = "hours"
    DAYS = "days"
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"


class Matter(StrEnum):
    """What a rule is about: under this heading it stands on the page of rules."""

    PEOPLE = "people"
    CURFEW = "curfew"
    NOISE = "noise"
    LESSONS = "lessons"
    REQUEST = "request"
    VENUES = "venues"
    REMINDERS = "reminders"
    CALENDARS = "calendars"
    SIGN_IN = "sign_in"


class Place(StrEnum):
    """Where a rule acts."""

    FORM_DEMAND = "form_demand"
    FORM_WARNING = "form_warning"
    NEW_DRAFT = "new_draft"
    RISKS = "risks"
    ROUTES = "routes"
    CHANGE = "change"
    NUMBER = "number"
    FREE_TIMES = "free_times"
    HOLDS = "holds"
    EXPIRY = "expiry"
    DECISION = "decision"
    RESTORING = "restoring"
    REMINDERS = "reminders"
    CALENDARS = "calendars"
    SIGN_IN = "sign_in"


class Counts(StrEnum):
    """The rule of which day is asked for."""

    EVENT = "event"
    """The day on which the date takes place."""
    HANDING_IN = "handing_in"
    """The day on which a request is filled in and submitted; what has been submitted keeps it."""
    PRESENT = "present"
    """Today's, whatever is at work."""
    NEXT_PAGE = "next_page"
    """Today's, for every page that is opened."""


@dataclass(frozen=True)
class Scope:
    """What a rule is about, where it acts, which day counts, and by which fact routes ask about it (`events.approvals.conditions`)."""

    matter: Matter
    places: tuple[Place, ...]
    counts: Counts
    fact: str = ""


def no_such_rule(key: str) -> Phrase:
    """Said of a rule that nobody has declared."""
    return N_("There is no rule “%(key)s”.", key=key)


def impossible(value: object, key: str) -> Phrase:
    """Said of a value that `Declared.read` refuses."""
    return N_("“%(value)s” is no possible value of the rule “%(key)s”.", value=str(value), key=key)


@dataclass(frozen=True)
class Declared:
    """What is said of a rule where it is declared; screens call it by what it decides. `least` and `most` bound counts, both inclusive."""

    default: Any
    measure: Measure
    source: str
    decides: Phrase
    scope: Scope
    least: int = 0
    most: int = 100_000
    until: date | None = None
    """The last day of what an installation starts with, where the law says one."""

    def read(self, stored: Any) -> Any:
        """The value as the code uses it. Raises ValueError when it is not one of this measure or out of bounds."""
        match self.measure:
            case Measure.CLOCK:
                return _clock(stored)
            case Measure.DAY_OF_YEAR:
                return _day_of_year(stored)
            case Measure.LETTERS:
                return _letters(stored)
            case Measure.ROLES:
                return _roles(stored)
        if not isinstance(stored, int) or isinstance(stored, bool) or not self.least <= stored <= self.most:
            raise ValueError(f"{stored!r} is not a whole number from {self.least} to {self.most}")
        return stored


def rule(
    default: Value,
    measure: Measure,
    source: str,
    decides: Phrase,
    scope: Scope,
    *,
    least: int = 0,
    most: int = 100_000,
    until: date | None = None,
) -> Value:
    """Declare a rule: a field of a dataclass that says of itself all that `Declared` holds."""
    return field(default=default, metadata={"declared": Declared(default, measure, source, decides, scope, least, most, until)})


def stored(value: Any) -> Any:
    """The value as a row keeps it; the reverse of `Declared.read`."""
    match value:
        case time():
            return f"{value:%H:%M}"
        case frozenset():
            return sorted(value, key=ROLE_WORDS.index)
        case DayOfYear():
            return f"{value.month:02d}-{value.day:02d}"
    return value


def _clock(stored: Any) -> time:
    if not isinstance(stored, str) or not _CLOCK.fullmatch(stored):
        raise ValueError(f"{stored!r} is not a time of day like «21:30»")
    return time.fromisoformat(stored)


def _day_of_year(stored: Any) -> DayOfYear:
    found = _DAY.fullmatch(stored) if isinstance(stored, str) else None
    day = DayOfYear(int(found[1]), int(found[2])) if found else None
    if day is None or not 1 <= day.day <= monthrange(LEAP_YEAR, day.month)[1]:
        raise ValueError(f"{stored!r} is not a day of the year like «09-01»")
    return day


def _letters(stored: Any) -> str:
    if not isinstance(stored, str) or not _LETTERS.fullmatch(stored):
        raise ValueError(f"{stored!r} is not one to eight capital letters")
    return stored


def _roles(stored: Any) -> frozenset[str]:
    known = isinstance(stored, list) and all(isinstance(one, str) and one in ROLE_WORDS for one in stored)
    if not known or len(set(stored)) != len(stored):
        raise ValueError(f"{stored!r} is not a list of some of {', '.join(ROLE_WORDS)}")
    return frozenset(stored)
