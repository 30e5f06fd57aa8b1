"""Sign-ins between the password and the second step."""

import secrets
from datetime import datetime

from sqlalchemy import delete, update

from events.audit.operations import record
from events.audit.vocabulary import Action
from events.factors import queries, rules
from events.factors.models import SecondStep, SpentChallenge
from events.factors.operations.holding import changed
from events.foundation.acting import SYSTEM
from events.foundation.db import db
from events.foundation.errors import NotNow
from events.foundation.text import N_

OVER = N_("The time for the second step is over. Please sign in once more.")


def begin_step(user_id: int, *, now: datetime) -> str:
    """The password was right: the token by which the browser goes on, of which only the hash is kept."""
    token = secrets.token_urlsafe(32)
    db.session.add(SecondStep(token_hash=queries.token_hash(token), user_id=user_id, begun_at=now))
    db.session.flush()
    return token


def fail_step(step_id: int, user_id: int, *, now: datetime) -> bool:
    """What was shown was wrong. Returns whether the sign-in may try on: after `rules.WRONG_CODES` the password is asked for anew."""
    counting = update(SecondStep).where(SecondStep.id == step_id).values(failures=SecondStep.failures + 1)
    failures = db.session.connection().execute(counting.returning(SecondStep.failures)).scalar()
    record(Action.SECOND_STEP_REFUSED, ("user", user_id), by=SYSTEM, now=now, count=failures)
    if failures is not None and failures < rules.WRONG_CODES:
        return True
    db.session.execute(delete(SecondStep).where(SecondStep.id == step_id))
    return False


def pass_step(step_id: int, *, now: datetime) -> None:
    """What was shown was right. Raises NotNow when the sign-in was gone on with already or has run out: of two at once one goes on."""
    waiting = delete(SecondStep).where(SecondStep.id == step_id, SecondStep.begun_at > now - rules.STEP_LASTS)
    if not changed(waiting):
        raise NotNow(OVER)


def end_steps(user_id: int) -> None:
    """The person's password has changed, or the account is closed: whoever had the old one begins anew."""
    db.session.execute(delete(SecondStep).where(SecondStep.user_id == user_id))


def sweep(*, now: datetime) -> None:
    """Drop sign-ins that nobody went on with, and challenges that are too old to be answered again."""
    db.session.execute(delete(SecondStep).where(SecondStep.begun_at <= now - rules.STEP_LASTS))
    db.session.execute(delete(SpentChallenge).where(SpentChallenge.at <= now - 2 * rules.CHALLENGE_LASTS))
