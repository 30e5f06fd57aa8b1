"""What comes out of the printer: how many sheets, which way round, and nothing on them cut in two."""

import re
from collections.abc import Callable

import pytest

from events.approvals.operations import NewRemark
from events.approvals.vocabulary import Verdict
from events.requests.models import EventRequest
from events.requests.vocabulary import Section
from tests.fixtures.looking import Look
from tests.fixtures.office import Office

Looker = Callable[..., Look]
pytestmark = [pytest.mark.browser, pytest.mark.engines("sqlite")]

SHEET = re.compile(rb"/Type\s*/Page\b")
BOX = re.compile(rb"/MediaBox\s*\[\s*0\s+0\s+([0-9.]+)\s+([0-9.]+)")
ACROSS, UPRIGHT = "across", "upright"


def printed(window: Look, path: str) -> tuple[int, set[str]]:
    """How many sheets the printer gives, and how they lie; all of them A4."""
    window.at(path)
    paper = window.page.pdf(prefer_css_page_size=True)
    boxes = [tuple(round(float(side)) for side in box) for box in BOX.findall(paper)]
    assert {tuple(sorted(box)) for box in boxes} == {(595, 842)}
    return len(SHEET.findall(paper)), {ACROSS if wide > high else UPRIGHT for wide, high in boxes}


@pytest.fixture
def twice_round(a_request: Callable[..., EventRequest], office: Office) -> int:
    """A request that was returned with three remarks, mended, submitted again and approved: two rounds of five."""
    request_id = a_request(venue=None, expected=60, safety_note="Дежурный у выхода.").id
    office.submit(request_id)
    office.approve_by(request_id, "dir_pmc", "spec_omp")
    long = "Укажите, кто отвечает за эвакуацию и сколько человек дежурит у выходов; план эвакуации приложите к заявке. "
    office.decide(
        request_id,
        "head_ozpb",
        Verdict.RETURN,
        remarks=[NewRemark(one, long * 3) for one in (Section.SAFETY, Section.PEOPLE, Section.VENUE)],
    )
    office.answer_all(request_id)
    office.edit(request_id, safety_note="Дежурный у выхода и план эвакуации.", goal="Познакомить молодёжь с историей района." * 3)
    office.submit(request_id)
    office.agree(request_id, "dir_pmc", "spec_omp", "head_ozpb", "zam")
    return request_id


def test_the_approval_sheet_of_two_rounds_lies_across_on_two_sheets(twice_round: int, look: Looker):
    assert printed(look("spec_pmc"), f"/requests/{twice_round}/sheet") == (2, {ACROSS})


def test_a_remark_takes_the_whole_row_of_the_sheet(twice_round: int, look: Looker):
    window = look("spec_pmc")
    window.at(f"/requests/{twice_round}/sheet")
    window.wide(1280, 800)
    widths = window.page.evaluate(
        "() => [document.querySelector('.sheet-remarks > td[colspan]'), document.querySelector('.sheet-table')].map(one => one.offsetWidth)"
    )
    assert widths[0] > 0.9 * widths[1]


def test_a_request_with_its_changes_is_printed_on_two_sheets(twice_round: int, look: Looker):
    assert printed(look("spec_pmc"), f"/requests/{twice_round}") == (2, {UPRIGHT})


CUT = """() => [...document.querySelectorAll('.station, .slot, .fact, .sheet-table tr')]
    .filter(one => getComputedStyle(one).breakInside !== 'avoid').map(one => one.className)"""
FREE = """() => [...document.querySelectorAll('.office-paper .panel')]
    .filter(one => getComputedStyle(one).breakInside === 'avoid').map(one => one.className)"""


