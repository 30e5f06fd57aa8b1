"""The administrator's lists with many rows beside few, a staff list read in beside plain inserts, and what a changed row costs others.

python -m benchmarks.directories --database sqlite
"""

import secrets
import time
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import create_engine, delete, insert, select, text

import app as assembler
from benchmarks import load
from benchmarks.results import Case, Measure, arguments, interleaved, report
from benchmarks.serving import Served, Session, stage
from benchmarks.volume import Volume
from events.district import operations
from events.foundation import work
from events.foundation.acting import SYSTEM
from events.foundation.db import db
from events.people.models import Membership, Unit, User
from events.people.vocabulary import Role, UnitKind
from presenters.directory_texts import LINE, read_file
from presenters.tables.directories import DIRECTORIES
from presenters.tabular import as_csv, read_table
from tests.fixtures.databases import settings_for

PEOPLE, UNITS = 2000, 500
PAGES = (
    ("people", "/administration/people/"), ("people, sorted", "/administration/people/?sort=position"),
    ("people, searched", f"/administration/people/?text={quote('директор')}"), ("units", "/administration/units/"),
    ("venues", "/administration/venues/"), ("places", "/administration/"),
)  # fmt: skip


def main() -> None:
    """Every case of directories."""
    chosen = arguments(__doc__ or "", requests=400, seconds=1)
    cases: list[Case] = []
    with stage(chosen.database, chosen.folder) as made:
        few, many = made.database(_volume(chosen.requests)), made.database(_volume(chosen.requests))
        _grow(many)
        houses = [made.serve(url, server=chosen.server, workers=1) for url in (few, many)]
        admins = [one.sign_in("admin") for one in houses]
        for name, path in PAGES:
            case = Case(f"{name}: {PEOPLE} people and {UNITS} units beside the demo's", "ms", 1.5, "<=", note="pages of 25 rows")
            sides = [_page(house, admin, path, chosen.seconds) for house, admin in zip(houses, admins, strict=True)]
            small, large = interleaved(chosen.rounds, *sides)
            case.measured, case.reference = [1000 / one for one in large], [1000 / one for one in small]
            cases.append(case)
        for house in houses:
            made.stop(house)
        cases.append(_loading(few, made.folder, chosen.rounds))
    report(cases)


def _volume(requests: int) -> Volume:
    """So few requests that nothing but the directories weighs anything."""
    return Volume(requests, open_reviews=40, few_reviews=4, upcoming=100)


def _page(house: Served, admin: Session, path: str, seconds: float) -> Measure:
    return partial(load.hammer, house.url(path), status=200, headers=admin.headers, clients=1, seconds=seconds)


def _grow(url: str) -> None:
    """Units and people as an import would leave them, in plain statements."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        units = [_unit(number) for number in range(UNITS)]
        connection.execute(insert(Unit), units)
        ids = connection.scalars(select(Unit.id)).all()
        connection.execute(insert(User), [_person(number) for number in range(PEOPLE)])
        people = connection.scalars(select(User.id).where(User.email.like("grown%"))).all()
        connection.execute(insert(Membership), [{"user_id": one, "unit_id": ids[one % len(ids)], "role": Role.AUTHOR} for one in people])
    engine.dispose()


def _unit(number: int) -> dict[str, Any]:
    named = f"Учреждение № {number}"
    return {
        "key": f"grown-{number}",
        "code": f"У{number}",
        "name": named,
        "short_name": named,
        "kind": UnitKind.INSTITUTION,
        "active": True,
    }


def _person(number: int) -> dict[str, Any]:
    return {
        "email": f"grown{number}@demo.example", "password": "!", "active": True, "fs_uniquifier": secrets.token_hex(32), "locale": "ru",
        "full_name": f"Демидов{number} Пётр Ильич", "position": "методист",
    }  # fmt: skip


def _loading(url: str, folder: Path, rounds: int) -> Case:
    """A staff list looked at and loaded, beside reading the same file and inserting its rows as they are."""
    app = assembler.create_app(settings_for(url, folder / "loading"))
    rows = [[f"new{number}@demo.example", f"Новый{number} Пётр Ильич", "методист", "pmc: author", "yes"] for number in range(PEOPLE)]
    content = as_csv(["email", "full_name", "position", "held", "active"], rows)
    case = Case(f"{PEOPLE} people read in with a dry run beside plain inserts", "ms", 3, "<=", note="in process")
    with app.test_request_context():
        figures = interleaved(rounds, partial(_load, content), partial(_insert, content))
    case.measured, case.reference = figures
    return case


def _load(content: bytes) -> float:
    directory = DIRECTORIES["people"]
    begun = time.perf_counter()
    rows, _ = read_file(directory, read_table(content))
    kept = [{name: cell for name, cell in row.items() if name != LINE} for row in rows]
    work.transaction(lambda: operations.check_rows(directory, kept), write=False)
    tally = work.transaction(lambda: operations.load_rows(directory, kept, by=SYSTEM, now=work.now()))
    took = 1000 * (time.perf_counter() - begun)
    assert tally.added == PEOPLE
    work.transaction(_forget)
    return took


def _insert(content: bytes) -> float:
    begun = time.perf_counter()
    table = read_table(content)

    def act() -> None:
        unit = db.session.scalars(select(Unit.id).where(Unit.key == "pmc")).one()
        people = [_person(place) | {"email": row[0], "full_name": row[1]} for place, row in enumerate(table[1:])]
        ids = db.session.scalars(insert(User).returning(User.id), people).all()
        db.session.execute(insert(Membership), [{"user_id": one, "unit_id": unit, "role": Role.AUTHOR} for one in ids])

    work.transaction(act)
    took = 1000 * (time.perf_counter() - begun)
    work.transaction(_forget)
    return took


def _forget() -> None:
    new = select(User.id).where(User.email.like("new%"))
    db.session.execute(text("DELETE FROM message WHERE recipient_id IN (SELECT id FROM \"user\" WHERE email LIKE 'new%')"))
    db.session.execute(delete(Membership).where(Membership.user_id.in_(new)))
    db.session.execute(delete(User).where(User.email.like("new%")))


if __name__ == "__main__":
    main()
