"""Reading approvals: rounds and turns, what waits for whom, remarks, and what a person may do."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, literal, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from events.approvals import route
from events.approvals.models import Decision, Remark, Review, Round, Route, RouteVersion
from events.approvals.route import Plan, Visa
from events.approvals.vocabulary import (
    Act,
    RemarkState,
    ReviewState,
    RoundState,
    SlotKind,
    SlotRole,
    Verdict,
)
from events.district import queries as district
from events.foundation.db import UtcDateTime, db
from events.foundation.errors import NotFound
from events.people.models import Membership, User
from events.people.vocabulary import Role
from events.requests import queries as requests
from events.requests.models import Authorship, EventRequest, Revision
from events.requests.vocabulary import IN_FORCE, RequestStatus, RevisionState
from events.worktime import queries as worktime
from events.worktime.hours import Schedule

UNDECIDED = (ReviewState.WAITING, ReviewState.OPEN)

_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_FOR_ROWS = (
    joinedload(Review.round)
    .load_only(Round.no, Round.amendment, Round.plan, Round.state)
    .joinedload(Round.event_request)
    .load_only(EventRequest.number, EventRequest.title, EventRequest.first_start, EventRequest.lead_unit_id),
)
"""What a row of a list says about a turn."""
_AUTHORSHIP = select(Authorship.id).where(Authorship.request_id == bindparam("request_id"), Authorship.user_id == bindparam("user_id"))
_ROUND_OF_TURN = (
    select(Round)
    .join(Review, Review.round_id == Round.id)
    .where(Review.id == bindparam("review_id"))
    .options(selectinload(Round.reviews), joinedload(Round.revision).load_only(Revision.no))
    .execution_options(populate_existing=True)
)


def current_versions(now: datetime) -> Sequence[RouteVersion]:
    """The version in force of every active route."""
    newest = (
        select(RouteVersion.route_id, func.max(RouteVersion.valid_from).label("since"))
        .where(RouteVersion.valid_from <= now)
        .group_by(RouteVersion.route_id)
        .subquery()
    )
    same = and_(RouteVersion.route_id == newest.c.route_id, RouteVersion.valid_from == newest.c.since)
    return db.session.scalars(select(RouteVersion).join(newest, same).join(Route).where(Route.active).order_by(Route.priority)).all()


def pinned_versions(event_request: EventRequest, now: datetime, *, amendment: bool) -> Sequence[RouteVersion]:
    """The set pinned at the first submission of this cycle, else the set in force (cases.md 9, I5)."""
    last = db.session.scalar(
        select(Round).where(Round.request_id == event_request.id, Round.amendment == amendment).order_by(Round.no.desc()).limit(1)
    )
    if last is None or (amendment and last.state in (RoundState.APPROVED, RoundState.REJECTED, RoundState.WITHDRAWN)):
        return current_versions(now)
    return db.session.scalars(select(RouteVersion).where(RouteVersion.id.in_(last.pinned))).all()


def visas(request_id: int) -> Sequence[Visa]:
    """Every positive decision of the request, on the revision and round it was really given."""
    rows = db.session.scalars(
        select(Review)
        .join(Round)
        .where(Review.request_id == request_id, Review.state == ReviewState.DECIDED, Round.state != RoundState.OPEN)
        .options(joinedload(Review.round).joinedload(Round.revision))
    )
    return [
        Visa(one.stage, one.slot, one.unit_id, one.kind, one.round.revision.no, one.round.no, one.id, frozenset(one.watches))
        for one in rows
        if one.verdict is not None and one.verdict.positive
    ]


def returned_by(request_id: int) -> Collection[tuple[str, int]]:
    """Who returned the request in its last round, as (slot, unit)."""
    rows = db.session.execute(
        select(Review.slot, Review.unit_id).where(
            Review.round_id == _last_round_id(request_id),
            Review.state == ReviewState.DECIDED,
            Review.verdict.in_((Verdict.RETURN, Verdict.REJECT)),
        )
    )
    return {(row.slot, row.unit_id) for row in rows}


def remarked_sections(request_id: int | None) -> Mapping[tuple[str, int], frozenset[str]]:
    """Sections each slot remarked on in the last round: it watches them in the next (cases.md 18)."""
    if request_id is None:
        return {}
    rows = db.session.execute(
        select(Review.slot, Review.unit_id, Remark.section).join(Remark).where(Review.round_id == _last_round_id(request_id))
    )
    found: dict[tuple[str, int], frozenset[str]] = {}
    for slot, unit_id, section in rows:
        found[slot, unit_id] = found.get((slot, unit_id), frozenset()) | {section.value}
    return found


def _last_round_id(request_id: int) -> Select[int]:
    """The newest round's id, as a subquery."""
    return select(Round.id).where(Round.request_id == request_id).order_by(Round.no.desc()).limit(1).scalar_subquery()  # type: ignore[return-value]  # used as a value


