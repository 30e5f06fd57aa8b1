"""I7: a material change is never public without a new approval; until then, and whatever becomes of it, the approved text stays."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from flask import Flask

from events.approvals import operations, planning
from events.approvals.vocabulary import Verdict
from events.foundation import work
from events.requests import queries as requests
from events.requests.fields import BudgetLine, Content, CoOrganizer
from events.requests.models import EventRequest
from events.requests.vocabulary import BudgetSource, RevisionState
from tests.fixtures.cast import Cast
from tests.fixtures.office import Office
from tests.fixtures.public import told
from tests.fixtures.publishing import publication
from tests.fixtures.requests import FIRST_START

Make = Callable[..., EventRequest]
GATES = ("dir_pmc", "head_omp", "head_ozpb", "zam")
NEW_TITLE = "Квиз «Нарвская застава»"
SAFETY = {"venue": None, "expected": 60, "safety_note": "Дежурный у выхода."}
"""On route A, with the law-and-order department asked."""


def approved(a_request: Make, office: Office) -> int:
    """An event in force and public."""
    request_id = a_request(**SAFETY).id
    office.submit(request_id)
    office.approve_by(request_id, *GATES)
    return request_id


def amending(office: Office, request_id: int, **changes: Any) -> None:
    """A change is begun and written."""
    office.act(lambda now: operations.amend(request_id, by=office.by("spec_pmc"), now=now))
    office.edit(request_id, **changes)


def outside(app: Flask, slug: str) -> dict[str, tuple[int, str]]:
    """Everything a stranger reads of events, byte for byte."""
    known = {
        "slug": [slug],
        "key": ["pmc", "dm"],
        "code": ["leisure"],
        "token": ["no-such-token"],
        "filename": ["mark.svg"],
        "names": ["tokens"],
    }
    of_events = ("programme", "calendars", "feeds")
    return {one.path: (one.status, one.text) for one in told(app, known, {}) if one.endpoint.partition(".")[0] in of_events}


def return_it(office: Office, request_id: int) -> None:
    office.decide(request_id, "dir_pmc", Verdict.RETURN)
    office.answer_all(request_id)
    office.submit(request_id)


def take_it_back(office: Office, request_id: int) -> None:
    office.act(lambda now: operations.take_back(request_id, by=office.by("spec_pmc"), now=now))
    office.submit(request_id)


def reject_it(office: Office, request_id: int) -> None:
    office.agree(request_id, *GATES[:-1])
    office.decide(request_id, "zam", Verdict.REJECT, comment="Оставить как было.")


@pytest.mark.engines("sqlite")
def test_i7_change_of_everything_is_out_of_sight_until_its_last_approval(
    app: Flask, a_request: Make, office: Office, freeze: time_machine.Traveller
) -> None:
    request_id = approved(a_request, office)
    slug = publication(request_id).slug
    before = outside(app, slug)
    content = requests.in_force(office.request(request_id)).content()  # type: ignore[union-attr]  # just approved
    changes: dict[str, Any] = {
        **dict.fromkeys(("title", "short_desc", "description", "goal"), f"{NEW_TITLE}: новые вопросы о районе и новые призы от района."),
        "occurrences": _moved(content, timedelta(days=1)), "place_name": "Другой сквер", "place_address": "пр. Стачек, 158",
        "expected": 110, "safety_note": "Два дежурных у выходов.",
        "budget": (BudgetLine("Сувениры", Decimal("9000.00"), BudgetSource.STATE_TASK),), "direction": "career", "bring": "Паспорт",
    }  # fmt: skip
    amending(office, request_id, **changes)
    assert outside(app, slug) == before
    office.submit(request_id)
    for act in (return_it, take_it_back, reject_it):
        act(office, request_id)
        assert outside(app, slug) == before, act.__name__
        assert requests.in_force(office.request(request_id)).no == 1  # type: ignore[union-attr]  # never without one
    amending(office, request_id, **changes)
    office.submit(request_id)
    for login in GATES[:-1]:
        office.agree(request_id, login)
        assert outside(app, slug) == before, login
    freeze.shift(timedelta(minutes=5))
    office.decide(request_id, "zam")
    assert publication(request_id).title.startswith(NEW_TITLE)
    after = outside(app, slug)
    assert {path for path, said in after.items() if said == before[path]} <= {"/calendar/unit/dm.ics", "/robots.txt", "/favicon.ico"}
    states = [one.state for one in office.request(request_id).revisions]
    assert (states[0], states[-1]) == (RevisionState.SUPERSEDED, RevisionState.APPROVED)


def _moved(content: Content, by: timedelta) -> Any:
    """The same dates so much later."""
    return tuple(replace(one, starts_at=one.starts_at + by, ends_at=one.ends_at + by) for one in content.occurrences)  # type: ignore[operator]


@pytest.mark.engines("sqlite")
def test_i7_each_material_change_is_asked_of_whoever_confirms_and_an_editorial_one_is_not(
    a_request: Make, office: Office, cast: Cast
) -> None:
    request_id, dm, venue = approved(a_request, office), cast.unit("dm").id, cast.venue("v03").id
    line = BudgetLine("Сувениры", Decimal("6000.01"), BudgetSource.STATE_TASK)

    def asked_anew(event_request: EventRequest, content: Content) -> bool:
        ahead = planning.preview(event_request, content, work.now(), amendment=True)
        return "deputy-head" not in {slot for _, slot, _ in ahead.carried}

    def ask() -> tuple[dict[str, bool], dict[str, bool]]:
        event_request = requests.locked(request_id)
        content = requests.in_force(event_request).content()  # type: ignore[union-attr]  # just approved
        assert content.occurrences[0].starts_at == FIRST_START
        material = {
            "date": {"occurrences": _moved(content, timedelta(days=1))},
            "time": {"occurrences": _moved(content, timedelta(minutes=15))},
            "venue": {"venue_id": venue},
            "place": {"place_address": "пр. Стачек, 158"},
            "title": {"title": NEW_TITLE},
            "co-organizers": {"co_organizers": (CoOrganizer(dm, "ведущие"),)},
            "money up": {"budget": (line,)},
            "safety": {"safety_note": "Два дежурных у выходов."},
            "people up": {"expected": 73},
        }
        editorial = {
            "words": {"short_desc": "Командная игра об истории района, теперь с новыми вопросами.", "goal": "Познакомить с историей."},
            "what to bring": {"bring": "Паспорт"},
            "money down": {"budget": (replace(line, amount=Decimal("5000.00")),)},
            "people by a fifth": {"expected": 72},
        }
        found = [
            {name: asked_anew(event_request, replace(content, **changes)) for name, changes in kind.items()}  # type: ignore[arg-type]
            for kind in (material, editorial)
        ]
        return found[0], found[1]

    material, editorial = office.read(ask)
    assert [name for name, anew in material.items() if not anew] == []
    assert [name for name, anew in editorial.items() if anew] == []
