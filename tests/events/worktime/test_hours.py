"""The working-time engine: the vectors of the domain, the decreed sums, and properties that must hold for every moment."""

import json
import os
import time as process_time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.foundation.document import DefinitionError
from events.foundation.errors import Refused
from events.foundation.place import MOSCOW
from events.worktime.hours import (
    DISTRICT_HOURS,
    MOST_HOURS,
    Calendar,
    Day,
    Intervals,
    OfficeHours,
    Remaining,
    Schedule,
    check_day,
    decree,
    phrase,
    read_year,
    statutory_days,
    warning,
)
from events.worktime.hours.schedule import MOMENTS_KEPT
from events.worktime.vocabulary import DayKind

PLAIN: dict[str, Any] = json.loads((Path(__file__).parents[3] / "data" / "ru_calendar.json").read_text())
DAYS = {day: entry for year, plain in PLAIN.items() for day, entry in read_year(int(year), plain).items()}
CALENDAR = Calendar(DAYS, frozenset(map(int, PLAIN)))
DISTRICT = Schedule(CALENDAR)
FORTY = OfficeHours({weekday: ((time(9), time(13)), (time(14), time(18))) for weekday in range(5)})
CLUB = OfficeHours({weekday: ((time(12), time(20)),) for weekday in (1, 2, 3, 4, 5, 6)})
NIGHT = OfficeHours({weekday: ((time(16), time(20)), (time(21), time(0))) for weekday in range(6)} | {6: ((time(0), time(0)),)})
"""Open until midnight, on Sundays round the clock."""
UNKNOWN = Schedule(Calendar({}, frozenset()))


def at(text: str) -> datetime:
    """A moment on the office's clock, written as in the domain's vectors."""
    return datetime.strptime(text, "%d.%m.%Y %H:%M").replace(tzinfo=MOSCOW)


def dates(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("30.10.2026 16:30", 4, "02.11.2026 12:30"),
        ("03.11.2026 15:00", 4, "05.11.2026 11:00"),
        ("30.12.2026 17:30", 4, "11.01.2027 12:30"),
    ],
)
def test_due_follows_the_vectors_of_the_domain(start: str, hours: int, due: str) -> None:
    assert DISTRICT.due(at(start), hours) == at(due)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("30.10.2026 16:30", 1, "02.11.2026 18:00"),
        ("30.10.2026 16:30", 3, "05.11.2026 18:00"),
        ("03.11.2026 15:00", 3, "09.11.2026 18:00"),
        ("30.12.2026 17:30", 3, "13.01.2027 18:00"),
        ("19.02.2027 16:00", 1, "20.02.2027 17:00"),
        ("19.02.2027 16:00", 3, "25.02.2027 18:00"),
        ("29.04.2027 12:30", 1, "30.04.2027 16:00"),
        ("29.04.2027 12:30", 3, "05.05.2027 18:00"),
        ("28.11.2026 11:00", 1, "01.12.2026 18:00"),
    ],
)
def test_nth_working_day_end_follows_the_vectors_of_the_domain(start: str, days: int, end: str) -> None:
    assert DISTRICT.nth_working_day_end(at(start), days) == at(end)


def test_worked_follows_the_vector_of_the_domain() -> None:
    assert DISTRICT.worked(at("30.10.2026 16:30"), at("05.11.2026 10:00")) == timedelta(hours=16.9)


@pytest.mark.parametrize("year", [2025, 2026, 2027])
def test_calendar_gives_the_decreed_working_days_of_each_month(year: int) -> None:
    counted = {str(month): 0 for month in range(1, 13)}
    for day in dates(year):
        counted[str(day.month)] += DISTRICT.is_working_day(day)
    assert counted == PLAIN[str(year)]["by_month"]
    assert sum(counted.values()) == PLAIN[str(year)]["working_days"]


@pytest.mark.parametrize("year", [2025, 2026, 2027])
def test_a_forty_hour_week_gives_the_decreed_hours_of_the_year(year: int) -> None:
    worked = Schedule(CALENDAR, FORTY).worked(at(f"01.01.{year} 00:00"), at(f"01.01.{year + 1} 00:00"))
    assert worked == timedelta(hours=PLAIN[str(year)]["hours_40"])


