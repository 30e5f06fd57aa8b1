"""Verbs of accounts: people come, get roles, change their password, and go."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert as sql_insert
from sqlalchemy import select, update

from events.audit.operations import record
from events.audit.vocabulary import Action
from events.district import operations as district
from events.district.directory import CheckedRow
from events.factors import operations as factors
from events.foundation.acting import Actor
from events.foundation.address import clean_address
from events.foundation.db import db, one_at_a_time
from events.foundation.errors import Conflict, Refused
from events.foundation.text import N_, clean_line
from events.outbox.operations import Draft, cancel_about_account, queue, queue_all
from events.outbox.vocabulary import Subject, channels_for
from events.people import rules
from events.people.models import Membership, User
from events.people.operations.signing_in import end_sessions
from events.people.operations.storing import insert, refuse_wrong, rows, uniquifier
from events.people.vocabulary import Role
from events.receipts import operations as receipts

LETTERS_AT_ONCE = 200
"""A statement of more would pass the number of values that databases take."""


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
    refuse_wrong(rules.account_faults(email, clean_line(full_name), clean_line(position)))
    person = User(
        email=email,
        full_name=clean_line(full_name),
        position=clean_line(position),
        password=password_hash or rules.NO_PASSWORD,
        fs_uniquifier=uniquifier(),
        locale=locale if locale in rules.LOCALES else rules.LOCALES[0],
        memberships=[Membership(unit_id=unit_id, role=role) for unit_id, role in dict.fromkeys(memberships)],
    )
    insert(person, {"uq_user_email": ("email", N_("There is an account with this address already."))})
    roles = [[held.unit_id, held.role.value] for held in person.memberships]
    record(Action.USER_INVITED, ("user", person.id), by=by, now=now, roles=roles)
    if password_hash is None:
        queue("invitation", Subject("user", person.id), person.id, due_at=now, now=now)
    return person


class Accounts:
    """Keeps accounts as rows of a directory: a row that comes is an invitation, one out of use a dismissal, roles are granted and revoked.
    The audit gets names of columns and ids alone (152-ФЗ)."""

    PLAIN = ("email", "full_name", "position")

    def make(self, values: Sequence[Mapping[str, Any]]) -> Sequence[User]:
        """Accounts without a password; their owners get a link to set one."""
        rows = [
            {name: one[name] for name in (*self.PLAIN, "active")}
            | {"password": rules.NO_PASSWORD, "fs_uniquifier": uniquifier(), "locale": rules.LOCALES[0]}
            for one in values
        ]
        made = db.session.scalars(sql_insert(User).returning(User, sort_by_parameter_order=True), rows).all()
        held = [
            {"user_id": user.id, "unit_id": unit_id, "role": role}
            for user, one in zip(made, values, strict=True)
            for unit_id, role in one["held"]
        ]
        db.session.execute(sql_insert(Membership), held)
        return made

    def change(self, row: User, values: Mapping[str, Any]) -> None:
        """What is said of the person; what they may do follows in `note`. A link to set a password does not outlive its address."""
        for name in self.PLAIN:
            if name in values:
                setattr(row, name, values[name])
        if "email" in values:
            row.fs_uniquifier = uniquifier()

    def note(self, stored: Sequence[tuple[User, CheckedRow]], *, by: Actor, now: datetime) -> None:
        """Refused when the district would be left without an administrator."""
        for row, checked in stored:
            if checked.row is None:
                record(
                    Action.USER_INVITED, ("user", row.id), by=by, now=now, roles=[[one, role.value] for one, role in checked.values["held"]]
                )
            else:
                self._note_change(row, checked, by=by, now=now)
        invite_all([row.id for row, checked in stored if checked.row is None and row.active], now=now)

    def _note_change(self, row: User, checked: CheckedRow, *, by: Actor, now: datetime) -> None:
        fields = [name for name in self.PLAIN if name in checked.values]
        if fields:
            record(Action.EDITED, ("user", row.id), by=by, now=now, fields=fields)
        before, after = set(checked.before.get("held", ())), set(checked.values.get("held", ()))
        for unit_id, role in sorted(before - after):
            revoke(row, unit_id, role, by=by, now=now)
        for unit_id, role in sorted(after - before):
            grant(row, unit_id, role, by=by, now=now)
        if "active" in checked.values:
            (readmit if checked.values["active"] else dismiss)(row, by=by, now=now)


def invite_all(user_ids: Sequence[int], *, now: datetime) -> None:
    """Send each a letter with a link to set a password; many at once by few statements."""
    drafts = [
        Draft("invitation", Subject("user", one), one, channel, now) for one in user_ids for channel in channels_for(one, "invitation")
    ]
    for first in range(0, len(drafts), LETTERS_AT_ONCE):
        queue_all(drafts[first : first + LETTERS_AT_ONCE], now=now)


def dismiss(user: User, *, by: Actor, now: datetime) -> None:
    """Close the account: everything that opens it is dead at once (`_shut`), and what was shown beside the password; history keeps the
    name (I15). Refused for the last administrator."""
    _keep_an_administrator(user)
    factors.forget_all(user.id)
    record(Action.USER_DISMISSED, ("user", user.id), by=by, now=now)
    _shut(user, by=by, now=now)


def _shut(user: User, *, by: Actor, now: datetime) -> None:
    """Sign-ins end, those half way too; links to set a password die, with the letters that would bring one; pages and files kept for the
    person go."""
    user.active = False
    user.fs_uniquifier = uniquifier()
    factors.end_steps(user.id)
    end_sessions(user.id, by=by, now=now)
    cancel_about_account(user.id)
    receipts.forget_answers_of(rules.holder(user.id))
    district.drop_files_of(user.id)


def readmit(user: User, *, by: Actor, now: datetime) -> None:
    """Open a blocked account again, with the password it had."""
    user.active = True
    record(Action.USER_READMITTED, ("user", user.id), by=by, now=now)


def grant(user: User, unit_id: int, role: Role, *, by: Actor, now: datetime, by_claim: bool = False) -> None:
    """Give the person a role in a unit; `by_claim`: by the provider's word, which may take it again. Raises Refused when it is held."""
    if any((held.unit_id, held.role) == (unit_id, role) for held in user.memberships):
        raise Refused(N_("The person has this role already."))
    user.memberships.append(Membership(unit_id=unit_id, role=role, by_claim=by_claim))
    _note_role(Action.ROLE_BY_CLAIM if by_claim else Action.ROLE_GRANTED, user, unit_id, role, by=by, now=now)


