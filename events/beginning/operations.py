"""Verbs of the first start: a set-up address is made and used once; then the first steps."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from events.approvals import queries as approvals
from events.beginning import example, queries
from events.beginning.models import FirstSteps, SetUp
from events.district import operations as district
from events.foundation.acting import SYSTEM, Actor
from events.foundation.db import db, one_at_a_time
from events.foundation.errors import Refused
from events.foundation.text import N_
from events.outbox.operations import queue
from events.outbox.vocabulary import ChannelKind, Subject, dedupe_key
from events.people import operations as people
from events.people import queries as people_queries
from events.people import rules
from events.people.models import Unit, User
from events.people.operations.storing import rows
from events.people.vocabulary import Role, UnitKind

LASTS = timedelta(days=1)
"""How long a set-up address is good."""
MATTER = "first administrator"
TRIAL = "trial_letter"
"""The kind of a letter that only shows whether letters arrive."""
ADMINISTRATION = ("admin", "АДМ", "Администрация района", "Администрация", "District administration")
"""Key, code, names of the unit in which the first administrator is, where there is none to be in; all but the key can be changed later."""


@dataclass(frozen=True)
class Founding:
    """What whoever uses the set-up address says; `example` asks for directions, types of events and reasons to begin with."""

    district: str
    address: str
    full_name: str
    email: str
    password_hash: str
    example: bool


def offer(start: str, *, now: datetime) -> str | None:
    """The token of a new set-up address; the one before is dead. None where there is an account, and where this start has made one."""
    one_at_a_time(MATTER)
    if queries.is_inhabited():
        return None
    present = db.session.scalar(select(SetUp).with_for_update(), execution_options={"populate_existing": True})
    if present is None:
        present = SetUp(id=1)
        db.session.add(present)
    elif start and present.start == start:
        return None
    token = secrets.token_urlsafe(32)
    present.token_hash, present.start, present.expires_at, present.used_at = rules.token_hash(token), start, now + LASTS, None
    db.session.flush()
    return token


def found(token: str, said: Founding, *, now: datetime) -> User | None:
    """The first administrator, with a unit to be in, the district's name, its rules and calendar. None, and nothing written, where the
    address is good no longer: of several who come at once one is the first. Refused as `people.operations.invite`.
    """
    one_at_a_time(MATTER)
    wanted = (SetUp.token_hash == rules.token_hash(token), SetUp.used_at.is_(None), SetUp.expires_at > now)
    if queries.is_inhabited() or not rows(db.session.execute(update(SetUp).where(*wanted).values(used_at=now))):
        return None
    district.name_district(said.district, said.address, by=SYSTEM, now=now)
    district.begin_rules(by=SYSTEM, now=now)
    example.load_calendar(now)
    if said.example:
        example.load_directories(example.read(), now)
    unit = _administration(now)
    roles = [(unit.id, role) for role in (Role.ADMIN, Role.COORDINATOR)]
    return people.invite(said.email, said.full_name, "", roles, said.password_hash, by=SYSTEM, now=now)


def _administration(now: datetime) -> Unit:
    """The uppermost unit of the administration, made where there is none."""
    asked = select(Unit).where(Unit.kind == UnitKind.ADMINISTRATION, Unit.active).order_by(Unit.parent_id.is_not(None), Unit.id).limit(1)
    key, code, name, short_name, name_en = ADMINISTRATION
    present = db.session.scalar(asked) or people_queries.unit_by_key(key)
    return present or people.add_unit(key, code, name, short_name, UnitKind.ADMINISTRATION, by=SYSTEM, now=now, name_en=name_en)


def fold(user_id: int) -> None:
    """The person wants the list of first steps on the desk no longer."""
    _own(user_id).folded = True


def send_trial(user: User, *, now: datetime) -> None:
    """Queue a trial letter to the person; several within a minute are one."""
    subject, level = Subject("user", user.id), f"{now:%Y%m%d%H%M}"
    queue(TRIAL, subject, user.id, due_at=now, now=now, level=level)
    _own(user.id).letter = dedupe_key(TRIAL, subject, level, user.id, ChannelKind.EMAIL)


def take_routes(*, by: Actor, now: datetime) -> None:
    """Begin with the routes of the example. Refused where routes are in force already, and while a unit that they ask is missing."""
    one_at_a_time(MATTER)
    plain = example.read()
    if approvals.ids_in_force(now):
        raise Refused(N_("There are routes already, so those of the example are not taken."))
    if missing_units(plain):
        raise Refused(N_("Units that these routes ask are missing. Add them first."))
    example.load_routes(plain, now, by)


def missing_units(plain: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The rows of units that the routes of the example ask and that are not there."""
    known = {unit.key for unit in db.session.scalars(select(Unit))}
    return [row for row in example.asked_units(plain) if row["key"] not in known]


def add_missing_units(*, by: Actor, now: datetime) -> int:
    """Add the units that the routes of the example ask, below the administration; how many. Refused as `people.operations.add_unit`."""
    one_at_a_time(MATTER)
    top, waiting = _administration(now), missing_units(example.read())
    count = len(waiting)
    while waiting:
        left = {row["key"] for row in waiting}
        ready = [row for row in waiting if row["curator"] not in left] or waiting
        for row in ready:
            _add_below(top, row, by=by, now=now)
        waiting = [row for row in waiting if row not in ready]
    return count


def _add_below(top: Unit, row: Mapping[str, Any], *, by: Actor, now: datetime) -> None:
    curator, details = people_queries.unit_by_key(row["curator"] or ""), row["details"]
    people.add_unit(
        row["key"],
        details["code"],
        row["ru"],
        row.get("short") or details["short"],
        UnitKind(row["kind"]),
        by=by,
        now=now,
        parent_id=top.id,
        curator_id=curator.id if curator else None,
        name_en=row.get("en") or details["en"],
    )


def _own(user_id: int) -> FirstSteps:
    """The person's row, made where there is none; nobody else makes it meanwhile."""
    one_at_a_time(MATTER)
    present = db.session.get(FirstSteps, user_id, populate_existing=True)
    if present is None:
        present = FirstSteps(user_id=user_id, folded=False, letter="")
        db.session.add(present)
    return present