def test_an_ordinary_district_week_has_forty_hours() -> None:
    assert DISTRICT.worked(at("16.11.2026 00:00"), at("23.11.2026 00:00")) == timedelta(hours=40)


# case 24


def test_due_is_the_closing_and_not_the_next_opening() -> None:
    assert DISTRICT.due(at("23.11.2026 14:00"), 4) == at("23.11.2026 18:00")


def test_due_is_the_beginning_of_lunch_and_not_its_end() -> None:
    assert DISTRICT.due(at("23.11.2026 09:00"), 4) == at("23.11.2026 13:00")


def test_due_in_no_time_is_the_start_itself() -> None:
    assert DISTRICT.due(at("28.11.2026 11:00"), 0) == at("28.11.2026 11:00")


def test_due_counts_parts_of_an_hour() -> None:
    assert DISTRICT.due(at("23.11.2026 12:45"), Decimal("0.5")) == at("23.11.2026 14:03")


def test_overdue_begins_after_the_due_moment() -> None:
    due = at("23.11.2026 18:00")
    assert DISTRICT.remaining(due, due) == Remaining(False, timedelta(), None)
    assert DISTRICT.remaining(due + timedelta(seconds=1), due) == Remaining(True, timedelta(), None)


# case 25


@pytest.mark.parametrize(
    ("now", "due", "msgid", "plural", "count"),
    [
        ("23.11.2026 09:00", "23.11.2026 14:48", "%(count)s working hour left", "%(count)s working hours left", 5),
        ("23.11.2026 09:00", "23.11.2026 17:48", "%(count)s working hour left", "%(count)s working hours left", 8),
        ("23.11.2026 09:00", "24.11.2026 17:35", "%(count)s working hour left", "%(count)s working hours left", 15),
        ("23.11.2026 09:00", "24.11.2026 17:36", "%(count)s working day left", "%(count)s working days left", 2),
        ("23.11.2026 17:20", "23.11.2026 18:00", "%(count)s working minute left", "%(count)s working minutes left", 40),
        ("23.11.2026 17:30", "24.11.2026 09:29", "%(count)s working minute left", "%(count)s working minutes left", 59),
        ("23.11.2026 18:00", "23.11.2026 15:00", "overdue by %(count)s working hour", "overdue by %(count)s working hours", 3),
        ("24.11.2026 17:36", "23.11.2026 09:00", "overdue by %(count)s working day", "overdue by %(count)s working days", 2),
        ("23.11.2026 13:30", "23.11.2026 12:40", "overdue by %(count)s working minute", "overdue by %(count)s working minutes", 20),
    ],
)
def test_phrase_words_full_days_from_two_on_and_hours_and_minutes_below(now: str, due: str, msgid: str, plural: str, count: int) -> None:
    words = phrase(DISTRICT.remaining(at(now), at(due)))
    assert (words.msgid, words.plural, words.n, words.params) == (msgid, plural, count, {"count": count})


@pytest.mark.parametrize(
    ("now", "due", "msgid"),
    [
        ("23.11.2026 18:00", "23.11.2026 18:00", "less than a working minute left"),
        ("28.11.2026 11:00", "27.11.2026 17:00", "overdue"),
    ],
)
def test_phrase_without_a_full_minute_has_no_number(now: str, due: str, msgid: str) -> None:
    words = phrase(DISTRICT.remaining(at(now), at(due)))
    assert (words.msgid, words.plural, words.n) == (msgid, None, None)


# case 26


def test_own_weekdays_override_the_weekend() -> None:
    club = Schedule(CALENDAR, CLUB)
    assert club.is_working_day(date(2026, 11, 28))
    assert not club.is_working_day(date(2026, 11, 23))
    assert club.due(at("28.11.2026 11:00"), 3) == at("28.11.2026 15:00")


def test_a_public_holiday_closes_unless_marked_open() -> None:
    assert not Schedule(CALENDAR, CLUB).is_working_day(date(2026, 3, 8))
    assert Schedule(CALENDAR, replace(CLUB, open_on_holidays=True)).is_working_day(date(2026, 3, 8))


