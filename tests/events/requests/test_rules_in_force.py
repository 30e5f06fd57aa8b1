"""What the district's rules make of a content: the hour of the law, the day it holds on, and what it rests on."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from events.district.rule_values import DayOfYear
from events.district.rules import CURFEW, NOISE, Rules
from events.foundation.place import at_local
from events.requests import rules
from events.requests.fields import Content, Occurrence
from events.requests.rules import Around, Finding
from presenters.phrases import say
from tests.fixtures.moments import MONDAY
from tests.fixtures.requests import an_occurrence, whole_content

WINTER, SUMMER, LAST_OF_SUMMER = date(2026, 11, 13), date(2026, 7, 10), date(2026, 8, 31)


def on(day: date, ends: time, *, starts: time = time(18)) -> Occurrence:
    begins, over = at_local(day, starts), at_local(day, ends)
    return an_occurrence(begins, (over - begins) / timedelta(hours=1))


def around(known: Rules | None = None, **more: object) -> Around:
    return Around(MONDAY, known or Rules(), {}, 1, **more)  # type: ignore[arg-type]


def of(field: str, found: Iterable[Finding]) -> list[tuple[str, str]]:
    return [(str(one.phrase.params.get("hour", "")), one.source) for one in found if one.field == field]


def minors(age: int, *dates: Occurrence, **changes: object) -> Content:
    return whole_content(age_from=age, age_to=17, age_mark=None, minors=True, occurrences=dates, **changes)


@pytest.mark.parametrize(
    ("age", "day", "hour"),
    [
        (14, WINTER, "22:00"),
        (15, LAST_OF_SUMMER, "23:00"),
        (15, LAST_OF_SUMMER + timedelta(days=1), "22:00"),
        (14, date(2026, 5, 31), "22:00"),
        (14, date(2026, 6, 1), "23:00"),
        (16, WINTER, "23:00"),
        (17, SUMMER, "23:00"),
    ],
)
def test_minors_out_late_are_told_their_curfew_by_age_and_season(age: int, day: date, hour: str):
    assert of("escort", rules.problems(minors(age, on(day, time(21, 30))), around())) == [(hour, CURFEW)]


@pytest.mark.parametrize(
    ("age", "ends", "changes"), [(14, time(21, 29), {}), (18, time(23, 30), {}), (14, time(23), {"escort": "Автобус до метро."})]
)
def test_no_escort_is_asked_for_early_of_adults_or_once_it_is_named(age: int, ends: time, changes: dict[str, str]):
    assert of("escort", rules.problems(minors(age, on(WINTER, ends), **changes), around())) == []


def test_an_end_after_midnight_is_late():
    overnight = an_occurrence(at_local(WINTER, time(20)), 8)
    assert of("escort", rules.problems(minors(14, overnight), around())) == [("22:00", CURFEW)]


def test_of_several_late_dates_the_earliest_curfew_is_named():
    dates = (on(SUMMER, time(22)), on(WINTER, time(22)), on(WINTER, time(20)))
    assert of("escort", rules.problems(minors(14, *dates), around())) == [("22:00", CURFEW)]


def test_an_escort_is_needed_at_the_curfew_whatever_the_office_has_set():
    lax = Rules(escort_needed_from=time(23, 45), curfew_under_16_winter=time(21), sources={"curfew_under_16_winter": "новый закон"})
    assert of("escort", rules.problems(minors(14, on(WINTER, time(21))), around(lax))) == [("21:00", "новый закон")]
    assert of("escort", rules.problems(minors(14, on(WINTER, time(20, 59))), around(lax))) == []


def test_the_season_of_the_curfew_is_a_rule():
    long_summer = Rules(curfew_summer_from=DayOfYear(4, 1), curfew_summer_to=DayOfYear(11, 30))
    assert of("escort", rules.problems(minors(14, on(WINTER, time(22))), around(long_summer))) == [("23:00", CURFEW)]


def test_the_law_is_that_of_the_day_of_the_event():
    turn = WINTER + timedelta(days=1)
    earlier, later = Rules(), Rules(curfew_under_16_winter=time(20), noise_from=time(19), sources={"noise_from": "закон № 2"})
    by_day = around(earlier, rules_on=lambda day: later if day >= turn else earlier)
    before, after = (on(day, time(20, 30)) for day in (WINTER, turn))
    assert of("escort", rules.problems(minors(14, before), by_day)) == []
    assert of("escort", rules.problems(minors(14, after), by_day)) == [("20:00", CURFEW)]
    loud = whole_content(occurrences=(before, after), outdoor=True, sound=True)
    assert [(one.occurrence, one.source) for one in rules.warnings(loud, by_day) if one.field == "occurrences"] == [
        (after.key, "закон № 2")
    ]


@pytest.mark.parametrize(
    ("starts", "ends", "known", "is_loud"),
    [
        (time(18), time(22), Rules(), False),
        (time(18), time(22, 1), Rules(), True),
        (time(7, 59), time(9), Rules(), True),
        (time(8), time(9), Rules(), False),
        (time(8), time(9), Rules(noise_until_weekday=time(9)), True),
        (time(18), time(22), Rules(noise_from=time(21)), True),
    ],
)
def test_sound_in_the_open_is_warned_of_in_the_hours_of_quiet(starts: time, ends: time, known: Rules, is_loud: bool):
    loud = whole_content(occurrences=(on(SUMMER, ends, starts=starts),), outdoor=True, sound=True)
    assert of("occurrences", rules.warnings(loud, around(known))) == [("", NOISE)] * is_loud


def test_on_days_off_the_quiet_lasts_longer():
    loud = whole_content(occurrences=(on(date(2026, 7, 11), time(13), starts=time(11)),), outdoor=True, sound=True)
    assert of("occurrences", rules.warnings(loud, around())) == [("", NOISE)]
    assert of("occurrences", rules.warnings(loud, around(Rules(noise_until_weekend=time(11))))) == []


def test_who_counts_as_youth_is_a_rule():
    content = whole_content(age_from=14, age_to=35)
    assert of("age_from", rules.warnings(content, around())) == []
    assert of("age_from", rules.warnings(content, around(Rules(youth_age_to=30)))) == [("", "489-ФЗ, ст. 2")]
    assert of("age_from", rules.warnings(content, around(Rules(youth_age_from=16)))) == [("", "489-ФЗ, ст. 2")]


def test_limits_of_dates_and_people_are_rules():
    week = an_occurrence(datetime(2026, 7, 10, 9, tzinfo=UTC), 24 * 7)
    assert of("occurrences", rules.problems(whole_content(occurrences=(week,)), around())) == []
    assert len(of("occurrences", rules.problems(whole_content(occurrences=(week,)), around(Rules(longest_event_days=6))))) == 1
    two = whole_content(occurrences=(on(SUMMER, time(19)), on(WINTER, time(19))))
    assert of("occurrences", rules.problems(two, around())) == []
    assert len(of("occurrences", rules.problems(two, around(Rules(most_dates=1))))) == 1
    forty = whole_content(expected=40, safety_note="")
    strict = Rules(safety_note_from_people=40, sources={"safety_note_from_people": "приказ"})
    assert of("safety_note", rules.problems(forty, around())) == []
    assert of("safety_note", rules.problems(forty, around(strict))) == [("", "приказ")]


def test_how_many_more_people_are_material_is_a_rule():
    approved = whole_content(expected=100)
    wanted = replace(approved, expected=120)
    assert rules.material_change(approved, wanted, Rules()) == ()
    assert rules.material_change(approved, wanted, Rules(material_people_percent=19)) == ("expected",)


@pytest.mark.usefixtures("in_russian")
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"most_dates": 1}, "Оставьте в одной заявке не больше 1\u00a0даты."),
        ({"most_dates": 2}, "Оставьте в одной заявке не больше 2\u00a0дат."),
        ({"longest_event_days": 1}, "Одна дата длится не больше 1\u00a0дня: добавьте ещё даты."),
        ({"longest_event_days": 2}, "Одна дата длится не больше 2\u00a0дней: добавьте ещё даты."),
        ({"safety_note_from_people": 21}, "От 21\u00a0человека укажите, кто отвечает за безопасность и как выводят людей."),
        ({"safety_note_from_people": 25}, "От 25\u00a0человек укажите, кто отвечает за безопасность и как выводят людей."),
        ({"youth_age_to": 31}, "Молодёжь — это люди от 14 до 31\u00a0года; остальных в отчёте считают отдельно."),
        ({"youth_age_to": 30}, "Молодёжь — это люди от 14 до 30\u00a0лет; остальных в отчёте считают отдельно."),
    ],
)
def test_the_number_of_a_rule_is_said_with_its_right_plural(changed: dict[str, int], said: str):
    dates = tuple(an_occurrence(at_local(SUMMER + timedelta(days=7 * week), time(18)), 72) for week in range(3))
    content, known = whole_content(occurrences=dates, expected=40), around(Rules(**changed))  # type: ignore[arg-type]
    assert said in [say(one.phrase) for one in (*rules.problems(content, known), *rules.warnings(content, known))]
