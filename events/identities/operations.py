"""Letting in whom the provider knows: bound to an account, given one, given and taken roles by its word; or told why not."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from events.audit.operations import record
from events.audit.vocabulary import Action
from events.foundation.acting import SYSTEM
from events.foundation.db import db, one_at_a_time
from events.foundation.errors import Conflict, Refused
from events.foundation.text import N_, Phrase
from events.identities import queries
from events.identities.models import Identity
from events.identities.vocabulary import REFUSALS, Said
from events.people import operations as people
from events.people import queries as persons
from events.people import rules as accounts
from events.people.models import User


@dataclass(frozen=True)
class Entrance:
    """Whose account was opened; or why none was, as it is told."""

    user: User | None
    refusal: Phrase | None = None


def let_in(said: Said, *, now: datetime) -> Entrance:
    """Find or make the account of somebody the provider knows, and put right the roles that come from it.

    An account is found by the subject, at the first time by the address, if the provider says that it is confirmed. A refusal is an
    answer, not an error: what was taken away and what is told in the audit stay.
    """
    one_at_a_time(f"identity {said.subject}")
    known = queries.identity(said.issuer, said.subject)
    found = persons.user(known.user_id) if known else persons.user_by_email(said.email) if said.email else None
    if known is None and not said.verified:
        return _refuse("unverified", found, now)
    if found is not None and not found.active:
        return _refuse("blocked", found, now)
    if known is None and found is not None and queries.identity_of(found.id, said.issuer) is not None:
        return _refuse("bound elsewhere", found, now)
    if found is None:
        return _newcomer(said, now)
    if known is None:
        _bind(found, said, now)
    _put_roles_right(found, said, now)
    if not found.memberships:
        return _refuse("without role", found, now)
    return Entrance(found)


def part(user: User, issuer: str, *, now: datetime) -> None:
    """Forget by which subject the provider knows the account: the next sign-in finds it by its address. Refused when it is not bound."""
    known = queries.identity_of(user.id, issuer)
    if known is None:
        raise Refused(N_("The account is not bound to a sign-in of the provider."))
    db.session.delete(known)
    record(Action.IDENTITY_PARTED, ("user", user.id), by=SYSTEM, now=now)
    people.end_sessions(user.id, by=SYSTEM, now=now)


def _newcomer(said: Said, now: datetime) -> Entrance:
    """An account for somebody who has none, with the roles that the provider's word gives; none without a role."""
    wanted = queries.roles_for(said.values)
    if not wanted:
        return _refuse("without role", None, now)
    made = people.invite(said.email, said.full_name, "", wanted, accounts.NO_PASSWORD, by=SYSTEM, now=now)
    for held in made.memberships:
        held.by_claim = True
    _bind(made, said, now)
    return Entrance(made)


def _bind(user: User, said: Said, now: datetime) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(Identity(issuer=said.issuer, subject=said.subject, user_id=user.id, bound_at=now))
    except IntegrityError as error:
        raise Conflict(N_("This account has just been bound to another sign-in. Please try again.")) from error
    record(Action.IDENTITY_BOUND, ("user", user.id), by=SYSTEM, now=now)


def _put_roles_right(user: User, said: Said, now: datetime) -> None:
    """Give what the provider's word gives and is not held; take what came from it and is given no more, but for the last administrator."""
    wanted = queries.roles_for(said.values)
    for held in [one for one in user.memberships if one.by_claim and (one.unit_id, one.role) not in wanted]:
        try:
            people.revoke(user, held.unit_id, held.role, by=SYSTEM, now=now, by_claim=True)
        except Refused:
            record(Action.CLAIM_NOT_FOLLOWED, ("user", user.id), by=SYSTEM, now=now, unit=held.unit_id, role=held.role.value)
    present = {(one.unit_id, one.role) for one in user.memberships}
    for unit_id, role in (one for one in wanted if one not in present):
        people.grant(user, unit_id, role, by=SYSTEM, now=now, by_claim=True)


def _refuse(why: str, user: User | None, now: datetime) -> Entrance:
    """The audit names our own account at most, nothing the provider calls the person by (152-ФЗ)."""
    record(Action.IDENTITY_REFUSED, ("user", user.id if user else 0), by=SYSTEM, now=now, why=why)
    return Entrance(None, REFUSALS[why])
