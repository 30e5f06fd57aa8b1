"""`flask --app app demo load`: a whole district to try, made by the office's own verbs. Only where MARSHRUT_DEMO=1."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import click
from flask import current_app

from commands import demo_story as story
from commands import directories as house
from commands.demo_office import REACH
from commands.files import Group, in_terminal
from events.foundation import clock, work
from events.foundation.errors import Refused
from events.foundation.text import N_, Phrase
from events.people import queries as people
from events.people import rules
from events.people.vocabulary import Role
from presenters.phrases import say
from presenters.tables.roles import ROLES

PASSWORD = "marshrut-demo"  # noqa: S105 -- known to everybody, for made-up people only
FOUNDED = REACH + timedelta(days=10)
"""How long ago the house was set up: before the first act of the story."""
EVERY = 25
"""A line of progress each so many percent."""

group = Group("demo", help="Demo data: load it, show its accounts.")


@group.command()
def load() -> None:
    """Load the demo into an empty database and print its accounts."""
    if not current_app.config["DEMO"]:
        raise Refused(N_("Demo data are loaded in demo mode only: MARSHRUT_DEMO=1."))
    if not is_empty():
        raise Refused(N_("There are data in the database already. The demo needs an empty one."))
    fill(click.echo)
    for line in accounts():
        click.echo(line)


@group.command("accounts")
def show_accounts() -> None:
    """Print the demo's accounts."""
    for line in accounts():
        click.echo(line)


def is_empty() -> bool:
    """Whether nobody has an account yet."""
    return not work.transaction(people.users, write=False)


def fill(tell: Callable[[str], Any]) -> None:
    """Bring everything in; `tell` hears lines of progress. Opens its own transactions; takes some twenty seconds on SQLite."""
    now, plain = clock.now(), house.read()
    with work.unsecured():
        build(plain, now - FOUNDED, tell)
        tell(in_terminal(N_("Demo: requests and their history; this takes up to a minute")))
        story.load_story(plain, now, _progress(tell))


def build(plain: Mapping[str, Any], founded: datetime, tell: Callable[[str], Any]) -> None:
    """The house without its story, as of the moment it was founded."""
    password = rules.hash_password(PASSWORD)
    steps: tuple[tuple[Phrase, Callable[[], object]], ...] = (
        (N_("the production calendar"), lambda: house.load_calendar(founded)),
        (N_("directories"), lambda: house.load_directories(plain, founded)),
        (N_("units and people"), lambda: house.load_units_and_people(plain, password, founded)),
        (N_("venues"), lambda: house.load_venues(plain, founded)),
        (N_("routes"), lambda: house.load_routes(plain, founded)),
        (N_("templates of requests"), lambda: house.load_templates(plain, founded)),
    )
    for name, step in steps:
        work.transaction(step, moment=founded)
        tell(in_terminal(N_("Demo: %(what)s", what=name)))


def _progress(tell: Callable[[str], Any]) -> Callable[[int], None]:
    """Says every so many percent, once each."""
    told = {0}

    def hear(percent: int) -> None:
        step = percent - percent % EVERY
        if step not in told:
            told.add(step)
            tell(in_terminal(N_("Demo: history, %(percent)s %%", percent=step)))

    return hear


def accounts() -> list[str]:
    """A table of roles and addresses, and the one password."""
    plain = house.read()
    units = {row["key"]: row.get("short") or row["details"]["short"] for row in plain["units"]}
    rows = [_account(person, units) for person in plain["people"]]
    width = max(len(email) for email, _ in rows)
    heading = in_terminal(N_("Accounts of the demo (the password of all is %(password)s)", password=PASSWORD))
    return [heading, *(f"  {email:<{width}}  {who}" for email, who in rows)]


def _account(person: dict[str, Any], units: dict[str, str]) -> tuple[str, str]:
    """Address, and who it is: «автор заявок — ПМЦ «Кировский» (демо), специалист по работе с молодёжью»."""
    roles = ", ".join(say(ROLES[Role(role)]) for role in person["roles"])
    return person["email"], f"{roles} — {units[person['unit']]}, {person['position']}"