def able_deciders(request_id: int | None, unit_ids: Collection[int]) -> Mapping[tuple[int, SlotRole], Sequence[int]]:
    """Per unit and slot role the active users who may decide; nobody with a hand in the request (I1, cases.md 8).

    A head's turn is the head's alone; a reviewer's turn may be taken by a reviewer or the head.
    """
    rows = db.session.execute(
        select(Membership.unit_id, Membership.role, Membership.user_id)
        .join(User)
        .where(Membership.unit_id.in_(unit_ids), Membership.role.in_((Role.HEAD, Role.REVIEWER)), User.active)
        .where(~exists().where(Authorship.request_id == request_id, Authorship.user_id == Membership.user_id))
        .order_by(Membership.id)
    )
    able: dict[tuple[int, SlotRole], list[int]] = {(unit, role): [] for unit in unit_ids for role in SlotRole}
    for unit_id, role, user_id in rows:
        for slot_role in (SlotRole.HEAD, SlotRole.REVIEWER) if role is Role.HEAD else (SlotRole.REVIEWER,):
            if user_id not in able[unit_id, slot_role]:
                able[unit_id, slot_role].append(user_id)
    return able


def may_decide(user: User, review: Review) -> bool:
    """Whether the review is this user's to decide, own requests aside."""
    wanted = {Role.HEAD} if review.role is SlotRole.HEAD else {Role.HEAD, Role.REVIEWER}
    return any(one.unit_id == review.unit_id and one.role in wanted for one in user.memberships)


def is_author(user: User, request_id: int) -> bool:
    """Whether the user has a hand in the request."""
    return db.session.scalar(_AUTHORSHIP, {"request_id": request_id, "user_id": user.id}) is not None


def review(review_id: int, user: User) -> Review:
    """The review for whom it concerns: its deciders, and all who may see the request. NotFound for others."""
    found = db.session.scalar(
        select(Review)
        .where(Review.id == review_id)
        .execution_options(populate_existing=True)
        .options(
            joinedload(Review.round).selectinload(Round.reviews).options(joinedload(Review.decided_by), joinedload(Review.acting_for)),
            joinedload(Review.round).joinedload(Round.revision),
            joinedload(Review.round).joinedload(Round.event_request),
            joinedload(Review.unit),
            selectinload(Review.remarks),
        )
    )
    if found is None or not requests.may_see(user, found.request_id):
        raise NotFound
    return found


def turn(review_id: int, user: User) -> Review:
    """The review as far as the form that decides it asks. NotFound for those whom `review` would refuse."""
    found = db.session.scalar(
        select(Review)
        .join(EventRequest, EventRequest.id == Review.request_id)
        .where(Review.id == review_id, requests.visible_to(user, one=True))
        .options(joinedload(Review.round).joinedload(Round.revision).load_only(Revision.no))
    )
    if found is None:
        raise NotFound
    return found


