"""The whole office at random against a reference kept by hand: rounds, returns, changes, dates, halls, routes and the clock.

Each test is one game with its own seed and its own database: the same acts are done by the product and by the reference of
`tests/fixtures/reference`, which is written from cases.md and never asks the product; after each act everything that can be seen
must be the same. A failure names the seed, the act and what differs. `MARSHRUT_TESTS_EXAMPLES` says how many games,
`MARSHRUT_TESTS_SEED` with which seed they begin.
"""

import copy
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
import time_machine
from flask import Flask

from tests.fixtures.moments import MONDAY
from tests.fixtures.playing import DECIDERS, PEOPLE, House, expected
from tests.fixtures.reference import dealing
from tests.fixtures.reference.ledger import Version
from tests.fixtures.reference.office import Office
from tests.fixtures.reference.requests import HEAD, Request
from tests.fixtures.reference.rounds import Review
from tests.fixtures.reference.texts import SECTION

GAMES, FIRST, ACTS = int(os.environ.get("MARSHRUT_TESTS_EXAMPLES", "6")), int(os.environ.get("MARSHRUT_TESTS_SEED", "1")), 60
DATED = ("cancel", "postpone", "restore_date")
PAGE = ("take_back", "stop", "return_now", "withdraw", "amend", "cancel", "postpone", "restore", "restore_date")
"""Acts of the request's page."""
USUAL = {
    "edit": 2.0, "submit": 5.0, "answer": 3.0, "decide": 9.0, "recall": 0.4, "time": 2.5, "routes": 0.3, "wrong routes": 0.15,
    "take_back": 0.4, "stop": 0.3, "return_now": 3.0, "withdraw": 0.3, "amend": 2.0, "cancel": 0.6, "postpone": 1.0, "restore": 2.0,
    "restore_date": 2.0, "create": 0.5, "probe": 0.3,
}  # fmt: skip
"""How often each act is thought of; every game has moods of its own."""


