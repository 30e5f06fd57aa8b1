"""What an event's page says of its dates together."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from events.calendars.models import Publication
from events.calendars.vocabulary import PublicationStatus
from presenters.event_page import event_page
from presenters.phrases import say
from tests.fixtures.moments import MONDAY

pytestmark = pytest.mark.usefixtures("in_russian", "freeze")

START = datetime(2026, 7, 10, 15, tzinfo=UTC)
DAY = timedelta(days=1)
CANCELLED, PUT_OFF = PublicationStatus.CANCELLED, PublicationStatus.POSTPONED
EARLIER = {"status": CANCELLED, "changed_on": MONDAY - DAY}
TODAY = {"status": CANCELLED, "changed_on": MONDAY}


def a_date(day: int, **changes: Any) -> Publication:
    """A date of the event, as it stands before the public."""
    plain = {
        "status": PublicationStatus.CONFIRMED, "postponing": False, "moved_from": None, "changed_on": None, "notice": "Авария",
        "starts_at": START + day * DAY, "ends_at": START + day * DAY + timedelta(hours=2), "age_to": 0, "unit_phone": "", "unit_email": "",
        "address": "", "place": "", "format": "offline", "uid": str(day), "slug": "quiz",
    }  # fmt: skip
    return Publication(**{**plain, **changes})


SAID_31, SAID_1 = "Отменено 31\u00a0мая.", "Отменено 1\u00a0июня."


@pytest.mark.parametrize(
    ("dates", "above", "told"),
    [
        ((EARLIER, EARLIER), SAID_31, ["", ""]),
        ((EARLIER, TODAY), "", [SAID_31, SAID_1]),
        ((TODAY, {**TODAY, "notice": "Гроза"}), "", [SAID_1, SAID_1]),
        ((TODAY, {}), "", [SAID_1, ""]),
        (({"status": PUT_OFF}, {"status": PUT_OFF}), "Перенесено; новая дата пока не известна.", ["", ""]),
        (({}, {}), "", ["", ""]),
        ((TODAY,), SAID_1, [""]),
    ],
)
def test_what_befell_every_date_alike_stands_above_the_title_else_at_its_date(
    dates: tuple[dict[str, Any], ...], above: str, told: list[str]
):
    page = event_page([a_date(day, **one) for day, one in enumerate(dates)], MONDAY)
    assert (say(page.notice.sentence) if page.notice else "") == above
    assert [say(one.notice.sentence) if one.notice else "" for one in page.ahead] == told
    assert [one.off for one in page.ahead] == [one.get("status") is CANCELLED for one in dates]


def test_date_that_waits_for_its_time_is_still_named_when_the_old_one_is_over():
    page = event_page([a_date(-60, status=PUT_OFF), a_date(0)], MONDAY)
    assert [say(one.notice.sentence) if one.notice else "" for one in page.ahead] == ["Перенесено; новая дата пока не известна.", ""]


@pytest.mark.parametrize(
    ("phone", "email", "ways"),
    [
        (
            "+78120000123",
            "dm@kirov.example",
            [("+7\u00a0812\u00a0000-01-23", "tel:+78120000123"), ("dm@kirov.example", "mailto:dm@kirov.example")],
        ),
        ("доб. 12", "", [("доб. 12", "")]),
        ("", "", []),
    ],
)
def test_contacts_lead_to_where_one_dials_and_writes(phone: str, email: str, ways: list[tuple[str, str]]):
    page = event_page([a_date(0, unit_phone=phone, unit_email=email)], MONDAY)
    assert [(one.words, one.url) for one in page.contacts] == ways
