"""Setting up a real district from a file, on an empty database."""

import json
from datetime import date
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from commands.directories import CALENDAR, DATA
from events.approvals.models import RouteVersion
from events.foundation import work
from events.foundation.acting import SYSTEM
from events.foundation.db import db
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
    assert "Ничего не загружено. Дни, которые сейчас заданы иначе: 15.06.2026." in refused.output
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
