"""The production calendar's page: what it says of a year, and what the administrator changes in it (case 26; I12)."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from events.audit.models import AuditEntry
from events.beginning import example
from events.foundation import work
from events.foundation.acting import SYSTEM
from events.foundation.db import db
from events.people import operations as people
from events.worktime import operations, queries
from events.worktime.hours import Change, Day, beside_decree, proposed_days, read_year
from events.worktime.models import CalendarDay, CalendarYear
from events.worktime.vocabulary import DayKind
from tests.fixtures.browsing import Client, Page
from tests.fixtures.cast import Cast

SignedIn = Callable[[str], Client]
BEFORE_THE_DAY = datetime(2026, 6, 16, 7, 0, tzinfo=UTC)
"""Tuesday 16 June 2026, 10:00 in Moscow."""
A_DAY = 8
"""Working hours; a day from Monday to Thursday has 8 h 12 min of them, lunch aside."""
PAGE = "/production-calendar/2026"
PLAIN = json.loads((Path(__file__).resolve().parents[2] / "data" / "ru_calendar.json").read_text())


def stored(day: date) -> Day:
    return work.transaction(lambda: queries.calendar().day(day), write=False)


def due() -> datetime:
    return work.transaction(lambda: queries.schedule().due(BEFORE_THE_DAY, A_DAY), write=False)


def records() -> int | None:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.subject_kind == "calendar_year"))


def known_facts(page: Page) -> list[str]:
    return page.texts("dd")


def month(page: Page, number: int) -> str:
    return page.texts("li", class_="month")[number - 1]


def test_this_year_is_that_of_moscow(signed_in: SignedIn, freeze: Any):
    admin = signed_in("admin")
    admin.get("/production-calendar", expect_redirect=PAGE)


def test_the_year_begins_in_moscow(signed_in: SignedIn, freeze: Any):
    freeze.move_to(datetime(2026, 12, 31, 20, 59, tzinfo=UTC))
    admin = signed_in("admin")
    admin.get("/production-calendar", expect_redirect=PAGE)
    freeze.move_to(datetime(2026, 12, 31, 21, 0, tzinfo=UTC))
    admin.get("/production-calendar", expect_redirect="/production-calendar/2027")


@pytest.mark.parametrize("year", [2025, 2026, 2027])
def test_a_known_year_is_counted_as_the_published_calendar_counts_it(signed_in: SignedIn, year: int):
    page = signed_in("admin").get(f"/production-calendar/{year}")
    plain = PLAIN[str(year)]
    assert page.h1 == f"Производственный календарь на {year} год"
    assert known_facts(page)[:2] == [str(plain["working_days"]), f"{plain['hours_40']:,}".replace(",", " ")]
    months = [int(text.split(f"{year} ")[1].split()[0]) for text in page.texts("li", class_="month")]
    assert months == list(plain["by_month"].values())
    assert "Календаря на этот год нет" not in page.text


def test_exceptional_days_stand_under_their_month(signed_in: SignedIn):
    admin = signed_in("admin")
    november = month(admin.get("/production-calendar/2025"), 11)
    assert november == (
        "Ноябрь 2025 19 рабочих дней, 151 час "
        "Изменить: сб, 1 ноября Работает как понедельник, сокращён на час "
        "Изменить: пн, 3 ноября Выходной Изменить: вт, 4 ноября Праздник"
    )
    assert month(admin.get(PAGE), 4) == "Апрель 2026 22 рабочих дня, 175 часов Изменить: чт, 30 апреля Сокращён на час"


def test_an_unknown_year_warns_and_can_be_proposed(signed_in: SignedIn):
    """Kept as a draft with the days the administrator leaves shortened, then confirmed by its decree (domain.md, section 6)."""
    admin = signed_in("admin")
    page = admin.get("/production-calendar/2028")
    assert page.texts("p", class_="note-title") == ["Календаря на этот год нет"]
    assert "пн, 6 ноября Выходной" in month(page, 11)
    offered = [box.get("value") for box in page.all("input", name="eves")]
    assert offered == ["2028-02-22", "2028-03-07", "2028-05-08", "2028-11-03"]  # 30 April is a Sunday, 11 June too
    page = admin.submit(page, button="Сохранить проект", expect_redirect="/production-calendar/2028", eves=offered[:2])
    assert page.texts("p", class_="note-title") == ["Этот календарь — проект"]
    assert stored(date(2028, 3, 7)) == Day(date(2028, 3, 7), DayKind.WORKING, short=True)
    assert not stored(date(2028, 5, 8)).short
    refused = admin.submit(page, button="Утвердить календарь", expect=422, source=" ")
    assert refused.errors == ["Назовите постановление, его дату и номер."]
    page = admin.submit(refused, button="Утвердить календарь", expect_redirect="/production-calendar/2028", source="ПП РФ № 1")
    assert page.texts("p", class_="note-title") == []
    assert known_facts(page)[2] == "ПП РФ № 1"


def test_a_year_is_proposed_once(signed_in: SignedIn):
    first, second = signed_in("admin"), signed_in("admin")
    pages = [one.get("/production-calendar/2028") for one in (first, second)]
    first.submit(pages[0], button="Сохранить проект", expect_redirect="/production-calendar/2028")
    second.submit(pages[1], button="Сохранить проект", expect=409)


@pytest.mark.parametrize("year", [2025, 2026, 2027])
def test_what_would_be_proposed_is_what_was_decreed(year: int):
    """The package and our own table say the same of every day, shortened ones aside (findings of the calendar)."""
    decreed = read_year(year, PLAIN[str(year)])
    short = [day.date for day in decreed.values() if day.short]
    known = {each: (day.kind, day.short) for each, day in proposed_days(year, short).items()}
    assert known == {each: (day.kind, day.short) for each, day in decreed.items()}


def test_a_coordinator_only_reads_of_an_unknown_year(signed_in: SignedIn):
    page = signed_in("spec_omp").get("/production-calendar/2028")
    assert page.texts("p", class_="empty-title") == ["Календарь на 2028 год не загружен"]
    assert page.forms == [] or all("proposal" not in one.action for one in page.forms)


def test_a_draft_says_that_it_is_one(signed_in: SignedIn):
    work.transaction(
        lambda: operations.load_year(2027, PLAIN["2027"], by=SYSTEM, now=work.now(), source="Проект постановления", draft=True)
    )
    page = signed_in("admin").get("/production-calendar/2027")
    assert page.texts("p", class_="note-title") == ["Этот календарь — проект"]
    assert known_facts(page)[2] == "Проект постановления"


@pytest.mark.parametrize("year", [2025, 2026, 2027])
def test_a_loaded_year_names_its_decree(signed_in: SignedIn, year: int):
    work.transaction(lambda: db.session.execute(delete(CalendarYear)))
    work.transaction(lambda: db.session.execute(delete(CalendarDay)))
    work.transaction(lambda: example.load_calendar(work.now()))
    source = known_facts(signed_in("admin").get(f"/production-calendar/{year}"))[2]
    assert source.startswith("постановление Правительства РФ ")
    assert source.endswith(f"«О переносе выходных дней в {year} году»")


@pytest.mark.parametrize(
    ("stored", "draft", "read"),
    [
        ("data/ru_calendar.json", False, "постановление Правительства РФ о переносе выходных дней в 2026 году"),
        ("ru_calendar.json", False, "постановление Правительства РФ о переносе выходных дней в 2026 году"),
        ("ru_calendar.json", True, "не указан"),
        ("our-2026.json", False, "не указан"),
        ("", False, "не указан"),
        ("приказ № 5", False, "приказ № 5"),
    ],
)
def test_no_reader_sees_the_name_of_a_file(signed_in: SignedIn, stored: str, draft: bool, read: str):
    work.transaction(lambda: operations.load_year(2026, PLAIN["2026"], by=SYSTEM, now=work.now(), source=stored, draft=draft))
    assert known_facts(signed_in("admin").get(PAGE))[2] == read


def test_years_lead_to_their_neighbours_and_end_somewhere(signed_in: SignedIn):
    admin = signed_in("admin")

    def neighbours(year: int) -> list[str]:
        return [words for words in admin.get(f"/production-calendar/{year}").texts("a") if words.isdigit()]

    assert [neighbours(2000), neighbours(2026), neighbours(2100)] == [["2001"], ["2025", "2027"], ["2099"]]
    admin.get("/production-calendar/1999", expect=404)
    admin.get("/production-calendar/2101", expect=404)


def test_setting_a_day_moves_the_deadline_and_is_recorded(signed_in: SignedIn):
    admin = signed_in("admin")
    assert due() == datetime(2026, 6, 17, 6, 48, tzinfo=UTC)
    before, page = records(), admin.get(PAGE)
    assert "Сроки открытых согласований пересчитываются в течение минуты" in page.text
    page = admin.submit(page, button="Сохранить день", day="2026-06-17", kind="off", expect_redirect=PAGE)
    assert "Сохранено: 17 июня" in page.text
    assert "ср, 17 июня Выходной" in month(page, 6)
    assert due() == datetime(2026, 6, 18, 6, 48, tzinfo=UTC)
    assert records() == (before or 0) + 1


def test_a_day_is_opened_changed_and_taken_out_again(signed_in: SignedIn):
    admin = signed_in("admin")
    page = admin.get(f"{PAGE}?day=2026-04-30")
    assert page.form("Сохранить день").values()["day"] == "2026-04-30"
    assert page.form("Сохранить день").values()["kind"] == "working"
    assert page.form("Сохранить день").values()["short"]
    page = admin.submit(page, button="Сохранить день", short=False, expect_redirect=PAGE)
    beside = "Изменить: чт, 30 апреля Рабочий день объявлено сверх постановления"
    assert month(page, 4) == f"Апрель 2026 22 рабочих дня, 176 часов {beside}"
    page = admin.submit(admin.get(f"{PAGE}?day=2026-04-30"), button="Сохранить день", expect_redirect=PAGE)
    assert "В календаре так и записано: 30 апреля." in page.text


def test_a_working_saturday_keeps_the_hours_of_the_chosen_weekday(signed_in: SignedIn):
    admin = signed_in("admin")
    page = admin.submit(admin.get(PAGE), button="Сохранить день", day="2026-06-20", kind="working", works_as="4", expect_redirect=PAGE)
    assert "сб, 20 июня Работает как пятница" in month(page, 6)
    assert stored(date(2026, 6, 20)) == Day(date(2026, 6, 20), DayKind.WORKING, works_as=4)
    assert admin.get(f"{PAGE}?day=2026-06-20").form("Сохранить день").values()["works_as"] == "4"


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"day": "", "kind": "off"}, "day", "Укажите день."),
        ({"day": "31.02.2026", "kind": "off"}, "day", "Укажите дату, например 27.06.2026."),
        ({"day": "2027-06-17", "kind": "off"}, "day", "Выберите день 2026 года."),
        ({"day": "2026-06-17"}, "kind", "Выберите, какой это день."),
        ({"day": "2026-06-17", "kind": "off", "short": True}, "short", "Сокращённым может быть только рабочий день."),
        (
            {"day": "2026-06-17", "kind": "working", "works_as": "0"},
            "works_as",
            "Другой день недели заменяет только рабочая суббота или рабочее воскресенье.",
        ),
    ],
)
def test_bad_input_is_answered_at_its_field(signed_in: SignedIn, typed: dict[str, Any], field: str, sentence: str):
    admin = signed_in("admin")
    before = records()
    page = admin.submit(admin.get(PAGE), button="Сохранить день", expect=422, **typed)
    assert page.texts("p", id=f"{field}-error") == [sentence]
    assert page.form("Сохранить день").values()["day"] == typed["day"]
    assert records() == before
    assert stored(date(2026, 6, 17)) == Day(date(2026, 6, 17), DayKind.WORKING)


@pytest.mark.parametrize("extra", [{"kind": "someday"}, {"works_as": "6"}, {"works_as": "x"}, {"day": "9" * 30}])
def test_what_no_browser_sends_is_refused_and_nothing_changes(signed_in: SignedIn, extra: dict[str, str]):
    admin = signed_in("admin")
    before = records()
    admin.submit(admin.get(PAGE), button="Сохранить день", expect=422, extra={"day": "2026-06-20", "kind": "working", **extra})
    assert records() == before


@pytest.mark.parametrize("day", ["2027-01-01", "yesterday", "%00", ""])
def test_a_day_of_another_year_or_of_none_leaves_the_form_empty(signed_in: SignedIn, day: str):
    page = signed_in("admin").get(f"{PAGE}?day={day}")
    assert page.form("Сохранить день").values()["day"] == ""


def test_the_coordinator_reads_only(signed_in: SignedIn):
    coordinator = signed_in("spec_omp")
    page = coordinator.get(PAGE)
    assert "чт, 30 апреля Сокращён на час" in page.text
    assert page.all("form", action=f"{PAGE}/days") == []
    token = page.all("input", name="csrf_token")[0].get("value")
    coordinator.post(f"{PAGE}/days", {"csrf_token": token, "day": "2026-06-17", "kind": "off"}, expect=403)
    assert stored(date(2026, 6, 17)) == Day(date(2026, 6, 17), DayKind.WORKING)


def test_an_author_is_told_whom_the_page_is_for(signed_in: SignedIn):
    author = signed_in("spec_pmc")
    told = author.get(PAGE, expect=403)
    assert told.texts("p")[0] == "Эта страница — для координатора и администратора района."
    token = author.get("/profile").all("input", name="csrf_token")[0].get("value")
    author.post(f"{PAGE}/days", {"csrf_token": token, "day": "2026-06-17", "kind": "off"}, expect=403)
    assert stored(date(2026, 6, 17)) == Day(date(2026, 6, 17), DayKind.WORKING)


def test_the_menu_leads_the_coordinator_and_the_administrator_here_and_nobody_else(signed_in: SignedIn):
    logins = ("admin", "spec_omp", "spec_pmc", "zam", "lean")
    found = {login: len(signed_in(login).get("/profile").all("a", href="/production-calendar")) for login in logins}
    assert found == {"admin": 1, "spec_omp": 1, "spec_pmc": 0, "zam": 0, "lean": 0}


def test_what_is_declared_beside_the_decree_is_shown_with_who_has_done_what(signed_in: SignedIn, app: Flask, cast: Cast, freeze: Any):
    assert known_facts(signed_in("spec_omp").get(PAGE))[3:] == ["ничего"]

    def say(day: date, kind: DayKind) -> None:
        work.transaction(lambda: operations.set_day(day, kind, False, None, by=cast.admin.actor, now=work.now()))

    day, back = date(2026, 6, 17), date(2026, 6, 18)
    say(day, DayKind.OFF)
    say(back, DayKind.OFF)
    freeze.shift(60)
    say(back, DayKind.WORKING)
    page = signed_in("spec_omp").get(PAGE)
    assert known_facts(page)[3:] == ["1 день"]
    assert "ср, 17 июня Выходной объявлено сверх постановления" in month(page, 6)
    assert "18 июня" not in month(page, 6)
    assert [one.replace("\xa0", " ") for one in page.texts("li", class_="year-change")[:3]] == [
        "сегодня, 10:01, Администраторов Антон Андреевич 18 июня: «Рабочий день», до этого «Выходной».",
        "сегодня, 10:00, Администраторов Антон Андреевич 18 июня: «Выходной», до этого «Рабочий день».",
        "сегодня, 10:00, Администраторов Антон Андреевич 17 июня: «Выходной», до этого «Рабочий день».",
    ]


def test_a_working_day_declared_instead_of_a_day_off_is_shown_too(signed_in: SignedIn, cast: Cast):
    """It is what its weekday says and would be in no list."""
    off = date(2026, 1, 9)
    assert stored(off).kind is DayKind.OFF
    work.transaction(lambda: operations.set_day(off, DayKind.WORKING, False, None, by=cast.admin.actor, now=work.now()))
    assert "пт, 9 января Рабочий день объявлено сверх постановления" in month(signed_in("admin").get(PAGE), 1)


def test_loading_the_year_anew_ends_what_was_declared_beside_it(app: Flask, signed_in: SignedIn, cast: Cast, tmp_path: Path):
    work.transaction(lambda: operations.set_day(date(2026, 6, 17), DayKind.OFF, False, None, by=cast.admin.actor, now=work.now()))
    file = tmp_path / "decree.json"
    file.write_text(json.dumps(PLAIN))
    run = app.test_cli_runner().invoke
    assert run(args=["calendar", "load", str(file), "--year", "2026", "--source", "постановление № 2", "--replace"]).exit_code == 0
    page = signed_in("spec_omp").get(PAGE)
    assert known_facts(page)[2:] == ["постановление № 2", "ничего"]
    assert page.texts("li", class_="year-change")[0].startswith("сегодня, 10:00, на сервере Год загружен: ")
    assert page.texts("li", class_="year-change")[0].endswith(" Источник: постановление № 2")


def test_a_change_that_the_first_release_kept_is_shown_without_what_it_had_been():
    entry = AuditEntry(at=BEFORE_THE_DAY, actor_id=None, data={"day": "2026-06-17", "kind": "off", "short": False})
    assert queries._change(entry) == Change(BEFORE_THE_DAY, None, Day(date(2026, 6, 17), DayKind.OFF))
    assert beside_decree([queries._change(entry)]) == {date(2026, 6, 17)}


def test_the_page_is_whole_in_english(signed_in: SignedIn, cast: Cast):
    work.transaction(lambda: operations.set_day(date(2026, 6, 17), DayKind.OFF, False, None, by=cast.admin.actor, now=work.now()))
    coordinator = signed_in("spec_omp")
    work.transaction(lambda: people.set_locale(cast.spec_omp, "en", now=work.now()))
    page = coordinator.get(PAGE)
    assert "Day off declared beside the decree" in month(page, 6)
    assert page.texts("h2")[-1] == "What has been done to this calendar"


def test_a_year_is_loaded_from_the_command_line(app: Flask, signed_in: SignedIn, tmp_path: Path):
    file = tmp_path / "decree.json"
    kept = {name: value for name, value in PLAIN["2026"].items() if name not in ("hours_40", "by_month")}
    plain = kept | {"decree": "постановление № 1", "holidays": [], "days_off": [], "short_days": [], "working_days": 260}
    file.write_text(json.dumps({"2028": plain}))
    run = app.test_cli_runner().invoke
    assert run(args=["calendar", "load", str(file), "--year", "2028"]).output == "Календарь на 2028 год загружен.\n"
    assert run(args=["calendar", "load", str(file), "--year", "2028"]).output == "Календарь на 2028 год уже такой.\n"
    assert run(args=["calendar", "load", str(file), "--year", "2029"]).exit_code == 1
    page = signed_in("admin").get("/production-calendar/2028")
    assert known_facts(page) == ["260", "2 080", "постановление № 1", "ничего"]
    assert page.all("p", class_="note-title") == []


def drawn(page: Page, number: int) -> dict[str, str]:
    """Of one month of the picture the days that are not working days of the week, with their frames."""
    leaf = page.all("table", class_="month-drawn")[number - 1]
    days = [one for one in leaf.iter("span") if "day-drawn" in one.get("class", "")]
    return {" ".join("".join(one.itertext()).split()): one.get("class", "").split()[-1] for one in days}


def test_the_year_is_drawn_whole_and_says_what_a_day_is_without_colour(signed_in: SignedIn):
    page = signed_in("spec_omp").get("/production-calendar/2027")
    february = drawn(page, 2)
    assert len(page.all("table", class_="month-drawn")) == 12
    assert february["20↔*, Работает как понедельник, сокращён на час"] == "day-short"
    assert february["22↔, Выходной"] == "day-off"
    assert february["23, Праздник"] == "day-holiday"
    assert (february["21"], february["24"]) == ("day-off", "day-working")
    assert "предложение, не утверждено" not in page.text


def test_an_unknown_year_is_drawn_as_a_proposal(signed_in: SignedIn):
    page = signed_in("admin").get("/production-calendar/2031")
    assert "предложение, не утверждено" in page.text
    assert drawn(page, 1)["1, Праздник"] == "day-holiday"
