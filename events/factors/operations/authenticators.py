"""Apps that show codes: proposed, confirmed by a first code, taken away."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update

from events.audit.operations import record
from events.audit.vocabulary import Action
from events.factors import queries, rules
from events.factors.models import Authenticator
from events.factors.operations.codes import codes_for_a_first
from events.factors.operations.holding import changed, hold, settle
from events.foundation.acting import Actor
from events.foundation.db import db
from events.foundation.errors import NotNow, Refused
from events.foundation.text import N_

NOT_THE_CODE = N_("This is not the present code. Wait for the next one, and see that the clock of the telephone is right.")


def propose_app(user_id: int, keys: Sequence[str], *, now: datetime) -> None:
    """Make a secret to be shown; the one at work stays until a code of the new one was right."""
    hold(user_id)
    row = db.session.get(Authenticator, user_id)
    if row is None:
        row = Authenticator(user_id=user_id)
        db.session.add(row)
    row.proposed, row.proposed_at = rules.seal(rules.new_secret(), user_id, keys), now
    db.session.flush()


def confirm_app(user_id: int, code: str, keys: Sequence[str], *, by: Actor, now: datetime) -> list[str]:
    """Put the proposed secret to work after its first code. Returns recovery codes to be shown once; none when the person has some.

    Raises Refused at `code` when it is not the present one, NotNow when the secret was shown too long ago.
    """
    hold(user_id)
    secret = queries.proposed_secret(user_id, keys, now)
    if secret is None:
        raise NotNow(N_("The picture was shown too long ago. Begin once more: another one will be shown."))
    step = rules.step_of(code, secret, now, after=0)
    if step is None:
        raise Refused(NOT_THE_CODE, {"code": NOT_THE_CODE})
    row = db.session.get_one(Authenticator, user_id)
    row.sealed, row.confirmed_at, row.last_step, row.proposed, row.proposed_at = row.proposed, now, step, "", None
    settle(user_id, now=now)
    record(Action.APP_SET_UP, ("user", user_id), by=by, now=now)
    return codes_for_a_first(user_id, keys, by=by, now=now)


def remove_app(user_id: int, *, by: Actor, now: datetime) -> None:
    """Take the app away; nothing happens where there is none."""
    hold(user_id)
    if changed(delete(Authenticator).where(Authenticator.user_id == user_id, Authenticator.confirmed_at.is_not(None))):
        record(Action.APP_REMOVED, ("user", user_id), by=by, now=now)
    settle(user_id, now=now)


def take_app_code(user_id: int, code: str, keys: Sequence[str], *, now: datetime) -> bool:
    """Whether it is a code of the person's app that was not taken before. Of two at once one is taken: the row says which step was last."""
    row = db.session.execute(
        select(Authenticator.sealed, Authenticator.last_step).where(
            Authenticator.user_id == user_id, Authenticator.confirmed_at.is_not(None)
        )
    ).one_or_none()
    secret = rules.unseal(row.sealed, user_id, keys) if row else None
    step = rules.step_of(code, secret, now, after=row.last_step) if row and secret else None
    if step is None:
        return False
    later = update(Authenticator).where(Authenticator.user_id == user_id, Authenticator.last_step < step)
    return changed(later.values(last_step=step)) == 1
