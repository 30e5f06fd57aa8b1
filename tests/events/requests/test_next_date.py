"""A series in the lists: it lies ahead as long as one of its dates does, and stands by its next one, not by its first."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from events.approvals import operations as approvals
from events.foundation import work
from events.foundation.db import db
from events.foundation.place import local_day
from events.requests import queries
from events.requests.models import EventRequest
from events.requests.queries import Wish
from tests.fixtures.browsing import Client, Page, words
from tests.fixtures.office import Office
from tests.fixtures.requests import FIRST_START, an_occurrence

Make = Callable[..., EventRequest]
SignIn = Callable[[Client, str], None]
TITLED = "Встреча "
DAY = timedelta(days=1)
NEXT = FIRST_START + timedelta(days=14)


@pytest.fixture
def events(a_request: Make, office: Office) -> dict[str, int]:
    """Approved events, by what becomes of their dates."""
    days = {
        "прошла": (0,),
        "серия": (0, 14),
        "первая отменена": (2, 10),
        "вторая отложена": (0, 3),
        "вторая отменена": (0, 20),
        "переносится": (5,),
        "одна": (12,),
    }
    made = {}
    for name, ahead in days.items():
        made[name] = a_request(
            venue=None, title=TITLED + name, occurrences=tuple(an_occurrence(FIRST_START + one * DAY) for one in ahead)
        ).id
        office.submit(made[name])
        office.approve_by(made[name], "dir_pmc", "spec_omp", "zam")

    def key(name: str, place: int) -> str:
        return office.request(made[name]).revisions[0].occurrences[place].key

    def put_off(name: str, of: str | None) -> None:
        office.act(lambda now: approvals.postpone(made[name], reason="Ремонт", occurrence_key=of, by=office.by("dir_pmc"), now=now))

    def cancel(name: str, of: str) -> None:
        office.act(lambda now: approvals.cancel(made[name], reason="Авария", occurrence_key=of, by=office.by("dir_pmc"), now=now))

    cancel("первая отменена", key("первая отменена", 0))
    put_off("вторая отложена", key("вторая отложена", 1))
    cancel("вторая отменена", key("вторая отменена", 1))
    put_off("переносится", None)
    return made


def test_events_to_come_stand_by_their_next_date(events: dict[str, int], office: Office, freeze: time_machine.Traveller):
    """As `ApprovedDates.are_to_come` says of each; those without a date wait for one and come last."""
    freeze.move_to(FIRST_START + DAY)

    def coming() -> list[tuple[str, int | None]]:
        found, count = queries.coming(office.by("spec_pmc"), work.now(), size=9)
        assert count == len(found) == sum(queries.is_to_come(db.session.get_one(EventRequest, one), work.now()) for one in events.values())
        return [(one.title.removeprefix(TITLED), (one.shown_start - FIRST_START).days if one.shown_start else None) for one in found]

    assert office.read(coming) == [("первая отменена", 10), ("одна", 12), ("серия", 14), ("вторая отложена", None), ("переносится", None)]


def test_list_narrowed_to_what_is_to_come_holds_the_same(events: dict[str, int], office: Office, freeze: time_machine.Traveller):
    freeze.move_to(FIRST_START + DAY)

    def listed(login: str) -> set[str]:
        wish = Wish(begins_after=work.now())
        found = {one.title.removeprefix(TITLED) for one in queries.page(office.by(login), wish, work.now())[0]}
        assert queries.count(office.by(login), wish, work.now(), most=50) == len(found)
        return found

    for login in ("spec_pmc", "spec_omp"):
        assert office.read(lambda who=login: listed(who)) == {"первая отменена", "одна", "серия", "вторая отложена", "переносится"}


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        (14, 14, {"серия"}), (10, 12, {"первая отменена", "одна"}), (0, 0, {"прошла", "серия", "вторая отложена", "вторая отменена"}),
        (2, 5, set()), (13, None, {"серия"}), (None, 4, {"прошла", "серия", "вторая отложена", "вторая отменена"}), (20, 20, set()),
    ],
)  # fmt: skip
def test_days_find_every_date_that_is_to_be_held(
    events: dict[str, int], office: Office, first: int | None, last: int | None, found: set[str]
):
    """A later date of a series, and none that was called off, put off, or belongs to an event being moved."""
    day = local_day(FIRST_START)
    wish = Wish(since=day + first * DAY if first is not None else None, until=day + last * DAY if last is not None else None)
    titles = office.read(lambda: {one.title.removeprefix(TITLED) for one in queries.page(office.by("spec_pmc"), wish, work.now())[0]})
    assert titles == found


@pytest.mark.usefixtures("events")
@pytest.mark.parametrize(
    ("login", "address"),
    [("spec_pmc", "/desk"), ("spec_pmc", "/requests/"), ("press", "/desk"), ("press", "/reviews/?show=informed"),
     ("zam", "/reviews/?show=decided")],
)  # fmt: skip
def test_rows_say_the_next_date(client: Client, sign_in: SignIn, freeze: time_machine.Traveller, login: str, address: str):
    """To the author, and to everybody who is told or has decided."""
    freeze.move_to(FIRST_START + DAY)
    sign_in(client, login)
    shown = whens(client.get(address))
    assert shown["серия"] == [NEXT.isoformat()]
    assert shown["первая отменена"] == [(FIRST_START + 10 * DAY).isoformat()]
    assert shown["вторая отложена"] == shown["переносится"] == []


@pytest.mark.usefixtures("events")
def test_row_without_a_date_says_why(client: Client, sign_in: SignIn, freeze: time_machine.Traveller):
    freeze.move_to(FIRST_START + DAY)
    sign_in(client, "spec_pmc")
    badges = {
        words(row.find(".//a")).removeprefix(TITLED): [words(one) for one in row.iter("span")]
        for row in client.get("/requests/").all("li", class_="row-item")
    }
    assert "отложено, даты пока нет" in badges["вторая отложена"]
    assert "переносится" in badges["переносится"]
    assert "отложено, даты пока нет" not in badges["переносится"] + badges["прошла"] + badges["серия"]


def whens(page: Page) -> dict[str, list[str]]:
    """The moments in the rows of a page, by their titles."""
    rows = page.all("li", class_="row-item")
    return {
        words(row.find(".//a")).removeprefix(TITLED): [one.get("datetime", "") for one in row.find(".//p[@class='row-meta']").iter("time")]
        for row in rows
    }
