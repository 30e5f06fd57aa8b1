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
from events.approvals.whose import TOO_LATE, Hand, given, who_may, why_not_now
from events.district import queries as district
from events.foundation.db import db
from events.foundation.errors import NotNow, NotYours
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


def hands(user: User, event_request: EventRequest) -> frozenset[Hand]:
    """What the user is to the request."""
    held = {
        Hand.WRITER: requests.may_write(user, event_request),
        Hand.HEAD: deciders.heads(user.memberships, event_request.lead_unit_id),
        Hand.COORDINATOR: any(one.role is Role.COORDINATOR for one in user.memberships),
    }
    return frozenset(hand for hand, is_held in held.items() if is_held)


def acts(user: User, event_request: EventRequest, round_: Round | None, now: datetime) -> frozenset[Act]:
    """What the user may do with the request now. The same answer serves the buttons, the pages and the operations."""
    held, dates = hands(user, event_request), requests.approved_dates(event_request)
    return frozenset(act for act in Act if given(act, held) and _can_be_done(act, event_request, round_, dates, now))


def refuse_impossible(act: Act, user: User, event_request: EventRequest, round_: Round | None, now: datetime) -> None:
    """NotYours when the act is never the user's, whatever the state; NotNow when it is, but cannot be done as things stand."""
    refuse_others(act, user, event_request)
    dates = requests.approved_dates(event_request)
    if not _can_be_done(act, event_request, round_, dates, now):
        changing = requests.amendment(event_request) is not None
        to_come = event_request.status in IN_FORCE and dates.are_to_come(now)
        raise NotNow(why_not_now(act, event_request.status, changing=changing, to_come=to_come))


def refuse_others(act: Act, user: User, event_request: EventRequest) -> None:
    """NotYours for whom the act is never given."""
    if not given(act, hands(user, event_request)):
        raise NotYours(who_may(act, event_request.lead_unit.called))


def refuse_too_late(event_request: EventRequest, now: datetime) -> None:
    """NotNow when the last date has begun: nothing of the event is changed any more (cases.md 35)."""
    if not requests.is_to_come(event_request, now):
        raise NotNow(TOO_LATE)


def _can_be_done(act: Act, event_request: EventRequest, round_: Round | None, dates: requests.ApprovedDates, now: datetime) -> bool:
    """Whether the request stands so that the act can be done, whoever asks."""
    if act in _OF_APPROVED:
        return event_request.status in IN_FORCE and _can_be_done_to_approved(act, event_request, dates, now)
    match act:
        case Act.COPY:
            return event_request.number is not None
        case Act.EDIT:
            working = requests.working(event_request)
            return working is not None and working.state is RevisionState.DRAFT
        case Act.THROW_AWAY:
            return event_request.status is RequestStatus.DRAFT
        case Act.WITHDRAW:
            return event_request.status in ON_THE_WAY or requests.is_amendment(event_request)
        case Act.RESTORE:
            return _may_restore(event_request, now) and dates.are_to_come(now)
    return round_ is not None and (act is not Act.RETURN_NOW or _may_return_now(round_, now))


_OF_APPROVED = (Act.AMEND, Act.CANCEL, Act.POSTPONE, Act.RESTORE_DATE)


def _can_be_done_to_approved(act: Act, event_request: EventRequest, dates: requests.ApprovedDates, now: datetime) -> bool:
    """The same for what is done to an event in force."""
    match act:
        case Act.POSTPONE:
            return bool(dates.ahead(now))
        case Act.RESTORE_DATE:
            return bool(to_restore(dates, now))
        case Act.AMEND if requests.working(event_request) is not None:
            return False
    return dates.are_to_come(now)


def _may_return_now(round_: Round, now: datetime) -> bool:
    """Whether a return is at hand that waits only for what is overdue (cases.md 12)."""
    return route.can_return_now(Plan.from_plain(round_.plan), review_facts(round_.reviews), now=now)


def to_restore(dates: requests.ApprovedDates, now: datetime) -> Sequence[Occurrence]:
    """The dates cancelled alone that the head may take back (cases.md 37)."""
    return dates.to_restore(_restored_until, now)


def _may_restore(event_request: EventRequest, now: datetime) -> bool:
    """Within the working days of the rule after the cancellation (cases.md 37)."""
    if event_request.status is not RequestStatus.CANCELLED:
        return False
    return event_request.ended_at is not None and now <= _restored_until(event_request.ended_at)


def _restored_until(cancelled: datetime) -> datetime:
    """Until when a cancellation can be taken back, in the district's working days."""
    return worktime.schedule().nth_working_day_end(cancelled, district.rules().restore_within_working_days)
