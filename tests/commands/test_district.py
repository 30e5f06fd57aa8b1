"""Setting up a real district from a file, on an empty database."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, make_url, select
from time_machine import Traveller

from commands.files import AWAY, in_terminal
from events.approvals.models import RouteVersion
from events.approvals.queries import current_versions
from events.beginning.example import CALENDAR, DATA
from events.district import queries
from events.district.rules import DECLARED
from events.foundation import work
from events.foundation.acting import SYSTEM
from events.foundation.db import db
from events.foundation.place import local_day
from events.people.models import Unit, User
from events.requests.models import RequestTemplate
from events.venues.models import Venue
from events.worktime import operations as worktime
from events.worktime.models import CalendarYear
from events.worktime.queries import calendar
from events.worktime.vocabulary import DayKind

TABLES = (Unit, Venue, RouteVersion, RequestTemplate, CalendarYear, User)


def counts() -> list[int]:
    return [db.session.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES]


def test_example_can_be_loaded_and_loaded_again(empty_app: Flask, tmp_path: Path) -> None:
    runner, file = empty_app.test_cli_runner(), tmp_path / "district.json"
    assert runner.invoke(args=["district", "example", str(file)]).exit_code == 0
    assert runner.invoke(args=["district", "load", str(file)]).exit_code == 0
    assert counts() == [29, 15, 3, 20, 3, 0]
    assert runner.invoke(args=["district", "load", str(file)]).exit_code == 0
    assert counts() == [29, 15, 3, 20, 3, 0]


@pytest.mark.parametrize("name", ["absent/district.json", f"{'n' * 300}.json"])
def test_an_example_that_cannot_be_written_is_told_in_a_sentence(empty_app: Flask, tmp_path: Path, name: str) -> None:
    answer = empty_app.test_cli_runner().invoke(args=["district", "example", str(tmp_path / name)])
    assert answer.exit_code == 1
    assert f"{name}: файл не записывается (" in answer.output
    assert isinstance(answer.exception, SystemExit)
    assert not list(tmp_path.rglob("*.json"))


def test_an_example_leaves_a_file_that_is_there(empty_app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "district.json"
    file.write_text("моё")
    answer = empty_app.test_cli_runner().invoke(args=["district", "example", str(file)])
    assert (answer.exit_code, file.read_text()) == (1, "моё")
    assert "district.json уже есть" in answer.output


def test_a_broken_route_loads_nothing_and_says_where(empty_app: Flask, tmp_path: Path) -> None:
    runner, file = empty_app.test_cli_runner(), tmp_path / "district.json"
    runner.invoke(args=["district", "example", str(file)])
    plain = json.loads(file.read_text())
    plain["routes"][0]["stages"][0]["slots"][0]["kind"] = "nonsense"
    file.write_text(json.dumps(plain))
    answer = runner.invoke(args=["district", "load", str(file)])
    assert answer.exit_code == 1
    assert "B/lead/lead-head/kind" in answer.output
    assert counts() == [0, 0, 0, 0, 0, 0]


Change = Callable[[Any], object]


def loaded(empty_app: Flask, tmp_path: Path, change: Change, *, encoding: str = "utf-8") -> Any:
    """The answer to loading the example after a change."""
    runner, file = empty_app.test_cli_runner(), tmp_path / "district.json"
    file.unlink(missing_ok=True)
    runner.invoke(args=["district", "example", str(file)])
    plain = json.loads(file.read_text())
    change(plain)
    file.write_text(json.dumps(plain), encoding=encoding)
    return runner.invoke(args=["district", "load", str(file)])


def unit_of(plain: Any, key: str) -> Any:
    return next(one for one in plain["units"] if one["key"] == key)


def youth_of(plain: Any) -> Any:
    """Whom the first route asks in its stage of youth policy."""
    return plain["routes"][0]["stages"][2]["slots"][0]["who"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda p: unit_of(p, "dm")["details"].update(code="ПМЦ"), "units/dm/details/code: код «ПМЦ» уже есть у подразделения pmc, и"),
        (lambda p: unit_of(p, "dm")["details"].update(code="пМц"), "dm/details/code: код «пМц» отличается от «ПМЦ» подразделения pmc"),
        (lambda p: unit_of(p, "dm")["details"].update(email="info@mail..ru"), "units/dm/details/email: Проверьте адрес"),
        (lambda p: unit_of(p, "dm")["details"].update(phone="доб. 12"), "units/dm/details/phone: телефон — российский номер"),
        (lambda p: unit_of(p, "dm").update(kind="клуб"), "units/dm/kind: «клуб» не подходит, возможно только: administration"),
        (lambda p: unit_of(p, "dm").update(parent="нет такого"), "units/dm/parent: нет подразделения «нет такого»"),
        (lambda p: unit_of(p, "glava").update(parent="zam_soc"), "стоят друг над другом по кругу"),
        (lambda p: p["venues"][0].update(capacity="до 50"), "venues/v01/capacity: здесь нужно целое число не меньше 1"),
        (lambda p: p["venues"][0].update(kind="зал"), "venues/v01/kind: «зал» не подходит, возможно только: indoor"),
        (lambda p: p["venues"][0].update(closures="01.07.2027"), "venues/v01/closures: Напишите дни и причину так"),
        (lambda p: p["venues"][0].update(opening_hours="пн 9"), "venues/v01/opening_hours: Напишите часы так"),
        (lambda p: p["venues"][0].update(at_once=3), "venues/v01/at_once: Площадка принимает одно мероприятие за раз"),
        (lambda p: p["venues"][0].update(accessibility=["пандус"]), "venues/v01/accessibility/0: «пандус» не подходит, возможно только"),
        (lambda p: p["venues"][0].update(owner="nobody"), "venues/v01/owner: нет подразделения «nobody»"),
        (lambda p: p["templates"][0].update(venue="v99"), "templates/t01/venue: «v99» не встречается в файле"),
        (lambda p: p.update(rule=[]), "поле «rule» здесь неизвестно"),
        (lambda p: p["routes"][2].update(select=p["routes"][0]["select"]), "routes: ровно один маршрут"),
        (lambda p: p["routes"][0].update(select=None), "routes: ровно один маршрут"),
        (lambda p: p["routes"][0].update(priority=2), "routes: «2» встречается здесь дважды"),
        (lambda p: youth_of(p).update(unit="omp2"), "routes/B/youth/youth/who/unit: нет подразделения «omp2»"),
    ],
)  # fmt: skip
def test_a_district_that_could_not_be_worked_with_is_refused_with_its_place(
    empty_app: Flask, tmp_path: Path, change: Change, said: str
) -> None:
    answer = loaded(empty_app, tmp_path, change)
    assert answer.exit_code == 1
    assert said in answer.output.replace("\u00a0", " ")
    assert answer.output.endswith("Ничего не загружено.\n")
    assert counts() == [0, 0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("code", "said"),
    [("ДМ", "код «ДМ» уже есть у подразделения dm, и"), ("дм", "код «дм» отличается от «ДМ» подразделения dm")],
)
def test_the_code_of_a_unit_that_is_there_already_is_not_given_again(empty_app: Flask, tmp_path: Path, code: str, said: str) -> None:
    def add(plain: Any) -> None:
        plain["units"].append({**unit_of(plain, "dm"), "key": "dm2", "details": {**unit_of(plain, "dm")["details"], "code": code}})
        plain["units"] = [one for one in plain["units"] if one["key"] != "dm"]

    assert loaded(empty_app, tmp_path, lambda _: None).exit_code == 0
    before, answer = counts(), loaded(empty_app, tmp_path, add)
    assert answer.exit_code == 1
    assert f"units/dm2/details/code: {said}" in answer.output.replace("\u00a0", " ")
    assert counts() == before


def test_phone_of_a_unit_is_kept_in_one_writing(empty_app: Flask, tmp_path: Path) -> None:
    assert loaded(empty_app, tmp_path, lambda p: unit_of(p, "dm")["details"].update(phone="8 (812) 000-01-23")).exit_code == 0
    assert db.session.scalar(select(Unit.phone).where(Unit.key == "dm")) == "+78120000123"


def test_units_have_the_addresses_and_hours_of_their_file_and_no_others(empty_app: Flask, tmp_path: Path) -> None:
    def change(plain: Any) -> None:
        unit_of(plain, "dm")["details"] |= {"email": "Dom@Kirov.Example", "hours": {"6": [["11:00", "24:00"]]}, "open_on_holidays": True}

    assert loaded(empty_app, tmp_path, change).exit_code == 0
    units = {unit.key: unit for unit in db.session.scalars(select(Unit))}
    assert {unit.email for unit in units.values()} == {"", "dom@kirov.example"}
    assert units["dm"].office_hours == {"weekdays": {"6": [["11:00", "24:00"]]}, "open_on_holidays": True}


@pytest.mark.engines("sqlite")
def test_a_file_saved_with_a_byte_order_mark_is_read(empty_app: Flask, tmp_path: Path) -> None:
    assert loaded(empty_app, tmp_path, lambda _: None, encoding="utf-8-sig").exit_code == 0
    file = tmp_path / "calendar.json"
    file.write_text((DATA / CALENDAR).read_text(), encoding="utf-8-sig")
    answer = empty_app.test_cli_runner().invoke(args=["calendar", "load", str(file), "--year", "2026"])
    assert answer.output == "Календарь на 2026 год уже такой.\n"


def test_two_routes_may_exchange_their_places(empty_app: Flask, tmp_path: Path, freeze: Traveller) -> None:
    def exchange(plain: Any) -> None:
        first, second, _ = plain["routes"]
        first["priority"], second["priority"] = second["priority"], first["priority"]

    assert loaded(empty_app, tmp_path, lambda _: None).exit_code == 0
    freeze.shift(60)
    assert loaded(empty_app, tmp_path, exchange).exit_code == 0
    assert work.transaction(lambda: [one.route.key for one in current_versions(work.now())], write=False) == ["C", "B", "A"]


@pytest.mark.engines("postgresql")
def test_a_command_without_its_database_ends_with_a_sentence(empty_app: Flask) -> None:
    db.engine.dispose()
    db.engine.url = make_url("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    for words in (
        ["district", "rules"],
        ["users", "list"],
        ["audit", "verify"],
        ["outbox", "status"],
        ["outbox", "retry"],
        ["db", "upgrade"],
    ):
        answer = empty_app.test_cli_runner().invoke(args=words)
        assert (answer.exit_code, answer.output) == (1, f"Ошибка: {in_terminal(AWAY)}\n")


def set_by_hand(day: date, kind: DayKind) -> None:
    work.transaction(lambda: worktime.set_day(day, kind, False, None, by=SYSTEM, now=work.now()))


def kind_of(day: date) -> DayKind:
    return work.transaction(lambda: calendar().day(day).kind, write=False)


def test_loading_again_leaves_days_set_by_hand(empty_app: Flask, tmp_path: Path) -> None:
    runner, file, day = empty_app.test_cli_runner(), tmp_path / "district.json", date(2026, 6, 15)
    runner.invoke(args=["district", "example", str(file)])
    runner.invoke(args=["district", "load", str(file)])
    set_by_hand(day, DayKind.OFF)
    answer = runner.invoke(args=["district", "load", str(file)])
    assert answer.exit_code == 0
    assert "Календарь на 2026 год оставлен как есть. Дни, которые сейчас заданы иначе: 15.06.2026." in answer.output
    assert kind_of(day) is DayKind.OFF
    assert counts() == [29, 15, 3, 20, 3, 0]


def test_a_day_set_before_its_year_was_loaded_stays(empty_app: Flask, tmp_path: Path) -> None:
    runner, file, day = empty_app.test_cli_runner(), tmp_path / "district.json", date(2027, 6, 15)
    runner.invoke(args=["district", "example", str(file)])
    set_by_hand(day, DayKind.OFF)
    assert "Календарь на 2027 год оставлен как есть." in runner.invoke(args=["district", "load", str(file)]).output
    assert kind_of(day) is DayKind.OFF
    assert counts() == [29, 15, 3, 20, 2, 0]


def test_a_year_is_replaced_when_one_says_so(empty_app: Flask) -> None:
    runner, day = empty_app.test_cli_runner(), date(2026, 6, 15)
    load = ["calendar", "load", str(DATA / CALENDAR), "--year", "2026"]
    assert runner.invoke(args=load).output == "Календарь на 2026 год загружен.\n"
    set_by_hand(day, DayKind.OFF)
    refused = runner.invoke(args=load)
    assert (refused.exit_code, kind_of(day)) == (1, DayKind.OFF)
    assert "15.06.2026. Чтобы заменить их, запустите ту же команду с --replace. Ничего не загружено." in refused.output
    assert runner.invoke(args=[*load, "--replace"]).exit_code == 0
    assert kind_of(day) is DayKind.WORKING
    assert runner.invoke(args=load).output == "Календарь на 2026 год уже такой.\n"


def source_of(year: int) -> str:
    return work.transaction(lambda: db.session.get_one(CalendarYear, year).source, write=False)


def test_a_year_rests_on_what_one_says_or_on_the_decree_its_file_names(empty_app: Flask, tmp_path: Path) -> None:
    runner, nameless = empty_app.test_cli_runner(), tmp_path / "2026.json"
    entry = json.loads((DATA / CALENDAR).read_text())["2026"]
    nameless.write_text(json.dumps({"2026": {name: value for name, value in entry.items() if name != "decree"}}))
    sources = []
    for words in ([DATA / CALENDAR], [nameless], [nameless, "--source", "приказ № 5"]):
        assert runner.invoke(args=["calendar", "load", *map(str, words), "--year", "2026"]).exit_code == 0
        sources.append(source_of(2026))
    assert sources == [entry["decree"], "", "приказ № 5"]


def rules_in(plain: object, empty_app: Flask, tmp_path: Path) -> Any:
    """Load the example with these rules; the command's result."""
    runner, file = empty_app.test_cli_runner(), tmp_path / "district.json"
    file.unlink(missing_ok=True)
    runner.invoke(args=["district", "example", str(file)])
    example = json.loads(file.read_text())
    file.write_text(
        json.dumps({**{part: rows for part, rows in example.items() if part != "rules"}, **({} if plain is None else {"rules": plain})})
    )
    return runner.invoke(args=["district", "load", str(file)])