def request_of(review_id: int, user: User) -> int:
    """The id of the request whose turn it is. NotFound for those whom `review` would refuse."""
    found = db.session.scalar(
        select(Review.request_id)
        .join(EventRequest, EventRequest.id == Review.request_id)
        .where(Review.id == review_id, requests.visible_to(user, one=True))
    )
    if found is None:
        raise NotFound
    return found


def turn_in_round(review_id: int) -> Review:
    """The review with its round and all its turns, read afresh: what a page has read before the lock may be out of date."""
    round_ = db.session.scalars(_ROUND_OF_TURN, {"review_id": review_id}).one()
    for one in round_.reviews:
        set_committed_value(one, "round", round_)
    return next(one for one in round_.reviews if one.id == review_id)


def open_round(request_id: int) -> Round | None:
    """The round at work with its turns, read afresh: what a page has read before the lock may be out of date."""
    return db.session.scalar(
        select(Round)
        .where(Round.request_id == request_id, Round.state == RoundState.OPEN)
        .options(selectinload(Round.reviews))
        .execution_options(populate_existing=True)
    )


def rounds(request_id: int) -> Sequence[Round]:
    """All rounds, newest first, with everything history shows."""
    reviews = selectinload(Round.reviews)
    return db.session.scalars(
        select(Round)
        .where(Round.request_id == request_id)
        .options(
            joinedload(Round.revision),
            joinedload(Round.closed_by),
            reviews.joinedload(Review.unit),
            reviews.joinedload(Review.decided_by),
            reviews.joinedload(Review.acting_for),
            reviews.selectinload(Review.remarks),
        )
        .order_by(Round.no.desc())
    ).all()


def decisions(request_id: int) -> Sequence[Decision]:
    """Every decision ever made on the request, recalled ones included, oldest first."""
    return db.session.scalars(
        select(Decision)
        .where(Decision.request_id == request_id)
        .options(joinedload(Decision.decided_by), joinedload(Decision.acting_for))
        .order_by(Decision.id)
    ).all()


def effective_decision(review_id: int) -> Decision | None:
    """The decision in force on a review."""
    return db.session.scalar(select(Decision).where(Decision.review_id == review_id, Decision.recalled_at.is_(None)))


def waiting_for(user: User, *, size: int, after: int | None = None) -> tuple[Sequence[Review], bool]:
    """Open reviews this user may decide, by due, nearest first, by keyset: those after review `after`. Also whether more follow.

    Own requests are not among them. Reviews come with what a row of a list says.
    """
    asked = select(Review).where(*_awaiting(user)).options(*_FOR_ROWS).order_by(_due(Review), Review.id).limit(size + 1)
    if after is not None:
        last = aliased(Review)
        due = select(_due(last)).where(last.id == after).scalar_subquery()
        asked = asked.where(or_(_due(Review) > due, and_(_due(Review) == due, Review.id > after)))
    found = db.session.scalars(asked).all()
    return found[:size], len(found) > size


def count_waiting(user: User) -> int:
    """How many reviews wait for the user's decision."""
    return db.session.scalar(select(func.count()).select_from(Review).where(*_awaiting(user))) or 0


def next_waiting(user: User, *, besides: int) -> int | None:
    """The id of the first of these reviews other than `besides`; read alone, since a decision asks for nothing else of them."""
    waiting = select(Review.id).where(*_awaiting(user), Review.id != besides)
    return db.session.scalar(waiting.order_by(_due(Review), Review.id).limit(1))


def _due(of: type[Review]) -> ColumnElement[datetime]:
    """What lists of open turns are sorted by; the databases disagree about where a turn without a due stands."""
    return func.coalesce(of.due_at, literal(_NEVER, UtcDateTime))


def _awaiting(user: User) -> tuple[ColumnElement[bool], ...]:
    """What makes a review wait for the user."""
    heads = [one.unit_id for one in user.memberships if one.role is Role.HEAD]
    reviewing = [one.unit_id for one in user.memberships if one.role is Role.REVIEWER]
    own = exists().where(Authorship.request_id == Review.request_id, Authorship.user_id == user.id)
    mine = or_(Review.unit_id.in_(heads), and_(Review.unit_id.in_(reviewing), Review.role == SlotRole.REVIEWER))
    return (Review.state == ReviewState.OPEN, Review.kind != SlotKind.INFORM, mine, ~own)