def test_a_moved_day_off_closes_like_the_holiday_it_belongs_to() -> None:
    monday_too = OfficeHours({weekday: ((time(10), time(18)),) for weekday in range(7)})
    assert not Schedule(CALENDAR, monday_too).is_working_day(date(2027, 2, 22))
    assert Schedule(CALENDAR, replace(monday_too, open_on_holidays=True)).is_working_day(date(2027, 2, 22))


@pytest.mark.parametrize(("hours", "end"), [(DISTRICT_HOURS, "03.11.2026 17:00"), (CLUB, "03.11.2026 19:00"), (FORTY, "03.11.2026 17:00")])
def test_a_short_day_ends_one_hour_earlier(hours: OfficeHours, end: str) -> None:
    assert Schedule(CALENDAR, hours).end_of_day(date(2026, 11, 3)) == at(end)


def test_a_short_day_drops_hours_that_would_begin_after_its_end() -> None:
    late_hour = OfficeHours({1: ((time(9), time(13)), (time(14), time(14, 30)))})
    assert late_hour.on(Day(date(2026, 11, 3), DayKind.WORKING, short=True)) == ((time(9), time(13)),)


def test_a_short_day_of_less_than_an_hour_is_closed() -> None:
    after_midnight = OfficeHours({1: ((time(0), time(0, 30)),)})
    assert after_midnight.on(Day(date(2026, 11, 3), DayKind.WORKING, short=True)) == ()


@pytest.mark.parametrize(("works_as", "end"), [(None, time(18)), (0, time(18)), (4, time(17))])
def test_a_transferred_saturday_works_as_the_day_it_replaces(works_as: int | None, end: time) -> None:
    saturday = Day(date(2028, 2, 19), DayKind.WORKING, works_as=works_as)
    assert DISTRICT_HOURS.on(saturday)[-1][1] == end


def test_a_transferred_saturday_keeps_own_hours_where_the_replaced_day_is_closed() -> None:
    assert Schedule(CALENDAR, CLUB).end_of_day(date(2027, 2, 20)) == at("20.02.2027 19:00")


# case 28


def test_last_moment_before_is_the_closing_of_the_nth_working_day() -> None:
    assert DISTRICT.last_moment_before(at("09.11.2026 12:00"), 3) == at("03.11.2026 17:00")
    assert DISTRICT.last_moment_before(at("28.11.2026 00:00"), 1) == at("27.11.2026 17:00")
    assert DISTRICT.last_moment_before(at("28.11.2026 12:00"), 0) == at("28.11.2026 12:00")


# edges


def test_open_hours_are_half_open() -> None:
    assert not DISTRICT.is_open(at("23.11.2026 09:00") - timedelta(microseconds=1))
    assert DISTRICT.is_open(at("23.11.2026 09:00"))
    assert not DISTRICT.is_open(at("23.11.2026 13:00"))
    assert DISTRICT.is_open(at("23.11.2026 13:48"))
    assert not DISTRICT.is_open(at("23.11.2026 18:00"))


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("23.11.2026 10:15", "23.11.2026 10:15"),
        ("23.11.2026 13:00", "23.11.2026 13:48"),
        ("27.11.2026 17:00", "30.11.2026 09:00"),
        ("31.12.2026 10:00", "11.01.2027 09:00"),
    ],
)
def test_next_open_is_now_or_the_next_opening(moment: str, opening: str) -> None:
    assert DISTRICT.next_open(at(moment)) == at(opening)


@pytest.mark.parametrize(
    ("received", "end"),
    [
        ("23.11.2026 07:00", "24.11.2026 18:00"),
        ("23.11.2026 18:00", "24.11.2026 18:00"),
        ("23.11.2026 18:01", "25.11.2026 18:00"),
        ("23.11.2026 23:59", "25.11.2026 18:00"),
    ],
)
def test_receipt_after_hours_counts_as_the_next_working_day(received: str, end: str) -> None:
    assert DISTRICT.nth_working_day_end(at(received), 1) == at(end)


def test_the_day_of_receipt_itself_ends_at_its_closing() -> None:
    assert DISTRICT.nth_working_day_end(at("23.11.2026 10:00"), 0) == at("23.11.2026 18:00")


