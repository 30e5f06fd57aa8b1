"""Feeds from the real server as other programs read them: names, categories, statuses and texts are the same in all (calendar.md 5-13).

Both tests ask for more than `.ci/run` has, so they run only when asked for:
- `MARSHRUT_TESTS_REQUIRE=readers` installs ical.js and node-ical into a temporary folder; it needs Node with npm and its registry;
- `MARSHRUT_TESTS_CHECKS=FOLDER` names a folder of programs that take the address of a feed and end with 0 when it is sound.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select, update

from events.district.models import Direction
from events.foundation import work
from events.foundation.db import db
from events.people.models import Unit
from events.requests import lifecycle
from events.requests.fields import CoOrganizer
from events.requests.vocabulary import OccurrenceMark, PriceType, Registration
from tests.fixtures.publishing import act_on, cancel, publications
from tests.fixtures.requests import FIRST_START, an_occurrence
from tests.fixtures.serving import Served
from tests.fixtures.wire import ask

PINNED = ("ical.js@2.2.1", "node-ical@0.26.1")
HOW_TO_ENABLE = "readers skipped: MARSHRUT_TESTS_REQUIRE=readers, with Node, npm and its registry"
HOW_TO_CHECK = "checks skipped: MARSHRUT_TESTS_CHECKS=FOLDER of programs that check the feed at an address"
DIRECTION = "Досуг, клубы; кружки\\секции"
TITLE = "Квиз, финал; «Кировский\\Нарвский» — награждение"
NAMED = {
    "/calendar/all.ics": "Маршрут: мероприятия района",
    "/calendar/unit/pmc.ics": "Маршрут: ПМЦ «Кировский» (демо)",
    "/calendar/unit/dm.ics": "Маршрут: Дом молодёжи «Путиловец» (демо)",
    "/calendar/unit/cbs.ics": "Маршрут: ЦБС района (демо)",
    "/calendar/direction/leisure.ics": "Маршрут: Досуг · клубы · кружки · секции",
}
READ = r"""
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import ical from "node-ical";

