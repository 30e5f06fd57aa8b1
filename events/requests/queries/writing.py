"""A draft as keeping one section of it asks: its request under lock, then what stands in it, as plain rows.

The request is locked by a statement of its own, before anything else is read: PostgreSQL reads a row anew that it has waited for, but
not what is joined to it (decision 007).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, bindparam, select

from events.foundation.db import db
from events.foundation.errors import Conflict, NotFound
from events.foundation.text import N_
from events.people.models import User
from events.requests.fields import Content
from events.requests.models import Authorship, EventRequest, Revision
from events.requests.models import Occurrence as OccurrenceRow
from events.requests.queries.contents import PLAIN, content_of, parts_of, what_applies
from events.requests.queries.permissions import refuse_reader_of
from events.requests.vocabulary import RequestStatus, RevisionState

NO_LONGER_EDITED = N_("This request can no longer be edited: it has been submitted or closed meanwhile.")


@dataclass(frozen=True, slots=True)
class Writing:
    """A draft read under the lock of its request. Moments in UTC."""

    request_id: int
    lead_unit_id: int
    status: RequestStatus
    submitted_at: datetime | None
    usual_minutes: int | None
    own: bool
    """Whether whoever writes has a hand in the request already."""
    listed: Mapping[str, Any]
    """Columns of the request that lists read and that follow from what is written."""
    number: str | None
    revision_id: int
    revision_no: int
    amendment: bool
    saved_at: datetime
    versions: Mapping[str, int]
    content: Content
    """All that stands in it, also what does not apply beside the other answers."""


def writing(request_id: int, by: User) -> Writing:
    """The draft this user may write in, its request's row locked. NotYours for readers, NotFound for others and where there is none;
    Conflict when it is under review meanwhile."""
    asked = {"of_request": request_id, "of_user": by.id}
    connection = db.session.connection()
    locked = connection.execute(_LOCKING, asked).one_or_none()
    if locked is None:
        raise NotFound
    refuse_reader_of(by, request_id, locked.lead_unit_id)
    draft = connection.execute(_DRAFT, asked).one_or_none()
    if draft is None:
        raise Conflict(NO_LONGER_EDITED)
    return Writing(
        request_id, locked.lead_unit_id, locked.status, locked.submitted_at, locked.usual_minutes, locked.own,
        {name: getattr(locked, name) for name in LISTED}, locked.number, draft.id, draft.no, draft.amendment, draft.saved_at,
        draft.section_versions, content_of(draft, connection.execute(_PARTS, {"of_revision": draft.id})),
    )  # fmt: skip


class Submitted(NamedTuple):
    """A revision under its hash: the answers that apply."""

    content: Content
    hash: str | None


def submitted(revision_id: int) -> Submitted:
    """This revision, read as plain rows."""
    connection, asked = db.session.connection(), {"of_revision": revision_id}
    row = connection.execute(_SUBMITTED, asked).one()
    return Submitted(what_applies(content_of(row, connection.execute(_PARTS, asked))), row.hash)


def dates_in_force(request_id: int) -> Mapping[str, datetime | None]:
    """When the approved dates begin, by key; none before an approval."""
    return dict(db.session.connection().execute(_IN_FORCE, {"of_request": request_id}).all())


LISTED = ("title", "first_start", "search", "submit_by_basis")
_OF_REQUEST: BindParameter[int] = bindparam("of_request")
_LOCKING = (
    select(
        EventRequest.lead_unit_id, EventRequest.status, EventRequest.submitted_at, EventRequest.usual_minutes, EventRequest.number,
        *(getattr(EventRequest, name) for name in LISTED),
        select(Authorship.id)
        .where(Authorship.request_id == EventRequest.id, Authorship.user_id == bindparam("of_user"))
        .correlate(EventRequest)
        .exists()
        .label("own"),
    )
    .where(EventRequest.id == _OF_REQUEST)
    .with_for_update(of=EventRequest)
)  # fmt: skip
_SUBMITTED = select(Revision.id, Revision.hash, *(getattr(Revision, name) for name in PLAIN)).where(Revision.id == bindparam("of_revision"))
_DRAFT = select(
    Revision.id, Revision.no, Revision.amendment, Revision.saved_at, Revision.section_versions, *(getattr(Revision, name) for name in PLAIN)
).where(Revision.request_id == _OF_REQUEST, Revision.state == RevisionState.DRAFT)
_PARTS = parts_of(lambda revision_id: revision_id == bindparam("of_revision"))
_IN_FORCE = (
    select(OccurrenceRow.key, OccurrenceRow.starts_at)
    .join(Revision, Revision.id == OccurrenceRow.revision_id)
    .where(Revision.request_id == _OF_REQUEST, Revision.state == RevisionState.APPROVED)
)
