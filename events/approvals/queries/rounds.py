"""Reading rounds: as the engine takes them, as history shows them, and those whose time has moved on."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from events.approvals import deciders, route
from events.approvals.models import Remark, Review, Round
from events.approvals.route import Agreement
from events.approvals.vocabulary import (
    UNDECIDED,
    ReviewState,
    RoundState,
    SlotKind,
    Verdict,
)
from events.foundation.db import db
from events.people.models import Membership, User
from events.people.queries import Offices
from events.requests.models import EventRequest, Occurrence, Revision
from events.requests.vocabulary import IN_FORCE, RevisionState
from events.worktime.hours import Schedule

_OF_REVISION = (Revision.request_id, Revision.no, Revision.state, Revision.amendment, Revision.hash)
"""What a round asks of its revision, unless it comes back to its author: then the rest is read."""
_ROUND_OF_TURN = (
    select(Round)
    .join(Review, Review.round_id == Round.id)
    .where(Review.id == bindparam("review_id"))
    .options(selectinload(Round.reviews), joinedload(Round.revision).load_only(*_OF_REVISION))
    .execution_options(populate_existing=True)
)
_ROUNDS = (
    select(Round)
    .where(Round.request_id == bindparam("of_request"))
    .options(
        joinedload(Round.closed_by),
        selectinload(Round.reviews).options(
            joinedload(Review.unit), joinedload(Review.decided_by), joinedload(Review.acting_for), selectinload(Review.remarks)
        ),
    )
    .order_by(Round.no.desc())
)
_WAY = (
    select(Round, exists(select(Remark.id).where(Remark.request_id == Round.request_id, Remark.released, Remark.waits())))
    .where(Round.request_id == bindparam("of_request"))
    .options(
        selectinload(Round.reviews).options(
            joinedload(Review.decided_by).load_only(User.full_name), joinedload(Review.acting_for).load_only(User.full_name)
        )
    )
    .order_by(Round.no.desc())
)
_WAITING = (
    select(Remark)
    .where(Remark.request_id == bindparam("of_request"), Remark.released, Remark.waits())
    .order_by(Remark.blocking.desc(), Remark.id)
)
_COUNTED = select(Review.request_id, Review.unit_id, Review.opened_at, Review.sla_hours, Review.due_at).where(
    Review.state == ReviewState.OPEN, Review.due_at.is_not(None), Review.opened_at.is_not(None), Review.sla_hours > 0
)
"""Open reviews with what their deadlines were counted from."""


def agreements(request_id: int, dropped: Collection[int]) -> Sequence[Agreement]:
    """Every positive decision of the request, on the revision and round it was really given; none on revisions of a change that
    came to nothing: what they said is not in force, what had been agreed before is (cases.md 35)."""
    rows = db.session.scalars(
        select(Review)
        .join(Round)
        .where(Review.request_id == request_id, Review.state == ReviewState.DECIDED, Round.state != RoundState.OPEN)
        .options(joinedload(Review.round).joinedload(Round.revision))
    )
    return [
        Agreement(
            one.stage, one.slot, one.unit_id, one.kind, one.round.revision.no, one.round.no, one.id, frozenset(one.watches), one.position
        )
        for one in rows
        if one.verdict is not None and one.verdict.positive and one.round.revision.no not in dropped
    ]


def last_returns(request_id: int, dropped: Collection[int]) -> Mapping[int, tuple[int, int]]:
    """By unit, the round and the place in its plan at which it last returned or rejected the request, changes that came to nothing
    aside."""
    rows = db.session.execute(
        select(Review.unit_id, Round.no, Review.position)
        .join(Round)
        .join(Revision, Revision.id == Round.revision_id)
        .where(Review.request_id == request_id, Review.state == ReviewState.DECIDED, Revision.no.not_in(dropped))
        .where(Review.verdict.in_((Verdict.RETURN, Verdict.REJECT)))
        .order_by(Round.no, Review.position)
    )
    return {unit_id: (no, position) for unit_id, no, position in rows}


def remarked_sections(request_id: int | None, dropped: Collection[int]) -> Mapping[tuple[str, int], frozenset[str]]:
    """Sections each slot remarked on in the last round: it watches them in the next (cases.md 18). Rounds of a change that came to
    nothing aside."""
    if request_id is None:
        return {}
    rows = db.session.execute(
        select(Review.slot, Review.unit_id, Remark.section).join(Remark).where(Review.round_id == _last_round_id(request_id, dropped))
    )
    found: dict[tuple[str, int], frozenset[str]] = {}
    for slot, unit_id, section in rows:
        found[slot, unit_id] = found.get((slot, unit_id), frozenset()) | {section.value}
    return found


def _last_round_id(request_id: int, dropped: Collection[int]) -> Select[int]:
    """The newest round's id, as a subquery."""
    rounds = select(Round.id).join(Revision, Revision.id == Round.revision_id).where(Round.request_id == request_id)
    return rounds.where(Revision.no.not_in(dropped)).order_by(Round.no.desc()).limit(1).scalar_subquery()  # type: ignore[return-value]  # used as a value


