"""`flask --app app district ...`: set up a real district from one file: its units, venues, directories, routes and templates."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from commands import calendar, directories
from events.approvals.document import DefinitionError
from events.district import queries
from events.district.rule_periods import Period
from events.district.rule_values import stored
from events.district.rules import DECLARED
from events.foundation import clock, work
from events.foundation.errors import Refused
from events.foundation.place import local_day
from presenters.ending_rules import ending_rules
from presenters.phrases import say

PARTS = ("units", "venues", "directions", "event_types", "reason_codes", "templates", "routes")

RULES = "rules"
"""A part a file may leave out: the rules that an installation starts with hold then."""

group = AppGroup("district", help="Set a district up: units, venues, directories, rules, routes, templates, production calendar.")


@group.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def example(file: Path) -> None:
    """Write the demo's district into FILE: a start to edit for one's own."""
    if file.exists():
        raise click.ClickException(f"Файл {file} уже есть. Выберите другое имя.")
    plain = {part: rows for part, rows in directories.read().items() if part in PARTS}
    plain[RULES] = directories.rule_rows(Period(key, stored(one.default), one.source) for key, one in DECLARED.items())
    file.write_text(json.dumps(plain, ensure_ascii=False, indent=1), encoding="utf-8")
    click.echo(f"Записано: {file}. Исправьте под свой район и загрузите: flask --app app district load {file}")


@group.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def load(file: Path) -> None:
    """Load FILE and the production calendar, all or nothing; what is there already stays, new routes hold from now on.

    Rules that FILE names are set anew with all their periods; the others stay.
    """
    now = clock.now()
    plain = _read(file)
    try:
        left = work.transaction(lambda: directories.load_district(plain, "", now), moment=now)
    except KeyError as error:
        raise click.ClickException(f"В файле не хватает поля или ключа: {error}. Ничего не загружено.") from error
    except DefinitionError as error:
        raise click.ClickException(f"Маршрут: {error}. Ничего не загружено.") from error
    except Refused as error:
        raise click.ClickException(f"{error.phrase.msgid % error.phrase.params} Ничего не загружено.") from error
    except ValueError as error:
        raise click.ClickException(f"{error}. Ничего не загружено.") from error
    for year, days in left.items():
        click.echo(f"Календарь на {year} год оставлен как есть. {calendar.otherwise(days)}")
        click.echo(f"  Заменить: flask --app app calendar load data/{directories.CALENDAR} --year {year} --replace")
    click.echo("Район загружен. Создайте учётные записи: flask --app app users create --help")


@group.command()
def rules() -> None:
    """Print the rules with their sources and periods, in the form in which `load` reads them; beside that, those that run out."""
    rows = work.transaction(lambda: directories.rule_rows(queries.periods()), write=False)
    click.echo(json.dumps({RULES: rows}, ensure_ascii=False, indent=1))
    for sentence in work.transaction(lambda: ending_rules(local_day(work.now())), write=False):
        click.echo(say(sentence), err=True)


def _read(file: Path) -> Mapping[str, Any]:
    """The file's parts. ClickException when it is not JSON or lacks a part."""
    try:
        plain = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise click.ClickException(f"{file} не читается как JSON: {error}") from error
    missing = [part for part in PARTS if not isinstance(plain, dict) or part not in plain]
    if missing:
        raise click.ClickException(f"В файле не хватает частей: {', '.join(missing)}")
    return {**plain, "people": []}
