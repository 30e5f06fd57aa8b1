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


@pytest.mark.parametrize(
    ("dates", "told"),
    [
        ((EARLIER, EARLIER), [("Отменено 31\u00a0мая.", None)]),
        ((EARLIER, TODAY), [("Отменено 31\u00a0мая.", 0), ("Отменено 1\u00a0июня.", 1)]),
        ((TODAY, {**TODAY, "notice": "Гроза"}), [("Отменено 1\u00a0июня.", 0), ("Отменено 1\u00a0июня.", 1)]),
        ((TODAY, {}), [("Отменено 1\u00a0июня.", 0)]),
        (({"status": PUT_OFF}, {"status": PUT_OFF}), [("Перенесено; новая дата пока не известна.", None)]),
        (({}, {}), []),
        ((TODAY,), [("Отменено 1\u00a0июня.", None)]),
    ],
)
def test_what_befell_every_date_alike_is_said_once_else_each_names_its_date(dates: tuple[dict[str, Any], ...], told: list[Any]):
    page = event_page([a_date(day, **one) for day, one in enumerate(dates)], MONDAY)
    wanted = [(sentence, None if day is None else START + day * DAY) for sentence, day in told]
    assert [(say(one.sentence), one.starts) for one in page.notices] == wanted
