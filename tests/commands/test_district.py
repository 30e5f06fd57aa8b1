"""Setting up a real district from a file, on an empty database."""

import json
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from events.approvals.models import RouteVersion
from events.foundation.db import db
from events.people.models import Unit, User
from events.requests.models import RequestTemplate
from events.venues.models import Venue
from events.worktime.models import CalendarYear

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
