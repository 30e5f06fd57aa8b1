"""The example district in `data/`: what an installation may begin with. What is there already stays as it is."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from events.approvals import operations as approvals
from events.approvals import queries as approval_queries
from events.district import operations as district
from events.district.models import Direction, EventType, ReasonCode
from events.foundation.acting import SYSTEM, Actor
from events.people.vocabulary import UnitKind
from events.worktime import hours
from events.worktime import operations as worktime
from events.worktime import queries as worktime_queries

DATA = Path(__file__).resolve().parents[2] / "data"
CALENDAR = "ru_calendar.json"


def read() -> dict[str, Any]:
    """`data/demo.json` with what `data/demo_details.json` adds to units and templates, addresses of units, and two further directories."""
    plain: dict[str, Any] = json.loads((DATA / "demo.json").read_text(encoding="utf-8"))
    details = json.loads((DATA / "demo_details.json").read_text(encoding="utf-8"))
    for kind in ("units", "templates"):
        for row in plain[kind]:
            row["details"] = details[kind][row["key"]]
    for row in plain["units"]:
        if row["kind"] != UnitKind.OUTSIDE:
            row["details"]["email"] = f"info-{row['key']}@demo.example"
    return {**plain, "event_types": details["event_types"], "reason_codes": details["reason_codes"]}


def asked_units(plain: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The rows of the units that its routes name, in their order."""
    slots = (slot for one in plain["routes"] for stage in one["stages"] for slot in stage["slots"])
    named = {slot["who"].get("unit") for slot in slots}
    return [row for row in plain["units"] if row["key"] in named]


def load_calendar(now: datetime) -> Mapping[int, Sequence[date]]:
    """The production calendar of the years that are known; gives what was left as it is: the days set otherwise, by year."""
    present, left = worktime_queries.calendar(), {}
    for name, days in json.loads((DATA / CALENDAR).read_text(encoding="utf-8")).items():
        year = int(name)
        otherwise = hours.disagreements(present, year, hours.read_year(year, days))
        if otherwise:
            left[year] = otherwise
        elif year not in present.years:
            worktime.load_year(year, days, by=SYSTEM, now=now, source=days["decree"])
    return left


def load_directories(plain: Mapping[str, Any], now: datetime) -> None:
    """Directions of youth policy, types of events, reasons of a return."""
    directions = [
        {"code": row["code"], "name": row["ru"], "name_en": row["en"], "law": f"489-ФЗ, ст. 6, {row['law489_art6']}"}
        for row in plain["directions"]
    ]
    district.keep_directory(Direction, directions, by=SYSTEM, now=now)
    district.keep_directory(EventType, plain["event_types"], by=SYSTEM, now=now)
    district.keep_directory(ReasonCode, plain["reason_codes"], by=SYSTEM, now=now)


def load_routes(plain: Mapping[str, Any], now: datetime, by: Actor = SYSTEM) -> None:
    """The routes that do not hold already, in force from `now` on."""
    in_force = [version.definition for version in approval_queries.current_versions(now)]
    approvals.keep_routes([one for one in plain["routes"] if one not in in_force], by=by, now=now)
