"""Verbs of people: units and accounts, signing in and out, passwords. Every one is audited by ids only (152-ФЗ).

Passwords arrive here as hashes: `rules.hash_password` takes 0.2 s and is called before the transaction begins.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.exc import IntegrityError

from events.audit.operations import record
from events.audit.vocabulary import Action
from events.foundation.acting import SYSTEM, Actor
from events.foundation.address import clean_address
from events.foundation.db import db
from events.foundation.errors import Conflict, NotFound, Refused
from events.foundation.text import N_, Phrase, clean_line
from events.outbox.operations import queue
from events.outbox.vocabulary import Subject
from events.people import queries, rules
from events.people.models import AuthAttempt, LoginSession, Membership, Unit, User
from events.people.vocabulary import AttemptKind, Role, UnitKind

ATTEMPTS_KEPT = timedelta(days=1)
SESSIONS_KEPT = timedelta(days=90)


@dataclass(frozen=True)
class Admission:
    """A try that was let in (its id), or how long its account or origin must wait."""

    attempt_id: int | None
    wait: timedelta | None = None


def add_unit(key: str, code: str, name: str, short_name: str, kind: UnitKind, *, by: Actor, now: datetime, **details: Any) -> Unit:
    """Add a unit; `details` are its further columns (parent_id, curator_id, name_en, office_hours, email, phone).

    Raises Refused at `key` or `code` when another unit has it, at `email` when that is no address, at `phone` when it is no number.
    """
    given = (str(details.get(name, "")) for name in ("email", "phone"))
    _refuse_wrong(rules.unit_faults(code, db.session.scalars(select(Unit.code)).all(), *given))
    unit = Unit(key=key, code=code, name=name, short_name=short_name, kind=kind, **details)
    taken = N_("another unit has the code “%(code)s”, and numbers of requests would repeat", code=code)
    _insert(unit, {"uq_unit_key": ("key", N_("There is a unit with this key already.")), "uq_unit_code": ("code", taken)})
    record(Action.UNIT_ADDED, ("unit", unit.id), by=by, now=now)
    return unit


def recode(unit: Unit, code: str, *, by: Actor, now: datetime) -> None:
    """Give the unit another code for the numbers to come; those given stay. Raises Refused at `code` when it is none or another unit's."""
    others = db.session.scalars(select(Unit.code).where(Unit.id != unit.id)).all()
    _refuse_wrong(rules.unit_faults(code, others, ""))
    if unit.code != code:
        unit.code = code
        record(Action.EDITED, ("unit", unit.id), by=by, now=now, fields=["code"])


def invite(
    email: str,
    full_name: str,
    position: str,
    memberships: Iterable[tuple[int, Role]],
    password_hash: str | None = None,
    *,
    by: Actor,
    now: datetime,
    locale: str = "ru",
) -> User:
    """Make an account with its roles (unit id, role). Without a password an invitation with a link to set one is sent.

    Raises Refused at `email` when it is no address or has an account already, at `full_name` or `position` when that cannot be stored.
    """
    email = clean_address(email)
    _refuse_wrong(rules.account_faults(email, clean_line(full_name), clean_line(position)))
    person = User(
        email=email,
        full_name=clean_line(full_name),
        position=clean_line(position),
        password=password_hash or rules.NO_PASSWORD,
        fs_uniquifier=_uniquifier(),
        locale=_locale(locale),
        memberships=[Membership(unit_id=unit_id, role=role) for unit_id, role in dict.fromkeys(memberships)],
    )
    _insert(person, {"uq_user_email": ("email", N_("There is an account with this address already."))})
    roles = [[held.unit_id, held.role.value] for held in person.memberships]
    record(Action.USER_INVITED, ("user", person.id), by=by, now=now, roles=roles)
    if password_hash is None:
        queue("invitation", Subject("user", person.id), person.id, due_at=now, now=now)
    return person


def dismiss(user: User, *, by: Actor, now: datetime) -> None:
    """Block the account: every sign-in and reset link of it is dead at once, history keeps the name (I15)."""
    user.active = False
    user.fs_uniquifier = _uniquifier()
    record(Action.USER_DISMISSED, ("user", user.id), by=by, now=now)
    end_sessions(user.id, by=by, now=now)


def readmit(user: User, *, by: Actor, now: datetime) -> None:
    """Open a blocked account again, with the password it had."""
    user.active = True
    record(Action.USER_READMITTED, ("user", user.id), by=by, now=now)