def test_nothing_is_worked_backwards() -> None:
    assert DISTRICT.worked(at("24.11.2026 10:00"), at("23.11.2026 10:00")) == timedelta()


def test_a_closed_day_has_no_end() -> None:
    with pytest.raises(ValueError, match="not a working day"):
        DISTRICT.end_of_day(date(2026, 11, 4))


def test_results_are_utc() -> None:
    start = at("23.11.2026 10:00")
    results = [
        DISTRICT.due(start, 1),
        DISTRICT.due(start, 0),
        DISTRICT.next_open(start),
        DISTRICT.end_of_day(date(2026, 11, 23)),
        DISTRICT.nth_working_day_end(start, 1),
        DISTRICT.last_moment_before(start, 1),
        DISTRICT.last_moment_before(start, 0),
    ]
    assert {result.tzinfo for result in results} == {UTC}


def test_a_naive_moment_is_an_error() -> None:
    naive, aware = datetime(2026, 11, 23, 10), at("23.11.2026 10:00")  # noqa: DTZ001 -- the naive moment is the subject
    calls = [
        lambda: DISTRICT.due(naive, 1),
        lambda: DISTRICT.worked(naive, aware),
        lambda: DISTRICT.worked(aware, naive),
        lambda: DISTRICT.nth_working_day_end(naive, 1),
        lambda: DISTRICT.last_moment_before(naive, 0),
        lambda: DISTRICT.is_open(naive),
        lambda: DISTRICT.next_open(naive),
        lambda: DISTRICT.unknown_years(aware, naive),
        lambda: DISTRICT.remaining(naive, aware),
    ]
    for call in calls:
        with pytest.raises(ValueError, match="time zone"):
            call()


@pytest.mark.parametrize("hours", [-1, Decimal("-0.001"), MOST_HOURS + 1])
def test_due_refuses_hours_out_of_range(hours: Decimal | int) -> None:
    with pytest.raises(ValueError, match="working hours"):
        DISTRICT.due(at("23.11.2026 10:00"), hours)


def test_working_days_are_never_negative() -> None:
    for count in (DISTRICT.nth_working_day_end, DISTRICT.last_moment_before):
        with pytest.raises(ValueError, match="negative"):
            count(at("23.11.2026 10:00"), -1)


# years without a calendar


def test_unknown_years_are_named_in_moscow() -> None:
    assert DISTRICT.unknown_years(at("01.01.2027 00:00"), at("31.12.2027 23:59")) == frozenset()
    assert DISTRICT.unknown_years(at("30.12.2027 12:00"), at("01.01.2028 00:30")) == {2028}
    assert DISTRICT.unknown_years(at("01.03.2029 12:00"), at("30.12.2027 12:00")) == {2028, 2029}


def test_warning_names_the_unknown_years_and_is_silent_without_any() -> None:
    words = warning(DISTRICT.unknown_years(at("01.03.2029 12:00"), at("30.12.2027 12:00")))
    assert words is not None
    assert words.params == {"years": "2028, 2029"}
    assert warning(frozenset()) is None


def test_a_draft_year_is_used_and_still_unknown() -> None:
    moved = Day(date(2028, 5, 2), DayKind.OFF)
    draft = Schedule(Calendar({moved.date: moved}, frozenset(), frozenset({2028})))
    assert not draft.is_working_day(moved.date)
    assert draft.is_working_day(date(2028, 6, 12))
    assert draft.unknown_years(at("10.01.2028 12:00"), at("11.01.2028 12:00")) == {2028}


def test_an_unknown_year_keeps_the_statutory_holidays() -> None:
    closed = [day for day in dates(2028) if not UNKNOWN.is_working_day(day) and day.weekday() < 5]
    assert closed == [
        *(date(2028, 1, number) for number in (3, 4, 5, 6, 7)), date(2028, 2, 23), date(2028, 3, 8), date(2028, 5, 1),
        date(2028, 5, 9), date(2028, 6, 12), date(2028, 11, 6),
    ]  # fmt: skip


