"""`flask --app app demo load`: a whole district to try, made by the office's own verbs. Only where MARSHRUT_DEMO=1."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import click
from flask import current_app

from commands import demo_story as story
from commands import directories as house
from commands.demo_office import REACH
from commands.files import Group
from events.foundation import clock, work
from events.people import queries as people
from events.people import rules

PASSWORD = "marshrut-demo"  # noqa: S105 -- known to everybody, for made-up people only
FOUNDED = REACH + timedelta(days=10)
"""How long ago the house was set up: before the first act of the story."""
EVERY = 25
"""A line of progress each so many percent."""

ROLES = {
    "author": "готовит заявки",
    "head": "руководитель",
    "reviewer": "согласует",
    "coordinator": "координатор",
    "admin": "администратор",
    "analyst": "аналитик",
}

group = Group("demo", help="Demo data: load it, show its accounts.")


@group.command()
def load() -> None:
    """Load the demo into an empty database and print its accounts."""
    if not current_app.config["DEMO"]:
        raise click.ClickException("Демонстрационные данные загружаются только в демонстрационном режиме: MARSHRUT_DEMO=1.")
    if not is_empty():
        raise click.ClickException("В базе уже есть данные. Для демонстрации нужна пустая база.")
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
        tell("Демо: заявки и их история, это займёт до минуты")
        story.load_story(plain, now, _progress(tell))


def build(plain: Mapping[str, Any], founded: datetime, tell: Callable[[str], Any]) -> None:
    """The house without its story, as of the moment it was founded."""
    password = rules.hash_password(PASSWORD)
    steps: tuple[tuple[str, Callable[[], object]], ...] = (
        ("производственный календарь", lambda: house.load_calendar(founded)),
        ("справочники", lambda: house.load_directories(plain, founded)),
        ("подразделения и сотрудники", lambda: house.load_units_and_people(plain, password, founded)),
        ("площадки", lambda: house.load_venues(plain, founded)),
        ("маршруты", lambda: house.load_routes(plain, founded)),
        ("шаблоны заявок", lambda: house.load_templates(plain, founded)),
    )
    for name, step in steps:
        work.transaction(step, moment=founded)
        tell(f"Демо: {name}")


def _progress(tell: Callable[[str], Any]) -> Callable[[int], None]:
    """Says every so many percent, once each."""
    told = {0}

    def hear(percent: int) -> None:
        step = percent - percent % EVERY
        if step not in told:
            told.add(step)
            tell(f"Демо: история {step} %")

    return hear


def accounts() -> list[str]:
    """A table of roles and addresses, and the one password."""
    plain = house.read()
    units = {row["key"]: row.get("short") or row["details"]["short"] for row in plain["units"]}
    rows = [_account(person, units) for person in plain["people"]]
    width = max(len(email) for email, _ in rows)
    return [f"Учётные записи демо (пароль у всех один: {PASSWORD})", *(f"  {email:<{width}}  {who}" for email, who in rows)]


def _account(person: dict[str, Any], units: dict[str, str]) -> tuple[str, str]:
    """Address, and who it is: «готовит заявки — ПМЦ «Кировский» (демо), специалист по работе с молодёжью»."""
    roles = ", ".join(ROLES[role] for role in person["roles"])
    return person["email"], f"{roles} — {units[person['unit']]}, {person['position']}"
