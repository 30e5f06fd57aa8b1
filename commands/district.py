"""`flask --app app district ...`: set up a real district from one file: its units, venues, directories, routes and templates."""

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from commands import calendar, directories
from commands.district_file import PARTS, RULES, check
from commands.files import NOTHING_LOADED, Group, in_words, read_json, tell, write_new
from events.beginning import example as start
from events.district import queries
from events.district.rule_periods import Period
from events.district.rule_values import stored
from events.district.rules import DECLARED
from events.foundation import clock, work
from events.foundation.acting import SYSTEM
from events.foundation.errors import Refused
from events.foundation.place import local_day
from events.foundation.text import N_
from events.people import operations as people_operations
from events.people import queries as people
from events.venues import queries as venues
from presenters.ending_rules import ending_rules

group = Group("district", help="Set a district up: units, venues, directories, rules, routes, templates, production calendar.")


@group.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def example(file: Path) -> None:
    """Write the demo's district into FILE: a start to edit for one's own."""
    plain = {part: rows for part, rows in deepcopy(start.read()).items() if part in PARTS}
    for unit in plain["units"]:
        unit["details"] |= {"email": "", **({"open_on_holidays": False} if "hours" in unit["details"] else {})}
    plain[RULES] = directories.rule_rows(Period(key, stored(one.default), one.source, None, one.until) for key, one in DECLARED.items())
    write_new(file, json.dumps(plain, ensure_ascii=False, indent=1))
    tell(
        N_(
            "Written: %(file)s. Change it for your district and load it: %(command)s",
            file=str(file),
            command=f"flask --app app district load {file}",
        )
    )


@group.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def load(file: Path) -> None:
    """Load FILE and the production calendar, all or nothing; what is there already stays, new routes hold from now on.

    Rules that FILE names are set anew with all their periods; the others stay.
    """
    now, plain = clock.now(), read_json(file)
    with in_words(NOTHING_LOADED):
        left = work.transaction(lambda: _load(plain, now), moment=now)
    for year, days in left.items():
        tell(N_("The calendar of %(year)s is left as it is. %(days)s", year=str(year), days=calendar.otherwise(days)))
        command = f"flask --app app calendar load data/{start.CALENDAR} --year {year} --replace"
        tell(N_("  To replace it: %(command)s", command=command))
    tell(N_("The district is loaded. Make accounts: %(command)s", command="flask --app app users create --help"))


@group.command()
@click.argument("key")
@click.argument("new")
def code(key: str, new: str) -> None:
    """Give the unit of that KEY the code NEW, which stands in the numbers of its requests; numbers given stay as they are."""
    work.transaction(lambda: _recode(key, new))
    tell(N_("The code of the unit %(key)s is %(code)s now. Numbers given before stay as they were.", key=key, code=new))


def _recode(key: str, new: str) -> None:
    """The change, in the running transaction."""
    unit = people.coded_unit(key)
    if unit is None:
        raise Refused(N_("There is no unit with the key “%(key)s”.", key=key))
    people_operations.recode(unit, new, by=SYSTEM, now=work.now())


def _load(plain: Mapping[str, Any], now: datetime) -> Mapping[int, Sequence[date]]:
    """Check the whole file against itself and what is there, then load it."""
    check(plain, [unit.key for unit in people.units()], [venue.key for venue in venues.venues()])
    return directories.load_district({**plain, "people": []}, "", now)


@group.command()
def rules() -> None:
    """Print the rules with their sources and periods, in the form in which `load` reads them; beside that, those that run out."""
    rows = work.transaction(lambda: directories.rule_rows(queries.periods()), write=False)
    click.echo(json.dumps({RULES: rows}, ensure_ascii=False, indent=1))
    for sentence in work.transaction(lambda: ending_rules(local_day(work.now())), write=False):
        tell(sentence, err=True)
