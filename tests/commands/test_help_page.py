"""`--help` speaks the language in which commands say everything else, whatever click itself would say."""

import re
from collections.abc import Iterator

import click
import pytest
from flask import Flask
from flask_babel import force_locale

from commands.help_page import Spoken

pytestmark = pytest.mark.engines("sqlite")

OURS = ("audit", "calendar", "demo", "district", "feeds", "outbox", "users", "worker")
NAMES = re.compile(
    r"FILE|KEY|NEW|EMAIL|JSON|MARSHRUT_BASE_URL|SIGTERM|OPTIONS|COMMAND|ARGS|TEXT|INTEGER RANGE|data/ru_calendar\.json|`load`|--?[a-z-]+"
)
"""What is called so in any language; choices and names of commands are taken out where they stand."""


def pages(app: Flask, name: str) -> Iterator[tuple[str, ...]]:
    """The words of each command of that name: itself and those under it."""
    command = app.cli.commands[name]
    yield (name,)
    yield from ((name, below) for below in getattr(command, "commands", {}))


@pytest.mark.parametrize("name", OURS)
def test_help_is_russian_to_the_last_word(app: Flask, name: str):
    runner = app.test_cli_runner()
    for words in pages(app, name):
        page = runner.invoke(args=[*words, "--help"]).output
        assert page.startswith("Как запускать: ")
        said = re.sub(r"(?m)^Как запускать:.*$|^  [a-z-]+(?=  )|\[[a-z|_]+\]", "", page)
        assert re.findall(r"[A-Za-z]{2,}", NAMES.sub("", said)) == [], page


def test_help_of_a_command_names_its_options(app: Flask):
    page = app.test_cli_runner().invoke(args=["users", "create", "--help"]).output
    assert "Создать учётную запись." in page
    assert re.search(r"--name TEXT +Фамилия, имя, отчество\. +\[обязательно\]", page)
    assert re.search(r"--help +Показать эту справку\.", page)
    assert "Параметры:" in page


def test_help_is_english_for_whoever_speaks_it(app: Flask):
    group = app.cli.commands["users"]
    assert isinstance(group, Spoken)
    with force_locale("en"):
        page = group.get_help(group.context_class(group, info_name="users"))
    assert page.startswith("Usage: users")
    assert "Accounts: first, create, list, grant, revoke, reset-second-factor," in " ".join(page.split())


def test_every_command_of_ours_says_its_help(app: Flask):
    def every(command: click.Command) -> Iterator[click.Command]:
        yield command
        for below in getattr(command, "commands", {}).values():
            yield from every(below)

    assert [one.name for name in OURS for one in every(app.cli.commands[name]) if not isinstance(one, Spoken)] == []
