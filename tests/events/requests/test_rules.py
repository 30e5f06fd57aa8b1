"""What a request must say and what deserves a warning: every finding, at its boundaries, without a database."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from events.district.rules import Rules
from events.foundation.place import at_local
from events.requests import rules
from events.requests.fields import BudgetLine, Content, CoOrganizer, Occurrence
from events.requests.rules import Around, Finding, VenueFacts
from events.requests.sections import SECTION_OF
from events.requests.vocabulary import AgeMark, BudgetSource, Format, PriceType, Registration, Section
from events.venues.hours import Closure, Opening
from presenters.phrases import say
from tests.fixtures.requests import FIRST_START, an_occurrence, whole_content

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
LEAD, HALL, PARK, NET = 1, 3, 4, 15
VENUES = {
    HALL: VenueFacts("Большой зал", 320),
    PARK: VenueFacts("Парк", 5000, exclusive=False, is_outdoor=True),
    NET: VenueFacts("Трансляция", 10_000, online=True, exclusive=False),
}
AROUND = Around(NOW, Rules(), VENUES, LEAD)
FRIDAY, SATURDAY = FIRST_START.date(), date(2026, 7, 11)


def at(hour: int, minute: int = 0, day: date = FRIDAY) -> datetime:
    """That time on the office's clock."""
    return at_local(day, time(hour, minute))


def dated(starts: datetime = FIRST_START, ends: datetime | None = None, **changes: Any) -> tuple[Occurrence, ...]:
    """One date, of two hours unless said."""
    return (replace(an_occurrence(starts), ends_at=ends or starts + timedelta(hours=2), **changes),)


def daily(days: int) -> tuple[Occurrence, ...]:
    """A date a day."""
    return tuple(an_occurrence(FIRST_START + timedelta(days=day)) for day in range(days))


def told(
    judge: Callable[[Content, Around], tuple[Finding, ...]], changes: dict[str, Any], around: Around = AROUND
) -> list[tuple[str, str]]:
    """Field and sentence of every finding about an ordinary request with these changes."""
    return [(one.field, one.phrase.msgid) for one in judge(whole_content(**changes), around)]


def test_an_ordinary_request_has_nothing_wrong_and_nothing_to_look_at() -> None:
    assert (told(rules.problems, {}), told(rules.warnings, {})) == ([], [])


# --- What keeps a request from being submitted --------------------------------------------------------------------------------------------

NO_PLACE = {"place_name": "", "place_address": ""}
LATE = dated(at(19, 30), at(21, 30))
NIGHT = dated(at(22), at(0, 30, SATURDAY))
LAST_DAY = date(2026, 7, 23)
TWO_WEEKS = dated(at(12), at(18, 0, LAST_DAY))
ONLINE = {**NO_PLACE, "format": Format.ONLINE, "online_url": "https://vk.ru/live"}