def grant(user: User, unit_id: int, role: Role, *, by: Actor, now: datetime) -> None:
    """Give the person a role in a unit. Raises Refused when it is held already."""
    if any((held.unit_id, held.role) == (unit_id, role) for held in user.memberships):
        raise Refused(N_("The person has this role already."))
    user.memberships.append(Membership(unit_id=unit_id, role=role))
    _note_role(Action.ROLE_GRANTED, user, unit_id, role, by=by, now=now)


def revoke(user: User, unit_id: int, role: Role, *, by: Actor, now: datetime) -> None:
    """Take the role in the unit from the person. Raises Refused when it is not held."""
    held = next((held for held in user.memberships if (held.unit_id, held.role) == (unit_id, role)), None)
    if held is None:
        raise Refused(N_("The person does not have this role."))
    user.memberships.remove(held)
    db.session.delete(held)
    _note_role(Action.ROLE_REVOKED, user, unit_id, role, by=by, now=now)


def admit(kind: AttemptKind, email: str, origin: str | None, *, now: datetime, proving: bool = False) -> Admission:
    """Count a try before any hash is computed, or say how long to wait (reliability.md, baseline 6).

    It stands as a failure until `pass_attempt`, so that a broken-off try counts too. `proving`: who tries is signed in.
    """
    account, source = rules.account_key(email), rules.origin_key(origin)
    _one_at_a_time(account)
    wait = queries.wait_before_attempt(kind, account, source, now, proving=proving)
    if wait is not None:
        return Admission(None, wait)
    attempt = AuthAttempt(kind=kind, account=account, origin=source, at=now)
    db.session.add(attempt)
    db.session.flush()
    return Admission(attempt.id)


def pass_attempt(attempt_id: int) -> None:
    """The try was right."""
    db.session.execute(update(AuthAttempt).where(AuthAttempt.id == attempt_id).values(passed=True))


def fail_attempt(attempt_id: int, user_id: int | None, *, now: datetime) -> None:
    """The try was wrong. Recorded for an address nobody has too, so that both answers take as long (reliability.md T14)."""
    record(Action.PASSWORD_REFUSED, ("attempt", attempt_id), by=SYSTEM, now=now, user=user_id)


def sign_in(user: User, agent: str, *, now: datetime) -> str:
    """Open a sign-in and return its token, of which only the hash is kept. Raises NotFound for a blocked account."""
    if not user.active:
        raise NotFound
    token = secrets.token_urlsafe(32)
    opened = LoginSession(
        token_hash=rules.token_hash(token),
        user_id=user.id,
        created_at=now,
        seen_at=now,
        proved_at=now,
        agent=clean_line(agent)[:200],
    )
    db.session.add(opened)
    db.session.flush()
    record(Action.SIGNED_IN, ("user", user.id), by=user.actor, now=now, session=opened.id)
    return token


def sign_out(token: str, *, now: datetime) -> None:
    """End the sign-in of the token; its cookie is dead even if kept (reliability.md T16)."""
    opened = db.session.scalar(select(LoginSession).where(LoginSession.token_hash == rules.token_hash(token)))
    if opened is not None and opened.ended_at is None:
        opened.ended_at = now
        record(Action.SIGNED_OUT, ("user", opened.user_id), by=Actor("user", opened.user_id), now=now, session=opened.id)


def end_session(session_id: int, *, by: User, now: datetime) -> None:
    """End one of the person's own sign-ins. Raises NotFound for anybody else's."""
    opened = db.session.get(LoginSession, session_id)
    if opened is None or opened.user_id != by.id:
        raise NotFound
    if opened.ended_at is None:
        opened.ended_at = now
        record(Action.SESSION_ENDED, ("user", by.id), by=by.actor, now=now, session=opened.id)


def end_sessions(user_id: int, *, by: Actor, now: datetime, except_token: str | None = None) -> int:
    """End the person's sign-ins, all or all but the one of the token. Returns how many ended."""
    ending = update(LoginSession).where(LoginSession.user_id == user_id, LoginSession.ended_at.is_(None)).values(ended_at=now)
    if except_token is not None:
        ending = ending.where(LoginSession.token_hash != rules.token_hash(except_token))
    ended = _rows(db.session.execute(ending))
    if ended:
        record(Action.SESSIONS_ENDED, ("user", user_id), by=by, now=now, count=ended)
    return ended


