"""How requests and revisions stand: numbered, frozen, sent back, approved, ended."""

from dataclasses import fields
from datetime import datetime, timedelta

from sqlalchemy import bindparam, update

from events.district import queries as district
from events.foundation.db import db, forget, inserting
from events.foundation.place import local
from events.people.models import Unit
from events.requests import queries, sections
from events.requests.fields import Content
from events.requests.lifecycle.dates import end_warning, leave_unheld, put_off_unheld, revive
from events.requests.lifecycle.writing import listed, show, write
from events.requests.models import EventRequest, NumberSeries, Revision
from events.requests.vocabulary import RequestStatus, RevisionState


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


def approve(event_request: EventRequest, revision: Revision, content: Content, *, now: datetime) -> None:
    """The revision, which says `content`, comes into force in place of the one before it. «Переносится» ends only with a new date: until
    then everybody still waits for one (cases.md 36)."""
    moved = True
    for earlier in event_request.revisions if revision.amendment else ():
        if earlier.state is RevisionState.APPROVED:
            revive(event_request, earlier, revision)
            moved = _schedule(earlier) != _schedule(revision)
            earlier.state = RevisionState.SUPERSEDED
            db.session.flush()
    revision.state = RevisionState.APPROVED
    put_off_unheld(event_request, now)
    if moved:
        end_warning(event_request)
    if not revision.amendment:
        event_request.status = RequestStatus.APPROVED
        event_request.approved_at = now
    show(event_request, content)


def approve_first(request_id: int, revision_id: int, number: str | None, content: Content, *, now: datetime) -> None:
    """The same for a request that was never in force, past the session, which forgets what it knew. Older pages are stale."""
    connection, stands = db.session.connection(), {"status": RequestStatus.APPROVED, "approved_at": now}
    seen = {f"to_{name}": value for name, value in {**stands, **listed(number, content)}.items()}
    connection.execute(_COME_INTO_FORCE, {"of_request": request_id, **seen})
    connection.execute(_IN_FORCE, {"of_revision": revision_id})
    forget(EventRequest, Revision)


_COME_INTO_FORCE = (
    update(EventRequest)
    .where(EventRequest.id == bindparam("of_request"))
    .values({name: bindparam(f"to_{name}") for name in ("status", "approved_at", "title", "first_start", "search")})
    .values(version=EventRequest.version + 1)
)
_IN_FORCE = update(Revision).where(Revision.id == bindparam("of_revision")).values(state=RevisionState.APPROVED)


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
    in_force = queries.in_force(event_request)
    if in_force:
        put_off_unheld(event_request, now)
        end_warning(event_request)
        show(event_request, in_force.content())


def restore(event_request: EventRequest, now: datetime) -> list[str]:
    """A cancelled request is in force again (cases.md 37). Returns the keys of its dates that came meanwhile and were not held."""
    missed = leave_unheld(event_request, now)
    event_request.status = RequestStatus.APPROVED
    event_request.ended_at, event_request.end_reason = None, ""
    return missed


def mark_published(request_id: int) -> bool:
    """Approved becomes published; returns whether it was not yet. Written past the session, which forgets what it knew."""
    if not db.session.connection().execute(_PUBLISH, {"of_request": request_id}).rowcount:
        return False
    forget(EventRequest)
    return True


_PUBLISH = (
    update(EventRequest)
    .where(EventRequest.id == bindparam("of_request"), EventRequest.status == RequestStatus.APPROVED)
    .values(status=RequestStatus.PUBLISHED)
)


def complete(event_request: EventRequest) -> None:
    """The last date is over (cases.md 39)."""
    event_request.status = RequestStatus.COMPLETED


def touch_version(event_request: EventRequest) -> None:
    """Pages built before this act are stale."""
    event_request.version += 1


def passed(event_request: EventRequest, now: datetime, days: int) -> bool:
    """Whether a request returned because its date had passed has waited so long that it is withdrawn (cases.md 30)."""
    return event_request.first_start is not None and event_request.first_start + timedelta(days=days) < now


def _schedule(revision: Revision) -> set[tuple[str, datetime | None]]:
    """Its dates with their beginnings."""
    return {(one.key, one.starts_at) for one in revision.occurrences}