const told = { "ical.js": {}, "node-ical": {} };
for (const [path, file] of Object.entries(JSON.parse(readFileSync("feeds.json", "utf8")))) {
  const feed = readFileSync(file, "utf8");
  const read = new ICAL.Component(ICAL.parse(feed));
  told["ical.js"][path] = {
    names: ["name", "x-wr-calname"].map((one) => read.getFirstPropertyValue(one)),
    events: read.getAllSubcomponents("vevent").map((event) => [
      ...["uid", "summary", "description", "status", "transp", "location"].map((one) => event.getFirstPropertyValue(one)),
      event.getFirstProperty("categories").getValues(),
      event.getFirstPropertyValue("dtstart").toJSDate().toISOString(),
    ]),
  };
  const parsed = ical.parseICS(feed);
  const calendar = parsed.vcalendar ?? {};
  told["node-ical"][path] = {
    names: [calendar.name ?? null, calendar["WR-CALNAME"] ?? null],
    events: Object.values(parsed).filter((one) => one.type === "VEVENT").map((one) => [
      one.uid, one.summary, one.description, one.status, one.transparency, one.location, one.categories, one.start.toISOString(),
    ]),
  };
}
console.log(JSON.stringify(told));
"""


@pytest.fixture
def node() -> tuple[str, str]:
    """npm and Node; skips unless they are asked for."""
    if "readers" not in os.environ.get("MARSHRUT_TESTS_REQUIRE", "").split(","):
        pytest.skip(HOW_TO_ENABLE)
    found = shutil.which("npm"), shutil.which("node")
    if found[0] is None or found[1] is None:
        pytest.fail(HOW_TO_ENABLE)
    return found[0], found[1]


@pytest.fixture
def checks() -> list[Path]:
    """The programs that check a feed; skips where none are named."""
    folder = os.environ.get("MARSHRUT_TESTS_CHECKS")
    if not folder:
        pytest.skip(HOW_TO_CHECK)
    found = sorted(Path(folder).glob("*.py"))
    assert found, f"no program in {folder}"
    return found


@pytest.fixture
def feeds(serve: Callable[[], Served], a_published: Callable[..., int]) -> tuple[Served, Mapping[str, str | None]]:
    """The server, and every kind of feed with its name: joint, cancelled, put off and empty ones, and the file of one date, without any."""
    work.transaction(lambda: db.session.execute(update(Direction).where(Direction.code == "leisure").values(name=DIRECTION)))
    other = work.transaction(lambda: db.session.scalars(select(Unit.id).where(Unit.key == "dm")).one(), write=False)
    asked: dict[str, Any] = {"registration": Registration.EXTERNAL, "registration_url": "https://forms.example/kviz?a=1;b=2,3"}
    dates = (an_occurrence(FIRST_START), an_occurrence(FIRST_START.replace(month=8)))
    joint = a_published(
        venue=None, title=TITLE, occurrences=dates, co_organizers=(CoOrganizer(other),), bring="Паспорт, форму; воду\\сок",
        price_type=PriceType.PAID, price_rub=1500, **asked,
    )  # fmt: skip
    act_on(joint, lambda one: lifecycle.mark_date(one, dates[1].key, OccurrenceMark.POSTPONED, "Ремонт, авария; потоп", work.now()))
    off = a_published(venue=None, title="Лекция")
    cancel(off, "Болезнь, простуда")
    rows = work.transaction(lambda: [(row.slug, row.uid) for row in publications(joint)], write=False)
    slug, uid = rows[0]
    event, single = f"/calendar/event/{slug}.ics", f"/calendar/event/{slug}.ics?uid={uid}"
    return serve(), {**NAMED, event: "Квиз · финал · «Кировский · Нарвский» — награждение", single: None}


@pytest.mark.engines("sqlite")
def test_other_programs_read_what_is_meant(node: tuple[str, str], feeds: tuple[Served, Mapping[str, str | None]], tmp_path: Path) -> None:
    npm, run = node
    served, named = feeds
    bodies = {path: ask(served.url, path).body for path in named}
    for number, body in enumerate(bodies.values()):
        (tmp_path / f"{number}.ics").write_bytes(body)
    (tmp_path / "feeds.json").write_text(json.dumps({path: f"{number}.ics" for number, path in enumerate(bodies)}))
    (tmp_path / "read.mjs").write_text(READ)
    subprocess.run([npm, "install", "--no-audit", "--no-fund", "--no-save", *PINNED], cwd=tmp_path, check=True, timeout=300)
    done = subprocess.run([run, "read.mjs"], cwd=tmp_path, check=True, capture_output=True, text=True, timeout=60)
    meant = {path: read(body) for path, body in bodies.items()}
    assert {path: told["names"] for path, told in meant.items()} == {path: [name, name] for path, name in named.items()}
    assert [len(told["events"]) for told in meant.values()] == [3, 3, 2, 0, 3, 2, 1]
    assert {word for told in meant.values() for event in told["events"] for word in event[6]} >= {"Досуг · клубы · кружки · секции"}
    for reader, told in json.loads(done.stdout).items():
        assert told == meant, reader


def read(body: bytes) -> dict[str, Any]:
    """The names of a feed and its events as icalendar reads them."""
    calendar = Calendar.from_ical(body)
    names = [str(calendar[name]) if name in calendar else None for name in ("NAME", "X-WR-CALNAME")]
    return {"names": names, "events": [event_of(one) for one in calendar.walk("VEVENT")]}


def event_of(event: Any) -> list[Any]:
    """What is compared of an event, in the order of the readers."""
    texts = [str(event[name]) for name in ("UID", "SUMMARY", "DESCRIPTION", "STATUS", "TRANSP", "LOCATION")]
    starts = event["DTSTART"].dt.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return [*texts, [str(word) for word in event["CATEGORIES"].cats], starts]


@pytest.mark.engines("sqlite")
def test_checks_of_feeds_find_them_sound(checks: list[Path], feeds: tuple[Served, Mapping[str, str | None]]) -> None:
    """Each program is given the address and, of the options for an empty feed and a single date, those it knows."""
    served, named = feeds
    found = [complaint for path, name in named.items() for program in checks if (complaint := checked(program, served.url, path, name))]
    assert found == []


def checked(program: Path, url: str, path: str, name: str | None) -> str:
    """«» when the program finds the feed sound, else what it says."""
    known = program.read_text()
    wanted = [("--single", name is None), ("--allow-empty", "cbs" in path)]
    options = [option for option, holds in wanted if holds and option in known]
    done = subprocess.run(
        [sys.executable, str(program), f"{url}{path}", *options], check=False, capture_output=True, text=True, timeout=600
    )
    return "" if done.returncode == 0 else f"{program.name} {path}:\n{done.stdout}{done.stderr}"
