"""Pages of the staff and of the public: the same page with much and with little on it, first and last, and with data grown a hundredfold.

    python -m benchmarks.pages --requests 200000 --database postgresql

Two servers run at once: one on `--requests`, one on a hundredth of it (what is at work stays the same, only history grows).
"""

import argparse
from dataclasses import dataclass
from functools import partial

from sqlalchemy import create_engine, text

from benchmarks import load
from benchmarks.copies import FIRST_COPY
from benchmarks.decisions import Desk
from benchmarks.results import Case, Measure, arguments, interleaved, report
from benchmarks.serving import Served, Session, stage
from benchmarks.volume import Volume

CLIENTS = 1
"""Two kept-alive connections land on one of the two workers in half the runs, and the page then seems twice as slow as itself."""
FACTORY = "noop:create_app"
MANY, FEW, EVERYWHERE, AUTHOR = "head_ozpb", "head_obuh", "spec_omp", "spec_pmc"
"""Whose desk holds 500 reviews and whose 10; the coordinator, who sees every request; an author, who sees his institution's."""
SMALLEST = 2000
"""Below it a hundredth of the data would not hold what is at work."""


@dataclass
class House:
    """A server with its people."""

    served: Served
    url: str
    people: dict[str, Session]
    seconds: float

    def page(self, path: str, login: str | None = None) -> Measure:
        """Requests a second of one page."""
        headers = self.people[login].headers if login else {}
        return partial(load.hammer, self.served.url(path), status=200, headers=headers, clients=CLIENTS, seconds=self.seconds)

    def shows(self, path: str, mark: str, login: str | None = None) -> int:
        """How often the page has the mark in it."""
        status, _, body = self.served.get(path, self.people[login].headers if login else {})
        assert status == 200, f"{path}: {status}"
        return body.count(mark.encode())


def main() -> None:
    """Every case of pages."""
    chosen = arguments(__doc__ or "", requests=SMALLEST, seconds=2)
    with stage(chosen.database, chosen.folder) as made:
        cases = []
        houses = []
        for requests in (max(SMALLEST, chosen.requests // 100), chosen.requests):
            url = made.database(Volume(requests))
            served = made.serve(url, server=chosen.server, factory=FACTORY)
            people = {login: served.sign_in(login) for login in (MANY, FEW, EVERYWHERE, AUTHOR)}
            houses.append(House(served, url, people, chosen.seconds))
        small, large = houses
        cases += within(large, chosen)
        if chosen.requests > SMALLEST:
            cases += growth(small, large, chosen)
    report(cases)


def within(house: House, chosen: argparse.Namespace) -> list[Case]:
    """One page against another on the same data."""
    rows = 'href="/reviews/'
    note = f"{house.shows('/desk', rows, MANY)} rows against {house.shows('/desk', rows, FEW)}"
    cases = [_case("desk, 500 open reviews", 0.8, note, house.page("/desk", MANY), house.page("/desk", FEW), chosen)]
    last = f"/requests/?before={FIRST_COPY + 40}"
    for login, who in ((EVERYWHERE, "coordinator"), (AUTHOR, "author")):
        before = last if login == EVERYWHERE else f"/requests/?before={FIRST_COPY + 300}"
        shown = house.shows(before, 'href="/requests/', login)
        assert shown >= 30, f"{before} is not a full page: {shown}"
        note = f"{chosen.requests} requests; by {who}"
        cases.append(_case(f"list, last page, {who}", 0.8, note, house.page(before, login), house.page("/requests/", login), chosen))
    listed = house.page("/requests/", EVERYWHERE)
    cases.append(
        _case("list against no-op page", 0.3, "the staff layout around nothing", listed, house.page("/noop/page", EVERYWHERE), chosen)
    )
    note = "sign-in and rights only, two bytes"
    cases.append(_case("list against no-op answer", None, note, listed, house.page("/noop/signed-in", EVERYWHERE), chosen))
    return cases


def growth(small: House, large: House, chosen: argparse.Namespace) -> list[Case]:
    """The same path on a hundredth of the data and on all of it; the ratio says how many times slower it became."""
    review = first_open(large.url)
    paths = (
        ("desk", "/desk", MANY), ("desk of an author", "/desk", AUTHOR), ("list", "/requests/", EVERYWHERE),
        ("list of an author", "/requests/", AUTHOR), ("reviews", "/reviews/", MANY), ("decisions made", "/reviews/?show=decided", MANY),
        ("review", f"/reviews/{review}", MANY), ("request", f"/requests/{_request_of(large.url, review)}", EVERYWHERE),
        ("programme", "/", None), ("feed of everything", "/calendar/all.ics", None), ("feed of a unit", "/calendar/unit/pmc.ics", None),
    )  # fmt: skip
    cases = []
    for name, path, login in paths:
        other = path
        if name == "review":
            other = f"/reviews/{first_open(small.url)}"
        if name == "request":
            other = f"/requests/{_request_of(small.url, first_open(small.url))}"
        if large.served.get(path, large.people[login].headers if login else {})[0] == 404:
            print(f"SKIPPED growth of {name}: there is no such page yet")
            continue
        cases.append(
            _grown(f"growth x{chosen.requests // _size(small)}: {name}", small.page(other, login), large.page(path, login), chosen)
        )
    deciding = [Desk(house.served, house.url) for house in (small, large)]
    seconds = chosen.seconds
    each = max(8, min(55, 230 // (chosen.rounds + 1)))
    sides = [partial(_decide, desk, seconds, each) for desk in deciding]
    cases.append(_grown(f"growth x{chosen.requests // _size(small)}: decision", sides[0], sides[1], chosen))
    return cases


def _decide(desk: Desk, seconds: float, each: int) -> float:
    """Decisions a second."""
    return desk.decide(seconds, each).rate


def _case(name: str, target: float | None, note: str, ours: Measure, theirs: Measure, chosen: argparse.Namespace) -> Case:
    """One page beside another, in requests a second."""
    case = Case(name, "requests/s", target, note=note)
    case.measured, case.reference = interleaved(chosen.rounds, ours, theirs)
    return case


def _grown(name: str, small: Measure, large: Measure, chosen: argparse.Namespace) -> Case:
    """Milliseconds for an answer on much data beside little."""
    case = Case(name, "ms", 1.2, "<=", note="one client")
    few, many = interleaved(chosen.rounds, small, large)
    case.measured, case.reference = [1000 / one for one in many], [1000 / one for one in few]
    return case


def _size(house: House) -> int:
    """How many requests the house has, to the thousand."""
    return max(1, round(one_number(house.url, "SELECT count(*) FROM event_request"), -3))


def first_open(url: str) -> int:
    """An open review of the department with many."""
    return one_number(
        url,
        "SELECT max(review.id) FROM review JOIN unit ON unit.id = unit_id WHERE state = 'open' AND unit.key = 'ozpb'",
    )


def _request_of(url: str, review_id: int) -> int:
    """The request of a review."""
    return one_number(url, f"SELECT request_id FROM review WHERE id = {review_id}")


def one_number(url: str, statement: str) -> int:
    """One number out of the database."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        found = connection.execute(text(statement)).scalar_one()
    engine.dispose()
    return int(found)


if __name__ == "__main__":
    main()
