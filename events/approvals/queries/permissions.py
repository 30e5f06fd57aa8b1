"""Who may decide a review, and what a person may do with a request."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, and_, bindparam, func, or_, select

from events.approvals import deciders, route
from events.approvals.models import Review, Round
from events.approvals.queries.rounds import review_facts
from events.approvals.route import Plan
from events.approvals.vocabulary import (
    UNDECIDED,
    Act,
    SlotRole,
)
from events.approvals.whose import TOO_LATE, Hand, given, who_may, why_not_now
from events.district import queries as district
from events.foundation.db import db
from events.foundation.errors import NotNow, NotYours
from events.people.models import Membership, User
from events.people.vocabulary import Role
from events.requests import queries as requests
from events.requests.models import EventRequest
from events.requests.vocabulary import IN_FORCE, ON_THE_WAY, RequestStatus, RevisionState
from events.worktime import queries as worktime

_AUTHORSHIP = select(deciders.has_a_hand(bindparam("user_id"), bindparam("request_id")))


def able_deciders(request_id: int | None, unit_ids: Collection[int]) -> Mapping[tuple[int, SlotRole], Sequence[int]]:
    """Per unit and slot role the active users who may decide; nobody with a hand in the request (I1, cases.md 8)."""
    return _able(unit_ids, _holders(request_id, unit_ids))


def people_asked(request_id: int, reviews: Collection[Review]) -> Mapping[int, tuple[str, ...]]:
    """Full names of those who may decide each review, by the review's id."""
    units = {one.unit_id for one in reviews}
    holders = _holders(request_id, units)
    able, names = _able(units, holders), {one.user_id: one.full_name for one in holders}
    return {one.id: tuple(names[user] for user in able[one.unit_id, one.role]) for one in reviews}


def _holders(request_id: int | None, unit_ids: Collection[int]) -> Sequence[Any]:
    """Who decides for these units without a hand in the request, whoever came first standing first."""
    return db.session.connection().execute(_HOLDERS, {"of_request": request_id, "of_units": list(unit_ids)}).all()


_HOLDERS = (
    select(Membership.unit_id, Membership.role, Membership.user_id, User.full_name)
    .join(User)
    .where(Membership.unit_id.in_(bindparam("of_units", expanding=True)), Membership.role.in_(deciders.DECIDING), User.active)
    .where(~deciders.has_a_hand(Membership.user_id, bindparam("of_request", type_=Integer)))
    .order_by(Membership.id)
)


def _able(unit_ids: Collection[int], holders: Iterable[Any]) -> Mapping[tuple[int, SlotRole], Sequence[int]]:
    """Each of them once for a unit and slot role."""
    able: dict[tuple[int, SlotRole], list[int]] = {(unit, role): [] for unit in unit_ids for role in SlotRole}
    for one in holders:
        for slot_role in deciders.roles_decided(one.role):
            if one.user_id not in able[one.unit_id, slot_role]:
                able[one.unit_id, slot_role].append(one.user_id)
    return able


def waiting_for_alone(user: User) -> int:
    """How many reviews wait, or will, that nobody but this person may decide."""
    units = {one.unit_id for one in user.memberships}
    alone = [key for key, able in able_deciders(None, units).items() if list(able) == [user.id]]
    if not alone:
        return 0
    theirs = or_(*(and_(Review.unit_id == unit_id, Review.role == role) for unit_id, role in alone))
    return db.session.scalar(select(func.count()).select_from(Review).where(Review.state.in_(UNDECIDED), theirs)) or 0


def asked_of(user: User, request_ids: Collection[int]) -> frozenset[int]:
    """Those of the requests in which a review is the person's to decide, now or when its turn comes."""
    asked = (Review.state.in_(UNDECIDED), Review.request_id.in_(request_ids), deciders.decided_by(user))
    return frozenset(db.session.scalars(select(Review.request_id).where(*asked)))


def may_decide(user: User, review: Review) -> bool:
    """Whether the review is this user's to decide, own requests aside."""
    return deciders.decides(user.memberships, review.unit_id, review.role)


def is_author(user: User, request_id: int) -> bool:
    """Whether the user has a hand in the request."""
    return bool(db.session.scalar(_AUTHORSHIP, {"request_id": request_id, "user_id": user.id}))


def hands(user: User, event_request: requests.AnyRequest) -> frozenset[Hand]:
    """What the user is to the request."""
    held = {
        Hand.WRITER: requests.may_write(user, event_request),
        Hand.HEAD: deciders.heads(user.memberships, event_request.lead_unit_id),
        Hand.COORDINATOR: any(one.role is Role.COORDINATOR for one in user.memberships),
    }
    return frozenset(hand for hand, is_held in held.items() if is_held)


def acts(user: User, event_request: requests.AnyRequest, round_: Round | None, now: datetime) -> frozenset[Act]:
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


def _can_be_done(act: Act, event_request: requests.AnyRequest, round_: Round | None, dates: requests.ApprovedDates, now: datetime) -> bool:
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


def _can_be_done_to_approved(act: Act, event_request: requests.AnyRequest, dates: requests.ApprovedDates, now: datetime) -> bool:
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


def to_restore(dates: requests.ApprovedDates, now: datetime) -> Sequence[requests.Dated]:
    """The dates cancelled alone that the head may take back (cases.md 37)."""
    return dates.to_restore(restorable_since(now), now) if dates.fates else ()


def is_over(event_request: EventRequest, now: datetime) -> bool:
    """Whether an event in force has been held (cases.md 39)."""
    return requests.approved_dates(event_request).are_over(restorable_since(now), now)


def restorable_since(now: datetime) -> datetime:
    """What was cancelled after this moment can be taken back at `now`, in the district's working days (cases.md 37)."""
    return worktime.schedule().received_after(now, district.rules().restore_within_working_days)


def _may_restore(event_request: requests.AnyRequest, now: datetime) -> bool:
    """Within the working days of the rule after the cancellation (cases.md 37)."""
    if event_request.status is not RequestStatus.CANCELLED:
        return False
    return event_request.ended_at is not None and event_request.ended_at > restorable_since(now)