PROBLEMS: list[tuple[dict[str, Any], str | None, str]] = [
    ({"title": "я" * 7}, "title", "Give the event a title"),
    ({"title": "я" * 8}, None, ""),
    ({"title": "я" * 150}, None, ""),
    ({"title": "я" * 151}, "title", "Give the event a title"),
    ({"short_desc": "я" * 49}, "short_desc", "Write an announcement"),
    ({"short_desc": "я" * 50}, None, ""),
    ({"short_desc": "я" * 300}, None, ""),
    ({"short_desc": "я" * 301}, "short_desc", "Write an announcement"),
    ({"description": ""}, None, ""),
    ({"description": "я" * 4000}, None, ""),
    ({"description": "я" * 4001}, "description", "Shorten the description"),
    ({"goal": ""}, "goal", "State the goal"),
    ({"goal": "я" * 1000}, None, ""),
    ({"goal": "я" * 1001}, "goal", "Shorten the goal"),
    ({"direction": None}, "direction", "Choose the direction"),
    ({"event_type": None}, "event_type", "Choose the type"),
    ({"level": None}, "level", "Choose the level"),
    ({"format": None}, "format", "Choose whether it is held in person"),
    ({"age_mark": None}, "age_mark", "Choose the age mark"),
    ({"registration": None}, "registration", "Say whether participants sign up"),
    ({"price_type": None}, "price_type", "Say whether entry is free"),
    ({"responsible_id": None}, "responsible_id", "Name the person in charge"),
    ({"extra_directions": ("a", "b")}, None, ""),
    ({"extra_directions": ("a", "b", "c")}, "extra_directions", "Leave at most two"),
    ({"out_of_plan": True}, "out_of_plan_reason", "Explain why the event is not in the plan"),
    ({"out_of_plan": True, "out_of_plan_reason": "Указание главы"}, None, ""),
    ({"co_organizers": (CoOrganizer(LEAD),)}, "co_organizers", "The lead institution cannot be"),
    ({"co_organizers": (CoOrganizer(LEAD + 1),)}, None, ""),
    ({"partners": True}, "partners_note", "Name the partners"),
    ({"partners": True, "partners_note": "Типография"}, None, ""),
    ({"occurrences": ()}, "occurrences", "Add at least one date"),
    ({"occurrences": daily(60)}, None, ""),
    ({"occurrences": daily(61)}, "occurrences", "Leave at most %(n)s"),
    ({"occurrences": (Occurrence("k"),)}, "occurrences", "Fill in the day"),
    ({"occurrences": (Occurrence("k", FIRST_START),)}, "occurrences", "Fill in the day"),
    ({"occurrences": dated(FIRST_START, FIRST_START)}, "occurrences", "The end must be later"),
    ({"occurrences": dated(FIRST_START, FIRST_START + timedelta(seconds=1))}, None, ""),
    ({"occurrences": dated(FIRST_START, FIRST_START + timedelta(days=14))}, None, ""),
    ({"occurrences": dated(FIRST_START, FIRST_START + timedelta(days=14, seconds=1))}, "occurrences", "One date may last at most"),
    ({"occurrences": dated(setup_from=FIRST_START)}, None, ""),
    ({"occurrences": dated(setup_from=FIRST_START + timedelta(seconds=1))}, "occurrences", "Setting up must begin"),
    ({"occurrences": dated(teardown_to=FIRST_START + timedelta(hours=2))}, None, ""),
    ({"occurrences": dated(teardown_to=FIRST_START + timedelta(minutes=119))}, "occurrences", "Clearing up must end"),
    ({"occurrences": dated(NOW)}, "occurrences", "This date has passed"),
    ({"occurrences": dated(NOW + timedelta(seconds=1))}, None, ""),
    ({"occurrences": dated(at(23, 59, date(2100, 12, 31)))}, None, ""),
    ({"occurrences": dated(at(0, 0, date(2101, 1, 1)))}, "occurrences", "Check the year"),
    (NO_PLACE, "venue_id", "Choose a venue or name another place"),
    ({"place_address": ""}, "place_address", "Give the address of the place"),
    ({**NO_PLACE, "format": Format.ONLINE, "online_url": "https://vk.ru/live"}, None, ""),
    ({"format": Format.MIXED}, "online_url", "Give the address of the broadcast"),
    ({"format": Format.MIXED, "online_url": "http://vk.ru/live"}, "online_url", "Give the address of the broadcast"),
    ({"format": Format.MIXED, "online_url": "https://vk"}, "online_url", "Give the address of the broadcast"),
    ({"format": Format.MIXED, "online_url": "https://vk.ru/live now"}, "online_url", "Give the address of the broadcast"),
    ({"outdoor": True, "rain_plan": "я" * 19}, "rain_plan", "Say in a sentence what happens in bad weather"),
    ({"outdoor": True, "rain_plan": "я" * 20}, None, ""),
    ({"venue_id": HALL, "expected": 320, "safety_note": "Дежурный"}, None, ""),
    ({"venue_id": HALL, "expected": 321, "safety_note": "Дежурный"}, "expected", "“%(venue)s” has room for"),
    ({"venue_id": 99}, None, ""),
    ({"venue_id": NET}, "venue_id", "This place is on the net only"),
    ({"venue_id": NET, "format": Format.MIXED, "online_url": "https://video.example/quiz"}, "venue_id", "This place is on the net only"),
    ({"venue_id": NET, "format": Format.ONLINE, "online_url": "https://video.example/quiz"}, None, ""),
    ({"venue_id": HALL, "occurrences": (replace(an_occurrence(), venue_id=NET),)}, "occurrences", "This place is on the net only"),
    ({"expected": None}, "expected", "Give the expected number"),
    ({"expected": 0}, "expected", "Give the expected number"),
    ({"expected": 1}, None, ""),
    ({"expected": 100_000, "safety_note": "Дежурный"}, None, ""),
    ({"expected": 100_001, "safety_note": "Дежурный"}, "expected", "Give the expected number"),
    ({"age_from": None}, "age_from", "Give the participants' age"),
    ({"age_to": 100}, "age_from", "Give the participants' age"),
    ({"age_from": 0, "age_to": 99, "age_mark": AgeMark.ZERO}, None, ""),
    ({"age_from": 35, "age_to": 35}, None, ""),
    ({"age_from": 36, "age_to": 35}, "age_to", "The upper age must not be below"),
    ({"responsible_phone": "+7812123456"}, "responsible_phone", "Give the phone"),
    ({"responsible_phone": "+381212345678"}, "responsible_phone", "Give the phone"),
    ({"age_from": 17, "occurrences": LATE}, "escort", "It ends late and minors take part"),
    ({"age_from": 17, "occurrences": NIGHT}, "escort", "It ends late and minors take part"),
    ({"age_from": 17, "occurrences": LATE, "escort": "Родители"}, None, ""),
    ({"age_from": 18, "occurrences": LATE}, None, ""),
    ({"age_from": 17, "occurrences": dated(at(19), at(21, 29))}, None, ""),
    ({"age_from": 17, "occurrences": TWO_WEEKS}, None, ""),
    ({"age_from": 17, "occurrences": dated(at(12), at(21, 29, LAST_DAY))}, None, ""),
    ({"age_from": 17, "occurrences": dated(at(12), at(21, 30, LAST_DAY))}, "escort", "It ends late and minors take part"),
    ({"age_from": 17, "occurrences": dated(at(12), at(2, 0, LAST_DAY))}, "escort", "It ends late and minors take part"),
    ({"age_from": 17, "occurrences": dated(at(12), at(11, 59, SATURDAY))}, "escort", "It ends late and minors take part"),
    ({"age_from": 17, "occurrences": dated(at(12), at(12, 0, SATURDAY))}, None, ""),
    ({"age_from": 17, "occurrences": dated(at(3), at(5, 59))}, "escort", "It ends late and minors take part"),
    ({"age_from": 17, "occurrences": dated(at(3), at(6))}, None, ""),
    ({**ONLINE, "age_from": 17, "occurrences": NIGHT}, None, ""),
    ({**ONLINE, "expected": 5000}, None, ""),
    ({"age_from": 16, "age_mark": AgeMark.SIXTEEN}, None, ""),
    ({"age_from": 15, "age_mark": AgeMark.SIXTEEN}, "age_mark", "The mark %(mark)s does not fit"),
    ({"price_type": PriceType.PAID}, "price_rub", "Give the price"),
    ({"price_type": PriceType.PAID, "price_rub": Decimal(0)}, "price_rub", "Give the price"),
    ({"price_type": PriceType.PAID, "price_rub": Decimal("0.01")}, None, ""),
    ({"registration": Registration.EXTERNAL}, "registration_url", "Give the address of the registration page"),
    ({"registration": Registration.EXTERNAL, "registration_url": "https://vk.ru/quiz"}, None, ""),
    ({"budget": (BudgetLine("", Decimal(1), BudgetSource.SPONSOR),)}, "budget", "Name each line"),
    ({"budget": (BudgetLine("Призы", Decimal(0), BudgetSource.SPONSOR),)}, "budget", "Name each line"),
    ({"budget": (BudgetLine("Призы", Decimal("0.01"), BudgetSource.SPONSOR),)}, None, ""),
    ({"budget": ()}, None, ""),
    ({"expected": 49}, None, ""),
    ({"expected": 50}, "safety_note", "From %(n)s person on"),
    ({"expected": 50, "safety_note": "Дежурный"}, None, ""),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "field", "begins"), PROBLEMS)
