"""Who is who: units, people in their roles, live sign-ins."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, load_only, selectinload
from sqlalchemy.sql.base import ExecutableOption

from events.audit import queries as audit
from events.district import queries as district
from events.district.rule_periods import began, value_of
from events.factors import queries as factors
from events.foundation import standing
from events.foundation.db import db
from events.foundation.errors import NotFound
from events.foundation.names import alphabetical
from events.people import rules
from events.people.models import AuthAttempt, LoginSession, Membership, Unit, User
from events.people.vocabulary import AttemptKind, Role
from events.worktime import queries as worktime
from events.worktime.hours import Calendar, Schedule

SECOND_STEP = "second_step_roles"
"""The rule that says which roles need a second step."""
DISTRICT_WIDE = frozenset({Role.COORDINATOR, Role.ADMIN, Role.ANALYST})
"""Roles that answer for the whole district, in whatever unit they are held."""
CARETAKERS = (Role.COORDINATOR, Role.ADMIN)
"""Those of them who are told when nobody else can see to a matter (cases.md 8); an analyst only looks."""

_ALIVE = (
    LoginSession.ended_at.is_(None),
    LoginSession.seen_at > bindparam("used_since"),
    LoginSession.created_at > bindparam("begun_since"),
)
"""Not ended, used within the idle limit, not older than the absolute one; see `_limits`."""
_SIGNED_IN = select(
    LoginSession.id,
    LoginSession.user_id,
    LoginSession.proved_at,
    LoginSession.seen_at,
    LoginSession.id_token.is_not(None).label("by_provider"),
    standing.TOKEN.scalar_subquery().label("standing"),
    audit.HISTORY.scalar_subquery().label("history"),
).where(LoginSession.token_hash == bindparam("token_hash"), *_ALIVE)
"""Asked on every page of the staff, so it is put together once: that takes as long as running it."""


class Offices:
    """Units and their working time, as they stand for a page or an act."""

    def __init__(self) -> None:
        self.units: Mapping[int, Unit] = standing.kept("units", lambda: standing.apart(_units_by_id))
        """Every unit by id, to be read only."""
        self.calendar, self._schedules = standing.kept("hours", self._hours)

    def _hours(self) -> tuple[Calendar, worktime.Schedules]:
        """The calendar and what is worked out of it, which remembers its days."""
        calendar, own = worktime.calendar(), {unit.id: unit.office_hours for unit in self.units.values()}
        return calendar, worktime.Schedules(own.__getitem__, lambda: calendar)

    @property
    def district(self) -> Schedule:
        """The district's own hours."""
        return self._schedules.district

    def schedule(self, unit_id: int) -> Schedule:
        """The unit's working time."""
        return self._schedules.of(unit_id)

    def due(self, unit_id: int, start: datetime, working_hours: int) -> datetime:
        """When the unit's time is up (UTC)."""
        return self.schedule(unit_id).due(start, working_hours)


@dataclass(frozen=True)
class SignedIn:
    """A live sign-in and whose it is; the person is to be read only (`standing.kept`). Moments in UTC."""

    session_id: int
    proved_at: datetime
    seen_at: datetime
    user: User
    by_provider: bool
    """Whether it came from the provider of sign-in."""
    history: str
    """All that the office has done until now, in a word (`audit.queries.HISTORY`)."""


def full_names(ids: Collection[int]) -> dict[int, str]:
    """Full names by user id, in one query."""
    return {row.id: row.full_name for row in db.session.execute(select(User.id, User.full_name).where(User.id.in_(ids)))}


def user_by_email(email: str) -> User | None:
    """The account with the address, in whatever case it was typed; blocked ones too."""
    return db.session.scalar(select(User).where(User.email == email.strip().lower()))


def user_by_uniquifier(uniquifier: str) -> User | None:
    """The account a reset link was made for; None once its password has changed."""
    return db.session.scalar(select(User).where(User.fs_uniquifier == uniquifier))


def user(identity: int) -> User:
    """The person with memberships and their units. Raises NotFound."""
    found = db.session.scalar(select(User).where(User.id == identity).options(*_with_units()))
    if found is None:
        raise NotFound
    return found


def person(identity: int) -> User:
    """The same as every process keeps it, to be read only: whoever acts needs no more. Raises NotFound."""
    found = _person(identity)
    if found is None:
        raise NotFound
    return found


def active_users(identities: Collection[int]) -> dict[int, User]:
    """Those of these people who are active, by id."""
    return {one.id: one for one in db.session.scalars(select(User).where(User.id.in_(identities), User.active))}


def administrators() -> dict[int, User]:
    """Active administrators of the district, by id."""
    held = select(Membership.user_id).where(Membership.role == Role.ADMIN)
    return {one.id: one for one in db.session.scalars(select(User).where(User.active, User.id.in_(held)).order_by(User.id))}


def users() -> Sequence[User]:
    """Everybody, by name, with memberships and units."""
    return _by_name(db.session.scalars(select(User).order_by(User.id).options(*_with_units())))


def units(kept: Collection[int] = ()) -> Sequence[Unit]:
    """Every active unit, by name; those `kept` even when they are active no more. To be read only."""
    by_name = standing.kept("units by name", lambda: sorted(Offices().units.values(), key=lambda one: (alphabetical(one.name), one.id)))
    return [one for one in by_name if one.active or one.id in kept]


def unit(identity: int) -> Unit:
    """The unit. Raises NotFound."""
    found = db.session.get(Unit, identity)
    if found is None:
        raise NotFound
    return found


