"""When units are open: their own hours, else the district's, over one calendar (cases.md 26)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from events.worktime.hours import Calendar
from events.worktime.queries import Schedules

LATE: dict[str, Any] = {"weekdays": {"1": [["12:00", "20:00"]]}}
OWN: Mapping[int, dict[str, Any] | None] = {1: None, 2: LATE}
TUESDAY = datetime(2026, 6, 2, 6, 0, tzinfo=UTC)
"""9:00 in Moscow, when the district opens."""


class Almanac:
    """A calendar that counts how often it is read."""

    def __init__(self) -> None:
        self.readings = 0

    def read(self) -> Calendar:
        self.readings += 1
        return Calendar({}, frozenset({2026}))


@pytest.mark.parametrize(("unit", "due"), [(1, "07:00"), (2, "10:00"), (3, "07:00")])
def test_unit_goes_by_its_own_hours_else_by_the_districts(unit: int, due: str):
    schedules = Schedules(OWN.get, Almanac().read)
    assert schedules.of(unit).due(TUESDAY, 1) == datetime.fromisoformat(f"2026-06-02T{due}+00:00")


def test_calendar_is_read_once_and_only_when_somebody_asks():
    almanac = Almanac()
    schedules = Schedules(OWN.get, almanac.read)
    assert almanac.readings == 0
    assert schedules.of(1) is schedules.of(3) is schedules.district
    assert schedules.of(2) is schedules.of(2)
    assert almanac.readings == 1
