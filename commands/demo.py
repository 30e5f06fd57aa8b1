"""`flask --app app demo load`: a whole district to try, made by the office's own verbs. Only where MARSHRUT_DEMO=1."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
from flask import current_app

from commands import demo_story as story
from commands import directories as house
from commands.demo_office import REACH
from commands.demo_plots import Plot
from commands.files import Group, in_terminal
from events.beginning import example
from events.demo import operations as play
from events.demo import queries as plays
from events.foundation import work
from events.foundation.errors import Refused
from events.foundation.leader import LOCK, Leadership
from events.foundation.text import N_, Phrase
from events.people import queries as people
from events.people import rules
from events.people.vocabulary import Role
from presenters.phrases import say
from presenters.tables.roles import ROLES

PASSWORD = "marshrut-demo"  # noqa: S105 -- known to everybody, for made-up people only
FOUNDED = REACH + timedelta(days=10)
"""How long ago the house was set up: before the first act of the story."""
EVERY = 10
"""A line of progress each so many percent."""
LEFT = N_("The demo was not loaded to its end, and somebody has worked in it since: it stays as it is. Empty the database for a whole one.")

group = Group("demo", help="Demo data: load it, show its accounts.")


@group.command()
def load() -> None:
    """Load the demo into an empty database and print its accounts; anew where loading it was broken off."""
    if not current_app.config["DEMO"]:
        raise Refused(N_("Demo data are loaded in demo mode only: MARSHRUT_DEMO=1."))
    if not complete(click.echo):
        raise Refused(N_("There are data in the database already. The demo needs an empty one."))
    for line in accounts():
        click.echo(line)


@group.command("play", hidden=True)
def play_for_trial() -> None:
    """Play the history beside the server of a trial, which has the house already."""
    play_story(click.echo)
    address = f"{current_app.config['BASE_URL']}/sign-in"
    click.echo(in_terminal(N_("Sign in with one of the accounts above: %(address)s", address=address)))


@group.command("accounts")
def show_accounts() -> None:
    """Print the demo's accounts."""
    for line in accounts():
        click.echo(line)


def complete(tell: Callable[[str], Any], plots: Sequence[Plot] | None = None) -> bool:
    """See to it that an empty database gets the whole demo; one broken off is played anew, unless somebody has worked in it meanwhile.
    Whether anything was loaded. `tell` hears lines of progress. Opens its own transactions; takes some ten seconds on SQLite.
    """
    begun = prepare(tell)
    if begun:
        play_story(tell, plots)
    return begun


def prepare(tell: Callable[[str], Any]) -> bool:
    """The same without its history: a house in which nothing has happened yet, and which can be shown. Whether its history is to be
    played (`play_story`)."""
    if not work.transaction(_is_wanting, write=False):
        return False
    with _alone(), work.unsecured():
        if not work.transaction(_begin):
            tell(in_terminal(LEFT))
            return False
        moment = work.transaction(_moment, write=False)
        build(example.read(), moment - FOUNDED, tell)
    return True


def play_story(tell: Callable[[str], Any], plots: Sequence[Plot] | None = None) -> None:
    """Play the history of a house that `prepare` has made, to its end, which the database then knows; others may use it meanwhile.
    Refused where somebody else has begun to."""
    with _alone(), work.unsecured():
        moment = work.transaction(_moment, write=False)
        tell(in_terminal(N_("Demo: requests and their history; this takes up to a minute")))
        story.load_story(example.read(), moment, _progress(tell), plots)
        work.transaction(play.end)
        tell(in_terminal(N_("Demo: everything is loaded")))


def _moment() -> datetime:
    """The present of the story that is to be played. Refused where there is none, or some of it has been played."""
    begun = plays.play()
    if begun is None or begun.percent:
        raise Refused(N_("There is no history to play: load the demo."))
    return begun.moment


def _is_wanting() -> bool:
    """Whether nobody has an account yet, or the demo is not whole."""
    return plays.play() is not None or not people.users()


def _begin() -> bool:
    """Begin, or begin anew where there is nothing but a part of the demo; False where it has to be left as it is."""
    broken_off, now = plays.play(), work.now()
    if broken_off is None:
        play.begin(now)
    elif plays.is_untouched(broken_off, [one["email"] for one in example.read()["people"]]):
        play.start_over(now)
    else:
        play.end()
        return False
    return True


@contextmanager
def _alone() -> Iterator[None]:
    """In the place of the worker that leads: none acts on a half-played history, and nobody else plays. Refused where one is at work."""
    lead = Leadership(Path(current_app.instance_path) / LOCK)
    if not lead.held():
        raise Refused(N_("The demo is being loaded already, or a worker is running. End it first."))
    try:
        yield
    finally:
        lead.release()


def build(plain: Mapping[str, Any], founded: datetime, tell: Callable[[str], Any]) -> None:
    """The house without its story, as of the moment it was founded."""
    password = rules.hash_password(PASSWORD)
    steps: tuple[tuple[Phrase, Callable[[], object]], ...] = (
        (N_("the production calendar"), lambda: example.load_calendar(founded)),
        (N_("directories"), lambda: example.load_directories(plain, founded)),
        (N_("units and people"), lambda: house.load_units_and_people(plain, password, founded)),
        (N_("venues"), lambda: house.load_venues(plain, founded)),
        (N_("routes"), lambda: example.load_routes(plain, founded)),
        (N_("templates of requests"), lambda: house.load_templates(plain, founded)),
    )
    for name, step in steps:
        work.transaction(step, moment=founded)
        tell(in_terminal(N_("Demo: %(what)s", what=name)))


def _progress(tell: Callable[[str], Any]) -> Callable[[int], None]:
    """Says every so many percent, once each, and keeps each percent for the pages."""
    reached = 0

    def hear(percent: int) -> None:
        nonlocal reached
        if percent <= reached:
            return
        if percent // EVERY > reached // EVERY:
            tell(in_terminal(N_("Demo: history, %(percent)s %%", percent=percent - percent % EVERY)))
        reached = percent
        work.transaction(lambda: play.come_forward(percent))

    return hear


def accounts() -> list[str]:
    """A table of roles and addresses, and the one password."""
    plain = example.read()
    units = {row["key"]: row.get("short") or row["details"]["short"] for row in plain["units"]}
    rows = [_account(person, units) for person in plain["people"]]
    width = max(len(email) for email, _ in rows)
    heading = in_terminal(N_("Accounts of the demo (the password of all is %(password)s)", password=PASSWORD))
    return [heading, *(f"  {email:<{width}}  {who}" for email, who in rows)]


def _account(person: dict[str, Any], units: dict[str, str]) -> tuple[str, str]:
    """Address, and who it is: «автор заявок — ПМЦ «Кировский» (демо), специалист по работе с молодёжью»."""
    roles = ", ".join(say(ROLES[Role(role)]) for role in person["roles"])
    return person["email"], f"{roles} — {units[person['unit']]}, {person['position']}"
