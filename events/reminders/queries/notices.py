"""What messages tell, read for many at once: the number of queries does not grow with the number of messages."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, select, tuple_

from events.approvals.models import Decision, Remark, Review, Round
from events.approvals.vocabulary import SlotKind, Verdict
from events.district.rules import Rules
from events.foundation.db import db
from events.foundation.text import Name
from events.outbox.notice import Notice, NoticedRemark
from events.outbox.queries import Envelope
from events.people.models import Unit, User
from events.reminders.vocabulary import FAREWELLS, HEAD, LAST_HOUR, Kind
from events.requests.models import EventRequest, Occurrence, OccurrenceFate, Revision
from events.requests.queries import seen_by_each
from events.requests.vocabulary import RevisionState

LISTING = (Kind.RETURNED, Kind.APPROVED)
"""Outcomes told with all remarks of their round."""
ENDED_BY = {Kind.RETURNED.value: Verdict.RETURN, Kind.REJECTED.value: Verdict.REJECT}
"""Outcomes told in the words of the decisions that brought them about."""

_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_PEOPLE = select(User.id, User.full_name, User.email, User.locale).where(User.id.in_(_IDS), User.active)
_REQUESTS = (
    select(EventRequest.id, EventRequest.number, EventRequest.title, EventRequest.end_reason, Unit.short_name, Unit.name_en)
    .join(Unit, EventRequest.lead_unit_id == Unit.id)
    .where(EventRequest.id.in_(_IDS))
)
_REVIEWS = (
    select(Review.id, Unit.short_name, Unit.name_en, Review.due_at, Review.kind, Review.confirming, Round.amendment)
    .join(Unit, Review.unit_id == Unit.id)
    .join(Round, Review.round_id == Round.id)
    .where(Review.id.in_(_IDS))
)
_ROUNDS = select(Round.id, Round.amendment, Round.closing_note).where(Round.id.in_(_IDS))
_COMMENTS = (
    select(Review.round_id, Decision.verdict, Decision.comment)
    .join(Review, Decision.review_id == Review.id)
    .where(Review.round_id.in_(_IDS), Decision.recalled_at.is_(None), Decision.comment != "")
    .order_by(Decision.id)
)


@dataclass(frozen=True)
class _Around:
    """What is read once for many notices, by the id of each."""

    requests: Mapping[int, Any]
    reviews: Mapping[int, Any]
    unanswered: Mapping[int, tuple[NoticedRemark, ...]]
    """Remarks by review."""
    rounds: Mapping[int, Any]
    comments: Mapping[tuple[int, Verdict], Sequence[str]]
    remarks: Mapping[int, tuple[NoticedRemark, ...]]
    """Remarks by round."""
    dates: Mapping[tuple[int, str], Any]


def notices(envelopes: Sequence[Envelope]) -> dict[int, Notice]:
    """What to tell, by message. Left out are those whose recipient has left or may not see the request any more (I11)."""
    people = _rows(_PEOPLE, {one.recipient_id for one in envelopes})
    reaching = [one for one in _allowed(envelopes) if one.recipient_id in people]
    around = _around(reaching)
    return {one.id: _notice(one, people[one.recipient_id or 0], around) for one in reaching}


def _allowed(envelopes: Sequence[Envelope]) -> list[Envelope]:
    """Access at the moment of sending; of the end of a matter also those learn who had access until then."""
    seen = _seen(envelopes)
    last = [one for one in envelopes if one.kind in FAREWELLS and _pair(one) not in seen]
    once = _seen(last, ever=True)
    return [one for one in envelopes if _pair(one) in seen or (one.kind in FAREWELLS and _pair(one) in once)]


def _seen(envelopes: Sequence[Envelope], *, ever: bool = False) -> set[tuple[int | None, int | None]]:
    """Recipients and requests that they see."""
    users = {one.recipient_id for one in envelopes if one.recipient_id is not None}
    requests = {one.request_id for one in envelopes if one.request_id is not None}
    return {*seen_by_each(users, requests, ever=ever)} if users and requests else set()


def _pair(envelope: Envelope) -> tuple[int | None, int | None]:
    return envelope.recipient_id, envelope.request_id


def _around(envelopes: Sequence[Envelope]) -> _Around:
    """Everything that these messages name. What no kind among them names is not asked for."""
    reviews = {one.subject_id for one in envelopes if one.subject_kind == "review"}
    waiting = {one.subject_id for one in envelopes if one.kind == Kind.REMARKS_UNANSWERED}
    rounds = {one.subject_id for one in envelopes if one.subject_kind == "round"}
    ended = {one.subject_id for one in envelopes if one.kind in ENDED_BY}
    listed = {one.subject_id for one in envelopes if one.kind in LISTING and one.subject_kind == "round"}
    return _Around(
        _rows(_REQUESTS, {one.request_id for one in envelopes}),
        _rows(_REVIEWS, reviews),
        _remarks(Remark.review_id, waiting, Remark.waits()),
        _rows(_ROUNDS, rounds),
        _comments(ended),
        _remarks(Review.round_id, listed),
        _dates([one for one in envelopes if one.kind == Kind.DATE_CALLED_OFF]),
    )


def _notice(envelope: Envelope, person: Any, around: _Around) -> Notice:
    event_request = around.requests[envelope.request_id or 0]
    return Notice(
        envelope.kind,
        envelope.params.get("level", ""),
        person.full_name,
        person.email,
        person.locale,
        event_request.id,
        number=event_request.number or "",
        title=event_request.title,
        lead_unit=Name(event_request.short_name, event_request.name_en),
        count=_count(envelope),
        **_about(envelope, around),
    )


def _count(envelope: Envelope) -> int:
    """A letter planned before rules could change kept to what they were declared with."""
    first = Rules()
    match envelope.kind, envelope.params.get("level", ""):
        case Kind.DUE_SOON, level if level == LAST_HOUR:
            return int(envelope.params.get("hours", first.last_reminder_working_hours))
        case Kind.OVERDUE_CURATOR, _:
            return int(envelope.params.get("days", first.overdue_curator_working_days))
        case Kind.REMARKS_UNANSWERED, level:
            usual = first.remarks_head_working_days if level == HEAD else first.remarks_author_working_days
            return int(envelope.params.get("days", usual))
    return 1


def _about(envelope: Envelope, around: _Around) -> dict[str, Any]:
    """What it tells of its own matter."""
    match envelope.kind:
        case Kind.EVENT_TOMORROW:
            return {"starts_at": datetime.fromisoformat(envelope.params["starts_at"])}
        case Kind.DATE_CALLED_OFF:
            return _about_date(envelope, around.dates.get((envelope.request_id or 0, envelope.params["key"])))
        case Kind.CANCELLED:
            return {"reason": around.requests[envelope.request_id or 0].end_reason}
    match envelope.subject_kind:
        case "review":
            return _about_review(around.reviews.get(envelope.subject_id), around)
        case "round":
            return _about_round(around.rounds[envelope.subject_id], envelope.kind, around)
    return {}


def _about_review(row: Any, around: _Around) -> dict[str, Any]:
    """The unit whose turn it is, and its deadline; with the remarks nobody has answered."""
    if row is None:
        return {}
    return {
        "review_id": row.id,
        "unit": Name(row.short_name, row.name_en),
        "due_at": row.due_at,
        "consult": row.kind is SlotKind.CONSULT,
        "confirming": row.confirming,
        "amendment": row.amendment,
        "remarks": around.unanswered.get(row.id, ()),
    }


def _about_round(row: Any, kind: str, around: _Around) -> dict[str, Any]:
    """All remarks of the round at once, and the words of the decision that ended it."""
    verdict = ENDED_BY.get(kind)
    reasons = [row.closing_note, *(around.comments.get((row.id, verdict), ()) if verdict else ())]
    return {
        "amendment": row.amendment,
        "reason": " ".join(reason for reason in reasons if reason),
        "remarks": around.remarks.get(row.id, ()) if kind in LISTING else (),
    }


def _about_date(envelope: Envelope, row: Any) -> dict[str, Any]:
    """One date called off alone: when it was to be, what became of it and why. A change may have taken it out or moved it since; a letter
    planned before that counted kept no time.
    """
    if row is None:
        return {}
    known = envelope.params.get("starts_at")
    starts_at = datetime.fromisoformat(known) if known else row.starts_at
    return {"starts_at": starts_at, "reason": row.reason, "mark": envelope.params.get("mark") or row.mark.value}


def _rows(asked: Any, ids: Collection[int | None]) -> dict[int, Any]:
    """The rows of these ids, by id."""
    return {row.id: row for row in db.session.execute(asked, {"ids": list(ids)})} if ids else {}


def _comments(round_ids: Collection[int]) -> dict[tuple[int, Verdict], list[str]]:
    """What was said with the decisions in force, by round and verdict."""
    found: defaultdict[tuple[int, Verdict], list[str]] = defaultdict(list)
    for round_id, verdict, comment in db.session.execute(_COMMENTS, {"ids": list(round_ids)}) if round_ids else ():
        found[round_id, verdict].append(comment)
    return found


def _remarks(of: Any, ids: Collection[int], *which: ColumnElement[bool]) -> dict[int, tuple[NoticedRemark, ...]]:
    """Remarks the author may see, in the order of the route, by what they are `of`."""
    if not ids:
        return {}
    asked = (
        select(of, Unit.short_name, Unit.name_en, Remark.section, Remark.text)
        .join(Review, Remark.review_id == Review.id)
        .join(Unit, Review.unit_id == Unit.id)
        .where(Remark.released, of.in_(ids), *which)
    )
    found: defaultdict[int, tuple[NoticedRemark, ...]] = defaultdict(tuple)
    for whose, unit, unit_en, section, said in db.session.execute(asked.order_by(Review.position, Review.id, Remark.id)):
        found[whose] += (NoticedRemark(Name(unit, unit_en), section, said),)
    return found


def _dates(envelopes: Collection[Envelope]) -> dict[tuple[int, str], Any]:
    """The dates called off alone that are told of, by request and key; `starts_at` as it stands in the revision in force."""
    if not envelopes:
        return {}
    keys = [(one.request_id, one.params["key"]) for one in envelopes]
    approved = and_(Revision.request_id == OccurrenceFate.request_id, Revision.state == RevisionState.APPROVED)
    asked = (
        select(OccurrenceFate.request_id, OccurrenceFate.key, OccurrenceFate.reason, OccurrenceFate.mark, Occurrence.starts_at)
        .outerjoin(Revision, approved)
        .outerjoin(Occurrence, and_(Occurrence.revision_id == Revision.id, Occurrence.key == OccurrenceFate.key))
        .where(tuple_(OccurrenceFate.request_id, OccurrenceFate.key).in_(keys))
    )
    return {(row.request_id, row.key): row for row in db.session.execute(asked)}
