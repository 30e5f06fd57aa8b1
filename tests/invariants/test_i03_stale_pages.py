"""I3: an outdated page writes nothing and is answered 409 with what was typed; an editor against an approver ends in a serial order."""

import os
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from events.approvals import operations, queries
from events.approvals.models import Decision
from events.approvals.vocabulary import Verdict
from events.audit import operations as audit
from events.foundation.db import db
from events.foundation.errors import NotNow
from events.requests.models import EventRequest
from tests.fixtures.browsing import Client, Page
from tests.fixtures.crowds import at_once, page_of
from tests.fixtures.house import differing, snapshot
from tests.fixtures.office import Office

Make = Callable[..., EventRequest]
RACES = int(os.environ.get("MARSHRUT_TESTS_RACES", "2"))
TYPED = "Так это было набрано."
REVISED = "Квиз «Кировский район: переработано»"


def refused(client: Client, page: Page, **sent: Any) -> Page:
    """Send a page that is outdated by now: 409, and not a row of any table differs."""
    before = snapshot()
    late = client.submit(page, expect=409, **sent)
    assert differing(before, snapshot()) == []
    return late


@pytest.mark.engines("sqlite")
def test_i3_stale_pages_of_the_author_write_nothing_and_keep_what_was_typed(
    a_request: Make, office: Office, signed_in: Callable[[str], Client]
) -> None:
    request_id, author = a_request(venue=None).id, signed_in("spec_pmc")
    form, check = author.get(f"/requests/{request_id}/edit"), author.get(f"/requests/{request_id}/check")
    office.edit(request_id, "dir_pmc", title="Наименование коллеги")
    late = refused(author, form, action="/edit", title=TYPED)
    assert late.form(action="/edit").values()["title"] == TYPED
    assert "Наименование коллеги" in late.text
    office.submit(request_id, "dir_pmc")
    office.act(lambda now: operations.take_back(request_id, by=office.by("dir_pmc"), now=now))
    refused(author, check, action="/submit", confirm=True)


@pytest.mark.engines("sqlite")
def test_i3_stale_pages_of_the_approver_write_nothing_and_keep_what_was_typed(
    a_request: Make, office: Office, signed_in: Callable[[str], Client]
) -> None:
    request_id, approver = a_request(venue=None, expected=60, safety_note="Дежурный у выхода.").id, signed_in("spec_omp")
    office.submit(request_id)
    office.decide(request_id, "dir_pmc")
    review_id = page_of(office, request_id, "omp")[0]
    page = approver.get(f"/reviews/{review_id}")
    assert int(page.form(action="/reviews/").values()["revision_no"]) == 1
    forged = {"extra": {"revision_no": "2"}}
    assert TYPED in refused(approver, page, button="Согласовать", comment=TYPED, **forged).body
    office.decide(request_id, "head_omp")
    assert TYPED in refused(approver, page, button="Вернуть на доработку", remark_content=TYPED, reason_code="safety").text
    office.act(lambda now: operations.recall(review_id, by=office.by("head_omp"), now=now))
    assert TYPED in refused(approver, page, button="Согласовать", comment=TYPED).body
    office.act(lambda now: operations.take_back(request_id, by=office.by("spec_pmc"), now=now))
    assert TYPED in refused(approver, page, button="Вернуть на доработку", remark_content=TYPED, reason_code="safety").text
    office.edit(request_id, title=REVISED)
    office.submit(request_id)
    assert TYPED in refused(approver, page, button="Согласовать", comment=TYPED).text


def edit_anew(office: Office, request_id: int) -> None:
    """The author takes back, edits and hands in again; whoever is too late to take back has nothing to edit."""
    office.act(lambda now: operations.take_back(request_id, by=office.by("spec_pmc"), now=now))
    office.edit(request_id, title=REVISED)
    office.submit(request_id)


def approve(office: Office, login: str, page: tuple[int, int]) -> None:
    """Approve what the page showed: revision 1 and that version of the review."""
    review_id, version = page
    office.act(
        lambda now: operations.decide(review_id, verdict=Verdict.APPROVE, version=version, revision_no=1, by=office.by(login), now=now)
    )


def standing(office: Office, request_id: int) -> tuple[Any, ...]:
    """All that a decision and an edit move: the request, its revisions, every review of every round, and the decisions."""

    def ask() -> tuple[Any, ...]:
        request = db.session.get_one(EventRequest, request_id)
        reviews = [
            (one.no, one.state, [(each.slot, each.state, each.verdict) for each in one.reviews]) for one in queries.rounds(request_id)
        ]
        made = select(Decision.revision_no, Decision.decided_by_id, Decision.verdict).where(Decision.request_id == request_id)
        decisions = [tuple(one) for one in db.session.execute(made.order_by(Decision.id))]
        return request.status, request.title, [(one.no, one.state, one.title) for one in request.revisions], reviews, decisions

    return office.read(ask)  # type: ignore[no-any-return]


@pytest.mark.engines("postgresql")
@pytest.mark.parametrize(("agreed", "unit", "login"), [((), "pmc", "dir_pmc"), (("dir_pmc", "head_omp"), "zam_soc", "zam")])
def test_i3_editor_against_approver_ends_in_one_of_two_serial_orders(
    app: Flask, a_request: Make, office: Office, agreed: tuple[str, ...], unit: str, login: str
) -> None:
    """At the first review both may succeed one after the other; at the last one whoever is second has come too late."""

    def meeting() -> tuple[int, Callable[[], None], Callable[[], None]]:
        request_id = a_request(venue=None).id
        office.submit(request_id)
        office.approve_by(request_id, *agreed)
        page = page_of(office, request_id, unit)
        return request_id, lambda: edit_anew(office, request_id), lambda: approve(office, login, page)

    serial = []
    for approver_first in (True, False):
        request_id, edits, approves = meeting()
        for act in (approves, edits) if approver_first else (edits, approves):
            with suppress(NotNow):
                act()
        serial.append(standing(office, request_id))
    assert serial[0] != serial[1]
    ended = Counter[int]()
    for _ in range(RACES):
        request_id, edits, approves = meeting()
        at_once(app, [edits, approves])
        ended[serial.index(standing(office, request_id))] += 1
    assert RACES < 100 or set(ended) == {0, 1}, f"the race was not one: {ended}"
    assert office.read(audit.verify).holds