def unit_by_key(key: str) -> Unit | None:
    """The unit that goes by the key in addresses and routes."""
    return db.session.scalar(select(Unit).where(Unit.key == key))


def coded_unit(key: str) -> Unit | None:
    """The same with nothing but what a table of any release has: a code is changed, too, where an upgrade waits for just that."""
    return db.session.scalar(select(Unit).where(Unit.key == key).options(load_only(Unit.key, Unit.code, raiseload=True)))


def people_of(unit_id: int) -> Sequence[User]:
    """Active people of the unit in any role, by name; to be read only."""
    inside = select(Membership.user_id).where(Membership.unit_id == unit_id)
    asked = select(User).where(User.active, User.id.in_(inside)).order_by(User.id)
    return standing.kept(("people of", unit_id), lambda: standing.apart(lambda session: _by_name(session.scalars(asked))))


def colleagues(user: User) -> Sequence[tuple[User, int]]:
    """Active people of the user's own units with the id of that unit, by name; whoever is in two of them once. To be read only."""
    found = {one.id: (one, unit_id) for unit_id in sorted({held.unit_id for held in user.memberships}) for one in people_of(unit_id)}
    return sorted(found.values(), key=lambda pair: alphabetical(pair[0].full_name))


def _by_name(found: Iterable[User]) -> list[User]:
    return sorted(found, key=lambda one: alphabetical(one.full_name))


def takes_care(user: User) -> bool:
    """Whether the person coordinates or administers the district."""
    return any(membership.role in CARETAKERS for membership in user.memberships)


def second_step_from(user: User, today: date) -> date | None:
    """From which day on a role of the person needs a second step, at the earliest today; None where none does, or where one is set up.

    Asked with every page: rules and secured accounts are kept by every process.
    """
    if user.id in factors.secured():
        return None
    roles = {held.role for held in user.memberships}
    if roles & district.rules(today).second_step_roles:
        return today
    coming = (one for one in district.rulebook().periods if one.key == SECOND_STEP and began(one) > today)
    return min((began(one) for one in coming if roles & value_of(one)), default=None)


def live_session(token_hash: str, now: datetime) -> SignedIn | None:
    """The sign-in the cookie names, if it has neither ended nor outlived its limits and its owner is active.

    One query; the owner comes with memberships and units, as every staff page asks for them.
    """
    row = db.session.connection().execute(_SIGNED_IN, {"token_hash": token_hash, **_limits(now)}).one_or_none()
    if row is None:
        return None
    standing.at_hand(row.standing)
    owner = _person(row.user_id)
    return (
        SignedIn(row.id, row.proved_at, row.seen_at, owner, bool(row.by_provider), row.history or "")
        if owner is not None and owner.active
        else None
    )


def _person(identity: int) -> User | None:
    """The person with memberships and units, to be read only."""

    def read(session: Session) -> User | None:
        return session.scalar(select(User).where(User.id == identity).options(*_with_units()))

    return standing.kept(("person", identity), lambda: standing.apart(read))


def _units_by_id(session: Session) -> Mapping[int, Unit]:
    return {unit.id: unit for unit in session.scalars(select(Unit))}


def session_owner(token_hash: str) -> int | None:
    """Whose sign-in it is or was."""
    return db.session.scalar(select(LoginSession.user_id).where(LoginSession.token_hash == token_hash))


def live_sessions(user_id: int, now: datetime) -> Sequence[LoginSession]:
    """Where the person is signed in, the last used first."""
    mine = select(LoginSession).where(LoginSession.user_id == user_id, *_ALIVE)
    return db.session.scalars(mine.order_by(LoginSession.seen_at.desc(), LoginSession.id.desc()), _limits(now)).all()


def wait_before_attempt(kind: AttemptKind, account: str, origin: str, now: datetime, *, proving: bool = False) -> timedelta | None:
    """How long the next try must wait, or None. A success forgets the earlier failures of the account from its origin.

    `proving`: a live sign-in proves itself once more, and only tries from where it sits count; or anybody could keep an approver
    from deciding by guessing elsewhere.
    """
    mine = (AuthAttempt.account == account, AuthAttempt.origin == origin)
    failed = select(AuthAttempt.at).where(AuthAttempt.kind == kind, ~AuthAttempt.passed, AuthAttempt.at > now - rules.THROTTLE_WINDOW)
    passed = select(func.max(AuthAttempt.id)).where(AuthAttempt.kind == kind, *mine, AuthAttempt.passed)
    counted = [(failed.where(*mine, AuthAttempt.id > func.coalesce(passed.scalar_subquery(), 0)), rules.FAILURES_PER_ACCOUNT_AND_ORIGIN)]
    if not proving:
        counted.append((failed.where(AuthAttempt.account == account), rules.FAILURES_PER_ACCOUNT))
        counted.append((failed.where(AuthAttempt.origin == origin), rules.FAILURES_PER_ORIGIN))
    waits = [rules.wait_after(db.session.scalars(failures).all(), limit, now) for failures, limit in counted]
    return max((wait for wait in waits if wait is not None), default=None)


def _with_units() -> tuple[ExecutableOption, ...]:
    """Memberships with their units in one further query each."""
    return (selectinload(User.memberships).selectinload(Membership.unit),)


def _limits(now: datetime) -> dict[str, datetime]:
    """Since when a sign-in must have been used, and begun."""
    return {"used_since": now - rules.IDLE, "begun_since": now - rules.ABSOLUTE}
