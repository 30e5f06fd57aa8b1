"""What has become of a published date, as its card says."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from events.calendars.vocabulary import PublicationStatus
from presenters.event_card import flag_words, is_on
from presenters.phrases import say
from presenters.tables.publications import DateState, date_state

pytestmark = pytest.mark.usefixtures("in_russian", "freeze")

EARLIER = datetime(2026, 7, 10, 15, tzinfo=UTC)
CONFIRMED, CANCELLED, PUT_OFF = PublicationStatus.CONFIRMED, PublicationStatus.CANCELLED, PublicationStatus.POSTPONED


@pytest.mark.parametrize(
    ("status", "postponing", "moved_from", "state", "said"),
    [
        (CONFIRMED, False, None, DateState.ON, ""),
        (CONFIRMED, False, EARLIER, DateState.MOVED, "Перенесено: было пт, 10\u00a0июля, 18:00"),
        (CONFIRMED, True, EARLIER, DateState.BEING_MOVED, "Переносится, новая дата уточняется"),
        (PUT_OFF, False, EARLIER, DateState.PUT_OFF, "Переносится, новая дата уточняется"),
        (CANCELLED, False, EARLIER, DateState.CANCELLED, "Отменено"),
    ],
)
def test_date_says_what_became_of_it(status: PublicationStatus, postponing: bool, moved_from: datetime | None, state: DateState, said: str):
    row = SimpleNamespace(status=status, postponing=postponing, moved_from=moved_from)
    words = flag_words(row)
    assert (date_state(row), say(words) if words else "", is_on(row)) == (state, said, state in (DateState.ON, DateState.MOVED))
