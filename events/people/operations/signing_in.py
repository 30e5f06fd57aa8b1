"""Signing in and out: attempts are counted, sign-ins begin, are proved, used and end."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from events.audit.operations import record
from events.audit.vocabulary import Action
from events.factors import operations as factors
from events.foundation.acting import SYSTEM, Actor
from events.foundation.db import db, one_at_a_time
from events.foundation.errors import NotFound
from events.foundation.text import clean_line
from events.people import queries, rules
from events.people.models import AuthAttempt, LoginSession, User
from events.people.operations.storing import rows, uniquifier
from events.people.vocabulary import AttemptKind

ATTEMPTS_KEPT = timedelta(days=1)
SESSIONS_KEPT = timedelta(days=90)


@dataclass(frozen=True)
class Admission:
    """A try that was let in (its id), or how long its account or origin must wait."""

    attempt_id: int | None
    wait: timedelta | None = None


def admit(kind: AttemptKind, email: str, origin: str | None, *, now: datetime, proving: bool = False) -> Admission:
    """Count a try before any hash is computed, or say how long to wait (reliability.md, baseline 6).

    It stands as a failure until `pass_attempt`, so that a broken-off try counts too. `proving`: who tries is signed in.
    """
    account, source = rules.account_key(email), rules.origin_key(origin)
    one_at_a_time(account)
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


def sign_in(user: User, agent: str, *, now: datetime, shown: str | None = None, id_token: str | None = None) -> str:
    """Open a sign-in and return its token, of which only the hash is kept. `shown`: what was shown beside the password or instead, for the
    audit; `id_token`: what the provider gave, if it was asked. Raises NotFound for a blocked account."""
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
        id_token=id_token,
    )
    db.session.add(opened)
    db.session.flush()
    record(Action.SIGNED_IN, ("user", user.id), by=user.actor, now=now, session=opened.id, shown=shown)
    return token


def sign_out(token: str, *, now: datetime) -> None:
    """End the sign-in of the token; its cookie is dead even if kept (reliability.md T16)."""
    opened = db.session.scalar(select(LoginSession).where(LoginSession.token_hash == rules.token_hash(token)))
    if opened is not None and opened.ended_at is None:
        opened.ended_at = now
        record(Action.SIGNED_OUT, ("user", opened.user_id), by=Actor("user", opened.user_id), now=now, session=opened.id)


def take_id_token(token: str) -> str | None:
    """What the provider gave for a sign-in that has ended, once; None of one by password."""
    ended = select(LoginSession).where(LoginSession.token_hash == rules.token_hash(token), LoginSession.ended_at.is_not(None))
    found = db.session.scalar(ended)
    if found is None:
        return None
    id_token, found.id_token = found.id_token, None
    return id_token


def take_link(user_id: int, seen: str) -> bool:
    """Use a link to sign in that was bound to `seen` (`User.fs_uniquifier`), so that it and every link to set a password is dead; False
    where it was dead already."""
    bound = update(User).where(User.id == user_id, User.fs_uniquifier == seen, User.active).values(fs_uniquifier=uniquifier())
    return rows(db.session.execute(bound)) == 1


def note_link(user: User, *, by: Actor, now: datetime) -> None:
    """A link to sign in was made for the person."""
    record(Action.SIGN_IN_LINK_MADE, ("user", user.id), by=by, now=now)


def end_session(session_id: int, *, by: User, now: datetime) -> None:
    """End one of the person's own sign-ins. Raises NotFound for anybody else's."""
    opened = db.session.get(LoginSession, session_id)
    if opened is None or opened.user_id != by.id:
        raise NotFound
    if opened.ended_at is None:
        opened.ended_at, opened.id_token = now, None
        record(Action.SESSION_ENDED, ("user", by.id), by=by.actor, now=now, session=opened.id)


def end_sessions(user_id: int, *, by: Actor, now: datetime, except_token: str | None = None) -> int:
    """End the person's sign-ins, all or all but the one of the token. Returns how many ended."""
    ending = (
        update(LoginSession).where(LoginSession.user_id == user_id, LoginSession.ended_at.is_(None)).values(ended_at=now, id_token=None)
    )
    if except_token is not None:
        ending = ending.where(LoginSession.token_hash != rules.token_hash(except_token))
    ended = rows(db.session.execute(ending))
    if ended:
        record(Action.SESSIONS_ENDED, ("user", user_id), by=by, now=now, count=ended)
    return ended


def touch_session(session_id: int, *, now: datetime) -> None:
    """Note that the sign-in is in use, at most every five minutes (cases.md 44). Not audited."""
    stale = (LoginSession.id == session_id, LoginSession.ended_at.is_(None), LoginSession.seen_at <= now - rules.TOUCH_EVERY)
    db.session.execute(update(LoginSession).where(*stale).values(seen_at=now))


def prove(session_id: int, *, by: User, now: datetime, by_passkey: bool = False, by_provider: bool = False) -> None:
    """Note that the password was typed again, a passkey shown, or that the provider has asked who it is: decisions are open for some hours
    more (cases.md 45)."""
    mine = (LoginSession.id == session_id, LoginSession.user_id == by.id)
    db.session.execute(update(LoginSession).where(*mine).values(proved_at=now, seen_at=now))
    action = Action.PROVIDER_PROVED if by_provider else Action.PASSKEY_PROVED if by_passkey else Action.PASSWORD_PROVED
    record(action, ("user", by.id), by=by.actor, now=now, session=session_id)


def sweep(*, now: datetime) -> None:
    """Drop old attempts and long ended sign-ins: nobody needs them, and they are personal data (152-ФЗ)."""
    db.session.execute(delete(AuthAttempt).where(AuthAttempt.at < now - ATTEMPTS_KEPT))
    db.session.execute(delete(LoginSession).where(LoginSession.seen_at < now - SESSIONS_KEPT))
    factors.sweep(now=now)