def revoke(user: User, unit_id: int, role: Role, *, by: Actor, now: datetime, by_claim: bool = False) -> None:
    """Take the role in the unit from the person; `by_claim`: by the provider's word. Raises Refused when it is not held."""
    held = next((held for held in user.memberships if (held.unit_id, held.role) == (unit_id, role)), None)
    if held is None:
        raise Refused(N_("The person does not have this role."))
    if role is Role.ADMIN:
        _keep_an_administrator(user)
    user.memberships.remove(held)
    db.session.delete(held)
    _note_role(Action.CLAIM_ROLE_TAKEN if by_claim else Action.ROLE_REVOKED, user, unit_id, role, by=by, now=now)


def _keep_an_administrator(leaving: User) -> None:
    """Refused when nobody else administers the district: whoever locks the last door is outside."""
    if not (leaving.active and any(held.role is Role.ADMIN for held in leaving.memberships)):
        return
    one_at_a_time("administrators")
    others = select(User.id).join(Membership).where(Membership.role == Role.ADMIN, User.active, User.id != leaving.id).limit(1)
    if db.session.scalar(others) is None:
        raise Refused(N_("This is the last administrator of the district. Make somebody else one first."))


def _note_role(action: Action, user: User, unit_id: int, role: Role, *, by: Actor, now: datetime) -> None:
    """Record the change; the person's sign-ins end, so that none goes on with the rights of before (reliability.md T16)."""
    record(action, ("user", user.id), by=by, now=now, unit=unit_id, role=role.value)
    end_sessions(user.id, by=by, now=now)


def set_locale(user: User, locale: str, *, now: datetime) -> str:
    """Choose the language of pages and letters; what is none of ours leaves the one chosen before. Returns what holds now."""
    if locale not in rules.LOCALES:
        return user.locale
    db.session.execute(update(User).where(User.id == user.id).values(locale=locale))
    record(Action.LOCALE_SET, ("user", user.id), by=user.actor, now=now, locale=locale)
    return locale


def ask_reset(user: User, *, now: datetime, by: Actor | None = None) -> None:
    """Send a letter with a link to set a new password, asked for by its owner or `by` another; within a minute one goes out."""
    queue("password_reset", Subject("user", user.id), user.id, due_at=now, now=now, level=f"{now:%Y%m%d%H%M}")
    record(Action.RESET_ASKED, ("user", user.id), by=by or user.actor, now=now)


def reset_second_step(user: User, *, by: Actor, now: datetime) -> None:
    """Telephone and paper are lost: nothing is asked for beside the password any more, every sign-in ends, the owner is told by letter."""
    factors.forget_all(user.id)
    record(Action.SECOND_STEP_RESET, ("user", user.id), by=by, now=now)
    end_sessions(user.id, by=by, now=now)
    queue("second_step_reset", Subject("user", user.id), user.id, due_at=now, now=now, level=f"{now:%Y%m%d%H%M%S}")


def change_password(user: User, new_hash: str, *, seen_hash: str, by: Actor, now: datetime, except_token: str | None = None) -> None:
    """Set a new password; every other sign-in and every reset link is dead at once.

    `seen_hash` is the stored hash the old password or the reset link was checked against: raises Conflict when it has
    changed since, so that a link serves once.
    """
    changed = update(User).where(User.id == user.id, User.password == seen_hash, User.active)
    if not rows(db.session.execute(changed.values(password=new_hash, fs_uniquifier=uniquifier()))):
        raise Conflict(N_("The password has just been changed elsewhere. Please sign in with the new one."))
    factors.end_steps(user.id)
    record(Action.PASSWORD_CHANGED, ("user", user.id), by=by, now=now)
    end_sessions(user.id, by=by, now=now, except_token=except_token)