def test_problem(changes: dict[str, Any], field: str | None, begins: str) -> None:
    found = told(rules.problems, changes)
    assert [name for name, _ in found] == ([field] if field else [])
    assert [sentence for _, sentence in found if not sentence.startswith(begins)] == []


def test_every_choice_of_a_blank_request_is_asked_for_in_the_order_of_the_form() -> None:
    found = [one.field for one in rules.problems(Content(), AROUND)]
    assert found == sorted(found, key=list(SECTION_OF).index)
    assert set(found) == {
        "title", "short_desc", "goal", "direction", "event_type", "level", "format", "occurrences", "venue_id",
        "expected", "age_from", "responsible_id", "responsible_phone", "price_type", "age_mark", "registration",
    }  # fmt: skip


def test_two_dates_at_one_venue_overlap_with_their_set_up() -> None:
    first, second = an_occurrence(FIRST_START), an_occurrence(FIRST_START + timedelta(hours=2))
    early = replace(second, setup_from=FIRST_START + timedelta(minutes=119))
    overlaps = {"venue_id": HALL, "occurrences": (early, first)}
    assert told(rules.problems, {"venue_id": HALL, "occurrences": (first, second)}) == []
    (clash,) = rules.problems(whole_content(**overlaps), AROUND)
    assert (clash.field, clash.occurrence, clash.section) == ("occurrences", early.key, Section.SCHEDULE)
    assert told(rules.problems, {**overlaps, "venue_id": PARK}) == []
    assert told(rules.problems, {**overlaps, "occurrences": (first, replace(early, venue_id=PARK))}) == []


