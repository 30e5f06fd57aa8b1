"""Units as reminders need them: who is active in each, who curates it, when it is open."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select

from events.approvals import deciders
from events.approvals.models import Review
from events.approvals.vocabulary import SlotKind, SlotRole
from events.foundation import standing
from events.foundation.db import db
from events.people.models import Membership, Unit, User
from events.people.queries import CARETAKERS
from events.people.vocabulary import Role
from events.reminders.timetable import Hours
from events.requests.writers import WRITERS
from events.worktime import queries as worktime

_STAFF = (
    select(Unit.id, Unit.curator_id, Unit.office_hours, Membership.role, User.id.label("user_id"))
    .outerjoin(Membership, Membership.unit_id == Unit.id)
    .outerjoin(User, and_(User.id == Membership.user_id, User.active))
    .order_by(Membership.id)
)
"""Units with whoever is active in them, the longest-serving first."""

Staff = Mapping[int, Mapping[Role, tuple[int, ...]]]
"""Unit -> role -> active users."""


@dataclass(frozen=True)
class Units:
    """Every unit."""

    staff: Staff
    caretakers: tuple[int, ...]
    curators: Mapping[int, int | None]
    hours: Hours

    def writers(self, unit_id: int, hands: Collection[int]) -> tuple[int, ...]:
        """Who hears what its authors are told (`hands`): those who may still act for the lead unit; when all have gone, whoever
        speaks for it, and when nobody does, the caretakers of the district (cases.md 42)."""
        acting = {user for role in WRITERS for user in self.staff.get(unit_id, {}).get(role, ())}
        return tuple(one for one in hands if one in acting) or speaking_for(self.staff, unit_id) or self.caretakers

    def for_decider(self, unit_id: int, role: SlotRole, decided_by: int) -> tuple[int, ...]:
        """Who hears of what somebody of the unit decided: that person, or once they have left who would be asked there today."""
        staff = self.staff.get(unit_id, {})
        if any(decided_by in staff.get(held, ()) for held in deciders.ROLES[role]):
            return (decided_by,)
        return deciders.asked_first(staff, role, ())


def speaking_for(staff: Staff, unit_id: int) -> tuple[int, ...]:
    """Its active heads, else its authors."""
    held = staff.get(unit_id, {})
    return active_heads(staff, unit_id) or held.get(Role.AUTHOR, ())


def active_heads(staff: Staff, unit_id: int | None) -> tuple[int, ...]:
    return staff.get(unit_id or 0, {}).get(Role.HEAD, ())


def read_units() -> Units:
    """Every unit with its staff, the longest-serving first."""
    return standing.kept("staff of units", _read_units)


def _read_units() -> Units:
    curators, own_hours, calendar = {}, {}, worktime.calendar()
    staff: defaultdict[int, dict[Role, tuple[int, ...]]] = defaultdict(dict)
    for unit_id, curator_id, office_hours, role, user_id in db.session.connection().execute(_STAFF):
        curators[unit_id], own_hours[unit_id] = curator_id, office_hours
        if user_id is not None:
            staff[unit_id][role] = (*staff[unit_id].get(role, ()), user_id)
    caretakers = dict.fromkeys(user for held in staff.values() for role, users in held.items() if role in CARETAKERS for user in users)
    return Units(dict(staff), tuple(caretakers), curators, worktime.Schedules(own_hours.get, lambda: calendar).of)


def curators_asked(request_id: int) -> list[tuple[datetime, int]]:
    """Whom a review that nobody decides would have gone to, since each gate of the request was opened, the first first."""
    asked = (
        select(Review.opened_at, Unit.curator_id)
        .join(Unit, Unit.id == Review.unit_id)
        .where(Review.request_id == request_id, Review.kind == SlotKind.GATE)
        .where(Review.opened_at.is_not(None), Review.due_at.is_not(None), Unit.curator_id.is_not(None))
        .order_by(Review.opened_at)
    )
    staff = read_units().staff
    rows = db.session.connection().execute(asked)
    return [(opened, curator) for opened, curator in rows if opened and curator and active_heads(staff, curator)]
