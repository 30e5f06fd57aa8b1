"""Recovery codes: made ten at a time, each taken once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update

from events.audit.operations import record
from events.audit.vocabulary import Action
from events.factors import rules
from events.factors.models import RecoveryCode
from events.factors.operations.holding import changed, hold
from events.foundation.acting import Actor
from events.foundation.db import db
from events.outbox.operations import queue
from events.outbox.vocabulary import Subject


def renew_codes(user_id: int, keys: Sequence[str], *, by: Actor, now: datetime) -> list[str]:
    """Ten new codes, to be shown once; those of before are dead."""
    hold(user_id)
    made = rules.new_recovery_codes()
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    digests = [rules.recovery_digests(code.replace("-", ""), user_id, keys)[0] for code in made]
    db.session.execute(insert(RecoveryCode), [{"user_id": user_id, "digest": digest} for digest in digests])
    record(Action.RECOVERY_CODES_MADE, ("user", user_id), by=by, now=now)
    return made


def codes_for_a_first(user_id: int, keys: Sequence[str], *, by: Actor, now: datetime) -> list[str]:
    """Codes for somebody who has just set up the first factor; none for whoever has some."""
    return [] if _left(user_id) else renew_codes(user_id, keys, by=by, now=now)


def take_recovery_code(user_id: int, digits: str, keys: Sequence[str], *, by: Actor, now: datetime) -> bool:
    """Whether it is a code of the person's that was not taken before; its owner is told by letter."""
    mine = update(RecoveryCode).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    known = RecoveryCode.digest.in_(rules.recovery_digests(digits, user_id, keys))
    if not changed(mine.where(known).values(used_at=now)):
        return False
    left = _left(user_id)
    record(Action.RECOVERY_CODE_USED, ("user", user_id), by=by, now=now, left=left)
    params = {"count": left}
    queue("recovery_code_used", Subject("user", user_id), user_id, due_at=now, now=now, level=f"{now:%Y%m%d%H%M%S}", params=params)
    return True


def _left(user_id: int) -> int:
    """How many may still be used."""
    return db.session.scalar(select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))) or 0