def test_date_in_force_may_stay_though_it_has_passed() -> None:
    passed = an_occurrence(NOW - timedelta(days=1))
    kept = replace(AROUND, approved={passed.key: passed.starts_at})
    assert told(rules.problems, {"occurrences": (passed,)}, kept) == []
    moved = replace(passed, starts_at=NOW - timedelta(hours=1), ends_at=NOW)
    assert [name for name, _ in told(rules.problems, {"occurrences": (moved,)}, kept)] == ["occurrences"]


@pytest.mark.parametrize(("minutes", "late"), [(-1, False), (0, False), (1, True)])
def test_submission_after_the_last_moment_is_explained_and_counted(minutes: int, late: bool) -> None:
    around = replace(AROUND, now=NOW + timedelta(minutes=minutes), last_moment=NOW)
    assert [name for name, _ in told(rules.problems, {}, around)] == ["late_reason"] * late
    explained = {"late_reason": "Площадку дали вчера"}
    assert told(rules.problems, explained, around) == []
    assert [name for name, _ in told(rules.warnings, explained, around)] == ["late_reason"] * late


def test_thresholds_are_those_of_the_district() -> None:
    around = replace(AROUND, rules=Rules(safety_note_from_people=30, most_dates=1, longest_event_days=1))
    two = (an_occurrence(), an_occurrence(FIRST_START + timedelta(days=3), hours=25))
    assert [name for name, _ in told(rules.problems, {"occurrences": two}, around)] == ["occurrences", "occurrences", "safety_note"]


# --- What should be looked at again -------------------------------------------------------------------------------------------------------

OPEN = {"outdoor": True, "sound": True, "rain_plan": "Переносим на день позже."}

WARNINGS: list[tuple[dict[str, Any], str | None]] = [
    ({"title": "ФЕСТИВАЛЬ"}, "title"),
    ({"title": "КВИЗ БПЛ"}, None),
    ({"title": "КВИЗ БПЛА о районе"}, None),
    ({"age_from": 13, "minors": True}, "age_from"),
    ({"age_from": 14, "minors": True}, None),
    ({"age_to": 36}, "age_from"),
    ({"age_from": 17}, "minors"),
    ({"age_from": 17, "minors": True}, None),
    ({**OPEN, "occurrences": dated(at(20), at(22))}, None),
    ({**OPEN, "occurrences": dated(at(20), at(22, 1))}, "occurrences"),
    ({**OPEN, "occurrences": NIGHT}, "occurrences"),
    ({**OPEN, "occurrences": dated(at(8), at(10))}, None),
    ({**OPEN, "occurrences": dated(at(7, 59), at(10))}, "occurrences"),
    ({**OPEN, "occurrences": dated(at(9), at(10), setup_from=at(7, 59))}, "occurrences"),
    ({**OPEN, "occurrences": dated(at(12, day=SATURDAY))}, None),
    ({**OPEN, "occurrences": dated(at(11, 59, SATURDAY))}, "occurrences"),
    ({**OPEN, "occurrences": TWO_WEEKS}, None),
    ({**OPEN, "occurrences": dated(at(12), at(22, 1, LAST_DAY))}, "occurrences"),
    ({**OPEN, "occurrences": dated(at(12), at(7, 0, LAST_DAY))}, "occurrences"),
    ({**OPEN, "sound": False, "occurrences": NIGHT}, None),
    ({**OPEN, "outdoor": False, "occurrences": NIGHT}, None),
    ({**OPEN, "outdoor": False, "venue_id": PARK, "occurrences": NIGHT}, "occurrences"),
]