def to_acknowledge(user: User, limit: int = 20) -> Sequence[Review]:
    """Open «to be informed» turns of the user's units."""
    units = {one.unit_id for one in user.memberships if one.role in (Role.HEAD, Role.REVIEWER)}
    return db.session.scalars(
        select(Review)
        .where(Review.state == ReviewState.OPEN, Review.kind == SlotKind.INFORM, Review.unit_id.in_(units))
        .options(*_FOR_ROWS)
        .order_by(Review.id.desc())
        .limit(limit)
    ).all()


def orphaned(user: User, limit: int = 50) -> Sequence[Review]:
    """Open reviews nobody can decide, for coordinators and administrators."""
    if not any(one.role in (Role.COORDINATOR, Role.ADMIN) for one in user.memberships):
        return []
    return db.session.scalars(
        select(Review)
        .where(Review.state == ReviewState.OPEN, Review.orphaned)
        .options(*_FOR_ROWS)
        .order_by(Review.due_at, Review.id)
        .limit(limit)
    ).all()


def open_remarks(request_id: int) -> Sequence[Remark]:
    """Remarks the author has to do with: of the last round, blocking ones first answered or not; and others unanswered."""
    last = aliased(Round)
    newest = select(func.max(last.no)).where(last.request_id == request_id).scalar_subquery()
    return db.session.scalars(
        select(Remark)
        .join(Review)
        .join(Round, Review.round_id == Round.id)
        .where(Remark.request_id == request_id, Remark.released, or_(Round.no == newest, Remark.state == RemarkState.OPEN))
        .options(joinedload(Remark.review).joinedload(Review.unit), joinedload(Remark.review).joinedload(Review.round))
        .order_by(Remark.blocking.desc(), Remark.id)
    ).all()


def unanswered(request_id: int, *, blocking: bool) -> int:
    """How many released remarks of this kind wait for an answer."""
    counted = select(func.count()).select_from(Remark)
    return (
        db.session.scalar(
            counted.where(Remark.request_id == request_id, Remark.released, Remark.blocking == blocking, Remark.state == RemarkState.OPEN)
        )
        or 0
    )


def remark_counts(request_ids: Collection[int]) -> Mapping[int, int]:
    """Unanswered released remarks per request, in one query; none for no requests."""
    if not request_ids:
        return {}
    rows = db.session.execute(
        select(Remark.request_id, func.count())
        .where(Remark.request_id.in_(request_ids), Remark.released, Remark.state == RemarkState.OPEN)
        .group_by(Remark.request_id)
    )
    return dict(rows.all())


def review_facts(reviews: Iterable[Review]) -> list[route.ReviewFact]:
    """Reviews as the engine takes them."""
    return [route.ReviewFact(one.id, one.stage, one.slot, one.unit_id, one.kind, one.state, one.verdict, one.due_at) for one in reviews]


def acts(user: User, event_request: EventRequest, round_: Round | None, now: datetime) -> frozenset[Act]:
    """What the user may do with the request now. The same answer serves the buttons, the pages and the operations."""
    roles = {one.role for one in user.memberships}
    writer, coordinator = requests.may_write(user, event_request), Role.COORDINATOR in roles
    head = any(one.unit_id == event_request.lead_unit_id and one.role is Role.HEAD for one in user.memberships)
    found = _writers_acts(event_request, round_, now) if writer else set()
    if coordinator and round_ is not None:
        found.add(Act.STOP)
        if route.can_return_now(Plan.from_plain(round_.plan), review_facts(round_.reviews), now=now):
            found.add(Act.RETURN_NOW)
    if event_request.status in IN_FORCE and (writer or coordinator) and _is_to_come(event_request, now):
        found.add(Act.CANCEL)
    if event_request.status in IN_FORCE and (head or coordinator) and requests.dates_ahead(event_request, now):
        found.add(Act.POSTPONE)
    if (
        head
        and event_request.status is RequestStatus.CANCELLED
        and _may_restore(event_request, now)
        and requests.dates_ahead(event_request, now)
    ):
        found.add(Act.RESTORE)
    return frozenset(found)


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
    if status in (RequestStatus.IN_REVIEW, RequestStatus.RETURNED) or (working is not None and working.amendment):
        found.add(Act.WITHDRAW)
    if status in IN_FORCE and working is None and _is_to_come(event_request, now):
        found.add(Act.AMEND)
    return found


