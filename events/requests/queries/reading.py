"""A request with its revisions as its page reads them: plain rows, by two statements whatever their number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, select

from events.foundation.db import db
from events.foundation.errors import NotFound
from events.people.models import User
from events.requests.fields import Content, Occurrence
from events.requests.models import Authorship, EventRequest, Revision
from events.requests.queries.contents import PLAIN, content_of, parts_of, what_applies
from events.requests.queries.permissions import seen_by, sight
from events.requests.vocabulary import RequestStatus, RevisionState


@dataclass(frozen=True)
class RevisionRead:
    """One revision. Moments in UTC."""

    id: int
    no: int
    state: RevisionState
    amendment: bool
    submitted_at: datetime | None
    responsible_name: str | None
    written: Content
    """All that stands in it, also what does not apply beside the other answers."""

    @property
    def responsible_id(self) -> int | None:
        """Who answers for the event."""
        return self.written.responsible_id

    @property
    def occurrences(self) -> Sequence[Occurrence]:
        """Its dates, in their order."""
        return self.written.occurrences

    def content(self) -> Content:
        """The answers that apply."""
        return self._applied

    @cached_property
    def _applied(self) -> Content:
        return what_applies(self.written)


@dataclass(frozen=True, eq=False)
class RequestRead:
    """A request, its revisions by their numbers. Moments in UTC."""

    id: int
    number: str | None
    lead_unit_id: int
    status: RequestStatus
    title: str
    first_start: datetime | None
    submit_by: datetime | None
    submit_by_basis: str | None
    approved_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    postponing: bool
    own: bool
    """Whether the reader has a hand in it (I1)."""
    revisions: Sequence[RevisionRead]


def reading(request_id: int, user: User) -> RequestRead:
    """The request for whom it concerns. NotFound for everyone else, as if it did not exist (I14)."""
    connection = db.session.connection()
    asked = {"of_request": request_id, "of_user": user.id}
    rows = connection.execute(_seen(*sight(user)), asked).all()
    if not rows:
        raise NotFound
    parts: dict[int, list[Any]] = {row.revision_id: [] for row in rows}
    for part in connection.execute(_PARTS, asked):
        parts[part.revision_id].append(part)
    revisions = [
        RevisionRead(
            row.revision_id, row.revision_no, row.revision_state, row.amendment, row.revision_submitted_at, row.responsible_name,
            content_of(row, parts[row.revision_id]),
        )
        for row in rows
    ]  # fmt: skip
    first = rows[0]
    return RequestRead(
        request_id, first.number, first.lead_unit_id, first.status, first.listed_title, first.first_start, first.submit_by,
        first.submit_by_basis, first.approved_at, first.ended_at, first.end_reason, first.postponing, first.own, revisions,
    )  # fmt: skip


_OF_REQUEST: BindParameter[int] = bindparam("of_request")
_OWN = select(Authorship.id).where(Authorship.request_id == EventRequest.id, Authorship.user_id == bindparam("of_user"))


@lru_cache(maxsize=256)
def _seen(units: frozenset[int], district_wide: bool) -> Select[*tuple[Any, ...]]:
    """The request with each of its revisions; put together once for everybody who sees the same."""
    return (
        select(
            EventRequest.number, EventRequest.lead_unit_id, EventRequest.status, EventRequest.title.label("listed_title"),
            EventRequest.first_start, EventRequest.submit_by, EventRequest.submit_by_basis, EventRequest.approved_at,
            EventRequest.ended_at, EventRequest.end_reason, EventRequest.postponing, _OWN.correlate(EventRequest).exists().label("own"),
            Revision.id.label("revision_id"), Revision.no.label("revision_no"), Revision.state.label("revision_state"), Revision.amendment,
            Revision.submitted_at.label("revision_submitted_at"), User.full_name.label("responsible_name"),
            *(getattr(Revision, name) for name in PLAIN),
        )
        .join(Revision, Revision.request_id == EventRequest.id)
        .join(User, User.id == Revision.responsible_id, isouter=True)
        .where(EventRequest.id == _OF_REQUEST, seen_by(units, district_wide, one=True))
        .order_by(Revision.no)
    )  # fmt: skip


_PARTS = parts_of(lambda revision_id: revision_id.in_(select(Revision.id).where(Revision.request_id == _OF_REQUEST)))
