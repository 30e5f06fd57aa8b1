"""How far the first start has come: its address, and what is still missing before a request can go its way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import exists, func, select

from events.approvals import queries as approvals
from events.approvals.deciders import ROLES
from events.approvals.route.definition import SlotDefinition
from events.approvals.vocabulary import Relation, SlotKind, SlotRole
from events.beginning.models import FirstSteps, SetUp
from events.district import queries as district
from events.foundation.db import db
from events.foundation.place import local_day
from events.foundation.text import Name
from events.outbox.models import Message
from events.outbox.vocabulary import MessageState
from events.people import rules
from events.people.models import Membership, Unit, User
from events.people.queries import Offices
from events.people.vocabulary import Role, UnitKind
from events.venues import queries as venues
from events.worktime import queries as worktime


@dataclass(frozen=True)
class TrialLetter:
    """What has become of the last trial letter."""

    state: MessageState
    sent_at: datetime | None
    last_error: str


@dataclass(frozen=True)
class Progress:
    """What there is of all that an office needs; `district`: it has a name and an address, `calendar`: the present year is known."""

    district: bool
    institutions: int
    writers: int
    venues: int
    routes: int
    faults: int
    calendar: bool
    letter: TrialLetter | None


class Lack(StrEnum):
    """Why a unit that a route asks cannot decide."""

    NO_UNIT = "no_unit"
    CLOSED = "closed"
    NO_HEAD = "no_head"
    NO_REVIEWER = "no_reviewer"


@dataclass(frozen=True)
class RouteFault:
    """A unit that cannot decide, and the keys of the routes in force that ask it."""

    unit: Name
    lack: Lack
    routes: tuple[str, ...]


def is_inhabited() -> bool:
    """Whether there is any account: then nobody sets the system up by an address any more."""
    return bool(db.session.scalar(select(exists(select(User.id)))))


def is_good(token: str, now: datetime) -> bool:
    """Whether the set-up address with the token may still be used."""
    wanted = (SetUp.token_hash == rules.token_hash(token), SetUp.used_at.is_(None), SetUp.expires_at > now)
    return not is_inhabited() and bool(db.session.scalar(select(exists(select(SetUp.id).where(*wanted)))))


def leads(user: User) -> bool:
    """Whether the list of first steps belongs on the person's desk: an administrator of an office that began by its address, who has not
    folded it away."""
    if not any(held.role is Role.ADMIN for held in user.memberships):
        return False
    begun = db.session.get(SetUp, 1)
    own = db.session.get(FirstSteps, user.id) if begun and begun.used_at else None
    return begun is not None and begun.used_at is not None and not (own and own.folded)


def progress(now: datetime) -> Progress:
    """How far the office has come."""
    present = district.present_district()
    writing = (Membership.role.in_((Role.AUTHOR, Role.HEAD)), Unit.kind == UnitKind.INSTITUTION, Unit.active, User.active)
    writers = select(func.count(User.id.distinct())).join(Membership, Membership.user_id == User.id)
    return Progress(
        bool(present and present.name and present.address),
        len(_institutions()),
        db.session.scalar(writers.join(Unit, Unit.id == Membership.unit_id).where(*writing)) or 0,
        len(venues.venues()),
        len(approvals.ids_in_force(now)),
        len(route_faults(now)),
        local_day(now).year in worktime.calendar().years,
        trial_letter(),
    )


def trial_letter() -> TrialLetter | None:
    """The last trial letter of any administrator."""
    asked = select(Message.state, Message.sent_at, Message.last_error).join(FirstSteps, FirstSteps.letter == Message.dedupe_key)
    row = db.session.connection().execute(asked.order_by(Message.id.desc()).limit(1)).first()
    return TrialLetter(*row) if row else None


def routes_named(now: datetime) -> Sequence[Name]:
    """What the routes in force are called."""
    return [Name(one.name, one.name_en) for one in approvals.routes_in_force(now)]


def route_faults(now: datetime) -> Sequence[RouteFault]:
    """Every unit that the routes in force ask and that cannot decide; who is only informed is left aside."""
    able = {
        (row.unit_id, row.role) for row in db.session.execute(select(Membership.unit_id, Membership.role).join(User).where(User.active))
    }
    found: dict[tuple[Name, Lack], dict[str, None]] = {}
    for one in approvals.routes_in_force(now):
        for slot in (slot for stage in one.stages for slot in stage.slots if slot.kind is not SlotKind.INFORM):
            for unit in _asked(slot):
                lack = _lack(unit, slot.role, able)
                if lack is not None:
                    found.setdefault((unit.called if unit else Name(slot.unit or ""), lack), {})[one.key] = None
    return [RouteFault(unit, lack, tuple(routes)) for (unit, lack), routes in found.items()]


def _lack(unit: Unit | None, role: SlotRole, able: set[tuple[int, Role]]) -> Lack | None:
    if unit is None:
        return Lack.NO_UNIT
    if not unit.active:
        return Lack.CLOSED
    if any((unit.id, one) in able for one in ROLES[role]):
        return None
    return Lack.NO_HEAD if role is SlotRole.HEAD else Lack.NO_REVIEWER


def _asked(slot: SlotDefinition) -> Iterator[Unit | None]:
    """The units that the slot may ask; None for a key that is none."""
    units = Offices().units
    if slot.unit is not None:
        yield next((one for one in units.values() if one.key == slot.unit), None)
    elif slot.relation is Relation.EACH_VENUE_OWNER_OUTSIDE:
        yield from (units[one] for one in dict.fromkeys(venue.owner_id for venue in venues.venues() if venue.owner_id in units))
    elif slot.relation is Relation.EACH_CURATOR:
        yield from (units[one] for one in dict.fromkeys(unit.curator_id for unit in _institutions() if unit.curator_id in units) if one)
    else:
        yield from _institutions()


def _institutions() -> Sequence[Unit]:
    return [one for one in Offices().units.values() if one.active and one.kind is UnitKind.INSTITUTION]
