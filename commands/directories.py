"""A district: rules, units, people, venues and templates; directories, routes and calendar are loaded by `events.beginning.example`.

Every function acts inside the caller's `work.transaction` and may be called again: what is there already stays as it is.
`plain` is what `example.read()` gives.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from commands import venue_file
from events.beginning import example
from events.district import operations as district
from events.district.rule_periods import Period, as_plain
from events.district.rules import DECLARED
from events.foundation import phones
from events.foundation.acting import SYSTEM
from events.foundation.address import clean_address
from events.foundation.document import DefinitionError
from events.foundation.errors import Refused
from events.people import operations as people
from events.people import queries as people_queries
from events.people.models import Unit
from events.people.vocabulary import Role, UnitKind
from events.requests import operations as requests
from events.requests.fields import FIELDS
from events.venues import operations as venues
from events.venues import queries as venue_queries
from events.venues.vocabulary import VenueKind

SAME_NAME = ("title", "direction", "age_from", "age_to", "age_mark", "expected", "minors")
"""Fields of a demo template that a request calls the same."""
TEXTS = (
    "short_desc", "description", "goal", "level", "rain_plan", "safety_note", "partners_note", "vip_note", "escort", "bring",
    "accessibility", "online_url", "registration_url", "price_rub", "photo",
)  # fmt: skip


def load_district(plain: Mapping[str, Any], password_hash: str, now: datetime) -> Mapping[int, Sequence[date]]:
    """Everything at once; gives the days of the calendar that were left as they are, by year."""
    left = example.load_calendar(now)
    example.load_directories(plain, now)
    load_rules(plain.get("rules", {}), now)
    load_units_and_people(plain, password_hash, now)
    load_venues(plain, now)
    example.load_routes(plain, now)
    load_templates(plain, now)
    return left


def load_rules(plain: Mapping[str, Any] | Sequence[Mapping[str, Any]], now: datetime) -> None:
    """The rules of the office: those named are set anew, those without a row begin with what they are declared with.

    `plain` is rows with key, value, source, valid_from and valid_until (the last two ISO days or null, and left out where they are), or
    as before rules had periods an object of key -> value or of key -> value and source. ValueError when a day is none.
    """
    periods: dict[str, list[Period]] = {}
    for row in _rows(plain) if isinstance(plain, Mapping) else plain:
        valid_from, valid_until = (date.fromisoformat(row[name]) if row.get(name) else None for name in ("valid_from", "valid_until"))
        period = Period(row["key"], row["value"], row.get("source") or _source(row["key"]), valid_from, valid_until)
        periods.setdefault(period.key, []).append(period)
    for key, several in periods.items():
        district.keep_rule(key, several, by=SYSTEM, now=now)
    district.begin_rules(by=SYSTEM, now=now)


def _rows(plain: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [{"key": key, **(value if isinstance(value, Mapping) else {"value": value})} for key, value in plain.items()]


def _source(key: str) -> str:
    return DECLARED[key].source if key in DECLARED else ""


def rule_rows(periods: Iterable[Period]) -> list[dict[str, Any]]:
    """Rules as `load_rules` reads them."""
    return [{"key": one.key, **as_plain(one)} for one in periods]


def load_units_and_people(plain: Mapping[str, Any], password_hash: str, now: datetime) -> None:
    """Units with their curators, then everybody with their roles under one password."""
    units = {unit.key: unit for unit in people_queries.units()}
    for row in _uppermost_first([row for row in plain["units"] if row["key"] not in units], units):
        units[row["key"]] = _add_unit(row, units, now)
    for person in plain["people"]:
        if people_queries.user_by_email(person["email"]) is None:
            roles = [(units[person["unit"]].id, Role(role)) for role in person["roles"]]
            people.invite(person["email"], person["full_name"], person["position"], roles, password_hash, by=SYSTEM, now=now)


def load_venues(plain: Mapping[str, Any], now: datetime) -> None:
    """The district's places with their owners."""
    owners = _unit_ids()
    for row in plain["venues"]:
        own = {name: value for name, value in row.items() if name not in {"key", "owner", "kind"}}
        facts = {name: venue_file.fact(name, value) if name in venue_file.OPTIONAL else value for name, value in own.items()}
        venues.keep_venue(row["key"], {**facts, "owner_id": owners[row["owner"]], "kind": VenueKind(row["kind"])}, by=SYSTEM, now=now)