def touch_session(session_id: int, *, now: datetime) -> None:
    """Note that the sign-in is in use, at most every five minutes (cases.md 44). Not audited."""
    stale = (LoginSession.id == session_id, LoginSession.ended_at.is_(None), LoginSession.seen_at <= now - rules.TOUCH_EVERY)
    db.session.execute(update(LoginSession).where(*stale).values(seen_at=now))


def prove(session_id: int, *, by: User, now: datetime) -> None:
    """Note that the password was typed again: decisions are open for some hours more (cases.md 45)."""
    mine = (LoginSession.id == session_id, LoginSession.user_id == by.id)
    db.session.execute(update(LoginSession).where(*mine).values(proved_at=now, seen_at=now))
    record(Action.PASSWORD_PROVED, ("user", by.id), by=by.actor, now=now, session=session_id)


def change_password(user: User, new_hash: str, *, seen_hash: str, by: Actor, now: datetime, except_token: str | None = None) -> None:
    """Set a new password; every other sign-in and every reset link is dead at once.

    `seen_hash` is the stored hash the old password or the reset link was checked against: raises Conflict when it has
    changed since, so that a link serves once.
    """
    changed = update(User).where(User.id == user.id, User.password == seen_hash, User.active)
    if not _rows(db.session.execute(changed.values(password=new_hash, fs_uniquifier=_uniquifier()))):
        raise Conflict(N_("The password has just been changed elsewhere. Please sign in with the new one."))
    record(Action.PASSWORD_CHANGED, ("user", user.id), by=by, now=now)
    end_sessions(user.id, by=by, now=now, except_token=except_token)


def ask_reset(user: User, *, now: datetime) -> None:
    """Send a letter with a link to set a new password; asked twice within a minute, one letter goes out."""
    queue("password_reset", Subject("user", user.id), user.id, due_at=now, now=now, level=f"{now:%Y%m%d%H%M}")
    record(Action.RESET_ASKED, ("user", user.id), by=user.actor, now=now)


def set_locale(user: User, locale: str, *, now: datetime) -> None:
    """Choose the language of pages and letters; an unknown one is Russian."""
    user.locale = _locale(locale)
    record(Action.LOCALE_SET, ("user", user.id), by=user.actor, now=now, locale=user.locale)


def sweep(*, now: datetime) -> None:
    """Drop old attempts and long ended sign-ins: nobody needs them, and they are personal data (152-ФЗ)."""
    db.session.execute(delete(AuthAttempt).where(AuthAttempt.at < now - ATTEMPTS_KEPT))
    db.session.execute(delete(LoginSession).where(LoginSession.seen_at < now - SESSIONS_KEPT))


def _note_role(action: Action, user: User, unit_id: int, role: Role, *, by: Actor, now: datetime) -> None:
    """Record the change; the person's sign-ins end, so that none goes on with the rights of before (reliability.md T16)."""
    record(action, ("user", user.id), by=by, now=now, unit=unit_id, role=role.value)
    end_sessions(user.id, by=by, now=now)


def _refuse_wrong(faults: Mapping[str, Phrase]) -> None:
    """Refused with the first sentence, each at its field."""
    for phrase in faults.values():
        raise Refused(phrase, faults)


def _insert(row: Unit | User, taken: Mapping[str, tuple[str, Phrase]]) -> None:
    """Insert the row; a violated UNIQUE constraint becomes a refusal at its field."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:
        for constraint, (field, phrase) in taken.items():
            if _violates(error, constraint):
                raise Refused(phrase, {field: phrase}) from error
        raise


def _violates(error: IntegrityError, constraint: str) -> bool:
    """Whether it was this UNIQUE constraint: PostgreSQL names it, SQLite names table and column («user.email»)."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return bool(diagnosis.constraint_name == constraint)
    table, column = constraint.removeprefix("uq_").split("_", 1)
    return str(error.orig) == f"UNIQUE constraint failed: {table}.{column}"


def _one_at_a_time(account: str) -> None:
    """Parallel tries at one account are counted one after another; on SQLite writers always are."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(account))))


def _uniquifier() -> str:
    """What reset links are bound to."""
    return secrets.token_hex(32)


def _locale(locale: str) -> str:
    return locale if locale in rules.LOCALES else rules.LOCALES[0]


def _rows(result: Any) -> int:
    """How many rows a statement changed."""
    return result.rowcount if isinstance(result, CursorResult) else 0