def review_in_round(review_id: int) -> Review:
    """The review with its round and all its reviews, read afresh: what a page has read before the lock may be out of date."""
    round_ = db.session.scalars(_ROUND_OF_TURN, {"review_id": review_id}).one()
    for one in round_.reviews:
        set_committed_value(one, "round", round_)
    return next(one for one in round_.reviews if one.id == review_id)


def open_round(request_id: int) -> Round | None:
    """The round at work with its reviews, read afresh: what a page has read before the lock may be out of date."""
    return db.session.scalar(
        select(Round)
        .where(Round.request_id == request_id, Round.state == RoundState.OPEN)
        .options(selectinload(Round.reviews))
        .execution_options(populate_existing=True)
    )


def open_gates(request_id: int) -> Sequence[Any] | None:
    """Gates of the round at work that wait to be decided, as plain rows with the number of its revision; None where no round is at work."""
    rows = db.session.execute(_OPEN_GATES, {"of_request": request_id}).all()
    return [row for row in rows if row.id is not None] if rows else None


_OPEN_GATES = (
    select(
        Review.id, Review.stage, Review.slot, Review.unit_id, Review.relation, Review.role, Review.opened_at, Review.sla_hours,
        Review.version, Revision.no.label("revision_no"), Round.amendment,
    )
    .select_from(Round)
    .join(Revision, Revision.id == Round.revision_id)
    .outerjoin(Review, and_(Review.round_id == Round.id, Review.state == ReviewState.OPEN, Review.kind == SlotKind.GATE))
    .where(Round.request_id == bindparam("of_request"), Round.state == RoundState.OPEN)
    .order_by(Review.position, Review.id)
)  # fmt: skip


def last_round_state(request_id: int) -> RoundState | None:
    """How the newest round stands; None before any."""
    return db.session.scalar(select(Round.state).where(Round.request_id == request_id).order_by(Round.no.desc()).limit(1))


def rounds(request_id: int) -> Sequence[Round]:
    """All rounds, newest first, with everything history shows; their revisions come with the request (`requests.visible`)."""
    return db.session.scalars(_ROUNDS, {"of_request": request_id}).all()


@dataclass(frozen=True)
class Way:
    """The rounds of a request, newest first, with their reviews and the names of those who decided; and the released remarks without an
    answer, blocking ones first."""

    rounds: Sequence[Round]
    remarks: Sequence[Remark]


def way(request_id: int) -> Way:
    """What the request's page shows of its rounds. Remarks are read only where one waits, and find their reviews among those of the
    rounds."""
    asked = {"of_request": request_id}
    rows = db.session.execute(_WAY, asked).all()
    waits = bool(rows) and rows[0][1]
    return Way([row[0] for row in rows], db.session.scalars(_WAITING, asked).all() if waits else ())


