"""The checksum of a revision: what it depends on, and that what is stored keeps its own."""

from dataclasses import replace
from datetime import UTC, date, datetime

from events.requests.fields import Content, Occurrence
from events.requests.sections import digest

KEY = "00000000-0000-0000-0000-000000000005"
EVENING = Content(
    title="Квиз", occurrences=(Occurrence(KEY, datetime(2026, 7, 10, 15, tzinfo=UTC), datetime(2026, 7, 10, 17, tzinfo=UTC)),)
)


def test_a_field_that_came_later_changes_no_checksum_that_is_stored():
    assert digest(EVENING) == "70e74223839ddbb4f2b5812a7b5e2eed3a3a5ae3fcbbde00d7c8d784684ec64a"


def test_a_day_without_hours_is_part_of_what_is_said():
    tenth, eleventh = (replace(EVENING, occurrences=(Occurrence(KEY, day=date(2026, 7, one)),)) for one in (10, 11))
    assert digest(tenth) != digest(eleventh)
