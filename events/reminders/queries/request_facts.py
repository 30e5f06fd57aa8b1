"""Where requests stand, as the timetable needs it: the number of queries does not grow with the number of requests."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import BindParameter, Executable, and_, bindparam, exists, func, or_, select

from events.approvals import deciders
from events.approvals.models import Remark, Review, Round
from events.approvals.vocabulary import ReviewState, RoundState
from events.district import queries as district
from events.foundation.db import db
from events.outbox import queries as outbox
from events.outbox.queries import Envelope
from events.people.models import User
from events.reminders import timetable
from events.reminders.queries.units import Staff, Units, active_heads, read_units, speaking_for
from events.reminders.request_facts import DateFacts, RemarkFacts, RequestFacts, ReviewFacts, RoundFacts
from events.reminders.timetable import Planned
from events.reminders.vocabulary import Kind
from events.requests.models import Authorship, CoOrganizer, EventRequest, Occurrence, OccurrenceFate, Revision
from events.requests.vocabulary import IN_FORCE, LIVE, OccurrenceMark, RequestStatus, RevisionState

ASKING = (ReviewState.OPEN, ReviewState.LAPSED)
"""States of a review that ask for messages; of a withdrawn round the last stage is told, whatever its reviews are."""
OURS = frozenset(Kind)
"""The kinds of messages that follow from the state of a request."""
AGREED = (*IN_FORCE, RequestStatus.COMPLETED, RequestStatus.CANCELLED)
"""Somebody may have to hear of their dates: a letter about one called off waits for the office, and the others may be over by then."""
SETTLED = (RequestStatus.REJECTED, RequestStatus.WITHDRAWN, RequestStatus.CANCELLED, RequestStatus.CLOSED)

_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_LATEST = select(func.max(Round.no)).where(Round.request_id == EventRequest.id).correlate(EventRequest).scalar_subquery()
_UNANSWERED = (Remark.released, ~Remark.blocking, Remark.waits())
_STANDING = (
    select(
        EventRequest.id, EventRequest.status, EventRequest.lead_unit_id, EventRequest.ended_at,
        EventRequest.first_start, EventRequest.postponing,
        exists().where(Remark.request_id == EventRequest.id, *_UNANSWERED).label("unanswered"),
        exists().where(OccurrenceFate.request_id == EventRequest.id).label("has_fates"),
        Round.id.label("round_id"), Round.state.label("round_state"), Round.closed_at, Round.amendment, Round.revision_id,
        Review.id.label("review_id"), Review.unit_id, Review.kind, Review.role, Review.state, Review.position,
        Review.opened_at, Review.due_at, Review.orphaned,
    )
    .outerjoin(Round, and_(Round.request_id == EventRequest.id, Round.no == _LATEST))
    .outerjoin(Review, and_(Review.round_id == Round.id, or_(Review.state.in_(ASKING), Round.state == RoundState.WITHDRAWN)))
    .where(EventRequest.id.in_(_IDS))
    .order_by(EventRequest.id, Review.position, Review.id)
)  # fmt: skip
"""Requests with their latest round and those of its reviews that ask for messages, a row for each."""
_AUTHORS = select(Authorship.request_id, Authorship.user_id, Authorship.at).where(Authorship.request_id.in_(_IDS)).order_by(Authorship.id)
_REMARKS = (
    select(Remark.request_id, Remark.review_id, func.coalesce(func.min(Remark.released_at), func.min(Remark.created_at)))
    .where(Remark.request_id.in_(_IDS), *_UNANSWERED)
    .group_by(Remark.request_id, Remark.review_id)
    .order_by(Remark.review_id)
)
_PARTNERS = (
    select(Revision.request_id, Revision.id, Revision.state, CoOrganizer.unit_id)
    .join(CoOrganizer, CoOrganizer.revision_id == Revision.id)
    .where(Revision.request_id.in_(_IDS), Revision.state.in_((RevisionState.APPROVED, RevisionState.SUPERSEDED)))
    .order_by(CoOrganizer.position)
)
"""Of what is in force, or was: whom a change leaves out is a co-organizer until it is approved."""
_APPROVERS = (
    select(Review.request_id, Review.unit_id, Review.role, Review.decided_by_id)
    .join(Round, Review.round_id == Round.id)
    .where(Round.request_id.in_(_IDS), Round.state == RoundState.APPROVED, Review.decided_by_id.is_not(None))
    .order_by(Review.position, Review.id)
)
_DATES = (
    select(Revision.request_id, User.id, Occurrence.key, Occurrence.starts_at)
    .join(Occurrence, Occurrence.revision_id == Revision.id)
    .outerjoin(User, and_(User.id == Revision.responsible_id, User.active))
    .where(Revision.request_id.in_(_IDS), Revision.state == RevisionState.APPROVED)
    .order_by(Occurrence.position)
)
_CALLED_OFF = (
    select(
        OccurrenceFate.request_id, OccurrenceFate.key, OccurrenceFate.at, OccurrenceFate.mark, Occurrence.starts_at,
        func.coalesce(Round.closed_at, Revision.submitted_at).label("since"),
        Revision.id.label("revision_id"), User.id.label("responsible"),
    )
    .join(Revision, Revision.request_id == OccurrenceFate.request_id)
    .join(Occurrence, and_(Occurrence.revision_id == Revision.id, Occurrence.key == OccurrenceFate.key))
    .outerjoin(Round, and_(Round.revision_id == Revision.id, Round.state == RoundState.APPROVED))
    .outerjoin(User, and_(User.id == Revision.responsible_id, User.active))
    .where(OccurrenceFate.request_id.in_(_IDS), Revision.state.in_((RevisionState.APPROVED, RevisionState.SUPERSEDED)))
    .order_by(OccurrenceFate.id, Revision.no)
)  # fmt: skip
"""Dates cancelled or put off alone, a row for each revision that came into force with them, since when it was."""
"""What every decision asks is put together once: that takes longer than running it."""

Item = TypeVar("Item")


def candidates(now: datetime, after: int, limit: int) -> Sequence[int]:
    """The next requests, by id, that the tick has to look at."""
    open_review = exists().where(Review.request_id == EventRequest.id, Review.state == ReviewState.OPEN)
    ahead = and_(Revision.state == RevisionState.APPROVED, Occurrence.revision_id == Revision.id, Occurrence.starts_at > now)
    coming = exists().where(Revision.request_id == EventRequest.id, ahead)
    unanswered = exists().where(Remark.request_id == EventRequest.id, Remark.waits())
    tended = and_(EventRequest.status.in_(LIVE), or_(EventRequest.status.not_in(IN_FORCE), open_review, coming, unanswered))
    recently = EventRequest.ended_at > now - timedelta(days=district.rules().farewell_days)
    asked = select(EventRequest.id).where(EventRequest.id > after, or_(tended, recently))
    return db.session.scalars(asked.order_by(EventRequest.id).limit(limit)).all()


@dataclass(frozen=True)
class _Around:
    """What is read once for many requests, by the id of each."""

    units: Units
    authors: Mapping[int, Mapping[int, datetime]]
    partners: Mapping[int, tuple[int, ...]]
    approvers: Mapping[int, tuple[int, ...]]
    dates: Mapping[int, "_Dates"]
    remarks: Mapping[int, tuple[RemarkFacts, ...]]


def wanted(request_ids: Collection[int], now: datetime) -> dict[int, dict[str, Planned]]:
    """The messages that should exist now, by request and key."""
    units, rules = read_units(), district.rules()
    return {one.id: timetable.wanted(one, units.hours, rules, now) for one in _gather(request_ids, units)}


def _gather(request_ids: Collection[int], units: Units) -> list[RequestFacts]:
    """The facts of these requests. What their state rules out is not asked for."""
    standing = [list(rows) for _, rows in groupby(_read(_STANDING, request_ids), key=attrgetter("id"))]
    heads = [rows[0] for rows in standing]
    agreed = [row for row in heads if row.status in AGREED]
    ids = [row.id for row in agreed]
    partners = _partners(ids, units.staff)
    around = _Around(
        units,
        _authors([row.id for row in heads if row.status is not RequestStatus.DRAFT]),
        partners.of_requests,
        _approvers(ids, units),
        _dates(ids, [row.id for row in agreed if row.has_fates], partners.of_revisions),
        _remarks([row.id for row in heads if row.unanswered and row.status not in SETTLED]),
    )
    return [_facts(rows, around) for rows in standing]


def _facts(rows: Sequence[Any], around: _Around) -> RequestFacts:
    """The facts of one request, whose rows of `_STANDING` these are."""
    row, staff = rows[0], around.units.staff
    hands, own = around.authors.get(row.id, {}), around.dates.get(row.id) or _Dates()
    authors = around.units.writers(row.lead_unit_id, hands)
    return RequestFacts(
        row.id,
        row.status,
        row.lead_unit_id,
        ended_at=row.ended_at,
        first_start=row.first_start,
        postponing=row.postponing,
        authors=authors,
        joined=hands,
        organisers=tuple(dict.fromkeys((*authors, *own.responsible))),
        lead_heads=active_heads(staff, row.lead_unit_id),
        partners=around.partners.get(row.id, ()),
        approvers=around.approvers.get(row.id, ()),
        caretakers=around.units.caretakers,
        round=_round(rows, around.units, tuple(hands)) if row.round_id is not None else None,
        dates=tuple(own.dates),
        remarks=around.remarks.get(row.id, ()),
    )


def _round(rows: Sequence[Any], units: Units, authors: Collection[int]) -> RoundFacts:
    """The latest round, with whoever may decide its reviews today."""
    reviews = tuple(_review(row, units, authors) for row in rows if row.review_id is not None)
    return RoundFacts(rows[0].round_id, rows[0].round_state, rows[0].closed_at, rows[0].amendment, reviews)


def _review(row: Any, units: Units, authors: Collection[int]) -> ReviewFacts:
    curator = units.curators.get(row.unit_id)
    return ReviewFacts(
        row.review_id,
        row.unit_id,
        row.kind,
        row.state,
        row.position,
        opened_at=row.opened_at,
        due_at=row.due_at,
        holders=deciders.asked_first(units.staff.get(row.unit_id, {}), row.role, authors),
        heads=active_heads(units.staff, row.unit_id),
        curator=curator,
        curator_heads=active_heads(units.staff, curator),
        orphaned=row.orphaned,
    )


def still_wanted(envelopes: Collection[Envelope], now: datetime) -> set[int]:
    """Which of the messages about to leave still follow from the state of their requests, by id; others are not ours to judge."""
    ours = {one.id: one.request_id for one in envelopes if one.request_id is not None and one.kind in OURS}
    standing = wanted(set(ours.values()), now) if ours else {}
    return {one.id for one in envelopes if one.id not in ours or one.dedupe_key in standing.get(ours[one.id], ())}


def entries(request_ids: Collection[int]) -> dict[int, list[outbox.Entry]]:
    """What the outbox holds of our kinds, by request."""
    return {request_id: [one for one in found if one.kind in OURS] for request_id, found in outbox.entries(request_ids).items()}


def _authors(ids: Collection[int]) -> dict[int, dict[int, datetime]]:
    """Everybody with a hand in each request, and since when."""
    found: defaultdict[int, dict[int, datetime]] = defaultdict(dict)
    for request_id, user_id, at in _read(_AUTHORS, ids):
        found[request_id][user_id] = at
    return found


def _approvers(ids: Collection[int], units: Units) -> dict[int, tuple[int, ...]]:
    """Those on whose decisions an approval rests, by request; for one who has left, whoever would be asked there today."""
    rows = _read(_APPROVERS, ids) if ids else ()
    return _grouped((row.request_id, user) for row in rows for user in units.for_decider(row.unit_id, row.role, row.decided_by_id))


class _Partners(NamedTuple):
    """Who speaks for the co-organizers of what is in force, by request, and of each revision that is or was, by revision."""

    of_requests: Mapping[int, tuple[int, ...]]
    of_revisions: Mapping[int, tuple[int, ...]]


def _partners(ids: Collection[int], staff: Staff) -> _Partners:
    rows = list(_read(_PARTNERS, ids)) if ids else []
    heads = [(row, head) for row in rows for head in speaking_for(staff, row.unit_id)]
    in_force = _grouped((row.request_id, head) for row, head in heads if row.state is RevisionState.APPROVED)
    return _Partners(in_force, _grouped((row.id, head) for row, head in heads))


@dataclass
class _Dates:
    """The approved dates of one request and who is responsible on the day."""

    dates: list[DateFacts] = field(default_factory=list)
    responsible: tuple[int, ...] = ()


def _dates(ids: Collection[int], with_fates: Collection[int], partners: Mapping[int, tuple[int, ...]]) -> dict[int, _Dates]:
    """The dates of the approved revisions, by request, and those called off alone, at the time that people knew, with those who were at it
    then; `partners`: by revision."""
    if not ids:
        return {}
    found: defaultdict[int, _Dates] = defaultdict(_Dates)
    off, standing = _called_off(with_fates) if with_fates else {}, set()
    for request_id, responsible, key, starts_at in _read(_DATES, ids):
        own = found[request_id]
        own.responsible = (responsible,) if responsible is not None else ()
        standing.add((request_id, key))
        if starts_at is not None and (request_id, key) not in off:
            own.dates.append(DateFacts(key, starts_at))
    for (request_id, key), row in off.items():
        # one that a change has taken out waits for no new time any more
        mark = row.mark if (request_id, key) in standing else OccurrenceMark.CANCELLED
        at_it = (*([row.responsible] if row.responsible is not None else []), *partners.get(row.revision_id, ()))
        found[request_id].dates.append(DateFacts(key, row.starts_at, row.at, mark.value, at_it))
    return found


def _called_off(ids: Collection[int]) -> dict[tuple[int, str], Any]:
    """By request and key, each as the revision had it that was in force when it was called off: a change approved before the letter
    leaves may take the date out or move it, and nobody knows of its new time."""
    found: dict[tuple[int, str], Any] = {}
    for row in _read(_CALLED_OFF, ids):
        if row.starts_at is not None and ((row.request_id, row.key) not in found or (row.since is not None and row.since <= row.at)):
            found[row.request_id, row.key] = row
    return found


def _remarks(ids: Collection[int]) -> dict[int, tuple[RemarkFacts, ...]]:
    """Remarks given with an approval and unanswered, one entry per review, by request."""
    if not ids:
        return {}
    rows = _read(_REMARKS, ids)
    return _grouped((request_id, RemarkFacts(review_id, since)) for request_id, review_id, since in rows if since is not None)


def _read(asked: Executable, ids: Collection[int]) -> Iterable[Any]:
    """Plain columns, past the session: there a decision would spend as long on wrapping its rows as on reading them."""
    return db.session.connection().execute(asked, {"ids": list(ids)})


def _grouped(pairs: Iterable[tuple[int, Item]]) -> dict[int, tuple[Item, ...]]:
    """Items by their first part, in order, each once."""
    found: defaultdict[int, dict[Item, None]] = defaultdict(dict)
    for key, item in pairs:
        found[key][item] = None
    return {key: tuple(items) for key, items in found.items()}