def review_facts(reviews: Iterable[Review]) -> list[route.ReviewFact]:
    """Reviews as the engine takes them."""
    return [route.ReviewFact(one.id, one.stage, one.slot, one.unit_id, one.kind, one.state, one.verdict, one.due_at) for one in reviews]


def awaited(round_: Round) -> tuple[Review, ...]:
    """Whom an open round waits for: gates not decided yet; consultations only where no gate is open."""
    asked = [one for one in round_.reviews if one.state is ReviewState.OPEN and one.kind is not SlotKind.INFORM]
    gates = [one for one in asked if one.kind is SlotKind.GATE]
    return tuple(gates or asked)


@dataclass(frozen=True)
class LeadTime:
    """How long a request has been on its way, in the district's working time; `ended` None while it still is (cases.md 27, 28)."""

    submitted: datetime
    ended: datetime | None
    gross: timedelta
    with_author: timedelta
    rounds: int


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


def rounds_with_started_event(now: datetime, limit: int) -> Sequence[int]:
    """Requests under review whose first date has come, or a date that a change adds or moves (cases.md 30, 35)."""
    own, approved, in_force = aliased(Occurrence), aliased(Occurrence), aliased(Revision)
    as_before = (
        exists()
        .where(in_force.request_id == Round.request_id, in_force.state == RevisionState.APPROVED)
        .where(approved.revision_id == in_force.id, approved.key == own.key, approved.starts_at == own.starts_at)
        .correlate(Round, own)
    )
    changed = exists().where(own.revision_id == Round.revision_id, own.starts_at <= now, ~as_before)
    return db.session.scalars(
        select(Round.request_id)
        .join(EventRequest, EventRequest.id == Round.request_id)
        .where(Round.state == RoundState.OPEN)
        .where(or_(and_(~Round.amendment, EventRequest.first_start <= now), and_(Round.amendment, changed)))
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


def turns_of_unit(unit_id: int) -> int:
    """How many reviews wait for the unit now, or will when their stage comes."""
    awaited = (Review.unit_id == unit_id, Review.state.in_(UNDECIDED))
    return db.session.scalar(select(func.count()).select_from(Review).where(*awaited)) or 0


def dues_now(reviews: Iterable[Review]) -> dict[Review, datetime]:
    """When the time of those that are open is up by the calendar and the hours of today (UTC)."""
    offices = Offices()
    return {
        one: offices.due(one.unit_id, one.opened_at, one.sla_hours)
        for one in reviews
        if one.state is ReviewState.OPEN and one.sla_hours and one.opened_at and one.due_at
    }


def rounds_counted_otherwise(limit: int) -> Sequence[int]:
    """Requests with an open review whose deadline the calendar or the unit's hours of today put elsewhere (cases.md 26)."""
    offices, found = Offices(), set[int]()
    for row in db.session.connection().execute(_COUNTED):
        if row.request_id not in found and offices.due(row.unit_id, row.opened_at, row.sla_hours) != row.due_at:
            found.add(row.request_id)
    return sorted(found)[:limit]


def rounds_whose_staff_changed(limit: int) -> Sequence[int]:
    """Requests with an open gate of which it is no longer true whether anybody may decide it (cases.md 8)."""
    may = (deciders.decided_by_holder(), User.active, ~deciders.has_a_hand(Membership.user_id))
    able = exists(select(Membership.id).join(User).where(*may).correlate(Review))
    wrong = or_(and_(Review.orphaned, able), and_(~Review.orphaned, ~able))
    return db.session.scalars(
        select(Review.request_id)
        .where(Review.state == ReviewState.OPEN, Review.kind == SlotKind.GATE, wrong)
        .distinct()
        .order_by(Review.request_id)
        .limit(limit)
    ).all()
