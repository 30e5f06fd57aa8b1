"""What the pages say of the venue's booking: to the author, to approvers, and to whoever confirms (cases.md 31)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from events.approvals.vocabulary import ReviewState, Verdict
from events.requests.models import EventRequest
from tests.fixtures.browsing import Client, Page
from tests.fixtures.office import Office

Make = Callable[..., EventRequest]
SignedIn = Callable[[str], Client]
HALL = "ПМК «Алый парус» (демо)"
LOST = f"{HALL}, пт, 10 июля, 18:00: бронь истекла, и на это время площадку заняло другое мероприятие."
FREE = ["пт, 10 июля, 16:00–18:00", "пт, 10 июля, 20:00–22:00", "пт, 10 июля, 15:30–17:30"]


@pytest.fixture
def at_the_end(a_request: Make, office: Office) -> int:
    """A request that only the final approval is missing of; its venue is held."""
    request_id = a_request().id
    office.submit(request_id)
    office.approve_by(request_id, "dir_pmc", "spec_omp")
    return request_id


def rival(a_request: Make, office: Office) -> None:
    """Another event takes the venue for the same hour."""
    request_id = a_request(late_reason="Площадка освободилась только сейчас.").id
    office.submit(request_id)


def said(page: Page) -> tuple[list[str], list[str]]:
    """The state of the booking, and the titles of notices."""
    return page.texts("section", aria_labelledby="venues"), page.texts(class_="note-title")


@pytest.mark.parametrize("login", ["spec_pmc", "spec_omp", "zam"])
def test_request_page_says_how_the_venue_is_booked(
    office: Office, a_request: Make, signed_in: SignedIn, at_the_end: int, freeze: time_machine.Traveller, login: str
):
    address, line = f"/requests/{at_the_end}", f"Бронь площадки {HALL} пт, 10 июля, 18:00"
    assert said(signed_in(login).get(address)) == ([f"{line} предварительная бронь до пт, 5 июня, 17:00"], [])
    freeze.shift(timedelta(days=20))
    assert said(signed_in(login).get(address)) == ([f"{line} бронь истекла"], ["Бронь истекла"])
    rival(a_request, office)
    page = signed_in(login).get(address)
    assert said(page) == ([f"{line} занято другим мероприятием"], ["Площадка занята"])
    assert LOST in page.texts("p")
    assert [when for when in page.texts("li") if when in FREE] == FREE


def test_approved_request_says_that_its_venue_is_booked(office: Office, signed_in: SignedIn, at_the_end: int):
    office.approve_by(at_the_end, "zam")
    page = signed_in("spec_pmc").get(f"/requests/{at_the_end}")
    assert said(page) == ([f"Бронь площадки {HALL} пт, 10 июля, 18:00 забронировано"], [])


def test_an_event_that_is_over_says_nothing_of_its_venue(
    office: Office, signed_in: SignedIn, at_the_end: int, freeze: time_machine.Traveller
):
    office.approve_by(at_the_end, "zam")
    freeze.shift(timedelta(days=60))
    assert said(signed_in("spec_pmc").get(f"/requests/{at_the_end}")) == ([], [])


def test_whoever_confirms_reads_of_the_lost_venue_before_deciding(
    office: Office, a_request: Make, signed_in: SignedIn, at_the_end: int, freeze: time_machine.Traveller
):
    review = f"/reviews/{office.read(lambda: office.review(at_the_end, 'zam_soc').id)}"
    freeze.shift(timedelta(days=20))
    assert signed_in("zam").get(review).texts(class_="note-title") == ["Бронь истекла"]
    rival(a_request, office)
    page = signed_in("zam").get(review)
    (notice,) = page.texts(class_="note-bad")
    assert LOST in notice
    assert "Утвердить заявку на это время нельзя. Верните её: автор выберет другое время или другую площадку." in notice


def test_confirmation_refused_for_the_venue_says_so_with_free_times(
    office: Office, a_request: Make, signed_in: SignedIn, at_the_end: int, freeze: time_machine.Traveller
):
    freeze.shift(timedelta(days=20))
    deputy = signed_in("zam")
    page = deputy.get(f"/reviews/{office.read(lambda: office.review(at_the_end, 'zam_soc').id)}")
    rival(a_request, office)
    refused = deputy.submit(page, button="Утвердить", comment="Хорошего вечера.", expect=422)
    assert "На это время площадку заняло другое мероприятие, поэтому закрепить её нельзя." in refused.text
    assert LOST in refused.texts("p")
    assert [when for when in refused.texts("li") if when in FREE] == FREE
    assert refused.form(action="/reviews/").values()["comment"] == "Хорошего вечера."
    assert office.read(lambda: office.review(at_the_end, "zam_soc").state) is ReviewState.OPEN
    deputy.submit(
        refused, button="Вернуть", remark_schedule="Площадка занята: выберите другое время.", reason_code="clash", expect_redirect=...
    )


def test_author_of_a_returned_request_reads_that_the_hold_begins_anew_with_the_submission(
    office: Office, a_request: Make, signed_in: SignedIn, freeze: time_machine.Traveller
):
    request_id = a_request().id
    office.submit(request_id)
    office.decide(request_id, "dir_pmc", Verdict.RETURN)
    freeze.shift(timedelta(days=20))
    (notice,) = signed_in("spec_pmc").get(f"/requests/{request_id}").texts(class_="note-warn")
    assert notice == f"Бронь истекла {HALL}: площадка пока свободна. Она снова забронируется при подаче заявки."
