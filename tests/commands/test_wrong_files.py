"""Files with one wrong value each, at every command that loads one: each is refused by a sentence with the place, nothing is half-loaded.

`MARSHRUT_TESTS_WRONG_FILES` makes them as many as one likes, `MARSHRUT_TESTS_SEED` repeats a run: it stands in every failure.
"""

import json
import os
import random
import zlib
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from events.beginning.example import CALENDAR, DATA
from events.foundation import work
from events.foundation.db import Base, db

FILES = int(os.environ.get("MARSHRUT_TESTS_WRONG_FILES", "120"))
SEED = int(os.environ.get("MARSHRUT_TESTS_SEED", "0")) or zlib.crc32(os.environ["MARSHRUT_TESTS_RUN"].encode())
AT_A_TIME = 60

NOT_A_TEXT: tuple[Any, ...] = (12345, True, [], {}, 1.5, "\x00", "а\x1bб", "\ud800", "ы" * 30_000)
NOT_A_NUMBER: tuple[Any, ...] = ("до 50", "", "12", True, None, [], {}, -1, 10**12, 0.5, 1e308)
NOT_A_TRUTH: tuple[Any, ...] = ("да", "", 0, 1, None, [], {})
NOT_A_LIST: tuple[Any, ...] = ("список", 5, None, {}, True)
NOT_AN_OBJECT: tuple[Any, ...] = ("объект", 5, None, [], True)
EMPTY_OR_NONE = frozenset({
    "note", "source", "email", "parent", "curator", "metro", "lat", "lon", "select", "when", "valid_from", "valid_until",
    "accessibility_note", "opening_hours", "closures", "safety_passport_until", "at_once", "buffer_before", "buffer_after",
})  # fmt: skip
"""Members that may be blank or null."""
MAY_LACK = frozenset({
    "type", "short", "en", "phone", "hours", "email", "open_on_holidays", "source", "valid_from", "valid_until", "bring", "safety_note",
    "partners_note", "photo", "rain_plan", "escort", "vip_note", "registration", "registration_url", "accessibility", "price_rub",
    "online_url", "confirming", "title_en", "when", "note", "rules", "decree", "hours_40", "by_month", "0", "1", "2", "3", "4", "5", "6",
    "accessibility_note", "opening_hours", "closures", "safety_passport_until", "at_once", "buffer_before", "buffer_after",
})  # fmt: skip
"""Members without which a file may do, in some place at least."""

Steps = tuple[str | int, ...]


@dataclass(frozen=True)
class Wrong:
    """One file gone wrong: what it holds, and what the place of the fault must name."""

    plain: Any
    names: tuple[str, ...]
    done: str


def leaves(plain: Any, steps: Steps = ()) -> Iterator[Steps]:
    """The way to every piece of a document but its root."""
    if steps:
        yield steps
    pieces = plain.items() if isinstance(plain, dict) else enumerate(plain) if isinstance(plain, list) else ()
    for name, piece in pieces:
        yield from leaves(piece, (*steps, name))


def at(plain: Any, steps: Steps) -> Any:
    """The piece there."""
    for step in steps:
        plain = plain[step]
    return plain


def place(plain: Any, steps: Steps) -> tuple[str, ...]:
    """How the piece is called in a sentence: objects by their own key, all else by name; what stands in a bare list by its list."""
    names = []
    for depth, step in enumerate(steps):
        piece = at(plain, steps[: depth + 1])
        own = piece.get("key") or piece.get("code") if isinstance(step, int) and isinstance(piece, dict) else None
        names.append(str(own if own is not None else step))
    return tuple(names)


def member(steps: Steps) -> tuple[str, ...]:
    """The name of the member in which the piece stands; stages and slots are called by their keys alone."""
    named = [step for step in steps if isinstance(step, str)][-1:]
    return () if named[0] in {"key", "code"} or (named[0] in {"stages", "slots"} and isinstance(steps[-1], int)) else tuple(named)


def row(plain: Any, steps: Steps) -> tuple[str, ...]:
    """The part and the row in which the piece stands; only the part when the piece is what the row is called by."""
    *above, last = steps
    return place(plain, tuple(above))[: 1 if last in ("key", "code") else 2]


def wrong_value(found: Any, name: str | int, rng: random.Random) -> Any:
    """A value that cannot stand where this one stands."""
    if isinstance(found, bool):
        return rng.choice(NOT_A_TRUTH)
    if isinstance(found, int | float):
        return rng.choice([one for one in NOT_A_NUMBER if not (one is None and name in EMPTY_OR_NONE) and not _fits(one, name)])
    if isinstance(found, str):
        return rng.choice([*NOT_A_TEXT, *(() if name in EMPTY_OR_NONE else ("", "  ", None))])
    if found is None:
        return rng.choice(["такого нет\x00", [], {}, True])
    return rng.choice(
        NOT_A_LIST if isinstance(found, list) else [one for one in NOT_AN_OBJECT if not (one is None and name in EMPTY_OR_NONE)]
    )


def _fits(one: Any, name: str | int) -> bool:
    """A number that a place on the map may have."""
    return name in {"lat", "lon"} and one in (-1, 0.5)