def test_a_holiday_on_a_weekend_moves_its_day_off_to_the_next_working_day() -> None:
    moved = {day for day, entry in statutory_days(2027).items() if entry.kind is DayKind.OFF}
    assert moved == {date(2027, 5, 3), date(2027, 5, 10), date(2027, 6, 14)}


def test_a_day_set_by_hand_stands_above_the_statutory_rule() -> None:
    opened = Day(date(2028, 11, 6), DayKind.WORKING)
    assert Schedule(Calendar({opened.date: opened}, frozenset())).is_working_day(opened.date)


def test_a_schedule_that_never_opens_ends_the_search_with_an_error() -> None:
    only_holidays = {day: Day(day, DayKind.HOLIDAY) for year in (2030, 2031, 2032) for day in dates(year)}
    closed = Schedule(Calendar(only_holidays, frozenset({2030, 2031, 2032})))
    for search in (
        lambda: closed.due(at("01.03.2030 10:00"), 1),
        lambda: closed.next_open(at("01.03.2030 10:00")),
        lambda: closed.nth_working_day_end(at("01.03.2030 10:00"), 1),
        lambda: closed.last_moment_before(at("01.12.2031 10:00"), 1),
    ):
        with pytest.raises(ValueError, match="never open"):
            search()


# the table and the hours as data


def test_read_year_keeps_exceptional_days_only() -> None:
    assert read_year(2025, PLAIN["2025"])[date(2025, 11, 1)] == Day(date(2025, 11, 1), DayKind.WORKING, True, 0)
    assert len(read_year(2026, PLAIN["2026"])) == 14 + 4 + 4


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"working_days": None}, "2025/working_days"), ({"holidays": ["02-30"]}, "2025/holidays/0"), ({"holidays": 5}, "2025/holidays"),
        ({"days_off": ["01-01"]}, "2025/days_off/0"), ({"works_as": {"11-01": "someday"}}, "2025/works_as/11-01"),
        ({"works_as": {"11-02": "monday"}}, "2025/works_as/11-02"), ({"short_days": ["01-01"]}, "2025/holidays/0"),
        ({"short_days": ["01-04"]}, "2025/holidays/3"), ({"short_days": ["02-01"]}, "2025/short_days/0"),
        ({"works_as": []}, "2025/works_as"),
        ({"working_weekends": ["11-05"]}, "2025/works_as/11-01"), ({"hours_40": 1971}, "2025/hours_40"), ({"spare": 1}, "2025"),
        ({"by_month": {"1": 17}}, "2025/by_month"), ({"holidays": ["01-01", "01-01"]}, "2025/holidays/1"), ({"decree": 5}, "2025/decree"),
    ],
)  # fmt: skip
def test_read_year_refuses_what_cannot_be_read_and_says_where(change: dict[str, Any], place: str) -> None:
    changed = PLAIN["2025"] | change
    with pytest.raises(DefinitionError) as refused:
        (decree if "decree" in change else read_year)(2025, changed)
    assert refused.value.path == place


def test_read_year_refuses_a_table_that_does_not_add_up() -> None:
    with pytest.raises(DefinitionError, match="does not add up") as refusal:
        read_year(2026, PLAIN["2026"] | {"days_off": []})
    assert (refusal.value.path, refusal.value.fault.params) == ("2026/working_days", {"stated": 247, "counted": 251})


