"""Working time: which hours the office is open, and deadlines counted in them.

Rules: `domain.md` section 6 and cases 24-28; public holidays by the Labour Code (ТК РФ), art. 112.
Moments are aware datetimes, results are UTC; a moment without a zone raises ValueError. Opening intervals are half-open,
[start, end), while a deadline may stand on the very end of one: what is due «до 18:00» is in time at 18:00:00.
"""

from events.worktime.hours.calendar import Calendar, Month, months, statutory_days
from events.worktime.hours.changes import Change, beside_decree
from events.worktime.hours.days import Day, check_day
from events.worktime.hours.decreed import decree, disagreements, read_year
from events.worktime.hours.office import DISTRICT_HOURS, Intervals, OfficeHours
from events.worktime.hours.proposed import eves, proposed_days
from events.worktime.hours.schedule import MOST_HOURS, Remaining, Schedule
from events.worktime.hours.words import phrase, warning

__all__ = [
    "DISTRICT_HOURS",
    "MOST_HOURS",
    "Calendar",
    "Change",
    "Day",
    "Intervals",
    "Month",
    "OfficeHours",
    "Remaining",
    "Schedule",
    "beside_decree",
    "check_day",
    "decree",
    "disagreements",
    "eves",
    "months",
    "phrase",
    "proposed_days",
    "read_year",
    "statutory_days",
    "warning",
]