def _is_to_come(event_request: EventRequest, now: datetime) -> bool:
    """Whether there is still a date to change or to cancel: one ahead, or one put off that waits for its new time (cases.md 35, 36)."""
    return bool(requests.dates_ahead(event_request, now)) or event_request.postponing or bool(requests.put_off(event_request))


def _may_restore(event_request: EventRequest, now: datetime) -> bool:
    """Within one working day of the cancellation (cases.md 37)."""
    if event_request.ended_at is None:
        return False
    days = district.rules().restore_within_working_days
    return now <= worktime.schedule().nth_working_day_end(event_request.ended_at, days)


def rounds_with_started_event(now: datetime, limit: int) -> Sequence[int]:
    """Requests under review whose first date has come (cases.md 30)."""
    return db.session.scalars(
        select(Round.request_id)
        .join(EventRequest, EventRequest.id == Round.request_id)
        .where(Round.state == RoundState.OPEN, ~Round.amendment, EventRequest.first_start <= now)
        .order_by(Round.request_id)
        .limit(limit)
    ).all()


def rounds_with_due_consult(now: datetime, limit: int) -> Sequence[int]:
    """Requests whose stage waits for nobody but consultations past their due: it may close (cases.md 15)."""
    gate = aliased(Review)
    held_up = exists().where(gate.round_id == Review.round_id, gate.state == ReviewState.OPEN, gate.kind == SlotKind.GATE)
    return db.session.scalars(
        select(Review.request_id)
        .where(Review.state == ReviewState.OPEN, Review.kind == SlotKind.CONSULT, Review.due_at <= now, ~held_up)
        .distinct()
        .order_by(Review.request_id)
        .limit(limit)
    ).all()


def rounds_whose_staff_changed(limit: int) -> Sequence[int]:
    """Requests with an open gate of which it is no longer true whether anybody may decide it (cases.md 8)."""
    holds = and_(Membership.unit_id == Review.unit_id, or_(Membership.role == Role.HEAD, Review.role == Membership.role))
    own = exists().where(Authorship.request_id == Review.request_id, Authorship.user_id == Membership.user_id)
    able = exists(select(Membership.id).join(User).where(holds, User.active, ~own).correlate(Review))
    wrong = or_(and_(Review.orphaned, able), and_(~Review.orphaned, ~able))
    return db.session.scalars(
        select(Review.request_id)
        .where(Review.state == ReviewState.OPEN, Review.kind == SlotKind.GATE, wrong)
        .distinct()
        .order_by(Review.request_id)
        .limit(limit)
    ).all()


# --- What the pages of approval show ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LeadTime:
    """How long a request has been on its way, in the district's working time; `ended` None while it still is (cases.md 27, 28)."""

    submitted: datetime
    ended: datetime | None
    gross: timedelta
    with_author: timedelta
    rounds: int


def planned(review: Review) -> route.PlannedSlot:
    """The turn as it was planned: why it is asked for, what else was merged into it."""
    return Plan.slot_from_plain(review.round.plan, (review.stage, review.slot, review.unit_id))


def awaited(round_: Round) -> tuple[Review, ...]:
    """Whom an open round waits for: gates not decided yet; consultations only where no gate is open."""
    asked = [one for one in round_.reviews if one.state is ReviewState.OPEN and one.kind is not SlotKind.INFORM]
    gates = [one for one in asked if one.kind is SlotKind.GATE]
    return tuple(gates or asked)


