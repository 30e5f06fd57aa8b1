"""I5: the set of route versions is pinned at the first submission until the final outcome; a round keeps the plan it was opened with."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from events.approvals import operations, queries
from events.approvals.route import Plan
from events.approvals.vocabulary import Verdict
from events.requests.models import EventRequest
from tests.fixtures.cast import Cast
from tests.fixtures.direct_sql import refusal
from tests.fixtures.office import Office

Make = Callable[..., EventRequest]
APPROVERS = ("dir_pmc", "head_omp", "zam")
FOR_EVERYBODY = {"key": "N", "priority": 1, "select": {"any": [[["expected", ">=", 1]]]}}
"""A new route that goes before all others and takes every request."""


@dataclass
class Routes:
    """The administrator at the routes: each change writes a new version of all of them, and the first one a new route."""

    office: Office
    clock: time_machine.Traveller
    in_force: list[int] = field(default_factory=list)

    def change(self, name: str) -> None:
        """Every route is called `name` from now on."""
        self.clock.shift(timedelta(minutes=5))
        self.office.act(lambda now: self._change(name, now))
        self.clock.shift(timedelta(minutes=5))

    def _change(self, name: str, now: datetime) -> None:
        old = [{**one.definition, "priority": one.route.priority * 10} for one in queries.current_versions(now) if one.route.key != "N"]
        new = {one["key"]: one for one in [*old, {**old[-1], **FOR_EVERYBODY}]}
        by = self.office.by("admin").actor
        kept = operations.keep_routes([{**one, "name": name} for one in new.values()], by=by, now=now)
        self.in_force = [one.id for one in kept]


def way(office: Office, request_id: int) -> tuple[list[int], str, str]:
    """The set the newest round was planned in, and the route it goes, by key and name."""

    def ask() -> tuple[list[int], str, str]:
        newest = queries.rounds(request_id)[0]
        plan = Plan.from_plain(newest.plan)
        return sorted(newest.pinned), plan.route_key, plan.route_name

    return office.read(ask)  # type: ignore[no-any-return]


def plans(office: Office, request_id: int) -> dict[int, str]:
    """Every round's stored plan as text."""
    return office.read(lambda: {one.no: json.dumps([one.plan, one.pinned], sort_keys=True) for one in queries.rounds(request_id)})  # type: ignore[no-any-return]


def send_round(office: Office, request_id: int, title: str) -> None:
    """The director returns it, the author mends it and hands it in again."""
    office.decide(request_id, "dir_pmc", Verdict.RETURN)
    office.answer_all(request_id)
    office.edit(request_id, title=title)
    office.submit(request_id)


@pytest.mark.engines("sqlite")
def test_i5_set_pinned_at_the_first_submission_stays_until_the_outcome(
    a_request: Make, office: Office, freeze: time_machine.Traveller
) -> None:
    routes, stored = Routes(office, freeze), dict[int, str]()
    request_id, untouched = a_request(venue=None).id, a_request(venue=None).id

    def went() -> tuple[list[int], str, str]:
        now = plans(office, request_id)
        assert now.items() >= stored.items(), "a round's plan was changed after it had been opened"
        stored.update(now)
        return way(office, request_id)

    office.submit(request_id)
    first = went()
    assert first[1] == "A"
    routes.change("Вторая")
    send_round(office, request_id, "Квиз после возврата")
    assert went() == first
    routes.change("Третья")
    office.act(lambda now: operations.take_back(request_id, by=office.by("spec_pmc"), now=now))
    office.submit(request_id)
    assert went() == first
    office.approve_by(request_id, *APPROVERS)

    office.act(lambda now: operations.amend(request_id, by=office.by("spec_pmc"), now=now))
    office.edit(request_id, title="Квиз после изменения")
    office.submit(request_id)
    third = (sorted(routes.in_force), "N", "Третья")
    assert went() == third, "an amendment pins the set then in force"
    routes.change("Четвёртая")
    send_round(office, request_id, "Квиз после второго возврата")
    assert went() == third
    office.approve_by(request_id, *APPROVERS)

    fourth = (sorted(routes.in_force), "N", "Четвёртая")
    office.act(lambda now: operations.amend(request_id, by=office.by("spec_pmc"), now=now))
    office.edit(request_id, title="Квиз после второго изменения")
    office.submit(request_id)
    assert went() == fourth
    office.submit(untouched)
    assert way(office, untouched) == fourth, "a draft of before is planned by the set at its first submission"
    assert len(stored) == 6


def test_i5_route_version_is_never_changed(cast: Cast, trying: Callable[[Callable[[], Any]], Any]) -> None:
    assert "never changed" in trying(lambda: refusal("UPDATE route_version SET valid_from = valid_from"))
