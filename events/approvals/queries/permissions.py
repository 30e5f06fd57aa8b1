"""Who may decide a review, and what a person may do with a request."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select

from events.approvals import deciders, route
from events.approvals.models import Review, Round
from events.approvals.queries.rounds import review_facts
from events.approvals.route import Plan
from events.approvals.vocabulary import (
    Act,
    SlotRole,
)
from events.district import queries as district
from events.foundation.db import db
from events.foundation.errors import Conflict
from events.foundation.text import N_
from events.people import queries as people
from events.people.models import Membership, User
from events.people.vocabulary import Role
from events.requests import queries as requests
from events.requests.models import EventRequest, Occurrence
from events.requests.vocabulary import IN_FORCE, ON_THE_WAY, RequestStatus, RevisionState
from events.worktime import queries as worktime

_AUTHORSHIP = select(deciders.has_a_hand(bindparam("user_id"), bindparam("request_id")))


def able_deciders(request_id: int | None, unit_ids: Collection[int]) -> Mapping[tuple[int, SlotRole], Sequence[int]]:
    """Per unit and slot role the active users who may decide; nobody with a hand in the request (I1, cases.md 8)."""
    rows = db.session.execute(
        select(Membership.unit_id, Membership.role, Membership.user_id)
        .join(User)
        .where(Membership.unit_id.in_(unit_ids), Membership.role.in_(deciders.DECIDING), User.active)
        .where(~deciders.has_a_hand(Membership.user_id, request_id))
        .order_by(Membership.id)
    )
    able: dict[tuple[int, SlotRole], list[int]] = {(unit, role): [] for unit in unit_ids for role in SlotRole}
    for unit_id, role, user_id in rows:
        for slot_role in deciders.roles_decided(role):
            if user_id not in able[unit_id, slot_role]:
                able[unit_id, slot_role].append(user_id)
    return able


def people_asked(request_id: int, reviews: Collection[Review]) -> Mapping[int, tuple[str, ...]]:
    """Full names of those who may decide each review, by the review's id, in two queries."""
    able = able_deciders(request_id, {one.unit_id for one in reviews})
    wanted = {user for users in able.values() for user in users}
    names = people.full_names(wanted)
    return {one.id: tuple(names[user] for user in able[one.unit_id, one.role]) for one in reviews}


def may_decide(user: User, review: Review) -> bool:
    """Whether the review is this user's to decide, own requests aside."""
    return deciders.decides(user.memberships, review.unit_id, review.role)


def is_author(user: User, request_id: int) -> bool:
    """Whether the user has a hand in the request."""
    return bool(db.session.scalar(_AUTHORSHIP, {"request_id": request_id, "user_id": user.id}))


def acts(user: User, event_request: EventRequest, round_: Round | None, now: datetime) -> frozenset[Act]:
    """What the user may do with the request now. The same answer serves the buttons, the pages and the operations."""
    roles = {one.role for one in user.memberships}
    writer, coordinator = requests.may_write(user, event_request), Role.COORDINATOR in roles
    head = deciders.heads(user.memberships, event_request.lead_unit_id)
    found = _writers_acts(event_request, round_, now) if writer else set()
    if coordinator and round_ is not None:
        found.add(Act.STOP)
        if route.can_return_now(Plan.from_plain(round_.plan), review_facts(round_.reviews), now=now):
            found.add(Act.RETURN_NOW)
    if event_request.status in IN_FORCE and (writer or coordinator) and requests.is_to_come(event_request, now):
        found.add(Act.CANCEL)
    if event_request.status in IN_FORCE and (head or coordinator) and requests.dates_ahead(event_request, now):
        found.add(Act.POSTPONE)
    if head and event_request.status in IN_FORCE and dates_to_restore(event_request, now):
        found.add(Act.RESTORE_DATE)
    if (
        head
        and event_request.status is RequestStatus.CANCELLED
        and _may_restore(event_request, now)
        and requests.dates_ahead(event_request, now)
    ):
        found.add(Act.RESTORE)
    return frozenset(found)


def refuse_impossible(act: Act, user: User, event_request: EventRequest, round_: Round | None, now: datetime) -> None:
    """Conflict when the user may not do the act now."""
    if act not in acts(user, event_request, round_, now):
        raise Conflict(N_("This is not possible now: the request has moved on, or it is not yours to do. Look at its present state."))


def refuse_too_late(event_request: EventRequest, now: datetime) -> None:
    """Conflict when the last date has begun: nothing of the event is changed any more (cases.md 35)."""
    if not requests.is_to_come(event_request, now):
        raise Conflict(N_("The last date has begun, so nothing of this event can be changed any more."))


def _writers_acts(event_request: EventRequest, round_: Round | None, now: datetime) -> set[Act]:
    """What those who write for the lead unit may do."""
    working, status = requests.working(event_request), event_request.status
    found = {Act.COPY} if event_request.number else set()
    if working is not None and working.state is RevisionState.DRAFT:
        found.add(Act.EDIT)
    if status is RequestStatus.DRAFT:
        found.add(Act.THROW_AWAY)
    if round_ is not None:
        found.add(Act.TAKE_BACK)
    if status in ON_THE_WAY or requests.is_amendment(event_request):
        found.add(Act.WITHDRAW)
    if status in IN_FORCE and working is None and requests.is_to_come(event_request, now):
        found.add(Act.AMEND)
    return found


def dates_to_restore(event_request: EventRequest, now: datetime) -> Sequence[Occurrence]:
    """The dates cancelled alone that the head may take back (cases.md 37)."""
    return requests.to_restore(event_request, _restored_until, now)


def _may_restore(event_request: EventRequest, now: datetime) -> bool:
    """Within the working days of the rule after the cancellation (cases.md 37)."""
    return event_request.ended_at is not None and now <= _restored_until(event_request.ended_at)


def _restored_until(cancelled: datetime) -> datetime:
    """Until when a cancellation can be taken back, in the district's working days."""
    return worktime.schedule().nth_working_day_end(cancelled, district.rules().restore_within_working_days)