def lead_time(event_request: EventRequest, rounds: Sequence[Round], schedule: Schedule, now: datetime) -> LeadTime | None:
    """From the first submission to the outcome, gross, and how much of it the request lay with its author. None before submission."""
    if event_request.submitted_at is None:
        return None
    ended = event_request.approved_at or (event_request.ended_at if event_request.status not in IN_FORCE else None)
    ways = sorted((one for one in rounds if not one.amendment), key=lambda one: one.no)
    back = [one.opened_at for one in ways[1:]]
    waits = [
        schedule.worked(one.closed_at, again or ended or now)
        for one, again in zip(ways, [*back, None], strict=True)
        if one.closed_at is not None and one.state in (RoundState.RETURNED, RoundState.TAKEN_BACK, RoundState.LAPSED)
    ]
    gross = schedule.worked(event_request.submitted_at, ended or now)
    return LeadTime(event_request.submitted_at, ended, gross, sum(waits, timedelta()), len(ways))


def earlier_decision(review: Review) -> Review | None:
    """The same turn's latest decision in an earlier round, whatever it was: what the unit has seen of the request."""
    return db.session.scalar(
        select(Review)
        .join(Round)
        .where(
            Review.request_id == review.request_id,
            Review.unit_id == review.unit_id,
            Review.slot == review.slot,
            Review.state == ReviewState.DECIDED,
            Round.no < review.round.no,
        )
        .options(joinedload(Review.round).joinedload(Round.revision))
        .order_by(Round.no.desc())
        .limit(1)
    )


def earlier_remarks(review: Review) -> Sequence[Remark]:
    """Remarks of earlier rounds and those already released in this one, newest round first, with who made them."""
    return db.session.scalars(
        select(Remark)
        .join(Review)
        .join(Round, Review.round_id == Round.id)
        .where(Remark.request_id == review.request_id, Remark.released, Remark.review_id != review.id)
        .options(joinedload(Remark.review).joinedload(Review.unit), joinedload(Remark.review).joinedload(Review.round))
        .order_by(Round.no.desc(), Remark.id)
    ).all()


def people_asked(request_id: int, reviews: Collection[Review]) -> Mapping[int, tuple[str, ...]]:
    """Full names of those who may decide each turn, by the review's id, in two queries."""
    able = able_deciders(request_id, {one.unit_id for one in reviews})
    wanted = {user for users in able.values() for user in users}
    names = _full_names(wanted)
    return {one.id: tuple(names[user] for user in able[one.unit_id, one.role]) for one in reviews}


def answering_names(remarks: Iterable[Remark]) -> Mapping[int, str]:
    """Full names of those who answered remarks, by user id."""
    wanted = {one.answered_by_id for one in remarks if one.answered_by_id is not None}
    return _full_names(wanted) if wanted else {}


def _full_names(ids: Collection[int]) -> dict[int, str]:
    """Full names by user id."""
    return {row.id: row.full_name for row in db.session.execute(select(User.id, User.full_name).where(User.id.in_(ids)))}


def decided_by(user: User, *, before: int | None = None, size: int = 30) -> tuple[Sequence[tuple[Decision, Review]], bool]:
    """The user's own decisions, newest first, by keyset: those older than decision `before`. Also whether more follow."""
    asked = (
        select(Decision, Review)
        .join(Review, Review.id == Decision.review_id)
        .where(Decision.decided_by_id == user.id, Decision.recalled_at.is_(None))
        .options(*_FOR_ROWS)
        .order_by(Decision.id.desc())
        .limit(size + 1)
    )
    found = db.session.execute(asked if before is None else asked.where(Decision.id < before))
    rows = [(decision, made) for decision, made in found]
    return rows[:size], len(rows) > size


def find_review(review_id: int, user: User) -> Review | None:
    """The review, or None where `review` would raise NotFound."""
    try:
        return review(review_id, user)
    except NotFound:
        return None
