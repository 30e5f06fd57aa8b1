"""`flask --app app calendar ...`: load a year of the production calendar once its decree is out."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from commands.files import NOTHING_LOADED, Group, in_words, read_json, tell
from events.foundation import work
from events.foundation.acting import SYSTEM
from events.foundation.document import FIRST_YEAR, LAST_YEAR
from events.foundation.errors import Refused
from events.foundation.text import N_, Phrase
from events.worktime import hours, operations, queries
from presenters.moments import document_day

group = Group("calendar", help="Production calendar: load a year.")


@group.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--year", type=click.IntRange(FIRST_YEAR, LAST_YEAR), required=True, help="Which year of the file.")
@click.option("--source", default="", help="The act the days were taken from; what the file names as its decree by default.")
@click.option("--draft", is_flag=True, help="Not decreed yet: the days are used, and the warning stays.")
@click.option("--replace", is_flag=True, help="Overwrite days that are set otherwise, by hand or by an earlier file.")
def load(file: Path, year: int, source: str, draft: bool, replace: bool) -> None:
    """Load one year from FILE, which has the shape of data/ru_calendar.json."""
    plain = _read(file, year)

    def act() -> bool:
        days = hours.disagreements(queries.calendar(), year, hours.read_year(year, plain))
        if days and not replace:
            raise Refused(N_("%(days)s To replace them run the same command with --replace.", days=otherwise(days)))
        return operations.load_year(year, plain, by=SYSTEM, now=work.now(), source=source or hours.decree(year, plain), draft=draft)

    with in_words(NOTHING_LOADED):
        changed = work.transaction(act)
    tell(
        N_("The calendar of %(year)s is loaded.", year=str(year))
        if changed
        else N_("The calendar of %(year)s says so already.", year=str(year))
    )


def otherwise(days: Sequence[date]) -> Phrase:
    """«Дни, которые сейчас заданы иначе: 31.12.2026.»"""
    return N_("Days that are set otherwise now: %(days)s.", days=", ".join(document_day(day) for day in days))


def _read(file: Path, year: int) -> Mapping[str, Any]:
    """The year's entry. Refused when the file is not JSON or lacks the year."""
    found = read_json(file)
    if not isinstance(found, dict) or str(year) not in found:
        raise Refused(N_("The file %(file)s does not have the year %(year)s.", file=str(file), year=str(year)))
    entry: Mapping[str, Any] = found[str(year)]
    return entry
