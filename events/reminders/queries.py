"""Gathering what the timetable needs, and what a letter says. The number of queries does not grow with the number of requests."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import BindParameter, and_, bindparam, exists, func, or_, select

from events.approvals.models import Decision, Remark, Review, Round
from events.approvals.vocabulary import RemarkState, ReviewState, RoundState, SlotKind, SlotRole, Verdict
from events.foundation.db import db
from events.outbox import queries as outbox
from events.outbox.queries import Envelope
from events.people.models import Membership, Unit, User
from events.people.vocabulary import Role
from events.reminders import timetable
from events.reminders.timetable import DateFacts, Hours, Planned, RemarkFacts, RequestFacts, ReviewFacts, RoundFacts
from events.reminders.vocabulary import FAREWELLS, Kind
from events.requests.models import Authorship, CoOrganizer, EventRequest, Involvement, Occurrence, OccurrenceFate, Revision
from events.requests.queries import may_see
from events.requests.vocabulary import IN_FORCE, RequestStatus, RevisionState, Section
from events.worktime import queries as worktime
from events.worktime.hours import DISTRICT_HOURS, OfficeHours, Schedule

CARETAKERS = (Role.COORDINATOR, Role.ADMIN)
"""District-wide roles told of a review that nobody may decide (cases.md 8)."""
RECENTLY = timedelta(days=7)
"""How long after its end a request is still looked after, so that a failed farewell is made good."""
TENDED = (RequestStatus.IN_REVIEW, RequestStatus.RETURNED, *sorted(IN_FORCE))
"""Statuses in which time alone, or a change of staff, may ask for a message."""
SETTLED = (RequestStatus.REJECTED, RequestStatus.WITHDRAWN, RequestStatus.CANCELLED, RequestStatus.CLOSED)

_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_UNITS = select(Unit.id, Unit.curator_id, Unit.office_hours)
_REQUESTS = (
    select(EventRequest.id, EventRequest.status, EventRequest.lead_unit_id, EventRequest.ended_at)
    .where(EventRequest.id.in_(_IDS))
    .order_by(EventRequest.id)
)
_ROUNDS = (
    select(Round.id, Round.request_id, Round.no, Round.state, Round.closed_at, Round.amendment, Round.revision_id)
    .where(Round.request_id.in_(_IDS))
    .order_by(Round.request_id, Round.no)
)
_REVIEWS = (
    select(
        Review.id, Review.round_id, Review.request_id, Review.unit_id, Review.kind, Review.role, Review.state, Review.position,
        Review.opened_at, Review.due_at, Review.orphaned,
    )
    .where(Review.round_id.in_(_IDS))
    .order_by(Review.position, Review.id)
)  # fmt: skip
_STAFF = select(Membership.unit_id, Membership.role, Membership.user_id).join(User).where(User.active).order_by(Membership.id)
_AUTHORS = (
    select(Authorship.request_id, Authorship.user_id, Authorship.at)
    .join(User)
    .where(Authorship.request_id.in_(_IDS), User.active)
    .order_by(Authorship.id)
)
_UNANSWERED = (
    select(Remark.request_id, Remark.review_id, func.coalesce(func.min(Remark.released_at), func.min(Remark.created_at)))
    .where(Remark.request_id.in_(_IDS), Remark.released, ~Remark.blocking, Remark.state == RemarkState.OPEN)
    .group_by(Remark.request_id, Remark.review_id)
    .order_by(Remark.review_id)
)
"""What every decision asks is put together once: that takes longer than running it."""

Item = TypeVar("Item")
Staff = Mapping[tuple[int, Role], tuple[int, ...]]
"""Unit and role -> active users."""


def candidates(now: datetime, after: int, limit: int) -> Sequence[int]:
    """The next requests, by id, that the tick has to look at."""
    open_review = exists().where(Review.request_id == EventRequest.id, Review.state == ReviewState.OPEN)
    ahead = and_(Revision.state == RevisionState.APPROVED, Occurrence.revision_id == Revision.id, Occurrence.starts_at > now)
    coming = exists().where(Revision.request_id == EventRequest.id, ahead)
    unanswered = exists().where(Remark.request_id == EventRequest.id, Remark.state == RemarkState.OPEN)
    tended = and_(EventRequest.status.in_(TENDED), or_(EventRequest.status.not_in(IN_FORCE), open_review, coming, unanswered))
    asked = select(EventRequest.id).where(EventRequest.id > after, or_(tended, EventRequest.ended_at > now - RECENTLY))
    return db.session.scalars(asked.order_by(EventRequest.id).limit(limit)).all()


@dataclass(frozen=True)
class _Around:
    """What is read once for many requests, by the id of each."""

    staff: Staff
    authors: Mapping[int, Mapping[int, datetime]]
    rounds: Mapping[int, RoundFacts]
    partners: Mapping[int, tuple[int, ...]]
    approvers: Mapping[int, tuple[int, ...]]
    dates: Mapping[int, "_Dates"]
    remarks: Mapping[int, tuple[RemarkFacts, ...]]


def wanted(request_ids: Collection[int], now: datetime) -> dict[int, dict[str, Planned]]:
    """The messages that should exist now, by request and key."""
    units = {row.id: row for row in db.session.execute(_UNITS)}
    hours = _office_hours({unit_id: row.office_hours for unit_id, row in units.items()})
    facts = _gather(request_ids, {unit_id: row.curator_id for unit_id, row in units.items()})
    return {one.id: timetable.wanted(one, hours, now) for one in facts}


def _gather(request_ids: Collection[int], curators: Mapping[int, int | None]) -> list[RequestFacts]:
    """The facts of these requests. What their status rules out is not asked for."""
    rows = db.session.execute(_REQUESTS, {"ids": list(request_ids)}).all()
    ids = [row.id for row in rows if row.status is not RequestStatus.DRAFT]
    agreed = [row.id for row in rows if row.status in IN_FORCE or row.status is RequestStatus.CANCELLED]
    unsettled = [row.id for row in rows if row.status not in SETTLED]
    latest, staff, authors = _latest_rounds(ids), _staff(), _authors(ids)
    reviews = _reviews([row.id for row in latest.values()], curators, staff, authors)
    around = _Around(
        staff,
        authors,
        {request_id: _round(row, reviews) for request_id, row in latest.items()},
        _partners({latest[one].revision_id: one for one in agreed if one in latest}, staff),
        _approvers(agreed),
        _dates(agreed),
        _remarks(unsettled),
    )
    return [_facts(row, around) for row in rows]


def _facts(row: Any, around: _Around) -> RequestFacts:
    """The facts of one request."""
    joined, own = around.authors.get(row.id, {}), around.dates.get(row.id) or _Dates()
    authors = tuple(joined)
    return RequestFacts(
        row.id,
        row.status,
        row.lead_unit_id,
        ended_at=row.ended_at,
        authors=authors,
        joined=joined,
        organisers=tuple(dict.fromkeys((*authors, *own.responsible))),
        lead_heads=around.staff.get((row.lead_unit_id, Role.HEAD), ()),
        partners=around.partners.get(row.id, ()),
        approvers=around.approvers.get(row.id, ()),
        caretakers=tuple(dict.fromkeys(user for (_, role), users in around.staff.items() if role in CARETAKERS for user in users)),
        round=around.rounds.get(row.id),
        dates=tuple(own.dates),
        remarks=around.remarks.get(row.id, ()),
    )


def _round(row: Any, reviews: Mapping[int, list[ReviewFacts]]) -> RoundFacts:
    return RoundFacts(row.id, row.state, row.closed_at, row.amendment, tuple(reviews.get(row.id, ())))


def _office_hours(own: Mapping[int, dict[str, Any] | None]) -> Hours:
    """The open time of every unit, computed when asked for and kept."""
    calendar = worktime.calendar()
    district = Schedule(calendar, DISTRICT_HOURS)
    known: dict[int, Schedule] = {}

    def hours(unit_id: int) -> Schedule:
        plain = own.get(unit_id)
        if not plain:
            return district
        return known.setdefault(unit_id, Schedule(calendar, OfficeHours.from_plain(plain)))

    return hours


def still_wanted(envelope: Envelope, now: datetime) -> bool:
    """Whether a message about to leave still follows from the state of its request; others are not ours to judge."""
    if envelope.request_id is None or envelope.kind not in list(Kind):
        return True
    return envelope.dedupe_key in wanted([envelope.request_id], now).get(envelope.request_id, {})


def entries(request_ids: Collection[int]) -> dict[int, list[outbox.Entry]]:
    """What the outbox holds of our kinds, by request."""
    ours = list(Kind)
    return {request_id: [one for one in found if one.kind in ours] for request_id, found in outbox.entries(request_ids).items()}


@dataclass(frozen=True)
class Told:
    """What a letter says: read when it is written, so that it is never older than its sending."""

    kind: str
    level: str
    name: str
    email: str
    locale: str
    request_id: int | None
    number: str = ""
    title: str = ""
    lead_unit: str = ""
    amendment: bool = False
    review_id: int | None = None
    unit: str = ""
    consult: bool = False
    """Asked for an opinion, not for a visa."""
    confirming: bool = False
    due_at: datetime | None = None
    starts_at: datetime | None = None
    reason: str = ""
    mark: str = ""
    remarks: tuple["ToldRemark", ...] = ()


@dataclass(frozen=True)
class ToldRemark:
    """One remark, with the unit that made it."""

    unit: str
    section: Section
    text: str


def told(envelope: Envelope) -> Told | None:
    """What to tell; None when the recipient has left or may not see the request any more (I11)."""
    user = db.session.get(User, envelope.recipient_id) if envelope.recipient_id is not None else None
    event_request = db.session.get(EventRequest, envelope.request_id) if envelope.request_id is not None else None
    if user is None or not user.active or event_request is None or not _allowed(user, event_request.id, envelope.kind):
        return None
    about = _about_review(envelope.subject_id) if envelope.subject_kind == "review" else {}
    if envelope.subject_kind == "round":
        about = _about_round(envelope.subject_id, envelope.kind)
    if envelope.kind == Kind.EVENT_TOMORROW:
        about = {"starts_at": datetime.fromisoformat(envelope.params["starts_at"])}
    if envelope.kind == Kind.DATE_CALLED_OFF:
        about = _about_date(event_request.id, envelope.params["key"])
    if envelope.kind == Kind.CANCELLED:
        about = {"reason": event_request.end_reason}
    return Told(
        envelope.kind,
        envelope.params.get("level", ""),
        user.full_name,
        user.email,
        user.locale,
        event_request.id,
        number=event_request.number or "",
        title=event_request.title,
        lead_unit=event_request.lead_unit.short_name,
        **about,
    )


def _allowed(user: User, request_id: int, kind: str) -> bool:
    """Access at the moment of sending; of the end of a matter also those learn who had access until then."""
    if may_see(user, request_id):
        return True
    units = [membership.unit_id for membership in user.memberships]
    once = select(Involvement.id).where(Involvement.request_id == request_id, Involvement.unit_id.in_(units))
    return kind in FAREWELLS and db.session.scalar(once.limit(1)) is not None


def _about_review(review_id: int) -> dict[str, Any]:
    """The unit whose turn it is, and its deadline; with the remarks nobody has answered."""
    columns = (Unit.short_name, Review.due_at, Review.kind, Review.confirming, Round.amendment)
    asked = select(*columns).select_from(Review).join(Unit, Review.unit_id == Unit.id).join(Round, Review.round_id == Round.id)
    row = db.session.execute(asked.where(Review.id == review_id)).one_or_none()
    if row is None:
        return {}
    return {
        "review_id": review_id,
        "unit": row.short_name,
        "due_at": row.due_at,
        "consult": row.kind is SlotKind.CONSULT,
        "confirming": row.confirming,
        "amendment": row.amendment,
        "remarks": _told_remarks(Remark.review_id == review_id, Remark.state == RemarkState.OPEN),
    }


def _about_round(round_id: int, kind: str) -> dict[str, Any]:
    """All remarks of the round at once, and the words of the decision that ended it."""
    row = db.session.execute(select(Round.amendment, Round.closing_note).where(Round.id == round_id)).one()
    verdict = {Kind.RETURNED.value: Verdict.RETURN, Kind.REJECTED.value: Verdict.REJECT}.get(kind)
    comments = select(Decision.comment).join(Review, Decision.review_id == Review.id).where(Review.round_id == round_id)
    ended_by = comments.where(Decision.recalled_at.is_(None), Decision.verdict == verdict, Decision.comment != "").order_by(Decision.id)
    reasons = [row.closing_note, *(db.session.scalars(ended_by) if verdict else ())]
    return {
        "amendment": row.amendment,
        "reason": " ".join(reason for reason in reasons if reason),
        "remarks": _told_remarks(Review.round_id == round_id) if kind in (Kind.RETURNED, Kind.APPROVED) else (),
    }


def _told_remarks(*which: Any) -> tuple[ToldRemark, ...]:
    """Remarks the author may see, in the order of the route."""
    asked = (
        select(Unit.short_name, Remark.section, Remark.text)
        .join(Review, Remark.review_id == Review.id)
        .join(Unit, Review.unit_id == Unit.id)
    )
    rows = db.session.execute(asked.where(Remark.released, *which).order_by(Review.position, Review.id, Remark.id))
    return tuple(ToldRemark(*row) for row in rows)


def _about_date(request_id: int, key: str) -> dict[str, Any]:
    """One date called off alone: when it was to be, what became of it and why."""
    fate = db.session.scalar(select(OccurrenceFate).where(OccurrenceFate.request_id == request_id, OccurrenceFate.key == key))
    start = select(Occurrence.starts_at).join(Revision).where(Revision.request_id == request_id, Occurrence.key == key)
    starts_at = db.session.scalar(start.where(Revision.state == RevisionState.APPROVED))
    return {"starts_at": starts_at, "reason": fate.reason if fate else "", "mark": fate.mark.value if fate else ""}


def _latest_rounds(ids: Collection[int]) -> dict[int, Any]:
    """The latest round of each request."""
    return {row.request_id: row for row in db.session.execute(_ROUNDS, {"ids": list(ids)})}


def _staff() -> Staff:
    """Who is active in which role of which unit, the longest-serving first."""
    found: defaultdict[tuple[int, Role], list[int]] = defaultdict(list)
    for unit_id, role, user_id in db.session.execute(_STAFF):
        found[unit_id, role].append(user_id)
    return {key: tuple(users) for key, users in found.items()}


def _authors(ids: Collection[int]) -> dict[int, dict[int, datetime]]:
    """The active people with a hand in each request, and since when."""
    found: defaultdict[int, dict[int, datetime]] = defaultdict(dict)
    for request_id, user_id, at in db.session.execute(_AUTHORS, {"ids": list(ids)}):
        found[request_id][user_id] = at
    return found


def _approvers(ids: Collection[int]) -> dict[int, tuple[int, ...]]:
    """The active people on whose decisions an approval rests, by request."""
    if not ids:
        return {}
    asked = select(Review.request_id, User.id).join(Round, Review.round_id == Round.id).join(User, Review.decided_by_id == User.id)
    rests = (Round.request_id.in_(ids), Round.state == RoundState.APPROVED, User.active)
    return _grouped(db.session.execute(asked.where(*rests).order_by(Review.position, Review.id)))


def _reviews(
    round_ids: Collection[int], curators: Mapping[int, int | None], staff: Staff, authors: Mapping[int, Collection[int]]
) -> dict[int, list[ReviewFacts]]:
    """The reviews of these rounds, by round, with whoever may decide them today."""
    found: defaultdict[int, list[ReviewFacts]] = defaultdict(list)
    for row in db.session.execute(_REVIEWS, {"ids": list(round_ids)}):
        review = ReviewFacts(
            row.id,
            row.unit_id,
            row.kind,
            row.state,
            row.position,
            opened_at=row.opened_at,
            due_at=row.due_at,
            holders=_holders(row.unit_id, row.role, staff, authors.get(row.request_id, ())),
            heads=staff.get((row.unit_id, Role.HEAD), ()),
            curator=curators.get(row.unit_id),
            curator_heads=staff.get((curators.get(row.unit_id) or 0, Role.HEAD), ()),
            orphaned=row.orphaned,
        )
        found[row.round_id].append(review)
    return found


def _holders(unit_id: int, role: SlotRole, staff: Staff, authors: Collection[int]) -> tuple[int, ...]:
    """Who is asked: the unit's people in the role, for a reviewer's turn else the head; never an author (cases.md 7, 8)."""
    in_role, heads = (tuple(user for user in staff.get((unit_id, one), ()) if user not in authors) for one in (Role(role.value), Role.HEAD))
    return in_role or heads


def _partners(revisions: Mapping[int, int], staff: Staff) -> dict[int, tuple[int, ...]]:
    """The heads of the co-organizers of these revisions (revision -> request), by request."""
    if not revisions:
        return {}
    asked = select(CoOrganizer.revision_id, CoOrganizer.unit_id).where(CoOrganizer.revision_id.in_(revisions))
    rows = db.session.execute(asked.order_by(CoOrganizer.position))
    return _grouped((revisions[revision_id], head) for revision_id, unit_id in rows for head in staff.get((unit_id, Role.HEAD), ()))


@dataclass
class _Dates:
    """The approved dates of one request and who is responsible on the day."""

    dates: list[DateFacts] = field(default_factory=list)
    responsible: tuple[int, ...] = ()


def _dates(ids: Collection[int]) -> dict[int, _Dates]:
    """The dates of the approved revisions, by request, with those called off alone."""
    if not ids:
        return {}
    fate = and_(OccurrenceFate.request_id == Revision.request_id, OccurrenceFate.key == Occurrence.key)
    asked = (
        select(Revision.request_id, User.id, Occurrence.key, Occurrence.starts_at, OccurrenceFate.at, OccurrenceFate.mark)
        .join(Occurrence, Occurrence.revision_id == Revision.id)
        .outerjoin(User, and_(User.id == Revision.responsible_id, User.active))
        .outerjoin(OccurrenceFate, fate)
        .where(Revision.request_id.in_(ids), Revision.state == RevisionState.APPROVED)
    )
    found: defaultdict[int, _Dates] = defaultdict(_Dates)
    for request_id, responsible, key, starts_at, called_off_at, mark in db.session.execute(asked.order_by(Occurrence.position)):
        own = found[request_id]
        own.responsible = (responsible,) if responsible is not None else ()
        if starts_at is not None:
            own.dates.append(DateFacts(key, starts_at, called_off_at, mark.value if mark is not None else ""))
    return found


def _remarks(ids: Collection[int]) -> dict[int, tuple[RemarkFacts, ...]]:
    """Remarks given with an approval and unanswered, one entry per review, by request."""
    if not ids:
        return {}
    rows = db.session.execute(_UNANSWERED, {"ids": list(ids)})
    return _grouped((request_id, RemarkFacts(review_id, since)) for request_id, review_id, since in rows if since is not None)


def _grouped(pairs: Iterable[tuple[int, Item]]) -> dict[int, tuple[Item, ...]]:
    """Items by their first part, in order, each once."""
    found: defaultdict[int, dict[Item, None]] = defaultdict(dict)
    for key, item in pairs:
        found[key][item] = None
    return {key: tuple(items) for key, items in found.items()}