def test_no_circle_is_cut_and_no_panel_leaves_a_sheet_half_empty(twice_round: int, look: Looker):
    window = look("spec_pmc")
    window.at(f"/requests/{twice_round}")
    window.page.emulate_media(media="print")
    assert (window.page.evaluate(CUT), window.page.evaluate(FREE)) == ([], [])
    edges = window.page.evaluate("""() => [...document.querySelectorAll('.stage')].map(stage => {
        const whole = stage.getBoundingClientRect(), circle = stage.querySelector('.station').getBoundingClientRect();
        return circle.top - whole.top > 4 && circle.bottom < whole.bottom;
    })""")
    assert edges == [True] * len(edges)


AREA = (661, 971)
"""What A4 leaves within the margins of the office's papers, in pixels of which an inch has 96."""


def test_the_ring_around_where_the_request_is_stands_within_the_sheet(a_request: Callable[..., EventRequest], office: Office, look: Looker):
    request_id = a_request(venue=None).id
    office.submit(request_id)
    window = look("spec_pmc")
    window.at(f"/requests/{request_id}")
    window.page.emulate_media(media="print")
    window.wide(*AREA)
    ring = window.page.evaluate("""() => {
        const one = document.querySelector('.station-current'), style = getComputedStyle(one);
        return one.getBoundingClientRect().left - parseFloat(style.outlineWidth) - parseFloat(style.outlineOffset);
    }""")
    assert ring >= 0


@pytest.mark.parametrize(("login", "path"), [("spec_pmc", "/requests/{}/history"), ("spec_omp", "/production-calendar/2026")])
def test_no_border_stands_at_the_edge_where_the_printer_cuts_it(twice_round: int, look: Looker, login: str, path: str):
    window = look(login)
    window.at(path.format(twice_round))
    window.page.emulate_media(media="print")
    window.wide(*AREA)
    at_the_edge = window.page.evaluate("""() => [...document.querySelectorAll('main *')].filter(one => {
        const box = one.getBoundingClientRect(), style = getComputedStyle(one);
        const framed = parseFloat(style.borderRightWidth) && style.borderRightStyle !== 'none';
        return one.checkVisibility() && framed && (box.right > 660 || box.left < 1);
    }).map(one => one.className)""")
    assert at_the_edge == []


YEARLESS = r"""() => {
    const found = [], walk = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
        const said = /\d+\s(?:января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря)(?!\s\d{4})/;
        if (said.test(node.data) && node.parentElement.getClientRects().length) found.push(node.data.trim());
    }
    return found;
}"""
PRINTED = """() => [...document.querySelectorAll('[data-print]')]
    .map(one => getComputedStyle(one, '::before').content).filter(said => !said.includes('2026'))"""


@pytest.mark.parametrize("page", ["", "/history", "/revisions/1"])
def test_no_day_is_printed_without_its_year(twice_round: int, look: Looker, page: str):
    """Paper outlives the year, and tomorrow."""
    window = look("spec_pmc")
    window.at(f"/requests/{twice_round}{page}")
    assert window.page.evaluate(YEARLESS) != [], "on the screen the present year goes without saying"
    window.page.emulate_media(media="print")
    assert (window.page.evaluate(YEARLESS), window.page.evaluate(PRINTED)) == ([], [])


def test_the_production_calendar_is_printed_without_what_is_pressed(look: Looker):
    window = look("admin")
    assert printed(window, "/production-calendar/2026")[0] <= 2
    window.page.emulate_media(media="print")
    unseen = "() => [...document.querySelectorAll('main nav, main form')].filter(one => one.getClientRects().length).length"
    assert window.page.evaluate(unseen) == 0
    cut = "() => [...document.querySelectorAll('.month')].filter(one => getComputedStyle(one).breakInside !== 'avoid').length"
    assert window.page.evaluate(cut) == 0
    left = "() => [...document.querySelectorAll('main h2')].filter(one => one.getClientRects().length)"
    assert window.page.evaluate(f"{left}.filter(one => getComputedStyle(one).breakAfter !== 'avoid').length") == 0
    columns = "() => getComputedStyle(document.querySelector('.months')).columnCount"
    assert window.page.evaluate(columns) == "3", "down the columns: rows as high as January would leave a sheet half empty"
