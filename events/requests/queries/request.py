"""One request: its row under the lock, its revisions, who wrote it."""

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.strategy_options import _AbstractLoad
from sqlalchemy.sql.base import ExecutableOption

from events.foundation.db import db
from events.foundation.errors import NotFound
from events.people.models import User
from events.requests.fields import Content
from events.requests.models import Authorship, BudgetLine, CoOrganizer, EventRequest, Occurrence, Revision
from events.requests.vocabulary import RevisionState

AT_WORK = (RevisionState.DRAFT, RevisionState.IN_REVIEW, RevisionState.RETURNED)
"""States of a revision whose change goes on."""
_CONTENT = (Revision, Occurrence, BudgetLine, CoOrganizer)


def with_revisions() -> ExecutableOption:
    """Every revision with its parts, in four further queries whatever their number."""
    return selectinload(EventRequest.revisions).options(*_parts())


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


def _locked(request_id: int, *, skip_locked: bool = False) -> EventRequest | None:
    """The request under its lock, with nothing left of what this session knew of it."""
    asked = select(EventRequest).where(EventRequest.id == request_id).with_for_update(of=EventRequest, skip_locked=skip_locked)
    found = db.session.scalar(asked.execution_options(populate_existing=True))
    for known in list(db.session):
        if isinstance(known, _CONTENT):
            db.session.expire(known)
    return found


def written(request_ids: Collection[int]) -> dict[int, Content]:
    """What is being written in each of these requests, in four queries whatever their number; none where nothing is."""
    if not request_ids:
        return {}
    asked = select(Revision).where(Revision.request_id.in_(request_ids), Revision.state == RevisionState.DRAFT).options(*_parts())
    return {revision.request_id: revision.content() for revision in db.session.scalars(asked)}


def working(event_request: EventRequest) -> Revision | None:
    """The revision being written or reviewed."""
    states = (RevisionState.DRAFT, RevisionState.IN_REVIEW)
    return next((one for one in event_request.revisions if one.state in states), None)


def amendment(event_request: EventRequest) -> Revision | None:
    """The change of what is approved that is being written or reviewed."""
    at_work = working(event_request)
    return at_work if at_work is not None and at_work.amendment else None


def is_amendment(event_request: EventRequest) -> bool:
    """Whether what is being written or reviewed changes an approved request."""
    return amendment(event_request) is not None


def in_force(event_request: EventRequest) -> Revision | None:
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


def shown(event_request: EventRequest) -> Revision:
    """The revision a page shows first: the one at work, else the one in force, else the last."""
    return working(event_request) or in_force(event_request) or event_request.revisions[-1]


def revision(event_request: EventRequest, no: int) -> Revision:
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