def printed(empty_app: Flask, *keys: str) -> list[dict[str, object]]:
    rows = json.loads(empty_app.test_cli_runner().invoke(args=["district", "rules"]).output)["rules"]
    return [row for row in rows if row["key"] in keys]


def row(value: object, source: str, valid_from: str | None = None, valid_until: str | None = None) -> dict[str, object]:
    return {"key": "most_dates", "value": value, "source": source, "valid_from": valid_from, "valid_until": valid_until}


def test_the_example_names_every_rule_and_a_file_without_rules_leaves_them(empty_app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "whole.json"
    empty_app.test_cli_runner().invoke(args=["district", "example", str(file)])
    assert {one["key"] for one in json.loads(file.read_text())["rules"]} == set(DECLARED)
    before = printed(empty_app, *DECLARED)
    assert rules_in(None, empty_app, tmp_path).exit_code == 0
    assert printed(empty_app, *DECLARED) == before


def test_rules_are_loaded_with_their_periods_and_printed_as_they_are_loaded(empty_app: Flask, tmp_path: Path) -> None:
    periods = [row(40, "приказ № 1", None, "2026-12-31"), row(50, "приказ № 2", "2027-01-01")]
    for _ in range(2):
        assert rules_in(periods, empty_app, tmp_path).exit_code == 0
        assert printed(empty_app, "most_dates") == periods
    assert queries.rules(date(2027, 1, 1)).most_dates == 50
    assert rules_in(printed(empty_app, *DECLARED), empty_app, tmp_path).exit_code == 0
    assert printed(empty_app, "most_dates") == periods


@pytest.mark.parametrize(
    ("plain", "source"),
    [({"most_dates": 40}, DECLARED["most_dates"].source), ({"most_dates": {"value": 40, "source": "приказ"}}, "приказ")],
)
def test_rules_of_a_file_from_before_they_had_periods_hold_always(empty_app: Flask, tmp_path: Path, plain: object, source: str) -> None:
    assert rules_in(plain, empty_app, tmp_path).exit_code == 0
    assert printed(empty_app, "most_dates") == [row(40, source)]


@pytest.mark.parametrize(
    ("plain", "said"),
    [
        ({"no_such_rule": 1}, "no_such_rule"),
        ({"most_dates": "много"}, "most_dates"),
        ([row(40, "а"), row(50, "б", "2027-01-01")], "most_dates"),
        ([row(40, "а", "завтра")], "rules/most_dates/valid_from"),
        ([{"key": "most_dates"}], "value"),
    ],
)
def test_a_broken_rule_loads_nothing_and_says_which(empty_app: Flask, tmp_path: Path, plain: object, said: str) -> None:
    answer = rules_in(plain, empty_app, tmp_path)
    assert answer.exit_code == 1
    assert said in answer.output
    assert "Ничего не загружено" in answer.output
    assert counts() == [0, 0, 0, 0, 0, 0]


def test_rules_that_run_out_are_named_beside_what_is_printed(empty_app: Flask, tmp_path: Path) -> None:
    last = local_day(work.now()) + timedelta(days=10)
    rules_in([row(40, "приказ", None, last.isoformat())], empty_app, tmp_path)
    answer = empty_app.test_cli_runner().invoke(args=["district", "rules"])
    assert json.loads(answer.stdout)["rules"]
    assert answer.stderr.startswith("Правило «сколько дат может быть в одной заявке» действует по ")
    assert answer.stderr.count("\n") == 1