def load_templates(plain: Mapping[str, Any], now: datetime) -> None:
    """Twenty starts for a request: whole but for the dates, the responsible person and their phone."""
    units, types = _unit_ids(), {row["name"]: row["code"] for row in plain["event_types"]}
    places = {venue.key: venue.id for venue in venue_queries.venues()}
    outdoor = {row["key"] for row in plain["venues"] if row["kind"] == "outdoor"}
    for position, row in enumerate(plain["templates"]):
        content = {
            **{name: row[name] for name in SAME_NAME},
            **{name: need for name, need in row["needs"].items() if name in FIELDS},
            **{name: row["details"][name] for name in TEXTS if name in row["details"]},
            "event_type": types[row["event_type"]],
            "venue_id": places[row["venue"]],
            "outdoor": row["venue"] in outdoor,
            "format": "mixed" if row["needs"]["stream"] else "offline",
            "price_type": "paid" if row["needs"]["paid"] else "free",
            "registration": row["details"].get("registration", "none"),
            "budget": _budget(row),
            "co_organizers": [{"unit_id": units[key], "contributes": row["details"]["contributes"][key]} for key in row["co"]],
        }
        facts = {
            "title": row["title"],
            "summary": row["description"],
            "content": content,
            "duration_minutes": row["duration_min"],
            "position": position,
        }
        requests.keep_template(row["key"], facts, by=SYSTEM, now=now)


def _uppermost_first(rows: Sequence[Mapping[str, Any]], present: Collection[str]) -> list[Mapping[str, Any]]:
    """Each unit after its parent and its curator."""
    ordered: list[Mapping[str, Any]] = []
    while len(ordered) < len(rows):
        known = {None, *present, *(row["key"] for row in ordered)}
        ready = [row for row in rows if row["key"] not in known and {row["parent"], row["curator"]} <= known]
        if not ready:
            raise ValueError("units that are above one another in a circle")
        ordered += ready
    return ordered


def _add_unit(row: Mapping[str, Any], units: Mapping[str, Unit], now: datetime) -> Unit:
    """One unit with its public address and its own hours, if it has any. Refused with its place in the file."""
    details = row["details"]
    own_hours, on_holidays = details.get("hours"), details.get("open_on_holidays", False)
    add = partial(
        people.add_unit,
        row["key"],
        details["code"],
        row["ru"],
        row.get("short") or details["short"],
        UnitKind(row["kind"]),
        by=SYSTEM,
        now=now,
        parent_id=units[row["parent"]].id if row["parent"] else None,
        curator_id=units[row["curator"]].id if row["curator"] else None,
        name_en=row.get("en") or details["en"],
        office_hours={"weekdays": own_hours, "open_on_holidays": on_holidays} if own_hours else None,
        email=clean_address(details.get("email", "")),
        phone=phones.kept(details.get("phone", "")),
    )
    try:
        return add()
    except Refused as refused:
        for name, fault in refused.fields.items():
            raise DefinitionError(f"units/{row['key']}/details/{name}", fault) from refused
        raise


def _unit_ids() -> dict[str, int]:
    return {unit.key: unit.id for unit in people_queries.units()}


def _budget(row: Mapping[str, Any]) -> list[dict[str, str]]:
    """The estimate in lines, all from the template's one source."""
    return [{"name": name, "amount": amount, "source": row["budget_source"]} for name, amount in row["details"]["budget"]]
