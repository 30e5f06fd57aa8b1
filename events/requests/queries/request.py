"""One request: its row under the lock, its revisions, who wrote it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.strategy_options import _AbstractLoad
from sqlalchemy.sql.base import ExecutableOption

from events.foundation.db import db
from events.foundation.errors import NotFound
from events.people.models import User
from events.requests import fields
from events.requests.fields import Content
from events.requests.models import Authorship, BudgetLine, CoOrganizer, EventRequest, Occurrence, Revision
from events.requests.queries.contents import PLAIN, content_of, parts_of, what_applies
from events.requests.vocabulary import RequestStatus, RevisionState

Dated = Occurrence | fields.Occurrence
"""A date as a row or as a value."""


class OneRevision(Protocol):
    """A revision as an object of the session, or as a page reads it."""

    @property
    def no(self) -> int: ...
    @property
    def state(self) -> RevisionState: ...
    @property
    def amendment(self) -> bool: ...
    @property
    def submitted_at(self) -> datetime | None: ...
    @property
    def responsible_id(self) -> int | None: ...
    @property
    def responsible_name(self) -> str | None: ...
    @property
    def occurrences(self) -> Sequence[Dated]: ...
    def content(self) -> Content: ...


Revised = TypeVar("Revised", bound=OneRevision)
Revised_co = TypeVar("Revised_co", bound=OneRevision, covariant=True)


class OneRequest(Protocol[Revised_co]):
    """A request with its revisions, as an object of the session or as a page reads it."""

    @property
    def id(self) -> int: ...
    @property
    def number(self) -> str | None: ...
    @property
    def lead_unit_id(self) -> int: ...
    @property
    def status(self) -> RequestStatus: ...
    @property
    def first_start(self) -> datetime | None: ...
    @property
    def approved_at(self) -> datetime | None: ...
    @property
    def ended_at(self) -> datetime | None: ...
    @property
    def end_reason(self) -> str: ...
    @property
    def postponing(self) -> bool: ...
    @property
    def revisions(self) -> Sequence[Revised_co]: ...


AnyRequest = OneRequest[OneRevision]

_OF_DRAFTS = (Revision.request_id.in_(bindparam("of_requests", expanding=True)), Revision.state == RevisionState.DRAFT)
_DRAFTS = select(Revision.id, Revision.request_id, *(getattr(Revision, name) for name in PLAIN)).where(*_OF_DRAFTS)
_PARTS_OF_DRAFTS = parts_of(lambda revision_id: revision_id.in_(select(Revision.id).where(*_OF_DRAFTS)))

AT_WORK = (RevisionState.DRAFT, RevisionState.IN_REVIEW, RevisionState.RETURNED)
"""States of a revision whose change goes on."""
CONTENT = (Revision, Occurrence, BudgetLine, CoOrganizer)


def with_revisions() -> ExecutableOption:
    """Every revision with its parts and whoever answers for the event, in four further queries whatever their number."""
    return selectinload(EventRequest.revisions).options(joinedload(Revision.responsible), *_parts())


def _parts() -> Iterator[_AbstractLoad]:
    """The parts of a revision."""
    return map(selectinload, (Revision.occurrences, Revision.budget, Revision.co_organizers))


def locked(request_id: int) -> EventRequest:
    """The request, its row locked first of all (architecture.md, «Lock order»). What a page has read of it before the lock
    is forgotten: it is read afresh, its revisions when they are asked for. NotFound if there is none."""
    found = _locked(request_id)
    if found is None:
        raise NotFound
    return found


def unlocked_now(request_id: int) -> EventRequest | None:
    """The request if nobody else holds its lock just now, else None: for ticks that pass on to the next one."""
    return _locked(request_id, skip_locked=True)


def unlocked_drafts(request_ids: Collection[int]) -> Sequence[EventRequest]:
    """Those of the requests that are drafts and that nobody else is working on just now, under their locks."""
    asked = _LOCKED.where(EventRequest.id.in_(request_ids), EventRequest.status == RequestStatus.DRAFT)
    return _under_lock(asked.with_for_update(of=EventRequest, skip_locked=True), {})


def _locked(request_id: int, *, skip_locked: bool = False) -> EventRequest | None:
    """The request under its lock."""
    return next(iter(_under_lock(_LOCKING_FREE if skip_locked else _LOCKING, {"of_request": request_id})), None)


_LOCKED = select(EventRequest).order_by(EventRequest.id).execution_options(populate_existing=True)
_ONE = _LOCKED.where(EventRequest.id == bindparam("of_request"))
_LOCKING, _LOCKING_FREE = (_ONE.with_for_update(of=EventRequest, skip_locked=skip) for skip in (False, True))


def _under_lock(asked: Select[EventRequest], told: Mapping[str, int]) -> Sequence[EventRequest]:
    """Requests under their locks, with nothing left of what this session knew of any."""
    found = db.session.scalars(asked, told).all()
    for known in list(db.session):
        if isinstance(known, CONTENT):
            db.session.expire(known)
    return found


def written(request_ids: Collection[int]) -> dict[int, Content]:
    """What is being written in each of these requests, in two queries whatever their number; none where nothing is."""
    if not request_ids:
        return {}
    connection, asked = db.session.connection(), {"of_requests": list(request_ids)}
    drafts = connection.execute(_DRAFTS, asked).all()
    parts: dict[int, list[Any]] = {draft.id: [] for draft in drafts}
    for part in connection.execute(_PARTS_OF_DRAFTS, asked):
        parts[part.revision_id].append(part)
    return {draft.request_id: what_applies(content_of(draft, parts[draft.id])) for draft in drafts}


def working(event_request: OneRequest[Revised]) -> Revised | None:
    """The revision being written or reviewed."""
    states = (RevisionState.DRAFT, RevisionState.IN_REVIEW)
    return next((one for one in event_request.revisions if one.state in states), None)


def amendment(event_request: OneRequest[Revised]) -> Revised | None:
    """The change of what is approved that is being written or reviewed."""
    at_work = working(event_request)
    return at_work if at_work is not None and at_work.amendment else None


def is_amendment(event_request: AnyRequest) -> bool:
    """Whether what is being written or reviewed changes an approved request."""
    return amendment(event_request) is not None


def in_force(event_request: OneRequest[Revised]) -> Revised | None:
    """The approved revision."""
    return next((one for one in event_request.revisions if one.state is RevisionState.APPROVED), None)


def changes(event_request: EventRequest) -> Sequence[Sequence[Revision]]:
    """The amendments of the request, each with its revisions from first to last; one ends where a revision was approved or given up."""
    found: list[list[Revision]] = []
    ended = True
    for one in event_request.revisions:
        if not one.amendment:
            continue
        if ended:
            found.append([])
        found[-1].append(one)
        ended = one.state not in AT_WORK
    return found


def dropped(event_request: EventRequest) -> frozenset[int]:
    """Numbers of the revisions of changes that came to nothing: rejected, withdrawn or overtaken by time (cases.md 35)."""
    given_up = (RevisionState.REJECTED, RevisionState.WITHDRAWN)
    return frozenset(one.no for change in changes(event_request) if change[-1].state in given_up for one in change)


def shown(event_request: OneRequest[Revised]) -> Revised:
    """The revision a page shows first: the one at work, else the one in force, else the last."""
    return working(event_request) or in_force(event_request) or event_request.revisions[-1]


def revision(event_request: OneRequest[Revised], no: int) -> Revised:
    """The revision of that number. NotFound if there is none."""
    found = next((one for one in event_request.revisions if one.no == no), None)
    if found is None:
        raise NotFound
    return found


def authors(request_id: int) -> Sequence[User]:
    """Everyone with a hand in the request, the first hand first."""
    return db.session.scalars(
        select(User).join(Authorship, Authorship.user_id == User.id).where(Authorship.request_id == request_id).order_by(Authorship.id)
    ).all()