def spoilt(plain: Any, rng: random.Random) -> Wrong:
    """The document with one thing wrong: a value, a member too many or too few, an item that stands there twice."""
    ways = list(leaves(plain))
    while True:
        steps, copy = rng.choice(ways), deepcopy(plain)
        *above, last = steps
        parent, found = at(copy, tuple(above)), at(plain, steps)
        way = rng.randrange(8)
        if way == 0 and isinstance(parent, dict) and last not in MAY_LACK and above[-1:] != ["works_as"]:
            del parent[last]
            return Wrong(copy, (*row(plain, steps), "who" if last in ("unit", "relation") else str(last)), f"without {steps}")
        if way == 1 and isinstance(found, dict):
            at(copy, steps)["лишнее"] = 1
            return Wrong(copy, (*place(plain, steps)[:2], "лишнее"), f"one member too many in {steps}")
        if way == 2 and isinstance(parent, list) and isinstance(found, dict) and ("key" in found or "code" in found):
            parent.append(deepcopy(found))
            return Wrong(copy, place(plain, tuple(above))[:1], f"twice {steps}")
        if way > 2 and last != "_note":
            parent[last] = wrong_value(found, last, rng)
            return Wrong(copy, (*row(plain, steps), *member(steps)), f"{steps}: {parent[last]!r:.40}")


def counts() -> dict[str, int]:
    """How many rows each table has."""

    def ask() -> dict[str, int]:
        return {name: db.session.scalar(select(func.count()).select_from(table)) or 0 for name, table in Base.metadata.tables.items()}

    return work.transaction(ask, write=False)


@pytest.fixture
def example(empty_app: Flask, tmp_path: Path) -> Any:
    """The district one begins with."""
    file = tmp_path / "example.json"
    empty_app.test_cli_runner().invoke(args=["district", "example", str(file)])
    return json.loads(file.read_text())


def refuse(app: Flask, file: Path, wrong: Wrong, *command: str) -> str | None:
    """Load the file; what is wrong with the answer, if anything."""
    file.write_text(json.dumps(wrong.plain), encoding="utf-8")
    answer = app.test_cli_runner().invoke(args=[*command])
    sentences = [line for line in answer.output.splitlines() if line]
    said = answer.output
    if answer.exit_code != 1 or isinstance(answer.exception, Exception):
        return f"{wrong.done}: exit {answer.exit_code}, {answer.exception!r:.200}"
    if len(sentences) != 1 or not said.rstrip().endswith("Ничего не загружено."):
        return f"{wrong.done}: {said}"
    missing = [name for name in wrong.names if name not in said]
    return f"{wrong.done}: {missing} not in {said}" if missing else None


def batches(total: int) -> list[int]:
    """Places of batches, so that the workers of a run share them."""
    return list(range(-(-total // AT_A_TIME)))


@pytest.mark.parametrize("batch", batches(FILES // 2))
def test_a_district_with_one_wrong_value_is_refused_with_its_place(empty_app: Flask, example: Any, tmp_path: Path, batch: int) -> None:
    rng, file, before = random.Random(f"{SEED}/district/{batch}"), tmp_path / "district.json", counts()
    faults = [
        fault
        for _ in range(min(AT_A_TIME, FILES // 2 - batch * AT_A_TIME))
        if (fault := refuse(empty_app, file, spoilt(example, rng), "district", "load", str(file)))
    ]
    assert faults == [], f"MARSHRUT_TESTS_SEED={SEED}"
    assert counts() == before


@pytest.mark.parametrize("batch", batches(FILES - FILES // 2))
def test_a_calendar_with_one_wrong_value_is_refused_with_its_place(empty_app: Flask, tmp_path: Path, batch: int) -> None:
    rng, file, before = random.Random(f"{SEED}/calendar/{batch}"), tmp_path / "calendar.json", counts()
    whole = json.loads((DATA / CALENDAR).read_text())
    faults = []
    for _ in range(min(AT_A_TIME, FILES - FILES // 2 - batch * AT_A_TIME)):
        year = rng.choice(sorted(whole))
        wrong = spoilt(whole[year], rng)
        one = Wrong({year: wrong.plain}, (year, *wrong.names), wrong.done)
        faults.append(refuse(empty_app, file, one, "calendar", "load", str(file), "--year", year))
    assert [fault for fault in faults if fault] == [], f"MARSHRUT_TESTS_SEED={SEED}"
    assert counts() == before


@pytest.mark.parametrize(
    "write",
    [
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("cp1251", "replace"),
        lambda text: text[: len(text) // 2].encode(),
        lambda text: text.replace(":", "", 1).encode(),
        lambda text: (text[:-1] + ', "units": []}').encode(),
        lambda text: text.replace("59.872", "NaN", 1).encode(),
        lambda text: b"[" * 100_000,
        lambda text: b"",
        lambda text: text.replace("320", "9" * 5000, 1).encode(),
    ],
)
@pytest.mark.engines("sqlite")
def test_a_file_that_is_no_json_is_refused_in_a_sentence(
    empty_app: Flask, example: Any, tmp_path: Path, write: Callable[[str], bytes]
) -> None:
    file, before = tmp_path / "district.json", counts()
    file.write_bytes(write(json.dumps(example, ensure_ascii=False)))
    answer = empty_app.test_cli_runner().invoke(args=["district", "load", str(file)])
    assert (answer.exit_code, isinstance(answer.exception, SystemExit)) == (1, True)
    assert answer.output.startswith(f"Ошибка: {file}")
    assert counts() == before
