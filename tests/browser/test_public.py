"""How public pages come out in a real browser: the programme on a phone, and the paper one pins to a board."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.fixtures.looking import Look
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
