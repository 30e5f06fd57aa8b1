"""Who may decide a review: the one answer, as a predicate over memberships and as SQL; the two are tested against each other.

A head's review is the head's alone; a reviewer's review is a reviewer's or the head's (cases.md 8). Nobody decides on a request
they have a hand in (I1): that is asked beside, since being told of a matter is no decision on it.
"""

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import InstrumentedAttribute

from events.approvals.models import Review
from events.approvals.vocabulary import SlotRole
from events.people.models import Membership, User
from events.people.vocabulary import Role
from events.requests.models import Authorship

Identity = ColumnElement[int] | InstrumentedAttribute[int] | int
UnitsDecided = tuple[tuple[SlotRole, tuple[int, ...]], ...]
"""For each slot role the ids of units, ascending."""

ROLES: Mapping[SlotRole, tuple[Role, ...]] = {SlotRole.HEAD: (Role.HEAD,), SlotRole.REVIEWER: (Role.REVIEWER, Role.HEAD)}
"""The roles that may decide a review of each slot role, whoever is asked first standing first."""
DECIDING = tuple(dict.fromkeys(role for roles in ROLES.values() for role in roles))
"""Every role that decides anything."""


def decides(held: Iterable[Membership], unit_id: int, role: SlotRole) -> bool:
    """Whether whoever holds these memberships may decide a review of the unit and slot role."""
    return any(one.unit_id == unit_id and one.role in ROLES[role] for one in held)


def heads(held: Iterable[Membership], unit_id: int) -> bool:
    """Whether whoever holds these memberships decides as the unit's head: agrees for it by submitting (cases.md 6), puts its events off
    and restores them (cases.md 36, 37)."""
    return decides(held, unit_id, SlotRole.HEAD)


def roles_decided(role: Role) -> tuple[SlotRole, ...]:
    """The slot roles whose reviews a holder of the role may decide."""
    return tuple(slot_role for slot_role, roles in ROLES.items() if role in roles)


def asked_first(staff: Mapping[Role, Collection[int]], role: SlotRole, authors: Collection[int]) -> tuple[int, ...]:
    """Who is asked to decide: the first of its roles that has anybody besides the authors. `staff` are active users by role."""
    for held in ROLES[role]:
        found = tuple(user for user in staff.get(held, ()) if user not in authors)
        if found:
            return found
    return ()


def decided_by_holder() -> ColumnElement[bool]:
    """`decides` in SQL: the row of Membership at hand may decide the row of Review at hand."""
    by_role = or_(*(and_(Review.role == slot_role, Membership.role.in_(roles)) for slot_role, roles in ROLES.items()))
    return and_(Membership.unit_id == Review.unit_id, by_role)


def decided_by(user: User) -> ColumnElement[bool]:
    """`decides` in SQL for one person whose memberships are at hand: no join, so that lists stay on the index of units."""
    return decided_for(units_decided(user))


def units_decided(user: User) -> UnitsDecided:
    """For each slot role the units whose reviews the person may decide."""
    held = user.memberships
    return tuple((slot_role, tuple(sorted({one.unit_id for one in held if one.role in roles}))) for slot_role, roles in ROLES.items())


def decided_for(units: UnitsDecided) -> ColumnElement[bool]:
    """`decided_by` for everybody who decides for these units."""
    by_role = or_(*(and_(Review.role == slot_role, Review.unit_id.in_(ids)) for slot_role, ids in units))
    return and_(Review.unit_id.in_(sorted({one for _, ids in units for one in ids})), by_role)


def has_a_hand(user_id: Identity, request_id: Identity | None = Review.request_id) -> ColumnElement[bool]:
    """The person is among the authors of the request, of that of the Review at hand where none is named (I1); nobody is of None."""
    own = exists().where(Authorship.request_id == request_id, Authorship.user_id == user_id)
    return own.correlate_except(Authorship)  # else a question within a question would ask of any review