@pytest.mark.parametrize(("changes", "field"), WARNINGS)
def test_warning(changes: dict[str, Any], field: str | None) -> None:
    assert [name for name, _ in told(rules.warnings, changes)] == ([field] if field else [])


def test_hours_of_quiet_follow_the_days_off_of_the_calendar() -> None:
    morning = {**OPEN, "occurrences": dated(at(9))}
    assert told(rules.warnings, morning) == []
    holiday = replace(AROUND, is_day_off=lambda day: day == FIRST_START.date())
    assert [name for name, _ in told(rules.warnings, morning, holiday)] == ["occurrences"]


# --- What the venue says of a date --------------------------------------------------------------------------------------------------------

WEEKDAYS = Opening.from_plain({"weekdays": {str(day): [["10:00", "21:00"]] for day in range(5)}})
REPAIR = Closure(date(2026, 7, 10), date(2026, 7, 12), "ремонт")


def at_venue(**facts: Any) -> Around:
    """The hall with these facts."""
    return replace(AROUND, venues={HALL: replace(VENUES[HALL], **facts)})


@pytest.mark.parametrize(
    ("facts", "changes", "said"),
    [
        ({"opening": WEEKDAYS}, {}, None),
        ({"opening": WEEKDAYS}, {"occurrences": dated(at(19), at(21))}, None),
        (
            {"opening": WEEKDAYS},
            {"occurrences": dated(at(19), at(21, 1))},
            "“Большой зал” is open 10:00–21:00 on 2026-07-10: choose another time or another venue.",
        ),
        (
            {"opening": WEEKDAYS},
            {"occurrences": dated(at(12, day=SATURDAY))},
            "“Большой зал” is not open on 2026-07-11: choose another day or another venue.",
        ),
        (
            {"closed": (REPAIR,)},
            {},
            "“Большой зал” is closed from 2026-07-10 to 2026-07-12 (ремонт): choose another day or another venue.",
        ),
        ({"closed": (REPAIR,)}, {"occurrences": dated(at(18, day=date(2026, 7, 13)))}, None),
        ({"closed": (REPAIR,)}, {"venue_id": None, "place_name": "Двор", "place_address": "ул. Зайцева, 3"}, None),
    ],
)
def test_a_date_when_the_venue_is_shut_keeps_the_request_from_being_submitted(
    facts: dict[str, Any], changes: dict[str, Any], said: str | None
) -> None:
    found = rules.problems(whole_content(**{"venue_id": HALL, **changes}), at_venue(**facts))
    assert [(one.field, one.phrase.msgid % one.phrase.params) for one in found] == ([("occurrences", said)] if said else [])


def test_a_date_that_is_over_is_not_asked_about_closures() -> None:
    """A series goes on, and the hall was closed for repair after its first evening."""
    first, second = dated(NOW - timedelta(days=2)) + dated(at(18))
    around = replace(at_venue(closed=(Closure(first.starts_at.date(), NOW.date(), "ремонт"),)), approved={first.key: first.starts_at})
    assert told(rules.problems, {"venue_id": HALL, "occurrences": (first, second)}, around) == []


def test_set_up_while_the_venue_is_shut_is_agreed_with_it() -> None:
    early = {"venue_id": HALL, "occurrences": dated(at(10), at(12), setup_from=at(9))}
    (found,) = rules.warnings(whole_content(**early), at_venue(opening=WEEKDAYS))
    assert (found.part, say(found.phrase)) == (
        "setup_at",
        "“Большой зал” is not open for all of it: agree with the venue who lets you in.",
    )
    assert told(rules.problems, early, at_venue(opening=WEEKDAYS)) == []


@pytest.mark.parametrize(("until", "warned"), [(FRIDAY, []), (FRIDAY - timedelta(days=1), [""]), (None, [])])
def test_a_safety_passport_holds_on_the_day_of_the_event(until: date | None, warned: list[str]) -> None:
    two = dated(at(18)) + dated(at(18, day=date(2026, 7, 13)))
    content = whole_content(venue_id=HALL, occurrences=two if warned else two[:1])
    found = rules.warnings(content, at_venue(safety_passport_until=until))
    assert [(one.field, one.occurrence, one.source) for one in found] == [
        ("occurrences", two[0].key, "ПП РФ от 25.03.2015 № 272") for _ in warned
    ]


