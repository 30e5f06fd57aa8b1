"""`flask --app app users ...`: accounts from the command line."""

import secrets

import click
from flask import current_app

from commands.files import Group, tell
from commands.first_address import new_address, tell_address
from events.foundation import work
from events.foundation.acting import SYSTEM
from events.foundation.address import clean_address
from events.foundation.errors import Refused
from events.foundation.text import N_, clean_line
from events.identities import operations as identities
from events.identities import rules as links
from events.identities.vocabulary import Provider
from events.people import operations, queries, rules
from events.people.models import User
from events.people.vocabulary import Role
from presenters.phrases import say

users = Group(
    "users", help="Accounts: first, create, list, grant, revoke, reset-second-factor, sign-in-link, part-identity, block, unblock."
)
HOW = "flask --app app users create --help"
ROLES = click.Choice([role.value for role in Role])


@users.command()
@click.option("--email", required=True)
@click.option("--name", required=True, help="Surname, given name, patronymic.")
@click.option("--position", default="")
@click.option("--unit", "unit_key", required=True, help="Key of the unit.")
@click.option("--role", "roles", multiple=True, required=True, type=ROLES, help="May be given several times.")
@click.option("--generate", is_flag=True, help="Make a password and print it instead of asking for one.")
def create(email: str, name: str, position: str, unit_key: str, roles: tuple[str, ...], generate: bool) -> None:
    """Make an account."""
    email = clean_address(email)
    for phrase in rules.account_faults(email, clean_line(name), clean_line(position)).values():
        raise Refused(phrase)
    password = secrets.token_urlsafe(12) if generate else _asked(email)
    hashed = rules.hash_password(password)

    def act() -> None:
        unit_id = _unit_id(unit_key)
        operations.invite(email, name, position, [(unit_id, Role(role)) for role in roles], hashed, by=SYSTEM, now=work.now())

    work.transaction(act)
    tell(N_("The account %(email)s is made.", email=email))
    if generate:
        tell(N_("Its password: %(password)s", password=password))


@users.command()
def first() -> None:
    """Print a new one-time address at which the first administrator is made; the one before is dead."""
    address = new_address()
    if address is None:
        raise Refused(N_("There are accounts already, so nobody is the first any more. Make one: %(command)s", command=HOW))
    tell_address(address)


@users.command("list")
def list_all() -> None:
    """Every account: address, name, roles, whether it is blocked."""
    for line in work.transaction(lambda: [_line(user) for user in queries.users()], write=False):
        click.echo(line)


@users.command()
@click.argument("email")
@click.option("--unit", "unit_key", required=True, help="Key of the unit.")
@click.option("--role", required=True, type=ROLES)
def grant(email: str, unit_key: str, role: str) -> None:
    """Give a role in a unit; the person's sign-ins end."""
    work.transaction(lambda: operations.grant(_known(email), _unit_id(unit_key), Role(role), by=SYSTEM, now=work.now()))
    tell(N_("The role is given."))


@users.command()
@click.argument("email")
@click.option("--unit", "unit_key", required=True, help="Key of the unit.")
@click.option("--role", required=True, type=ROLES)
def revoke(email: str, unit_key: str, role: str) -> None:
    """Take a role in a unit away; the person's sign-ins end."""
    work.transaction(lambda: operations.revoke(_known(email), _unit_id(unit_key), Role(role), by=SYSTEM, now=work.now()))
    tell(N_("The role is taken away."))


@users.command()
@click.argument("email")
def block(email: str) -> None:
    """Block an account: its sign-ins and reset links are dead at once."""
    work.transaction(lambda: operations.dismiss(_known(email), by=SYSTEM, now=work.now()))
    tell(N_("The account is blocked."))


@users.command()
@click.argument("email")
def unblock(email: str) -> None:
    """Open a blocked account again."""
    work.transaction(lambda: operations.readmit(_known(email), by=SYSTEM, now=work.now()))
    tell(N_("The account is open again."))


@users.command("reset-second-factor")
@click.argument("email")
def reset_second_factor(email: str) -> None:
    """Take away what a person shows beside the password, when telephone and paper are lost; sign-ins end, the person is told by letter."""
    work.transaction(lambda: operations.reset_second_step(_known(email), by=SYSTEM, now=work.now()))
    tell(N_("Nothing is asked for beside the password any more."))


@users.command("sign-in-link")
@click.argument("email")
def sign_in_link(email: str) -> None:
    """Print an address at which a person signs in once, within an hour, with a second step: when the provider lets nobody in."""
    token = work.transaction(lambda: _link_for(_known(email)))
    tell(N_("Good once and for an hour: %(address)s", address=f"{current_app.config['BASE_URL']}/sign-in/link/{token}"))


@users.command("part-identity")
@click.argument("email")
def part_identity(email: str) -> None:
    """Forget by which sign-in of the provider an account is opened, when the provider knows the person under a new one; sign-ins end."""
    issuer = _provider().issuer
    work.transaction(lambda: identities.part(_known(email), issuer, now=work.now()))
    tell(N_("The next sign-in through the provider finds the account by its address."))


def _link_for(user: User) -> str:
    if not user.active:
        raise Refused(N_("The account is blocked. Admit the person again first."))
    operations.note_link(user, by=SYSTEM, now=work.now())
    keys = (str(current_app.secret_key), *(current_app.config["SECRET_KEY_FALLBACKS"] or ()))
    return links.sign_in_link(user.id, user.fs_uniquifier, keys)


def _provider() -> Provider:
    found: Provider | None = current_app.config["SETTINGS"].provider
    if found is None:
        raise Refused(N_("There is no provider of sign-in here."))
    return found


def _unit_id(key: str) -> int:
    unit = queries.unit_by_key(key)
    if unit is None:
        known = ", ".join(each.key for each in queries.units())
        if not known:
            raise Refused(N_("There are no units yet: load the district first."))
        raise Refused(N_("There is no unit “%(unit)s”. Units: %(known)s.", unit=key, known=known))
    return unit.id


def _asked(email: str) -> str:
    """A password typed twice, by the rule of new passwords."""
    password: str = click.prompt(say(N_("Password")), hide_input=True, confirmation_prompt=True)
    weakness = rules.password_weakness(password, email=email)
    if weakness is not None:
        raise Refused(weakness)
    return password


def _known(email: str) -> User:
    user = queries.user_by_email(email)
    if user is None:
        raise Refused(N_("There is no account with this address."))
    return user


def _line(user: User) -> str:
    roles = "; ".join(f"{held.unit.key}: {held.role.value}" for held in user.memberships)
    state = N_("active") if user.active else N_("blocked")
    return "\t".join([user.email, user.full_name, roles or say(N_("no roles")), say(state)])
