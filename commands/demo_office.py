"""What all plots of the demo share: the present moment, the house by its keys, and working time."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from random import Random
from typing import Any

from events.foundation.place import at_local, local_day
from events.people import queries as people
from events.people.queries import Offices
from events.venues import queries as venues
from events.worktime.hours import Schedule

REACH = timedelta(days=170)
"""How far back the office's history goes; the house is founded before."""
QUARTER = timedelta(minutes=15)
EVENING = timedelta(hours=8)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Office:
    """What all plots share: the present moment, the house by its keys, and working time."""

    def __init__(self, plain: Mapping[str, Any], now: datetime) -> None:
        self.now = now
        self.offices = Offices()
        self.units = {unit.key: unit.id for unit in self.offices.units.values()}
        self.users = {user.email.partition("@")[0]: user.id for user in people.users()}
        self.venues = {venue.key: venue.id for venue in venues.venues()}
        self.templates = {row["key"]: row for row in plain["templates"]}

    @cached_property
    def _quarters(self) -> Sequence[datetime]:
        """Open quarters of an hour of the district, the latest that is over first."""
        schedule = self.offices.district
        found, quarter = [], self.now.replace(minute=self.now.minute // 15 * 15, second=0, microsecond=0) - QUARTER
        while quarter > self.now - REACH:
            if schedule.is_open(quarter) and schedule.is_open(quarter + timedelta(minutes=14)):
                found.append(quarter)
            quarter -= QUARTER
        return found

    def ago(self, hours: float, rng: Random) -> datetime:
        """A moment of office time that many working hours before now."""
        place = min(int(hours * 4), len(self._quarters) - 1)
        return self._quarters[place] + timedelta(seconds=rng.randrange(14 * 60))

    def later(self, moment: datetime, hours: float, unit_id: int | None = None) -> datetime:
        """So many working hours after the moment, of the unit or the district."""
        schedule: Schedule = self.offices.schedule(unit_id) if unit_id else self.offices.district
        return schedule.due(moment, Decimal(str(round(hours, 2))))

    def moment_of(self, on: str, start: str) -> datetime:
        """The moment a plot calls «sat+1» or «+12» at «18:00»; in the evening the story's today is tomorrow, so that it lies ahead."""
        today = local_day(self.now + EVENING)
        if on == "today":
            day = today
        elif on[0] in "+-":
            day = today + timedelta(days=int(on))
        else:
            day = today + timedelta(days=WEEKDAYS.index(on[:3]) - today.weekday() + 7 * int(on[3:]))
        return at_local(day, time.fromisoformat(start))
