"""How public pages come out in a real browser: the programme on a phone, and the paper one pins to a board."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from events.approvals import operations
from tests.fixtures.house import House
from tests.fixtures.looking import Look
from tests.fixtures.office import Office
from tests.fixtures.publishing import publications
from tests.fixtures.requests import FIRST_START, an_occurrence

Looker = Callable[..., Look]
Make = Callable[..., int]
pytestmark = [pytest.mark.browser, pytest.mark.engines("sqlite")]

WEEK = timedelta(days=7)


@pytest.fixture
def events(a_published: Make) -> None:
    """Events of several days and units, one with a long title."""
    a_published(title="Районный фестиваль молодёжных инициатив и добровольческих объединений Кировского района Санкт-Петербурга")
    for week in range(1, 4):
        a_published(occurrences=(an_occurrence(FIRST_START + WEEK * week),))


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("path", ["/", "/?when=2026-07-10", "/?direction=leisure&age=18-24", "/?q=фестиваль"])
def test_the_first_event_shows_on_the_first_screenful_of_a_phone(events: None, look: Looker, path: str, language: str):
    window = look(None, language)
    window.wide(360, 800)
    window.at(path)
    hours = window.page.locator(".event-card .event-when").first.bounding_box()
    assert hours
    assert hours["y"] + hours["height"] <= 800


@pytest.mark.parametrize("path", ["/", "/?direction=leisure&age=18-24"])
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_the_arrow_of_a_fold_stands_beside_the_first_line_of_its_heading(events: None, look: Looker, path: str, width: int):
    window = look(None)
    window.wide(width, 800)
    window.at(path)
    arrow, first, left = window.page.evaluate("""() => {
        const summary = document.querySelector('.folded > summary'), box = summary.getBoundingClientRect();
        const drawn = getComputedStyle(summary, '::before'), words = document.createRange();
        words.selectNodeContents(summary.querySelector('h2'));
        const line = words.getClientRects()[0];
        const middle = box.top + parseFloat(drawn.top) + parseFloat(drawn.height) / 2;
        return [middle, [line.top, line.bottom], line.left - box.left - parseFloat(drawn.left) - parseFloat(drawn.width)];
    }""")
    assert first[0] < arrow < first[1]
    assert 0 < left < 24


def pages_of(paper: bytes) -> int:
    """How many sheets a printed page takes, as the tree of its pages says."""
    return max(int(found) for found in re.findall(rb"/Type\s*/Pages\b[^>]*?/Count\s+(\d+)", paper))


def series(a_published: Make, dates: int, **changes: Any) -> str:
    """The address of an event of so many weekly dates."""
    occurrences = tuple(an_occurrence(FIRST_START + WEEK * week) for week in range(dates))
    return f"/events/{publications(a_published(occurrences=occurrences, **changes))[0].slug}"


SHEET = (703, 1031)
"""What A4 leaves within margins of 12 mm, in pixels of which an inch has 96."""
LONG = "Районный фестиваль молодёжных инициатив и добровольческих объединений, "
PLACE = {"venue": None, "place_name": "Сквер у фонтана, " * 11, "place_address": "пр. Стачек, 18, вход со двора, " * 9}


@pytest.mark.parametrize(
    ("dates", "changes"),
    [
        (1, {}),
        (4, {}),
        (4, {"title": (LONG * 4)[:150], "short_desc": "Шесть команд отвечают на вопросы. " * 17}),
        (5, {"title": (LONG * 5)[:300], "short_desc": "Шесть команд отвечают на вопросы. " * 17, **PLACE}),
        (12, {"title": (LONG * 2)[:70], "short_desc": "Шесть команд отвечают на вопросы. " * 17, **PLACE}),
        (12, {"title": (LONG * 2)[:40], "short_desc": ("Шесть команд отвечают на вопросы. " * 17)[:250]}),
        (12, {"title": (LONG * 2)[:70], "short_desc": ("Шесть команд отвечают на вопросы. " * 17)[:250]}),
        (13, {"title": (LONG * 2)[:70], "short_desc": ("Шесть команд отвечают на вопросы. " * 17)[:250], **PLACE}),
        (52, {"title": (LONG * 5)[:300], "short_desc": "Шесть команд отвечают на вопросы. " * 17, **PLACE}),
    ],
)
def test_the_poster_is_one_sheet_and_nothing_is_cut(a_published: Make, look: Looker, dates: int, changes: dict[str, Any]):
    window = look(None)
    window.at(series(a_published, dates, description="Шесть команд по семь человек. " * 300, **changes))
    assert pages_of(window.page.pdf(format="A4", prefer_css_page_size=True)) == 1
    window.page.emulate_media(media="print")
    window.wide(*SHEET)
    assert window.page.evaluate("document.documentElement.scrollWidth") <= SHEET[0]
    assert window.page.evaluate("document.querySelector('.poster').getBoundingClientRect().bottom") <= SHEET[1]


def test_the_poster_has_its_code_top_right_and_title_and_dates_three_times_as_large(a_published: Make, look: Looker):
    window = look(None)
    window.at(series(a_published, 4))
    window.page.emulate_media(media="print")
    window.wide(*SHEET)
    code, title = (window.page.locator(one).bounding_box() for one in (".poster-qr svg", ".poster-title"))
    rows = [one.bounding_box() for one in window.page.locator(".poster-dates li").all()]
    assert code
    assert title
    assert code["y"] < 20
    assert code["x"] + code["width"] > SHEET[0] - 20
    assert title["x"] + title["width"] <= code["x"]
    sizes = window.page.evaluate(
        "['.poster-title', '.poster-dates', '.poster'].map(one => parseFloat(getComputedStyle(document.querySelector(one)).fontSize))"
    )
    assert [size / sizes[2] >= 3 for size in sizes] == [True, True, False]
    assert len({row["y"] for row in rows if row}) == 4
    assert (
        window.page.locator(".poster-dates li").all_inner_texts()[0].replace("\u2060", "") == "10\u00a0июля,\u00a018:00–20:00 пятница 2026"
    )
    assert [row["height"] < 1.5 * sizes[1] for row in rows if row] == [True] * 4, "a date is a line"


def test_what_became_of_an_event_stands_clear_of_its_frame(a_published: Make, office: Office, look: Looker):
    request_id = a_published()
    slug = publications(request_id)[0].slug
    office.act(lambda now: operations.cancel(request_id, reason="Зал закрыт.", by=office.by("dir_pmc"), now=now))
    window = look(None)
    window.at(f"/events/{slug}")
    window.page.emulate_media(media="print")
    sides = window.page.evaluate("""() => {
        const style = getComputedStyle(document.querySelector('.poster-told'));
        return [style.paddingLeft, style.paddingTop].map(parseFloat);
    }""")
    assert [side >= 7 for side in sides] == [True, True]


def test_what_is_printed_names_the_day_instead_of_today(house: House, look: Looker):
    window = look("dir_pmc")
    window.at(f"/reviews/{house.review}")
    window.page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
    near = window.page.locator("main [data-print]").first
    assert near.inner_text().startswith(("сегодня", "завтра", "вчера"))
    window.page.emulate_media(media="print")
    assert near.locator("span").is_hidden()
    printed = window.page.evaluate("getComputedStyle(document.querySelector('main [data-print]'), '::before').content")
    assert re.fullmatch(r'"\d+\xa0июня\xa02026\xa0года, \d\d:\d\d"', printed)
