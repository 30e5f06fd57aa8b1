"""Units as reminders keep them in each process: nothing of a change that was rolled back stays in them (decision 006)."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from events.foundation import work
from events.foundation.acting import SYSTEM
from events.reminders.queries.units import read_units
from events.worktime import operations as worktime
from events.worktime.vocabulary import DayKind

TUESDAY = datetime(2026, 6, 2, 9, 0, tzinfo=UTC)


@pytest.mark.usefixtures("cast")
def test_hours_asked_for_after_a_change_that_was_rolled_back_are_those_before_it(app: Flask) -> None:
    unit_id = work.transaction(lambda: min(read_units().staff), write=False)

    def close_the_day() -> None:
        units = read_units()
        worktime.set_day(date(2026, 6, 2), DayKind.OFF, False, None, by=SYSTEM, now=work.now())
        units.hours(unit_id).office_moment(TUESDAY)

    work.transaction(close_the_day, keep=lambda _: False)
    assert work.transaction(lambda: read_units().hours(unit_id).is_working_day(TUESDAY.date()), write=False)
