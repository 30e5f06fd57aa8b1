"""Status setters of requests and revisions. Only the verbs of upper matters call them, with the request's row locked."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from events.district import queries as district
from events.foundation.db import db, inserting, inserting_new
from events.foundation.place import local
from events.foundation.search import searched
from events.people.models import Unit
from events.requests import sections
from events.requests.fields import Content
from events.requests.models import (
    PART_FIELDS,
    Authorship,
    BudgetLine,
    CoOrganizer,
    EventRequest,
    Involvement,
    NumberSeries,
    Occurrence,
    OccurrenceFate,
    Revision,
)
from events.requests.vocabulary import AuthorHow, InvolvedBy, OccurrenceMark, RequestStatus, RevisionState


def next_number(event_request: EventRequest, now: datetime) -> str:
    """The request's number; at its first submission the next of its lead unit and Moscow year, without gaps:
    «ММ-ПМЦ-0123/2026» (cases.md 33, I18)."""
    if event_request.number:
        return event_request.number
    year = local(now).year
    unit = db.session.get_one(Unit, event_request.lead_unit_id)
    series = inserting(NumberSeries).values(unit_id=unit.id, year=year, last=1)
    last = db.session.scalar(
        series.on_conflict_do_update(index_elements=["unit_id", "year"], set_={"last": NumberSeries.last + 1}).returning(NumberSeries.last)
    )
    return f"{district.rules().number_prefix}-{unit.code}-{last:04d}/{year}"


def freeze(revision: Revision, *, by_id: int, now: datetime) -> None:
    """The working revision is frozen under its hash and goes to review; answers that do not apply are dropped for good."""
    content = revision.content()
    write(revision, content, sections.changed_fields(revision.written(), content))
    revision.hash = sections.digest(content)
    revision.state = RevisionState.IN_REVIEW
    revision.submitted_at, revision.submitted_by_id = now, by_id


def enter_review(event_request: EventRequest, revision: Revision, *, now: datetime) -> None:
    """The request goes to review under its number; an amendment leaves its status alone.

    At a first submission the last that is written: from here to the commit every other first submission of the institution waits.
    """
    if revision.amendment:
        return
    event_request.number = next_number(event_request, now)
    event_request.status = RequestStatus.IN_REVIEW
    event_request.submitted_at = event_request.submitted_at or now
    show(event_request, revision.content())


def send_back(event_request: EventRequest, revision: Revision, *, now: datetime) -> Revision:
    """The revision is kept as returned, and the next one begins as its copy for the author to mend."""
    revision.state = RevisionState.RETURNED
    if not revision.amendment:
        event_request.status = RequestStatus.RETURNED
    db.session.flush()
    return next_draft(event_request, revision, amendment=revision.amendment, now=now)


def next_draft(event_request: EventRequest, source: Revision, *, amendment: bool, now: datetime) -> Revision:
    """A new working revision that says what `source` says."""
    last = max(revision.no for revision in event_request.revisions)
    revision = Revision(no=last + 1, amendment=amendment, created_at=now, saved_at=now, section_versions={})
    event_request.revisions.append(revision)
    write(revision, source.content(), {one.name for one in fields(Content)})
    db.session.flush()
    return revision


def approve(event_request: EventRequest, revision: Revision, *, now: datetime) -> None:
    """The revision comes into force in place of the one before it. «Переносится» ends only with a new date: until then everybody
    still waits for one (cases.md 36)."""
    moved = True
    for earlier in event_request.revisions:
        if earlier.state is RevisionState.APPROVED:
            _revive(event_request, earlier, revision)
            moved = _schedule(earlier) != _schedule(revision)
            earlier.state = RevisionState.SUPERSEDED
    db.session.flush()
    revision.state = RevisionState.APPROVED
    _put_off_unheld(event_request, revision, now)
    if moved:
        end_warning(event_request)
    if not revision.amendment:
        event_request.status = RequestStatus.APPROVED
        event_request.approved_at = now
    show(event_request, revision.content())


def end(event_request: EventRequest, revision: Revision | None, status: RequestStatus, *, reason: str, now: datetime) -> None:
    """Rejected, withdrawn or cancelled. What was being worked on ends with it; an amendment ends alone (`end_amendment`)."""
    if revision is not None:
        end_revision(revision, RevisionState.REJECTED if status is RequestStatus.REJECTED else RevisionState.WITHDRAWN)
    event_request.status = status
    event_request.ended_at, event_request.end_reason = now, reason


def end_revision(revision: Revision, state: RevisionState) -> None:
    """A working revision leaves the desk; a draft is frozen under its hash as it stands."""
    if revision.hash is None:
        revision.hash = sections.digest(revision.written())
    revision.state = state


def end_amendment(event_request: EventRequest, revision: Revision, state: RevisionState, *, now: datetime) -> None:
    """The change is dropped; the approved revision stays in force."""
    end_revision(revision, state)
    db.session.flush()
    in_force = next((one for one in event_request.revisions if one.state is RevisionState.APPROVED), None)
    if in_force:
        _put_off_unheld(event_request, in_force, now)
        end_warning(event_request)
        show(event_request, in_force.content())


def warn(event_request: EventRequest, reason: str, now: datetime) -> None:
    """«Переносится»: everybody is warned off the dates in force; said again, it holds since the first time (cases.md 36)."""
    event_request.warned_at = event_request.warned_at or now
    event_request.postponing, event_request.end_reason = True, reason


def end_warning(event_request: EventRequest) -> None:
    """The dates in force are those to come to again."""
    event_request.postponing, event_request.warned_at = False, None


def put_off_with_event(event_request: EventRequest, now: datetime) -> None:
    """What was to be moved as a whole is put off date by date: the change that was to move it ends with the event, and should the event
    come back, its dates are no less wrong for it (cases.md 36). Where it is not known since when they are, the warning itself stays."""
    in_force = next((one for one in event_request.revisions if one.state is RevisionState.APPROVED), None)
    if not event_request.postponing or in_force is None:
        return
    marked = set(db.session.scalars(select(OccurrenceFate.key).where(OccurrenceFate.request_id == event_request.id)))
    for one in in_force.occurrences:
        if one.starts_at is not None and one.starts_at > (event_request.warned_at or now) and one.key not in marked:
            mark_date(event_request, one.key, OccurrenceMark.POSTPONED, event_request.end_reason, now)
    if event_request.warned_at is not None:
        end_warning(event_request)


def restore(event_request: EventRequest) -> None:
    """A cancelled request is in force again (cases.md 37)."""
    event_request.status = RequestStatus.APPROVED
    event_request.ended_at, event_request.end_reason = None, ""


def mark_published(event_request: EventRequest) -> bool:
    """Approved becomes published; returns whether it was not yet."""
    if event_request.status is not RequestStatus.APPROVED:
        return False
    event_request.status = RequestStatus.PUBLISHED
    return True


def complete(event_request: EventRequest) -> None:
    """The last date is over (cases.md 39)."""
    event_request.status = RequestStatus.COMPLETED


def mark_date(event_request: EventRequest, key: str, mark: OccurrenceMark, reason: str, now: datetime) -> None:
    """One approved date is cancelled or put off; a later mark replaces an earlier one, and a cancelling remembers a putting off."""
    fate = db.session.scalar(select(OccurrenceFate).where(OccurrenceFate.request_id == event_request.id, OccurrenceFate.key == key))
    if fate is None:
        fate = OccurrenceFate(request_id=event_request.id, key=key)
        db.session.add(fate)
    elif fate.mark is OccurrenceMark.POSTPONED and mark is OccurrenceMark.CANCELLED:
        fate.put_off_reason, fate.put_off_at = fate.reason, fate.at
    fate.mark, fate.reason, fate.at = mark, reason, now


def restore_date(event_request: EventRequest, key: str) -> None:
    """The cancelling of one date is taken back: it stands again, or is put off as it was before (cases.md 36, 37)."""
    fate = db.session.scalars(select(OccurrenceFate).where(OccurrenceFate.request_id == event_request.id, OccurrenceFate.key == key)).one()
    if fate.put_off_at is None:
        db.session.delete(fate)
    else:
        fate.mark, fate.reason, fate.at = OccurrenceMark.POSTPONED, fate.put_off_reason, fate.put_off_at
        fate.put_off_reason, fate.put_off_at = "", None


def author(event_request: EventRequest, user_id: int, how: AuthorHow, now: datetime) -> None:
    """The person has a hand in the request from now on and never decides on it (I1)."""
    hand = {"request_id": event_request.id, "user_id": user_id, "how": how.value, "at": now}
    db.session.execute(inserting_new(Authorship, [hand], unique=["request_id", "user_id"]))


def involve(request_id: int, unit_ids: Iterable[int], reason: InvolvedBy, now: datetime) -> None:
    for unit_id in unit_ids:
        seen = {"unit_id": unit_id, "request_id": request_id, "reason": reason.value, "since": now}
        db.session.execute(inserting_new(Involvement, [seen], unique=["unit_id", "request_id", "reason"]))
        which = (Involvement.unit_id == unit_id, Involvement.request_id == request_id, Involvement.reason == reason)
        db.session.execute(update(Involvement).where(*which, Involvement.until.is_not(None)).values(until=None))


def uninvolve(request_id: int, reason: InvolvedBy, now: datetime, *, besides: Collection[int]) -> set[int]:
    """No unit but these sees the request for this reason any more; returns those who did until now."""
    closed = update(Involvement).where(
        Involvement.request_id == request_id,
        Involvement.reason == reason,
        Involvement.until.is_(None),
        Involvement.unit_id.not_in(besides),
    )
    return set(db.session.scalars(closed.values(until=now).returning(Involvement.unit_id)))


def touch_version(event_request: EventRequest) -> None:
    """Pages built before this act are stale."""
    event_request.version += 1


def write(revision: Revision, content: Content, names: Iterable[str]) -> None:
    """Put the named fields of `content` into a draft. Rows of parts are replaced; keys of dates stay."""
    for name in names:
        if name not in PART_FIELDS:
            value = getattr(content, name)
            setattr(revision, name, list(value) if isinstance(value, tuple) else value)
    _write_parts(revision, content, PART_FIELDS.intersection(names))


def _write_parts(revision: Revision, content: Content, names: Iterable[str]) -> None:
    """Dates, estimate and co-organizers, each only when it differs."""
    before = revision.written()
    for name in names:
        if getattr(before, name) != getattr(content, name):
            getattr(revision, name).clear()
            db.session.flush()
            getattr(revision, name).extend(_PART_ROWS[name](content))


_PART_ROWS: dict[str, Callable[[Content], list[Any]]] = {
    "occurrences": lambda content: [
        Occurrence(
            position=place, key=one.key, starts_at=one.starts_at, ends_at=one.ends_at, setup_from=one.setup_from,
            teardown_to=one.teardown_to, venue_id=one.venue_id, day=one.day,
        )
        for place, one in enumerate(content.occurrences)
    ],
    "budget": lambda content: [
        BudgetLine(position=place, name=line.name, amount=line.amount, source=line.source) for place, line in enumerate(content.budget)
    ],
    "co_organizers": lambda content: [
        CoOrganizer(position=place, unit_id=one.unit_id, contributes=one.contributes) for place, one in enumerate(content.co_organizers)
    ],
}  # fmt: skip


def show(event_request: EventRequest, content: Content) -> None:
    """Keep title, first date and the search column, by which lists are read, in step with the latest content."""
    event_request.title = content.title
    event_request.first_start = content.first_start
    event_request.search = searched(event_request.number, content.title, content.place_name, content.place_address)


def _schedule(revision: Revision) -> set[tuple[str, datetime | None]]:
    """Its dates with their beginnings."""
    return {(one.key, one.starts_at) for one in revision.occurrences}


def _put_off_unheld(event_request: EventRequest, in_force: Revision, now: datetime) -> None:
    """A date that came while everybody had been warned off it was not held: it is put off until it has a new time (cases.md 36)."""
    warned = event_request.warned_at
    if warned is not None:
        marked = set(db.session.scalars(select(OccurrenceFate.key).where(OccurrenceFate.request_id == event_request.id)))
        for one in in_force.occurrences:
            if one.starts_at is not None and warned < one.starts_at <= now and one.key not in marked:
                mark_date(event_request, one.key, OccurrenceMark.POSTPONED, event_request.end_reason, now)


def _revive(event_request: EventRequest, earlier: Revision, revision: Revision) -> None:
    """A date put off comes back once the approved revision gives it another time; at its old time it stays off (cases.md 36).

    One cancelled since then forgets that it had been put off: taken back, it stands at its new time.
    """
    before = {one.key: one.starts_at for one in earlier.occurrences}
    moved = [one.key for one in revision.occurrences if one.key in before and one.starts_at != before[one.key]]
    of_moved = (OccurrenceFate.request_id == event_request.id, OccurrenceFate.key.in_(moved))
    db.session.execute(delete(OccurrenceFate).where(*of_moved, OccurrenceFate.mark == OccurrenceMark.POSTPONED))
    db.session.execute(update(OccurrenceFate).where(*of_moved).values(put_off_reason="", put_off_at=None))


def passed(event_request: EventRequest, now: datetime, days: int) -> bool:
    """Whether a request returned because its date had passed has waited so long that it is withdrawn (cases.md 30)."""
    return event_request.first_start is not None and event_request.first_start + timedelta(days=days) < now