@pytest.mark.parametrize(
    ("day", "field"),
    [
        (Day(date(2026, 11, 4), DayKind.HOLIDAY, short=True), "short"),
        (Day(date(2026, 11, 28), DayKind.WORKING, works_as=7), "works_as"),
        (Day(date(2026, 11, 27), DayKind.WORKING, works_as=0), "works_as"),
        (Day(date(2026, 11, 28), DayKind.OFF, works_as=0), "works_as"),
    ],
)
def test_check_day_refuses_nonsense_at_its_field(day: Day, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        check_day(day)
    assert list(refusal.value.fields) == [field]


def test_a_working_weekend_of_which_nothing_is_said_works_as_monday() -> None:
    saturday = Day(date(2026, 11, 28), DayKind.WORKING)
    assert saturday.with_default_weekday() == replace(saturday, works_as=0)
    monday = Day(date(2026, 11, 30), DayKind.WORKING)
    assert monday.with_default_weekday() == monday


def test_office_hours_survive_json() -> None:
    for hours in (DISTRICT_HOURS, replace(CLUB, open_on_holidays=True), NIGHT):
        assert OfficeHours.from_plain(json.loads(json.dumps(hours.to_plain()))) == hours


def test_district_hours_as_json_are_as_the_domain_says() -> None:
    plain = DISTRICT_HOURS.to_plain()
    assert plain["weekdays"]["3"] == [["09:00", "13:00"], ["13:48", "18:00"]]
    assert plain["weekdays"]["4"] == [["09:00", "13:00"], ["13:48", "17:00"]]
    assert list(plain["weekdays"]) == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize(
    "weekdays",
    [
        {}, {0: ()}, {7: ((time(9), time(18)),)}, {0: ((time(18), time(9)),)}, {0: ((time(9), time(9)),)},
        {0: ((time(9), time(14)), (time(13), time(18)))}, {0: ((time(9), time(0)), (time(13), time(18)))},
    ],
)  # fmt: skip
def test_office_hours_refuse_nonsense(weekdays: dict[int, Intervals]) -> None:
    with pytest.raises(ValueError, match=r"hours|weekday"):
        OfficeHours(weekdays)


def test_hours_may_last_until_the_midnight_that_closes_the_day() -> None:
    """«24:00» as the office writes it; a receipt at that very moment is the closing day's (case 24)."""
    late = Schedule(CALENDAR, NIGHT)
    assert NIGHT.to_plain()["weekdays"]["0"] == [["16:00", "20:00"], ["21:00", "24:00"]]
    assert late.due(at("23.11.2026 16:00"), 7) == late.end_of_day(date(2026, 11, 23)) == at("24.11.2026 00:00")
    assert late.is_open(at("23.11.2026 23:59"))
    assert not late.is_open(at("24.11.2026 00:00"))
    assert late.office_moment(at("24.11.2026 00:00")) == at("24.11.2026 00:00")
    assert late.office_moment(at("24.11.2026 00:01")) == at("24.11.2026 16:00")
    assert late.nth_working_day_end(at("24.11.2026 00:00"), 1) == at("25.11.2026 00:00")
    assert late.nth_working_day_end(at("24.11.2026 00:01"), 1) == at("26.11.2026 00:00")
    assert late.last_moment_before(at("24.11.2026 18:00"), 1) == at("24.11.2026 00:00")
    assert late.day_before(at("24.11.2026 18:00"), 1) == date(2026, 11, 23)
    assert late.worked(at("22.11.2026 00:00"), at("24.11.2026 00:00")) == timedelta(hours=24 + 7)


def test_a_short_day_until_midnight_ends_an_hour_before_it() -> None:
    assert Schedule(CALENDAR, NIGHT).end_of_day(date(2026, 11, 3)) == at("03.11.2026 23:00")


# properties

moments = st.datetimes(datetime(2024, 12, 20), datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 -- the bounds of a strategy are naive
spans = st.decimals(Decimal(0), Decimal(200), places=2)
schedules = st.sampled_from([DISTRICT, Schedule(CALENDAR, CLUB), Schedule(CALENDAR, FORTY), Schedule(CALENDAR, NIGHT), UNKNOWN])
counts = st.integers(0, 30)


@given(schedules, moments, spans)
def test_worked_until_due_is_what_was_asked(schedule: Schedule, start: datetime, hours: Decimal) -> None:
    assert schedule.worked(start, schedule.due(start, hours)) == timedelta(hours=1) * float(hours)


@given(schedules, moments, moments, spans)
def test_due_never_moves_back_when_the_start_moves_on(schedule: Schedule, one: datetime, other: datetime, hours: Decimal) -> None:
    first, second = sorted((one, other))
    assert schedule.due(first, hours) <= schedule.due(second, hours)


@given(schedules, moments, spans, spans)
def test_more_hours_are_due_strictly_later(schedule: Schedule, start: datetime, one: Decimal, other: Decimal) -> None:
    fewer, more = sorted((one, other))
    assert (schedule.due(start, fewer) < schedule.due(start, more)) == (fewer < more)


@given(schedules, moments, spans.filter(bool))
def test_due_is_never_in_closed_time(schedule: Schedule, start: datetime, hours: Decimal) -> None:
    assert schedule.is_open(schedule.due(start, hours) - timedelta(microseconds=1))


@given(schedules, moments, spans, spans)
def test_due_in_two_steps_is_due_in_one(schedule: Schedule, start: datetime, one: Decimal, other: Decimal) -> None:
    assert schedule.due(schedule.due(start, one), other) == schedule.due(start, one + other)


@given(schedules, moments, moments, moments)
def test_worked_adds_up_over_any_middle(schedule: Schedule, one: datetime, two: datetime, three: datetime) -> None:
    first, middle, last = sorted((one, two, three))
    assert schedule.worked(first, middle) + schedule.worked(middle, last) == schedule.worked(first, last)
    assert schedule.worked(first, last) <= last - first


@given(schedules, moments)
def test_next_open_is_open_and_nothing_was_worked_until_it(schedule: Schedule, moment: datetime) -> None:
    opening = schedule.next_open(moment)
    assert schedule.is_open(opening)
    assert schedule.worked(moment, opening) == timedelta()


@given(schedules, moments, moments, counts)
def test_nth_working_day_end_never_moves_back(schedule: Schedule, one: datetime, other: datetime, days: int) -> None:
    first, second = sorted((one, other))
    assert schedule.nth_working_day_end(first, days) <= schedule.nth_working_day_end(second, days)
    assert schedule.nth_working_day_end(first, days) < schedule.nth_working_day_end(first, days + 1)


@given(schedules, moments, st.integers(1, 30))
def test_what_arrives_at_the_last_moment_has_its_working_days(schedule: Schedule, first: datetime, days: int) -> None:
    last_moment = schedule.last_moment_before(first, days)
    assert last_moment < first
    assert schedule.nth_working_day_end(last_moment, days - 1) < first
    assert schedule.nth_working_day_end(last_moment + timedelta(microseconds=1), days - 1) > last_moment


@given(schedules, moments, moments, counts)
def test_received_after_tells_of_what_the_working_days_are_not_over(
    schedule: Schedule, received: datetime, moment: datetime, days: int
) -> None:
    last = schedule.received_after(moment, days)
    assert (received > last) == (schedule.nth_working_day_end(received, days) >= moment)
    assert schedule.nth_working_day_end(last, days) < moment <= schedule.nth_working_day_end(last + timedelta(microseconds=1), days)


@given(schedules, moments, moments)
def test_remaining_and_overdue_exclude_each_other(schedule: Schedule, now: datetime, due: datetime) -> None:
    remaining = schedule.remaining(now, due)
    assert remaining.overdue == (now > due)
    assert remaining.working == max(schedule.worked(now, due), schedule.worked(due, now))
    assert remaining.days is None or remaining.days >= 2


@pytest.fixture(params=["America/Los_Angeles", "Pacific/Kiritimati"])
def process_zone(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    process_time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    process_time.tzset()


@pytest.mark.usefixtures("process_zone")
def test_results_do_not_depend_on_the_zone_of_the_process() -> None:
    fresh = Schedule(CALENDAR)
    assert fresh.due(at("30.12.2026 17:30"), 4) == at("11.01.2027 12:30")
    assert fresh.nth_working_day_end(at("31.12.2026 23:59"), 1) == at("12.01.2027 18:00")
    assert fresh.unknown_years(at("31.12.2027 23:59"), at("31.12.2027 23:59")) == frozenset()


def test_a_schedule_kept_for_months_does_not_remember_every_moment_it_was_asked_about() -> None:
    schedule, first = Schedule(Calendar({}, frozenset({2026}))), datetime(2026, 6, 2, 9, tzinfo=UTC)
    found = [schedule.office_moment(first + timedelta(microseconds=number)) for number in range(MOMENTS_KEPT + 10)]
    assert len(schedule._moments) <= MOMENTS_KEPT
    assert [schedule.office_moment(one) for one in found] == found
