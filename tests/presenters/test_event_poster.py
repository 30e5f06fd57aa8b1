"""How large a poster says what, so that it stays one sheet."""

import pytest

from presenters.event_poster import Size, poster
from presenters.phrases import say
from tests.fixtures.moments import MONDAY
from tests.presenters.test_event_page import CANCELLED, DAY, PUT_OFF, START, a_date

pytestmark = pytest.mark.usefixtures("in_russian", "freeze")


@pytest.mark.parametrize(
    ("title", "dates", "sizes", "more"),
    [
        (70, 4, (Size.LARGE, Size.LARGE), 0),
        (40, 12, (Size.LARGE, Size.MIDDLE), 0),
        (41, 12, (Size.MIDDLE, Size.MIDDLE), 0),
        (71, 12, (Size.MIDDLE, Size.MIDDLE), 0),
        (71, 13, (Size.MIDDLE, Size.SMALL), 0),
        (150, 60, (Size.MIDDLE, Size.SMALL), 40),
        (151, 60, (Size.SMALL, Size.SMALL), 46),
    ],
)
def test_title_and_dates_are_as_large_as_there_is_room(title: int, dates: int, sizes: tuple[Size, Size], more: int):
    shown = a_date(0, title="Я" * title, short_desc="")
    sheet = poster(shown, [a_date(day) for day in range(dates)], MONDAY)
    assert ((sheet.title_size, sheet.dates_size), sheet.more, len(sheet.dates)) == (sizes, more, dates - more)


def test_dates_are_absolute_with_their_year_and_those_called_off_are_marked():
    rows = [a_date(0, status=CANCELLED), a_date(7), a_date(14, ends_at=START + 16 * DAY), a_date(21, status=PUT_OFF)]
    said = [
        (one.words.replace("\u2060", ""), one.weekday, one.year, one.off, say(one.told) if one.told else "")
        for one in poster(a_date(7, title="Квиз", short_desc=""), rows, MONDAY).dates
    ]
    assert said == [
        ("10\u00a0июля,\u00a018:00–20:00", "пятница", 2026, True, "Отменено"),
        ("17\u00a0июля,\u00a018:00–20:00", "пятница", 2026, False, ""),
        ("24\u00a0июля,\u00a018:00\u00a0— 26\u00a0июля,\u00a018:00", "пятница\u00a0— воскресенье", 2026, False, ""),
        ("31\u00a0июля,\u00a018:00–20:00", "пятница", 2026, False, "Переносится, новая дата уточняется"),
    ]


def test_poster_of_what_is_over_names_its_dates():
    sheet = poster(a_date(0, title="Квиз", short_desc=""), [a_date(0)], MONDAY + 365 * DAY)
    assert len(sheet.dates) == 1
