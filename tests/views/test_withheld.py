"""What pages keep back: a draft from everybody it was not handed to, what was said in a stage from the author's side until it is over."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal

import pytest

from events.approvals import operations
from events.approvals.operations import NewRemark
from events.approvals.vocabulary import Verdict
from events.requests.fields import BudgetLine
from events.requests.models import EventRequest
from events.requests.vocabulary import BudgetSource, Section
from tests.fixtures.browsing import Client
from tests.fixtures.office import Office
from tests.fixtures.requests import FIRST_START, an_occurrence

Make = Callable[..., EventRequest]
SignedIn = Callable[[str], Client]

DRAFT = {
    "title": "Квиз «Тайная редакция»",
    "description": "Тайное описание, которое ещё никому не подано.",
    "goal": "Тайная цель",
    "comment": "Тайный комментарий",
    "place_name": "Тайный двор",
    "place_address": "Тайная ул., 1",
    "safety_note": "Тайный план эвакуации",
    "budget": (BudgetLine("Тайные расходы", Decimal(777777), BudgetSource.SPONSOR),),
    "occurrences": (an_occurrence(FIRST_START + timedelta(days=13)),),
}
SECRETS = (
    "Тайная редакция",
    "Тайное описание",
    "Тайная цель",
    "Тайный двор",
    "Тайный план",
    "Тайные расходы",
    "777\u00a0777",
    "23\u00a0июля",
)
"""What of the draft would be read on a page that shows any of it."""


@pytest.fixture
def asked(office: Office, a_request: Make) -> int:
    """A request of 60 people agreed by its head: youth policy and safety are asked at once."""
    request_id = a_request(venue=None, expected=60, safety_note="Дежурный у выхода.").id
    office.submit(request_id)
    office.approve_by(request_id, "dir_pmc")
    return request_id


def pages(office: Office, request_id: int, *units: str) -> Iterator[str]:
    """Every page on which a request is read, with the reviews of these units."""
    yield from (f"/requests/{request_id}{page}" for page in ("", "?round=1", "/history", "/history?show=all", "/sheet", "/revisions/1"))
    yield from (f"/reviews/{review}" for review in office.read(lambda: [office.review(request_id, unit).id for unit in units]))
    yield from ("/requests/", "/desk", "/reviews/", *(f"/reviews/?show={one}" for one in ("informed", "orphaned", "decided")))


# --- A draft ------------------------------------------------------------------------------------------------------------------------------


def leaks(client: Client, addresses: Iterator[str], secrets: tuple[str, ...]) -> list[str]:
    """Where any of the secrets can be read, folded parts included."""
    read = {address: client.get(address).body for address in addresses}
    return [address for address, body in read.items() if any(secret in body for secret in secrets)]


@pytest.fixture
def mended(office: Office, asked: int) -> int:
    """The same, returned; its author has written the next revision and not handed it in."""
    office.approve_by(asked, "spec_omp")
    office.decide(asked, "head_ozpb", Verdict.RETURN)
    office.edit(asked, **DRAFT)
    return asked


@pytest.fixture
def changed(office: Office, asked: int) -> int:
    """The same, approved; its author has written a change and not handed it in."""
    office.approve_by(asked, "spec_omp", "head_ozpb", "zam")
    office.act(lambda now: operations.amend(asked, by=office.by("spec_pmc"), now=now))
    office.edit(asked, **DRAFT)
    return asked


@pytest.mark.parametrize("reader", ["head_ozpb", "spec_omp", "admin"])
def test_draft_after_a_return_is_read_by_nobody_who_was_asked(office: Office, signed_in: SignedIn, mended: int, reader: str):
    client = signed_in(reader)
    assert leaks(client, pages(office, mended, "omp", "ozpb"), SECRETS) == []
    assert "Познакомить молодёжь с историей района" in client.get(f"/requests/{mended}").text
    client.get(f"/requests/{mended}/revisions/2", expect=404)


@pytest.mark.parametrize("reader", ["zam", "spec_omp", "press", "admin"])
def test_draft_of_a_change_is_read_by_nobody_who_was_asked(office: Office, signed_in: SignedIn, changed: int, reader: str):
    client = signed_in(reader)
    assert leaks(client, pages(office, changed, "omp", "zam_soc"), SECRETS) == []
    assert "Познакомить молодёжь с историей района" in client.get(f"/requests/{changed}").text
    client.get(f"/requests/{changed}/revisions/2", expect=404)


@pytest.mark.parametrize("writer", ["spec_pmc", "dir_pmc"])
def test_draft_is_read_by_those_who_write_it(office: Office, signed_in: SignedIn, mended: int, writer: str):
    page = signed_in(writer).get(f"/requests/{mended}")
    assert [secret for secret in SECRETS if secret not in page.body] == []


# --- A decision ---------------------------------------------------------------------------------------------------------------------------

SAID = ("Ведущего не назвали.", "Замысел хорош, но сыр.", "описание")
"""The remark, the comment, and the reason of the return below."""


@pytest.fixture
def decided(office: Office, asked: int) -> int:
    """Youth policy has returned the request with all of SAID; safety has not decided, so the stage is open."""
    remark = NewRemark(Section.CONTENT, SAID[0])
    office.decide(asked, "spec_omp", Verdict.RETURN, remarks=[remark], reason_code="description", comment=SAID[1])
    return asked


@pytest.mark.parametrize("writer", ["spec_pmc", "dir_pmc"])
def test_authors_side_reads_what_was_said_only_once_the_stage_is_over(office: Office, signed_in: SignedIn, decided: int, writer: str):
    client = signed_in(writer)
    assert leaks(client, pages(office, decided, "omp", "ozpb"), SAID[:2]) == []
    assert SAID[2] not in client.get(f"/requests/{decided}/history").text
    office.approve_by(decided, "head_ozpb")
    review = office.read(lambda: office.review(decided, "omp").id)
    for address in (f"/reviews/{review}", f"/requests/{decided}/history"):
        assert [said for said in SAID[:2] if said not in client.get(address).text] == []
    assert SAID[2] in client.get(f"/requests/{decided}/history").text


def test_those_who_decide_read_at_once_what_a_colleague_said(office: Office, signed_in: SignedIn, decided: int):
    review = office.read(lambda: office.review(decided, "omp").id)
    for reader in ("head_ozpb", "spec_omp"):
        page = signed_in(reader).get(f"/reviews/{review}")
        assert [said for said in SAID[:2] if said not in page.text] == []
