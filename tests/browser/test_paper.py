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
