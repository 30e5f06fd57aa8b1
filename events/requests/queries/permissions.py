"""What a user may see, decided here, once, over Involvement; and for whom a user may write."""

from collections.abc import Collection
from functools import lru_cache

from sqlalchemy import ColumnElement, Select, and_, bindparam, false, or_, select
from sqlalchemy.orm import joinedload

from events.foundation.db import db
from events.foundation.errors import NotFound, NotYours
from events.people.models import Membership, User
from events.people.queries import DISTRICT_WIDE, Offices
from events.people.vocabulary import Role, UnitKind
from events.requests.models import EventRequest, Involvement
from events.requests.queries.request import AnyRequest, with_revisions
from events.requests.writers import WRITERS, only_writers


def visible_to(user: User, *, one: bool = False) -> ColumnElement[bool]:
    """The requests a user may see: those their units are involved in; the district-wide roles see all submitted ones.

    `one`: a single request is asked about. There, and beside an OR, both databases would gather the whole of an IN first:
    200 to 400 ms at 200,000 requests, where EXISTS takes one look into an index. Beside an OR PostgreSQL would make an IN of EXISTS
    too, for the sake of a few drafts; it leaves one with an OFFSET as it is.
    """
    return seen_by(*sight(user), one=one)


def sight(user: User) -> tuple[frozenset[int], bool]:
    """By what a user sees requests: their units, and whether they hold a district-wide role. Two with the same see the same."""
    held = user.memberships
    return frozenset(one.unit_id for one in held), any(one.role in DISTRICT_WIDE for one in held)


def seen_by(units: Collection[int], district_wide: bool, *, one: bool = False) -> ColumnElement[bool]:
    """`visible_to` for everybody who sees so (`sight`)."""
    if not units:
        return false()
    asked = select(Involvement.request_id).where(Involvement.unit_id.in_(units), Involvement.until.is_(None))
    of_one = asked.where(Involvement.request_id == EventRequest.id).correlate(EventRequest)
    if district_wide:
        return or_(EventRequest.number.is_not(None), of_one.offset(0).exists())
    return of_one.exists() if one else EventRequest.id.in_(asked.correlate(None))


def may_see(user: User, request_id: int) -> bool:
    return db.session.scalar(select(EventRequest.id).where(EventRequest.id == request_id, visible_to(user, one=True))) is not None


def seen_by_each(user_ids: Collection[int], request_ids: Collection[int], *, ever: bool = False) -> set[tuple[int, int]]:
    """Which of these people see which of these requests (user, request): the rule of `visible_to` for many at once.

    `ever`: their units see it now or did before.
    """
    involved = select(Involvement.id).where(Involvement.unit_id == Membership.unit_id, Involvement.request_id == EventRequest.id)
    asked = involved if ever else involved.where(Involvement.until.is_(None))
    of_all = and_(Membership.role.in_(DISTRICT_WIDE), EventRequest.number.is_not(None))
    sees = or_(of_all, asked.correlate(Membership, EventRequest).exists())
    pairs = select(Membership.user_id, EventRequest.id).join(EventRequest, sees)
    rows = db.session.execute(pairs.where(Membership.user_id.in_(user_ids), EventRequest.id.in_(request_ids)).distinct())
    return {(user_id, request_id) for user_id, request_id in rows}


def visible(request_id: int, user: User) -> EventRequest:
    """The request with its unit and revisions. NotFound for everyone it does not concern, as if it did not exist (I14)."""
    found = db.session.scalar(_visible(*sight(user)), {"of_request": request_id})
    if found is None:
        raise NotFound
    return found


@lru_cache(maxsize=256)
def _visible(units: frozenset[int], district_wide: bool) -> Select[EventRequest]:
    """Put together once for everybody who sees the same."""
    seen = seen_by(units, district_wide, one=True)
    whole = (joinedload(EventRequest.lead_unit), with_revisions())
    return select(EventRequest).where(EventRequest.id == bindparam("of_request"), seen).options(*whole)


def may_write(user: User, event_request: AnyRequest) -> bool:
    """Whether the user writes requests of the lead unit."""
    return writes_for(user, event_request.lead_unit_id)


def writes_for(user: User, unit_id: int) -> bool:
    """Whether the user writes requests of the unit."""
    return any(one.unit_id == unit_id and one.role in WRITERS for one in user.memberships)


def refuse_reader(user: User, event_request: EventRequest) -> None:
    """NotYours for whom sees the request and never writes it; NotFound for everyone it does not concern."""
    refuse_reader_of(user, event_request.id, event_request.lead_unit_id)


def refuse_reader_of(user: User, request_id: int, lead_unit_id: int) -> None:
    """`refuse_reader` where the request is at hand as a plain row."""
    if writes_for(user, lead_unit_id):
        return
    if not may_see(user, request_id):
        raise NotFound
    raise NotYours(only_writers(Offices().units[lead_unit_id].called))


def writing_units(user: User) -> list[Membership]:
    """The units on whose behalf the user may file requests, each once: as an author anywhere, as the head of an institution."""
    return list({one.unit_id: one for one in user.memberships if _may_file(one)}.values())


def _may_file(held: Membership) -> bool:
    """Departments approve: their heads file nothing unless they are authors too."""
    return held.role is Role.AUTHOR or (held.role is Role.HEAD and held.unit.kind is UnitKind.INSTITUTION)
