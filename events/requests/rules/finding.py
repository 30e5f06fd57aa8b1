"""What a check says and what it looks at: a sentence at a field, and what stands around the request."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from events.district.rules import Rules
from events.foundation.place import local_day
from events.foundation.text import Phrase
from events.requests.fields import Content, Occurrence
from events.requests.sections import SECTION_OF
from events.requests.vocabulary import Section
from events.venues.hours import Closure, Opening


@dataclass(frozen=True)
class VenueFacts:
    """What rules ask about a venue."""

    name: str
    capacity: int
    online: bool = False
    exclusive: bool = True
    is_outdoor: bool = False
    at_once: int | None = None
    buffers: tuple[timedelta, timedelta] = (timedelta(), timedelta())
    """Kept free before and after each date."""
    opening: Opening | None = None
    closed: tuple[Closure, ...] = ()
    safety_passport_until: date | None = None
    """Its last day."""

    @property
    def most(self) -> int | None:
        """How many events it takes at once; None: as many as come."""
        return 1 if self.exclusive else self.at_once


@dataclass(frozen=True)
class Around:
    """What stands around a request when it is checked. `now` and `last_moment` are UTC; `last_moment` is the latest
    submission the route's lead time allows (cases.md 28), None while unknown. `rules` are those of today."""

    now: datetime
    rules: Rules
    venues: Mapping[int, VenueFacts]
    lead_unit_id: int
    is_day_off: Callable[[date], bool] = lambda day: day.weekday() >= 5
    is_holiday: Callable[[date], bool] = lambda _: False
    """Public holidays, and weekdays off in their place."""
    last_moment: datetime | None = None
    approved: Mapping[str, datetime | None] = field(default_factory=dict)
    """Beginnings of the dates in force, by key: in an amendment a date already held may stay as it was (cases.md 35)."""

    handed_in: datetime | None = None
    """When the request was first submitted, UTC: whoever did so in time is not late by resubmitting (cases.md 28)."""

    rules_on: Callable[[date], Rules] | None = None
    """The rules of a day; today's for every day unless given."""

    @property
    def late(self) -> bool:
        """Whether the request came later than the norm, or would if it were submitted now."""
        return self.last_moment is not None and (self.handed_in or self.now) > self.last_moment

    def law(self, one: Occurrence) -> Rules:
        """The rules of the day on which the date begins: what the law says of an event is what it will say then."""
        return self.rules_on(local_day(one.starts_at)) if self.rules_on and one.starts_at else self.rules


@dataclass(frozen=True)
class Finding:
    """One sentence at one field; `occurrence` names the date it concerns and `part` what of it is to be mended, `source` the law."""

    field: str
    phrase: Phrase
    source: str = ""
    occurrence: str | None = None
    part: str = "day"

    @property
    def section(self) -> Section:
        """Where the field stands."""
        return SECTION_OF[self.field]


Check = Callable[[Content, Around], Iterator[Finding]]