@dataclass
class Game:
    """One game: chance chooses an act, both offices do it, and what they answer and show is compared."""

    seed: int
    house: House
    clock: time_machine.Traveller
    office: Office = field(default_factory=Office)
    now: datetime = MONDAY
    played: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)
        self.moods = {name: weight * self.chance.choice((0.3, 1, 1, 2.5)) for name, weight in USUAL.items()}
        self.returning = self.chance.choice((0.1, 0.25, 0.5))

    def play(self) -> None:
        """Routes first, a request, and then whatever comes."""
        self.keep_routes()
        self.create()
        for _ in range(ACTS):
            self.step()

    def both(self, words: str, real: Callable[[], Any], own: Callable[[], None]) -> str:
        """The act in both offices; they answer and show the same afterwards."""
        self.played.append(f"{self.now:%d.%m %H:%M} {words}")
        answer, wanted = self.house.attempt(real, self.now), self.office.attempt(own, self.now)
        self.played[-1] += f" -> {wanted}"
        assert answer == wanted, self.told(f"the product answers «{answer}», the reference «{wanted}»")
        self.compare()
        return answer

    def compare(self) -> None:
        """Everything of every request, side by side."""
        for request in self.office.requests:
            found = self.house.seen(request.place, self.now)
            wanted = expected(request, self.office.halls.of(request.place), self.now)
            wrong = [name for name in wanted if found[name] != wanted[name]]
            assert not wrong, self.told(*(f"{name} of request {request.place}: {_differs(found[name], wanted[name])}" for name in wrong))

    def told(self, *what: str) -> str:
        """The failure with the seed and the way to it."""
        again = f"MARSHRUT_TESTS_SEED={self.seed} MARSHRUT_TESTS_EXAMPLES=1"
        return "\n".join([f"seed {self.seed}, act {len(self.played)} ({again})", *what, "played:", *self.played[-60:]])

    def step(self) -> None:
        """One act of chance, on one of the requests."""
        request = self.chance.choice(self.office.requests)
        ways = self.ways(request)
        weights = [self.moods[name] for name in ways]
        self.do(self.chance.choices(list(ways), weights)[0], request)

    def ways(self, request: Request) -> list[str]:
        """What may be thought of now; «probe» tries what is not offered."""
        offered = set().union(*(request.offered(login, self.now) for login in PEOPLE))
        found = [name for name in PAGE if name in offered]
        found += ["edit", "submit"] if request.draft else []
        found += ["answer"] if any(one.released and not one.answered for one in self.remarks(request)) else []
        found += ["decide"] if self.reviews(request, "open") else []
        found += ["recall"] if request.round and any(one.turn for one in request.round.reviews.values()) else []
        found += ["create"] if len(self.office.requests) < 3 else []
        return [*found, "time", "routes", "wrong routes", "probe"]

    def remarks(self, request: Request) -> list[Any]:
        """All that was ever remarked."""
        return [remark for one in request.rounds for review in one.reviews.values() for remark in review.remarks]

    def reviews(self, request: Request, *fates: str) -> list[Review]:
        """The reviews of the newest round in one of these states."""
        newest = request.rounds[-1].reviews.values() if request.rounds else ()
        return [one for one in newest if one.fate in fates]

    def do(self, name: str, request: Request) -> None:
        """The act of that name."""
        own: dict[str, Callable[[Request], None]] = {
            "edit": self.edit,
            "submit": self.submit,
            "answer": self.answer,
            "decide": self.decide,
            "recall": self.recall,
            "probe": self.probe,
        }
        alone = {"time": self.pass_time, "routes": self.keep_routes, "wrong routes": self.keep_wrong_routes, "create": self.create}
        if name in own:
            own[name](request)
        elif name in alone:
            alone[name]()
        else:
            able = [login for login in PEOPLE if name in request.offered(login, self.now)]
            self.page_act(name, request, self.chance.choice(able))

    def page_act(self, name: str, request: Request, login: str) -> None:
        """An act of the request's page, for all of it or for one of its dates."""
        more: dict[str, Any] = {}
        if name in DATED:
            keys = [one.key for one in (request.text.dates if request.text else ())] or ["r0d0"]
            fit = {"cancel": request.to_cancel, "postpone": request.to_put_off, "restore_date": request.to_restore}[name](self.now)
            whole = name != "restore_date" and self.chance.random() < 0.4
            more["key"] = None if whole else self.chance.choice(sorted(fit) if fit and self.chance.random() < 0.9 else keys)
        real = {"occurrence_key": more["key"]} if more else {}
        own = getattr(self.office, name)
        self.both(
            f"{login} {name} {request.place} {more.get('key') or ''}",
            lambda: self.house.act(name, request.place, login, self.now, **real),
            lambda: own(request, *more.values(), login, self.now),
        )

    def probe(self, request: Request) -> None:
        """An act by whoever comes first, offered or not."""
        self.page_act(self.chance.choice(PAGE), request, self.chance.choice(PEOPLE))

    def create(self) -> None:
        """A request is begun."""
        text = dealing.a_text(self.chance, len(self.office.requests), self.now)
        login = "spec_pmc" if self.chance.random() < 0.93 else HEAD
        self.both(
            f"{login} create {text}",
            lambda: self.house.create(text, login, self.now),
            lambda: self.office.create(text, login, self.now),
        )

    def edit(self, request: Request, text: dealing.Text | None = None) -> None:
        """The draft says something else."""
        assert request.draft is not None
        new = text or dealing.another_text(self.chance, request, request.draft.text, self.now)
        login = "spec_pmc" if self.chance.random() < 0.95 else HEAD
        self.both(
            f"{login} edit {request.place} {_differs(new.__dict__, request.draft.text.__dict__)}",
            lambda: self.house.edit(request.place, new, login, self.now),
            lambda: self.office.edit(request, new, login),
        )

    def submit(self, request: Request) -> None:
        """Handed in; most authors first mend what stands against it."""
        login = HEAD if self.chance.random() < (0.9 if HEAD in request.hands else 0.1) else "spec_pmc"
        if self.chance.random() < 0.85 and self.forecast(request, login).startswith("refused") and request.draft:
            if request.unanswered():
                self.answer(request)
            text = dealing.mended(self.chance, request, request.draft.text, self.now)
            if text != request.draft.text and self.forecast(request, login).startswith("refused"):
                self.edit(request, text)
        self.both(
            f"{login} submit {request.place}",
            lambda: self.house.submit(request.place, login, self.now),
            lambda: self.office.submit(request, login, self.now),
        )

    def forecast(self, request: Request, login: str) -> str:
        """What the reference would answer."""
        office = copy.deepcopy(self.office)
        return office.attempt(lambda: office.submit(office.requests[request.place], login, self.now), self.now)

    def answer(self, request: Request) -> None:
        """The author has taken note of the remarks."""
        self.both(
            f"spec_pmc answers {request.place}",
            lambda: self.house.answer_remarks(request.place, "spec_pmc", self.now),
            lambda: self.office.answer_remarks(request, "spec_pmc"),
        )

    def decide(self, request: Request) -> None:
        """A review is decided; now and then one that is not open any more."""
        pool = self.reviews(request, "open")
        pool = [one for one in pool if DECIDERS[one.place[2]] not in request.hands] or pool
        if self.chance.random() < 0.04:
            pool += self.reviews(request, "approve", "return", "carried")
        review = self.chance.choice(pool)
        verdict = self.verdict(review, request)
        section = self.chance.choice(sorted(set(SECTION.values()))) if verdict in ("return", "approve_with_remarks") else None
        login = DECIDERS[review.place[2]]
        self.both(
            f"{login} {verdict} {request.place} {'/'.join(review.place)} {section or ''}",
            lambda: self.house.decide(request.place, review.place, login, verdict, section, self.now),
            lambda: self.office.decide(request, review.place, login, verdict, section, self.now),
        )

    def verdict(self, review: Review, request: Request) -> str:
        """One that its kind and stage allow."""
        if not review.gate:
            return "opinion" if review.slot.kind == "consult" else "acknowledged"
        if self.chance.random() < self.returning:
            last = review.place[0] in ("deputy-head", "head") and self.chance.random() < 0.3
            return "reject" if last else "return"
        return "approve_with_remarks" if self.chance.random() < 0.15 else "approve"

    def recall(self, request: Request) -> None:
        """Somebody takes the decision back, in time or not."""
        assert request.round is not None
        review = self.chance.choice([one for one in request.round.reviews.values() if one.turn])
        if review.slot.kind == "inform":
            return
        login = DECIDERS[review.place[2]]
        self.both(
            f"{login} recalls {request.place} {'/'.join(review.place)}",
            lambda: self.house.recall(request.place, review.place, login, self.now),
            lambda: self.office.recall(request, review.place, self.now),
        )

    def pass_time(self) -> None:
        """The clock moves; mostly the worker looks after it."""
        self.now = dealing.a_moment(self.chance, self.office, self.now)
        self.clock.move_to(self.now)
        if self.chance.random() < 0.25:
            self.played.append(f"{self.now:%d.%m %H:%M} by now")
            self.compare()
            return
        self.house.tick(self.now)
        self.both("the worker's tick", lambda: None, lambda: self.office.pass_time(self.now))

    def keep_routes(self) -> None:
        """All routes, or one of them, are written anew."""
        self.now += timedelta(minutes=1)
        self.clock.move_to(self.now)
        new = dealing.some_routes(self.chance)
        new = new if not self.office.versions or self.chance.random() < 0.5 else [self.chance.choice(new)]
        self.both(
            f"routes {[one.key for one in new]} anew",
            lambda: self.house.keep_routes(new, self.now),
            lambda: self.office.keep_routes(new, self.now),
        )
        self.office.versions += map(Version, new, [self.now] * len(new), self.house.version_numbers(len(new)))

    def keep_wrong_routes(self) -> None:
        """Routes of which no set would come."""
        self.now += timedelta(minutes=1)
        self.clock.move_to(self.now)
        new = dealing.wrong_routes(self.chance, dealing.some_routes(self.chance))
        self.both(
            f"wrong routes {[(one.key, one.priority, one.when) for one in new]}",
            lambda: self.house.keep_routes(new, self.now),
            lambda: self.office.keep_routes(new, self.now),
        )


def _differs(found: Any, wanted: Any) -> str:
    """What of two things is not the same."""
    if isinstance(found, dict) and isinstance(wanted, dict):
        keys = [key for key in {**found, **wanted} if found.get(key, ...) != wanted.get(key, ...)]
        return "; ".join(f"{key}: {found.get(key)!s} for {wanted.get(key)!s}" for key in keys)
    return f"{found} for {wanted}"


@pytest.mark.parametrize("seed", range(FIRST, FIRST + GAMES))
def test_random_game_of_the_office_goes_as_the_cases_say(app: Flask, freeze: time_machine.Traveller, seed: int) -> None:
    Game(seed, House(), freeze).play()
