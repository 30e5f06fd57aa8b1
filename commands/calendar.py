"""`flask --app app calendar ...`: load a year of the production calendar once its decree is out."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from events.foundation import work
from events.foundation.acting import SYSTEM
from events.foundation.errors import Refused
from events.worktime import operations

group = AppGroup("calendar", help="Production calendar: load a year.")


@group.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--year", type=int, required=True, help="Which year of the file; days set by hand in it give way.")
@click.option("--source", default="", help="The act the days were taken from; the file's name by default.")
@click.option("--draft", is_flag=True, help="Not decreed yet: the days are used, and the warning stays.")
def load(file: Path, year: int, source: str, draft: bool) -> None:
    """Load one year from FILE, which has the shape of data/ru_calendar.json."""
    plain = _read(file, year)
    named = source or file.name
    try:
        changed = work.transaction(lambda: operations.load_year(year, plain, by=SYSTEM, now=work.now(), source=named, draft=draft))
    except Refused as refused:
        raise click.ClickException(refused.phrase.msgid % refused.phrase.params) from refused
    click.echo(f"Календарь на {year} год загружен." if changed else f"Календарь на {year} год уже такой.")


def _read(file: Path, year: int) -> Mapping[str, Any]:
    """The year's entry. ClickException when the file is not JSON or lacks the year."""
    try:
        found: Any = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise click.ClickException(f"{file} не читается как JSON: {error}") from error
    if not isinstance(found, dict) or str(year) not in found:
        raise click.ClickException(f"В файле {file} нет {year} года.")
    entry: Mapping[str, Any] = found[str(year)]
    return entry