@pytest.mark.parametrize(
    ("gap", "facts", "in_force", "clashes"),
    [
        (30, {"buffers": (timedelta(minutes=15), timedelta(minutes=15))}, False, False),
        (29, {"buffers": (timedelta(minutes=15), timedelta(minutes=15))}, False, True),
        (29, {"buffers": (timedelta(minutes=15), timedelta(minutes=15))}, True, False),
        (-60, {"exclusive": False}, False, False),
        (-60, {"exclusive": False, "at_once": 2}, False, False),
        (-60, {"exclusive": False, "at_once": 1}, False, True),
    ],
)
def test_dates_of_one_request_have_room_beside_each_other(gap: int, facts: dict[str, Any], in_force: bool, clashes: bool) -> None:
    two = dated(at(12)) + dated(at(14) + timedelta(minutes=gap))
    around = replace(at_venue(**facts), approved={one.key: one.starts_at for one in two} if in_force else {})
    assert [name for name, _ in told(rules.problems, {"venue_id": HALL, "occurrences": two}, around)] == ["occurrences"] * clashes


# --- What is plain without a tick ---------------------------------------------------------------------------------------------------------

CROWD = {"outdoor": True, "expected": 80}

DANGERS: list[tuple[dict[str, Any], list[str]]] = [
    ({}, []),
    (CROWD, ["80 people in the open air"]),
    ({**CROWD, "expected": 50}, ["50 people in the open air"]),
    ({**CROWD, "expected": 49}, []),
    ({**CROWD, "outdoor": False}, []),
    ({**CROWD, "outdoor": False, "venue_id": PARK}, ["80 people in the open air"]),
    ({**CROWD, "outdoor": False, "venue_id": PARK, **ONLINE}, []),
    ({"age_from": 14, "occurrences": dated(at(20), at(2, 0, SATURDAY))}, ["minors until 02:00"]),
    ({"age_from": 14, "occurrences": LATE, **CROWD}, ["80 people in the open air", "minors until 21:30"]),
    ({"age_from": 14, "occurrences": TWO_WEEKS}, []),
    ({"age_from": 18, "occurrences": NIGHT}, []),
    ({**ONLINE, **CROWD, "age_from": 14, "occurrences": NIGHT}, []),
]


@pytest.mark.parametrize(("changes", "dangers"), DANGERS)
def test_danger_that_nobody_ticked(changes: dict[str, Any], dangers: list[str]) -> None:
    found = rules.evident_dangers(whole_content(**changes), AROUND.venues, Rules(), lambda day: Rules())
    assert [say(one) for one in found] == dangers


# --- What a change needs ------------------------------------------------------------------------------------------------------------------

LINE = BudgetLine("Сувениры", Decimal("6000.00"), BudgetSource.STATE_TASK)

CHANGES: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    ({}, ()),
    ({"title": "Квиз о районе"}, ("title",)),
    ({"short_desc": "я" * 60, "description": "Иначе", "goal": "Иначе", "comment": "Иначе", "photo": True}, ()),
    ({"occurrences": dated(FIRST_START + timedelta(hours=1))}, ("occurrences",)),
    ({"place_name": "Парк", "place_address": "пр. Стачек, 20"}, ("place_name", "place_address")),
    ({"venue_id": HALL}, ("venue_id",)),
    ({"outdoor": True, "rain_plan": "В зал"}, ("outdoor", "rain_plan")),
    ({"co_organizers": (CoOrganizer(7),)}, ("co_organizers",)),
    ({"escort": "Родители"}, ("escort",)),
    ({"pyro": True, "safety_note": "Дежурный"}, ("pyro", "safety_note")),
    ({"budget": (replace(LINE, amount=Decimal("6000.01")),)}, ("budget",)),
    ({"budget": (replace(LINE, amount=Decimal("5999.99")),)}, ()),
    ({"budget": (replace(LINE, name="Призы"),)}, ()),
    ({"expected": 48}, ()),
    ({"expected": 49}, ("expected",)),
    ({"expected": 1}, ()),
    ({"expected": None}, ()),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "material"), CHANGES)
def test_material_change(changes: dict[str, Any], material: tuple[str, ...]) -> None:
    approved = whole_content(occurrences=dated(), budget=(LINE,))
    assert rules.material_change(approved, replace(approved, **changes), Rules()) == material
